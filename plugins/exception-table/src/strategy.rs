//! From an exception to its handler.

use opyc_core::error::{PyResult, Raise};
use opyc_core::interp::{BlockStrategy, Dispatch, Unwound};
use opyc_core::inventory;
use opyc_core::registry::StrategyDef;
use opyc_core::value::Value;
use opyc_core::version::VersionRange;

struct ExceptionTable;

inventory::submit! {
    StrategyDef {
        versions: VersionRange::minors(11, 14),
        provider: env!("CARGO_PKG_NAME"),
        overriding: false,
        strategy: &ExceptionTable,
    }
}

impl BlockStrategy for ExceptionTable {
    fn unwind(&self, d: &mut Dispatch<'_>, raise: &Raise) -> PyResult<Unwound> {
        let Some(entry) = d.exception_entry() else {
            return Ok(Unwound::Leave);
        };
        if d.depth() > entry.depth {
            d.truncate(entry.depth)?;
        }
        // A generator that is suspended has given away the value that its handler counts on (`CLEANUP_THROW`).
        while d.depth() < entry.depth {
            d.push(Value::NONE)?;
        }
        if entry.lasti {
            d.push(Value::i32(d.lasti()))?;
        }
        d.push(raise.value().clone())?;
        Ok(Unwound::Handler(entry.target))
    }
}
