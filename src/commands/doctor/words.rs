//! What `doctor` says to do next. As with errors, it stands in one place: here, and for what rooms refuse in
//! `commands/error/`, whose words are used for a check as they are.

use crate::aws::AwsError;
use crate::aws_files::Problem;
use crate::commands::error::CommandError;
use crate::commands::error::aws_files::fix;
use crate::doctor::{Check, Mend, Place};
use crate::shell::paste;

/// A check that failed with an error: its words and its hints.
pub(super) fn of_error(name: &str, error: CommandError) -> Check {
    let report = *error.report;
    let mut said = vec![report.headline];
    for cause in report.causes {
        if !said.iter().any(|before| before.contains(&cause)) {
            said.push(cause);
        }
    }
    report
        .hints
        .into_iter()
        .fold(Check::failed(name, said.join(": ")), Check::next)
}

/// What AWS says of a hop that it refuses.
pub(super) fn refused(error: &AwsError) -> String {
    match &error.request_id {
        Some(id) => format!("denied: {error} (request id {id})"),
        None => format!("denied: {error}"),
    }
}

/// The command for a mend, where one command does it.
pub(super) fn command(mend: &Mend) -> Option<String> {
    match mend {
        Mend::Set {
            session,
            key,
            value: Some(value),
        } => Some(paste(["leapp", "set", session, &format!("{key}={value}")])),
        Mend::Lengthen { role, to } => Some(paste([
            "aws",
            "iam",
            "update-role",
            "--role-name",
            role,
            "--max-session-duration",
            &to.0.to_string(),
        ])),
        Mend::LogInAgain { session } => Some(paste(["leapp", "logout", session])),
        // A person has to choose something first, or to talk to somebody.
        Mend::Set { value: None, .. }
        | Mend::Give { .. }
        | Mend::Define { .. }
        | Mend::Compare { .. }
        | Mend::AskOrganization { .. }
        | Mend::LookWith { .. }
        | Mend::TryAgain
        | Mend::Add { .. }
        | Mend::Remove { .. } => None,
    }
}

/// A mend, in words.
pub(super) fn of_mend(mend: &Mend) -> String {
    match mend {
        Mend::Add { to, .. } => format!("add to {}:", of_place(to)),
        Mend::Remove { from, .. } => format!("remove from {}, or narrow it:", of_place(from)),
        Mend::Set {
            session,
            key,
            value: None,
        } => match *key {
            "mfa_device" => {
                format!("set `mfa_device` on session `{session}` to the ARN of your MFA device")
            }
            "role_arn" => {
                format!(
                    "run `leapp set {session} role_arn=...`, with the ARN of a role that is there"
                )
            }
            "policy" | "policy_arns" => {
                format!(
                    "let `{key}` of session `{session}` allow it too: `leapp set {session} {key}=...`"
                )
            }
            _ => format!("set `{key}` on session `{session}` to what is demanded"),
        },
        Mend::Give { option, value } => match (*option, value) {
            (option, Some(value)) => format!("give `{option} {value}`"),
            ("--duration", None) => "give a shorter `--duration`".to_owned(),
            (option, None) => format!("give `{option}` the ARN of a role that is there"),
        },
        Mend::Define {
            role_arn,
            assumer,
            key,
            value,
        } => format!(
            "only a session can say `{key}`: define one for this role, with `{}`",
            paste([
                "leapp",
                "add",
                "chained",
                "ALIAS",
                "--role-arn",
                role_arn,
                "--assumer-session",
                assumer.as_deref().unwrap_or("ALIAS"),
                &format!("--{}", key.replace('_', "-")),
                value.as_deref().unwrap_or("..."),
            ])
        ),
        Mend::Compare { with } => format!(
            "compare that with where and how you ask, or ask whoever may change {}",
            of_place(with)
        ),
        Mend::AskOrganization { actions, of } => format!(
            "ask those who run your AWS organization to let `{of}` do `{}`",
            actions.join("`, `")
        ),
        Mend::LookWith { account } => look_with(account),
        Mend::TryAgain => "if something was changed just now, try again in a minute".to_owned(),
        Mend::Set { .. } => format!("run `{}`", command(mend).unwrap_or_default()),
        Mend::Lengthen { .. } => format!(
            "or let the role give longer sessions: `{}`",
            command(mend).unwrap_or_default()
        ),
        Mend::LogInAgain { .. } => format!(
            "run `{}`, then try again: leapp then requests new credentials",
            command(mend).unwrap_or_default()
        ),
    }
}

fn of_place(place: &Place) -> String {
    match place {
        Place::Trust(arn) => format!("the trust policy of `{arn}`"),
        Place::Identity(arn) => format!("a policy of `{arn}`"),
        Place::Managed(arn) => format!("the policy `{arn}`"),
    }
}

/// How the mode of a file is mended.
pub(super) fn private_file(path: &str) -> String {
    paste(["chmod", "600", path])
}

/// The same for what others may read, and must not write.
pub(super) fn not_for_others(path: &str) -> String {
    paste(["chmod", "go-w", path])
}

/// The same for a directory.
pub(super) fn private_directory(path: &str) -> String {
    paste(["chmod", "700", path])
}

/// No session is defined.
pub(super) const FIRST_SESSION: &str = "leapp add";

/// A pattern of `include` names no file.
pub(super) fn include(pattern: &str) -> String {
    format!("get the files that `{pattern}` names, or take it out of `include`")
}

/// The vault is locked.
pub(super) const LOCKED_VAULT: &str =
    "leapp login ALIAS, in a terminal, or set `LEAPP_PASSPHRASE_FILE`";

/// The keyring is locked.
pub(super) const LOCKED_KEYRING: &str =
    "unlock it in your desktop session, or run `leapp login ALIAS` there";

/// The kernel keeps no keys.
pub(super) const NO_LEASE: &str =
    "in a container this is usual; `LEAPP_IDENTITY_FILE` opens the vault there without a question";

/// A secret is missing.
pub(super) fn missing_secret(alias: &str) -> String {
    format!("leapp add user {alias} --secret-access-key -")
}

/// The clock is wrong.
pub(super) const CLOCK: &str = if cfg!(target_os = "macos") {
    "sudo sntp -sS time.apple.com"
} else {
    "timedatectl set-ntp true"
};

/// Nobody is believed.
pub(super) const NO_AUTHORITIES: &str =
    "install `ca-certificates`, or set `AWS_CA_BUNDLE` to a file of certificates";

/// The shell has no hook, or an old one.
pub(super) fn hook(shell: &str) -> String {
    match shell {
        "fish" => "leapp init fish | source # in ~/.config/fish/config.fish".to_owned(),
        "zsh" => "eval \"$(leapp init zsh)\" # in ~/.zshrc".to_owned(),
        _ => "eval \"$(leapp init bash)\" # in ~/.bashrc".to_owned(),
    }
}

/// The hook in this shell is older than we are.
pub(super) const OLD_HOOK: &str = "exec \"$SHELL\"";

/// Variables of other tools stand in the environment.
pub(super) fn unset(names: &[&str]) -> String {
    format!("unset {}", names.join(" "))
}

/// A switch of this shell has failed.
pub(super) const FAILED_SWITCH: &str = "leapp use ALIAS, or leapp off";

/// Nobody here can look into an account.
pub(super) fn look_with(account: &str) -> String {
    format!("name a session in account {account} that may read IAM: `--with ALIAS`")
}

/// Some certificates of a bundle are passed over.
pub(super) fn odd_certificates(file: &str) -> String {
    format!("take them out of `{file}`, if nothing else needs them")
}

/// A named profile is of no use any more.
pub(super) fn stop(alias: &str) -> String {
    format!("leapp stop {alias}")
}

/// A named profile has to be written anew.
pub(super) fn start(alias: &str) -> String {
    format!("leapp start {alias}")
}

/// The AWS CLI reads nothing of a file for this line.
pub(super) fn fix_line(problem: &Problem, file: &str) -> String {
    match fix(&problem.fault) {
        Some(fix) => format!("{fix}: `{file}`"),
        None => format!(
            "fix line {} of `{file}`, or make it a comment",
            problem.line
        ),
    }
}

/// A variable names a file that does not exist.
pub(super) fn fix_variable(name: &str) -> String {
    format!("create the file, or `unset {name}`")
}

/// Somebody else's keys are in the way.
pub(super) fn take_out(profile: &str, file: &str) -> String {
    format!("take `[{profile}]` out of `{file}`")
}
