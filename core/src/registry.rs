//! Registration and lookup: opcodes, block strategies, native types and native modules.
//!
//! Opcodes and strategies are collected with `inventory`, native types and modules with `linkme`. A [`Table`] is what
//! one CPython version dispatches by; it is built once, on first use, and reports conflicts by crate name.

use std::sync::{Arc, OnceLock};

use once_cell::sync::OnceCell;
use rustc_hash::FxHashMap;

use crate::decode::Instruction;
use crate::error::{Fault, PyResult};
use crate::interp::{BlockStrategy, LinkCx};
use crate::object::{GetSet, MethodDef};
use crate::value::Value;
use crate::version::{Version, VersionInfo, VersionRange};
use crate::vm::Vm;

pub use crate::effect::{BlockEffect, Effect, HandlerKind};

/// A registered opcode: one name over a range of versions.
pub struct OpcodeDef {
    /// CPython's name.
    pub name: &'static str,
    /// The versions in which it means this.
    pub versions: VersionRange,
    /// One sentence.
    pub doc: &'static str,
    /// The stack effect as written, for people.
    pub effect_text: &'static str,
    /// The stack effect for the verifier.
    pub effect: Effect,
    /// The crate that provides it.
    pub provider: &'static str,
    /// Whether it is meant to replace another definition of the name.
    pub overriding: bool,
    /// Puts the handler into an instruction.
    pub link: fn(&mut LinkCx<'_>),
    /// For an opcode that stands for several operators: the name of the one that an instruction means.
    pub operator: Option<fn(&Instruction) -> Option<&'static str>>,
    /// For the value rung: installs the operator with operands folded in.
    pub fuse: Option<fn(&mut LinkCx<'_>, &Fusion) -> bool>,
}

/// Operands and result of an operator that the linker folds into it; see [`crate::interp::Fusion`].
pub use crate::interp::Fusion;

inventory::collect!(OpcodeDef);

/// A registered block strategy.
pub struct StrategyDef {
    /// The versions whose code it unwinds.
    pub versions: VersionRange,
    /// The crate that provides it.
    pub provider: &'static str,
    /// Whether it is meant to replace another one.
    pub overriding: bool,
    /// The strategy.
    pub strategy: &'static dyn BlockStrategy,
}

inventory::collect!(StrategyDef);

/// Methods and computed attributes that a crate gives to a builtin type. A type may get several.
pub struct TypeDef {
    /// The type's name, as in [`crate::vm::Types`].
    pub name: &'static str,
    /// Methods.
    pub methods: &'static [MethodDef],
    /// Computed attributes.
    pub getsets: &'static [GetSet],
}

/// All [`TypeDef`]s that are linked in.
#[linkme::distributed_slice]
pub static TYPE_DEFS: [TypeDef];

/// Makes a generic alias (`list[int]`) of an origin and its arguments.
pub type AliasFn = fn(&Vm, &Value, &Value) -> PyResult;

/// What makes generic aliases; see [`Vm::generic_alias`].
#[linkme::distributed_slice]
pub static ALIAS_DEFS: [AliasFn];

/// Gives the bytes of an object of a native type that has some; `None` if it is of another type.
pub type BufferFn = fn(&Vm, &Value) -> PyResult<Option<Vec<u8>>>;

/// What gives the bytes of `memoryview`s, arrays and the like; see [`Vm::buffer`].
#[linkme::distributed_slice]
pub static BUFFER_DEFS: [BufferFn];

/// A native module.
pub struct ModuleDef {
    /// Its name in `sys.modules`.
    pub name: &'static str,
    /// The versions in which it exists.
    pub versions: VersionRange,
    /// Whether it is in `sys.builtin_module_names` (all native modules of opyc are).
    pub functions: &'static [MethodDef],
    /// Fills the module's dict with everything but `functions`.
    pub init: fn(&Vm, &Value) -> PyResult<()>,
}

/// All native modules that are linked in.
#[linkme::distributed_slice]
pub static MODULE_DEFS: [ModuleDef];

/// The native attributes of one builtin type, by name.
#[derive(Default)]
pub struct NativeTable {
    methods: FxHashMap<&'static str, Vec<&'static MethodDef>>,
    getsets: FxHashMap<&'static str, Vec<&'static GetSet>>,
    names: Vec<&'static str>,
}

impl NativeTable {
    /// The method of a name, if this version has it.
    pub fn method(&self, name: &str, version: Version) -> Option<&'static MethodDef> {
        self.methods
            .get(name)?
            .iter()
            .copied()
            .find(|m| m.versions.contains(version))
    }

    /// The computed attribute of a name, if this version has it.
    pub fn getset(&self, name: &str, version: Version) -> Option<&'static GetSet> {
        self.getsets
            .get(name)?
            .iter()
            .copied()
            .find(|g| g.versions.contains(version))
    }

    /// The names that some version has, in order of registration.
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }
}

/// The native attributes of a builtin type; `None` if it has none.
pub fn native_table(type_name: &str) -> Option<&'static NativeTable> {
    static TABLES: OnceLock<FxHashMap<&'static str, NativeTable>> = OnceLock::new();
    TABLES
        .get_or_init(|| {
            let mut tables: FxHashMap<&'static str, NativeTable> = FxHashMap::default();
            for def in TYPE_DEFS {
                let t = tables.entry(def.name).or_default();
                for m in def.methods {
                    t.methods.entry(m.name).or_default().push(m);
                    t.names.push(m.name);
                }
                for g in def.getsets {
                    t.getsets.entry(g.name).or_default().push(g);
                    t.names.push(g.name);
                }
            }
            tables
        })
        .get(type_name)
}

/// The native module of a name, if this version has it.
pub fn native_module(name: &str, version: Version) -> Option<&'static ModuleDef> {
    MODULE_DEFS
        .iter()
        .find(|m| m.name == name && m.versions.contains(version))
}

/// What the code of one version is dispatched by.
pub struct Table {
    /// The version's data.
    pub info: &'static VersionInfo,
    ops: Box<[Option<&'static OpcodeDef>; 256]>,
    by_name: FxHashMap<&'static str, &'static OpcodeDef>,
    strategy: Option<&'static StrategyDef>,
}

impl Table {
    /// The definition of an opcode number.
    #[inline]
    pub fn op(&self, number: u8) -> Option<&'static OpcodeDef> {
        self.ops[number as usize]
    }

    /// What the verifier knows of an opcode number.
    pub fn effect(&self, number: u8) -> Option<&'static Effect> {
        self.op(number).map(|def| &def.effect)
    }

    /// The definition of a name, whether the version has an opcode of that name or uses it as an operator only.
    pub fn by_name(&self, name: &str) -> Option<&'static OpcodeDef> {
        self.by_name.get(name).copied()
    }

    /// The strategy for code with try blocks.
    pub fn strategy(&self) -> Option<&'static StrategyDef> {
        self.strategy
    }

    /// The table of registered definitions, and `local` ones that replace them, for a version.
    pub fn build(info: &'static VersionInfo, local: &[&'static OpcodeDef]) -> Result<Table, Fault> {
        let version = info.version;
        let mut by_name: FxHashMap<&'static str, &'static OpcodeDef> = FxHashMap::default();
        let mut defs: Vec<_> = inventory::iter::<OpcodeDef>
            .into_iter()
            .filter(|d| d.versions.contains(version))
            .collect();
        // Whatever order the linker gives, the table is the same.
        defs.sort_by_key(|d| (d.name, d.overriding, d.provider));
        for d in defs {
            match by_name.get(d.name) {
                None if d.overriding => {
                    return Err(Fault::Registry(format!(
                        "crate {} overrides opcode {} of {version}, which no crate provides; drop `overriding` or link the crate that it replaces",
                        d.provider, d.name
                    )));
                }
                Some(old) if old.overriding == d.overriding => {
                    return Err(Fault::Registry(format!(
                        "opcode {} of {version} is provided by crate {} and by crate {}; leave one out, or mark one as overriding",
                        d.name, old.provider, d.provider
                    )));
                }
                _ => {
                    by_name.insert(d.name, d);
                }
            }
        }
        for d in local {
            by_name.insert(d.name, d);
        }
        let mut ops = Box::new([None; 256]);
        for (n, op) in info.ops.iter().enumerate() {
            if let Some(op) = op {
                ops[n] = by_name.get(op.name).copied();
            }
        }
        let mut strategy: Option<&'static StrategyDef> = None;
        let mut all: Vec<_> = inventory::iter::<StrategyDef>
            .into_iter()
            .filter(|s| s.versions.contains(version))
            .collect();
        all.sort_by_key(|s| (s.overriding, s.provider));
        for s in all {
            if let Some(old) = strategy
                && old.overriding == s.overriding
            {
                return Err(Fault::Registry(format!(
                    "the block strategy of {version} is provided by crate {} and by crate {}; leave one out, or mark one as overriding",
                    old.provider, s.provider
                )));
            }
            strategy = Some(s);
        }
        Ok(Table {
            info,
            ops,
            by_name,
            strategy,
        })
    }

    /// The table of a version from what is linked in, shared by all machines.
    pub fn shared(version: Version) -> Result<Arc<Table>, Fault> {
        static TABLES: [OnceCell<Arc<Table>>; 16] = [const { OnceCell::new() }; 16];
        let info = crate::version::info(version);
        let Some(cell) = TABLES.get(version.minor() as usize) else {
            return Table::build(info, &[]).map(Arc::new);
        };
        cell.get_or_try_init(|| Table::build(info, &[]).map(Arc::new))
            .cloned()
    }
}

/// Registers opcodes. Each row reads as the specification: a doc sentence, the name, the stack effect, the versions,
/// the rung and the implementation.
///
/// ```text
/// opcodes! {
///     /// Exchanges the two values on top.
///     ROT_TWO (a b -- b a) in 6..=10, stack byte_rot_two;
/// }
/// ```
///
/// After the effect may stand `jump (a b -- c)` for opcodes that jump, `ends` for those after which nothing follows,
/// and `block EXPR`. An effect that depends on the argument is a text and a function:
/// `["values… -- list", |i| (i.arg, 1)]`.
/// Rungs: `binary` and `compare` (a type that implements
/// [`crate::interp::BinaryOperator`] or [`crate::interp::CompareOperator`]), `operator` (a function that names the operator), `stack` (a
/// function from values to values), `control` (a function over [`crate::interp::Dispatch`]), `raw` (a type that
/// implements `Op`), `link` (a function that decides at link time), `fused` (such a function, and one that folds operands
/// in: the fields `link` and `fuse` of [`OpcodeDef`]).
#[macro_export]
macro_rules! opcodes {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident $eff:tt $(jump $jeff:tt)? $(ends $($ends:lifetime)?)? $(block ($block:expr))?
        in $lo:literal ..= $hi:literal,
        $rung:ident $imp:tt $(<$($of:ty),+>)?;
    )*) => {
        $( $crate::inventory::submit! {
            $crate::registry::OpcodeDef {
                name: stringify!($name),
                versions: $crate::version::VersionRange::minors($lo, $hi),
                doc: concat!($($doc),*),
                effect_text: concat!($crate::opcodes!(@text $eff) $(, " jump ", $crate::opcodes!(@text $jeff))?),
                effect: $crate::registry::Effect {
                    next: $crate::opcodes!(@count $eff),
                    // The lifetime is never there: it makes the word `ends` countable.
                    ends: <[&str]>::len(&[$(concat!("ends" $(, stringify!($ends))?))?]) == 1,
                    jump: $crate::opcodes!(@jump $($jeff)?),
                    block: $crate::opcodes!(@block $($block)?),
                },
                provider: env!("CARGO_PKG_NAME"),
                overriding: false,
                link: $crate::opcodes!(@link $rung $imp $(<$($of),+>)?),
                operator: $crate::opcodes!(@operator $rung $imp),
                fuse: $crate::opcodes!(@fuse $rung $imp $(<$($of),+>)?),
            }
        } )*
    };
    (@text ($($a:ident)* -- $($b:ident)*)) => { concat!("(", stringify!($($a)* -- $($b)*), ")") };
    (@text [$text:literal, $f:expr]) => { concat!("(", $text, ")") };
    (@jump) => { None };
    (@jump $eff:tt) => { Some($crate::opcodes!(@count $eff)) };
    (@block) => { $crate::registry::BlockEffect::None };
    (@block $b:expr) => { $b };
    (@count ($($a:ident)* -- $($b:ident)*)) => {
        |_| (<[&str]>::len(&[$(stringify!($a)),*]) as u32, <[&str]>::len(&[$(stringify!($b)),*]) as u32)
    };
    (@count [$text:literal, $f:expr]) => { $f };
    (@link link $f:expr) => { $f };
    (@link fused ($f:expr, $g:expr)) => { $f };
    (@link raw $t:ty) => { |l| l.raw::<$t>() };
    (@link stack $f:expr) => { |l| l.stack($f) };
    (@link control $f:expr) => { |l| l.control($f) };
    (@link binary $t:ty) => { |l| $crate::interp::link_binary::<$t>(l) };
    (@link compare $t:ty) => { |l| $crate::interp::link_compare::<$t>(l) };
    (@link operator $f:expr) => { |l| l.stack($crate::interp::unknown_operator) };
    (@operator operator $f:expr) => { Some($f) };
    (@operator $($other:tt)*) => { None };
    (@fuse fused ($f:expr, $g:expr)) => { Some($g) };
    (@fuse binary $t:ty) => { Some(|l, f| $crate::interp::fuse_binary::<$t>(l, f)) };
    (@fuse compare $t:ty) => { Some(|l, f| $crate::interp::fuse_compare::<$t>(l, f)) };
    (@fuse $($other:tt)*) => { None };
}
