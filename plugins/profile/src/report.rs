//! What a profiler has measured, sorted and summed up.

use std::collections::HashMap;
use std::fmt::{self, Display};
use std::time::Duration;

use super::{Cost, State};

/// What has been measured. Its `Display` is a text of three tables, the most expensive first.
#[derive(Debug, Default)]
pub struct Report {
    /// By name of the opcode.
    pub opcodes: Vec<(&'static str, Cost)>,
    /// By function.
    pub functions: Vec<FunctionCost>,
    /// By source line.
    pub lines: Vec<LineCost>,
    stacks: Vec<(String, Duration)>,
}

/// What a function took.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FunctionCost {
    /// Qualified name (before 3.11 the name).
    pub name: String,
    /// Source file.
    pub file: String,
    /// First line of its definition.
    pub line: i32,
    /// How often it was called; for a generator, how often it began or went on.
    pub calls: u64,
    /// Time in the function itself, native functions that it called included.
    pub own: Duration,
    /// Time in the function and in the Python functions that it called.
    pub total: Duration,
}

/// What a source line took.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineCost {
    /// Source file.
    pub file: String,
    /// The line.
    pub line: u32,
    /// Instructions, and their time.
    pub cost: Cost,
}

impl State {
    pub(super) fn report(&self, now: Duration) -> Report {
        let mut opcodes: HashMap<&str, Cost> = HashMap::new();
        let mut lines: HashMap<(&str, u32), Cost> = HashMap::new();
        let mut functions = Vec::with_capacity(self.functions.len());
        for f in &self.functions {
            let mut own = Duration::ZERO;
            for spot in f.spots.iter().flatten() {
                own += spot.cost.time;
                opcodes.entry(spot.opname).or_default().add(spot.cost);
                if let Some(line) = spot.line {
                    lines.entry((&f.file, line)).or_default().add(spot.cost);
                }
            }
            functions.push(FunctionCost {
                name: f.name.clone(),
                file: f.file.clone(),
                line: f.first_line,
                calls: f.calls,
                own,
                total: f.total,
            });
        }
        // Functions that have not ended yet: from the outermost call of each until now.
        let mut counted = vec![false; functions.len()];
        for open in &self.stack {
            let f = self.nodes[open.node].function;
            if !std::mem::replace(&mut counted[f], true) {
                functions[f].total += now.saturating_sub(open.entered);
            }
        }
        let mut opcodes: Vec<_> = opcodes.into_iter().collect();
        opcodes.sort_by_key(|(name, cost)| (std::cmp::Reverse((cost.time, cost.count)), *name));
        functions.sort_by(|a, b| (b.own, b.total, &a.name).cmp(&(a.own, a.total, &b.name)));
        let mut lines: Vec<LineCost> = lines
            .into_iter()
            .map(|((file, line), cost)| LineCost {
                file: file.to_string(),
                line,
                cost,
            })
            .collect();
        lines.sort_by(|a, b| {
            let cost = (b.cost.time, b.cost.count).cmp(&(a.cost.time, a.cost.count));
            cost.then_with(|| (&a.file, a.line).cmp(&(&b.file, b.line)))
        });
        let mut stacks: Vec<_> = (0..self.nodes.len())
            .map(|n| (self.path(n), self.nodes[n].own))
            .collect();
        stacks.sort();
        Report {
            opcodes,
            functions,
            lines,
            stacks,
        }
    }

    /// The functions from the program's module to a node, as flame graph tools want them.
    fn path(&self, node: usize) -> String {
        let mut names = Vec::new();
        let mut at = Some(node);
        while let Some(n) = at {
            let f = &self.functions[self.nodes[n].function];
            // The separator cannot be in a name.
            names.push(format!("{} ({}:{})", f.name, f.file, f.first_line).replace(';', ","));
            at = self.nodes[n].parent;
        }
        names.reverse();
        names.join(";")
    }
}

impl Cost {
    fn add(&mut self, other: Cost) {
        self.count += other.count;
        self.time += other.time;
    }
}

impl Report {
    /// Folded stacks: on each line the functions of one path, separated by semicolons, and the nanoseconds that the
    /// last of them took itself. Flame graph tools read this.
    pub fn folded(&self) -> String {
        let mut text = String::new();
        for (path, own) in self.stacks.iter().filter(|(_, own)| !own.is_zero()) {
            text.push_str(&format!("{path} {}\n", own.as_nanos()));
        }
        text
    }

    /// Instructions that ran, and their time.
    pub fn sum(&self) -> Cost {
        let mut sum = Cost::default();
        self.opcodes.iter().for_each(|(_, cost)| sum.add(*cost));
        sum
    }
}

/// Rows of the tables of functions and lines that are printed.
const ROWS: usize = 40;

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum = self.sum();
        let share = |time: Duration| match sum.time.as_secs_f64() {
            0.0 => 0.0,
            all => 100.0 * time.as_secs_f64() / all,
        };
        writeln!(f, "{} instructions, {}", sum.count, Time(sum.time))?;
        writeln!(f, "\n{:>12} {:>12} {:>6}  opcode", "count", "time", "%")?;
        for (name, cost) in &self.opcodes {
            let (count, time) = (cost.count, cost.time);
            writeln!(
                f,
                "{count:>12} {:>12} {:>6.1}  {name}",
                Time(time),
                share(time)
            )?;
        }
        let head = ("calls", "own time", "%", "total time");
        writeln!(
            f,
            "\n{:>12} {:>12} {:>6} {:>12}  function",
            head.0, head.1, head.2, head.3
        )?;
        for c in self.functions.iter().take(ROWS) {
            let (own, total) = (Time(c.own), Time(c.total));
            let place = format_args!("{} ({}:{})", c.name, c.file, c.line);
            writeln!(
                f,
                "{:>12} {own:>12} {:>6.1} {total:>12}  {place}",
                c.calls,
                share(c.own)
            )?;
        }
        more(f, self.functions.len())?;
        writeln!(f, "\n{:>12} {:>12} {:>6}  line", "count", "time", "%")?;
        for l in self.lines.iter().take(ROWS) {
            let (count, time) = (l.cost.count, l.cost.time);
            let place = format_args!("{}:{}", l.file, l.line);
            writeln!(
                f,
                "{count:>12} {:>12} {:>6.1}  {place}",
                Time(time),
                share(time)
            )?;
        }
        more(f, self.lines.len())
    }
}

fn more(f: &mut fmt::Formatter<'_>, rows: usize) -> fmt::Result {
    match rows.checked_sub(ROWS) {
        Some(n) if n > 0 => writeln!(f, "{:>12} more", n),
        _ => Ok(()),
    }
}

/// A time in milliseconds.
struct Time(Duration);

impl Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:.3} ms", self.0.as_secs_f64() * 1e3))
    }
}
