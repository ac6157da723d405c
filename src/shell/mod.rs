//! The Rust side of shell support: which shell, how it quotes, and what it is told.

mod fish;
mod hook;
mod parent;
mod paste;
mod quote;
mod render;
mod words;

use std::str::FromStr;

pub use hook::{LoadedHook, completion, hook, mark, standing};
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
    /// Nushell.
    Nu,
    /// `PowerShell`.
    Pwsh,
}

/// The shells by the names that their processes have.
pub const NAMES: [&str; 6] = ["bash", "zsh", "sh", "fish", "nu", "pwsh"];

/// Not one of [`NAMES`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of the shells that are known")]
pub struct UnknownShell(String);

impl FromStr for Shell {
    type Err = UnknownShell;

    /// From the name of a shell or of its process: `bash`, `-zsh` (a login shell), `/bin/dash`,
    /// `zsh-5.9`, `/usr/bin/fish (deleted)` (Linux, after an upgrade).
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let program = name
            .trim_end_matches(" (deleted)")
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .trim()
            .trim_start_matches('-');
        let version = |c: char| c.is_ascii_digit() || c == '.' || c == '-';
        match program.trim_end_matches(version) {
            "bash" => Ok(Self::Bash),
            "zsh" => Ok(Self::Zsh),
            "sh" | "dash" | "ash" | "ksh" | "mksh" | "busybox" => Ok(Self::Sh),
            "fish" => Ok(Self::Fish),
            "nu" | "nushell" => Ok(Self::Nu),
            "pwsh" | "powershell" => Ok(Self::Pwsh),
            _ => Err(UnknownShell(name.to_owned())),
        }
    }
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
            ("/usr/bin/fish (deleted)", Shell::Fish),
        ] {
            assert_eq!(name.parse(), Ok(shell));
        }
        for name in ["cargo", "", "-", "bash-language-server"] {
            assert!(name.parse::<Shell>().is_err(), "{name}");
        }
        for name in NAMES {
            assert!(name.parse::<Shell>().is_ok(), "{name}");
        }
    }
}
