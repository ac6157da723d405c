//! The root hop that is a login: an assertion, made or found, and what it is exchanged for.

use secrecy::ExposeSecret;

use super::flight::{Asker, Common, Flight, Reached};
use super::freshness::MARGIN;
use super::walk::Walk;
use super::{HopError, Notice, Renew, Resolver};
use crate::aws::{AwsError, AwsErrorKind};
use crate::cache::{Fingerprint, KeptAssertion, Turn};
use crate::idp::{Assertion, Contents, Grant, Login, Sharing};
use crate::model::chain::SamlStep;
use crate::model::{Span, Timestamp};

impl Resolver<'_> {
    /// The assertion of a login, or of another session's same login while that is good. `since`: not
    /// one from before.
    ///
    /// # Errors
    /// Where there is none to be had.
    pub fn log_in(
        &self,
        login: &Login<'_>,
        since: Option<Timestamp>,
    ) -> Result<Assertion, HopError> {
        if self.idp.sharing() == Sharing::ThisRun {
            return Ok(self.idp.assertion(login)?);
        }
        let name = Fingerprint::of_login(login.url, login.process);
        if let Some(found) = self.kept_assertion(&name, since)? {
            tracing::info!(host = login.url.host(), "an earlier login serves");
            return Ok(found);
        }
        let asker = Asker::Login;
        let flight = Flight::begin(self.cache, &name);
        let common = Common {
            resolver: self,
            fingerprint: &name,
            flight: &flight,
            asker: &asker,
            found: &|| self.kept_assertion(&name, since),
        };
        let purpose = format!("logging in at {}", login.url.host());
        common.in_turn(Turn::Person, &purpose, || {
            let assertion = self.idp.assertion(login)?;
            let received = (self.now)();
            let kept = KeptAssertion {
                encoded: assertion.encoded().clone(),
                received,
                good_until: assertion.good_until(received),
            };
            if let Err(error) = self.cache.put_assertion(&name, &kept, self.sealing_keys) {
                (self.notify)(&Notice::NotKept(error));
            }
            Ok(assertion)
        })
    }

    fn kept_assertion(
        &self,
        name: &Fingerprint,
        since: Option<Timestamp>,
    ) -> Result<Option<Assertion>, HopError> {
        let now = (self.now)();
        let found = self.cache.assertion(name, now, self.sealing_keys)?;
        let serves = |kept: &KeptAssertion| {
            since.is_none_or(|since| kept.received > since)
                && kept.good_until.after(now).is_some_and(|left| left > MARGIN)
        };
        // What cannot be read (any more) is a miss.
        Ok(found
            .filter(serves)
            .and_then(|kept| Assertion::read(kept.encoded.expose_secret()).ok()))
    }
}

impl Walk<'_> {
    /// One login, one call.
    pub(super) fn log_in(&self, index: usize, saml: &SamlStep) -> Result<Reached, HopError> {
        let resolver = self.resolver;
        let login = Login {
            url: &saml.saml_url,
            process: saml.saml_process.as_deref(),
        };
        if resolver.idp.sharing() == Sharing::ThisRun {
            let assertion = resolver.log_in(&login, None)?;
            return self.exchange(index, saml, &login, &assertion, &Asker::Assertion);
        }
        let since = (self.freshness.renew == Renew::AllButMfa).then_some(self.started);
        let target = &self.chain.target;
        let purpose = format!("logging in at {}, to use `{target}`", login.url.host());
        self.in_turn(index, Turn::Person, &purpose, &Asker::Login, || {
            let assertion = resolver.log_in(&login, since)?;
            self.exchange(index, saml, &login, &assertion, &Asker::Login)
        })
    }

    /// The role for an assertion.
    fn exchange(
        &self,
        index: usize,
        saml: &SamlStep,
        login: &Login<'_>,
        assertion: &Assertion,
        asker: &Asker,
    ) -> Result<Reached, HopError> {
        let resolver = self.resolver;
        let hop = &self.chain.hops[index];
        // The next run is to log in again: the provider may grant the role by then, or send what AWS
        // takes. Where it cannot be removed, it ends by itself.
        let forget = || {
            if resolver.idp.sharing() == Sharing::Shared {
                let name = Fingerprint::of_login(login.url, login.process);
                let _ = resolver.cache.forget(&name);
            }
        };
        check(assertion, saml, (resolver.now)()).inspect_err(|_| forget())?;
        let exchange = |role: &SamlStep| {
            resolver
                .sts
                .assume_role_with_saml(&hop.sts, role, assertion.encoded())
        };
        let answer = self.call(index, asker, || {
            let answer = match exchange(saml) {
                // How long a role may be had is nowhere to be read beforehand; an hour, always.
                Err(error)
                    if error.kind == AwsErrorKind::DurationTooLong
                        && saml.lifetime > Span::HOUR =>
                {
                    (resolver.notify)(&Notice::Shortened {
                        hop: hop.name.clone(),
                        wanted: saml.lifetime,
                    });
                    exchange(&SamlStep {
                        lifetime: Span::HOUR,
                        ..saml.clone()
                    })
                }
                answer => answer,
            };
            answer.map_err(|error| refusal(error, assertion))
        });
        answer.inspect_err(|cause| {
            let blames_assertion = |said: &AwsError| {
                matches!(
                    said.kind,
                    AwsErrorKind::SourceExpired | AwsErrorKind::AssertionRejected
                )
            };
            if let HopError::Sts(said) | HopError::Audience { said, .. } = cause
                && blames_assertion(said)
            {
                forget();
            }
        })
    }
}

/// AWS has no code of its own for an assertion that is meant for others; its words are clear.
fn refusal(error: AwsError, assertion: &Assertion) -> HopError {
    let blames_audience = error.kind == AwsErrorKind::AssertionRejected
        && error.message.to_ascii_lowercase().contains("audience");
    if !blames_audience {
        return HopError::Sts(error);
    }
    let found = match assertion.contents() {
        Contents::Readable(statement) => statement.audiences.clone(),
        Contents::Encrypted => Vec::new(),
    };
    HopError::Audience { said: error, found }
}

/// Refuses what AWS would refuse in fewer words.
fn check(assertion: &Assertion, saml: &SamlStep, now: Timestamp) -> Result<(), HopError> {
    let Contents::Readable(statement) = assertion.contents() else {
        return Ok(());
    };
    statement.check_time(now)?;
    let wanted = |grant: &Grant| grant.role == saml.role_arn && grant.provider == saml.idp_arn;
    if statement.grants.iter().any(wanted) {
        Ok(())
    } else {
        Err(HopError::NotGranted {
            granted: statement.grants.clone(),
        })
    }
}
