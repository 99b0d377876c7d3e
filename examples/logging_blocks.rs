//! A block strategy of one's own: `cargo run --example logging_blocks`.
//!
//! How an exception finds its handler is a plug-in, too. This one lets the standard strategy of the version do the work,
//! and keeps a log of it. It holds for one machine; to replace the standard one for all machines, register the
//! definition: `inventory::submit! { … }` with `overriding: true`.

use std::cell::RefCell;

use opyc::core::error::{PyResult, Raise};
use opyc::core::interp::{BlockStrategy, Dispatch, Unwound};
use opyc::core::registry::{StrategyDef, strategies};
use opyc::core::version::VersionRange;
use opyc::{Code, Machine};

/// The strategy as it is registered, or given to a machine.
pub static LOGGING: StrategyDef = StrategyDef {
    versions: VersionRange::ALL,
    provider: "logging_blocks",
    overriding: true,
    strategy: &Logging,
};

struct Logging;

/// What belongs to one machine is kept in it.
#[derive(Default)]
pub struct Log(pub RefCell<Vec<String>>);

impl BlockStrategy for Logging {
    fn unwind(&self, d: &mut Dispatch<'_>, raise: &Raise) -> PyResult<Unwound> {
        let vm = d.vm();
        let standard = strategies()
            .into_iter()
            .find(|s| !s.overriding && s.versions.contains(vm.version()));
        let Some(standard) = standard else {
            return Ok(Unwound::Leave);
        };
        let class = vm.type_name(raise.value());
        let function = d.code().qualname.view().to_string_lossy().into_owned();
        let from = d.index();
        let unwound = standard.strategy.unwind(d, raise)?;
        let end = match &unwound {
            Unwound::Handler(at) => format!("goes on at instruction {at}"),
            Unwound::Leave => "leaves".into(),
        };
        let line = format!("{class} at instruction {from} of {function} {end}");
        vm.extension::<Log>().0.borrow_mut().push(line);
        Ok(unwound)
    }
}

/// Runs a program, then shows how its exceptions found their handlers.
pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    let code = Code::from_pyc(include_bytes!("double.pyc"), "examples/double.pyc")?;
    let machine = Machine::for_code(&code).strategy(&LOGGING).build()?;
    machine.run_code(code)?;
    print!("{}", machine.output());
    for line in machine.extension::<Log>().0.borrow().iter() {
        println!("{line}");
    }
    Ok(())
}
