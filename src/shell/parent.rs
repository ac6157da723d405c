//! The shell that we were started from.

use super::{Shell, UnknownShell};

/// How far up a shell may be: `eval "$(timeout 5 nice leapp env prod)"` is two steps.
const GENERATIONS: usize = 6;

/// The nearest ancestor that is a shell, if there is one.
///
/// # Errors
/// Where that one is a shell of which we do not know the language. Statements for a shell above it would
/// mean something else there, or nothing.
pub fn parent() -> Result<Option<Shell>, UnknownShell> {
    let mut pid = std::os::unix::process::parent_id();
    for _ in 0..GENERATIONS {
        let Some((program, parent)) = look_at(pid) else {
            break;
        };
        match program.parse::<Shell>() {
            Ok(shell) => return Ok(Some(shell)),
            Err(unknown) if unknown.is_shell() => return Err(unknown),
            Err(_) if super::program(&program).starts_with("python") && runs_xonsh(pid) => {
                return Ok(Some(Shell::Xonsh));
            }
            Err(_) => pid = parent,
        }
    }
    Ok(None)
}

/// Whether a Python is xonsh: `python3 /usr/bin/xonsh --no-rc`, `python3 -m xonsh`.
fn runs_xonsh(pid: u32) -> bool {
    let arguments = arguments(pid).unwrap_or_default();
    let mut arguments = arguments.iter().skip(1);
    let script = arguments.find(|word| *word == "-m" || !word.starts_with('-'));
    let script = match script {
        Some(option) if option == "-m" => arguments.next(),
        script => script,
    };
    script.is_some_and(|script| super::program(script) == "xonsh")
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

/// The arguments of a process, its name first.
#[cfg(target_os = "linux")]
fn arguments(pid: u32) -> Option<Vec<String>> {
    let text = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let text = String::from_utf8_lossy(&text);
    Some(text.split('\0').map(str::to_owned).collect())
}

/// The arguments of a process, its name first.
#[cfg(not(target_os = "linux"))]
fn arguments(pid: u32) -> Option<Vec<String>> {
    let output = std::process::Command::new("/bin/ps")
        .args(["-o", "args=", "-p", &pid.to_string()])
        .output();
    let text = String::from_utf8(output.ok()?.stdout).ok()?;
    Some(text.split_whitespace().map(str::to_owned).collect())
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
