//! What a command line lacks or may not hold, and what a person did not agree to.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use super::{CommandError, Kind};
use crate::model::Alias;
use crate::shell::{Shell, UnknownShell, paste};
use crate::ui::log::Detail;
use crate::ui::terminal::NoTerminal;

/// So many characters of what was typed are repeated in an error.
const SHOWN: usize = 40;

impl CommandError {
    /// No alias, and nobody to choose one.
    pub(in crate::commands) fn no_alias() -> Self {
        Self::new(Kind::Usage, "no session was named")
            .hint("name one; on a terminal, you can pick it from a list")
            .hint("run `leapp list` to see every alias")
    }

    /// A chained role, and no session that it could be assumed from.
    pub(in crate::commands) fn nothing_to_chain_on() -> Self {
        Self::new(
            Kind::Usage,
            "there is no session that a role could be assumed from",
        )
        .hint("run `leapp add user` or `leapp add federated` first")
    }

    /// A shell that became a session of other files than those of now: the alias may mean somebody else.
    pub(in crate::commands) fn other_sessions(from: Option<&Path>) -> Self {
        let new = Self::new(
            Kind::User,
            "this shell became its session by the sessions of another directory",
        );
        new.hint(match from {
            Some(from) => {
                let from = from.to_string_lossy();
                format!("set `LEAPP_CONFIG_DIR` to {} again", paste([from]))
            }
            None => "unset `LEAPP_CONFIG_DIR`".to_owned(),
        })
        .hint("or switch anew, with `leapp use ALIAS`")
    }

    /// `--policy` is neither a policy nor a file with one.
    pub(in crate::commands) fn policy(given: &str, error: &dyn Error) -> Self {
        // What was given may be a whole document: its beginning tells which one it is.
        let shown: String = given.chars().take(SHOWN).collect();
        let cut = if shown.len() < given.len() { "..." } else { "" };
        Self::new(Kind::Usage, format!("`{shown}{cut}` is no policy"))
            .because_of(error)
            .hint("give `--policy` a JSON object, or a file that holds one")
    }

    /// `LEAPP_LOG` says something that means nothing.
    pub(in crate::commands) fn log_word(word: &str) -> Self {
        let words = Detail::WORDS.map(|word| format!("`{word}`")).join(", ");
        Self::new(
            Kind::Usage,
            format!("`LEAPP_LOG` is `{word}`, which is none of {words}"),
        )
        .hint("unset it, or set it to one of these; `-v` does the same for one run")
    }

    /// `leapp env` in a shell that it has no statements for.
    pub(in crate::commands) fn unknown_shell(error: &UnknownShell) -> Self {
        Self::usage(error)
            .hint("run `leapp-exec ALIAS -- COMMAND`, which needs no shell")
            .hint("if the shell reads the statements of another one, name that with `--shell`")
    }

    /// `leapp env` on a terminal.
    pub(in crate::commands) fn secrets_on_terminal(alias: &str, shell: Shell) -> Self {
        let usage = match shell {
            Shell::Bash | Shell::Zsh | Shell::Sh => format!("eval \"$(leapp env {alias})\""),
            Shell::Fish => format!("eval (leapp env {alias})"),
            Shell::Tcsh => format!("eval \"`leapp env {alias}`\""),
            Shell::Elvish => format!("leapp env {alias} | eval (slurp)"),
            Shell::Xonsh => format!("execx(!(leapp env {alias}).out)"),
            Shell::Nu => format!(
                "let e = (leapp env {alias} | lines | last | from json); \
                 hide-env --ignore-errors ...$e.unset; load-env $e.set; \
                 if $e.failed {{ error make {{ msg: 'leapp: no credentials' }} }}"
            ),
            Shell::Pwsh => format!("leapp env {alias} | Out-String | Invoke-Expression"),
        };
        Self::new(Kind::Usage, "secrets are not printed on a terminal")
            .hint(format!("to make this shell `{alias}`, run `{usage}`"))
            .hint("to see them nevertheless, add `--show`")
    }

    /// `leapp use` or `leapp off`, by hand.
    pub(in crate::commands) fn no_hook(shell: Option<Shell>) -> Self {
        let new = Self::new(
            Kind::Usage,
            "only the shell itself can switch, and it has no hook of ours",
        );
        match shell {
            Some(Shell::Fish) => {
                new.hint("add `leapp init fish | source` to `~/.config/fish/config.fish`")
            }
            Some(Shell::Zsh) => new.hint("add `eval \"$(leapp init zsh)\"` to `~/.zshrc`"),
            Some(Shell::Bash) => new.hint("add `eval \"$(leapp init bash)\"` to `~/.bashrc`"),
            _ => new.hint("in scripts and other shells, evaluate what `leapp env ALIAS` prints"),
        }
    }

    /// A switch whose shell function Ctrl-C has ended: nobody evaluated what it printed.
    pub(in crate::commands) fn cut_off() -> Self {
        Self::new(Kind::User, "the switch was cut off").hint("run `leapp use` again")
    }

    /// The same error, where the shell will evaluate what keeps AWS programs from finding credentials.
    #[must_use]
    pub(in crate::commands) fn closing_the_shell(self, has_hook: bool) -> Self {
        self.hint(if has_hook {
            "run `leapp off` to bring back what this shell had; until then, AWS programs in it find no credentials"
        } else {
            "evaluate `leapp env --unset` to clear this shell; until then, AWS programs in it find no credentials"
        })
    }

    /// A format with a name that `leapp prompt` has nothing for.
    pub(in crate::commands) fn prompt_format(name: &str) -> Self {
        Self::new(
            Kind::Usage,
            format!("`{{{name}}}` is not in a prompt's format"),
        )
        .hint("the names are `{alias}`, `{account}`, `{region}` and `{left}`")
    }

    /// A format in which a brace is opened, and never closed.
    pub(in crate::commands) fn prompt_unclosed(rest: &str) -> Self {
        Self::new(Kind::Usage, format!("`{{{rest}` has no `}}`"))
            .hint("the names are `{alias}`, `{account}`, `{region}` and `{left}`")
    }

    /// What nobody waits for took too long.
    pub(in crate::commands) fn too_slow(limit: Duration) -> Self {
        Self::new(
            Kind::User,
            format!("given up after {} ms", limit.as_millis()),
        )
    }

    /// A protected session that nobody has confirmed.
    pub(in crate::commands) fn protected(alias: &Alias, no_terminal: Option<NoTerminal>) -> Self {
        match no_terminal {
            Some(why) => Self::new(
                Kind::LoginNeeded,
                format!("session `{alias}` is protected, and there is nobody to ask"),
            )
            .because_of(&why)
            .hint("add `--yes` to use it without a question"),
            None => Self::new(
                Kind::User,
                format!("session `{alias}` is protected, and was not confirmed"),
            ),
        }
    }

    /// Something is missing that only a person could give.
    pub(in crate::commands) fn missing(what: &str, flag: &str, why: &NoTerminal) -> Self {
        Self::new(Kind::Usage, format!("no answer to `{what}`"))
            .because_of(why)
            .hint(format!("give it as `{flag}`"))
    }

    /// A secret where every process of the machine could read it.
    pub(in crate::commands) fn secret_in_argument() -> Self {
        Self::new(
            Kind::Usage,
            "`--secret-access-key` takes only `-`: a secret is never an argument",
        )
        .hint("write it to standard input, or leave the flag out to be asked for it")
        .hint("it may be in the history of your shell by now: delete it there")
    }

    /// Sessions that would lose what they are assumed from.
    pub(in crate::commands) fn still_assumed(alias: &Alias, dependents: &str) -> Self {
        Self::new(
            Kind::User,
            format!("{dependents} would have nothing to be assumed from"),
        )
        .hint(format!(
            "to remove them as well, run `leapp remove {alias} --cascade --yes`"
        ))
    }

    /// A removal that nobody could confirm.
    pub(in crate::commands) fn unconfirmed(why: &NoTerminal) -> Self {
        Self::new(Kind::User, "nothing was removed: there is nobody to ask")
            .because_of(why)
            .hint("add `--yes` to remove it without a question")
    }
}
