//! What direnv and mise have changed in the environment of a directory. When the directory is left, they put the
//! earlier values back, even if the values they set have changed since.

mod diff;

use super::environment::{text, variable};
use diff::Diff;

/// What the directory tools of this environment have changed. What cannot be read has changed nothing.
#[derive(Clone, Debug, Default)]
pub struct Directory(Vec<Diff>);

impl Directory {
    /// That of the environment that we were started with.
    pub fn inherited() -> Self {
        let direnv = text("DIRENV_DIFF").and_then(|text| Diff::of_direnv(&text));
        let mise = text("__MISE_DIFF").and_then(|text| Diff::of_mise(&text));
        Self(direnv.into_iter().chain(mise).collect())
    }

    /// What a variable that is `value` here has been outside of the directory. What somebody has changed since is
    /// theirs, not the directory's.
    fn outside(&self, name: &str, value: Option<String>) -> Option<String> {
        let mut value = value;
        let mut others: Vec<&Diff> = self.0.iter().collect();
        // One tool may have found what another one had set.
        while let Some(at) = others
            .iter()
            .position(|diff| diff.made(name, value.as_ref()))
        {
            value = others.swap_remove(at).before(name).cloned();
        }
        value
    }

    /// What those of the variables are in the directory that its tools have changed; `None` for what is absent there.
    pub fn inside(&self, names: &[&'static str]) -> Vec<(&'static str, Option<String>)> {
        let changed = names.iter().filter_map(|&name| {
            let diff = self.0.iter().find(|diff| diff.changes(name))?;
            Some((name, diff.after(name).cloned()))
        });
        changed.collect()
    }

    /// Whether leaving the directory would bring something back that is in the environment of a session.
    pub fn brings_back(&self, names: &[&'static str]) -> bool {
        let brings = |diff: &Diff| names.iter().any(|name| diff.before(name).is_some());
        self.0.iter().any(brings)
    }
}

/// Those of the variables that are set now, with their values. What is not text cannot be a setting of AWS.
pub fn standing(names: &[&'static str]) -> Vec<(&'static str, String)> {
    let standing = |&name: &&'static str| Some((name, value(name)?));
    names.iter().filter_map(standing).collect()
}

/// The same outside of the directory.
pub fn standing_outside(names: &[&'static str]) -> Vec<(&'static str, String)> {
    let directory = Directory::inherited();
    let standing = |&name: &&'static str| Some((name, directory.outside(name, value(name))?));
    names.iter().filter_map(standing).collect()
}

fn value(name: &str) -> Option<String> {
    variable(name)?.into_string().ok()
}
