//! What the hook adds to the start of a shell.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::figure::{Limit, row};
use crate::support;
use crate::support::hooked::{HOOKED, init_line};
use crate::support::sandbox::Sandbox;

pub(crate) fn rows() {
    let sandbox = Sandbox::new();
    for shell in HOOKED {
        let Some(path) = support::program(shell) else {
            continue;
        };
        let mut bare = starting(&sandbox, shell, &path, "true");
        let mut hooked = starting(&sandbox, shell, &path, &init_line(shell));
        let what = format!("{shell} with the hook (the shell alone)");
        row(&what, Limit::None, 60, &mut bare, &mut hooked);
    }
}

/// An interactive shell, which is one that gets the whole hook, without start-up files.
fn starting(sandbox: &Sandbox, shell: &str, path: &Path, script: &str) -> Command {
    let options: &[&str] = match shell {
        "bash" => &["--noprofile", "--norc", "-i", "-c"],
        "zsh" => &["-f", "-i", "-c"],
        _ => &["--no-config", "-i", "-c"],
    };
    let mut command = sandbox.plain_command(path);
    command
        .args(options)
        .arg(script)
        .current_dir(sandbox.home())
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    command
}
