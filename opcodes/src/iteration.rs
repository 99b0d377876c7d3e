//! Iterators of objects. The loop over them is in [`super::for_iter`].

use opyc_core::error::PyResult;
use opyc_core::interp::StackCx;
use opyc_core::object::{GenKind, PyGenerator};

use crate::rows::prelude::*;

opcodes! {
    /// Replaces an object by an iterator over it.
    GET_ITER (object -- iter) in 6..=14, stack byte_get_iter;
    /// Replaces an object by an iterator over it; a generator, or where allowed a coroutine, stays.
    GET_YIELD_FROM_ITER (object -- iter) in 6..=14, stack byte_get_yield_from_iter;
}

fn byte_get_iter(cx: &StackCx<'_>, [object]: [Value; 1]) -> PyResult<[Value; 1]> {
    Ok([cx.vm.get_iter(&object)?])
}

fn byte_get_yield_from_iter(cx: &StackCx<'_>, [object]: [Value; 1]) -> PyResult<[Value; 1]> {
    use opyc_core::code::flags;
    match object.downcast::<PyGenerator>().map(|g| g.kind) {
        Some(GenKind::Generator) => Ok([object]),
        Some(GenKind::Coroutine) => {
            if raw::code_flags(cx.vm) & (flags::COROUTINE | flags::ITERABLE_COROUTINE) == 0 {
                const TEXT: &str =
                    "cannot 'yield from' a coroutine object in a non-coroutine generator";
                return Err(cx.vm.type_error(TEXT));
            }
            Ok([object])
        }
        _ => Ok([cx.vm.get_iter(&object)?]),
    }
}
