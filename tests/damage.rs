//! Test programs that are damaged at random. Whatever becomes of one, it is refused, raises, ends or runs out of fuel:
//! the process never crashes, panics or, built by `tools/asan.sh`, touches memory that is not its own, and the machine
//! gives all of its memory back.
//!
//! `OPYC_DAMAGE=1000..90000` says which rounds; a round does the same each time. Rounds run in a process of their own,
//! which goes on with the next one when a round needs more time or memory than there is: that is no failure, since
//! native code has no limits yet.

#[path = "support/cases.rs"]
#[allow(dead_code, reason = "the rest is for tests/programs.rs")]
mod cases;
#[path = "support/counting.rs"]
mod counting;

use std::io::{BufRead, BufReader, Read, Write};
use std::ops::Range;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use cases::{Case, all_cases, is_wanted};
use counting::BYTES;
use opyc::core::code::{Const, SlotKind};
use opyc::{Code, Machine};

/// Native code and deep recursion in debug builds need room.
const STACK: usize = 256 << 20;
/// Polls that a program may make.
const FUEL: u64 = 50_000;
/// Rounds without `OPYC_DAMAGE`.
const FEW: Range<u64> = 0..400;
const PATIENCE: Duration = Duration::from_secs(30);
/// Where the child finds its rounds.
const ROUNDS: &str = "OPYC_DAMAGE_IN_HERE";
/// What is said where memory ends.
const NO_MEMORY: [&str; 4] = [
    "memory allocation of",
    "exceeds maximum supported size",
    "out-of-memory",
    "hard rss limit",
];

/// splitmix64, seeded with the number of the round.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        of.get(self.below(of.len())).copied()
    }
}

/// Where the file has the instructions of a code object and those inside it, and their exception tables.
fn places(code: &Code, file: &[u8], instructions: &mut Vec<usize>, tables: &mut Vec<usize>) {
    let find = |part: &[u8]| match part.len() {
        0 => None,
        n => file.windows(n).position(|w| w == part),
    };
    if let Some(at) = find(&code.code) {
        instructions.extend((at..at + code.code.len()).step_by(2));
    }
    if let Some(at) = find(&code.exceptiontable) {
        tables.extend(at..at + code.exceptiontable.len());
    }
    for inner in &code.consts {
        if let Const::Code(inner) = inner {
            places(inner, file, instructions, tables);
        }
    }
}

/// Changes a few instructions for others of the file, or a few bytes of whatever kind behind the header.
fn damage_bytes(random: &mut Random, sound: &Code, file: &mut [u8]) {
    let (mut instructions, mut tables) = (Vec::new(), Vec::new());
    places(sound, file, &mut instructions, &mut tables);
    for _ in 0..1 + random.below(3) {
        let (Some(to), Some(from)) = (random.one(&instructions), random.one(&instructions)) else {
            return;
        };
        match random.below(9) {
            0 | 1 => file[to] = file[from],
            2 => file.copy_within(from..from + 2, to),
            3 => {
                file.swap(to, from);
                file.swap(to + 1, from + 1);
            }
            4 => file[to + 1] = random.below(8) as u8,
            5 => file[to + 1] ^= 1 << random.below(4),
            6 => file[to] = random.below(256) as u8,
            7 if !tables.is_empty() => {
                let at = random.one(&tables).unwrap_or(to);
                file[at] ^= 1 << random.below(8);
            }
            _ => {
                let at = 16 + random.below(file.len() - 16);
                file[at] = random.below(256) as u8;
            }
        }
    }
}

/// Code made in Rust may say anything.
fn damage_fields(random: &mut Random, code: &Code) -> Code {
    let mut code = code.clone();
    let inner = (0..code.consts.len()).filter(|i| matches!(code.consts[*i], Const::Code(_)));
    let inner: Vec<usize> = inner.collect();
    if random.below(4) > 0
        && let Some(at) = random.one(&inner)
        && let Const::Code(of) = &code.consts[at]
    {
        code.consts[at] = Const::Code(Arc::new(damage_fields(random, of)));
        return code;
    }
    let few = random.below(5) as u32;
    match random.below(10) {
        0 => code.argcount = few,
        1 => code.kwonlyargcount = few,
        2 => code.posonlyargcount = few,
        3 => code.nlocals = few,
        4 => code.flags ^= 1 << random.below(10),
        5 => code.stacksize = few,
        6 => code.localsplus = code.localsplus.iter().skip(1).cloned().collect(),
        7 => code.names = code.names.iter().skip(1).cloned().collect(),
        8 => code.consts = code.consts.iter().skip(1).cloned().collect(),
        _ => {
            let kinds = [SlotKind::LOCAL, SlotKind::CELL, SlotKind::FREE];
            let kind = kinds[random.below(3)];
            let at = random.below(code.localsplus.len());
            if let Some(slot) = code.localsplus.get_mut(at) {
                slot.1 = SlotKind(kind);
            }
        }
    }
    code
}

/// Damages a program and runs it. Says what became of it.
fn round(number: u64, cases: &[Case]) -> &'static str {
    let mut random = Random(number);
    let case = &cases[random.below(cases.len())];
    let mut file = std::fs::read(&case.pyc).expect("a fixture is there");
    let sound = Code::from_pyc(&file, &case.name).expect("a fixture is sound");
    let code = if random.below(6) == 0 {
        Arc::new(damage_fields(&mut random, &sound))
    } else {
        damage_bytes(&mut random, &sound, &mut file);
        match Code::from_pyc(&file, &case.name) {
            Ok(code) => code,
            Err(_) => return "unreadable",
        }
    };
    let machine = match Machine::for_code(&code).argv(["program"]).build() {
        Ok(machine) => machine,
        Err(_) => return "no machine",
    };
    machine.set_rust_stack(STACK / 2);
    machine.set_fuel(Some(FUEL));
    match machine.run_code(code).map_err(|e| e.to_string()) {
        Ok(()) => "ended",
        Err(text) if text.contains("fuel") => "out of fuel",
        Err(text) if text.contains("Traceback") => "raised",
        Err(_) => "refused",
    }
}

fn programs() -> Vec<Case> {
    all_cases().into_iter().filter(is_wanted).collect()
}

fn range(text: &str) -> Option<Range<u64>> {
    let (first, end) = text.split_once("..")?;
    Some(first.parse().ok()?..end.parse().ok()?)
}

#[test]
#[ignore = "the other test runs it, in processes of their own"]
fn rounds() {
    let rounds = std::env::var(ROUNDS).ok().and_then(|s| range(&s));
    let work = || {
        let cases = programs();
        for n in rounds.into_iter().flatten() {
            println!("round {n}");
            let before = BYTES.get();
            let end = round(n, &cases);
            // What the process keeps for all machines, the first one makes.
            if BYTES.get() - before > 64 {
                let before = BYTES.get();
                round(n, &cases);
                let left = BYTES.get() - before;
                assert!(left <= 64, "round {n} leaves {left} bytes");
            }
            println!("round {n} {end}");
            std::io::stdout().flush().expect("the parent listens");
        }
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work);
    thread.expect("a thread starts").join().expect("no panic");
}

fn child(rounds: &Range<u64>) -> Child {
    Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "rounds", "--ignored", "--nocapture"])
        .env(ROUNDS, format!("{}..{}", rounds.start, rounds.end))
        .env("RUST_BACKTRACE", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a process starts")
}

/// The lines that a child says of its rounds, as they come.
fn said(child: &mut Child) -> Receiver<String> {
    let (send, lines) = channel();
    let out = BufReader::new(child.stdout.take().expect("a pipe"));
    std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            // The test harness has no newline behind its own words.
            if let Some(at) = line.find("round ")
                && send.send(line[at + 6..].to_string()).is_err()
            {
                break;
            }
        }
    });
    lines
}

#[test]
fn damaged_programs_do_no_harm() {
    let asked = std::env::var("OPYC_DAMAGE").ok();
    let mut rounds = asked.map_or(FEW, |s| range(&s).expect("OPYC_DAMAGE is FIRST..END"));
    let (mut ends, mut failures) = (std::collections::BTreeMap::new(), Vec::new());
    while !rounds.is_empty() {
        let mut process = child(&rounds);
        let lines = said(&mut process);
        let mut errors = BufReader::new(process.stderr.take().expect("a pipe"));
        let errors = std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = errors.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        let mut at = rounds.start;
        let status: Option<ExitStatus> = loop {
            match lines.recv_timeout(PATIENCE) {
                Ok(line) => match line.split_once(' ') {
                    Some((n, end)) => {
                        at = n.parse::<u64>().expect("a number") + 1;
                        *ends.entry(end.to_string()).or_insert(0) += 1;
                    }
                    None => at = line.parse().expect("a number"),
                },
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                    process.kill().expect("it runs");
                    let _ = process.wait();
                    break None;
                }
                Err(_) => break Some(process.wait().expect("it has ended")),
            }
        };
        let errors = errors.join().expect("read");
        let no_memory = NO_MEMORY.iter().any(|text| errors.contains(text));
        match status {
            Some(status) if status.success() => {}
            Some(status) if !no_memory => {
                failures.push(at);
                println!("round {at}: {status}\n{errors}");
            }
            _ => *ends.entry("stopped".to_string()).or_insert(0) += 1,
        }
        rounds.start = if status.is_some_and(|s| s.success()) {
            rounds.end
        } else {
            at + 1
        };
    }
    println!("{ends:?}");
    assert!(failures.is_empty(), "rounds {failures:?}, see above");
    assert!(
        ends.contains_key("ended") && ends.contains_key("raised"),
        "no damage is small enough to run: {ends:?}"
    );
}
