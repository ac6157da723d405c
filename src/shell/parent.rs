//! The shell that we were started from.

use super::Shell;

/// How far up a shell may be: `eval "$(timeout 5 nice leapp env prod)"` is two steps.
const GENERATIONS: usize = 6;

/// The nearest ancestor that is a shell we know.
pub fn parent() -> Option<Shell> {
    let mut pid = std::os::unix::process::parent_id();
    for _ in 0..GENERATIONS {
        let (program, parent) = look_at(pid)?;
        if let Ok(shell) = program.parse() {
            return Some(shell);
        }
        pid = parent;
    }
    None
}

/// Whether a process is one of those that we were started from.
pub fn descends_from(pid: u32) -> bool {
    let mut ancestor = std::os::unix::process::parent_id();
    for _ in 0..GENERATIONS {
        if ancestor == pid {
            return true;
        }
        let Some((_, parent)) = look_at(ancestor) else {
            return false;
        };
        ancestor = parent;
    }
    false
}

/// The program that a process runs, and the parent of that process.
#[cfg(target_os = "linux")]
fn look_at(pid: u32) -> Option<(String, u32)> {
    // The name of a script's process is the script's, so the executable is asked first; that of a
    // process of another user cannot be read.
    let executable = std::fs::read_link(format!("/proc/{pid}/exe")).ok();
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // `PID (NAME) STATE PPID ...`, where the name may hold anything.
    let (before, after) = stat.rsplit_once(')')?;
    let name = before.split_once('(')?.1;
    let parent = after.split_ascii_whitespace().nth(1)?.parse().ok()?;
    let program = executable.map_or_else(
        || name.to_owned(),
        |path| path.to_string_lossy().into_owned(),
    );
    Some((program, parent))
}

/// The program that a process runs, and the parent of that process.
#[cfg(not(target_os = "linux"))]
fn look_at(pid: u32) -> Option<(String, u32)> {
    let output = std::process::Command::new("/bin/ps")
        .args(["-o", "ppid=,comm=", "-p", &pid.to_string()])
        .output();
    let text = String::from_utf8(output.ok()?.stdout).ok()?;
    let (parent, program) = text.trim().split_once(' ')?;
    Some((program.trim().to_owned(), parent.parse().ok()?))
}
