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

/// What a command is asked that reads files and runs nothing.
#[derive(Default)]
pub(super) struct Files {
    pub(super) files: Vec<String>,
    pub(super) json: bool,
    /// The file of their opcode map, if they have one.
    pub(super) map: Option<String>,
}

impl Files {
    /// Reads the arguments; `None` asks for help. `flag` is set by the option that only this command has, whose `names`
    /// are given; `missing` says that there are no files.
    pub(super) fn parse(
        args: Vec<OsString>,
        names: &[&str],
        flag: &mut bool,
        missing: &str,
    ) -> Result<Option<Files>, String> {
        let mut request = Files::default();
        let mut args = Args::new(args);
        while let Some(arg) = args.next()? {
            let (name, value) = match arg {
                Arg::Option(name, value) => (name, value),
                Arg::Value(file) => {
                    request.files.push(file);
                    continue;
                }
            };
            match name.as_str() {
                "--opcode-map" => request.map = Some(args.value(&name, value, "a file")?),
                "-h" | "--help" if value.is_none() => return Ok(None),
                "--json" if value.is_none() => request.json = true,
                other if value.is_none() && names.contains(&other) => *flag = true,
                _ => return unknown(&name),
            }
        }
        if request.files.is_empty() {
            return Err(missing.into());
        }
        Ok(Some(request))
    }
}

/// Refuses an option that the command does not have.
pub(super) fn unknown<T>(option: &str) -> Result<T, String> {
    Err(format!("unknown option {option}"))
}
