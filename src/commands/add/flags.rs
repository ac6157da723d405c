//! What the flags of `leapp add` say.

use crate::cli::AddArgs;
use crate::commands::error::{CommandError, Kind as ErrorKind};
use crate::model::session::Type;
use crate::sessions::{COMMON_KEYS, Draft, Entry, keys_of};

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
pub(super) fn check_flags(args: &AddArgs, kind: Type) -> Result<(), CommandError> {
    let stray = draft(args)
        .keys()
        .find(|key| !keys_of(kind).contains(key) && !COMMON_KEYS.contains(key));
    let is_user = kind == Type::IamUser;
    let secret = (args.secret_access_key.is_some() && !is_user).then_some("secret_access_key");
    let from_env = (args.from_env && !is_user).then_some("from_env");
    match stray.or(secret).or(from_env) {
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
