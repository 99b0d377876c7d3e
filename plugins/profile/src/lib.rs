//! An opcode and line profiler: how often each instruction ran, and how long that took.
//!
//! ```no_run
//! # fn main_(vm: &opyc_core::vm::Vm) {
//! let profile = opyc_profile::Profile::attach(vm);
//! // … run a program …
//! eprint!("{}", profile.report());
//! # }
//! ```
//!
//! Time is wall-clock time from one event to the next, without what the profiler itself takes between; what an
//! instruction takes in native code counts as its own. [`Report::folded`] gives stacks as flame graph tools read them.

#![forbid(unsafe_code)]

mod report;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use opyc_core::code::Code;
use opyc_core::instrument::{DispatchView, Events, Exit, Instrument, Shown, Site};
use opyc_core::vm::Vm;

pub use report::Report;

/// How often, and how long.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Cost {
    /// Number of times.
    pub count: u64,
    /// Time.
    pub time: Duration,
}

/// A profiler, attached to a machine.
pub struct Profile {
    clock: Box<dyn Fn() -> Duration>,
    state: RefCell<State>,
}

/// An instruction that has run.
struct Spot {
    opname: &'static str,
    line: Option<u32>,
    cost: Cost,
}

/// A code object that has run.
struct Function {
    /// Keeps the address, by which it is found, from being used again.
    _code: Arc<Code>,
    name: String,
    file: String,
    first_line: i32,
    /// By index of the instruction.
    spots: Vec<Option<Spot>>,
    calls: u64,
    /// Time in it and in what it called.
    total: Duration,
    /// Frames of it that are open: only the outermost adds to the total.
    open: u32,
}

/// A function as called along one path.
struct Node {
    function: usize,
    parent: Option<usize>,
    callees: HashMap<usize, usize>,
    own: Duration,
}

/// A frame that is open.
struct Open {
    node: usize,
    entered: Duration,
    /// What ran when it was entered: it goes on when the frame is closed.
    caller: Option<(usize, usize)>,
}

#[derive(Default)]
struct State {
    functions: Vec<Function>,
    by_code: HashMap<*const Code, usize>,
    nodes: Vec<Node>,
    roots: HashMap<usize, usize>,
    stack: Vec<Open>,
    /// Function and instruction that run now.
    running: Option<(usize, usize)>,
    /// When that began.
    since: Duration,
}

impl Profile {
    /// Attaches a new profiler to a machine.
    pub fn attach(vm: &Vm) -> Rc<Profile> {
        let start = Instant::now();
        Profile::attach_with_clock(vm, move || start.elapsed())
    }

    /// The same with another clock, which never goes back.
    pub fn attach_with_clock(vm: &Vm, clock: impl Fn() -> Duration + 'static) -> Rc<Profile> {
        let profile = Rc::new(Profile {
            clock: Box::new(clock),
            state: RefCell::default(),
        });
        vm.attach(profile.clone());
        profile
    }

    /// What has been measured until now.
    pub fn report(&self) -> Report {
        let now = (self.clock)();
        self.state.borrow().report(now)
    }

    /// Adds the time since the last event to whatever has run, does `f`, and begins anew.
    fn event(&self, f: impl FnOnce(&mut State)) {
        let now = (self.clock)();
        let mut state = self.state.borrow_mut();
        state.charge(now);
        f(&mut state);
        state.since = (self.clock)();
    }
}

impl State {
    fn charge(&mut self, now: Duration) {
        let time = now.saturating_sub(self.since);
        self.since = now;
        if let Some((function, index)) = self.running
            && let Some(Some(spot)) = self.functions[function].spots.get_mut(index)
        {
            spot.cost.time += time;
            if let Some(open) = self.stack.last() {
                self.nodes[open.node].own += time;
            }
        }
    }

    fn function(&mut self, at: &Site<'_>) -> usize {
        let code = Arc::as_ptr(at.code());
        *self.by_code.entry(code).or_insert_with(|| {
            self.functions.push(Function {
                _code: at.code().clone(),
                name: at.function().to_string(),
                file: at.file().to_string(),
                first_line: at.code().firstlineno,
                spots: Vec::new(),
                calls: 0,
                total: Duration::ZERO,
                open: 0,
            });
            self.functions.len() - 1
        })
    }

    fn dispatch(&mut self, at: &Site<'_>) {
        let function = self.function(at);
        if self.stack.is_empty() {
            // Attached in the middle of a run: as if it had been entered here.
            self.open(function);
        }
        let spots = &mut self.functions[function].spots;
        if spots.len() <= at.index() {
            spots.resize_with(at.index() + 1, || None);
        }
        let spot = spots[at.index()].get_or_insert_with(|| Spot {
            opname: at.opname(),
            line: at.line(),
            cost: Cost::default(),
        });
        spot.cost.count += 1;
        self.running = Some((function, at.index()));
    }

    fn open(&mut self, function: usize) {
        let parent = self.stack.last().map(|o| o.node);
        let next = self.nodes.len();
        let callees = match parent {
            Some(p) => &mut self.nodes[p].callees,
            None => &mut self.roots,
        };
        let node = *callees.entry(function).or_insert(next);
        if node == next {
            self.nodes.push(Node {
                function,
                parent,
                callees: HashMap::new(),
                own: Duration::ZERO,
            });
        }
        let f = &mut self.functions[function];
        f.calls += 1;
        f.open += 1;
        self.stack.push(Open {
            node,
            entered: self.since,
            caller: self.running,
        });
    }

    fn close(&mut self) {
        let Some(open) = self.stack.pop() else { return };
        let f = &mut self.functions[self.nodes[open.node].function];
        f.open -= 1;
        if f.open == 0 {
            f.total += self.since.saturating_sub(open.entered);
        }
        self.running = open.caller;
    }
}

impl Instrument for Profile {
    fn events(&self) -> Events {
        Events::BEFORE | Events::FRAMES
    }

    fn before(&self, view: &DispatchView<'_>) {
        self.event(|s| s.dispatch(view));
    }

    fn enter(&self, view: &DispatchView<'_>) {
        self.event(|s| {
            let function = s.function(view);
            s.open(function);
        });
    }

    fn leave(&self, _: &DispatchView<'_>, _: &Exit<'_>) {
        self.event(State::close);
    }

    fn yields(&self, _: &DispatchView<'_>, _: Option<Shown<'_>>) {
        self.event(State::close);
    }
}
