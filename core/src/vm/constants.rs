//! Constants of code objects as values, and other facts on code.

use rustc_hash::FxHashMap;

use super::Vm;
use super::number::view;
use crate::code::{Const, flags};
use crate::num::int::Int;
use crate::object::*;
use crate::value::Value;
use crate::version::Version;

/// Where names that functions ask for lie in a dict of globals; null for a name that is not there.
#[derive(Clone, Copy)]
pub(super) struct GlobalsSlots {
    /// The dict's version; 0 is none.
    version: u32,
    builtins: *mut Value,
    name: *mut Value,
}

impl Default for GlobalsSlots {
    fn default() -> GlobalsSlots {
        GlobalsSlots {
            version: 0,
            builtins: std::ptr::null_mut(),
            name: std::ptr::null_mut(),
        }
    }
}

impl Vm {
    /// The constants of a code object as values.
    pub fn code_consts<'a>(&self, code: &'a PyCode) -> &'a [Value] {
        code.consts.get_or_init(|| {
            let mut seen = FxHashMap::default();
            code.code
                .consts
                .iter()
                .map(|c| self.const_value_shared(c, &mut seen))
                .collect()
        })
    }

    /// A constant as a value.
    pub fn const_value(&self, c: &Const) -> Value {
        self.const_value_shared(c, &mut FxHashMap::default())
    }

    /// Parts that the file shares become one object. `seen` maps their addresses.
    fn const_value_shared(&self, c: &Const, seen: &mut FxHashMap<usize, Value>) -> Value {
        let key = match c {
            Const::BigInt(a) => std::sync::Arc::as_ptr(a) as usize,
            Const::Bytes(a) => a.as_ptr() as usize,
            Const::Str(a, _) => std::sync::Arc::as_ptr(a) as usize,
            Const::Tuple(a) | Const::List(a) | Const::Set(a) | Const::FrozenSet(a) => {
                a.as_ptr() as usize
            }
            Const::Dict(a) => a.as_ptr() as usize,
            Const::Slice(a) => std::sync::Arc::as_ptr(a) as usize,
            Const::Code(a) => std::sync::Arc::as_ptr(a) as usize,
            _ => 0,
        };
        if key != 0
            && let Some(v) = seen.get(&key)
        {
            return v.clone();
        }
        let mut all = |items: &[Const]| -> Vec<Value> {
            items
                .iter()
                .map(|c| self.const_value_shared(c, seen))
                .collect()
        };
        let v = match c {
            Const::None => Value::NONE,
            Const::Bool(b) => Value::bool(*b),
            Const::Ellipsis => Value::ELLIPSIS,
            Const::StopIteration => self.exc_types.StopIteration.value(),
            Const::Int(i) => self.new_int(*i),
            Const::BigInt(b) => self.new_integer(match view(b) {
                crate::num::int::IntRef::Small(i) => Int::Small(i),
                crate::num::int::IntRef::Big(b) => Int::Big(b.clone()),
            }),
            Const::Float(f) => self.new_float(*f),
            Const::Complex(re, im) => self.new_complex(*re, *im),
            Const::Bytes(b) => self.new_bytes(b),
            Const::Str(s, true) => self.intern_text(s.view()),
            Const::Str(s, false) => self.new_text(s.view()),
            Const::Tuple(items) => self.new_tuple(all(items)),
            Const::List(items) => self.new_list(all(items)),
            Const::Set(items) | Const::FrozenSet(items) => {
                let items = all(items);
                let frozen = matches!(c, Const::FrozenSet(_));
                let ty = if frozen {
                    &self.types.frozenset
                } else {
                    &self.types.set
                };
                let s = self.new_set_of(ty);
                for i in items {
                    // Constants that are not hashable cannot come from a compiler; they are left out.
                    if let Err(r) = s.add(self, &i) {
                        drop(r);
                    }
                }
                s.into_value()
            }
            Const::Dict(items) => {
                let d = self.new_dict();
                for (k, v) in items.iter() {
                    let (k, v) = (
                        self.const_value_shared(k, seen),
                        self.const_value_shared(v, seen),
                    );
                    if let Err(r) = d.set(self, &k, v) {
                        drop(r);
                    }
                }
                d.into_value()
            }
            Const::Slice(p) => {
                let mut all = all(&p[..]).into_iter();
                let mut next = || all.next().unwrap_or(Value::NONE);
                self.new_slice(next(), next(), next())
            }
            Const::Code(code) => self.new_code(code.clone()).into_value(),
        };
        if key != 0 {
            seen.insert(key, v.clone());
        }
        v
    }

    /// The docstring of a function's code, or None.
    pub(super) fn code_doc(&self, code: &PyCode) -> Value {
        if code.code.version >= Version::V3_14 && code.code.flags & flags::HAS_DOCSTRING == 0 {
            return Value::NONE;
        }
        match code.code.consts.first() {
            Some(Const::Str(..)) => self
                .code_consts(code)
                .first()
                .cloned()
                .unwrap_or(Value::NONE),
            _ => Value::NONE,
        }
    }

    /// What a new function takes from its globals: the dict of builtins, and the module's name or NULL. Where they lie
    /// in the dict that was asked last is remembered.
    pub(super) fn names_of_globals(&self, globals: &PyDict) -> (Ref<PyDict>, Value) {
        let version = globals.ensure_version(self);
        let mut last = self.last_globals.get();
        if version == 0 || last.version != version {
            let slot = |name| globals.name_slot(name).unwrap_or(std::ptr::null_mut());
            last = GlobalsSlots {
                version,
                builtins: slot(&self.names.builtins),
                name: slot(&self.names.name),
            };
            self.last_globals.set(last);
        }
        // SAFETY: the addresses are valid while the dict has this version; nobody changes it meanwhile.
        let (builtins, name) = unsafe { (last.builtins.as_ref(), last.name.as_ref()) };
        (
            self.builtins_in(builtins.cloned()),
            name.cloned().unwrap_or(Value::NULL),
        )
    }

    /// The dict in which code with these globals looks names up last: `__builtins__`, or the machine's own.
    pub fn builtins_of(&self, globals: &PyDict) -> Ref<PyDict> {
        self.builtins_in(globals.get_name(&self.names.builtins))
    }

    fn builtins_in(&self, found: Option<Value>) -> Ref<PyDict> {
        match found {
            Some(v) => match (v.downcast::<PyModule>(), v.to_ref::<PyDict>()) {
                (Some(m), _) => m.dict.clone(),
                (_, Some(d)) => d,
                _ => self.builtins.clone(),
            },
            // Before 3.10 a function with globals of its own had no builtins but None.
            None if self.version < Version::V3_10 => {
                let only = self.new_dict();
                only.set_name(&self.intern("None"), Value::NONE);
                only
            }
            None => self.builtins.clone(),
        }
    }
}
