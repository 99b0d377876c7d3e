//! Shapes (hidden classes): which attributes an instance has, in which order, and where they lie.
//!
//! A type has a root shape; setting a new attribute moves the instance along a transition to a child shape. Both
//! version numbers are checked by inline caches and are 0 while nobody has asked for one or after the type changed:
//! `version` stands for "this shape of this unchanged type", `ty_version` for "this unchanged type".
//!
//! Attribute slots lie inline behind the object's payload; what does not fit goes to the [`Ext`] box. When
//! `__dict__` is asked for, the attributes move to a dict for good and the shape becomes the type's dict shape.

use std::cell::{Cell, RefCell};
use std::ptr::NonNull;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{Header, PyDict, PyType, Ref};
use crate::value::Value;

/// Attributes of an instance beyond this number go to its dict.
const MAX_ATTRIBUTES: usize = 128;
/// Children of a shape beyond this number: attribute names are data, use dicts.
const MAX_TRANSITIONS: usize = 64;

/// Where the parts of an instance lie. Offsets are in bytes from the header; 0 means that there is no such part.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShapeLayout {
    /// Bytes of the whole object (without items of variable size).
    pub size: u32,
    /// Bytes of header and payload.
    pub payload: u32,
    /// Number of members (`__slots__`), directly behind the payload.
    pub members: u16,
    /// Number of inline attribute slots.
    pub inline: u16,
    /// Whether there is an ext word and attributes can be set.
    pub has_dict: bool,
}

impl ShapeLayout {
    /// The layout behind a payload of so many bytes.
    pub fn new(payload: usize, members: u16, has_dict: bool, inline: u16) -> ShapeLayout {
        let payload = payload.next_multiple_of(8) as u32;
        let inline = if has_dict { inline } else { 0 };
        let size = payload + members as u32 * 8 + if has_dict { 8 + inline as u32 * 8 } else { 0 };
        ShapeLayout {
            size,
            payload,
            members,
            inline,
            has_dict,
        }
    }

    /// Bytes of members, ext word and attribute slots.
    pub fn extra(&self) -> usize {
        (self.size - self.payload) as usize
    }

    /// Whether objects have members or attributes at all.
    #[inline(always)]
    pub fn has_attributes(&self) -> bool {
        self.size != self.payload
    }

    fn ext_offset(&self) -> usize {
        self.payload as usize + self.members as usize * 8
    }

    /// Offset of inline attribute slot `i`.
    #[inline(always)]
    pub fn slot_offset(&self, i: usize) -> usize {
        self.ext_offset() + 8 + i * 8
    }
}

/// Names of attributes in order, shared along a chain of shapes.
#[derive(Default)]
struct Names {
    list: Vec<Value>,
    index: FxHashMap<u64, u16>,
}

/// A shape; see the module.
pub struct Shape {
    ty: NonNull<PyType>,
    /// Version of this shape of the type as it is; 0: not assigned.
    pub version: Cell<u32>,
    /// Version of the type as it is; 0: not assigned, or instances of this shape have a dict.
    pub ty_version: Cell<u32>,
    /// Where things lie.
    pub layout: ShapeLayout,
    names: Rc<RefCell<Names>>,
    len: u16,
    is_dict: bool,
    transitions: RefCell<Vec<(u64, NonNull<Shape>)>>,
}

impl Shape {
    /// A shape without attributes.
    pub(crate) fn root(ty: NonNull<PyType>, layout: ShapeLayout, is_dict: bool) -> Box<Shape> {
        Box::new(Shape {
            ty,
            version: Cell::new(0),
            ty_version: Cell::new(0),
            layout,
            names: Rc::default(),
            len: 0,
            is_dict,
            transitions: RefCell::default(),
        })
    }

    /// The type of instances of this shape.
    #[inline(always)]
    pub fn ty(&self) -> &PyType {
        // SAFETY: a shape belongs to its type and is freed with it.
        unsafe { self.ty.as_ref() }
    }

    pub(crate) fn set_ty(&mut self, ty: NonNull<PyType>) {
        self.ty = ty;
    }

    /// Number of attributes that instances of this shape have.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether instances of this shape have no attributes in slots.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the attributes of instances are in a dict.
    pub fn is_dict(&self) -> bool {
        self.is_dict
    }

    /// Slot of the attribute with the interned name.
    pub fn slot_of(&self, name: &Value) -> Option<usize> {
        let names = self.names.borrow();
        if self.len <= 8 {
            return names.list[..self.len as usize]
                .iter()
                .position(|n| n.is(name));
        }
        names
            .index
            .get(&name.bits())
            .map(|i| *i as usize)
            .filter(|i| *i < self.len as usize)
    }

    /// Where the names are that the shape shares with others.
    pub(super) fn names_address(&self) -> usize {
        Rc::as_ptr(&self.names) as usize
    }

    /// Shows all of these names, those of other shapes too.
    pub(super) fn visit_names(&self, visit: &mut dyn FnMut(&Value)) {
        self.names.borrow().list.iter().for_each(visit);
    }

    /// Name of the attribute in slot `i`.
    pub fn name_of(&self, i: usize) -> Option<Value> {
        if i < self.len() {
            self.names.borrow().list.get(i).cloned()
        } else {
            None
        }
    }

    /// The shape with one more attribute; `None` if the instance should use a dict.
    pub(crate) fn with(&self, name: &Value) -> Option<NonNull<Shape>> {
        if let Some((_, s)) = self
            .transitions
            .borrow()
            .iter()
            .find(|(n, _)| *n == name.bits())
        {
            return Some(*s);
        }
        if self.len() >= MAX_ATTRIBUTES || self.transitions.borrow().len() >= MAX_TRANSITIONS {
            return None;
        }
        let share = self.names.borrow().list.len() == self.len();
        let names = if share {
            self.names.clone()
        } else {
            let list = self.names.borrow().list[..self.len()].to_vec();
            let index = list
                .iter()
                .enumerate()
                .map(|(i, n)| (n.bits(), i as u16))
                .collect();
            Rc::new(RefCell::new(Names { list, index }))
        };
        {
            let mut n = names.borrow_mut();
            n.index.insert(name.bits(), self.len);
            n.list.push(name.clone());
        }
        let child = Box::new(Shape {
            ty: self.ty,
            version: Cell::new(0),
            ty_version: Cell::new(self.ty_version.get()),
            layout: self.layout,
            names,
            len: self.len + 1,
            is_dict: false,
            transitions: RefCell::default(),
        });
        let child = self.ty().adopt_shape(child)?;
        self.transitions.borrow_mut().push((name.bits(), child));
        Some(child)
    }

    /// The shape with all attributes but the one in slot `at`; `None` if the instance should use a dict.
    fn without(&self, at: usize) -> Option<NonNull<Shape>> {
        // The low bits of a name's word are free.
        let key = self.name_of(at)?.bits() | 1;
        let known = |(k, s): &(u64, NonNull<Shape>)| (*k == key).then_some(*s);
        if let Some(s) = self.transitions.borrow().iter().find_map(known) {
            return Some(s);
        }
        if self.transitions.borrow().len() >= MAX_TRANSITIONS {
            return None;
        }
        let mut shape = self.ty().root_shape_like(self);
        for i in (0..self.len()).filter(|i| *i != at) {
            // SAFETY: shapes live as long as their type.
            shape = unsafe { shape.as_ref() }.with(&self.name_of(i)?)?;
        }
        self.transitions.borrow_mut().push((key, shape));
        Some(shape)
    }
}

/// Attributes that do not lie inline.
pub(crate) enum Ext {
    /// Slots from number `layout.inline` on.
    Slots(Vec<Value>),
    /// All attributes, after `__dict__` was asked for.
    Dict(Ref<PyDict>),
}

/// The attribute parts of an instance, addressed through its shape.
///
/// Safe to use on any live object: a part that the layout lacks is reported as missing.
pub(crate) struct Attributes<'a> {
    header: &'a Header,
}

impl<'a> Attributes<'a> {
    pub(crate) fn of(header: &'a Header) -> Self {
        Attributes { header }
    }

    fn shape(&self) -> &'a Shape {
        self.header.shape()
    }

    /// # Safety
    /// The offset must lie inside the object.
    #[inline(always)]
    unsafe fn word(&self, offset: usize) -> *mut Value {
        // SAFETY: inside the object, as the caller says.
        unsafe { (self.header as *const Header as *mut u8).add(offset) as *mut Value }
    }

    fn ext(&self) -> *mut *mut Ext {
        // SAFETY: inside the object: callers check `has_dict`.
        unsafe { self.word(self.shape().layout.ext_offset()) as *mut *mut Ext }
    }

    /// Member `i` of `__slots__`; NULL if unset.
    pub(crate) fn member(&self, i: usize) -> Value {
        let l = self.shape().layout;
        if i >= l.members as usize {
            return Value::NULL;
        }
        // SAFETY: inside the object, always initialised.
        unsafe { (*self.word(l.payload as usize + i * 8)).clone() }
    }

    /// Bytes from the header to member `i`, if there is one.
    pub(crate) fn member_offset(&self, i: usize) -> Option<usize> {
        let l = self.shape().layout;
        (i < l.members as usize).then(|| l.payload as usize + i * 8)
    }

    /// Sets member `i`; returns the old value.
    pub(crate) fn set_member(&self, i: usize, v: Value) -> Value {
        let l = self.shape().layout;
        if i >= l.members as usize {
            return Value::NULL;
        }
        // SAFETY: as in `member`.
        unsafe { std::mem::replace(&mut *self.word(l.payload as usize + i * 8), v) }
    }

    fn slot(&self, i: usize) -> Option<*mut Value> {
        let l = self.shape().layout;
        if i < l.inline as usize {
            // SAFETY: inside the object.
            return Some(unsafe { self.word(l.slot_offset(i)) });
        }
        // SAFETY: the ext word is null or owns its box.
        match unsafe { (*self.ext()).as_mut() } {
            Some(Ext::Slots(v)) => v.get_mut(i - l.inline as usize).map(|p| p as *mut Value),
            _ => None,
        }
    }

    /// The attribute of that interned name, from slots or dict.
    pub(crate) fn get(&self, name: &Value) -> Option<Value> {
        let shape = self.shape();
        if !shape.layout.has_dict {
            return None;
        }
        if shape.is_dict {
            return self.dict().and_then(|d| d.get_name(name));
        }
        let i = shape.slot_of(name)?;
        // SAFETY: slots below the shape's length are initialised.
        self.slot(i).map(|p| unsafe { (*p).clone() })
    }

    /// The instance's dict, if its attributes are in one.
    pub(crate) fn dict(&self) -> Option<Ref<PyDict>> {
        if !self.shape().layout.has_dict {
            return None;
        }
        // SAFETY: as in `slot`.
        match unsafe { (*self.ext()).as_ref() } {
            Some(Ext::Dict(d)) => Some(d.clone()),
            _ => None,
        }
    }

    /// Sets an attribute in the slots. False: the instance has a dict or needs one.
    pub(crate) fn set(&self, name: &Value, v: Value) -> Result<(), Value> {
        let shape = self.shape();
        if !shape.layout.has_dict || shape.is_dict {
            return Err(v);
        }
        if let Some(p) = shape.slot_of(name).and_then(|i| self.slot(i)) {
            // SAFETY: initialised, see `get`.
            drop(unsafe { std::mem::replace(&mut *p, v) });
            return Ok(());
        }
        let Some(next) = shape.with(name) else {
            return Err(v);
        };
        let i = shape.len();
        let inline = shape.layout.inline as usize;
        if i < inline {
            // SAFETY: inside the object; unused slots hold NULL.
            unsafe { self.word(shape.layout.slot_offset(i)).write(v) };
        } else {
            shape.ty().learn_inline(i + 1);
            // SAFETY: as in `slot`.
            unsafe {
                let ext = self.ext();
                match (*ext).as_mut() {
                    Some(Ext::Slots(items)) => items.push(v),
                    Some(Ext::Dict(_)) => return Err(v),
                    None => *ext = Box::into_raw(Box::new(Ext::Slots(vec![v]))),
                }
            }
        }
        self.header.shape.set(next);
        Ok(())
    }

    /// Takes an attribute out of inline slots; those behind it move up. `None`, with nothing done, if it is not there, or
    /// if the instance needs a dict for that.
    pub(crate) fn remove(&self, name: &Value) -> Option<Value> {
        let shape = self.shape();
        let (l, len) = (&shape.layout, shape.len());
        if !l.has_dict || shape.is_dict || len > l.inline as usize {
            return None;
        }
        let at = shape.slot_of(name)?;
        let next = shape.without(at)?;
        // SAFETY: the slots up to `len` are inside the object and initialised; each value is moved once, and NULL is left
        // in the place that becomes free.
        unsafe {
            let place = self.word(l.slot_offset(at));
            let behind = len - at - 1;
            let old = std::ptr::read(place);
            std::ptr::copy(place.add(1), place, behind);
            place.add(behind).write(Value::NULL);
            self.header.shape.set(next);
            Some(old)
        }
    }

    /// Moves all attributes out of the slots, in order, and makes `dict` the place for them.
    /// `fill` puts them into the dict.
    pub(crate) fn move_to_dict(&self, dict: Ref<PyDict>) -> Vec<(Value, Value)> {
        let shape = self.shape();
        let mut items = Vec::with_capacity(shape.len());
        if !shape.is_dict {
            for i in 0..shape.len() {
                if let (Some(n), Some(p)) = (shape.name_of(i), self.slot(i)) {
                    // SAFETY: initialised; NULL is left behind.
                    items.push((n, unsafe { std::mem::replace(&mut *p, Value::NULL) }));
                }
            }
        }
        self.header.shape.set(shape.ty().dict_shape_like(shape));
        let old = self.replace_ext(Some(Box::new(Ext::Dict(dict))));
        drop(old);
        items
    }

    fn replace_ext(&self, new: Option<Box<Ext>>) -> Option<Box<Ext>> {
        let new = new.map_or(std::ptr::null_mut(), Box::into_raw);
        // SAFETY: the word owns the box it points to.
        unsafe {
            let old = std::mem::replace(&mut *self.ext(), new);
            if old.is_null() {
                None
            } else {
                Some(Box::from_raw(old))
            }
        }
    }

    /// The attributes in slots, in order.
    pub(crate) fn items(&self) -> Vec<(Value, Value)> {
        let shape = self.shape();
        if !shape.layout.has_dict || shape.is_dict {
            return Vec::new();
        }
        (0..shape.len())
            .filter_map(|i| {
                // SAFETY: initialised.
                Some((shape.name_of(i)?, unsafe { (*self.slot(i)?).clone() }))
            })
            .collect()
    }
}

/// Writes NULL to every member, slot and ext word of fresh memory.
///
/// # Safety
/// `p` is fresh memory of an object of this layout.
#[inline(always)]
pub(crate) unsafe fn init_attributes(p: NonNull<u8>, start: usize, layout: &ShapeLayout) {
    // SAFETY: inside the fresh memory, whose layout this is.
    unsafe {
        let mut at = start;
        let ext = start + layout.members as usize * 8;
        let end = start + layout.extra();
        while at < end {
            (p.as_ptr().add(at) as *mut Value).write(Value::NULL);
            at += 8;
        }
        if layout.has_dict {
            (p.as_ptr().add(ext) as *mut *mut Ext).write(std::ptr::null_mut());
        }
    }
}

/// Drops members, slots and ext.
///
/// # Safety
/// The object must be going, its attributes not dropped yet.
pub(crate) unsafe fn drop_attributes(p: NonNull<Header>) {
    // SAFETY: the object goes: each is dropped once.
    unsafe {
        let a = Attributes::of(p.as_ref());
        let l = a.shape().layout;
        for i in 0..l.members as usize {
            std::ptr::drop_in_place(a.word(l.payload as usize + i * 8));
        }
        if l.has_dict {
            for i in 0..(l.inline as usize).min(a.shape().len()) {
                std::ptr::drop_in_place(a.word(l.slot_offset(i)));
            }
            drop(a.replace_ext(None));
        }
    }
}

/// Shows members, slots and ext to a visitor.
///
/// # Safety
/// The object must be live.
pub(crate) unsafe fn traverse_attributes(p: NonNull<Header>, visit: &mut dyn FnMut(&Value)) {
    // SAFETY: live, as the caller says; the layout says where they are.
    unsafe {
        let a = Attributes::of(p.as_ref());
        let l = a.shape().layout;
        for i in 0..l.members as usize {
            visit(&*a.word(l.payload as usize + i * 8));
        }
        if l.has_dict {
            for i in 0..(l.inline as usize).min(a.shape().len()) {
                visit(&*a.word(l.slot_offset(i)));
            }
            match (*a.ext()).as_ref() {
                Some(Ext::Slots(v)) => v.iter().for_each(visit),
                Some(Ext::Dict(d)) => visit(d.as_value()),
                None => {}
            }
        }
    }
}

/// Drops the values of members and attributes; names stay, values become NULL or the dict empty.
///
/// # Safety
/// The object must be live and stay so.
pub(crate) unsafe fn clear_attributes(p: NonNull<Header>) {
    // SAFETY: live, as the caller says; the layout says where they are.
    unsafe {
        let a = Attributes::of(p.as_ref());
        let l = a.shape().layout;
        let mut old = Vec::new();
        for i in 0..l.members as usize {
            old.push(a.set_member(i, Value::NULL));
        }
        if l.has_dict {
            let dict = a.dict();
            if dict.is_none() {
                let shape = a.shape();
                for i in 0..shape.len() {
                    if let Some(q) = a.slot(i) {
                        old.push(std::mem::replace(&mut *q, Value::NONE));
                    }
                }
                p.as_ref().shape.set(shape.ty().root_shape_like(shape));
            }
            drop(a.replace_ext(None));
        }
        drop(old);
    }
}
