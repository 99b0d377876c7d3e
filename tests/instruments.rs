//! Instruments as their users meet them: what they see, that programs do not notice them, and that they can come and
//! go at any time.

#[path = "support/cases.rs"]
#[allow(dead_code, reason = "the other half of it is for tests/programs.rs")]
mod cases;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fs;
use std::rc::Rc;
use std::sync::Arc;

use cases::{Case, MINORS, all_cases, is_wanted, tests_dir};
use opyc::core::args::Args;
use opyc::core::decode::{Decoded, Operand, decode};
use opyc::core::error::PyResult;
use opyc::core::instrument::{DispatchView, Events, Exit, Instrument, InstrumentId, Shown, Site};
use opyc::core::object::{Access, MethodDef};
use opyc::core::version::info;
use opyc::{Code, Machine, Value, Vm};

/// Native code and deep recursion in debug builds need room.
const STACK: usize = 256 << 20;

fn on_big_stack(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(test);
    thread
        .expect("a thread starts")
        .join()
        .expect("the test passes");
}

fn load(name: &str, minor: u32) -> Arc<Code> {
    let path = tests_dir().join(format!("fixtures/3.{minor}/{name}.pyc"));
    let bytes = fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Code::from_pyc(&bytes, name).expect("a fixture is sound")
}

fn machine(code: &Code) -> Machine {
    let machine = Machine::for_code(code).argv(["program"]).build();
    let machine = machine.expect("the standard plug-ins fit together");
    machine.set_rust_stack(STACK / 2);
    machine
}

/// What a program leaves behind: its output, and how it ended.
fn run(code: &Arc<Code>, machine: &Machine) -> (String, String, String) {
    let end = match machine.run_code(code.clone()) {
        Ok(()) => String::new(),
        Err(e) => e.to_string(),
    };
    (machine.output(), machine.error_output(), end)
}

/// Writes every event down.
#[derive(Default)]
struct Journal(RefCell<Vec<String>>);

impl Journal {
    fn note(&self, text: String) {
        self.0.borrow_mut().push(text);
    }

    fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

/// Writes down what becomes of frames.
#[derive(Default)]
struct Frames(Journal);

fn shown(value: Option<Shown<'_>>) -> String {
    value.map_or("?".into(), |v| v.to_string())
}

impl Instrument for Frames {
    fn events(&self) -> Events {
        Events::FRAMES
    }
    fn enter(&self, view: &DispatchView<'_>) {
        self.0
            .note(format!("{} enter {}", view.depth(), view.function()));
    }
    fn leave(&self, view: &DispatchView<'_>, exit: &Exit<'_>) {
        let how = match exit {
            Exit::Return(value) => format!("return {}", shown(*value)),
            Exit::Raise(e) => format!("raise {e}"),
            Exit::Fault => "fault".into(),
        };
        self.0
            .note(format!("{} leave {}: {how}", view.depth(), view.function()));
    }
    fn yields(&self, view: &DispatchView<'_>, value: Option<Shown<'_>>) {
        self.0.note(format!(
            "{} yield {}: {}",
            view.depth(),
            view.function(),
            shown(value)
        ));
    }
    fn raise(&self, view: &DispatchView<'_>, e: Shown<'_>) {
        self.0
            .note(format!("{} raise {}: {e}", view.depth(), view.function()));
    }
}

#[test]
fn frames_tell_the_same_story_in_every_version() {
    for minor in MINORS {
        let code = load("instruments/events", minor);
        let machine = machine(&code);
        let frames = Rc::new(Frames::default());
        machine.attach(frames.clone());
        let (output, _, end) = run(&code, &machine);
        assert_eq!(
            (output.as_str(), end.as_str()),
            ("1\ncaught no\n1\n", ""),
            "3.{minor}"
        );
        // From 3.11 on a generator is made by running the first instructions of its function.
        let made = |depth: u32, name: &str| match minor {
            11.. => vec![
                format!("{depth} enter {name}"),
                format!("{depth} leave {name}: return <generator object {name}>"),
            ],
            _ => vec![],
        };
        // How a delegating generator yields: at once with the other, or by an instruction of its own.
        let mut expected = vec!["0 enter <module>".to_string()];
        let mut add = |lines: &[&str]| expected.extend(lines.iter().map(|l| l.to_string()));
        add(&made(1, "chain")
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>());
        add(&["1 enter chain"]);
        add(&made(2, "numbers")
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>());
        add(&[
            "2 enter numbers",
            "2 yield numbers: 0",
            "1 yield chain: 0",
            "1 enter chain",
        ]);
        add(&[
            "2 enter numbers",
            "3 enter add",
            "3 leave add: return 1",
            "2 yield numbers: 1",
        ]);
        add(&[
            "1 yield chain: 1",
            "1 enter chain",
            "2 enter numbers",
            "3 enter add",
        ]);
        add(&["3 leave add: return 2", "2 leave numbers: return None"]);
        add(&["1 leave chain: return ?"]);
        let no = "ValueError('no')";
        let raised = [
            "1 enter cleans_up".to_string(),
            "2 enter fails".into(),
            format!("2 raise fails: {no}"),
            format!("2 leave fails: raise {no}"),
            format!("1 raise cleans_up: {no}"),
            "2 enter add".into(),
            "2 leave add: return 2".into(),
            format!("1 raise cleans_up: {no}"),
            format!("1 leave cleans_up: raise {no}"),
            format!("0 raise <module>: {no}"),
        ];
        expected.extend(raised);
        if minor >= 11 {
            // What cleans up behind a `finally` clause raises again too.
            let again = expected
                .iter()
                .rposition(|e| e.starts_with("1 raise cleans_up"));
            let again = again.expect("just written");
            expected.insert(again, expected[again].clone());
        }
        for x in [3, 1, 2] {
            expected.push("1 enter <lambda>".into());
            expected.push(format!("1 leave <lambda>: return -{x}"));
        }
        expected.push("0 leave <module>: return None".into());
        assert_eq!(frames.0.take(), expected, "3.{minor}");
    }
}

/// Checks every event against the bytecode and against the events before. What does not fit is written down: an
/// instrument is called from machine code that cannot unwind.
#[derive(Default)]
struct Checker {
    problems: RefCell<Vec<String>>,
    frames: RefCell<Vec<Open>>,
    decoded: RefCell<HashMap<*const Code, (Arc<Code>, Rc<Decoded>)>>,
    dispatched: Cell<u64>,
}

struct Open {
    code: *const Code,
    /// The last instruction that `before` told of, and whether it has not had its `after`.
    last: Option<(usize, bool)>,
    raised: bool,
}

/// Opcodes that go on where the block stack says.
const BY_BLOCK: [&str; 6] = [
    "BREAK_LOOP",
    "CONTINUE_LOOP",
    "END_FINALLY",
    "WITH_CLEANUP_FINISH",
    "RETURN_VALUE",
    "POP_FINALLY",
];

impl Checker {
    fn check(&self, holds: bool, view: &DispatchView<'_>, what: &str) {
        let mut problems = self.problems.borrow_mut();
        if !holds && problems.len() < 10 {
            let at = (view.function(), view.offset(), view.opname());
            problems.push(format!("{what}: {at:?} at depth {}", view.depth()));
        }
    }

    fn decoded(&self, code: &Arc<Code>) -> Rc<Decoded> {
        let mut all = self.decoded.borrow_mut();
        let known = all.entry(Arc::as_ptr(code)).or_insert_with(|| {
            let decoded = decode(code, info(code.version)).expect("it runs");
            (code.clone(), Rc::new(decoded))
        });
        known.1.clone()
    }

    /// Whether an instruction may be followed by that of the view.
    fn follows(&self, view: &DispatchView<'_>, from: usize) -> bool {
        let decoded = self.decoded(view.code());
        let (i, to) = (&decoded.instructions[from], view.index());
        let name = info(view.code().version).op(i.op).map_or("", |o| o.name);
        // A loop's end skips instructions that only other ways to the end need.
        let skips = if name == "FOR_ITER" { 2 } else { 0 };
        let jumps = match i.operand {
            Operand::Label(t) => (t as usize..=t as usize + skips).contains(&to),
            _ => false,
        };
        to == from + 1 || jumps || BY_BLOCK.contains(&name)
    }

    /// The innermost open frame, which must be that of the view.
    fn innermost(&self, view: &DispatchView<'_>, f: impl FnOnce(&mut Open)) {
        let mut frames = self.frames.borrow_mut();
        self.check(frames.len() == view.depth() + 1, view, "other depth");
        if let Some(frame) = frames.last_mut() {
            self.check(frame.code == Arc::as_ptr(view.code()), view, "other code");
            f(frame);
        }
    }

    fn close(&self, view: &DispatchView<'_>, at_last: bool) {
        self.innermost(view, |frame| {
            let here = frame.last == Some((view.index(), true));
            self.check(here || !at_last, view, "left elsewhere");
        });
        self.frames.borrow_mut().pop();
    }
}

impl Instrument for Checker {
    fn events(&self) -> Events {
        Events::ALL
    }

    fn before(&self, view: &DispatchView<'_>) {
        self.dispatched.set(self.dispatched.get() + 1);
        let code = view.code();
        let at = view.offset() as usize;
        self.check(code.code[at] == view.opcode(), view, "other opcode");
        let op = info(code.version).op(view.opcode());
        self.check(
            op.is_some_and(|op| op.name == view.opname()),
            view,
            "other name",
        );
        let arg = view.arg().is_none_or(|arg| code.code[at + 1] == arg as u8);
        self.check(arg, view, "other argument");
        self.innermost(view, |frame| {
            let last = frame.last.replace((view.index(), true));
            let raised = std::mem::take(&mut frame.raised);
            if let Some((from, open)) = last.filter(|_| !raised) {
                self.check(!open, view, "no `after` before");
                self.check(self.follows(view, from), view, &format!("follows {from}"));
            }
        });
    }

    fn after(&self, view: &DispatchView<'_>) {
        self.innermost(view, |frame| {
            let last = frame.last.replace((view.index(), false));
            self.check(
                last == Some((view.index(), true)),
                view,
                "`after` without `before`",
            );
        });
    }

    fn enter(&self, view: &DispatchView<'_>) {
        let mut frames = self.frames.borrow_mut();
        self.check(
            frames.len() == view.depth(),
            view,
            "entered at another depth",
        );
        frames.push(Open {
            code: Arc::as_ptr(view.code()),
            last: None,
            raised: false,
        });
    }

    fn leave(&self, view: &DispatchView<'_>, exit: &Exit<'_>) {
        self.close(view, matches!(exit, Exit::Return(_)));
    }

    fn yields(&self, view: &DispatchView<'_>, _: Option<Shown<'_>>) {
        self.close(view, true);
    }

    fn raise(&self, view: &DispatchView<'_>, _: Shown<'_>) {
        self.innermost(view, |frame| frame.raised = true);
    }
}

/// The programs that run without CPython's library, under some versions.
fn programs(minors: &[u32]) -> impl Iterator<Item = (Case, Arc<Code>)> {
    let wanted = minors.to_vec();
    let cases = all_cases().into_iter();
    let cases = cases.filter(is_wanted);
    let cases = cases.filter(move |c| wanted.contains(&c.minor) && !c.needs_stdlib);
    cases.map(|c| {
        let code = load(&c.name, c.minor);
        (c, code)
    })
}

/// Versions of both block strategies, the oldest and the newest among them.
const SOME: [u32; 3] = [6, 10, 14];

#[test]
fn every_dispatch_of_every_program_follows_from_the_one_before() {
    on_big_stack(|| {
        let mut problems: Vec<String> = Vec::new();
        for (case, code) in programs(&SOME) {
            let plain = run(&code, &machine(&code));
            let machine = machine(&code);
            let checker = Rc::new(Checker::default());
            machine.attach(checker.clone());
            let name = format!("3.{} {}", case.minor, case.name);
            let mut problem = |what: String| problems.push(format!("{name}: {what}"));
            let watched = run(&code, &machine);
            if watched != plain {
                problem(format!("{watched:?} instead of {plain:?}"));
            }
            if checker.dispatched.get() == 0 || !checker.frames.borrow().is_empty() {
                problem("nothing seen, or a frame is still open".into());
            }
            checker.problems.take().into_iter().for_each(problem);
        }
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    });
}

/// Attaches and detaches others all the time.
struct Fidget {
    others: [Rc<dyn Instrument>; 3],
    attached: RefCell<Vec<InstrumentId>>,
    random: Cell<u32>,
    me: Cell<Option<InstrumentId>>,
    fine: Cell<bool>,
}

impl Fidget {
    fn attach(vm: &Vm) -> Rc<Fidget> {
        let fidget = Rc::new(Fidget {
            others: [Rc::new(Third), Rc::new(Frames::default()), Rc::new(Quiet)],
            attached: RefCell::default(),
            random: Cell::new(1),
            me: Cell::new(None),
            fine: Cell::new(true),
        });
        fidget.me.set(Some(vm.attach(fidget.clone())));
        fidget
    }

    /// A number below `n`.
    fn next(&self, n: u32) -> u32 {
        let x = self
            .random
            .get()
            .wrapping_mul(1_103_515_245)
            .wrapping_add(12_345);
        self.random.set(x);
        (x >> 16) % n
    }

    fn fidget(&self, vm: &Fidgeted<'_>) {
        if self.attached.borrow().len() < 3 && self.next(2) == 0 {
            let new = self.others[self.next(3) as usize].clone();
            let id = vm.attach(new);
            self.attached.borrow_mut().push(id);
        } else if let Some(id) = self.attached.borrow_mut().pop() {
            // Not twice.
            self.fine
                .set(self.fine.get() && vm.detach(id) && !vm.detach(id));
        }
    }
}

/// Where instruments are attached from.
enum Fidgeted<'a> {
    Instrument(&'a DispatchView<'a>),
    Native(&'a Vm),
}

impl Fidgeted<'_> {
    fn attach(&self, new: Rc<dyn Instrument>) -> InstrumentId {
        match self {
            Fidgeted::Instrument(view) => view.attach(new),
            Fidgeted::Native(vm) => vm.attach(new),
        }
    }
    fn detach(&self, id: InstrumentId) -> bool {
        match self {
            Fidgeted::Instrument(view) => view.detach(id),
            Fidgeted::Native(vm) => vm.detach(id),
        }
    }
}

impl Instrument for Fidget {
    fn before(&self, view: &DispatchView<'_>) {
        if self.next(40) == 0 {
            self.fidget(&Fidgeted::Instrument(view));
        }
    }
}

/// Takes an interest in some instructions.
struct Third;

impl Instrument for Third {
    fn events(&self) -> Events {
        Events::BEFORE | Events::AFTER
    }
    fn interest(&self, at: &Site<'_>) -> bool {
        at.index() % 3 == 0
    }
}

/// Wants `before` of nothing.
struct Quiet;

impl Instrument for Quiet {
    fn interest(&self, _: &Site<'_>) -> bool {
        false
    }
}

thread_local! {
    /// The machine's fidget and its own `print`.
    static PRINT: RefCell<Option<(Rc<Fidget>, Value)>> = const { RefCell::new(None) };
}

/// A `print` that attaches and detaches instruments, itself the only one at times.
fn restless_print(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (fidget, print) = PRINT.with_borrow(|p| {
        let (fidget, print) = p.as_ref().expect("set by the test");
        (fidget.clone(), print.clone())
    });
    if fidget.next(2) == 0 {
        match fidget.me.take() {
            Some(me) => fidget.fine.set(fidget.fine.get() && vm.detach(me)),
            None => fidget.me.set(Some(vm.attach(fidget.clone()))),
        }
    }
    fidget.fidget(&Fidgeted::Native(vm));
    vm.call_args(&print, Args::with_names(args.values(), args.names()))
}

static PRINT_DEF: MethodDef = MethodDef::raw("print", Access::Function, restless_print);

#[test]
fn instruments_come_and_go_in_the_middle_of_everything() {
    on_big_stack(|| {
        for (case, code) in programs(&[8, 12]) {
            // Attaching looks at every object, and this program has hundreds of thousands.
            if case.name == "types/deep_nesting" {
                continue;
            }
            let plain = run(&code, &machine(&code));
            let machine = machine(&code);
            let name = machine.intern("print");
            let print = machine.builtins.get_name(&name).expect("a builtin");
            machine.enter(|vm| {
                let restless = vm.new_function(&PRINT_DEF, vm.intern("builtins"));
                vm.builtins.set_name(&name, restless);
            });
            let fidget = Fidget::attach(&machine);
            PRINT.set(Some((fidget.clone(), print)));
            let title = format!("3.{} {}", case.minor, case.name);
            let restless = run(&code, &machine);
            PRINT.take();
            assert!(
                restless == plain,
                "{title} notices: {restless:?} instead of {plain:?}"
            );
        }
    });
}

/// Writes down opcodes under a name.
struct Named(&'static str, Rc<Journal>);

impl Instrument for Named {
    fn interest(&self, at: &Site<'_>) -> bool {
        at.opname() == "RETURN_VALUE" || at.opname() == "RETURN_CONST"
    }
    fn before(&self, view: &DispatchView<'_>) {
        self.1.note(format!(
            "{} {} {}",
            self.0,
            view.function(),
            shown(view.top())
        ));
    }
}

#[test]
fn several_instruments_in_order_of_attachment() {
    let code = load("instruments/events", 8);
    let machine = machine(&code);
    let journal = Rc::new(Journal::default());
    let first = machine.attach(Rc::new(Named("first", journal.clone())));
    machine.attach(Rc::new(Named("second", journal.clone())));
    run(&code, &machine);
    let seen = journal.take();
    assert_eq!(seen[..2], ["first add 1", "second add 1"]);
    assert_eq!(
        seen[seen.len() - 2..],
        ["first <module> None", "second <module> None"]
    );

    // Between two runs one goes; another one comes to its place, which is behind.
    assert!(machine.detach(first));
    machine.attach(Rc::new(Named("third", journal.clone())));
    run(&code, &machine);
    assert_eq!(journal.take()[..2], ["second add 1", "third add 1"]);
}

/// Detaches another one at the first event.
struct Jealous(InstrumentId);

impl Instrument for Jealous {
    fn before(&self, view: &DispatchView<'_>) {
        view.detach(self.0);
    }
}

#[test]
fn a_detached_instrument_misses_the_rest_of_the_event() {
    let code = load("instruments/events", 12);
    let machine = machine(&code);
    let journal = Rc::new(Journal::default());
    // The jealous one comes first, so it must know whom to detach before that is attached.
    let probe = machine.attach(Rc::new(Named("probe", journal.clone())));
    assert!(machine.detach(probe));
    let other = machine.attach(Rc::new(Named("other", journal.clone())));
    let jealous = machine.attach(Rc::new(Jealous(other)));
    assert_ne!(probe, other);
    run(&code, &machine);
    assert_eq!(journal.take(), Vec::<String>::new());
    assert!(machine.detach(jealous));
    assert!(!machine.detach(jealous));
}

/// Writes down all instructions, what they mean and what lies on the stack.
#[derive(Default)]
struct Listing(Journal);

impl Instrument for Listing {
    fn interest(&self, at: &Site<'_>) -> bool {
        at.function() == "add"
    }
    fn before(&self, view: &DispatchView<'_>) {
        let stack: Vec<String> = (0..view.stack_depth())
            .rev()
            .map(|n| shown(view.stack(n)))
            .collect();
        let arg = view.arg().map_or(String::new(), |a| a.to_string());
        let line = view.line().unwrap_or(0);
        let text = format!(
            "{line} {} {arg} {} [{}]",
            view.opname(),
            view.meaning(),
            stack.join(", ")
        );
        self.0.note(text);
    }
}

#[test]
fn folded_instructions_are_seen_one_by_one() {
    let code = load("instruments/events", 12);
    let machine = machine(&code);
    let listing = Rc::new(Listing::default());
    let id = machine.attach(listing.clone());
    run(&code, &machine);
    let seen = listing.0.take();
    assert_eq!(
        seen[..5],
        [
            "4 RESUME 0  []",
            "5 LOAD_FAST 0 a []",
            "5 LOAD_FAST 1 b [0]",
            "5 BINARY_OP 0 + [0, 1]",
            "5 RETURN_VALUE   [1]",
        ]
    );
    machine.detach(id);
    run(&code, &machine);
    assert_eq!(listing.0.take(), Vec::<String>::new());
}
