//! Making functions and generators, methods and descriptors.

use std::cell::Cell;

use super::types::fresh_header;
use super::{ExcItem, Vm};
use crate::interp::{Instr, Linked};
use crate::object::*;
use crate::value::Value;

impl Vm {
    /// A Python function.
    pub fn new_py_function(
        &self,
        code: Ref<PyCode>,
        globals: Ref<PyDict>,
        qualname: Option<Value>,
    ) -> Ref<PyFunction> {
        let (builtins, module) = self.names_of_globals(&globals);
        let (name, own_qualname) = code.names.get_or_init(|| {
            let intern = |s: &crate::text::StrBuf| self.intern_text(s.view());
            (intern(&code.code.name), intern(&code.code.qualname))
        });
        let (name, qualname) = (
            name.clone(),
            qualname.unwrap_or_else(|| own_qualname.clone()),
        );
        let doc = self.code_doc(&code);
        let f = self.alloc(&self.types.function, |header| {
            PyFunction::from_parts(header, code, globals, builtins, name, qualname)
        });
        f.doc.set(doc);
        f.module.set(module);
        f
    }

    /// A generator of one of the three kinds, with `n` slots that are moved from memory.
    ///
    /// # Safety
    /// `from` points to `n` initialised values, which the caller gives up; `linked` is code of `func`.
    pub(crate) unsafe fn new_generator(
        &self,
        kind: GenKind,
        func: &PyFunction,
        linked: &Linked,
        pc: *mut Instr,
        (from, n): (*const Value, usize),
        push_first: bool,
    ) -> Value {
        let ty = match kind {
            GenKind::Generator => &self.types.generator,
            GenKind::Coroutine => &self.types.coroutine,
            GenKind::AsyncGenerator => &self.types.async_generator,
        };
        let room = linked.frame_size.max(crate::interp::MOVED);
        // SAFETY: memory for struct and slots, of which the first `n` are written.
        unsafe {
            let (p, large) = self.heap.alloc(PyGenerator::bytes_for(room));
            let g = p.as_ptr() as *mut PyGenerator;
            g.write(PyGenerator {
                header: fresh_header(ty, ty.root_shape(), large),
                kind,
                state: Cell::new(GenState::Created),
                running_async: Cell::new(false),
                closed: Cell::new(false),
                hooks_done: Cell::new(false),
                finalizer: ValueCell::new(Value::NULL),
                func: ValueCell::new(value_of(func)),
                name: ValueCell::new(func.name.get()),
                qualname: ValueCell::new(func.qualname.get()),
                origin: ValueCell::new(Value::NONE),
                pc: Cell::new(pc),
                linked,
                push_first,
                len: Cell::new(n as u32),
                room: room as u32,
                blocks: Default::default(),
                exc: ExcItem::new(),
                frame: ValueCell::new(Value::NULL),
            });
            std::ptr::copy_nonoverlapping(from, (*g).slots_at(), n);
            Value::from_ptr(p.cast())
        }
    }

    /// A cell.
    pub fn new_cell(&self, v: Value) -> Value {
        self.alloc(&self.types.cell, |header| PyCell {
            header,
            value: ValueCell::new(v),
        })
        .into_value()
    }

    /// A bound method.
    #[inline]
    pub fn new_method(&self, func: Value, this: Value) -> Value {
        self.alloc(&self.types.method, |header| PyBoundMethod {
            header,
            func,
            this,
        })
        .into_value()
    }

    /// A native function of a module.
    pub fn new_function(&self, def: &'static MethodDef, module: Value) -> Value {
        let null = || ValueCell::new(Value::NULL);
        self.alloc(&self.types.builtin_function, |header| PyBuiltin {
            header,
            def,
            this: null(),
            owner: null(),
            module: ValueCell::new(module),
        })
        .into_value()
    }

    /// A native method bound to an instance, class or nothing.
    pub fn new_builtin_method(&self, def: &'static MethodDef, owner: Value, this: Value) -> Value {
        let slot = super::descriptors::is_slot_name(def.name) && def.access == Access::Method;
        let ty = if slot {
            &self.types.method_wrapper
        } else {
            &self.types.builtin_function
        };
        self.alloc(ty, |header| PyBuiltin {
            header,
            def,
            this: ValueCell::new(this),
            owner: ValueCell::new(owner),
            module: ValueCell::new(Value::NULL),
        })
        .into_value()
    }

    /// A descriptor of a type.
    pub fn new_descr(&self, owner: &PyType, name: Value, access: DescrAccess) -> Value {
        let ty = match access {
            DescrAccess::Method(d) if d.access == Access::ClassMethod => {
                &self.types.classmethod_descriptor
            }
            DescrAccess::Method(d) if super::descriptors::is_slot_name(d.name) => {
                &self.types.wrapper_descriptor
            }
            DescrAccess::Method(_) => &self.types.method_descriptor,
            DescrAccess::GetSet(g) if g.member => &self.types.member_descriptor,
            DescrAccess::Member(_) => &self.types.member_descriptor,
            _ => &self.types.getset_descriptor,
        };
        self.alloc(ty, |header| PyDescr {
            header,
            owner: Ref::new(owner),
            name,
            access,
        })
        .into_value()
    }

    /// A `property`; `ty` is that type or a subclass. Missing parts are None.
    pub fn new_property_of(&self, ty: &PyType, parts: [Value; 4]) -> Ref<PyProperty> {
        let ty = if ty.kind() == Kind::Property {
            ty
        } else {
            &self.types.property
        };
        self.alloc(ty, |header| PyProperty {
            header,
            parts: parts.map(ValueCell::new),
            getter_doc: Cell::new(false),
            name: ValueCell::new(Value::NULL),
        })
    }

    /// A `staticmethod`; `ty` is that type or a subclass.
    pub fn new_staticmethod_of(&self, ty: &PyType, func: Value) -> Ref<PyStaticMethod> {
        let ty = if ty.kind() == Kind::StaticMethod {
            ty
        } else {
            &self.types.staticmethod
        };
        self.alloc(ty, |header| PyStaticMethod {
            header,
            func: ValueCell::new(func),
        })
    }

    /// A `classmethod`; `ty` is that type or a subclass.
    pub fn new_classmethod_of(&self, ty: &PyType, func: Value) -> Ref<PyClassMethod> {
        let ty = if ty.kind() == Kind::ClassMethod {
            ty
        } else {
            &self.types.classmethod
        };
        self.alloc(ty, |header| PyClassMethod {
            header,
            func: ValueCell::new(func),
        })
    }

    /// A `super` object; parts may be NULL.
    pub fn new_super_of(
        &self,
        ty: &PyType,
        class: Value,
        object: Value,
        object_type: Value,
    ) -> Ref<PySuper> {
        let ty = if ty.kind() == Kind::Super {
            ty
        } else {
            &self.types.super_
        };
        self.alloc(ty, |header| PySuper {
            header,
            class: ValueCell::new(class),
            object: ValueCell::new(object),
            object_type: ValueCell::new(object_type),
        })
    }
}
