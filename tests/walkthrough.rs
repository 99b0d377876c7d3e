//! Follows `plugins/README.md` to the letter, in an empty folder outside the workspace, without the network: `sh` blocks
//! are run, blocks with a file name are written, `text` blocks are what the last command printed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder that goes when the test ends.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Fenced blocks: what stands behind the fence, and the text.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let body: Vec<_> = lines.by_ref().take_while(|l| *l != "```").collect();
            blocks.push((info.to_owned(), body.join("\n") + "\n"));
        }
    }
    blocks
}

#[test]
#[cfg(unix)]
fn a_stranger_gets_an_opcode_running() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder =
        Folder(std::env::temp_dir().join(format!("opyc-walkthrough-{}", std::process::id())));
    fs::create_dir_all(&folder.0).unwrap();
    std::os::unix::fs::symlink(root, folder.0.join("opyc")).unwrap();
    // Built where this test was, so that a second run is quick.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("walkthrough");
    let page = fs::read_to_string(root.join("plugins/README.md")).unwrap();
    let (mut here, mut printed, mut compared) = (folder.0.clone(), String::new(), 0);
    for (info, text) in blocks(&page) {
        match info.split_once(' ') {
            Some(("rust", file)) => {
                let file = here.join(file);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, text).unwrap();
            }
            _ if info == "sh" => {
                // Versions that were fetched for this workspace will do.
                if here.join("Cargo.toml").exists() {
                    fs::copy(root.join("Cargo.lock"), here.join("Cargo.lock")).unwrap();
                }
                let run = Command::new("sh")
                    .args(["-e", "-c", &format!("{text}pwd")])
                    .current_dir(&here)
                    .env("CARGO_NET_OFFLINE", "true")
                    .env("CARGO_TARGET_DIR", &target)
                    .env("CARGO_PROFILE_DEV_DEBUG", "0")
                    .output()
                    .unwrap();
                let errors = String::from_utf8_lossy(&run.stderr);
                assert!(run.status.success(), "{text}{errors}");
                let out = String::from_utf8(run.stdout).unwrap();
                let (before, last) = out
                    .trim_end()
                    .rsplit_once('\n')
                    .unwrap_or(("", out.trim_end()));
                here = PathBuf::from(last);
                printed = format!("{before}\n");
            }
            _ if info == "text" => {
                assert_eq!(printed, text);
                compared += 1;
            }
            _ => panic!("the page has a block of a kind that this test does not know: {info}"),
        }
    }
    assert_eq!(compared, 1);
}
