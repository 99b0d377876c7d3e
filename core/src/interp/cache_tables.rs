//! The machine's tables of what it has found out about attributes: of types ([`CachedMethod`]), and at sites that see
//! several shapes ([`SharedAttr`]).

use std::cell::Cell;

use crate::value::Value;
use crate::vm::Vm;

/// Entries of the table of shared attribute caches: a power of two.
const SHARED: usize = 1024;
/// Entries of the method cache.
const METHODS: usize = 2048;

/// The machine's tables of what it has found out about attributes. Zeros are a valid value: nothing found out yet. Names
/// are set through [`Context::keep_name`](super::frame::Context::keep_name), which drops them in the end.
pub(crate) struct Caches {
    methods: [CachedMethod; METHODS],
    shared: [SharedAttr; SHARED],
}

/// What a type's attribute of some name is.
pub(crate) struct CachedMethod {
    version: Cell<u32>,
    /// Whether `word` is the address of an inert value, which another may replace in the type's dict.
    indirect: Cell<bool>,
    /// Kept alive: another name could come to lie at the same address.
    name: Cell<Option<Value>>,
    /// Borrowed from the type's dict, which cannot change otherwise without a new version; 0: the type lacks the name.
    word: Cell<u64>,
}

impl CachedMethod {
    /// The entry for a name in a type of that version, filled or not.
    #[inline(always)]
    pub(crate) fn of<'a>(vm: &'a Vm, version: u32, name: &Value) -> &'a CachedMethod {
        &vm.cx.caches().methods[Self::place(version, name)]
    }

    #[inline(always)]
    fn place(version: u32, name: &Value) -> usize {
        let at = (name.bits() >> 4) as usize ^ (version as usize).wrapping_mul(0x9e37);
        at % METHODS
    }

    /// The entry where the one before the last to be filled at the same place has gone: two in use at once do not
    /// drive each other out.
    pub(crate) fn second<'a>(vm: &'a Vm, version: u32, name: &Value) -> &'a CachedMethod {
        &vm.cx.caches().methods[Self::place(version, name) ^ 1]
    }

    /// Whether the entry is filled, and for this name and version.
    #[inline(always)]
    pub(crate) fn is_for(&self, version: u32, name: &Value) -> bool {
        // SAFETY: nothing sets the name meanwhile.
        let own = unsafe { (*self.name.as_ptr()).as_ref() };
        version != 0 && self.version.get() == version && own.map_or(0, Value::bits) == name.bits()
    }

    /// The attribute, as long as the type has the version; `None` if it lacks the name.
    #[inline(always)]
    pub(crate) fn get(&self) -> Option<Value> {
        let word = self.word.get();
        if word == 0 {
            return None;
        }
        let own = self.word.as_ptr() as *const Value;
        let at = if self.indirect.get() {
            word as *const Value
        } else {
            own
        };
        // SAFETY: either a value in the type's dict, which has not grown since (that gives the type another version), or
        // the word of one that lives as long as the type keeps its version.
        Some(unsafe { (*at).clone() })
    }

    /// Fills the entry for a name and version with a value's word, or with the address of the value in the type's dict.
    pub(crate) fn fill(vm: &Vm, version: u32, name: &Value, indirect: bool, word: u64) {
        let (first, second) = (Self::of(vm, version, name), Self::second(vm, version, name));
        if let Some(old) = first.name.take() {
            // The cell is one of those that the context knows.
            first.name.set(Some(old.clone()));
            let (indirect, word) = (first.indirect.get(), first.word.get());
            second.set(vm, first.version.get(), &old, indirect, word);
        }
        first.set(vm, version, name, indirect, word);
    }

    fn set(&self, vm: &Vm, version: u32, name: &Value, indirect: bool, word: u64) {
        self.version.set(version);
        vm.cx.keep_name(&self.name, name);
        self.indirect.set(indirect);
        self.word.set(word);
    }
}

/// What an entry of the shared table says of an attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(u8)]
pub enum SharedKind {
    /// It lies in the instance.
    #[default]
    Slot,
    /// A method of the type: the word is the function.
    Method,
    /// A plain value of the type: the word is its address.
    Constant,
    /// A native descriptor of the type computes it: the word is the address of its [`GetFn`](crate::object::GetFn).
    Getter,
    /// For setting: it will be the next one in the instance, the word is the new shape.
    Next,
}

/// An entry of the table that attribute sites with several shapes share. It holds for instances whose shape has the
/// version, because no version is ever given out twice.
pub struct SharedAttr {
    name: Cell<u64>,
    /// The name itself, kept alive: another one could come to lie at the same address.
    owned_name: Cell<Option<Value>>,
    version: Cell<u32>,
    /// Bytes from the header.
    pub offset: Cell<u16>,
    /// What the attribute is.
    pub kind: Cell<SharedKind>,
    /// Depends on the kind.
    pub word: Cell<u64>,
}

/// Which use of a name an entry is for: the low bits of the name's word are free.
pub const READ: u64 = 0;
/// See [`READ`].
pub const WRITE: u64 = 1;

/// The entry for a shape and a name (`name` is its word, with [`READ`] or [`WRITE`]), and whether it is filled.
///
/// Each has two places, so that two in use at once whose first place is the same do not drive each other out.
#[inline(always)]
pub fn shared_attr(vm: &Vm, version: u32, name: u64) -> (&SharedAttr, bool) {
    let [first, second] = shared_places(vm, version, name);
    let is = |e: &SharedAttr| e.version.get() == version && e.name.get() == name;
    if is(first) {
        return (first, true);
    }
    (second, is(second))
}

#[inline(always)]
fn shared_places(vm: &Vm, version: u32, name: u64) -> [&SharedAttr; 2] {
    let at = (version as usize).wrapping_mul(5) ^ (name as usize >> 4) ^ (name as usize) << 3;
    let table = &vm.cx.caches().shared;
    // SAFETY: the table has `SHARED` entries, an even number.
    [at, at ^ 1].map(|at| unsafe { table.get_unchecked(at & (SHARED - 1)) })
}

/// Fills the entry of the shared table for a shape, a name and its use ([`READ`] or [`WRITE`]); returns the word for
/// [`shared_attr`]. `version` is not 0.
pub fn share_attr(
    vm: &Vm,
    version: u32,
    (name, usage): (&Value, u64),
    kind: SharedKind,
    offset: u16,
    word: u64,
) -> u64 {
    let key = name.bits() | usage;
    let [e, second] = shared_places(vm, version, key);
    let same = e.name.get() == key && e.version.get() == version;
    if !same && let Some(old) = e.owned_name.take() {
        vm.cx.keep_name(&second.owned_name, &old);
        e.owned_name.set(Some(old));
        second.name.set(e.name.get());
        second.version.set(e.version.get());
        second.kind.set(e.kind.get());
        second.offset.set(e.offset.get());
        second.word.set(e.word.get());
    }
    e.name.set(key);
    vm.cx.keep_name(&e.owned_name, name);
    e.version.set(version);
    e.kind.set(kind);
    e.offset.set(offset);
    e.word.set(word);
    key
}
