//! Local variables from the stack.

use crate::rows::prelude::*;

opcodes! {
    /// Sets a local variable.
    STORE_FAST (value --) in 6..=14, raw StoreFast;
    /// Sets one local variable and pushes another one.
    STORE_FAST_LOAD_FAST (value -- loaded) in 13..=14, raw StoreFastLoadFast;
    /// Sets two local variables, the first from the top of the stack.
    STORE_FAST_STORE_FAST (second first --) in 13..=14, raw StoreFastStoreFast;
    /// Unbinds a local variable.
    DELETE_FAST (--) in 6..=14, raw DeleteFast;
}

raw_op! {
    /// `slots[arg] = sp[-1]`. The value may be NULL or a cell (inlined comprehensions).
    StoreFast;
    fast(_vm, pc, sp, fp) {
        let garbage = put_slot(fp, (*pc).arg as usize, read(sp.sub(1)));
        Flow::to(pc.add(1), sp.sub(1)).free(garbage)
    }
}

raw_op! {
    /// `slots[a] = sp[-1]; sp[-1] = slots[b]`.
    StoreFastLoadFast;
    fast(_vm, pc, sp, fp) {
        let (a, b) = ((*pc).a as usize, (*pc).b as usize);
        if a != b && (*fp.add(b)).is_null() {
            return Flow::COLD;
        }
        let garbage = put_slot(fp, a, read(sp.sub(1)));
        sp.sub(1).write((*fp.add(b)).clone());
        Flow::to(pc.add(1), sp).free(garbage)
    }
    cold(vm, pc, sp, fp) {
        set_slot(fp, (*pc).a as usize, read(sp.sub(1)));
        throw(vm, pc, sp.sub(1), vm.unbound_local((*pc).b as usize))
    }
}

raw_op! {
    /// `slots[a] = sp[-1]; slots[b] = sp[-2]`. At most one object can be freed without a call.
    StoreFastStoreFast;
    fast(_vm, pc, sp, fp) {
        let (a, b) = ((*pc).a as usize, (*pc).b as usize);
        if raw::is_last(&*fp.add(a)) {
            return Flow::COLD;
        }
        put_slot(fp, a, read(sp.sub(1)));
        let garbage = put_slot(fp, b, read(sp.sub(2)));
        Flow::to(pc.add(1), sp.sub(2)).free(garbage)
    }
    cold(_vm, pc, sp, fp) {
        set_slot(fp, (*pc).a as usize, read(sp.sub(1)));
        set_slot(fp, (*pc).b as usize, read(sp.sub(2)));
        Step { pc: pc.add(1), sp: sp.sub(2) }
    }
}

raw_op! {
    /// `del slots[arg]`.
    DeleteFast;
    fast(_vm, pc, sp, fp) {
        if (*fp.add((*pc).arg as usize)).is_null() {
            return Flow::COLD;
        }
        let garbage = put_slot(fp, (*pc).arg as usize, Value::NULL);
        Flow::to(pc.add(1), sp).free(garbage)
    }
    cold(vm, pc, sp, _fp) {
        throw(vm, pc, sp, vm.unbound_local((*pc).arg as usize))
    }
}
