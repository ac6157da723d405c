//! The shape of a session file: which keys there are, and what they mean.

use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use toml::de::DeTable;

use super::error::{Problem, SessionsError};
use super::fields::{Fields, Located};
use crate::model::session::{Chained, Federated, IamUser, Kind, Mfa, Origin, Ownership, RoleTerms};
use crate::model::{Alias, Catalog, Region, Session, Span, Url};

/// The keys of every session.
pub const COMMON_KEYS: &[&str] = &[
    "type",
    "named_profile",
    "region",
    "description",
    "labels",
    "duration",
    "sts_region",
    "endpoint_url",
    "protected",
];
/// The keys of an `iam-user` beside the common ones.
pub const USER_KEYS: &[&str] = &["access_key_id", "mfa_device", "mfa_process"];
/// The keys of an `iam-role-federated` beside the common ones.
pub const FEDERATED_KEYS: &[&str] = &["saml_url", "idp_arn", "role_arn", "saml_process"];
/// The keys of an `iam-role-chained` beside the common ones.
pub const CHAINED_KEYS: &[&str] = &[
    "role_arn",
    "assumer_session",
    "role_session_name",
    "external_id",
    "source_identity",
    "tags",
    "transitive_tags",
    "policy",
    "policy_arns",
];
/// The types.
pub const TYPES: &[&str] = &["iam-user", "iam-role-federated", "iam-role-chained"];

const TOP_KEYS: &[&str] = &["version", "include", "defaults", "sessions"];
const DEFAULT_KEYS: &[&str] = &["region", "role_session_name", "duration"];
/// A `git pull` must run nothing and redirect nothing.
const OWN_ONLY_KEYS: &[&str] = &["mfa_process", "saml_process", "endpoint_url"];

/// One session file, parsed.
pub(super) struct Document<'t> {
    file: Arc<Path>,
    ownership: Ownership,
    table: Spanned<DeTable<'t>>,
    /// The byte after each line end, to find lines without counting again.
    line_starts: Vec<usize>,
}

/// What `[defaults]` says.
#[derive(Clone, Debug, Default)]
pub(super) struct Defaults {
    region: Option<Region>,
    role_session_name: Option<String>,
    durations: Vec<(&'static str, Span)>,
}

impl Defaults {
    /// The region of sessions that name none.
    pub(super) fn region(&self) -> Option<Region> {
        self.region.clone()
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

    fn duration(&self, kind: &Kind) -> Option<Span> {
        self.durations
            .iter()
            .find(|(name, _)| *name == kind.name())
            .map(|&(_, span)| span)
    }
}

impl<'t> Document<'t> {
    /// Parses a file.
    ///
    /// # Errors
    /// Where it is not TOML, or of a version that is not known.
    pub(super) fn parse(
        file: Arc<Path>,
        text: &'t str,
        ownership: Ownership,
    ) -> Result<Self, SessionsError> {
        let line_starts = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        let empty = Spanned::new(0..0, DeTable::new());
        let mut document = Self {
            file,
            ownership,
            table: empty,
            line_starts,
        };
        document.table = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            document.error(at, "", Problem::Syntax(error.message().replace('\n', ", ")))
        })?;
        match document.top()?.integer("version")? {
            None | Some(1) => Ok(document),
            Some(newer) => Err(document.top()?.error("version", Problem::Version(newer))),
        }
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= at) + 1
    }

    /// An error in this file.
    pub(super) fn error(&self, at: usize, key: &str, problem: Problem) -> SessionsError {
        SessionsError::Invalid {
            file: self.file.to_path_buf(),
            line: self.line(at),
            key: key.to_owned(),
            problem,
        }
    }

    fn top(&self) -> Result<Fields<'_, 't>, SessionsError> {
        Fields::open(self, String::new(), 0, self.table.get_ref(), &[TOP_KEYS])
    }

    /// The patterns of `include`.
    pub(super) fn includes(&self) -> Result<Vec<Located<&str>>, SessionsError> {
        self.top()?.strings("include")
    }

    /// `[defaults]`.
    pub(super) fn defaults(&self) -> Result<Defaults, SessionsError> {
        let top = self.top()?;
        if self.ownership == Ownership::Shared && !top.strings("include")?.is_empty() {
            return Err(top.error(
                "include",
                Problem::Include("a shared file includes no other".to_owned()),
            ));
        }
        let Some(fields) = top.table("defaults", &[DEFAULT_KEYS])? else {
            return Ok(Defaults::default());
        };
        let mut durations = Vec::new();
        if let Some(table) = fields.table("duration", &[TYPES])? {
            for name in TYPES {
                if let Some(span) = table.parsed(name)? {
                    durations.push((*name, span));
                }
            }
        }
        Ok(Defaults {
            region: fields.parsed("region")?,
            role_session_name: fields.checked("role_session_name", session_name_template)?,
            durations,
        })
    }

    /// Reads the sessions into `catalog`, in the order of the file.
    pub(super) fn sessions_into(
        &self,
        catalog: &mut Catalog,
        defaults: &Defaults,
    ) -> Result<(), SessionsError> {
        let Some(sessions) = self.table.get_ref().get("sessions") else {
            return Ok(());
        };
        let Some(table) = sessions.get_ref().as_table() else {
            let problem = Problem::WrongType {
                expected: "a table of sessions",
                found: "something else",
            };
            return Err(self.error(sessions.span().start, "sessions", problem));
        };
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let (name, at) = (key.get_ref().as_ref(), key.span().start);
            let path = format!("sessions.{name}");
            let alias: Alias = name.parse().map_err(|e: crate::model::InvalidAlias| {
                self.error(at, &path, Problem::Invalid(e.to_string()))
            })?;
            let Some(fields) = value.get_ref().as_table() else {
                let problem = Problem::WrongType {
                    expected: "a session's table",
                    found: "a single value",
                };
                return Err(self.error(at, &path, problem));
            };
            let session = self.session(alias, at, fields, defaults)?;
            if let Err(session) = catalog.insert(session) {
                let first = catalog
                    .get(session.alias.as_str())
                    .map_or(session.origin, |s| s.origin.clone());
                return Err(self.error(at, &path, Problem::Duplicate(first)));
            }
        }
        Ok(())
    }

    fn session(
        &self,
        alias: Alias,
        at: usize,
        table: &DeTable<'t>,
        defaults: &Defaults,
    ) -> Result<Session, SessionsError> {
        let path = format!("sessions.{alias}");
        let all = [COMMON_KEYS, USER_KEYS, FEDERATED_KEYS, CHAINED_KEYS];
        let fields = Fields::open(self, path.clone(), at, table, &all)?;
        let kind = fields.required("type", fields.word("type", TYPES)?)?;
        let of_type = match kind {
            "iam-user" => USER_KEYS,
            "iam-role-federated" => FEDERATED_KEYS,
            _ => CHAINED_KEYS,
        };
        // A second look, now that the type is known: a key of another type is as wrong as a typo.
        let fields = Fields::open(self, path, at, table, &[COMMON_KEYS, of_type])?;
        if self.ownership == Ownership::Shared
            && let Some(key) = OWN_ONLY_KEYS.iter().find(|key| table.contains_key(**key))
        {
            return Err(fields.error(key, Problem::NotInShared));
        }
        let kind = match kind {
            "iam-user" => Kind::IamUser(user(&fields)?),
            "iam-role-federated" => Kind::Federated(federated(&fields)?),
            _ => Kind::Chained(chained(&fields, defaults)?),
        };
        let own_region = fields.parsed("region")?;
        let region = fields.required("region", own_region.or_else(|| defaults.region.clone()))?;
        let duration = fields
            .parsed("duration")?
            .or_else(|| defaults.duration(&kind));
        let (shortest, longest) = kind.duration_limits();
        if let Some(wanted) = duration.filter(|d| *d < shortest || *d > longest) {
            let why = format!(
                "AWS gives an {} session {shortest} to {longest}, not {wanted}",
                kind.name()
            );
            return Err(fields.error("duration", Problem::Invalid(why)));
        }
        Ok(Session {
            named_profile: fields
                .checked("named_profile", profile_name)?
                .unwrap_or_else(|| alias.to_string()),
            alias,
            kind,
            region,
            sts_region: fields.parsed("sts_region")?,
            endpoint_url: fields.parsed("endpoint_url")?,
            duration,
            description: fields.string("description")?.map(str::to_owned),
            labels: fields
                .strings("labels")?
                .into_iter()
                .map(|l| l.value.to_owned())
                .collect(),
            protected: fields.bool("protected")?.unwrap_or(false),
            origin: Origin {
                file: self.file.clone(),
                line: u32::try_from(self.line(at)).unwrap_or(u32::MAX),
                ownership: self.ownership,
            },
        })
    }
}

fn user(fields: &Fields<'_, '_>) -> Result<IamUser, SessionsError> {
    let device = fields.parsed("mfa_device")?;
    let process = fields.checked("mfa_process", command)?;
    let mfa = match (device, process) {
        (Some(device), process) => Some(Mfa { device, process }),
        (None, Some(_)) => return Err(fields.error("mfa_device", Problem::Missing)),
        (None, None) => None,
    };
    let access_key_id = fields.checked("access_key_id", access_key_id)?;
    Ok(IamUser {
        access_key_id: fields.required("access_key_id", access_key_id)?,
        mfa,
    })
}

fn federated(fields: &Fields<'_, '_>) -> Result<Federated, SessionsError> {
    let saml_url: Url = fields.required("saml_url", fields.parsed("saml_url")?)?;
    if !saml_url.is_private() {
        let why = "a login over plain http can be read on the way: use https".to_owned();
        return Err(fields.error("saml_url", Problem::Invalid(why)));
    }
    Ok(Federated {
        saml_url,
        idp_arn: fields.required("idp_arn", fields.parsed("idp_arn")?)?,
        role_arn: fields.required("role_arn", fields.parsed("role_arn")?)?,
        saml_process: fields.checked("saml_process", command)?,
    })
}

fn chained(fields: &Fields<'_, '_>, defaults: &Defaults) -> Result<Chained, SessionsError> {
    let tags = fields.string_table("tags")?;
    if tags.len() > 50 {
        return Err(fields.error(
            "tags",
            Problem::Invalid("AWS takes at most 50 tags".to_owned()),
        ));
    }
    let transitive_tags: Vec<String> = fields
        .strings("transitive_tags")?
        .into_iter()
        .map(|t| t.value.to_owned())
        .collect();
    if let Some(stray) = transitive_tags
        .iter()
        .find(|key| !tags.iter().any(|(k, _)| k == *key))
    {
        return Err(fields.error(
            "transitive_tags",
            Problem::Invalid(format!("`{stray}` is not one of `tags`")),
        ));
    }
    let policy_arns: Vec<String> = fields
        .strings("policy_arns")?
        .into_iter()
        .map(|p| p.value.to_owned())
        .collect();
    if let Some(odd) = policy_arns.iter().find(|arn| !arn.starts_with("arn:")) {
        return Err(fields.error(
            "policy_arns",
            Problem::Invalid(format!("`{odd}` is not an ARN")),
        ));
    }
    if policy_arns.len() > 10 {
        return Err(fields.error(
            "policy_arns",
            Problem::Invalid("AWS takes at most 10 policies".to_owned()),
        ));
    }
    let role_session_name = fields.checked("role_session_name", session_name_template)?;
    Ok(Chained {
        role_arn: fields.required("role_arn", fields.parsed("role_arn")?)?,
        assumer_session: fields.required("assumer_session", fields.parsed("assumer_session")?)?,
        assumer_line: fields.line("assumer_session"),
        role_session_name: role_session_name.or_else(|| defaults.role_session_name.clone()),
        terms: RoleTerms {
            external_id: fields.checked("external_id", external_id)?,
            source_identity: fields.checked("source_identity", source_identity)?,
            tags,
            transitive_tags,
            policy: fields.checked("policy", json_object)?,
            policy_arns,
        },
    })
}

/// STS and IAM: 16 to 128 characters of `\w`; what begins with `ASIA` is temporary.
fn access_key_id(text: &str) -> Result<(), String> {
    if text.starts_with("ASIA") {
        return Err(
            "belongs to temporary credentials; a session wants the long-lived key, `AKIA...`"
                .to_owned(),
        );
    }
    admit(text, 16..=128, "_")
}

fn external_id(text: &str) -> Result<(), String> {
    admit(text, 2..=1224, "_+=,.@:/-")
}

fn source_identity(text: &str) -> Result<(), String> {
    if text.starts_with("aws:") {
        return Err("may not begin with `aws:`".to_owned());
    }
    admit(text, 2..=64, "_+=,.@-")
}

fn session_name_template(text: &str) -> Result<(), String> {
    let filled = text.replace("{user}", "u").replace("{host}", "h");
    match filled
        .chars()
        .find(|c| !c.is_ascii_alphanumeric() && !"_+=,.@-".contains(*c))
    {
        Some(odd) => Err(format!(
            "{odd:?} can not stand in a role session name (`{{user}}` and `{{host}}` are filled in)"
        )),
        None => Ok(()),
    }
}

fn profile_name(text: &str) -> Result<(), String> {
    // It becomes the header of a section in an INI file, and a word on command lines.
    match text
        .chars()
        .find(|c| c.is_control() || "[]#;'\"\\".contains(*c))
    {
        Some(odd) => Err(format!("{odd:?} can not stand in a profile name")),
        None => Ok(()),
    }
}

fn command(text: &str) -> Result<(), String> {
    match shell_words::split(text) {
        Ok(words) if words.is_empty() => Err("is no command".to_owned()),
        Ok(_) => Ok(()),
        Err(error) => Err(format!("can not be split into words: {error}")),
    }
}

fn json_object(text: &str) -> Result<(), String> {
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text)
        .map(drop)
        .map_err(|error| format!("is not a JSON policy: {error}"))
}

fn admit(text: &str, length: std::ops::RangeInclusive<usize>, also: &str) -> Result<(), String> {
    if let Some(odd) = text
        .chars()
        .find(|c| !c.is_ascii_alphanumeric() && !also.contains(*c))
    {
        return Err(format!("{odd:?} can not stand here"));
    }
    if length.contains(&text.len()) {
        Ok(())
    } else {
        Err(format!(
            "has {} characters; AWS wants {} to {}",
            text.len(),
            length.start(),
            length.end()
        ))
    }
}
