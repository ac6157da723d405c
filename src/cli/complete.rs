//! What can follow on a command line that is being typed: clap's own engine, which knows verbs and
//! options, with the user's words put in.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use clap::{Args, Command, CommandFactory};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate, complete};

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
                "changes" => |vocabulary| changes(&vocabulary.keys),
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

fn changes(keys: &[String]) -> Vec<CompletionCandidate> {
    keys.iter()
        .map(|key| CompletionCandidate::new(format!("{key}=")))
        .collect()
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
            ("leapp set prod --unset r", vec!["region"]),
            ("leapp us", vec!["use"]),
            ("leapp complet", vec![]),
            ("leapp init f", vec!["fish"]),
        ] {
            assert_eq!(words(line), expected, "{line}");
        }
    }
}
