//! What an asynchronous generator yields is wrapped, to tell it from what the awaitables inside it yield to the event
//! loop: the objects of `asend()` and its like unwrap it.

use super::{NativeTypeSpec, Vm};
use crate::object::{Native, NativeType, ValueCell};
use crate::value::Value;

struct Wrapped(Value);

impl NativeType for Wrapped {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.0);
    }
}

static SPEC: NativeTypeSpec = NativeTypeSpec {
    name: "async_generator_wrapped_value",
    flags: 0,
    has_dict: false,
    next: None,
};

/// The hooks of `sys.set_asyncgen_hooks`, as a [`Vm::extension`]; None where there is none.
pub struct AsyncGenHooks {
    /// Called with a generator that is iterated for the first time.
    pub first_iter: ValueCell,
    /// Called with a generator that is about to be freed.
    pub finalizer: ValueCell,
}

impl Default for AsyncGenHooks {
    fn default() -> Self {
        AsyncGenHooks {
            first_iter: ValueCell::new(Value::NONE),
            finalizer: ValueCell::new(Value::NONE),
        }
    }
}

impl Vm {
    /// Wraps a value that an asynchronous generator yields.
    pub fn async_gen_wrap(&self, v: Value) -> Value {
        let ty = self.native_type::<Wrapped>(&SPEC);
        self.new_native(&ty, &SPEC, Wrapped(v))
    }

    /// The value that an asynchronous generator has yielded; `None` if `v` comes from an awaitable inside it.
    pub fn async_gen_unwrap(&self, v: &Value) -> Option<Value> {
        v.downcast::<Native<Wrapped>>().map(|w| w.data.0.clone())
    }
}
