//! Caches, quickened and folded instructions while instruments come and go and opcodes are overridden: what CPython
//! prints is printed all the same.

#[path = "support/cases.rs"]
#[allow(dead_code, reason = "the rest is for tests/programs.rs")]
mod cases;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use cases::{Case, MINORS, all_cases, is_wanted};
use opyc::core::code::Const;
use opyc::core::decode::decode;
use opyc::core::instrument::{DispatchView, Events, Instrument, InstrumentId, Site};
use opyc::core::interp::raw;
use opyc::core::registry::{OpcodeDef, Table};
use opyc::core::version::info;
use opyc::{Code, Machine, Version};

/// Native code and deep recursion in debug builds need room.
const STACK: usize = 256 << 20;

fn on_big_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(test);
    let ended = thread.expect("a thread starts").join();
    ended.expect("the test passes");
}

fn version(minor: u32) -> Version {
    let wanted = format!("3.{minor}");
    let mut all = Version::ALL.into_iter();
    all.find(|v| v.to_string() == wanted)
        .expect("a version that opyc runs")
}

fn load(case: &Case) -> Arc<Code> {
    let bytes = std::fs::read(&case.pyc).unwrap_or_else(|e| panic!("{}: {e}", case.pyc.display()));
    Code::from_pyc(&bytes, &case.name).expect("a fixture is sound")
}

fn machine(case: &Case, code: &Code, overrides: &[&'static OpcodeDef]) -> Machine {
    let argv = [case.name.clone()].into_iter();
    let mut builder = Machine::for_code(code).argv(argv.chain(case.args.clone()));
    for def in overrides {
        builder = builder.opcode(def);
    }
    let machine = builder.build().expect("the definitions fit together");
    machine.set_rust_stack(STACK / 2);
    machine
}

/// What a program prints, and how it ends.
fn run(code: &Arc<Code>, machine: &Machine) -> (String, String) {
    let end = match machine.run_code(code.clone()) {
        Ok(()) => String::new(),
        Err(e) => e.to_string(),
    };
    (machine.output(), end)
}

/// The programs of a version that need neither CPython's library nor modules of their own.
fn programs(minor: u32) -> impl Iterator<Item = (Case, Arc<Code>)> {
    let cases = all_cases().into_iter().filter(is_wanted);
    let cases = cases.filter(move |c| c.minor == minor && !c.needs_stdlib && c.helpers.is_none());
    cases.map(|c| {
        let code = load(&c);
        (c, code)
    })
}

fn about_caches(minor: u32) -> impl Iterator<Item = (Case, Arc<Code>)> {
    programs(minor).filter(|(c, _)| c.name.starts_with("caches/"))
}

/// What differs, for messages: the first line that does.
fn difference(expected: &str, got: &str, end: &str) -> Option<String> {
    if expected == got && end.is_empty() {
        return None;
    }
    let mut lines = expected.lines().zip(got.lines()).enumerate();
    let first = lines.find(|(_, (a, b))| a != b);
    Some(match first {
        Some((n, (a, b))) => format!("line {}: {b:?} instead of {a:?}", n + 1),
        None => format!("{} bytes instead of {}; {end}", got.len(), expected.len()),
    })
}

/// Attaches and detaches others at polls: jumps back, steps of loops and returns. What lies between runs as it does
/// when nobody watches, folded and specialised, or as a step at a time, or with every third instruction unfolded.
struct Metronome {
    /// How many polls there are on average between two changes.
    period: u32,
    left: Cell<u32>,
    random: Cell<u32>,
    others: [Rc<dyn Instrument>; 3],
    attached: RefCell<Vec<InstrumentId>>,
    changes: Cell<u32>,
}

impl Metronome {
    fn new(period: u32) -> Rc<Metronome> {
        Rc::new(Metronome {
            period,
            left: Cell::new(period),
            random: Cell::new(period),
            others: [Rc::new(Thirds), Rc::new(Everything), Rc::new(Everything)],
            attached: RefCell::default(),
            changes: Cell::new(0),
        })
    }

    /// A number below `n`.
    fn next(&self, n: u32) -> u32 {
        let x = self.random.get();
        let x = x.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        self.random.set(x);
        (x >> 16) % n
    }
}

impl Instrument for Metronome {
    fn interest(&self, at: &Site<'_>) -> bool {
        let name = at.opname();
        name == "FOR_ITER" || name.starts_with("RETURN_") || name.starts_with("JUMP_")
    }

    fn before(&self, view: &DispatchView<'_>) {
        if let Some(left) = self.left.get().checked_sub(1) {
            return self.left.set(left);
        }
        self.left.set(self.next(2 * self.period));
        self.changes.set(self.changes.get() + 1);
        let gone = self.attached.borrow_mut().pop();
        match gone {
            Some(id) => drop(view.detach(id)),
            None => {
                let others = (0..=self.next(2)).map(|_| self.others[self.next(3) as usize].clone());
                let ids = others.map(|o| view.attach(o)).collect();
                self.attached.replace(ids);
            }
        }
    }
}

/// Watches some instructions.
struct Thirds;

impl Instrument for Thirds {
    fn interest(&self, at: &Site<'_>) -> bool {
        at.index() % 3 == 0
    }
}

/// Watches all there is to see.
struct Everything;

impl Instrument for Everything {
    fn events(&self) -> Events {
        Events::ALL
    }
}

#[test]
fn caches_hold_while_instruments_come_and_go() {
    on_big_stack(|| {
        let mut problems = Vec::new();
        let mut changes = 0;
        for minor in MINORS {
            for (case, code) in about_caches(minor) {
                let machine = machine(&case, &code, &[]);
                let metronome = Metronome::new(100);
                machine.attach(metronome.clone());
                let (output, end) = run(&code, &machine);
                if let Some(d) = difference(&case.expected.stdout, &output, &end) {
                    problems.push(format!("3.{minor} {}: {d}", case.name));
                }
                changes += metronome.changes.get();
            }
        }
        assert!(problems.is_empty(), "{}", problems.join("\n"));
        assert!(
            changes > 1000,
            "{changes} changes are too few to say anything"
        );
        println!("{changes} times an instrument came or went");
    });
}

#[test]
fn attributes_that_share_a_place_are_remembered_together() {
    let case = &all_cases()[0];
    let machine = machine(case, &load(case), &[]);
    let name = machine.intern("attribute");
    // Versions so far apart have the same first place for one name.
    let versions = [5, 5 + 1024, 5 + 2048];
    let share = |version, word| {
        let key = (&name, raw::READ);
        raw::share_attr(&machine, version, key, raw::SharedKind::Constant, 0, word)
    };
    let remembered = |key| {
        versions.map(|v| {
            let (e, hit) = raw::shared_attr(&machine, v, key);
            hit.then(|| e.word.get())
        })
    };
    let key = share(versions[0], 10);
    share(versions[1], 11);
    assert_eq!(remembered(key), [Some(10), Some(11), None]);
    share(versions[1], 21);
    assert_eq!(remembered(key), [Some(10), Some(21), None]);
    share(versions[2], 12);
    assert_eq!(remembered(key), [None, Some(21), Some(12)]);
}

/// Rows that others read instead of running them: whoever replaces one of them replaces those too. `CALL` takes the names
/// of its arguments from `KW_NAMES`.
const READ_BY_OTHERS: [&str; 2] = ["KW_NAMES", "PRECALL"];

/// Every standard opcode of a version as one that overrides itself. The linker cannot know that it does the same, so
/// nothing is folded into it or across it, and whoever looks at neighbours finds somebody else's.
fn overrides(minor: u32) -> Vec<&'static OpcodeDef> {
    let table = Table::build(info(version(minor)), &[]).expect("the standard set fits together");
    let defs = table.definitions().into_iter();
    let defs = defs.filter(|d| !READ_BY_OTHERS.contains(&d.name));
    defs.map(|d| {
        &*Box::leak(Box::new(OpcodeDef {
            overriding: true,
            ..*d
        }))
    })
    .collect()
}

/// The names of the opcodes, and of the operators that they stand for, in a module and the functions in it.
fn names_in(code: &Code, table: &Table, names: &mut BTreeSet<&'static str>) {
    let decoded = decode(code, &table.info).expect("a fixture is sound");
    for i in &decoded.instructions {
        let def = table.op(i.op).expect("the standard set is complete");
        names.insert(def.name);
        names.extend(def.operator.and_then(|operator| operator(i)));
    }
    for c in &*code.consts {
        if let Const::Code(inner) = c {
            names_in(inner, table, names);
        }
    }
}

#[test]
fn everything_may_be_overridden_at_once() {
    on_big_stack(|| {
        let mut problems = Vec::new();
        for minor in MINORS {
            let all = overrides(minor);
            for (case, code) in programs(minor) {
                let overridden = run(&code, &machine(&case, &code, &all));
                if overridden.0 == case.expected.stdout && overridden.1.is_empty() {
                    continue;
                }
                // Programs that end with an exception, or that need more of their host than this test grants.
                let plain = run(&code, &machine(&case, &code, &[]));
                if plain != overridden {
                    let d = difference(&plain.0, &overridden.0, &overridden.1);
                    problems.push(format!("3.{minor} {}: {d:?}", case.name));
                }
            }
        }
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    });
}

#[test]
fn each_opcode_may_be_overridden_alone() {
    on_big_stack(|| {
        let mut problems = Vec::new();
        for minor in MINORS {
            let table = Table::build(info(version(minor)), &[]).expect("the standard set");
            // Programs about caches first: they run everything until it is hot.
            let mut by_name: BTreeMap<&str, Vec<Rc<(Case, Arc<Code>)>>> = BTreeMap::new();
            let rest = programs(minor).filter(|(c, _)| !c.name.starts_with("caches/"));
            for (case, code) in about_caches(minor).chain(rest) {
                let mut names = BTreeSet::new();
                names_in(&code, &table, &mut names);
                let program = Rc::new((case, code));
                for name in names {
                    let having = by_name.entry(name).or_default();
                    if having.len() < 2 {
                        having.push(program.clone());
                    }
                }
            }
            let mut ran = 0;
            for def in overrides(minor) {
                for program in by_name.get(def.name).into_iter().flatten() {
                    let (case, code) = &**program;
                    let (output, _) = run(code, &machine(case, code, &[def]));
                    let mut differs = difference(&case.expected.stdout, &output, "");
                    if differs.is_some() {
                        // A program may need more of its host than this test grants.
                        let (plain, _) = run(code, &machine(case, code, &[]));
                        differs = difference(&plain, &output, "");
                    }
                    if let Some(d) = differs {
                        let (name, op) = (&case.name, def.name);
                        problems.push(format!("3.{minor} {name} with its own {op}: {d}"));
                    }
                    ran += 1;
                }
            }
            let few = ran < 100 && std::env::var("OPYC_ONLY").is_err();
            assert!(!few, "3.{minor}: {ran} opcodes are too few to say anything");
        }
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    });
}
