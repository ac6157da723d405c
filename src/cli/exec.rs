//! `leapp-exec`, which is `leapp exec`.

use std::ffi::OsString;

use clap::{Args, Parser};

use super::WishArgs;
use super::{Global, Leapp};
use crate::model::Region;

/// Run a command as a session
///
/// The session's chain is resolved, and then this process becomes the command: same process id, same terminal, its signals, its exit code.
/// Without a command it becomes your shell.
#[derive(Debug, Args)]
pub struct ExecArgs {
    /// What is wanted of the credentials.
    #[command(flatten)]
    pub wishes: WishArgs,
    /// The region of the command, instead of the session's
    #[arg(long, value_name = "REGION")]
    pub region: Option<Region>,
    /// Start the session's named profile, and let the command use that: its credentials never end
    #[arg(long)]
    pub profile: bool,
    /// Renew the credentials for as long as the command runs
    ///
    /// The command gets no keys: it asks for them, on this machine, as often as it needs; the AWS CLI and all current SDKs do.
    #[arg(long, conflicts_with = "profile")]
    pub serve: bool,
    /// The session
    pub alias: Option<String>,
    /// The command and its arguments
    #[arg(trailing_var_arg = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

#[derive(Debug, Parser)]
#[command(
    name = "leapp-exec",
    bin_name = "leapp-exec",
    version,
    max_term_width = 100
)]
pub(super) struct LeappExec {
    #[command(flatten)]
    global: Global,
    #[command(flatten)]
    exec: ExecArgs,
}

/// Splits the command line at its first `--`, before clap sees it: what stands before are options and
/// the alias, what stands behind is the command, word for word.
fn split(arguments: impl IntoIterator<Item = OsString>) -> (Vec<OsString>, Option<Vec<OsString>>) {
    let mut head: Vec<OsString> = arguments.into_iter().collect();
    let separator = head.iter().position(|word| word == "--");
    let tail = separator.map(|at| head.split_off(at).split_off(1));
    (head, tail)
}

impl ExecArgs {
    /// Parses the command line of `leapp-exec`.
    ///
    /// # Errors
    /// Clap's, which may be `--help`.
    pub fn parse(
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<(Global, Self), clap::Error> {
        let (head, tail) = split(arguments);
        let LeappExec { global, mut exec } = LeappExec::try_parse_from(head)?;
        exec.append(tail);
        Ok((global, exec))
    }

    /// Puts what stood behind `--` in its place. Where a command has begun before it already, as in
    /// `leapp-exec prod git checkout -- file`, the `--` is a word of that command.
    fn append(&mut self, tail: Option<Vec<OsString>>) {
        let Some(tail) = tail else { return };
        if !self.command.is_empty() {
            self.command.push("--".into());
        }
        self.command.extend(tail);
    }
}

impl Leapp {
    /// Parses the command line of `leapp`.
    ///
    /// # Errors
    /// Clap's, which may be `--help`.
    pub fn parse_arguments(
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<Self, clap::Error> {
        let arguments: Vec<OsString> = arguments.into_iter().collect();
        if verb(&arguments).is_none_or(|verb| verb != "exec") {
            return Self::try_parse_from(arguments);
        }
        let (head, tail) = split(arguments);
        let mut leapp = Self::try_parse_from(head)?;
        if let super::Verb::Exec(exec) = &mut leapp.verb {
            exec.append(tail);
        }
        Ok(leapp)
    }
}

/// The verb of a command line of `leapp`, whether or not the rest of it makes sense.
pub fn verb(arguments: &[OsString]) -> Option<&OsString> {
    arguments
        .iter()
        .skip(1)
        .find(|word| !word.as_encoded_bytes().starts_with(b"-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> (Option<String>, Vec<String>) {
        let (_, exec) = ExecArgs::parse(line.split(' ').map(OsString::from)).unwrap();
        let command = exec
            .command
            .iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        (exec.alias, command)
    }

    fn words(line: &str) -> Vec<String> {
        line.split_terminator(' ').map(str::to_owned).collect()
    }

    #[test]
    fn the_first_separator_ends_our_words() {
        for (line, alias, command) in [
            (
                "leapp-exec prod -- aws s3 ls --recursive",
                Some("prod"),
                "aws s3 ls --recursive",
            ),
            (
                "leapp-exec prod aws s3 ls --recursive",
                Some("prod"),
                "aws s3 ls --recursive",
            ),
            (
                "leapp-exec prod --refresh -- cmd -- --x",
                Some("prod"),
                "cmd -- --x",
            ),
            (
                "leapp-exec prod git checkout -- file",
                Some("prod"),
                "git checkout -- file",
            ),
            ("leapp-exec -- cmd", None, "cmd"),
            ("leapp-exec prod", Some("prod"), ""),
            ("leapp-exec prod --", Some("prod"), ""),
        ] {
            assert_eq!(
                parse(line),
                (alias.map(str::to_owned), words(command)),
                "{line}"
            );
        }
    }

    #[test]
    fn options_stand_before_and_behind_the_alias() {
        let parse = |line: &str| {
            ExecArgs::parse(line.split(' ').map(OsString::from))
                .unwrap()
                .1
        };
        assert!(parse("x --region eu-west-1 prod -- cmd").region.is_some());
        assert!(parse("x prod --region eu-west-1 -- cmd").region.is_some());
        assert!(parse("x prod cmd --region eu-west-1").region.is_none());
    }
}
