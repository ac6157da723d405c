//! Refusals by other services than AWS, which have their own keys and users, and a part of AWS's actions.

use super::walk::Walk;
use super::{CommandError, Kind};
use crate::aws::{AwsError, AwsErrorKind};
use crate::model::chain::Step;
use crate::model::{Alias, Url};

/// A role for services that ask for one and do not look at it.
const ANY_ROLE: &str = "arn:aws:iam::000000000000:role/any";

impl CommandError {
    /// Nobody can tell whose credentials these are, which `leapp doctor` wants to know.
    pub(in crate::commands) fn no_identity(error: &AwsError) -> Self {
        match error.kind {
            AwsErrorKind::NoSuchAction => Self::no_such_action(error, "GetCallerIdentity"),
            _ => Self::no_answer(error),
        }
    }

    /// A service that does not have what it was asked for.
    fn no_such_action(error: &AwsError, action: &str) -> Self {
        let headline = format!("{} does not have `{action}`", service(error));
        let mut new = Self::new(Kind::User, headline).with_cause(error.message.clone());
        new.report.request_id.clone_from(&error.request_id);
        new
    }

    /// A service that does not say who somebody is.
    pub(super) fn nobody_told(error: &AwsError) -> Self {
        Self::no_such_action(error, "GetCallerIdentity")
            .hint("run `leapp status`: it shows which session the credentials are from")
    }

    /// A service where leapp cannot exchange a key.
    pub(super) fn no_exchange(error: &AwsError, alias: &Alias) -> Self {
        let mut new = Self::no_such_action(error, "GetCallerIdentity");
        new.report.headline = format!("{} has no keys that leapp can exchange", service(error));
        new.hint("make a new key with the service's own tools: at MinIO, `mc admin user add`")
            .hint(format!(
                "then run `leapp set {alias} access_key_id=ID` and `leapp add user {alias} --secret-access-key -`"
            ))
    }

    /// A session of a service that has no AWS console.
    pub(in crate::commands) fn no_console(alias: &Alias, service: &Url) -> Self {
        Self::new(
            Kind::User,
            format!("the service at `{service}` has no AWS console"),
        )
        .hint(format!(
            "`leapp console` is for sessions at AWS, and `{alias}` is at the service's own endpoint"
        ))
    }
}

/// A hop whose action the service does not have.
pub(super) fn lacking(error: &AwsError, walk: &Walk<'_>) -> CommandError {
    let hop = walk.hop();
    let headline = format!("{} does not have `{}`", service(error), hop.step.call());
    let new = walk.refused(error, headline, "failed");
    match &hop.step {
        Step::SessionToken { mfa: Some(_), .. } => new.hint(format!(
            "services without it have no MFA codes either: run `leapp set {} mfa_device=`",
            hop.name
        )),
        Step::SessionToken { .. } => new
            .hint(format!(
                "add a role to get temporary credentials: `leapp add chained NAME --assumer-session {} --role-arn {ANY_ROLE}`",
                hop.name
            ))
            .hint("MinIO does not look at the role: the credentials can do what the user can"),
        _ => new.hint(format!(
            "check `endpoint_url` of session `{}`, and that the service has the STS API and has it switched on",
            hop.endpoint.as_ref().map_or(hop.name.as_str(), |(_, named_by)| named_by.as_str())
        )),
    }
}

/// A role that another service than AWS does not let somebody assume.
pub(super) fn denied(error: CommandError, walk: &Walk<'_>) -> CommandError {
    let hop = walk.hop();
    let below = walk.failed.checked_sub(1).map(|below| &walk.hops[below]);
    let root = &walk.root().name;
    match below.map(|below| &below.step) {
        Some(Step::AccessKey { .. }) | None => {
            error.hint(format!("check what the user of `{root}` may do there"))
        }
        Some(_) if hop.is_session => error.hint(format!(
            "services like MinIO let no temporary credentials assume a role: run `leapp set {} assumer_session={root}`",
            hop.name
        )),
        Some(_) => error.hint(
            "services like MinIO let no temporary credentials assume a role: leave out `--assume`",
        ),
    }
}

/// Who refused, as a headline begins.
fn service(error: &AwsError) -> String {
    match error.place.split_once(" at ") {
        Some((_, at)) if at.contains("://") => format!("the service at `{at}`"),
        _ => error.place.clone(),
    }
}
