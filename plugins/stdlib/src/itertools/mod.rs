//! `itertools`.

mod combine;
mod group;
mod infinite;
mod select;
mod zip;

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::MethodDef;
use opyc_core::value::Value;
use opyc_core::version::VersionRange;
use opyc_core::vm::Vm;

use crate::util::{module, put};

/// Declares an iterator type: its spec, and its methods beside `__iter__` and `__next__`.
macro_rules! iterator {
    ($ty:ident, $spec:ident, $def:ident, $name:literal, $next:path, [$($extra:expr),* $(,)?]) => {
        pub(super) static $spec: opyc_core::vm::NativeTypeSpec =
            $crate::util::spec($name, opyc_core::object::TypeFlags::BASETYPE, Some($next));
        $crate::util::type_def!($def, $name, [
            opyc_core::object::MethodDef::method("__iter__", "", $crate::util::itself),
            opyc_core::object::MethodDef::method("__next__", "", $crate::util::next),
            $($extra),*
        ], []);
    };
}
use iterator;

/// Refuses keywords.
fn no_keywords(vm: &Vm, args: &Args<'_>, name: &str) -> PyResult<()> {
    if args.has_keywords() {
        return Err(vm.type_error(&format!("{name}() takes no keyword arguments")));
    }
    Ok(())
}

fn init(vm: &Vm, m: &Value) -> PyResult<()> {
    infinite::init(vm, m);
    select::init(vm, m);
    group::init(vm, m);
    combine::init(vm, m);
    zip::init(vm, m);
    Ok(())
}

fn init_10(vm: &Vm, m: &Value) -> PyResult<()> {
    put(
        vm,
        m,
        "pairwise",
        vm.native_type::<zip::Pairwise>(&zip::PAIRWISE).into_value(),
    );
    Ok(())
}

fn init_12(vm: &Vm, m: &Value) -> PyResult<()> {
    put(
        vm,
        m,
        "batched",
        vm.native_type::<zip::Batched>(&zip::BATCHED).into_value(),
    );
    Ok(())
}

module!(
    ITERTOOLS,
    "itertools",
    VersionRange::ALL,
    init,
    [MethodDef::function("tee", "iterable, n=, /", group::tee)]
);
module!(
    ITERTOOLS_10,
    "itertools",
    VersionRange::minors(10, 14),
    init_10,
    []
);
module!(
    ITERTOOLS_12,
    "itertools",
    VersionRange::minors(12, 14),
    init_12,
    []
);
