//! What can follow on a command line that is being typed: clap's own engine, which knows verbs and
//! options, with the user's words put in.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Arc;

use clap::{Args, Command, CommandFactory};
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter, CompletionCandidate, complete};

use super::Leapp;
use super::exec::LeappExec;

/// Print what can follow on a command line
#[derive(Debug, Args)]
pub struct CompleteArgs {
    /// The words up to the cursor; the last one is what has been typed of the next
    #[arg(last = true)]
    pub words: Vec<OsString>,
}

/// Words of the user's own, by what they name.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// Aliases, with their descriptions.
    pub aliases: Vec<(String, Option<String>)>,
    /// Keys of sessions.
    pub keys: Vec<String>,
    /// Labels.
    pub labels: Vec<String>,
    /// Regions.
    pub regions: Vec<String>,
}

/// One word that can follow, and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The whole word, also where a part of it has been typed.
    pub word: String,
    /// A line for a person.
    pub meaning: String,
}

/// What can stand in place of the last word.
pub fn candidates(words: Vec<OsString>, vocabulary: Vocabulary) -> Vec<Candidate> {
    let Some(last) = words.len().checked_sub(1) else {
        return Vec::new();
    };
    let program = Path::new(&words[0]).file_name();
    let command = if program.is_some_and(|name| name == "leapp-exec") {
        LeappExec::command()
    } else {
        Leapp::command()
    };
    let mut command = knowing(command, &Arc::new(vocabulary));
    let here = std::env::current_dir().ok();
    let found = complete(&mut command, words, last, here.as_deref()).unwrap_or_default();
    let shown = found.iter().filter(|found| !found.is_hide_set());
    shown.map(candidate).collect()
}

fn candidate(found: &CompletionCandidate) -> Candidate {
    let help = found
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    Candidate {
        word: found.get_value().to_string_lossy().into_owned(),
        meaning: help.lines().next().unwrap_or_default().to_owned(),
    }
}

/// The command, with the user's words for those of its arguments that name what there is already.
fn knowing(command: Command, vocabulary: &Arc<Vocabulary>) -> Command {
    let names_a_new_one = command.get_name() == "add";
    command
        .mut_args(|arg| {
            let words: fn(&Vocabulary) -> Vec<CompletionCandidate> = match arg.get_id().as_str() {
                "alias" if names_a_new_one => return arg,
                "alias" | "aliases" | "assumer_session" | "with" => {
                    |vocabulary| aliases(&vocabulary.aliases)
                }
                "changes" => {
                    let vocabulary = Arc::clone(vocabulary);
                    let words = move |typed: &OsStr| changes(&typed.to_string_lossy(), &vocabulary);
                    return arg.add(ArgValueCompleter::new(words));
                }
                "unset" => |vocabulary| plain(&vocabulary.keys),
                "label" | "labels" => |vocabulary| plain(&vocabulary.labels),
                "region" | "sts_region" => |vocabulary| plain(&vocabulary.regions),
                _ => return arg,
            };
            let vocabulary = Arc::clone(vocabulary);
            arg.add(ArgValueCandidates::new(move || words(&vocabulary)))
        })
        .mut_subcommands(|verb| knowing(verb, vocabulary))
}

fn aliases(aliases: &[(String, Option<String>)]) -> Vec<CompletionCandidate> {
    let candidate = |(alias, description): &(String, Option<String>)| {
        CompletionCandidate::new(alias).help(description.clone().map(Into::into))
    };
    aliases.iter().map(candidate).collect()
}

/// `KEY=` as long as the key is being typed, and then what is known of its values.
fn changes(typed: &str, vocabulary: &Vocabulary) -> Vec<CompletionCandidate> {
    let words: Vec<String> = match typed.split_once('=') {
        None => vocabulary
            .keys
            .iter()
            .map(|key| format!("{key}="))
            .collect(),
        Some((key, _)) => {
            let values: Vec<&str> = match key {
                "assumer_session" => vocabulary.aliases.iter().map(|(a, _)| a.as_str()).collect(),
                "labels" => vocabulary.labels.iter().map(String::as_str).collect(),
                "region" | "sts_region" => vocabulary.regions.iter().map(String::as_str).collect(),
                "protected" => vec!["true", "false"],
                _ => Vec::new(),
            };
            values
                .into_iter()
                .map(|value| format!("{key}={value}"))
                .collect()
        }
    };
    let fitting = words.into_iter().filter(|word| word.starts_with(typed));
    fitting.map(CompletionCandidate::new).collect()
}

fn plain(words: &[String]) -> Vec<CompletionCandidate> {
    words.iter().map(CompletionCandidate::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        let vocabulary = Vocabulary {
            aliases: vec![
                ("prod".into(), Some("the real thing".into())),
                ("dev".into(), None),
            ],
            keys: vec!["region".into()],
            labels: vec!["live".into()],
            regions: vec!["eu-west-1".into()],
        };
        let line = line.split(' ').map(OsString::from).collect();
        candidates(line, vocabulary)
            .into_iter()
            .map(|found| found.word)
            .collect()
    }

    #[test]
    fn each_place_has_its_words() {
        for (line, expected) in [
            ("leapp use p", vec!["prod"]),
            ("leapp-exec p", vec!["prod"]),
            ("/usr/bin/leapp-exec --region e", vec!["eu-west-1"]),
            ("leapp use --region=e", vec!["--region=eu-west-1"]),
            ("leapp list --label ", vec!["live"]),
            ("leapp list --ty", vec!["--type"]),
            ("leapp add chained x --assumer-session d", vec!["dev"]),
            ("leapp export dev p", vec!["prod"]),
            ("leapp add user p", vec![]),
            ("leapp set p", vec!["prod"]),
            ("leapp set prod r", vec!["region="]),
            ("leapp set prod region=", vec!["region=eu-west-1"]),
            (
                "leapp set prod assumer_session=d",
                vec!["assumer_session=dev"],
            ),
            ("leapp set prod protected=t", vec!["protected=true"]),
            ("leapp set prod description=", vec![]),
            ("leapp set prod --unset r", vec!["region"]),
            ("leapp us", vec!["use"]),
            ("leapp complet", vec![]),
            ("leapp init f", vec!["fish"]),
        ] {
            assert_eq!(words(line), expected, "{line}");
        }
    }
}
