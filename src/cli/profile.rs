//! `opyc run --profile`: what the program's time goes into.

use std::io::Write;
use std::rc::Rc;

use opyc::Machine;
use opyc::profile::Profile;

use super::complain;
use super::run::Finish;

/// Measures the program; at its end the report goes to standard error and the folded stacks into a file.
pub(super) fn attach(machine: &Machine, folded: String) -> Finish {
    let profile: Rc<Profile> = Profile::attach(machine);
    Box::new(move || {
        let report = profile.report();
        let mut text = report.to_string();
        match std::fs::write(&folded, report.folded()) {
            Ok(()) => text += &format!("\nfolded stacks, for flame graphs: {folded}\n"),
            Err(e) => complain(&format!("cannot write {folded}: {e}")),
        }
        // Without minding that nobody reads.
        let _ = std::io::stderr().write_all(text.as_bytes());
    })
}

/// Where folded stacks go if nobody says: beside nothing else, in the current folder, under the program's name.
pub(super) fn default_file(program: &str) -> String {
    let name = program.rsplit('/').next().unwrap_or(program);
    let name = name.strip_suffix(".pyc").unwrap_or(name);
    format!("{name}.folded")
}
