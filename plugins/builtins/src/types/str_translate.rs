//! `str.translate` and `str.maketrans`.

use opyc_core::error::PyResult;
use opyc_core::object::{PyDict, PyStr};
use opyc_core::text::builder::{self, Translated};
use opyc_core::value::Value;
use opyc_core::vm::Vm;

use super::str::text;
use super::text_support::new_buf;

/// `str.translate`.
pub fn translate(vm: &Vm, a: &[Value]) -> PyResult {
    let made = builder::translate(text(vm, &a[0])?, |c| look_up(vm, &a[1], c))?;
    Ok(new_buf(vm, made))
}

fn look_up(vm: &Vm, table: &Value, c: u32) -> PyResult<Translated> {
    let v = match vm.get_item(table, &vm.new_int(c.into())) {
        Ok(v) => v,
        Err(r) if vm.is_exception(&r, &vm.exc_types.LookupError) => return Ok(Translated::Same),
        Err(r) => return Err(r),
    };
    if v.is_none() {
        return Ok(Translated::Gone);
    }
    if let Some(s) = v.downcast::<PyStr>() {
        return Ok(Translated::Text(s.view().to_buf()));
    }
    match vm.int_value(&v) {
        Some(i) => match i.as_u64() {
            Some(c) if c <= u64::from(u32::from(char::MAX)) => Ok(Translated::Char(c as u32)),
            _ => Err(vm.value_error("character mapping must be in range(0x110000)")),
        },
        None => Err(vm.type_error("character mapping must return integer, None or str")),
    }
}

/// `str.maketrans`.
pub fn maketrans(vm: &Vm, a: &[Value]) -> PyResult {
    let table = vm.new_dict();
    let Some(y) = a[1].opt() else {
        let Some(d) = a[0].downcast::<PyDict>() else {
            return Err(
                vm.type_error("if you give only one argument to maketrans it must be a dict")
            );
        };
        for (k, v) in d.items() {
            table.set(vm, &key_of(vm, &k)?, v)?;
        }
        return Ok(table.into_value());
    };
    let Some(y) = y.downcast::<PyStr>() else {
        return Err(vm.type_error(&format!(
            "maketrans() argument 2 must be str, not {}",
            vm.type_name(y)
        )));
    };
    let gone = match a[2].opt() {
        None => None,
        Some(z) => match z.downcast::<PyStr>() {
            Some(z) => Some(z),
            None => {
                let text = format!(
                    "maketrans() argument 3 must be str, not {}",
                    vm.type_name(z)
                );
                return Err(vm.type_error(&text));
            }
        },
    };
    let Some(x) = a[0].downcast::<PyStr>() else {
        return Err(vm.type_error(
            "first maketrans argument must be a string if there is a second argument",
        ));
    };
    if x.len() != y.len() {
        return Err(vm.value_error("the first two maketrans arguments must have equal length"));
    }
    for (from, to) in x.view().iter().zip(y.view().iter()) {
        table.set(vm, &vm.new_int(from.into()), vm.new_int(to.into()))?;
    }
    for c in gone.into_iter().flat_map(|z| z.view().iter()) {
        table.set(vm, &vm.new_int(c.into()), Value::NONE)?;
    }
    Ok(table.into_value())
}

/// A key of a table for `translate`: characters become ints.
fn key_of(vm: &Vm, k: &Value) -> PyResult {
    if let Some(s) = k.downcast::<PyStr>() {
        return match s.view().get(0) {
            Some(c) if s.len() == 1 => Ok(vm.new_int(c.into())),
            _ => Err(vm.value_error("string keys in translate table must be of length 1")),
        };
    }
    if vm.is_int(k) {
        return Ok(k.clone());
    }
    Err(vm.type_error("keys in translate table must be strings or integers"))
}
