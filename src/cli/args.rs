//! Reads the arguments of a command: options anywhere, a `--` before arguments that begin with a dash.

use std::ffi::OsString;

/// One argument.
pub(super) enum Arg {
    /// `--name` or `-n`, with what stands behind `=`.
    Option(String, Option<String>),
    /// Anything else.
    Value(String),
}

/// The arguments of a command, one after the other.
pub(super) struct Args {
    rest: std::vec::IntoIter<OsString>,
    only_values: bool,
}

impl Args {
    pub(super) fn new(args: Vec<OsString>) -> Args {
        Args {
            rest: args.into_iter(),
            only_values: false,
        }
    }

    /// The next argument.
    pub(super) fn next(&mut self) -> Result<Option<Arg>, String> {
        let Some(text) = self.word()? else {
            return Ok(None);
        };
        if self.only_values || !text.starts_with('-') || text == "-" {
            return Ok(Some(Arg::Value(text)));
        }
        if text == "--" {
            self.only_values = true;
            return self.next();
        }
        Ok(Some(match text.split_once('=') {
            Some((name, value)) => Arg::Option(name.into(), Some(value.into())),
            None => Arg::Option(text, None),
        }))
    }

    /// The value of an option: what stood behind `=`, else the next argument.
    pub(super) fn value(
        &mut self,
        option: &str,
        given: Option<String>,
        what: &str,
    ) -> Result<String, String> {
        match given {
            Some(value) => Ok(value),
            None => self.word()?.ok_or_else(|| format!("{option} needs {what}")),
        }
    }

    /// All that follows, whatever it looks like.
    pub(super) fn rest(mut self) -> Result<Vec<String>, String> {
        std::iter::from_fn(|| self.word().transpose()).collect()
    }

    fn word(&mut self) -> Result<Option<String>, String> {
        match self.rest.next().map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(text)),
            Some(Err(raw)) => Err(format!("not valid UTF-8: {}", raw.to_string_lossy())),
        }
    }
}

/// Refuses an option that the command does not have.
pub(super) fn unknown<T>(option: &str) -> Result<T, String> {
    Err(format!("unknown option {option}"))
}
