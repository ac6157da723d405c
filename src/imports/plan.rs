//! What becomes of the sessions that were found: new, there already, unfinished, or refused.

mod known;
mod order;
mod partition;
mod source;

use std::collections::{HashMap, HashSet};

use super::slug::{free, is_numbered, slug};
use super::{Findings, Found, Left, Reason, Refused};
use crate::model::session::{Kind, Type};
use crate::model::{Alias, Catalog, Region, Session};
use crate::sessions::{Draft, Entry, SessionsError, check_profile_name};

use known::Known;
use order::order;

/// What importing will do.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Sessions to be written, in the order of the source.
    pub new: Vec<New>,
    /// Sessions that are there already. They are never changed.
    pub there: Vec<There>,
    /// IAM users that only lack their access key.
    pub unfinished: Vec<Unfinished>,
    /// What cannot be imported.
    pub refused: Vec<Refused>,
    /// What comes over changed, or asks for a look: lines for people.
    pub remarks: Vec<String>,
    /// What stays behind of the new sessions; of none of them where no alias is named.
    pub left: Vec<(Option<Alias>, Left)>,
}

/// A session to be written.
#[derive(Clone, Debug)]
pub struct New {
    /// Its key in the source.
    pub key: String,
    /// Its name in the source.
    pub name: String,
    /// What it will be.
    pub session: Session,
    /// What will be written.
    pub draft: Draft,
}

/// A session that is there already.
#[derive(Clone, Debug)]
pub struct There {
    /// Its key in the source.
    pub key: String,
    /// Its name in the source.
    pub name: String,
    /// The session.
    pub alias: Alias,
}

/// An IAM user whose access key nobody knows.
#[derive(Clone, Debug)]
pub struct Unfinished {
    /// Its name in the source.
    pub name: String,
    /// The alias that roles on it will name.
    pub alias: Alias,
    /// What is known of it.
    pub draft: Draft,
}

/// Plans what becomes of all that was found. `region` is that of sessions that name none; without it,
/// such a session is refused.
pub fn plan(findings: Findings, catalog: &Catalog, region: Option<&Region>) -> Plan {
    let Findings {
        found,
        mut refused,
        remarks,
        left,
    } = findings;
    let order = order(&found, &mut refused);
    let mut planner = Planner {
        catalog,
        region,
        known: Known::of(catalog),
        slugs: found.iter().map(|f| slug(&f.name)).collect(),
        exact: found.iter().filter_map(|f| f.name.parse().ok()).collect(),
        aliases: HashMap::new(),
        taken: HashSet::new(),
        plan: Plan {
            refused,
            remarks,
            ..Plan::default()
        },
    };
    for &index in &order {
        planner.settle(&found[index]);
    }
    let mut plan = planner.plan;
    if !plan.new.is_empty() {
        plan.left.extend(left.into_iter().map(|left| (None, left)));
    }
    let places: HashMap<&str, usize> = (found.iter().enumerate())
        .map(|(index, found)| (found.key.as_str(), index))
        .collect();
    plan.new.sort_by_key(|new| places.get(new.key.as_str()));
    plan.there
        .sort_by_key(|there| places.get(there.key.as_str()));
    plan
}

/// A plan in the making.
struct Planner<'a> {
    catalog: &'a Catalog,
    region: Option<&'a Region>,
    known: Known<'a>,
    /// The aliases that all names come to, clashes included.
    slugs: HashSet<Alias>,
    /// The names that are aliases as they are. They have a right to them.
    exact: HashSet<Alias>,
    /// The aliases of what is settled, by key.
    aliases: HashMap<String, Alias>,
    /// The aliases that this plan has given away.
    taken: HashSet<Alias>,
    plan: Plan,
}

impl Planner<'_> {
    /// Decides about one session; its assumer has been decided about.
    fn settle(&mut self, found: &Found) {
        let mut draft = Draft::of_type(found.kind);
        let mut source = None;
        if let Some(assumer) = &found.assumer {
            match self.source(assumer) {
                Ok(found) => draft.text("assumer_session", Some(&source.insert(found).alias)),
                Err(reason) => return self.refuse(found, reason),
            }
        }
        draft.extend(found.draft.clone());
        let slug = slug(&found.name);
        if found.kind == Type::IamUser && !draft.has("access_key_id") {
            return self.leave_unfinished(found, &slug, draft);
        }
        // What a session is does not depend on its alias.
        let session = match draft.check(&slug, self.region) {
            Ok(session) => session,
            Err(error) => return self.refuse(found, Reason::Invalid(words(&error))),
        };
        if let Err(why) = self.check_partition(&session) {
            return self.refuse(found, why.into());
        }
        if let Some(there) = self.there(&session, &slug, found, &draft) {
            self.compare(&session, &there);
            return self.take_for(found, there);
        }
        let alias = self.free(&slug, found);
        self.name(&mut draft, found, &alias);
        match draft.check(&alias, self.region) {
            Ok(session) => {
                self.speak_for(found, &alias);
                self.tell_of_source(found, &alias, source.as_ref());
                let left = found.left.iter().cloned();
                self.plan
                    .left
                    .extend(left.map(|left| (Some(alias.clone()), left)));
                self.plan.new.push(New {
                    key: found.key.clone(),
                    name: found.name.clone(),
                    session,
                    draft,
                });
            }
            Err(error) => self.refuse(found, Reason::Invalid(words(&error))),
        }
    }

    /// An IAM user without its key cannot be written; what is assumed from it can.
    fn leave_unfinished(&mut self, found: &Found, slug: &Alias, mut draft: Draft) {
        let is_user = |s: &&Session| matches!(s.kind, Kind::IamUser(_));
        let mut users = self.catalog.iter().filter(is_user);
        let there = users.find(|s| is_named_like(s, slug, &found.name));
        if let Some(there) = there.map(|s| s.alias.clone()) {
            return self.take_for(found, there);
        }
        let alias = self.free(slug, found);
        self.name(&mut draft, found, &alias);
        self.speak_for(found, &alias);
        let left = found.left.iter().cloned();
        self.plan
            .left
            .extend(left.map(|left| (Some(alias.clone()), left)));
        self.plan.unfinished.push(Unfinished {
            name: found.name.clone(),
            alias,
            draft,
        });
    }

    /// The session of the catalog that this one is: one with its name, or else any other that stands for
    /// nothing else of this source.
    fn there(
        &self,
        session: &Session,
        slug: &Alias,
        found: &Found,
        draft: &Draft,
    ) -> Option<Alias> {
        let same = self.known.same_as(&session.kind);
        let free = |s: &&&Session| !self.taken.contains(&s.alias);
        let by_name = same.iter().filter(free);
        let by_name = by_name
            .filter(|s| is_named_like(s, slug, &found.name))
            .collect::<Vec<_>>();
        if let Some(there) = by_name.first() {
            return Some(there.alias.clone());
        }
        let other = same.iter().filter(free).find(|s| {
            let is_anothers = self.slugs.iter().any(|slug| is_numbered(&s.alias, slug));
            !is_anothers && (!draft.has("region") || s.region == session.region)
        });
        other.map(|s| s.alias.clone())
    }

    /// What is there is never changed; but without the device, roles that want MFA would be refused.
    fn compare(&mut self, session: &Session, there: &Alias) {
        let mfa = |session: &Session| match &session.kind {
            Kind::IamUser(user) => user.mfa.clone(),
            _ => None,
        };
        let known = self.catalog.get(there.as_str()).and_then(mfa);
        if let (Some(found), None) = (mfa(session), known) {
            let device = found.device;
            self.plan.remarks.push(format!(
                "`{there}` has no `mfa_device` here, and `{device}` there"
            ));
        }
    }

    /// Adds what only the alias decides: the name of before, where it is not the same.
    fn name(&mut self, draft: &mut Draft, found: &Found, alias: &Alias) {
        if alias.as_str() != found.name && !found.name.trim().is_empty() {
            let printable = found.name.replace(char::is_control, " ");
            draft.set("description", Some(Entry::Text(printable)));
        }
        let profile = found.named_profile.as_ref();
        let Some(profile) = profile.filter(|profile| *profile != alias.as_str()) else {
            return;
        };
        // A name is no reason to go without the session, and all that is assumed from it.
        match check_profile_name(profile) {
            Ok(()) => draft.text("named_profile", Some(profile)),
            Err(why) => self.plan.remarks.push(format!(
                "`{alias}` gets a named profile of its own name: {why}"
            )),
        }
    }

    fn free(&self, slug: &Alias, found: &Found) -> Alias {
        free(slug, |alias| {
            let is_anothers = alias.as_str() != found.name && self.exact.contains(alias);
            is_anothers || self.taken.contains(alias) || self.catalog.get(alias.as_str()).is_some()
        })
    }

    fn take_for(&mut self, found: &Found, alias: Alias) {
        self.speak_for(found, &alias);
        self.plan.there.push(There {
            key: found.key.clone(),
            name: found.name.clone(),
            alias,
        });
    }

    fn speak_for(&mut self, found: &Found, alias: &Alias) {
        self.taken.insert(alias.clone());
        self.aliases.insert(found.key.clone(), alias.clone());
    }

    fn refuse(&mut self, found: &Found, reason: Reason) {
        self.plan
            .refused
            .push(Refused::new(&found.key, &found.name, reason));
    }
}

fn is_named_like(session: &Session, slug: &Alias, name: &str) -> bool {
    is_numbered(&session.alias, slug) || session.description.as_deref() == Some(name)
}

/// What is wrong with a draft, without the alias that it does not have yet.
fn words(error: &SessionsError) -> String {
    match error {
        SessionsError::Draft { key, problem, .. } => format!("its `{key}`: {problem}"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
