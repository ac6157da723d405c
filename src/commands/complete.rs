//! `leapp complete`, which the hooks ask while somebody types: no keyring, no network, no question.

use std::collections::BTreeSet;

use super::error::CommandError;
use crate::app::App;
use crate::cli::complete::{Candidate, CompleteArgs, Vocabulary, candidates};
use crate::model::{Catalog, is_hidden, visible};
use crate::sessions::all_keys;
use crate::ui::printer::exact;

/// Prints one candidate a line, and its meaning behind a tab.
pub(super) fn run(args: CompleteArgs, app: &App) -> Result<(), CommandError> {
    // Sessions that cannot be read leave verbs and options to complete; the verb itself tells why.
    let vocabulary = app
        .catalog()
        .map(|all| vocabulary(&all))
        .unwrap_or_default();
    let lines = candidates(args.words, vocabulary)
        .into_iter()
        // A shell would put such a word on the command line as it is.
        .filter(|candidate| !candidate.word.contains(is_hidden))
        .fold(String::new(), |lines, Candidate { word, meaning }| {
            lines + &word + "\t" + &visible(&meaning) + "\n"
        });
    Ok(exact(&lines)?)
}

fn vocabulary(catalog: &Catalog) -> Vocabulary {
    let (mut labels, mut regions) = (BTreeSet::new(), BTreeSet::new());
    let mut aliases = Vec::new();
    for session in catalog.iter() {
        aliases.push((session.alias.to_string(), session.description.clone()));
        labels.extend(session.labels.iter().cloned());
        regions.insert(session.region.to_string());
    }
    Vocabulary {
        aliases,
        keys: all_keys().into_iter().map(str::to_owned).collect(),
        labels: labels.into_iter().collect(),
        regions: regions.into_iter().collect(),
    }
}
