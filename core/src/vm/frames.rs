//! Frame objects: made when somebody looks at a running frame.

use std::cell::Cell;

use super::Vm;
use crate::error::PyResult;
use crate::interp::{Frame, Linked};
use crate::object::*;
use crate::value::Value;

/// The last instruction of the frame of a generator that has not run any.
const NOT_BEGUN: u32 = u32::MAX;

impl Vm {
    /// The frame object of a running frame.
    pub(crate) fn frame_object(&self, fr: *mut Frame) -> Ref<PyFrame> {
        // SAFETY: `fr` is a running frame of this machine.
        unsafe {
            if let Some(o) = (*fr).object.get().to_ref::<PyFrame>() {
                return o;
            }
            let func = &*(*fr).func;
            let code: Ref<PyCode> = Ref::new(&*(*(*fr).code).py_code);
            let o = self.alloc(&self.types.frame, |header| PyFrame {
                header,
                code,
                globals: func.globals.clone(),
                builtins: func.builtins.clone(),
                locals: ValueCell::new((*fr).locals.get()),
                live: Cell::new(fr),
                generator: Cell::new((*fr).generator),
                saved: ListCell::new(Vec::new()),
                back: ValueCell::new(Value::NONE),
                last: Cell::new(0),
                trace: ValueCell::new(Value::NONE),
            });
            (*fr).object.set(o.value());
            o
        }
    }

    /// The frame `depth` calls up from the running one (0 is the running one).
    pub fn frame_at(&self, depth: usize) -> Option<Ref<PyFrame>> {
        if depth >= self.cx.depth() {
            return None;
        }
        // SAFETY: so many frames are below the running one.
        Some(self.frame_object(unsafe { self.cx.frame.get().sub(depth) }))
    }

    /// Globals of the running frame.
    pub fn current_globals(&self) -> Option<Ref<PyDict>> {
        if self.cx.depth() == 0 {
            return None;
        }
        // SAFETY: a frame runs.
        unsafe { Some((*(*self.cx.frame.get()).func).globals.clone()) }
    }

    /// The running Python function.
    pub fn current_function(&self) -> Option<Ref<PyFunction>> {
        if self.cx.depth() == 0 {
            return None;
        }
        // SAFETY: a frame runs.
        unsafe { Some(Ref::new(&*(*self.cx.frame.get()).func)) }
    }

    /// Slot `i` of the running frame; NULL if it is unbound or does not exist.
    pub fn current_slot(&self, i: usize) -> Value {
        if self.cx.depth() == 0 {
            return Value::NULL;
        }
        // SAFETY: inside the slots of the running frame.
        unsafe {
            let fr = self.cx.frame.get();
            if i < (*(*fr).code).nslots {
                (*(*fr).fp.add(i)).clone()
            } else {
                Value::NULL
            }
        }
    }

    /// A frame leaves the stack while its object lives on: the object takes the slots over.
    pub(crate) fn detach_frame_object(&self, fr: *mut Frame, sp: *mut Value) {
        // SAFETY: the frame is the running one and `sp` its top.
        unsafe {
            let o = (*fr).object.take();
            let Some(f) = o.downcast::<PyFrame>() else {
                return;
            };
            let code = &*(*fr).code;
            f.last.set(code.index_of((*fr).pc) as u32);
            f.live.set(std::ptr::null_mut());
            f.generator.set(std::ptr::null());
            if f.header.refcount() > 1 {
                let n = code.nslots.min(sp.offset_from((*fr).fp).max(0) as usize);
                let mut slots = Vec::with_capacity(n);
                for i in 0..n {
                    slots.push((*(*fr).fp.add(i)).clone());
                }
                drop(f.saved.replace(slots));
                if self.cx.depth() > 1 {
                    let back = self.frame_object(fr.sub(1));
                    f.back.set(back.into_value());
                }
            }
        }
    }

    /// A generator's frame goes on: its object points to it again.
    pub(crate) fn attach_frame_object(&self, o: &Value, fr: *mut Frame) {
        if let Some(f) = o.downcast::<PyFrame>() {
            f.live.set(fr);
            drop(f.saved.take());
        }
    }

    /// A generator is suspended: the object of its frame looks into the generator.
    pub(crate) fn suspend_frame_object(&self, o: &Value, g: &PyGenerator) {
        if let Some(f) = o.downcast::<PyFrame>() {
            f.live.set(std::ptr::null_mut());
            f.generator.set(g);
            // SAFETY: `pc` is an instruction of the generator's code.
            let at = unsafe { (*g.linked).index_of(g.pc.get()) };
            f.last
                .set(at.checked_sub(1).map_or(NOT_BEGUN, |i| i as u32));
        }
    }

    /// The frame object of a generator (`gi_frame`); None if it is finished.
    pub fn generator_frame(&self, g: &PyGenerator) -> Value {
        match g.state.get() {
            GenState::Finished => return Value::NONE,
            GenState::Running => {
                for up in 0..self.cx.depth() {
                    // SAFETY: so many frames are below the running one.
                    let fr = unsafe { self.cx.frame.get().sub(up) };
                    // SAFETY: as above.
                    if std::ptr::eq(unsafe { (*fr).generator }, g) {
                        return self.frame_object(fr).into_value();
                    }
                }
                return Value::NONE;
            }
            GenState::Created | GenState::Suspended => {}
        }
        let old = g.frame.get();
        if !old.is_null() {
            return old;
        }
        let func = g.func.get();
        let Some(func) = func.downcast::<PyFunction>() else {
            return Value::NONE;
        };
        // SAFETY: a generator's function keeps its linked code, which keeps its code object.
        let code: Ref<PyCode> = Ref::new(unsafe { &*(*g.linked).py_code });
        let frame = self.alloc(&self.types.frame, |header| PyFrame {
            header,
            code,
            globals: func.globals.clone(),
            builtins: func.builtins.clone(),
            locals: ValueCell::new(Value::NULL),
            live: Cell::new(std::ptr::null_mut()),
            generator: Cell::new(g),
            saved: ListCell::new(Vec::new()),
            back: ValueCell::new(Value::NONE),
            last: Cell::new(0),
            trace: ValueCell::new(Value::NONE),
        });
        let frame = frame.into_value();
        self.suspend_frame_object(&frame, g);
        g.frame.set(frame.clone());
        frame
    }

    fn frame_code<'a>(&self, f: &'a PyFrame) -> Option<&'a Linked> {
        // SAFETY: the frame keeps its code object.
        unsafe { f.code.linked_ptr().as_ref() }
    }

    /// Index of the instruction that a frame is at.
    fn frame_index(&self, f: &PyFrame) -> usize {
        let live = f.live.get();
        match (self.frame_code(f), live.is_null()) {
            // SAFETY: live frames run.
            (Some(code), false) => unsafe { code.index_of((*live).pc) },
            _ => f.last.get() as usize,
        }
    }

    /// `f_lineno`.
    pub fn frame_line(&self, f: &PyFrame) -> Option<u32> {
        if f.live.get().is_null() && f.last.get() == NOT_BEGUN {
            return u32::try_from(f.code.code.firstlineno).ok();
        }
        self.frame_code(f)?.line_of(self.frame_index(f))
    }

    /// `f_lasti`: byte offset of the last instruction.
    pub fn frame_lasti(&self, f: &PyFrame) -> i32 {
        if f.live.get().is_null() && f.last.get() == NOT_BEGUN {
            return -1;
        }
        self.frame_code(f)
            .map_or(-1, |c| c.offset_of(self.frame_index(f)) as i32)
    }

    /// `f_back`: the caller's frame, or None.
    pub fn frame_back(&self, f: &PyFrame) -> Value {
        let live = f.live.get();
        if live.is_null() {
            return f.back.get();
        }
        let depth = (live as usize - self.cx.frames as usize) / size_of::<Frame>();
        if depth <= 1 {
            return Value::NONE;
        }
        // SAFETY: frames below a live one are live.
        self.frame_object(unsafe { live.sub(1) }).into_value()
    }

    /// The slots of a frame by name, cells looked through; unbound ones left out.
    pub fn frame_slots(&self, f: &PyFrame) -> Vec<(Value, Value)> {
        let Some(code) = self.frame_code(f) else {
            return Vec::new();
        };
        let live = f.live.get();
        let generator = f.generator.get();
        let mut out: Vec<(Value, Value)> = Vec::new();
        for (i, name) in code.slot_names.iter().enumerate() {
            // SAFETY: the slots of a live frame are on the stack, those of a suspended one in its generator.
            let v = unsafe {
                if !live.is_null() {
                    (*(*live).fp.add(i)).clone()
                } else if !generator.is_null() {
                    (*generator).slots().get(i).cloned().unwrap_or(Value::NULL)
                } else {
                    f.saved.get(i).unwrap_or(Value::NULL)
                }
            };
            let kind = code.code.localsplus[i].1;
            let shared =
                kind.has(crate::code::SlotKind::CELL) || kind.has(crate::code::SlotKind::FREE);
            let v = match v.downcast::<PyCell>() {
                Some(c) if shared => c.value.get(),
                _ => v,
            };
            if v.is_null() || kind.has(crate::code::SlotKind::HIDDEN) {
                continue;
            }
            match out.iter_mut().find(|(n, _)| n.is(name)) {
                Some(old) => old.1 = v,
                None => out.push((name.clone(), v)),
            }
        }
        out
    }

    /// `f_locals`: the namespace of a module or class body, or a new dict with a function's variables.
    pub fn frame_locals(&self, f: &PyFrame) -> PyResult {
        let ns = f.locals.get();
        if !ns.is_null() {
            return Ok(ns);
        }
        let d = self.new_dict();
        for (k, v) in self.frame_slots(f) {
            d.set_name(&k, v);
        }
        Ok(d.into_value())
    }

    /// `frame.clear()`: drops the variables of a frame that has ended; a suspended generator is closed first.
    ///
    /// # Errors
    /// RuntimeError if the frame runs, or (from 3.13 on) is suspended.
    pub fn clear_frame(&self, f: &PyFrame) -> PyResult<()> {
        if !f.live.get().is_null() {
            return Err(self.runtime_error("cannot clear an executing frame"));
        }
        let generator = f.generator.get();
        if !generator.is_null() {
            if self.version() >= crate::version::Version::V3_13 {
                return Err(self.runtime_error("cannot clear a suspended frame"));
            }
            // SAFETY: a generator that goes away takes itself out of its frame object.
            let g = value_of(unsafe { &*generator });
            if let Some(g) = g.downcast::<PyGenerator>() {
                self.gen_close(g)?;
            }
        }
        f.saved.clear();
        Ok(())
    }

    /// `locals()` of the running frame.
    pub fn current_locals(&self) -> PyResult {
        match self.frame_at(0) {
            Some(f) => {
                let ns = f.locals.get();
                if ns.is_null() {
                    return self.frame_locals(&f);
                }
                // Comprehensions inlined into a module or class body (3.12+) hide their variables.
                Ok(ns)
            }
            None => Err(self.system_error("frame does not exist")),
        }
    }
}
