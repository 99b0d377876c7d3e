//! [`Args`]: the arguments of a call.

use crate::object::PyTuple;
use crate::value::Value;

/// The arguments of a call as the caller gave them: positional ones, then the values of keywords.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    values: &'a [Value],
    names: Option<&'a PyTuple>,
}

impl<'a> Args<'a> {
    /// Positional arguments only.
    pub fn positional(values: &'a [Value]) -> Args<'a> {
        Args {
            values,
            names: None,
        }
    }

    /// Positional arguments, then one value for each of `names` (a tuple of str).
    pub fn with_names(values: &'a [Value], names: Option<&'a PyTuple>) -> Args<'a> {
        let names = names.filter(|n| !n.is_empty() && n.len() <= values.len());
        Args { values, names }
    }

    /// The positional arguments.
    #[inline(always)]
    pub fn pos(&self) -> &'a [Value] {
        match self.names {
            None => self.values,
            Some(n) => &self.values[..self.values.len() - n.len()],
        }
    }

    /// All values: positional, then those of keywords.
    pub fn values(&self) -> &'a [Value] {
        self.values
    }

    /// The names of the keywords.
    pub fn names(&self) -> Option<&'a PyTuple> {
        self.names
    }

    /// Keywords: name (a str) and value.
    pub fn keywords(&self) -> impl Iterator<Item = (&'a Value, &'a Value)> {
        let n = self.names.map_or(0, PyTuple::len);
        let names = self.names.map_or(&[][..], PyTuple::items);
        names.iter().zip(&self.values[self.values.len() - n..])
    }

    /// Whether there are keywords.
    #[inline(always)]
    pub fn has_keywords(&self) -> bool {
        self.names.is_some()
    }
}
