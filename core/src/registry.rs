//! Registration and lookup: opcodes, block strategies, native types and native modules.
//!
//! Opcodes and strategies are collected with `inventory`, native types and modules with `linkme`. A [`Table`] is what
//! one CPython version dispatches by; it is built once, on first use, and reports conflicts by crate name.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::decode::Instruction;
use crate::error::PyResult;
use crate::interp::{BlockStrategy, LinkCx};
use crate::object::{GetSet, MethodDef};
use crate::value::Value;
use crate::version::{Version, VersionRange};
use crate::vm::Vm;

pub use crate::effect::{BlockEffect, Effect, HandlerKind};
pub use crate::table::Table;

/// A registered opcode: one name over a range of versions. [`crate::opcodes!`] makes one of each of its rows,
/// [`crate::opcode!`] makes one to be handed to a single machine, [`OpcodeDef::of`] takes an [`OpcodeHandler`].
#[derive(Clone, Copy)]
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

/// What a row of [`crate::opcodes!`] says, for who wants no macro.
///
/// ```
/// use opyc_core::inventory;
/// use opyc_core::registry::{Effect, OpcodeDef, OpcodeHandler};
/// use opyc_core::interp::LinkCx;
///
/// struct Swap;
///
/// impl OpcodeHandler for Swap {
///     const NAME: &'static str = "SWAP_PAIR";
///     const DOC: &'static str = "Exchanges the two values on top.";
///     const EFFECT_TEXT: &'static str = "(a b -- b a)";
///     const EFFECT: Effect = Effect::fixed::<2, 2>();
///     const PROVIDER: &'static str = env!("CARGO_PKG_NAME");
///     fn link(l: &mut LinkCx<'_>) {
///         l.stack(|_, [a, b]| Ok([b, a]));
///     }
/// }
///
/// inventory::submit! { OpcodeDef::of::<Swap>() }
/// ```
pub trait OpcodeHandler: 'static {
    /// CPython's name, or one of your own.
    const NAME: &'static str;
    /// The versions in which it means this.
    const VERSIONS: VersionRange = VersionRange::ALL;
    /// One sentence.
    const DOC: &'static str;
    /// The stack effect for people.
    const EFFECT_TEXT: &'static str;
    /// The stack effect for the verifier.
    const EFFECT: Effect;
    /// The crate: `env!("CARGO_PKG_NAME")`.
    const PROVIDER: &'static str;
    /// Whether it replaces another definition of the name.
    const OVERRIDING: bool = false;

    /// Chooses the rung: [`LinkCx::stack`], [`LinkCx::control`], [`LinkCx::raw`], or one of the functions of the value
    /// rung, such as [`crate::interp::link_binary`].
    fn link(l: &mut LinkCx<'_>);
}

impl OpcodeDef {
    /// The definition that a handler stands for.
    pub const fn of<H: OpcodeHandler>() -> OpcodeDef {
        OpcodeDef {
            name: H::NAME,
            versions: H::VERSIONS,
            doc: H::DOC,
            effect_text: H::EFFECT_TEXT,
            effect: H::EFFECT,
            provider: H::PROVIDER,
            overriding: H::OVERRIDING,
            link: H::link,
            operator: None,
            fuse: None,
        }
    }
}

/// Every opcode definition that is linked in, sorted by name and versions.
pub fn opcodes() -> Vec<&'static OpcodeDef> {
    let mut defs: Vec<_> = inventory::iter::<OpcodeDef>.into_iter().collect();
    // Whatever order the linker gives, lists and messages are the same.
    defs.sort_by_key(|d| {
        (
            d.name,
            d.versions.first(),
            d.versions.last(),
            d.overriding,
            d.provider,
        )
    });
    defs
}

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

/// Every block strategy that is linked in, sorted by versions.
pub fn strategies() -> Vec<&'static StrategyDef> {
    let mut defs: Vec<_> = inventory::iter::<StrategyDef>.into_iter().collect();
    defs.sort_by_key(|d| {
        (
            d.versions.first(),
            d.versions.last(),
            d.overriding,
            d.provider,
        )
    });
    defs
}

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

/// Sets the streams in `sys`.
pub type StreamsFn = fn(&Vm, &Value) -> PyResult<()>;

/// What `sys` has from the beginning; its [`ModuleDef`]s come when a program asks for the module.
#[linkme::distributed_slice]
pub static SYS_STREAMS: [StreamsFn];

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

/// Registers opcodes. Each row reads as the specification: a doc sentence, the name, the stack effect, the versions,
/// the rung and the implementation.
///
/// ```
/// use opyc_core::{error::PyResult, interp::StackCx, opcodes, value::Value};
///
/// opcodes! {
///     /// Exchanges the two values on top.
///     SWAP_PAIR (a b -- b a) in .., stack byte_swap_pair;
/// }
///
/// fn byte_swap_pair(_: &StackCx<'_>, [a, b]: [Value; 2]) -> PyResult<[Value; 2]> {
///     Ok([b, a])
/// }
/// ```
///
/// After the effect may stand `jump (a b -- c)` for opcodes that jump, `ends` for those after which nothing follows,
/// `block (EXPR)` with a [`crate::effect::BlockEffect`], and `overriding` for a row that replaces another crate's. An
/// effect that depends on the argument is a text and a function:
/// `["values… -- list", |i| (i.arg, 1)]`.
///
/// Versions are `..` for all, `3.8..`, `..=3.10`, `3.8..=3.12` or `3.8`.
///
/// Rungs, from the lowest:
/// - `unary`, `binary`, `compare`, `truth`: a type that implements [`crate::interp::UnaryOperator`],
///   [`crate::interp::BinaryOperator`], [`crate::interp::CompareOperator`] or [`crate::interp::TruthOperator`];
/// - `stack`: a function from values to values ([`crate::interp::StackCx`]);
/// - `control`: a function over [`crate::interp::Dispatch`];
/// - `raw`: a type that implements [`crate::interp::raw::Op`].
///
/// `operator` is a function that names the definition that an instruction means, and `link` one that chooses the
/// rung when code is linked; `fused` is such a function, and one that folds operands in: the fields `link` and `fuse` of
/// [`OpcodeDef`].
#[macro_export]
macro_rules! opcodes {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident $eff:tt $(jump $jeff:tt)? $(ends $($ends:lifetime)?)? $(block ($block:expr))?
        $(overriding $($over:lifetime)?)? in $versions:expr,
        $rung:ident $imp:tt $(<$($of:ty),+>)?;
    )*) => {
        $( $crate::inventory::submit! {
            $crate::opcode! {
                $(#[doc = $doc])*
                $name $eff $(jump $jeff)? $(ends $($ends)?)? $(block ($block))?
                $(overriding $($over)?)? in $versions,
                $rung $imp $(<$($of),+>)?;
            }
        } )*
    };
}

/// One row of [`opcodes!`] as an [`OpcodeDef`](crate::registry::OpcodeDef), which is not registered: for a single
/// machine, see [`Table::build`](crate::registry::Table::build).
///
/// ```
/// use opyc_core::{error::PyResult, interp::StackCx, opcode, registry::OpcodeDef, value::Value};
///
/// static ROT_TWO: OpcodeDef = opcode! {
///     /// Keeps the two values on top as they are.
///     ROT_TWO (a b -- a b) overriding in ..=3.10, stack byte_rot_nothing;
/// };
///
/// fn byte_rot_nothing(_: &StackCx<'_>, values: [Value; 2]) -> PyResult<[Value; 2]> {
///     Ok(values)
/// }
/// ```
#[macro_export]
macro_rules! opcode {
    (
        $(#[doc = $doc:literal])*
        $name:ident $eff:tt $(jump $jeff:tt)? $(ends $($ends:lifetime)?)? $(block ($block:expr))?
        $(overriding $($over:lifetime)?)? in $versions:expr,
        $rung:ident $imp:tt $(<$($of:ty),+>)?;
    ) => {
        $crate::registry::OpcodeDef {
            name: stringify!($name),
            versions: const { $crate::version::VersionRange::declared(stringify!($versions)) },
            doc: concat!($($doc),*),
            effect_text: concat!($crate::opcode!(@text $eff) $(, " jump ", $crate::opcode!(@text $jeff))?),
            effect: $crate::registry::Effect {
                next: $crate::opcode!(@count $eff),
                // The lifetimes are never there: they make the words `ends` and `overriding` countable.
                ends: <[&str]>::len(&[$(concat!("ends" $(, stringify!($ends))?))?]) == 1,
                jump: $crate::opcode!(@jump $($jeff)?),
                block: $crate::opcode!(@block $($block)?),
            },
            provider: env!("CARGO_PKG_NAME"),
            overriding: <[&str]>::len(&[$(concat!("overriding" $(, stringify!($over))?))?]) == 1,
            link: $crate::opcode!(@kept $eff $rung $imp $(<$($of),+>)?),
            operator: $crate::opcode!(@operator $rung $imp),
            fuse: $crate::opcode!(@fuse $rung $imp $(<$($of),+>)?),
        }
    };
    (@text ($($a:ident)* -- $($b:ident)*)) => {
        concat!("(", $(stringify!($a), " ",)* "--", $(" ", stringify!($b),)* ")")
    };
    (@text [$text:literal, $f:expr]) => { concat!("(", $text, ")") };
    (@jump) => { None };
    (@jump $eff:tt) => { Some($crate::opcode!(@count $eff)) };
    (@block) => { $crate::registry::BlockEffect::None };
    (@block $b:expr) => { $b };
    (@count ($($a:ident)* -- $($b:ident)*)) => {
        |_| (<[&str]>::len(&[$(stringify!($a)),*]) as u32, <[&str]>::len(&[$(stringify!($b)),*]) as u32)
    };
    (@count [$text:literal, $f:expr]) => { $f };
    // The compiler compares the function's type with the effect.
    (@kept ($($a:ident)* -- $($b:ident)*) stack $f:expr) => {
        |l| l.stack::<{ <[&str]>::len(&[$(stringify!($a)),*]) }, { <[&str]>::len(&[$(stringify!($b)),*]) }>($f)
    };
    (@kept $eff:tt $($rung:tt)*) => { $crate::opcode!(@link $($rung)*) };
    (@link link $f:ident <$($of:ty),+>) => { $f::<$($of),+> };
    (@link link $f:expr) => { $f };
    (@link fused ($f:expr, $g:expr)) => { $f };
    (@link raw $t:ty) => { |l| l.raw::<$t>() };
    (@link stack $f:expr) => { |l| l.stack($f) };
    (@link control $f:expr) => { |l| l.control($f) };
    (@link unary $t:ty) => { |l| $crate::interp::link_unary::<$t>(l) };
    (@link binary $t:ty) => { |l| $crate::interp::link_binary::<$t>(l) };
    (@link compare $t:ty) => { |l| $crate::interp::link_compare::<$t>(l) };
    (@link truth $t:ty) => { |l| $crate::interp::link_truth::<$t>(l) };
    (@link operator $f:expr) => { |l| l.stack($crate::interp::unknown_operator) };
    (@operator operator $f:expr) => { Some($f) };
    (@operator $($other:tt)*) => { None };
    (@fuse fused ($f:expr, $g:expr)) => { Some($g) };
    (@fuse unary $t:ty) => { Some(|l, f| $crate::interp::fuse_unary::<$t>(l, f)) };
    (@fuse binary $t:ty) => { Some(|l, f| $crate::interp::fuse_binary::<$t>(l, f)) };
    (@fuse compare $t:ty) => { Some(|l, f| $crate::interp::fuse_compare::<$t>(l, f)) };
    (@fuse truth $t:ty) => { Some(|l, f| $crate::interp::fuse_truth::<$t>(l, f)) };
    (@fuse $($other:tt)*) => { None };
}
