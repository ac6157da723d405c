//! The Rust side of shell support: which shell, how it quotes, and what it is told.

mod fish;
mod hook;
mod nu;
mod parent;
mod paste;
mod quote;
mod render;
mod words;

use std::str::FromStr;

pub use hook::{LoadedHook, completion, directory, hook, mark, standing};
pub use parent::{descends_from, parent};
pub use paste::paste;
pub use render::{failing, failing_so_far, guard, statements};
pub use words::{changed, gone};

/// A shell that `leapp env` speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// GNU bash.
    Bash,
    /// The Z shell.
    Zsh,
    /// Any POSIX shell: dash, ash, ksh.
    Sh,
    /// The friendly interactive shell.
    Fish,
    /// The C shell with file name completion; csh as well.
    Tcsh,
    /// Elvish.
    Elvish,
    /// Xonsh, in Python.
    Xonsh,
    /// Nushell.
    Nu,
    /// `PowerShell`.
    Pwsh,
}

/// The shells by the names that their processes have.
pub const NAMES: [&str; 9] = [
    "bash", "zsh", "sh", "fish", "tcsh", "elvish", "xonsh", "nu", "pwsh",
];

/// Not one of [`NAMES`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("leapp does not know the language of the shell `{0}`")]
pub struct UnknownShell(String);

impl UnknownShell {
    /// Whether the program is a shell by its name: `rc`, `ysh`. A terminal or `make` is not.
    fn is_shell(&self) -> bool {
        let others = ["es", "ion", "murex", "ngs", "rc"];
        let tunnels = ["ssh", "mosh", "autossh"];
        let program = program(&self.0);
        others.contains(&program) || (program.ends_with("sh") && !tunnels.contains(&program))
    }
}

impl FromStr for Shell {
    type Err = UnknownShell;

    /// From the name of a shell or of its process: `bash`, `-zsh` (a login shell), `/bin/dash`,
    /// `zsh-5.9`, `/usr/bin/fish (deleted)` (Linux, after an upgrade).
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match program(name) {
            "bash" => Ok(Self::Bash),
            "zsh" => Ok(Self::Zsh),
            "sh" | "dash" | "ash" | "ksh" | "mksh" | "lksh" | "oksh" | "pdksh" | "posh"
            | "yash" | "busybox" => Ok(Self::Sh),
            "fish" => Ok(Self::Fish),
            "tcsh" | "csh" | "bsd-csh" => Ok(Self::Tcsh),
            "elvish" => Ok(Self::Elvish),
            "xonsh" => Ok(Self::Xonsh),
            "nu" | "nushell" => Ok(Self::Nu),
            "pwsh" | "powershell" => Ok(Self::Pwsh),
            _ => Err(UnknownShell(name.to_owned())),
        }
    }
}

/// The program's own name, without its directory and version.
fn program(name: &str) -> &str {
    let program = name
        .trim_end_matches(" (deleted)")
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .trim()
        .trim_start_matches('-');
    program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_are_known_by_their_processes() {
        for (name, shell) in [
            ("bash", Shell::Bash),
            ("-zsh", Shell::Zsh),
            ("/usr/bin/dash", Shell::Sh),
            ("fish\n", Shell::Fish),
            ("/bin/zsh-5.9", Shell::Zsh),
            ("ksh93", Shell::Sh),
            ("-csh", Shell::Tcsh),
            ("/usr/bin/fish (deleted)", Shell::Fish),
        ] {
            assert_eq!(name.parse(), Ok(shell));
        }
        for name in ["cargo", "", "-", "bash-language-server"] {
            assert!(name.parse::<Shell>().is_err(), "{name}");
        }
        for name in ["/usr/bin/rc", "-ysh", "ion", "scsh"] {
            assert!(name.parse::<Shell>().unwrap_err().is_shell(), "{name}");
        }
        for name in ["cargo", "make", "ssh", "python3.11", "tmux", "systemd"] {
            assert!(!name.parse::<Shell>().unwrap_err().is_shell(), "{name}");
        }
        for name in NAMES {
            assert!(name.parse::<Shell>().is_ok(), "{name}");
        }
    }
}
