//! The operand of `await`.

use opyc_core::object::{GenKind, GenState, PyGenerator};

use crate::rows::prelude::*;

opcodes! {
    /// Replaces an object by what `await` iterates over.
    GET_AWAITABLE (object -- iter) in 6..=10, link link_get_awaitable;
    /// Replaces an object by what `await` iterates over; the argument tells which method of a `with` gave the object.
    GET_AWAITABLE (object -- iter) in 11..=14, link link_get_awaitable_of;
}

/// What gave the object tells which method of an `async with` it comes from, for the message.
fn link_get_awaitable(l: &mut LinkCx<'_>) {
    // Whoever defines it: the compiler put it there.
    let before = |n: usize| {
        let def = l.index().checked_sub(n).and_then(|i| l.def_at(i));
        def.map_or("", |d| d.name)
    };
    set_fields!(l; arg = match (before(2), before(1)) {
        (_, "BEFORE_ASYNC_WITH") => 1,
        (_, "WITH_CLEANUP_START" | "WITH_EXCEPT_START") | ("DUP_TOP", "CALL_FUNCTION") => 2,
        _ => 0,
    });
    l.raw::<GetAwaitable>();
}

fn link_get_awaitable_of(l: &mut LinkCx<'_>) {
    l.raw::<GetAwaitable>();
}

raw_op! {
    /// `sp[-1] = sp[-1].__await__()`; a coroutine stays. `arg` is 1 or 2 for what `__aenter__` or `__aexit__` gave.
    GetAwaitable;
    fast(_vm, pc, sp, _fp) {
        match (*sp.sub(1)).downcast_exact::<PyGenerator>() {
            Some(g) if g.kind == GenKind::Coroutine && g.state.get() == GenState::Created => {
                Flow::to(pc.add(1), sp)
            }
            _ => Flow::COLD,
        }
    }
    cold(vm, pc, sp, _fp) {
        let object = read(sp.sub(1));
        match vm.get_awaitable(&object, (*pc).arg as u32) {
            Ok(v) => {
                sp.sub(1).write(v);
                Step { pc: pc.add(1), sp }
            }
            Err(r) => throw(vm, pc, sp.sub(1), r),
        }
    }
}
