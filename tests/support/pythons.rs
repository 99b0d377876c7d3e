//! Finds the CPythons that are installed.

use std::path::PathBuf;
use std::process::Command;

/// A CPython of version 3.`minor`: the one that `OPYC_PYTHON_3_8` (and so on) names, or `python3.8` on PATH, or
/// pyenv's.
pub fn find(minor: u32) -> Option<PathBuf> {
    let named = std::env::var_os(format!("OPYC_PYTHON_3_{minor}")).map(PathBuf::from);
    let name = format!("python3.{minor}");
    let pyenv = std::env::var_os("PYENV_ROOT")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".pyenv")));
    let versions = pyenv.and_then(|root| std::fs::read_dir(root.join("versions")).ok());
    let installed = versions.into_iter().flatten().flatten();
    let installed = installed.map(|version| version.path().join("bin").join(&name));
    let candidates = named
        .into_iter()
        .chain([PathBuf::from(&name)])
        .chain(installed);
    candidates.into_iter().find(|python| {
        // A launcher may be there that has nothing to launch.
        let version = Command::new(python).arg("--version").output();
        version.is_ok_and(|v| {
            let prefix = format!("Python 3.{minor}.");
            v.status.success() && String::from_utf8_lossy(&v.stdout).starts_with(&prefix)
        })
    })
}
