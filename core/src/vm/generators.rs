//! Generators, coroutines and awaitables, as native code uses them.

use super::Vm;
use crate::error::{PyResult, Raise};
use crate::interp::{Input, Outcome, delegate, end_delegation, run_generator};
use crate::object::*;
use crate::value::Value;
use crate::version::Version;

impl Vm {
    /// `g.send(v)`: runs a generator until it yields or returns.
    pub fn gen_send(&self, g: &PyGenerator, v: Value) -> PyResult<Outcome> {
        run_generator(self, g, Input::Send(v))
    }

    /// `g.throw(exc)`: raises inside a generator. Where it delegates, the sub-iterator gets the exception first.
    pub fn gen_throw(&self, g: &PyGenerator, exc: Value) -> PyResult<Outcome> {
        self.check_rust_stack()?;
        if let Some(sub) = delegate(g) {
            // What an asynchronous generator awaits is asked to leave, not closed.
            let is_exit = g.kind != GenKind::AsyncGenerator
                && self.is_instance(&exc, &self.exc_types.GeneratorExit);
            if is_exit {
                g.state.set(GenState::Running);
                let r = self.close_sub(&sub);
                g.state.set(GenState::Suspended);
                if let Err(r) = r {
                    return run_generator(self, g, Input::Throw(r));
                }
                return run_generator(self, g, Input::Throw(Raise::from_exception(exc)));
            }
            let outcome = match sub
                .downcast::<PyGenerator>()
                .filter(|s| s.kind != GenKind::AsyncGenerator)
            {
                Some(s) => {
                    g.state.set(GenState::Running);
                    let r = self.gen_throw(s, exc);
                    g.state.set(GenState::Suspended);
                    r
                }
                None => match self.get_attr_opt(&sub, &self.names.throw)? {
                    Some(f) => {
                        g.state.set(GenState::Running);
                        let r = self.call(&f, &[exc]);
                        g.state.set(GenState::Suspended);
                        match r {
                            Ok(v) => Ok(Outcome::Yield(v)),
                            Err(r) if self.is_stop_iteration(&r) => {
                                Ok(Outcome::Return(self.stop_value(&r)))
                            }
                            Err(r) => Err(r),
                        }
                    }
                    None => {
                        return run_generator(self, g, Input::Throw(Raise::from_exception(exc)));
                    }
                },
            };
            return match outcome {
                Ok(Outcome::Yield(v)) => Ok(Outcome::Yield(v)),
                Ok(Outcome::Return(v)) => {
                    if self.version >= Version::V3_12 {
                        let stop = self.stop_iteration(v);
                        return run_generator(self, g, Input::Throw(stop));
                    }
                    end_delegation(g);
                    run_generator(self, g, Input::Send(v))
                }
                Err(r) => run_generator(self, g, Input::Throw(r)),
            };
        }
        if g.state.get() == GenState::Created {
            // The exception is raised where the body would begin.
            let r = run_generator(self, g, Input::Throw(Raise::from_exception(exc)));
            return r;
        }
        run_generator(self, g, Input::Throw(Raise::from_exception(exc)))
    }

    fn close_sub(&self, sub: &Value) -> PyResult<()> {
        if let Some(s) = sub
            .downcast::<PyGenerator>()
            .filter(|s| s.kind != GenKind::AsyncGenerator)
        {
            self.gen_close(s)?;
            return Ok(());
        }
        if let Some(f) = self.get_attr_opt(sub, &self.names.close)? {
            self.call(&f, &[])?;
        }
        Ok(())
    }

    /// `g.close()`. The value is what the generator returned (3.13 and later), else None.
    pub fn gen_close(&self, g: &PyGenerator) -> PyResult {
        match g.state.get() {
            GenState::Created => {
                g.state.set(GenState::Finished);
                return Ok(Value::NONE);
            }
            GenState::Finished => return Ok(Value::NONE),
            _ => {}
        }
        if let Some(sub) = delegate(g) {
            g.state.set(GenState::Running);
            let r = self.close_sub(&sub);
            g.state.set(GenState::Suspended);
            if let Err(r) = r {
                return self.gen_close_with(g, Input::Throw(r));
            }
        }
        let exit = self.new_raise(&self.exc_types.GeneratorExit, Vec::new());
        self.gen_close_with(g, Input::Throw(exit))
    }

    pub(super) fn gen_close_with(&self, g: &PyGenerator, input: Input) -> PyResult {
        match run_generator(self, g, input) {
            Ok(Outcome::Yield(v)) => {
                drop(v);
                let text = format!("{} ignored GeneratorExit", g.kind.noun());
                Err(self.runtime_error(&text))
            }
            Ok(Outcome::Return(v)) => Ok(if self.version >= Version::V3_13 {
                v
            } else {
                Value::NONE
            }),
            Err(r) if self.is_generator_exit(&r) || self.is_stop_iteration(&r) => Ok(Value::NONE),
            Err(r) => Err(r),
        }
    }

    /// The iterator that a suspended generator delegates to (`gi_yieldfrom`, `cr_await`).
    pub fn gen_delegate(&self, g: &PyGenerator) -> Option<Value> {
        delegate(g)
    }

    /// The awaitable's iterator: `GET_AWAITABLE`. `how` 1 and 2 are the results of `__aenter__` and `__aexit__`.
    pub fn get_awaitable(&self, o: &Value, how: u32) -> PyResult {
        if let Some(g) = o.downcast::<PyGenerator>() {
            match g.kind {
                GenKind::Coroutine => {
                    if delegate(g).is_some() {
                        return Err(self.runtime_error("coroutine is being awaited already"));
                    }
                    return Ok(o.clone());
                }
                GenKind::Generator if self.is_iterable_coroutine(g) => return Ok(o.clone()),
                _ => {}
            }
        }
        match self.call_special(o, &self.names.await_, &[])? {
            Some(it) => {
                let coroutine = it
                    .downcast::<PyGenerator>()
                    .is_some_and(|g| g.kind == GenKind::Coroutine || self.is_iterable_coroutine(g));
                if coroutine {
                    return Err(self.type_error("__await__() returned a coroutine"));
                }
                if !self.is_iterator(&it) {
                    return Err(self.type_error(&format!(
                        "__await__() returned non-iterator of type '{}'",
                        self.type_name(&it)
                    )));
                }
                Ok(it)
            }
            None => {
                let t = self.type_name(o);
                let text = match how {
                    1 => format!(
                        "'async with' received an object from __aenter__ that does not implement __await__: {t}"
                    ),
                    2 => format!(
                        "'async with' received an object from __aexit__ that does not implement __await__: {t}"
                    ),
                    _ if self.version >= Version::V3_14 => format!("'{t}' object can't be awaited"),
                    _ => format!("object {t} can't be used in 'await' expression"),
                };
                Err(self.type_error(&text))
            }
        }
    }

    /// Whether a generator was made by `types.coroutine`.
    pub fn is_iterable_coroutine(&self, g: &PyGenerator) -> bool {
        g.func
            .get()
            .downcast::<PyFunction>()
            .is_some_and(|f| f.code().code.flags & crate::code::flags::ITERABLE_COROUTINE != 0)
    }

    pub(super) fn warn_never_awaited(&self, g: &PyGenerator) {
        let name = self.str_lossy(&g.qualname.get());
        self.warn_about(
            &self.exc_types.RuntimeWarning,
            &format!("coroutine '{name}' was never awaited"),
            Some(&value_of(g)),
        );
    }
}
