//! `leapp add [TYPE] [ALIAS]`

use std::io::Read;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::add_questions;
use super::error::{CommandError, Kind as ErrorKind};
use crate::app::App;
use crate::cli::AddArgs;
use crate::cli::args::TypeArg;
use crate::model::session::Kind;
use crate::model::{Alias, Catalog};
use crate::secrets::SecretName;
use crate::sessions::{CHAINED_KEYS, COMMON_KEYS, Draft, Entry, FEDERATED_KEYS, USER_KEYS};

/// What a session is made of, complete.
pub(super) struct NewSession {
    pub(super) alias: Alias,
    pub(super) draft: Draft,
    /// The id and the secret of an access key that is to be stored.
    pub(super) access_key: Option<(String, SecretString)>,
}

/// Defines a session; asks for what is missing, where there is a terminal.
pub(super) fn run(args: &AddArgs, app: &App) -> Result<(), CommandError> {
    let catalog = app.catalog()?;
    if let Some(id) = secret_of_existing(args, &catalog) {
        let secret = secret_from_stdin()?;
        app.secrets()
            .set(&SecretName::AccessKey(id.clone()), &secret)?;
        app.printer.note(&format!(
            "stored the secret of `{id}` in {}",
            app.secrets().place()?
        ));
        return Ok(());
    }
    let new = add_questions::complete(args, &catalog)?;
    let keep = |_: &_| match &new.access_key {
        Some((id, secret)) => app
            .secrets()
            .set(&SecretName::AccessKey(id.clone()), secret),
        None => Ok(()),
    };
    let session = app.sessions().add(&new.alias, &new.draft, keep)?;
    app.printer.note(&format!("added `{}`", session.alias));
    if catalog.iter().next().is_none() && catalog.default_region().is_none() {
        app.printer.note(&format!(
            "`{}` is the default region from now on",
            session.region
        ));
    }
    if let Some((id, _)) = &new.access_key {
        app.printer.note(&format!(
            "stored the secret of `{id}` in {}",
            app.secrets().place()?
        ));
    }
    if let Kind::IamUser(user) = &session.kind
        && user.mfa.is_none()
    {
        app.printer
            .note("without MFA, AWS lets its temporary credentials call nothing of IAM");
    }
    Ok(())
}

/// `leapp add user ALIAS --secret-access-key -` for a session that is defined already, by hand or in
/// a shared file: only its secret is missing.
fn secret_of_existing(args: &AddArgs, catalog: &Catalog) -> Option<String> {
    let session = catalog.get(args.alias.as_ref()?.as_str())?;
    let Kind::IamUser(user) = &session.kind else {
        return None;
    };
    let same = args
        .access_key_id
        .as_ref()
        .is_none_or(|id| *id == user.access_key_id);
    let nothing_else = given(args).iter().all(|key| *key == "access_key_id");
    (args.kind == Some(TypeArg::User) && args.secret_access_key.is_some() && same && nothing_else)
        .then(|| user.access_key_id.clone())
}

/// The keys of `sessions.toml` that flags give.
fn given(args: &AddArgs) -> Vec<&'static str> {
    draft(args).keys().collect()
}

/// What the flags say, key by key.
pub(super) fn draft(args: &AddArgs) -> Draft {
    let mut draft = Draft::default();
    let list = |items: &Vec<String>| (!items.is_empty()).then(|| Entry::List(items.clone()));
    draft.text("access_key_id", args.access_key_id.as_ref());
    draft.text("mfa_device", args.mfa_device.as_ref());
    draft.text("mfa_process", args.mfa_process.as_ref());
    draft.text("saml_url", args.saml_url.as_ref());
    draft.text("idp_arn", args.idp_arn.as_ref());
    draft.text("role_arn", args.role_arn.as_ref());
    draft.text("saml_process", args.saml_process.as_ref());
    draft.text("assumer_session", args.assumer_session.as_ref());
    draft.text("role_session_name", args.role_session_name.as_ref());
    draft.text("external_id", args.external_id.as_ref());
    draft.text("source_identity", args.source_identity.as_ref());
    draft.set(
        "tags",
        (!args.tags.is_empty()).then(|| Entry::Map(args.tags.clone())),
    );
    draft.set("transitive_tags", list(&args.transitive_tags));
    draft.text("policy", args.policy.as_ref());
    draft.set("policy_arns", list(&args.policy_arns));
    draft.text("named_profile", args.named_profile.as_ref());
    draft.text("region", args.region.as_ref());
    draft.text("sts_region", args.sts_region.as_ref());
    draft.text("endpoint_url", args.endpoint_url.as_ref());
    draft.text("duration", args.duration.as_ref());
    draft.text("description", args.description.as_ref());
    draft.set("labels", list(&args.labels));
    draft.set("protected", args.protected.then_some(Entry::Flag(true)));
    draft
}

/// Refuses flags of another type, before anything is asked.
pub(super) fn check_flags(args: &AddArgs, kind: TypeArg) -> Result<(), CommandError> {
    let of_type = match kind {
        TypeArg::User => USER_KEYS,
        TypeArg::Federated => FEDERATED_KEYS,
        TypeArg::Chained => CHAINED_KEYS,
    };
    let stray = given(args)
        .into_iter()
        .find(|key| !of_type.contains(key) && !COMMON_KEYS.contains(key));
    let secret = args.secret_access_key.is_some() && kind != TypeArg::User;
    match stray.or(secret.then_some("secret_access_key")) {
        None => Ok(()),
        Some(key) => Err(CommandError::new(
            ErrorKind::Usage,
            format!(
                "`--{}` says nothing of a session of type {}",
                key.replace('_', "-"),
                kind.name()
            ),
        )),
    }
}

/// The secret, from standard input: an argument could be read by every process.
pub(super) fn secret_from_stdin() -> Result<SecretString, CommandError> {
    let mut text = Zeroizing::new(String::new());
    std::io::stdin()
        .take(4096)
        .read_to_string(&mut text)
        .map_err(|error| {
            CommandError::new(
                ErrorKind::User,
                format!("can not read the secret from standard input: {error}"),
            )
        })?;
    secret(&SecretString::from(text.trim()))
}

/// IAM's secrets are 40 characters of base64; what is shorter, or has a space in it, is a slip.
pub(super) fn secret(text: &SecretString) -> Result<SecretString, CommandError> {
    let text = text.expose_secret().trim();
    if text.len() < 16
        || text.len() > 256
        || text.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return Err(CommandError::new(
            ErrorKind::User,
            "that is not a secret access key (40 characters, as IAM shows it once)",
        ));
    }
    Ok(SecretString::from(text))
}
