//! What is said of arguments that do not fit a native function, in the words of each version.

use super::Vm;
use super::natives::parameter_names;
use crate::error::{PyResult, Raise};
use crate::object::{Access, MethodDef, PyType};
use crate::value::Value;
use crate::version::{Version, VersionRange};

/// How a wrong number of arguments is worded where none can be given by name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    /// `f() takes exactly one argument (2 given)`
    One,
    /// `f() takes at most 2 arguments (3 given)`
    Takes,
    /// `f expected at most 2 arguments, got 3`
    Expected,
}

use Words::{Expected, One, Takes};

/// The functions that do not word it as most do (`One` for a single argument, else `Expected`): type or module, names
/// and versions. What each CPython says was asked with wrong numbers of arguments.
const UNUSUAL: &[(&str, &str, VersionRange, Words)] = &[
    (
        "_codecs",
        "ascii_decode ascii_encode latin_1_decode latin_1_encode register_error",
        UNTIL_7,
        Takes,
    ),
    (
        "_codecs",
        "utf_8_decode utf_8_encode utf_16_decode utf_16_encode utf_32_decode utf_32_encode",
        UNTIL_7,
        Takes,
    ),
    (
        "_codecs",
        "utf_16_be_decode utf_16_be_encode utf_16_le_decode utf_16_le_encode",
        UNTIL_7,
        Takes,
    ),
    (
        "_codecs",
        "utf_32_be_decode utf_32_be_encode utf_32_le_decode utf_32_le_encode",
        UNTIL_7,
        Takes,
    ),
    ("_imp", "_fix_co_filename", UNTIL_7, Takes),
    ("_operator", "_compare_digest", ONLY_6, Takes),
    ("_operator", "length_hint", UNTIL_7, Takes),
    ("_weakref", "_remove_dead_weakref", UNTIL_7, Takes),
    ("builtins", "format", UNTIL_7, Takes),
    (
        "bytearray",
        "center insert ljust maketrans pop replace rjust zfill",
        UNTIL_7,
        Takes,
    ),
    (
        "bytearray",
        "count endswith find index rfind rindex startswith",
        UNTIL_12,
        Takes,
    ),
    (
        "bytes",
        "center ljust maketrans replace rjust zfill",
        UNTIL_7,
        Takes,
    ),
    (
        "bytes",
        "count endswith find index rfind rindex startswith",
        UNTIL_12,
        Takes,
    ),
    (
        "classmethod",
        "__init__ __new__",
        VersionRange::ALL,
        Expected,
    ),
    ("complex", "__format__", VersionRange::minors(6, 9), Takes),
    ("cycle", "__new__", VersionRange::ALL, Expected),
    ("dict", "__contains__ __getitem__", VersionRange::ALL, One),
    ("float", "__format__ __round__", ONLY_6, Takes),
    ("frozenset", "__contains__", VersionRange::ALL, One),
    ("int", "__format__", ONLY_6, Takes),
    ("int", "__round__", VersionRange::minors(6, 9), Takes),
    ("itertools", "tee", UNTIL_7, Takes),
    ("list", "__getitem__", VersionRange::ALL, One),
    ("list", "index insert pop", UNTIL_7, Takes),
    ("marshal", "dump dumps", UNTIL_7, Takes),
    ("marshal", "loads", ONLY_6, Takes),
    ("math", "gcd", ONLY_6, Takes),
    ("math", "fmod hypot pow", VersionRange::minors(7, 7), Takes),
    ("math", "ldexp", UNTIL_7, Takes),
    ("object", "__format__", ONLY_6, Takes),
    ("pairwise", "__new__", VersionRange::ALL, Expected),
    ("set", "__contains__", VersionRange::ALL, One),
    (
        "staticmethod",
        "__init__ __new__",
        VersionRange::ALL,
        Expected,
    ),
    (
        "str",
        "center ljust maketrans replace rjust",
        UNTIL_7,
        Takes,
    ),
    (
        "str",
        "count endswith find index rfind rindex startswith",
        UNTIL_12,
        Takes,
    ),
    ("str", "__format__ lstrip rstrip strip zfill", ONLY_6, Takes),
    ("sys", "intern", UNTIL_7, Takes),
    ("time", "clock_gettime clock_gettime_ns", UNTIL_12, Takes),
    (
        "time",
        "clock_getres ctime get_clock_info gmtime localtime strftime",
        VersionRange::ALL,
        Takes,
    ),
    ("tuple", "index", UNTIL_7, Takes),
];

const ONLY_6: VersionRange = VersionRange::minors(6, 6);
const UNTIL_7: VersionRange = VersionRange::minors(6, 7);
const UNTIL_12: VersionRange = VersionRange::minors(6, 12);

/// A native function and arguments that do not fit it.
pub(super) struct Misfit<'a> {
    pub vm: &'a Vm,
    pub def: &'static MethodDef,
    /// The type or the name of the module that has the function.
    pub owner: Value,
    /// What a function is bound to that was looked up before it was called.
    pub this: Option<Value>,
}

impl Misfit<'_> {
    /// Whether messages name the class instead of the method.
    fn is_constructor(&self) -> bool {
        self.def.access == Access::New || self.def.name == "__init__"
    }

    /// The name without its class; for a constructor that of the class.
    fn name(&self) -> String {
        match self.owner.downcast::<PyType>() {
            Some(t) if self.is_constructor() => t.name(),
            _ => self.def.name.to_string(),
        }
    }

    /// `type.name` or `name`, as messages of this version say it.
    fn qualified_name(&self) -> String {
        if self.vm.version < Version::V3_9 || self.is_constructor() {
            return self.name();
        }
        let name = self.def.name;
        match (self.owner.downcast::<PyType>(), &self.this) {
            (Some(_), Some(this)) if self.def.access != Access::ClassMethod => {
                format!("{}.{name}", self.vm.type_name(this))
            }
            (Some(t), _) => format!("{}.{name}", t.name()),
            (None, _)
                if self.vm.is_str(&self.owner) && self.vm.str_lossy(&self.owner) != "builtins" =>
            {
                format!("{}.{name}", self.vm.str_lossy(&self.owner))
            }
            (None, _) => name.to_string(),
        }
    }

    /// An error if so many arguments, `named` of them by name, cannot fit.
    #[inline]
    pub fn check_counts(&self, given: usize, named: usize) -> PyResult<()> {
        let p = self.def.params;
        let (required, max) = (p.required as usize, p.positional as usize);
        let fits = if named == 0 {
            required <= given && given <= max
        } else {
            let all = max + p.keyword_only as usize;
            p.positional_only as usize != all
                && given <= max
                && given + named <= all
                && given >= required.min(p.positional_only as usize)
        };
        if fits {
            Ok(())
        } else {
            Err(self.count(given, named))
        }
    }

    /// The error of a wrong number of arguments.
    #[cold]
    fn count(&self, given: usize, named: usize) -> Raise {
        let p = self.def.params;
        let all = (p.positional + p.keyword_only) as usize;
        let text = if p.positional_only as usize != all {
            return self.count_with_names(given, named);
        } else if named > 0 {
            format!("{}() takes no keyword arguments", self.qualified_name())
        } else if super::descriptors::is_slot_name(self.def.name)
            && !self.is_constructor()
            && self.unusual().is_none()
        {
            self.slot_count(given)
        } else if all == 0 {
            format!(
                "{}() takes no arguments ({given} given)",
                self.qualified_name()
            )
        } else {
            self.plain_count(given)
        };
        self.vm.type_error(&text)
    }

    fn owner_name(&self) -> String {
        match self.owner.downcast::<PyType>() {
            Some(t) => t.name(),
            None => self.vm.str_lossy(&self.owner),
        }
    }

    fn unusual(&self) -> Option<Words> {
        let owner = self.owner_name();
        let found = UNUSUAL.iter().find(|(o, names, versions, _)| {
            *o == owner
                && versions.contains(self.vm.version)
                && names.split(' ').any(|n| n == self.def.name)
        });
        found.map(|(.., words)| *words)
    }

    fn s(n: usize) -> &'static str {
        if n == 1 { "" } else { "s" }
    }

    /// Some versions always say "arguments".
    fn s_since_8(&self, n: usize) -> &'static str {
        if self.vm.version >= Version::V3_8 {
            Self::s(n)
        } else {
            "s"
        }
    }

    /// A method that a slot of the type stands behind. Those of several arguments have lost their name until 3.14, but not
    /// the space behind it.
    fn slot_count(&self, given: usize) -> String {
        let (min, max) = (
            self.def.params.required as usize,
            self.def.params.positional as usize,
        );
        let number = ["int", "float", "complex"];
        let owner = self
            .owner
            .downcast::<PyType>()
            .map(|t| t.name())
            .unwrap_or_default();
        let repeats = matches!(self.def.name, "__mul__" | "__rmul__" | "__imul__")
            && !number.contains(&&*owner);
        let (how, want) = match (min == max, given < min) {
            (true, _) => ("", max),
            (false, true) => ("at least ", min),
            (false, false) => ("at most ", max),
        };
        let name = match self.vm.version >= Version::V3_14 {
            true if self.def.name.ends_with("pow__") => {
                return format!("expected 1 or 2 arguments, got {given}");
            }
            true if max > 1 => format!("{} ", self.def.name),
            false if max > 1 || repeats => " ".to_string(),
            _ => String::new(),
        };
        format!(
            "{name}expected {how}{want} argument{}, got {given}",
            self.s_since_8(want)
        )
    }

    /// A function whose arguments have no names.
    fn plain_count(&self, given: usize) -> String {
        let (min, max) = (
            self.def.params.required as usize,
            self.def.params.positional as usize,
        );
        let (how, n) = match (min == max, given < min) {
            (true, _) => ("exactly", max),
            (false, true) => ("at least", min),
            (false, false) => ("at most", max),
        };
        let usual = if min == 1 && max == 1 { One } else { Expected };
        match self.unusual().unwrap_or(usual) {
            One => format!(
                "{}() takes exactly one argument ({given} given)",
                self.qualified_name()
            ),
            Takes => format!(
                "{}() takes {how} {n} argument{} ({given} given)",
                self.name(),
                Self::s(n)
            ),
            Expected => {
                let how = if min == max {
                    String::new()
                } else {
                    format!("{how} ")
                };
                // The C functions of 3.6's `_operator` have this before their names, most of them.
                let plain = ["countOf", "indexOf", "ipow", "is_", "is_not", "pow"];
                let prefixed = self.vm.version < Version::V3_7
                    && min == max
                    && self.owner_name() == "_operator"
                    && !plain.contains(&self.def.name);
                let prefix = if prefixed { "op_" } else { "" };
                format!(
                    "{prefix}{} expected {how}{n} argument{}, got {given}",
                    self.name(),
                    self.s_since_8(n)
                )
            }
        }
    }

    /// A function some of whose arguments can be given by name.
    fn count_with_names(&self, given: usize, named: usize) -> Raise {
        let p = self.def.params;
        let (required, max) = (p.required as usize, p.positional as usize);
        let all = max + p.keyword_only as usize;
        let unnamed = required.min(p.positional_only as usize);
        let six = self.vm.version < Version::V3_7;
        let f = if six {
            "Function".to_string()
        } else {
            format!("{}()", self.name())
        };
        let text = if given + named > all {
            let by_name = if given == 0 && !six { "keyword " } else { "" };
            let (f, n) = (self.name(), given + named);
            format!(
                "{f}() takes at most {all} {by_name}argument{} ({n} given)",
                Self::s(all)
            )
        } else if given > max && max == 0 && !six {
            format!("{f} takes no positional arguments")
        } else if given > max {
            let exactly = required == max && self.vm.version >= Version::V3_8;
            let how = if exactly { "exactly" } else { "at most" };
            format!(
                "{f} takes {how} {max} positional argument{} ({given} given)",
                self.s_since_8(max)
            )
        } else if given < unnamed {
            let how = if unnamed < max { "at least" } else { "exactly" };
            format!(
                "{f} takes {how} {unnamed} positional argument{} ({given} given)",
                self.s_since_8(unnamed)
            )
        } else {
            return self.missing(given);
        };
        self.vm.type_error(&text)
    }

    /// The error of a parameter without an argument.
    pub fn missing(&self, i: usize) -> Raise {
        let name = parameter_names(self.def.sig).nth(i).unwrap_or_default();
        self.vm.type_error(&if self.vm.version >= Version::V3_7 {
            format!(
                "{}() missing required argument '{name}' (pos {})",
                self.name(),
                i + 1
            )
        } else {
            format!("Required argument '{name}' (pos {}) not found", i + 1)
        })
    }

    /// The error of an argument that is given by position and by name.
    pub fn given_twice(&self, name: &str, i: usize) -> Raise {
        self.vm.type_error(&if self.vm.version >= Version::V3_7 {
            let f = self.name();
            format!(
                "argument for {f}() given by name ('{name}') and position ({})",
                i + 1
            )
        } else {
            format!("Argument given by name ('{name}') and position ({})", i + 1)
        })
    }

    /// The error of a keyword that no parameter has.
    pub fn unknown_keyword(&self, keyword: &Value) -> Raise {
        if !self.vm.is_str(keyword) {
            return self.vm.type_error("keywords must be strings");
        }
        let (f, name) = (self.name(), self.vm.str_lossy(keyword));
        self.vm.type_error(&if self.vm.version >= Version::V3_13 {
            format!("{f}() got an unexpected keyword argument '{name}'")
        } else if self.vm.version >= Version::V3_7 {
            format!("'{name}' is an invalid keyword argument for {f}()")
        } else {
            format!("'{name}' is an invalid keyword argument for this function")
        })
    }
}
