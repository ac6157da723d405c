//! Sessions as a file for others: fit for their `include`.
//!
//! What a shared file must not have is left out, and what is personal: an IAM user goes along only where
//! it is named.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item};

use super::SessionStore;
use super::document::Document;
use super::edit::sessions_table;
use super::error::SessionsError;
use super::escapes::escaped;
use super::keys::OWN_ONLY_KEYS;
use super::source::Source;
use super::table::take;
use crate::model::session::{Kind, Ownership};
use crate::model::{Alias, Catalog, Session};

/// Sessions as a file for others.
#[derive(Clone, Debug, Default)]
pub struct Export {
    /// The file.
    pub text: String,
    /// The sessions in it.
    pub sessions: Vec<Alias>,
    /// Keys that a shared file may not have, by session.
    pub left_out: Vec<(Alias, &'static str)>,
    /// The sessions from which some of these are assumed, and which are not in the file.
    pub needed: Vec<Needed>,
}

/// A session that whoever gets the file must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needed {
    /// An IAM user: everybody has one of their own.
    User(Alias),
    /// One that another shared file defines.
    Shared(Alias, PathBuf),
    /// One that is not defined here either.
    Undefined(Alias),
}

impl SessionStore {
    /// The user's own sessions as a file for others: those that are named and all that they are assumed
    /// from, or all. IAM users go along only where they are named.
    ///
    /// # Errors
    /// Where one of them is defined in a shared file, or what is there cannot be read.
    pub fn export(&self, wanted: &[&Session]) -> Result<Export, SessionsError> {
        super::check_ours(wanted)?;
        let edit = self.look()?;
        let mut layout = edit.layout()?;
        let own = layout.document();
        let mut document = DocumentMut::new();
        document.insert("version", toml_edit::value(1));
        if let Some(defaults) = own.get("defaults").cloned() {
            document.insert("defaults", apart(defaults));
        }
        let mut export = Export::default();
        let chosen = chosen(&edit.catalog, wanted);
        for session in &chosen {
            let alias = session.alias.as_str();
            let Some(item) = sessions_table(own).get(alias).cloned() else {
                continue;
            };
            let mut item = apart(item);
            for key in OWN_ONLY_KEYS {
                if let Some(table) = item.as_table_like_mut()
                    && table.contains_key(key)
                {
                    take(table, key);
                    export.left_out.push((session.alias.clone(), key));
                }
            }
            sessions_table(&mut document).insert(alias, item);
            export.sessions.push(session.alias.clone());
            if let Some(needed) = needed(&edit.catalog, &chosen, session)
                && !export.needed.contains(&needed)
            {
                export.needed.push(needed);
            }
        }
        export.text = escaped(document);
        self.check_export(&export.text)?;
        Ok(export)
    }

    /// A shared file is read as one by those who get it; that it can be is not left to them to find out.
    fn check_export(&self, text: &str) -> Result<(), SessionsError> {
        let own = self.text()?;
        let source = Source::new(self.file().into(), Ownership::Own, own.as_bytes());
        let defaults = Document::parse(&source, &own)?.defaults()?;
        let file = Path::new("exported sessions");
        let source = Source::new(file.into(), Ownership::Shared, text.as_bytes());
        let shared = Document::parse(&source, text)?;
        let defaults = shared.defaults()?.or(&defaults);
        shared
            .sessions_into(&mut Catalog::default(), &defaults)
            .map(drop)
    }
}

/// The sessions that go into the file, in the order of ours.
fn chosen<'a>(catalog: &'a Catalog, wanted: &[&Session]) -> Vec<&'a Session> {
    let is_ours = |s: &Session| s.origin.ownership == Ownership::Own;
    let is_user = |s: &Session| matches!(s.kind, Kind::IamUser(_));
    let mut aliases: HashSet<&Alias> = wanted.iter().map(|session| &session.alias).collect();
    for session in wanted {
        let mut next = assumer(catalog, session);
        // What is there already has its assumers, too; and a circle ends.
        while let Some(session) = next
            && is_ours(session)
            && !is_user(session)
            && aliases.insert(&session.alias)
        {
            next = assumer(catalog, session);
        }
    }
    let is_chosen = |s: &&Session| match wanted {
        [] => is_ours(s) && !is_user(s),
        _ => aliases.contains(&s.alias),
    };
    catalog.iter().filter(is_chosen).collect()
}

fn assumer<'a>(catalog: &'a Catalog, session: &Session) -> Option<&'a Session> {
    match &session.kind {
        Kind::Chained(role) => catalog.get(role.assumer_session.as_str()),
        Kind::IamUser(_) | Kind::Federated(_) => None,
    }
}

/// What a session of the file is assumed from, where that is not in it.
fn needed(catalog: &Catalog, chosen: &[&Session], session: &Session) -> Option<Needed> {
    let Kind::Chained(role) = &session.kind else {
        return None;
    };
    let alias = &role.assumer_session;
    if chosen.iter().any(|chosen| chosen.alias == *alias) {
        return None;
    }
    Some(match catalog.get(alias.as_str()) {
        None => Needed::Undefined(alias.clone()),
        Some(shared) if shared.origin.ownership == Ownership::Shared => {
            Needed::Shared(alias.clone(), shared.origin.file.to_path_buf())
        }
        Some(_) => Needed::User(alias.clone()),
    })
}

/// A table as one with a header of its own, and of what stands above it only the comment that touches it.
fn apart(item: Item) -> Item {
    let mut table = match item.into_table() {
        Ok(table) => table,
        Err(item) => return item,
    };
    table.set_dotted(false);
    table.set_implicit(false);
    let above = table.decor().prefix().and_then(|raw| raw.as_str());
    let above = above.unwrap_or_default();
    let touching = above.rfind("\n\n").map_or(above, |gap| &above[gap + 2..]);
    let prefix = format!("\n{}", touching.trim_start_matches('\n'));
    table.decor_mut().set_prefix(prefix);
    Item::Table(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn exported(text: &str, wanted: &[&str]) -> Export {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("sessions.toml"), text).unwrap();
        fs::write(home.path().join("team.toml"), TEAM).unwrap();
        let store = SessionStore::new(home.path().into(), home.path().join("lock"));
        let catalog = store.load().unwrap();
        let wanted: Vec<&Session> = wanted
            .iter()
            .map(|name| catalog.find(name).unwrap())
            .collect();
        store.export(&wanted).unwrap()
    }

    const TEAM: &str = "[sessions.base]
type = \"iam-user\"
access_key_id = \"AKIAIOSFODNN7EXAMPLE\"
";

    const OWN: &str = r#"# All about this file.
version = 1
include = ["team.toml"]

# For all of us.
[defaults] # region
region = "eu-west-1"

# About nothing.

# My own key.
[sessions.corp]
type = "iam-user"
access_key_id = "AKIAIOSFODNN7EXAMPLE"

# The auditor.
[sessions."team/audit"]
type = "iam-role-chained"
role_arn = "arn:aws:iam::444455556666:role/Audit"   # in the audit account
assumer_session = "corp"
# A local one.
endpoint_url = "http://127.0.0.1:1"
tags = { Team = "x" }

[sessions.prod]
type = "iam-role-chained"
assumer_session = "team/audit"
role_arn = "arn:aws:iam::777788889999:role/Admin"

[sessions]
other = { type = "iam-role-chained", assumer_session = "base", role_arn = "arn:aws:iam::777788889999:role/Other" }
lost.type = "iam-role-chained"
lost.assumer_session = "nobody"
lost.role_arn = "arn:aws:iam::777788889999:role/Lost"
# The end.
"#;

    #[test]
    fn all_but_what_is_personal() {
        let export = exported(OWN, &[]);
        insta::assert_snapshot!(export.text, @r#"
    version = 1

    # For all of us.
    [defaults] # region
    region = "eu-west-1"

    # The auditor.
    [sessions."team/audit"]
    type = "iam-role-chained"
    role_arn = "arn:aws:iam::444455556666:role/Audit"   # in the audit account
    assumer_session = "corp"
    tags = { Team = "x" }

    [sessions.prod]
    type = "iam-role-chained"
    assumer_session = "team/audit"
    role_arn = "arn:aws:iam::777788889999:role/Admin"

    [sessions.other]
    type = "iam-role-chained"
    assumer_session = "base"
    role_arn = "arn:aws:iam::777788889999:role/Other"

    [sessions.lost]
    type = "iam-role-chained"
    assumer_session = "nobody"
    role_arn = "arn:aws:iam::777788889999:role/Lost"
    "#);
        let audit = "team/audit".parse().unwrap();
        assert_eq!(export.left_out, [(audit, "endpoint_url")]);
        let [
            Needed::User(corp),
            Needed::Shared(base, _),
            Needed::Undefined(nobody),
        ] = &export.needed[..]
        else {
            panic!("{:?}", export.needed);
        };
        let aliases = [corp, base, nobody].map(Alias::as_str);
        assert_eq!(aliases, ["corp", "base", "nobody"]);
    }

    #[test]
    fn a_role_goes_with_its_chain_and_a_user_where_it_is_named() {
        let aliases = |export: Export| -> Vec<String> {
            export.sessions.iter().map(ToString::to_string).collect()
        };
        assert_eq!(aliases(exported(OWN, &["prod"])), ["team/audit", "prod"]);
        let whole = exported(OWN, &["prod", "corp"]);
        assert_eq!(whole.needed, []);
        assert_eq!(aliases(whole), ["corp", "team/audit", "prod"]);
    }

    #[test]
    fn windows_line_ends_are_no_obstacle() {
        let export = exported(&OWN.replace('\n', "\r\n"), &["prod"]);
        assert!(
            export
                .text
                .contains("# The auditor.\n[sessions.\"team/audit\"]")
        );
    }
}
