//! [`Host`]: all that a program can reach outside its machine.

use std::io;

/// What a machine may do to the world. The default of every method is to refuse.
pub trait Host {
    /// Writes to standard output.
    fn stdout(&self, bytes: &[u8]) -> io::Result<()>;

    /// Writes to standard error.
    fn stderr(&self, bytes: &[u8]) -> io::Result<()>;

    /// Flushes standard output.
    fn flush(&self) -> io::Result<()> {
        Ok(())
    }

    /// Reads a line from standard input, line end included; empty at the end.
    fn read_line(&self) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }

    /// Reads a whole file.
    fn read_file(&self, _path: &str) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::PermissionDenied.into())
    }

    /// Whether there is a file (not a folder) of that path.
    fn is_file(&self, _path: &str) -> bool {
        false
    }

    /// Whether there is a folder of that path.
    fn is_dir(&self, _path: &str) -> bool {
        false
    }

    /// Writes a whole file, from scratch or at its end.
    fn write_file(&self, _path: &str, _bytes: &[u8], _append: bool) -> io::Result<()> {
        Err(io::ErrorKind::PermissionDenied.into())
    }

    /// An environment variable.
    fn env(&self, _name: &str) -> Option<String> {
        None
    }

    /// Seconds since 1970, with nanoseconds.
    fn wall_clock(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }

    /// A clock that never goes back.
    fn monotonic(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }

    /// Processor time that the process has used.
    fn cpu_time(&self) -> std::time::Duration {
        self.monotonic()
    }

    /// Waits.
    fn sleep(&self, _time: std::time::Duration) {}
}

/// A host that grants nothing but output, which it keeps.
#[derive(Default)]
pub struct Captured {
    /// What was written to standard output.
    pub out: std::cell::RefCell<Vec<u8>>,
    /// What was written to standard error.
    pub err: std::cell::RefCell<Vec<u8>>,
}

impl Host for Captured {
    fn stdout(&self, bytes: &[u8]) -> io::Result<()> {
        self.out.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }

    fn stderr(&self, bytes: &[u8]) -> io::Result<()> {
        self.err.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }
}

/// A host shared with its maker, who can look at it later.
impl<H: Host + ?Sized> Host for std::rc::Rc<H> {
    fn stdout(&self, bytes: &[u8]) -> io::Result<()> {
        (**self).stdout(bytes)
    }
    fn stderr(&self, bytes: &[u8]) -> io::Result<()> {
        (**self).stderr(bytes)
    }
    fn flush(&self) -> io::Result<()> {
        (**self).flush()
    }
    fn read_line(&self) -> io::Result<Vec<u8>> {
        (**self).read_line()
    }
    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        (**self).read_file(path)
    }
    fn is_file(&self, path: &str) -> bool {
        (**self).is_file(path)
    }
    fn is_dir(&self, path: &str) -> bool {
        (**self).is_dir(path)
    }
    fn write_file(&self, path: &str, bytes: &[u8], append: bool) -> io::Result<()> {
        (**self).write_file(path, bytes, append)
    }
    fn env(&self, name: &str) -> Option<String> {
        (**self).env(name)
    }
    fn wall_clock(&self) -> std::time::Duration {
        (**self).wall_clock()
    }
    fn monotonic(&self) -> std::time::Duration {
        (**self).monotonic()
    }
    fn cpu_time(&self) -> std::time::Duration {
        (**self).cpu_time()
    }
    fn sleep(&self, time: std::time::Duration) {
        (**self).sleep(time)
    }
}
