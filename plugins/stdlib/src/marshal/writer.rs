//! Writing objects in the `marshal` format; see [`opyc_core::pyc::marshal`] for its description.

use std::collections::HashMap;

use opyc_core::code::{Code, SlotKind};
use opyc_core::error::PyResult;
use opyc_core::num::float_text;
use opyc_core::num::int::IntRef;
use opyc_core::num::{int_arith, int_bits};
use opyc_core::object::{
    PyByteArray, PyBytes, PyCode, PyComplex, PyDict, PyList, PySet, PySlice, PyStr, PyTuple,
};
use opyc_core::text::Str;
use opyc_core::text::utf8::encode_surrogatepass;
use opyc_core::value::Value;
use opyc_core::vm::Vm;

/// How deep objects may be nested.
const MAX_DEPTH: usize = 2000;
/// Bit of the type byte: the object gets a number.
const REF: u8 = 0x80;

/// An object as `marshal.dumps` writes it.
pub(super) fn write(vm: &Vm, v: &Value, format: i64) -> PyResult<Vec<u8>> {
    let mut w = Writer {
        vm,
        out: Vec::new(),
        format,
        depth: 0,
        seen: HashMap::new(),
        kept: Vec::new(),
    };
    w.object(v)?;
    Ok(w.out)
}

struct Writer<'a> {
    vm: &'a Vm,
    out: Vec<u8>,
    format: i64,
    depth: usize,
    /// Numbers of objects that were written already.
    seen: HashMap<u64, u32>,
    /// Keeps what was made on the way, so that no address is used twice.
    kept: Vec<Value>,
}

impl Writer<'_> {
    fn u32(&mut self, n: u32) {
        self.out.extend_from_slice(&n.to_le_bytes());
    }

    fn length(&mut self, n: usize) -> PyResult<()> {
        match i32::try_from(n) {
            Ok(n) => {
                self.out.extend_from_slice(&n.to_le_bytes());
                Ok(())
            }
            Err(_) => Err(self.vm.value_error("unmarshallable object")),
        }
    }

    fn object(&mut self, v: &Value) -> PyResult<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.vm.value_error("object too deeply nested to marshal"));
        }
        self.vm.check_rust_stack()?;
        self.any(v)?;
        self.depth -= 1;
        Ok(())
    }

    fn any(&mut self, v: &Value) -> PyResult<()> {
        let vm = self.vm;
        if v.is_none() {
            self.out.push(b'N');
        } else if let Some(b) = v.as_bool() {
            self.out.push(if b { b'T' } else { b'F' });
        } else if v.is_ellipsis() {
            self.out.push(b'.');
        } else if v.is(vm.exc_types.StopIteration.as_value()) {
            self.out.push(b'S');
        } else {
            let flag = match self.reference(v) {
                Some(flag) => flag,
                None => return Ok(()),
            };
            self.complex_object(v, flag)?;
        }
        Ok(())
    }

    /// Writes a reference to what was written before: `None`. Otherwise the flag for the object's type byte.
    fn reference(&mut self, v: &Value) -> Option<u8> {
        let shared = self.format >= 3 && v.header().is_some_and(|h| h.refcount() > 1);
        if !shared {
            return Some(0);
        }
        if let Some(n) = self.seen.get(&v.bits()).copied() {
            self.out.push(b'r');
            self.u32(n);
            return None;
        }
        let n = self.seen.len() as u32;
        self.seen.insert(v.bits(), n);
        self.kept.push(v.clone());
        Some(REF)
    }

    fn complex_object(&mut self, v: &Value, flag: u8) -> PyResult<()> {
        let vm = self.vm;
        if vm.type_of(v).is_heap() {
            return Err(vm.value_error("unmarshallable object"));
        }
        if let Some(i) = vm.exact_int(v) {
            self.int(i, flag);
        } else if let Some(f) = v.as_float() {
            if self.format > 1 {
                self.out.push(b'g' | flag);
                self.out.extend_from_slice(&f.to_le_bytes());
            } else {
                self.out.push(b'f' | flag);
                self.float_text(f);
            }
        } else if let Some(c) = v.downcast::<PyComplex>() {
            self.out
                .push(if self.format > 1 { b'y' } else { b'x' } | flag);
            for f in [c.re, c.im] {
                if self.format > 1 {
                    self.out.extend_from_slice(&f.to_le_bytes())
                } else {
                    self.float_text(f)
                }
            }
        } else if let Some(b) = v.downcast::<PyBytes>() {
            self.bytes(&b.data, flag)?;
        } else if let Some(b) = v.downcast::<PyByteArray>() {
            let data = b.data.borrow().clone();
            self.bytes(&data, flag)?;
        } else if let Some(s) = v.downcast::<PyStr>() {
            self.str(s.view(), s.is_interned(), flag)?;
        } else if let Some(t) = v.downcast::<PyTuple>() {
            self.items_head(t.len(), flag)?;
            for i in t.items() {
                self.object(i)?;
            }
        } else if let Some(l) = v.downcast::<PyList>() {
            let items = l.items.to_vec();
            self.out.push(b'[' | flag);
            self.length(items.len())?;
            for i in &items {
                self.object(i)?;
            }
        } else if let Some(d) = v.downcast::<PyDict>() {
            self.out.push(b'{' | flag);
            for (k, v) in d.items() {
                self.object(&k)?;
                self.object(&v)?;
            }
            self.out.push(b'0');
        } else if let Some(s) = v.downcast::<PySet>() {
            let frozen = std::ptr::eq(vm.type_of(v), &*vm.types.frozenset);
            self.out.push(if frozen { b'>' } else { b'<' } | flag);
            let items = s.items();
            self.length(items.len())?;
            for i in &items {
                self.object(i)?;
            }
        } else if let Some(c) = v.downcast::<PyCode>() {
            self.code(c, flag)?;
        } else if let Some(s) = v.downcast::<PySlice>().filter(|_| self.format >= 5) {
            self.out.push(b':' | flag);
            for part in [&s.start, &s.stop, &s.step] {
                self.object(part)?;
            }
        } else {
            return Err(vm.value_error("unmarshallable object"));
        }
        Ok(())
    }

    fn int(&mut self, i: IntRef<'_>, flag: u8) {
        if let Some(n) = i.as_i64().and_then(|n| i32::try_from(n).ok()) {
            self.out.push(b'i' | flag);
            self.out.extend_from_slice(&n.to_le_bytes());
            return;
        }
        // Digits of 15 bits, least first.
        let bits = int_bits::bit_length(i);
        let size = (bits / 8 + 1) as usize;
        let magnitude = int_arith::abs(i);
        let bytes = int_bits::to_bytes(
            magnitude.view(),
            size,
            int_bits::ByteOrder::Little,
            false,
            u64::MAX,
        )
        .unwrap_or_default();
        let digits = bits.div_ceil(15) as usize;
        self.out.push(b'l' | flag);
        let count = i32::try_from(digits).unwrap_or(i32::MAX);
        self.out
            .extend_from_slice(&(if i.is_negative() { -count } else { count }).to_le_bytes());
        let bit = |n: usize| bytes.get(n / 8).is_some_and(|b| b >> (n % 8) & 1 == 1);
        for d in 0..digits {
            let digit = (0..15).fold(0u16, |x, k| x | u16::from(bit(d * 15 + k)) << k);
            self.out.extend_from_slice(&digit.to_le_bytes());
        }
    }

    fn float_text(&mut self, f: f64) {
        let text = float_text::repr(f);
        self.out.push(text.len() as u8);
        self.out.extend_from_slice(text.as_bytes());
    }

    fn bytes(&mut self, b: &[u8], flag: u8) -> PyResult<()> {
        self.out.push(b's' | flag);
        self.length(b.len())?;
        self.out.extend_from_slice(b);
        Ok(())
    }

    fn str(&mut self, s: Str<'_>, interned: bool, flag: u8) -> PyResult<()> {
        let interned = interned && self.format >= 3;
        if let Some(ascii) = s.as_ascii_str().filter(|_| self.format >= 4) {
            let short = u8::try_from(ascii.len()).ok();
            let kind = match (short.is_some(), interned) {
                (true, true) => b'Z',
                (true, false) => b'z',
                (false, true) => b'A',
                (false, false) => b'a',
            };
            self.out.push(kind | flag);
            match short {
                Some(n) => self.out.push(n),
                None => self.length(ascii.len())?,
            }
            self.out.extend_from_slice(ascii.as_bytes());
            return Ok(());
        }
        let utf8 = encode_surrogatepass(s);
        self.out.push(if interned { b't' } else { b'u' } | flag);
        self.length(utf8.len())?;
        self.out.extend_from_slice(&utf8);
        Ok(())
    }

    fn items_head(&mut self, n: usize, flag: u8) -> PyResult<()> {
        match u8::try_from(n).ok().filter(|_| self.format >= 4) {
            Some(n) => self.out.extend_from_slice(&[b')' | flag, n]),
            None => {
                self.out.push(b'(' | flag);
                self.length(n)?;
            }
        }
        Ok(())
    }

    /// A tuple of names, all interned.
    fn names<'n>(&mut self, names: impl Iterator<Item = Str<'n>>) -> PyResult<()> {
        let items = names.map(|n| self.vm.intern_text(n)).collect();
        let t = self.vm.new_tuple(items);
        self.object(&t)
    }

    fn code(&mut self, v: &PyCode, flag: u8) -> PyResult<()> {
        let c: &Code = &v.code;
        let minor = self.vm.version().minor();
        let vm = self.vm;
        self.out.push(b'c' | flag);
        self.u32(c.argcount);
        if minor >= 8 {
            self.u32(c.posonlyargcount);
        }
        self.u32(c.kwonlyargcount);
        if minor <= 10 {
            self.u32(c.nlocals);
        }
        self.u32(c.stacksize);
        self.u32(c.flags);
        self.object(&vm.new_bytes(&c.code))?;
        let consts = vm.new_tuple(vm.code_consts(v).to_vec());
        self.object(&consts)?;
        self.names(c.names.iter().map(|n| n.view()))?;
        if minor >= 11 {
            self.names(c.localsplus.iter().map(|(n, _)| n.view()))?;
            let kinds: Vec<u8> = c.localsplus.iter().map(|(_, k)| k.0).collect();
            self.object(&vm.new_bytes(&kinds))?;
        } else {
            for kind in [SlotKind::LOCAL, SlotKind::FREE, SlotKind::CELL] {
                self.names(
                    c.localsplus
                        .iter()
                        .filter(|(_, k)| k.has(kind))
                        .map(|(n, _)| n.view()),
                )?;
            }
        }
        self.object(&vm.new_text(c.filename.view()))?;
        self.object(&vm.intern_text(c.name.view()))?;
        if minor >= 11 {
            self.object(&vm.intern_text(c.qualname.view()))?;
        }
        self.out.extend_from_slice(&c.firstlineno.to_le_bytes());
        self.object(&vm.new_bytes(&c.linetable))?;
        if minor >= 11 {
            self.object(&vm.new_bytes(&c.exceptiontable))?;
        }
        Ok(())
    }
}
