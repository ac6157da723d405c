//! The verbs behind a shell's hook: `init` prints it; `use` and `off` are what it evaluates.

use clap::{Args, ValueEnum};

use super::WishArgs;
use crate::model::Region;
use crate::shell::Shell;

/// Print the hook for a shell's start-up file
///
/// bash: `eval "$(leapp init bash)"` in `~/.bashrc`; zsh: `eval "$(leapp init zsh)"` in `~/.zshrc`; fish: `leapp init fish | source` in `~/.config/fish/config.fish`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: HookShell,
}

/// A shell that has a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum HookShell {
    /// GNU bash
    Bash,
    /// The Z shell
    Zsh,
    /// The friendly interactive shell
    Fish,
}

impl From<HookShell> for Shell {
    fn from(shell: HookShell) -> Self {
        match shell {
            HookShell::Bash => Self::Bash,
            HookShell::Zsh => Self::Zsh,
            HookShell::Fish => Self::Fish,
        }
    }
}

/// Make this shell a session; `-`: the one before
///
/// `leapp use -` goes back to the session before, with the options it had; without an alias, a picker.
/// Works where the line of `leapp init` is in the shell's start-up file. Where it fails, no AWS program finds credentials in this shell.
#[derive(Debug, Args)]
pub struct UseArgs {
    /// The session
    pub alias: Option<String>,
    /// What is wanted of the credentials.
    #[command(flatten)]
    pub wishes: WishArgs,
    /// The region, instead of the session's
    #[arg(long, value_name = "REGION")]
    pub region: Option<Region>,
    /// The shell whose hook evaluates what is printed
    #[arg(long, value_enum, hide = true)]
    pub shell: Option<HookShell>,
    /// The options of an earlier switch, out of `LEAPP_SESSION_OPTIONS`
    #[arg(long, hide = true)]
    pub begun_with: Option<String>,
    /// The switch before was cut off by Ctrl-C
    #[arg(long, hide = true)]
    pub cut_off: bool,
    /// Ask nobody, and give up after two seconds
    #[arg(long, hide = true)]
    pub unattended: bool,
}

/// Leave the session: what stood before the first switch comes back
///
/// Works where the line of `leapp init` is in the shell's start-up file.
#[derive(Debug, Args)]
pub struct OffArgs {
    /// The shell whose hook evaluates what is printed
    #[arg(long, value_enum, hide = true)]
    pub shell: Option<HookShell>,
}

/// Print the session of this environment, for a prompt
///
/// Reads variables only: no file, no keyring, no network. Without a session it prints nothing.
#[derive(Debug, Args)]
pub struct PromptArgs {
    /// What to print, with `{alias}`, `{account}`, `{region}` and `{left}` filled in
    #[arg(long, default_value = "{alias} {left}")]
    pub format: String,
}
