//! A range of versions that opyc does not run is told by every table, with the crate.

use opyc_core::error::PyResult;
use opyc_core::interp::StackCx;
use opyc_core::opcodes;
use opyc_core::registry::Table;
use opyc_core::value::Value;
use opyc_core::version::Version;

opcodes! {
    /// Doubles.
    DOUBLE (a -- a) in 3.2..=3.14, stack same;
}

fn same(_: &StackCx<'_>, a: [Value; 1]) -> PyResult<[Value; 1]> {
    Ok(a)
}

#[test]
fn a_range_that_opyc_does_not_run() {
    for version in Version::ALL {
        assert_eq!(
            Table::shared(version).map(|_| ()).map_err(|e| e.to_string()),
            Err("crate opyc-core provides opcode DOUBLE for CPython 3.2-3.14, but opyc runs 3.6 to 3.14; correct its \
                 range of versions (`in ..` stands for all)"
                .into())
        );
    }
}
