//! A chain that was not resolved: which hop, who asked, what had worked, and what can be at fault.

use super::denied::access_denied;
use super::idp::{not_granted, untimely, wrong_audience};
use super::walk::Walk;
use super::{CommandError, Kind, elsewhere};
use crate::aws::{AwsError, AwsErrorKind};
use crate::disk::Holder;
use crate::mfa::MfaError;
use crate::model::chain::Step;
use crate::model::{Life, Span, Timestamp};
use crate::resolver::{HopError, HopReport, ResolveError};
use crate::secrets::{SecretError, SecretName};

impl From<Box<ResolveError>> for CommandError {
    fn from(error: Box<ResolveError>) -> Self {
        Self::unresolved(*error, None)
    }
}

impl CommandError {
    /// A chain that was not resolved with these options, which shape it.
    pub(in crate::commands) fn unresolved(error: ResolveError, options: Option<String>) -> Self {
        let ResolveError {
            target,
            hops,
            failed,
            mfa_life,
            at,
            cause,
            ..
        } = error;
        let target = target.as_str();
        let walk = Walk {
            target,
            options,
            hops: &hops,
            failed,
        };
        match cause {
            HopError::Secret(error) => secret(error, &walk),
            HopError::Mfa(error) => {
                let new = mfa(error, target);
                match mfa_life.filter(|_| new.kind == Kind::LoginNeeded) {
                    Some(life) => match ended(life, &hops[failed].name, at) {
                        Some(cause) => new.with_cause(cause),
                        None => new,
                    },
                    None => new,
                }
            }
            HopError::Sts(error) => sts(&error, &walk),
            HopError::Flight(error) => error.into(),
            HopError::HeldUp(holder) => held_up(&holder),
            HopError::Idp(error) => Self::login(error, &hops[failed].name, target),
            HopError::Untimely(error) => untimely(error),
            HopError::NotGranted { granted } => not_granted(walk.hop(), &granted),
            HopError::Audience { said, found } => {
                let headline = format!("the assertion for {} is not meant for AWS", walk.place());
                wrong_audience(walk.refused(&said, headline, "failed"), walk.hop(), &found)
            }
            HopError::NoCredentials => Self::new(
                Kind::User,
                format!("the chain of `{target}` ends without credentials"),
            ),
        }
    }
}

/// Why a cached MFA session does not serve.
fn ended(life: Life, session: &str, now: Timestamp) -> Option<String> {
    if life.is_from_future(now) {
        return Some(format!(
            "the clock of this machine was set back after the MFA session of `{session}` began"
        ));
    }
    let is_over = life.left(now).is_none();
    let ago = now.after(life.expiration).unwrap_or(Span(0)).rounded();
    is_over.then(|| format!("the MFA session of `{session}` expired {ago} ago"))
}

fn secret(error: SecretError, walk: &Walk<'_>) -> CommandError {
    let missing = matches!(
        &error,
        SecretError::Missing {
            name: SecretName::AccessKey(_),
            ..
        }
    );
    let mut new = CommandError::from(error).on_the_way(walk);
    if missing {
        // Here the session is known whose key it is.
        let session = &walk.root().name;
        new.report.hints[0] =
            format!("run `leapp add user {session} --secret-access-key -` and give its secret");
    }
    new
}

fn mfa(error: MfaError, target: &str) -> CommandError {
    match error {
        MfaError::NoTerminal { source, .. } => CommandError::new(
            Kind::LoginNeeded,
            format!("session `{target}` needs an MFA code, and there is no terminal to ask on"),
        )
        .because_of(&source)
        .hint(format!(
            "run `leapp login {target}` in a terminal, then try again"
        )),
        MfaError::NoAnswer { device, source } => {
            let new = CommandError::from(source);
            match new.kind {
                Kind::Interrupted => new,
                _ => new.with_cause(format!(
                    "an MFA code for `{device}` is needed for `{target}`"
                )),
            }
        }
        MfaError::NotACode { .. } => CommandError::from_room(Kind::User, &error),
        MfaError::Process(_) => CommandError::from_room(Kind::User, &error)
            .hint("fix `mfa_process`, or give the code in `LEAPP_MFA_CODE`"),
    }
}

fn sts(error: &AwsError, walk: &Walk<'_>) -> CommandError {
    let place = walk.place();
    let hop = walk.hop();
    let who = walk.who();
    let denied = |headline: String, outcome: &str| walk.refused(error, headline, outcome);
    match error.kind {
        AwsErrorKind::AccessDenied => {
            let new = denied(format!("{who} denied {place}"), "denied");
            // AWS names who may not do what, and so do services with policies like AWS's.
            if walk.elsewhere().is_some() && !error.message.contains("not authorized to perform") {
                elsewhere::denied(new, walk)
            } else {
                access_denied(new, error, walk)
            }
        }
        AwsErrorKind::NoSuchAction => elsewhere::lacking(error, walk),
        AwsErrorKind::MfaCodeRejected => {
            let device = hop.step.mfa().map_or("", |mfa| mfa.device.name());
            let headline = format!("{who} rejected the MFA code for `{device}`");
            let mut rejected = CommandError::new(Kind::User, headline);
            rejected.report.request_id.clone_from(&error.request_id);
            rejected.hint("it is wrong, or was used before: each works once, so wait for the next one")
        }
        AwsErrorKind::MfaDeviceRejected | AwsErrorKind::MfaIncomplete => {
            denied(format!("{who} does not know the MFA device of {place}"), "failed")
                .hint(format!("check `mfa_device` of session `{}`", walk.root().name))
        }
        AwsErrorKind::UnknownKey if walk.elsewhere().is_some() => denied(format!("{who} does not know the key that asks for {place}"), "failed")
            .hint(format!("the key of `{}` was deleted or disabled there, or is one of another service", walk.root().name)),
        AwsErrorKind::UnknownKey => denied(format!("AWS does not know the key that asks for {place}"), "failed")
            .hint(format!("the access key of `{}` was deleted, deactivated, or belongs to another partition", walk.root().name))
            .hint("in a partition of its own (China, GovCloud), the session needs a `region` there"),
        AwsErrorKind::WrongSecret => denied(format!("the secret does not match the access key of `{}`", walk.root().name), "failed")
            .hint(format!("run `leapp add user {} --secret-access-key -` and give the right one", walk.root().name)),
        AwsErrorKind::ClockSkew => denied("the clock of this machine is wrong".to_owned(), "failed")
            .hint("set it: `timedatectl set-ntp true`"),
        AwsErrorKind::AssertionRejected => denied(format!("AWS does not accept the assertion for {place}"), "failed")
            .hint(format!("check `idp_arn` of session `{}`: IAM must know the very provider that you log in at", hop.name))
            .hint("if the provider's certificate was renewed, somebody must upload its new metadata to IAM"),
        AwsErrorKind::ClaimRejected => denied(format!("the identity provider does not vouch for you, says AWS of {place}"), "failed")
            .hint(format!("run `leapp login {} --refresh` to log in again", walk.target)),
        AwsErrorKind::SourceExpired if matches!(hop.step, Step::Saml(_)) => denied(format!("AWS says that the assertion for {place} has expired"), "failed")
            .hint(format!("run `leapp login {} --refresh` to log in again", walk.target)),
        AwsErrorKind::SourceExpired => denied(format!("the credentials that ask for {place} have expired"), "failed")
            .hint(format!("run `leapp logout {}`, then try again", walk.target)),
        AwsErrorKind::DurationTooLong => denied(format!("{who} does not give {place} for so long"), "failed")
            .hint("ask for less with `--duration`, or let somebody raise the role's maximum session duration"),
        AwsErrorKind::PolicyRejected => denied(format!("{who} does not accept the session policy of {place}"), "failed")
            .hint(shorter_policy(hop)),
        AwsErrorKind::RegionDisabled => denied(format!("STS is not switched on in the region asked for {place}"), "failed")
            .hint(format!("set `sts_region = \"us-east-1\"` on session `{}`", if hop.is_session { &hop.name } else { walk.target })),
        AwsErrorKind::Throttled => denied(format!("{who} is asked too often for {place}"), "failed").hint("wait a little"),
        AwsErrorKind::InvalidAnswer => {
            denied(format!("the answer of {} for {place} is invalid", error.place), "failed").on_the_way_to_aws(error)
        }
        kind if kind.is_no_answer() => {
            denied(format!("no answer from {} for {place}", error.place), "failed").on_the_way_to_aws(error)
        }
        AwsErrorKind::Local => denied(format!("cannot ask STS for {place}"), "failed"),
        _ => denied(format!("{who} refused {place}"), "failed"),
    }
}

/// Where a session policy comes from, and what else counts towards its size.
fn shorter_policy(hop: &HopReport) -> String {
    match &hop.step {
        Step::AssumeRole(_) if hop.is_session => format!(
            "mend or shorten `policy` and `policy_arns` of session `{}`, or `--policy`; tags count towards their size",
            hop.name
        ),
        _ => "mend or shorten `--policy` and `--policy-arn`; the tags that the provider sends count towards their size".to_owned(),
    }
}

/// Another process is at a question, or stopped, and this run has nobody who could wait for it.
fn held_up(holder: &Holder) -> CommandError {
    let new = CommandError::new(
        Kind::LoginNeeded,
        format!("another leapp holds this up ({holder})"),
    );
    match holder.pid() {
        Some(pid) if holder.is_stopped => new.hint(format!(
            "continue it with `fg` where it was started, or end it with `kill -9 {pid}`"
        )),
        Some(pid) => new.hint(format!(
            "answer it where it asks, or end it with `kill {pid}`; then try again"
        )),
        None => new.hint("answer it where it asks, then try again"),
    }
}

/// A login of its own, outside of any chain.
impl From<HopError> for CommandError {
    fn from(error: HopError) -> Self {
        match error {
            HopError::Secret(error) => error.into(),
            HopError::Idp(error) => error.into(),
            HopError::Flight(error) => error.into(),
            HopError::HeldUp(holder) => held_up(&holder),
            other => Self::from_room(Kind::User, &other),
        }
    }
}

impl CommandError {
    pub(super) fn with_cause(mut self, cause: String) -> Self {
        self.report.causes.push(cause);
        self
    }

    /// Adds the hops, where there are several.
    fn on_the_way(mut self, walk: &Walk<'_>) -> Self {
        if walk.hops.len() > 1 && self.kind != Kind::Interrupted {
            self.report.details.extend(walk.table("failed"));
        }
        self
    }
}
