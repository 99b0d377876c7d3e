//! What the command line grants a program: what `python` has.

use std::cell::{Cell, RefCell};
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use opyc::Host;

/// Longest wait before a sleep looks for Ctrl-C.
const NAP: Duration = Duration::from_millis(50);

/// The process's own files, streams, clocks and environment.
pub(crate) struct Process {
    out: RefCell<BufWriter<io::Stdout>>,
    terminal: bool,
    start: Instant,
    interrupt: Cell<Option<Arc<AtomicBool>>>,
}

impl Process {
    pub(crate) fn new() -> Process {
        Process {
            out: RefCell::new(BufWriter::with_capacity(8192, io::stdout())),
            terminal: io::stdout().is_terminal(),
            start: Instant::now(),
            interrupt: Cell::new(None),
        }
    }

    /// The flag that Ctrl-C sets: a sleep ends early when it is up.
    pub(crate) fn watch(&self, flag: Arc<AtomicBool>) {
        self.interrupt.set(Some(flag));
    }
}

impl Host for Process {
    fn stdout(&self, bytes: &[u8]) -> io::Result<()> {
        let mut out = self.out.borrow_mut();
        out.write_all(bytes)?;
        if self.terminal && bytes.contains(&b'\n') {
            out.flush()?;
        }
        Ok(())
    }

    fn stderr(&self, bytes: &[u8]) -> io::Result<()> {
        io::stderr().write_all(bytes)
    }

    fn flush(&self) -> io::Result<()> {
        let mut out = self.out.borrow_mut();
        out.flush()?;
        out.get_mut().flush()
    }

    fn read_line(&self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        let mut stdin = io::stdin().lock();
        let mut byte = [0];
        while stdin.read(&mut byte)? == 1 {
            line.push(byte[0]);
            if byte[0] == b'\n' {
                break;
            }
        }
        Ok(line)
    }

    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn is_file(&self, path: &str) -> bool {
        std::fs::metadata(path).is_ok_and(|m| m.is_file())
    }

    fn is_dir(&self, path: &str) -> bool {
        std::fs::metadata(path).is_ok_and(|m| m.is_dir())
    }

    fn write_file(&self, path: &str, bytes: &[u8], append: bool) -> io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.create(true);
        if append {
            options.append(true)
        } else {
            options.write(true).truncate(true)
        };
        options.open(path)?.write_all(bytes)
    }

    fn env(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn wall_clock(&self) -> Duration {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, time: Duration) {
        let flag = self.interrupt.take();
        self.interrupt.set(flag.clone());
        let Some(end) = Instant::now().checked_add(time) else {
            return;
        };
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || flag.as_ref().is_some_and(|f| f.load(Ordering::Relaxed)) {
                return;
            }
            std::thread::sleep(left.min(NAP));
        }
    }
}
