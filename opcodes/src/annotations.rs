//! Annotations of modules and classes, before 3.14 made them lazy.

use opyc_core::error::PyResult;
use opyc_core::interp::StackCx;
use opyc_core::opcodes;
use opyc_core::value::Value;

use crate::names::{lookup, namespace};

opcodes! {
    /// Makes sure that the namespace has `__annotations__`.
    SETUP_ANNOTATIONS (--) in 6..=14, stack byte_setup_annotations;
    /// Sets an item of `__annotations__`.
    STORE_ANNOTATION (value --) in 6..=6, stack byte_store_annotation;
}

fn byte_setup_annotations(cx: &StackCx<'_>, []: [Value; 0]) -> PyResult<[Value; 0]> {
    let vm = cx.vm;
    let locals = namespace(vm, || "found when setting up annotations".into())?;
    if lookup(vm, &locals, &vm.names.annotations)?.is_none() {
        vm.set_item(&locals, &vm.names.annotations, vm.new_dict().into_value())?;
    }
    Ok([])
}

fn byte_store_annotation(cx: &StackCx<'_>, [value]: [Value; 1]) -> PyResult<[Value; 0]> {
    let vm = cx.vm;
    let locals = namespace(vm, || "found when storing annotation".into())?;
    let Some(annotations) = lookup(vm, &locals, &vm.names.annotations)? else {
        return Err(vm.name_error(&vm.names.annotations));
    };
    vm.set_item(&annotations, &cx.name(), value)?;
    Ok([])
}
