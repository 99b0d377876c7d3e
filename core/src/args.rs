//! [`Args`]: the arguments of a call.

use crate::value::Value;

/// The arguments of a call as the caller gave them: positional ones, then the values of keywords.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    values: &'a [Value],
    names: &'a [Value],
}

impl<'a> Args<'a> {
    /// Positional arguments only.
    pub fn positional(values: &'a [Value]) -> Args<'a> {
        Args { values, names: &[] }
    }

    /// Positional arguments, then one value for each of `names`, which are strs.
    #[inline(always)]
    pub fn with_names(values: &'a [Value], names: &'a [Value]) -> Args<'a> {
        let fits = names.len() <= values.len();
        Args {
            values,
            names: if fits { names } else { &[] },
        }
    }

    /// The positional arguments.
    #[inline(always)]
    pub fn pos(&self) -> &'a [Value] {
        &self.values[..self.values.len() - self.names.len()]
    }

    /// All values: positional, then those of keywords.
    pub fn values(&self) -> &'a [Value] {
        self.values
    }

    /// The names of the keywords.
    pub fn names(&self) -> &'a [Value] {
        self.names
    }

    /// Keywords: name (a str) and value.
    pub fn keywords(&self) -> impl Iterator<Item = (&'a Value, &'a Value)> {
        self.names.iter().zip(&self.values[self.pos().len()..])
    }

    /// Whether there are keywords.
    #[inline(always)]
    pub fn has_keywords(&self) -> bool {
        !self.names.is_empty()
    }
}
