//! Source lines, for tracebacks.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::object::PyList;
use crate::text::codec::Codec;
use crate::text::errors::Errors;
use crate::version::Version;
use crate::vm::Vm;

/// The source files that one traceback shows, each read once.
pub(super) struct Sources<'vm> {
    vm: &'vm Vm,
    files: FxHashMap<String, Option<Rc<Vec<String>>>>,
}

impl<'vm> Sources<'vm> {
    pub(super) fn new(vm: &'vm Vm) -> Sources<'vm> {
        Sources {
            vm,
            files: FxHashMap::default(),
        }
    }

    /// The lines of a file without their ends; `None` if it cannot be read.
    pub(super) fn lines(&mut self, filename: &str) -> Option<Rc<Vec<String>>> {
        if let Some(known) = self.files.get(filename) {
            return known.clone();
        }
        let lines = self
            .read(filename)
            .map(|bytes| Rc::new(split_lines(&decode(&bytes))));
        self.files.insert(filename.to_string(), lines.clone());
        lines
    }

    /// Line `number` (the first is 1) without its end.
    pub(super) fn line(&mut self, filename: &str, number: u32) -> Option<String> {
        let lines = self.lines(filename)?;
        lines
            .get(usize::try_from(number).ok()?.checked_sub(1)?)
            .cloned()
    }

    /// The file itself, or the first of its name in the folders of `sys.path`.
    fn read(&self, filename: &str) -> Option<Vec<u8>> {
        let host = self.vm.host();
        if let Ok(bytes) = host.read_file(filename) {
            return Some(bytes);
        }
        let linecache = self.vm.version() >= Version::V3_13;
        if linecache
            && (filename.starts_with('/') || (filename.starts_with('<') && filename.ends_with('>')))
        {
            return None;
        }
        // C code looks for the last part of the name only, `linecache` for all of it.
        let tail = if linecache {
            filename
        } else {
            filename.rsplit('/').next().unwrap_or(filename)
        };
        let path = self.vm.sys_attr("path")?;
        let folders = path.downcast::<PyList>()?.items.to_vec();
        folders.iter().filter(|f| self.vm.is_str(f)).find_map(|f| {
            let folder = self.vm.str_lossy(f);
            let separator = if folder.is_empty() || folder.ends_with('/') {
                ""
            } else {
                "/"
            };
            host.read_file(&format!("{folder}{separator}{tail}")).ok()
        })
    }
}

/// The text of a source file: UTF-8, or what its first two lines declare (PEP 263).
fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_string();
    }
    let declared = bytes
        .split(|b| *b == b'\n')
        .take(2)
        .find_map(declared_encoding);
    match declared.and_then(|name| Codec::from_name(&name)) {
        Some(codec) => match codec.decode(bytes, Errors::Replace) {
            Ok(text) => text.view().to_string_lossy().into_owned(),
            Err(_) => String::from_utf8_lossy(bytes).into_owned(),
        },
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// The encoding that a comment such as `# -*- coding: latin-1 -*-` names.
fn declared_encoding(line: &[u8]) -> Option<String> {
    let line = String::from_utf8_lossy(line);
    let comment = line.trim_start().strip_prefix('#')?;
    let rest = comment.split_once("coding")?.1.strip_prefix([':', '='])?;
    let name: String = rest
        .trim_start()
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c))
        .collect();
    (!name.is_empty()).then_some(name)
}

fn split_lines(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<String> = text.split('\n').map(str::to_string).collect();
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{decode, split_lines};

    #[test]
    fn reads_declared_encodings() {
        assert_eq!(
            decode(b"# -*- coding: latin-1 -*-\nx = '\xe9'"),
            "# -*- coding: latin-1 -*-\nx = 'é'"
        );
        assert_eq!(decode("\u{feff}é".as_bytes()), "é");
        assert_eq!(split_lines("a\r\nb\n\nc\n"), ["a", "b", "", "c"]);
    }
}
