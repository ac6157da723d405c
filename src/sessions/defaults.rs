//! `[defaults]`: what holds for the sessions of a file that do not say otherwise.

use super::checks;
use super::error::{Problem, SessionsError};
use super::fields::Fields;
use super::keys::{DEFAULT_KEYS, TYPES};
use crate::model::session::Type;
use crate::model::{Region, Span};

/// What `[defaults]` says.
#[derive(Clone, Debug, Default)]
pub(super) struct Defaults {
    pub(super) region: Option<Region>,
    pub(super) role_session_name: Option<String>,
    durations: Vec<(Type, Span)>,
}

impl Defaults {
    /// Reads them from the top of a file.
    pub(super) fn read(top: &Fields<'_, '_>) -> Result<Self, SessionsError> {
        let Some(fields) = top.inside("defaults")? else {
            return Ok(Self::default());
        };
        fields.only(DEFAULT_KEYS, &[])?;
        Ok(Self {
            region: fields.parsed("region")?,
            role_session_name: fields.string("role_session_name", checks::session_name_template)?,
            durations: durations(&fields)?,
        })
    }

    /// These, and those of `fallback` for what these do not say.
    pub(super) fn or(mut self, fallback: &Self) -> Self {
        self.region = self.region.or_else(|| fallback.region.clone());
        self.role_session_name = self
            .role_session_name
            .or_else(|| fallback.role_session_name.clone());
        // The first entry of a type is the one that counts.
        self.durations.extend_from_slice(&fallback.durations);
        self
    }

    /// The duration of sessions of this type.
    pub(super) fn duration(&self, kind: Type) -> Option<Span> {
        let found = self.durations.iter().find(|(of, _)| *of == kind);
        found.map(|&(_, duration)| duration)
    }
}

/// `duration = { iam-user = "8h" }`, by type.
fn durations(fields: &Fields<'_, '_>) -> Result<Vec<(Type, Span)>, SessionsError> {
    let Some(table) = fields.inside("duration")? else {
        return Ok(Vec::new());
    };
    table.only(TYPES, &[])?;
    let mut durations = Vec::new();
    for kind in Type::ALL {
        if let Some(duration) = table.parsed(kind.name())? {
            checks::duration(duration, kind)
                .map_err(|why| table.error(kind.name(), Problem::Invalid(why)))?;
            durations.push((kind, duration));
        }
    }
    Ok(durations)
}
