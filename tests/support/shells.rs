//! Real shells, without the user's start-up files.

use super::program;
use super::run::Run;
use super::sandbox::Sandbox;

/// The shells that `leapp env` speaks and Debian has.
pub(crate) const ALL: [&str; 5] = ["bash", "zsh", "fish", "dash", "sh"];

impl Sandbox {
    /// A script in one of [`ALL`], or `None` after a printed skip where that shell is missing.
    pub(crate) fn shell(&self, shell: &str, script: &str) -> Option<Run<'_>> {
        program(shell)?;
        Some(
            self.command(shell)
                .args(without_start_files(shell))
                .args(&["-c", script]),
        )
    }

    /// The same shell, interactive: for a terminal.
    pub(crate) fn interactive_shell(&self, shell: &str) -> Option<Run<'_>> {
        program(shell)?;
        Some(
            self.command(shell)
                .args(without_start_files(shell))
                .args(&["-i"]),
        )
    }
}

fn without_start_files(shell: &str) -> &'static [&'static str] {
    match shell {
        "bash" => &["--noprofile", "--norc"],
        "zsh" => &["-f"],
        "fish" => &["--no-config"],
        _ => &[],
    }
}
