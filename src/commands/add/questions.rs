//! The questions of `leapp add`: what the flags leave open and a session cannot do without.

use std::fmt::Display;
use std::str::FromStr;

use clap::ValueEnum;

use super::flags::{check_flags, draft};
use super::secret;
use crate::cli::AddArgs;
use crate::cli::TypeArg;
use crate::commands::error::CommandError;
use crate::commands::person::Person;
use crate::model::secret::SecretString;
use crate::model::session::Type;
use crate::model::{
    Alias, Catalog, MfaDevice, Region, RoleArn, SamlProviderArn, Url, is_elsewhere, nearest,
};
use crate::sessions::{
    Draft, SessionsError, TYPES, check_access_key_id, check_access_key_id_elsewhere,
};
use crate::settings::inherited_region;

/// What a session is made of, complete.
pub(super) struct NewSession {
    pub(super) alias: Alias,
    pub(super) draft: Draft,
    /// The id and the secret of an access key that is to be stored.
    pub(super) access_key: Option<(String, SecretString)>,
}

/// Completes what the flags say.
pub(super) fn complete(
    args: &AddArgs,
    catalog: &Catalog,
    person: &mut Person,
    caller_is_elsewhere: bool,
) -> Result<NewSession, CommandError> {
    let kind = match args.kind {
        Some(kind) => kind.into(),
        // An access key is an IAM user's.
        None if args.from_env => Type::IamUser,
        None => ask_type(person)?,
    };
    check_flags(args, kind)?;
    let mut new = NewSession {
        alias: alias(args, catalog, person)?,
        draft: Draft::of_type(kind),
        access_key: None,
    };
    new.draft.extend(draft(args));
    let draft = &mut new.draft;
    if let Some(assumer) = &args.assumer_session {
        catalog.find(assumer.as_str())?;
    }
    // Whether its key is one of another service than AWS.
    let is_elsewhere = draft.has("endpoint_url") || caller_is_elsewhere;
    if args.from_env {
        let key = secret::from_environment(is_elsewhere)?;
        draft.text("access_key_id", Some(&key.access_key_id));
        fill_required(kind, catalog, person, draft)?;
        offer_mfa(args, person, draft)?;
        new.access_key = Some((key.access_key_id, key.secret_access_key));
    } else {
        fill_required(kind, catalog, person, draft)?;
        if kind == Type::IamUser {
            let secret = secret::read(args, person, is_elsewhere)?;
            offer_mfa(args, person, draft)?;
            let id = draft.get_text("access_key_id").unwrap_or_default();
            new.access_key = Some((id.to_owned(), secret));
        }
    }
    if args.from_env && catalog.default_region().is_none() && !new.draft.has("region") {
        let region = inherited_region().map_err(|why| CommandError::usage(&why))?;
        new.draft.text("region", region.as_ref());
    }
    if catalog.default_region().is_none() {
        fill::<Region>(person, &mut new.draft, "region", "Region")?;
    }
    Ok(new)
}

/// The alias, free: to learn that it is taken after all other questions would be late.
fn alias(args: &AddArgs, catalog: &Catalog, person: &mut Person) -> Result<Alias, CommandError> {
    let Some(alias) = &args.alias else {
        return person.ask_with("Alias", "ALIAS", |text| {
            let alias: Alias = text.parse().map_err(|why| format!("{why}"))?;
            match catalog.get(text) {
                Some(_) => Err(format!("there is a session `{alias}` already")),
                None => Ok(alias),
            }
        });
    };
    match catalog.get(alias.as_str()) {
        Some(taken) => Err(CommandError::from(SessionsError::Taken {
            alias: alias.clone(),
            origin: taken.origin.clone(),
        })),
        None => Ok(alias.clone()),
    }
}

/// Asks for what a session of this type cannot do without, beside a secret and a region.
pub(in crate::commands) fn fill_required(
    kind: Type,
    catalog: &Catalog,
    person: &mut Person,
    draft: &mut Draft,
) -> Result<(), CommandError> {
    match kind {
        Type::IamUser => fill_access_key_id(person, draft)?,
        Type::Federated => {
            fill::<Url>(person, draft, "saml_url", "URL where the SAML login begins")?;
            let question = "ARN of the identity provider in IAM";
            fill::<SamlProviderArn>(person, draft, "idp_arn", question)?;
            fill::<RoleArn>(person, draft, "role_arn", "ARN of the role")?;
        }
        Type::Chained => {
            // Before anything is asked that would be lost.
            let is_first = catalog.iter().next().is_none();
            if is_first && !draft.has("assumer_session") && person.is_there() {
                return Err(CommandError::nothing_to_chain_on());
            }
            fill::<RoleArn>(person, draft, "role_arn", "ARN of the role")?;
            if !draft.has("assumer_session") {
                let assumer = assumer(catalog, person)?;
                draft.text("assumer_session", Some(&assumer));
            }
        }
    }
    Ok(())
}

/// Not needed, but nobody should learn of it later from an `AccessDenied`. Where flags say the rest,
/// they are taken to say everything.
fn offer_mfa(args: &AddArgs, person: &mut Person, draft: &mut Draft) -> Result<(), CommandError> {
    if args.access_key_id.is_none() && !draft.has("mfa_device") {
        let device = person.offer::<MfaDevice>("ARN of the MFA device")?;
        draft.text("mfa_device", device.as_ref());
    }
    Ok(())
}

/// The session that a role is assumed from. It must be there: a slip is easier to mend now.
fn assumer(catalog: &Catalog, person: &mut Person) -> Result<Alias, CommandError> {
    let question = "Session that the role is assumed from";
    person.ask_with(question, "--assumer-session ALIAS", |text| {
        let unknown = match catalog.find(text) {
            Ok(session) => return Ok(session.alias.clone()),
            Err(unknown) => unknown,
        };
        Err(match &unknown.nearest {
            Some(near) => format!("{unknown}; did you mean `{near}`?"),
            None => unknown.to_string(),
        })
    })
}

pub(in crate::commands) fn ask_type(person: &mut Person) -> Result<Type, CommandError> {
    let question = format!("Type ({})", TYPES.join(", "));
    person.ask_with(&question, "TYPE", |text| {
        // In full or by its short name, as on the command line.
        TypeArg::from_str(text, true).map(Type::from).map_err(|_| {
            match nearest(text, TYPES.iter().copied()) {
                Some(near) => format!("`{text}` is no type; did you mean `{near}`?"),
                None => format!("`{text}` is no type"),
            }
        })
    })
}

/// Asks for a key that the draft does not have yet, and puts it there.
fn fill<T>(
    person: &mut Person,
    draft: &mut Draft,
    key: &'static str,
    question: &str,
) -> Result<(), CommandError>
where
    T: FromStr<Err: Display> + Display,
{
    if draft.has(key) {
        return Ok(());
    }
    let answer: T = person.ask(question, &format!("--{} ...", key.replace('_', "-")))?;
    draft.text(key, Some(&answer));
    Ok(())
}

/// Asks for the id of an access key. Where the draft names another service than AWS, it has that one's form.
fn fill_access_key_id(person: &mut Person, draft: &mut Draft) -> Result<(), CommandError> {
    if draft.has("access_key_id") {
        return Ok(());
    }
    let endpoint = draft.get_text("endpoint_url").map(str::parse::<Url>);
    let (question, check): (_, fn(&str) -> _) = match endpoint {
        Some(Ok(url)) if is_elsewhere(&url) => ("Access key id", check_access_key_id_elsewhere),
        _ => ("Access key id (AKIA...)", check_access_key_id),
    };
    let id = person.ask_with(question, "--access-key-id ...", |text| {
        check(text).map_err(|why| format!("that {why}"))?;
        Ok(text.to_owned())
    })?;
    draft.text("access_key_id", Some(&id));
    Ok(())
}
