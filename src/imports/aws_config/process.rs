//! Whose credentials a `credential_process` prints, as far as its command line tells.
//!
//! botocore splits the command into words as a POSIX shell would, and starts the first word without a shell
//! (botocore 1.44, `credentials.py`, `ProcessProvider`). The SDKs for Go and Rust give it to a shell, so that
//! assignments may stand before the program.

use std::path::Path;

/// A `credential_process` that is understood, at least in part.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Process {
    /// Whether it runs `leapp credential-process`.
    pub(super) is_ours: bool,
    /// The session or the profile that its command line names.
    pub(super) names: Option<String>,
    /// The configuration directory that it gives to leapp.
    pub(super) config_dir: Option<String>,
}

/// Reads a command line.
pub(super) fn read(command: &str) -> Process {
    let mut process = Process {
        is_ours: false,
        names: None,
        config_dir: None,
    };
    let Ok(words) = shell_words::split(command) else {
        return process;
    };
    let words = without_wrappers(words, &mut process.config_dir);
    let Some((program, arguments)) = words.split_first() else {
        return process;
    };
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let name = Path::new(program)
        .file_name()
        .and_then(|name| name.to_str());
    process.names = match name.unwrap_or_default() {
        "leapp" => {
            let is_verb = |verb: &str| verb == "credential-process";
            process.is_ours = Cli::LEAPP.has_verb(&arguments, is_verb);
            Cli::LEAPP.operand(&arguments, is_verb)
        }
        "aws-vault" => aws_vault(&arguments),
        "granted" if arguments.contains(&"credential-process") => {
            flag(&arguments, &["--profile", "-profile"])
        }
        "aws" if arguments.contains(&"export-credentials") => flag(&arguments, &["--profile"]),
        _ => None,
    };
    process
}

/// aws-vault 7: `exec --json PROFILE` and `export --format=json PROFILE`.
fn aws_vault(arguments: &[&str]) -> Option<String> {
    let has = |flag: &str| arguments.contains(&flag);
    let is_json = has("--format=json") || flag(arguments, &["--format"]).as_deref() == Some("json");
    // Without it, `exec` starts a program, and says nothing itself.
    let prints = |verb: &str| match verb {
        "exec" => has("--json") || has("-j"),
        "export" => is_json,
        _ => false,
    };
    Cli::AWS_VAULT.operand(arguments, prints)
}

/// How a program's command line is to be read: a verb, then a name, with flags anywhere between.
struct Cli {
    /// The flags that take no value.
    switches: &'static [&'static str],
}

impl Cli {
    const LEAPP: Self = Self {
        switches: &[
            "--yes",
            "-y",
            "--refresh",
            "--read-only",
            "--here",
            "--quiet",
            "-q",
            "--verbose",
            "-v",
            "-vv",
            "-vvv",
        ],
    };
    const AWS_VAULT: Self = Self {
        switches: &[
            "--debug",
            "--biometrics",
            "--no-session",
            "-n",
            "--json",
            "-j",
            "--server",
            "-s",
            "--ec2-server",
            "--ecs-server",
            "--lazy",
            "--stdout",
            "--profile-env",
        ],
    };

    /// Whether the first word that is neither a flag nor the value of one is such a verb.
    fn has_verb(&self, arguments: &[&str], is_verb: impl Fn(&str) -> bool) -> bool {
        self.operands(arguments)
            .first()
            .is_some_and(|verb| is_verb(verb))
    }

    /// The word behind such a verb.
    fn operand(&self, arguments: &[&str], is_verb: impl Fn(&str) -> bool) -> Option<String> {
        match self.operands(arguments)[..] {
            [verb, name, ..] if is_verb(verb) => Some(name.to_owned()),
            _ => None,
        }
    }

    /// The words that are neither flags nor the values of flags.
    fn operands<'a>(&self, arguments: &[&'a str]) -> Vec<&'a str> {
        let mut operands = Vec::new();
        let mut words = arguments.iter();
        while let Some(&word) = words.next() {
            if word == "--" {
                operands.extend(words);
                break;
            }
            if !word.starts_with('-') {
                operands.push(word);
            } else if !word.contains('=') && !self.switches.contains(&word) {
                words.next();
            }
        }
        operands
    }
}

/// The value of a flag, as `--flag VALUE` or `--flag=VALUE`.
fn flag(arguments: &[&str], names: &[&str]) -> Option<String> {
    arguments.iter().enumerate().find_map(|(index, word)| {
        let value = match word.split_once('=') {
            Some((name, value)) if names.contains(&name) => Some(value),
            None if names.contains(word) => arguments.get(index + 1).copied(),
            _ => None,
        };
        value.map(ToOwned::to_owned)
    })
}

/// The program and its arguments, without `env`, assignments, and a shell that runs nothing else.
fn without_wrappers(mut words: Vec<String>, config_dir: &mut Option<String>) -> Vec<String> {
    loop {
        let name = |word: &String| Path::new(word).file_name()?.to_str().map(ToOwned::to_owned);
        match words.first().and_then(name).as_deref() {
            Some("env") => words = of_env(words.split_off(1)),
            Some("sh" | "bash" | "dash" | "zsh") => match of_shell(&words) {
                Some(inner) => words = inner,
                None => return words,
            },
            _ => match words.first().and_then(|word| assignment(word)) {
                Some((name, value)) => {
                    if name == "LEAPP_CONFIG_DIR" {
                        *config_dir = Some(value.to_owned());
                    }
                    words.remove(0);
                }
                None => return words,
            },
        }
    }
}

/// What `env` runs, behind its own options.
fn of_env(mut words: Vec<String>) -> Vec<String> {
    loop {
        let taken = match words.first().map(String::as_str) {
            Some("-u" | "--unset" | "-C" | "--chdir") => 2,
            Some("--") => {
                words.remove(0);
                return words;
            }
            Some(flag)
                if flag.starts_with('-')
                    && !flag.starts_with("-S")
                    && !flag.starts_with("--split") =>
            {
                1
            }
            _ => return words,
        };
        words.drain(..taken.min(words.len()));
    }
}

/// What `sh -c` runs, where that is one command with nothing but redirections.
fn of_shell(words: &[String]) -> Option<Vec<String>> {
    let [_, flag, script] = words else {
        return None;
    };
    let script = script.strip_prefix("exec ").unwrap_or(script);
    if flag != "-c" || script.contains(|c| "|;&`$()\n".contains(c)) {
        return None;
    }
    let mut inner = shell_words::split(script).ok()?;
    while let Some(at) = inner.iter().position(|word| is_redirection(word)) {
        // `2> FILE` or `2>FILE`.
        let taken = if inner[at].ends_with(['<', '>']) {
            2
        } else {
            1
        };
        inner.drain(at..(at + taken).min(inner.len()));
    }
    Some(inner)
}

fn is_redirection(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| c.is_ascii_digit());
    word.starts_with(['<', '>'])
}

fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let goes_on = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (begins && goes_on).then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `leapp X` where it is leapp's own for session X, `X` where another program names X, or nothing.
    fn told(command: &str) -> String {
        let process = read(command);
        let name = process.names.unwrap_or_default();
        if process.is_ours {
            format!("leapp {name}")
        } else {
            name
        }
    }

    #[test]
    fn what_leapp_has_started_is_known_however_it_begins() {
        for command in [
            "leapp credential-process prod",
            "/usr/local/bin/leapp credential-process prod",
            "'/my apps/leapp' credential-process prod",
            "\"/my apps/leapp\" credential-process prod --yes",
            "/my\\ apps/leapp credential-process prod",
            "/usr/bin/env LEAPP_CONFIG_DIR=/x /usr/bin/leapp credential-process prod",
            "/usr/bin/env \"LEAPP_CONFIG_DIR=/my own\" leapp credential-process prod",
            "env -i HOME=/root leapp credential-process prod",
            "env -u AWS_PROFILE -- leapp credential-process prod",
            "/usr/bin/env A=1 B=2 leapp credential-process --yes prod",
            "LEAPP_SECRETS=file leapp credential-process prod",
            "leapp -v credential-process prod",
            "leapp credential-process --duration 1h prod",
            "leapp credential-process --duration=1h -- prod",
            "sh -c 'leapp credential-process prod 2>/dev/tty'",
            "/bin/bash -c \"exec leapp credential-process prod 2> /dev/null\"",
        ] {
            assert_eq!(told(command), "leapp prod", "{command}");
        }
        let own = read("/usr/bin/env 'LEAPP_CONFIG_DIR=/my own' leapp credential-process a");
        assert_eq!(own.config_dir.as_deref(), Some("/my own"));
    }

    #[test]
    fn what_merely_speaks_of_leapp_is_something_else() {
        for command in [
            "",
            "leapp",
            "leapp env prod --format credential-process",
            "leapp-exec prod -- aws configure export-credentials",
            "cat /opt/leapp credential-process prod",
            "/opt/leapp/bin/vend credential-process prod",
            "leapp.sh credential-process prod",
            "myleapp credential-process prod",
            "vend --note leapp credential-process prod",
            "echo 'leapp credential-process prod'",
            "env A=leapp vend credential-process prod",
            "sh -c 'leapp credential-process prod | tee x'",
            "sh -c 'true; leapp credential-process prod'",
            "leapp credential-process 'prod",
        ] {
            assert!(!read(command).is_ours, "{command}");
        }
    }

    #[test]
    fn other_programs_name_a_profile_of_their_own() {
        for (command, name) in [
            ("aws-vault exec corp --json", "corp"),
            ("aws-vault exec --json corp", "corp"),
            ("aws-vault exec -j corp", "corp"),
            (
                "/opt/homebrew/bin/aws-vault exec corp --json --prompt=osascript",
                "corp",
            ),
            (
                "aws-vault --backend file --debug exec --no-session -d 1h --json corp",
                "corp",
            ),
            ("aws-vault exec --region eu-west-1 --json corp", "corp"),
            ("aws-vault exec --json -- corp", "corp"),
            (
                "env AWS_VAULT_BACKEND=pass aws-vault export --format=json corp",
                "corp",
            ),
            ("aws-vault export --format json corp", "corp"),
            ("sh -c 'aws-vault exec corp --json 2>/dev/tty'", "corp"),
            ("granted credential-process --profile corp", "corp"),
            (
                "granted credential-process --auto-login --profile=corp",
                "corp",
            ),
            (
                "aws configure export-credentials --profile corp --format process",
                "corp",
            ),
            // These print no credentials of `corp`.
            ("aws-vault exec corp -- vend", ""),
            ("aws-vault export corp", ""),
            ("aws-vault login corp --json", ""),
            ("aws-vault exec --json", ""),
            ("granted browser --profile corp", ""),
            ("aws sso login --profile corp", ""),
            // Nothing is known of these.
            ("vend --profile corp", ""),
            (
                "aws-sso -u open -S Default process --arn arn:aws:iam::111122223333:role/A",
                "",
            ),
        ] {
            assert_eq!(told(command), name, "{command}");
        }
    }
}
