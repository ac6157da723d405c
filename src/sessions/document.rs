//! One session file, read.

use toml::de::DeTable;

use super::checks;
use super::defaults::Defaults;
use super::error::{Problem, SessionsError};
use super::fields::{Fields, Located};
use super::keys::{COMMON_KEYS, OWN_ONLY_KEYS, TOP_KEYS, TYPES, all_keys, keys_of};
use super::kinds;
use super::source::Source;
use crate::model::session::{Ownership, Type};
use crate::model::{Alias, Catalog, InvalidAlias, Session};

/// One session file, parsed.
pub(super) struct Document<'t> {
    source: &'t Source,
    table: DeTable<'t>,
}

impl<'t> Document<'t> {
    /// Parses a file.
    ///
    /// # Errors
    /// Where it is not TOML, of a version that is not known, or has an unknown key at its top.
    pub(super) fn parse(source: &'t Source, text: &'t str) -> Result<Self, SessionsError> {
        let table = DeTable::parse(text).map_err(|error| {
            let span = error.span().unwrap_or_default();
            let mut why = error.message().replace('\n', ", ");
            // The parser shows it in a drawing of the line only.
            if why == "duplicate key" {
                why = format!("{why} `{}`", text.get(span.clone()).unwrap_or_default());
            }
            source.error(span.start, "", Problem::Syntax(why))
        })?;
        let document = Self {
            source,
            table: table.into_inner(),
        };
        let top = document.top();
        // First of all: what a newer version has at its top is not known here.
        match top.integer("version")? {
            None | Some(1) => {}
            Some(newer) => return Err(top.error("version", Problem::Version(newer))),
        }
        top.only(TOP_KEYS, &[])?;
        Ok(document)
    }

    fn top(&self) -> Fields<'_, 't> {
        Fields::top(self.source, &self.table)
    }

    /// The patterns of `include`, which only the user's own file may have.
    pub(super) fn includes(&self) -> Result<Vec<Located<&str>>, SessionsError> {
        let top = self.top();
        let patterns = top.strings("include", |_| Ok(()))?;
        match (self.source.ownership(), patterns.first()) {
            (Ownership::Shared, Some(first)) => {
                let why = "a shared file includes no other".to_owned();
                Err(top.error_at(first.at, "include", Problem::Include(why)))
            }
            _ => Ok(patterns),
        }
    }

    /// An error at one pattern of `include`.
    pub(super) fn include_error(&self, at: usize, why: String) -> SessionsError {
        self.top().error_at(at, "include", Problem::Include(why))
    }

    /// `[defaults]`.
    pub(super) fn defaults(&self) -> Result<Defaults, SessionsError> {
        Defaults::read(&self.top())
    }

    /// Reads the sessions into `catalog`, in the order of the file. What comes back are those whose
    /// `duration` only another service than AWS gives.
    pub(super) fn sessions_into(
        &self,
        catalog: &mut Catalog,
        defaults: &Defaults,
    ) -> Result<Vec<(Alias, SessionsError)>, SessionsError> {
        let top = self.top();
        let mut too_long = Vec::new();
        let Some(sessions) = top.inside("sessions")? else {
            return Ok(too_long);
        };
        for (key, _) in sessions.entries() {
            let alias: Alias = key.value.parse().map_err(|why: InvalidAlias| {
                sessions.error_at(key.at, key.value, Problem::Invalid(why.to_string()))
            })?;
            let Some(fields) = sessions.inside(key.value)? else {
                continue;
            };
            let session = self.session(alias, key.at, &fields, defaults)?;
            if let Some(wanted) = fields.parsed("duration")?
                && let Err(why) = checks::duration(wanted, session.kind.type_of())
            {
                let error = fields.error("duration", Problem::Invalid(why));
                too_long.push((session.alias.clone(), error));
            }
            if let Err(session) = catalog.insert(session) {
                let first = catalog.get(session.alias.as_str());
                let origin = first.map_or(&session.origin, |first| &first.origin).clone();
                return Err(sessions.error_at(key.at, key.value, Problem::Duplicate(origin)));
            }
        }
        Ok(too_long)
    }

    fn session(
        &self,
        alias: Alias,
        at: usize,
        fields: &Fields<'_, 't>,
        defaults: &Defaults,
    ) -> Result<Session, SessionsError> {
        let word = fields.word("type", TYPES);
        let kind = word
            .as_ref()
            .ok()
            .copied()
            .flatten()
            .and_then(Type::of_name);
        check_keys(kind, fields)?;
        let kind = fields.required("type", word?.and_then(Type::of_name))?;
        self.check_ownership(fields)?;
        let region = fields.parsed("region")?;
        let own_duration = fields.parsed("duration")?;
        if let Some(duration) = own_duration {
            // For how long AWS gives it is looked at where it is known whether AWS gives it.
            checks::duration(duration, kind)
                .or_else(|why| checks::duration_elsewhere(duration).map_err(|_| why))
                .map_err(|why| fields.error("duration", Problem::Invalid(why)))?;
        }
        Ok(Session {
            kind: kinds::read(kind, fields, defaults)?,
            named_profile: fields
                .string("named_profile", checks::profile_name)?
                .unwrap_or_else(|| alias.to_string()),
            alias,
            region: fields.required("region", region.or_else(|| defaults.region.clone()))?,
            sts_region: fields.parsed("sts_region")?,
            endpoint_url: fields.parsed("endpoint_url")?,
            duration: own_duration.or_else(|| defaults.duration(kind)),
            description: fields.string("description", checks::line)?,
            labels: fields
                .strings("labels", checks::line)?
                .into_iter()
                .map(|label| label.value.to_owned())
                .collect(),
            protected: fields.bool("protected")?.unwrap_or(false),
            origin: self.source.origin(at),
        })
    }

    fn check_ownership(&self, fields: &Fields<'_, 't>) -> Result<(), SessionsError> {
        let refused = OWN_ONLY_KEYS.iter().find(|key| fields.has(key));
        match (self.source.ownership(), refused) {
            (Ownership::Shared, Some(key)) => Err(fields.error(key, Problem::NotInShared)),
            _ => Ok(()),
        }
    }
}

/// Looks for keys that are unknown, or have no place in a session of this type. The type is not
/// known where `type` itself is missing or misspelt.
fn check_keys(kind: Option<Type>, fields: &Fields<'_, '_>) -> Result<(), SessionsError> {
    let belongs =
        |key: &str, kind: Type| COMMON_KEYS.contains(&key) || keys_of(kind).contains(&key);
    if let Some(kind) = kind
        && fields.keys().all(|key| belongs(key, kind))
    {
        return Ok(());
    }
    // What is near to a misspelt key depends on the type.
    let known = kind.map_or_else(all_keys, |kind| [COMMON_KEYS, keys_of(kind)].concat());
    fields.only(&known, &all_keys())?;
    let entries = fields.entries();
    let mut keys = entries.iter().map(|(key, _)| key);
    let stray = kind.and_then(|kind| Some((kind, keys.find(|key| !belongs(key.value, kind))?)));
    let Some((kind, key)) = stray else {
        return Ok(());
    };
    let others = Type::ALL.into_iter();
    let belongs = others.filter(|other| keys_of(*other).contains(&key.value));
    let problem = Problem::OtherType {
        kind,
        belongs: belongs.collect(),
    };
    Err(fields.error_at(key.at, key.value, problem))
}
