//! Formatted strings and template strings.

use opyc_core::error::PyResult;
use opyc_core::interp::{ControlFlow, Dispatch, StackCx};
use opyc_core::object::PyStr;

use crate::rows::prelude::*;

opcodes! {
    /// Formats a value: the low bits of the argument convert it first, bit 2 says that a specification is on top.
    FORMAT_VALUE ["value spec? -- str", |i| (1 + (i.arg >> 2 & 1), 1)] in 6..=12, raw FormatValue;
    /// Converts a value to text: 1 `str`, 2 `repr`, 3 `ascii`.
    CONVERT_VALUE (value -- str) in 13..=14, stack byte_convert_value;
    /// Formats a value without specification.
    FORMAT_SIMPLE (value -- str) in 13..=14, raw FormatSimple;
    /// Formats a value by a specification.
    FORMAT_WITH_SPEC (value spec -- str) in 13..=14, stack byte_format_with_spec;
    /// Joins `arg` strings.
    BUILD_STRING ["strings… -- str", |i| (i.arg, 1)] in 6..=14, raw BuildString;
    /// Makes an interpolation of a value, its expression and, with bit 0, a specification; the conversion is above.
    BUILD_INTERPOLATION ["value expression spec? -- interpolation", |i| (2 + (i.arg & 1), 1)] in 14..=14, control byte_build_interpolation;
    /// Makes a template of its strings and interpolations.
    BUILD_TEMPLATE (strings interpolations -- template) in 14..=14, stack byte_build_template;
}

/// `!s`, `!r` or `!a`; 0 leaves the value as it is.
fn convert(vm: &Vm, how: u32, value: &Value) -> PyResult {
    match how {
        0 => Ok(value.clone()),
        1 => vm.str_of(value),
        2 => vm.repr_of(value),
        3 => vm.ascii_of(value),
        _ => Err(vm.system_error(&format!("unexpected conversion flag {how}"))),
    }
}

/// `format(value, "")`; an exact str is itself.
fn format_simple(vm: &Vm, value: &Value) -> PyResult {
    if value.downcast_exact::<PyStr>().is_some() {
        return Ok(value.clone());
    }
    vm.format_value(value, &vm.new_str(""))
}

raw_op! {
    /// A value that the low bits of `arg` convert, by the specification on top if bit 2 says that there is one.
    FormatValue;
    fast(_vm, pc, sp, _fp) {
        if (*pc).arg == 0 && (*sp.sub(1)).downcast_exact::<PyStr>().is_some() {
            return Flow::to(pc.add(1), sp);
        }
        Flow::COLD
    }
    cold(vm, pc, sp, _fp) {
        let arg = (*pc).arg as u32;
        let spec = (arg & 4 != 0).then(|| &*sp.sub(1));
        let first = sp.sub(1 + spec.is_some() as usize);
        let converted = convert(vm, arg & 3, &*first);
        let made = converted.and_then(|value| match spec {
            Some(spec) => vm.format_value(&value, spec),
            None => format_simple(vm, &value),
        });
        raw::finish_native(vm, pc, sp, first, made)
    }
}

raw_op! {
    /// `sp[-1] = format(sp[-1])`
    FormatSimple;
    fast(_vm, pc, sp, _fp) {
        if (*sp.sub(1)).downcast_exact::<PyStr>().is_some() {
            return Flow::to(pc.add(1), sp);
        }
        Flow::COLD
    }
    cold(vm, pc, sp, _fp) {
        let first = sp.sub(1);
        let made = format_simple(vm, &*first);
        raw::finish_native(vm, pc, sp, first, made)
    }
}

fn byte_convert_value(cx: &StackCx<'_>, [value]: [Value; 1]) -> PyResult<[Value; 1]> {
    Ok([convert(cx.vm, cx.arg(), &value)?])
}

fn byte_format_with_spec(cx: &StackCx<'_>, [value, spec]: [Value; 2]) -> PyResult<[Value; 1]> {
    Ok([cx.vm.format_value(&value, &spec)?])
}

raw_op! {
    /// `sp[-arg] = "".join(sp[-arg..])`
    BuildString;
    cold(vm, pc, sp, _fp) {
        let first = sp.sub((*pc).arg as usize);
        let made = vm.concat_strings(std::slice::from_raw_parts(first, (*pc).arg as usize));
        raw::finish_native(vm, pc, sp, first, made)
    }
}

/// A class of `string.templatelib`, which the native module `_templatelib` holds.
fn template_class(vm: &Vm, name: &str) -> PyResult {
    vm.get_attr_str(&vm.import_module("_templatelib")?, name)
}

fn byte_build_interpolation(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let vm = d.vm();
    let spec = if d.arg() & 1 != 0 {
        d.pop()?
    } else {
        vm.new_str("")
    };
    let (expression, value) = (d.pop()?, d.pop()?);
    let conversion = match d.arg() >> 2 {
        0 => Value::NONE,
        1 => vm.intern("s"),
        2 => vm.intern("r"),
        3 => vm.intern("a"),
        n => return Err(vm.system_error(&format!("unexpected conversion flag {n}"))),
    };
    d.push(vm.call(
        &template_class(vm, "Interpolation")?,
        &[value, expression, conversion, spec],
    )?)?;
    Ok(ControlFlow::Next)
}

fn byte_build_template(
    cx: &StackCx<'_>,
    [strings, interpolations]: [Value; 2],
) -> PyResult<[Value; 1]> {
    // `Template(*parts)` takes strings and interpolations in turn, the strings at both ends.
    let vm = cx.vm;
    let (strings, interpolations) = (vm.collect(&strings)?, vm.collect(&interpolations)?);
    let mut parts = Vec::with_capacity(strings.len() + interpolations.len());
    let mut interpolations = interpolations.into_iter();
    for s in strings {
        parts.push(s);
        parts.extend(interpolations.next());
    }
    Ok([vm.call(&template_class(vm, "Template")?, &parts)?])
}
