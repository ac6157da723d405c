//! All sessions, loaded.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{Alias, Region, Session, nearest};

/// All sessions in the order of their files, found by alias.
#[derive(Debug, Default)]
pub struct Catalog {
    sessions: Vec<Session>,
    by_alias: HashMap<Alias, usize>,
    default_region: Option<Region>,
}

/// There is no session of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no session named `{name}`")]
pub struct UnknownSession {
    /// What was asked for.
    pub name: String,
    /// The alias that was probably meant.
    pub nearest: Option<Alias>,
    /// Whether there is any session at all.
    pub catalog: Fill,
}

/// Whether a catalog holds anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// No session is defined yet.
    Empty,
    /// There is at least one.
    Some,
}

impl Catalog {
    /// The region of new sessions that name none.
    pub fn default_region(&self) -> Option<&Region> {
        self.default_region.as_ref()
    }

    /// Says the region of new sessions that name none.
    pub fn set_default_region(&mut self, region: Option<Region>) {
        self.default_region = region;
    }

    /// Takes a session in.
    ///
    /// # Errors
    /// The session itself comes back when its alias is taken; [`Catalog::get`] finds the other.
    pub fn insert(&mut self, session: Session) -> Result<(), Box<Session>> {
        match self.by_alias.entry(session.alias.clone()) {
            Entry::Occupied(_) => Err(Box::new(session)),
            Entry::Vacant(slot) => {
                slot.insert(self.sessions.len());
                self.sessions.push(session);
                Ok(())
            }
        }
    }

    /// The session of that name.
    pub fn get(&self, name: &str) -> Option<&Session> {
        self.by_alias.get(name).map(|&index| &self.sessions[index])
    }

    /// The session of that name, or what to say where there is none.
    ///
    /// # Errors
    /// [`UnknownSession`], with the nearest alias.
    pub fn find(&self, name: &str) -> Result<&Session, UnknownSession> {
        self.get(name).ok_or_else(|| UnknownSession {
            name: name.to_owned(),
            nearest: self.nearest(name),
            catalog: if self.sessions.is_empty() {
                Fill::Empty
            } else {
                Fill::Some
            },
        })
    }

    /// The alias nearest to `name`, if one is near.
    pub fn nearest(&self, name: &str) -> Option<Alias> {
        let found = nearest(name, self.sessions.iter().map(|s| s.alias.as_str()))?;
        self.get(found).map(|s| s.alias.clone())
    }

    /// All sessions, in the order of their files.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Session> {
        self.sessions.iter()
    }

    /// The sessions chained directly on `alias`.
    pub fn chained_on<'a>(&'a self, alias: &'a Alias) -> impl Iterator<Item = &'a Session> {
        self.iter().filter(move |s| match &s.kind {
            super::session::Kind::Chained(chained) => chained.assumer_session == *alias,
            _ => false,
        })
    }
}
