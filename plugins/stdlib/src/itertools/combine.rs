//! `product`, `permutations`, `combinations`, `combinations_with_replacement`.

use std::cell::{Cell, RefCell};

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, MethodDef, NativeType};
use opyc_core::value::Value;
use opyc_core::vm::Vm;

use super::iterator;
use crate::util::{class_arg, data, put, some};

pub(super) fn init(vm: &Vm, m: &Value) {
    put(
        vm,
        m,
        "product",
        vm.native_type::<Product>(&PRODUCT).into_value(),
    );
    put(
        vm,
        m,
        "permutations",
        vm.native_type::<Permutations>(&PERMUTATIONS).into_value(),
    );
    put(
        vm,
        m,
        "combinations",
        vm.native_type::<Combinations>(&COMBINATIONS).into_value(),
    );
    put(
        vm,
        m,
        "combinations_with_replacement",
        vm.native_type::<Replacing>(&REPLACING).into_value(),
    );
}

struct Product {
    pools: Vec<Vec<Value>>,
    indices: RefCell<Vec<usize>>,
    state: Cell<State>,
}

/// Where an iterator over index vectors is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Fresh,
    Running,
    Done,
}

impl NativeType for Product {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.pools.iter().flatten().for_each(visit);
    }
}

fn product_new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let mut repeat = 1;
    for (k, v) in args.keywords() {
        if vm.str_lossy(k) != "repeat" {
            return Err(vm.type_error(&format!(
                "'{}' is an invalid keyword argument for product()",
                vm.str_lossy(k)
            )));
        }
        repeat = vm.index_i64(v)?;
    }
    let Ok(repeat) = usize::try_from(repeat) else {
        return Err(vm.value_error("repeat argument cannot be negative"));
    };
    let [class, iterables @ ..] = args.pos() else {
        return Err(vm.type_error("product expected a class"));
    };
    let mut pools = Vec::new();
    if repeat > 0 {
        for i in iterables {
            pools.push(vm.collect(i)?);
        }
    }
    let each = pools.len();
    match each.checked_mul(repeat) {
        Some(total) if total < 1 << 24 => {}
        _ => return Err(vm.memory_error()),
    }
    for _ in 1..repeat {
        pools.extend_from_within(..each);
    }
    let indices = vec![0; pools.len()];
    let p = Product {
        pools,
        indices: RefCell::new(indices),
        state: Cell::new(State::Fresh),
    };
    Ok(vm.new_native(class_arg(vm, class)?, &PRODUCT, p))
}

fn product_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let p = data::<Product>(vm, it)?;
    let row = {
        let mut indices = p.indices.borrow_mut();
        match p.state.get() {
            State::Done => return Ok(None),
            State::Fresh => p.state.set(State::Running),
            State::Running => {
                // Count up, the last pool fastest.
                let mut carried = true;
                for (i, pool) in indices.iter_mut().zip(&p.pools).rev() {
                    *i += 1;
                    if *i < pool.len() {
                        carried = false;
                        break;
                    }
                    *i = 0;
                }
                if carried {
                    p.state.set(State::Done);
                    return Ok(None);
                }
            }
        }
        let item = |at: usize| p.pools[at].get(*indices.get(at)?).cloned();
        match p.pools.len() {
            2 => item(0)
                .zip(item(1))
                .map(|(first, second)| vm.new_pair(first, second)),
            n => (0..n)
                .map(item)
                .collect::<Option<_>>()
                .map(|row| vm.new_tuple(row)),
        }
    };
    if row.is_none() {
        p.state.set(State::Done);
    }
    Ok(row)
}

iterator!(
    Product,
    PRODUCT,
    PRODUCT_DEF,
    "itertools.product",
    product_next,
    [MethodDef::raw("__new__", Access::New, product_new),]
);

/// A pool and the indices of the items to give next.
struct Choice {
    pool: Vec<Value>,
    indices: RefCell<Vec<usize>>,
    state: Cell<State>,
}

impl Choice {
    fn new(pool: Vec<Value>, indices: Vec<usize>, possible: bool) -> Choice {
        let state = if possible { State::Fresh } else { State::Done };
        Choice {
            pool,
            indices: RefCell::new(indices),
            state: Cell::new(state),
        }
    }

    /// The next tuple of `r` items; `advance` moves the indices and says whether there was another.
    fn next(
        &self,
        vm: &Vm,
        r: usize,
        advance: impl FnOnce(&mut [usize], usize) -> bool,
    ) -> Option<Value> {
        // Nothing in here runs Python code.
        let mut indices = self.indices.borrow_mut();
        match self.state.get() {
            State::Done => return None,
            State::Fresh => self.state.set(State::Running),
            State::Running => {
                if !advance(&mut indices, self.pool.len()) {
                    self.state.set(State::Done);
                    return None;
                }
            }
        }
        let given = indices.get(..r).unwrap_or(&indices);
        if let [i, j] = *given {
            return Some(vm.new_pair(self.pool.get(i)?.clone(), self.pool.get(j)?.clone()));
        }
        let items = given.iter().filter_map(|i| self.pool.get(*i).cloned());
        Some(vm.new_tuple(items.collect()))
    }

    fn visit(&self, visit: &mut dyn FnMut(&Value)) {
        self.pool.iter().for_each(visit);
    }
}

fn length(vm: &Vm, v: &Value) -> PyResult<usize> {
    match usize::try_from(vm.index_i64(v)?) {
        Ok(r) if r < 1 << 24 => Ok(r),
        Ok(_) => Err(vm.memory_error()),
        Err(_) => Err(vm.value_error("r must be non-negative")),
    }
}

struct Combinations(Choice, usize);

impl NativeType for Combinations {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.0.visit(visit);
    }
}

fn combinations_new(vm: &Vm, args: &[Value]) -> PyResult {
    let pool = vm.collect(&args[1])?;
    let r = length(vm, &args[2])?;
    let possible = r <= pool.len();
    let indices = if possible {
        (0..r).collect()
    } else {
        Vec::new()
    };
    let c = Combinations(Choice::new(pool, indices, possible), r);
    Ok(vm.new_native(class_arg(vm, &args[0])?, &COMBINATIONS, c))
}

fn combinations_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let c = data::<Combinations>(vm, it)?;
    Ok(c.0.next(vm, c.1, |indices, n| {
        let r = indices.len();
        let Some(i) = (0..r).rev().find(|i| indices[*i] != i + n - r) else {
            return false;
        };
        indices[i] += 1;
        for j in i + 1..r {
            indices[j] = indices[j - 1] + 1;
        }
        true
    }))
}

iterator!(
    Combinations,
    COMBINATIONS,
    COMBINATIONS_DEF,
    "itertools.combinations",
    combinations_next,
    [MethodDef::new_method("iterable, r", combinations_new),]
);

struct Replacing(Choice, usize);

impl NativeType for Replacing {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.0.visit(visit);
    }
}

fn replacing_new(vm: &Vm, args: &[Value]) -> PyResult {
    let pool = vm.collect(&args[1])?;
    let r = length(vm, &args[2])?;
    let possible = !pool.is_empty() || r == 0;
    let c = Replacing(Choice::new(pool, vec![0; r], possible), r);
    Ok(vm.new_native(class_arg(vm, &args[0])?, &REPLACING, c))
}

fn replacing_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let c = data::<Replacing>(vm, it)?;
    Ok(c.0.next(vm, c.1, |indices, n| {
        let Some(i) = (0..indices.len()).rev().find(|i| indices[*i] + 1 != n) else {
            return false;
        };
        let to = indices[i] + 1;
        indices[i..].fill(to);
        true
    }))
}

iterator!(
    Replacing,
    REPLACING,
    REPLACING_DEF,
    "itertools.combinations_with_replacement",
    replacing_next,
    [MethodDef::new_method("iterable, r", replacing_new),]
);

struct Permutations {
    choice: Choice,
    cycles: RefCell<Vec<usize>>,
    r: usize,
}

impl NativeType for Permutations {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.choice.visit(visit);
    }
}

fn permutations_new(vm: &Vm, args: &[Value]) -> PyResult {
    let pool = vm.collect(&args[1])?;
    let n = pool.len();
    let r = match some(args, 2) {
        Some(v) if !vm.is_int(v) => return Err(vm.type_error("Expected int as r")),
        Some(v) => length(vm, v)?,
        None => n,
    };
    let possible = r <= n;
    let cycles = if possible {
        (0..r).map(|i| n - i).collect()
    } else {
        Vec::new()
    };
    let choice = Choice::new(pool, (0..n).collect(), possible);
    let p = Permutations {
        choice,
        cycles: RefCell::new(cycles),
        r,
    };
    Ok(vm.new_native(class_arg(vm, &args[0])?, &PERMUTATIONS, p))
}

fn permutations_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let p = data::<Permutations>(vm, it)?;
    Ok(p.choice.next(vm, p.r, |indices, n| {
        let mut cycles = p.cycles.borrow_mut();
        for i in (0..p.r).rev() {
            cycles[i] -= 1;
            if cycles[i] == 0 {
                indices[i..].rotate_left(1);
                cycles[i] = n - i;
            } else {
                indices.swap(i, n - cycles[i]);
                return true;
            }
        }
        false
    }))
}

iterator!(
    Permutations,
    PERMUTATIONS,
    PERMUTATIONS_DEF,
    "itertools.permutations",
    permutations_next,
    [MethodDef::new_method("iterable, r=", permutations_new),]
);
