use std::cell::{Cell, RefCell};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use secrecy::{ExposeSecret, SecretString};

use super::*;
use crate::idp::{Assertion, IdpError, Login, Sharing};
use crate::mfa::MfaError;
use crate::model::chain::{RoleStep, SamlStep, StsAddress};
use crate::model::session::RoleTerms;

/// An STS that gives what it is asked for, and writes down who asked for what.
#[derive(Default)]
struct Calls {
    made: RefCell<Vec<String>>,
    /// What the next calls are answered with instead, in order.
    refusals: RefCell<Vec<AwsErrorKind>>,
}

impl Calls {
    fn answer(&self, call: &str, lifetime: Span) -> Result<Credentials, AwsError> {
        self.made.borrow_mut().push(call.to_owned());
        if let Some(kind) = self.refusals.borrow_mut().pop() {
            let message = "refused".to_owned();
            return Err(AwsError {
                kind,
                message,
                request_id: None,
                place: "here".to_owned(),
            });
        }
        let now = now();
        Ok(Credentials {
            access_key_id: format!("ASIA({call})"),
            secret_access_key: "secret".to_owned().into(),
            session_token: "token".to_owned().into(),
            issued: now,
            expiration: Timestamp(now.0 + i64::try_from(lifetime.0).unwrap()),
        })
    }

    fn take(&self) -> Vec<String> {
        self.made.take()
    }
}

fn with(code: Option<&MfaCode<'_>>) -> String {
    code.map(|code| format!(" with {}", code.code.expose_secret()))
        .unwrap_or_default()
}

impl Sts for Calls {
    fn get_session_token(
        &self,
        _: &StsAddress,
        signer: &Signer,
        lifetime: Span,
        code: Option<&MfaCode<'_>>,
    ) -> Result<Credentials, AwsError> {
        self.answer(
            &format!("{} session{}", signer.access_key_id(), with(code)),
            lifetime,
        )
    }

    fn assume_role(
        &self,
        _: &StsAddress,
        signer: &Signer,
        role: &RoleStep,
        code: Option<&MfaCode<'_>>,
    ) -> Result<Credentials, AwsError> {
        let asker = signer
            .access_key_id()
            .split(['(', ' '])
            .next()
            .unwrap_or_default()
            .to_owned();
        self.answer(
            &format!("{asker} {}{}", role.role_arn.name(), with(code)),
            role.lifetime,
        )
    }

    fn assume_role_with_saml(
        &self,
        _: &StsAddress,
        role: &SamlStep,
        _: &SecretString,
    ) -> Result<Credentials, AwsError> {
        let call = format!("login {} for {}", role.role_arn.name(), role.lifetime);
        self.answer(&call, role.lifetime)
    }
}

/// A person who reads one code after the other.
#[derive(Default)]
struct Person {
    asked: Cell<u32>,
    absent: Cell<bool>,
}

impl MfaCodes for Person {
    fn code(&self, _: &Mfa, _: Option<&str>) -> Result<Option<SecretString>, MfaError> {
        if self.absent.get() {
            return Err(MfaError::NotACode { from: "nobody" });
        }
        self.asked.set(self.asked.get() + 1);
        Ok(Some(format!("code {}", self.asked.get()).into()))
    }
}

/// An identity provider that grants the roles `a` and `b`, and counts the logins.
#[derive(Default)]
struct Provider {
    logins: Cell<u32>,
    given: Cell<bool>,
}

impl AssertionSource for Provider {
    fn assertion(&self, _: &Login<'_>) -> Result<Assertion, IdpError> {
        self.logins.set(self.logins.get() + 1);
        let end = Timestamp(now().0 + 300).rfc3339();
        let xml = format!(
            r#"<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion"><a:Assertion><a:Conditions NotOnOrAfter="{end}"/><a:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role"><a:AttributeValue>arn:aws:iam::111122223333:role/a,{PROVIDER}</a:AttributeValue><a:AttributeValue>arn:aws:iam::111122223333:role/b,{PROVIDER}</a:AttributeValue></a:Attribute></a:Assertion></p:Response>"#
        );
        Ok(Assertion::read(&BASE64_STANDARD.encode(xml))?)
    }

    fn sharing(&self) -> Sharing {
        if self.given.get() {
            Sharing::ThisRun
        } else {
            Sharing::Shared
        }
    }
}

const PROVIDER: &str = "arn:aws:iam::111122223333:saml-provider/Corp";

/// The clock stands where a test has put it. Tests run in threads of their own.
fn now() -> Timestamp {
    NOW.with(Cell::get)
}

thread_local! {
    static NOW: Cell<Timestamp> = const { Cell::new(Timestamp(1_000_000)) };
}

fn later(seconds: i64) {
    NOW.with(|now| now.set(Timestamp(now.get().0 + seconds)));
}

struct Rig {
    cache: Cache,
    secrets: Secrets,
    sts: Calls,
    person: Person,
    provider: Provider,
    _home: tempfile::TempDir,
}

impl Rig {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let secrets = Secrets::in_memory(&home.path().join("data"));
        secrets
            .set(&SecretName::AccessKey("AKIA".into()), &"key".into())
            .unwrap();
        Self {
            cache: Cache::new(home.path().join("cache")),
            secrets,
            sts: Calls::default(),
            person: Person::default(),
            provider: Provider::default(),
            _home: home,
        }
    }

    fn resolve(
        &self,
        chain: &Chain,
        freshness: Freshness,
    ) -> Result<Resolution, Box<ResolveError>> {
        let resolver = Resolver {
            cache: &self.cache,
            sealing_keys: &self.secrets,
            secrets: &self.secrets,
            sts: &self.sts,
            mfa: &self.person,
            idp: &self.provider,
            now,
            notify: &|_| (),
        };
        resolver.resolve(chain, freshness)
    }

    /// Resolves, and tells what was asked for it.
    fn calls(&self, chain: &Chain) -> Vec<String> {
        self.resolve(chain, Freshness::default()).unwrap();
        self.sts.take()
    }
}

/// A user with MFA and some roles of an hour each.
fn chain(roles: &[&str]) -> Chain {
    let sts = StsAddress {
        region: "eu-west-1".parse().unwrap(),
        endpoint_url: None,
    };
    let hop = |name: &str, step| Hop {
        name: name.to_owned(),
        step,
        sts: sts.clone(),
    };
    let mfa = Mfa {
        device: "arn:aws:iam::111122223333:mfa/alice".parse().unwrap(),
        process: None,
    };
    let session = Step::SessionToken {
        access_key_id: "AKIA".into(),
        mfa: Some(mfa),
        lifetime: Span(12 * 3600),
    };
    let mut hops = vec![hop("user", session)];
    hops.extend(roles.iter().map(|name| {
        let role = RoleStep {
            role_arn: format!("arn:aws:iam::111122223333:role/{name}")
                .parse()
                .unwrap(),
            session_name: "leapp".into(),
            terms: RoleTerms::default(),
            mfa: None,
            lifetime: Span::HOUR,
        };
        hop(name, Step::AssumeRole(role))
    }));
    Chain {
        target: "target".parse().unwrap(),
        region: "eu-west-1".parse().unwrap(),
        endpoint_url: None,
        account: None,
        hops,
        cuts: Vec::new(),
    }
}

#[test]
fn only_what_is_missing_is_asked_for() {
    let rig = Rig::new();
    assert_eq!(
        rig.calls(&chain(&["a", "b"])),
        ["AKIA session with code 1", "ASIA a", "ASIA b"]
    );
    assert!(rig.calls(&chain(&["a", "b"])).is_empty());
    assert_eq!(rig.calls(&chain(&["a", "c"])), ["ASIA c"]);
    assert_eq!(rig.calls(&chain(&["d"])), ["ASIA d"]);
}

#[test]
fn a_target_is_renewed_with_a_quarter_hour_left_and_a_stepping_stone_serves_to_its_last_minute() {
    let rig = Rig::new();
    rig.calls(&chain(&["a", "b"]));
    later(3600 - 900);
    assert!(rig.calls(&chain(&["a", "b"])).is_empty());
    later(1);
    assert_eq!(rig.calls(&chain(&["a", "b"])), ["ASIA b"]);
    later(899 - 60);
    assert_eq!(rig.calls(&chain(&["a", "c"])), ["ASIA c"]);
    later(1);
    assert_eq!(rig.calls(&chain(&["a", "d"])), ["ASIA a", "ASIA d"]);
}

#[test]
fn refreshing_renews_all_but_the_mfa_session() {
    let rig = Rig::new();
    rig.calls(&chain(&["a", "b"]));
    later(1);
    let freshness = Freshness {
        renew: Renew::AllButMfa,
        min_ttl: None,
    };
    rig.resolve(&chain(&["a", "b"]), freshness).unwrap();
    assert_eq!(rig.sts.take(), ["ASIA a", "ASIA b"]);
}

#[test]
fn a_refused_code_is_asked_for_again_but_not_for_ever() {
    let rig = Rig::new();
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::MfaCodeRejected];
    assert_eq!(
        rig.calls(&chain(&["a"])),
        [
            "AKIA session with code 1",
            "AKIA session with code 2",
            "ASIA a"
        ]
    );
    let rig = Rig::new();
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::MfaCodeRejected; 9];
    let error = rig
        .resolve(&chain(&["a"]), Freshness::default())
        .unwrap_err();
    assert_eq!(error.sts().unwrap().kind, AwsErrorKind::MfaCodeRejected);
    assert_eq!(rig.sts.take().len(), 3);
}

#[test]
fn a_failure_says_how_far_it_got() {
    let rig = Rig::new();
    rig.calls(&chain(&["a"]));
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::AccessDenied];
    let error = rig
        .resolve(&chain(&["a", "b", "c"]), Freshness::default())
        .unwrap_err();
    let outcomes: Vec<Outcome> = error.hops.iter().map(|hop| hop.outcome).collect();
    let cached = Outcome::Cached { left: Span::HOUR };
    assert_eq!(
        outcomes,
        [
            Outcome::NotNeeded,
            cached,
            Outcome::Failed,
            Outcome::NotTried
        ]
    );
    assert_eq!((error.failed, error.hop().name.as_str()), (2, "b"));
}

#[test]
fn a_stepping_stone_that_aws_no_longer_knows_is_made_again_a_hop_at_a_time() {
    let rig = Rig::new();
    rig.calls(&chain(&["a"]));
    let expire = |times| *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::SourceExpired; times];
    // The live MFA session is kept, which would cost a person another code.
    expire(1);
    assert_eq!(
        rig.calls(&chain(&["a", "b"])),
        ["ASIA b", "ASIA a", "ASIA b"]
    );
    // Unless it is dead as well.
    expire(2);
    assert_eq!(
        rig.calls(&chain(&["a", "c"])),
        [
            "ASIA c",
            "ASIA a",
            "AKIA session with code 2",
            "ASIA a",
            "ASIA c"
        ]
    );
    expire(99);
    assert!(
        rig.resolve(&chain(&["a", "d"]), Freshness::default())
            .is_err()
    );
}

#[test]
fn a_missing_key_is_noticed_before_a_person_is_asked() {
    let rig = Rig::new();
    rig.secrets
        .delete(&SecretName::AccessKey("AKIA".into()))
        .unwrap();
    let error = rig
        .resolve(&chain(&["a"]), Freshness::default())
        .unwrap_err();
    assert!(matches!(error.cause, HopError::Secret(_)));
    assert_eq!(rig.person.asked.get(), 0);
}

#[test]
fn an_expired_mfa_session_is_told_of_where_nobody_can_be_asked() {
    let rig = Rig::new();
    rig.calls(&chain(&["a"]));
    later(12 * 3600 + 60);
    rig.person.absent.set(true);
    let error = rig
        .resolve(&chain(&["a"]), Freshness::default())
        .unwrap_err();
    assert_eq!(error.at.after(error.mfa_expired.unwrap()), Some(Span(60)));
}

#[test]
fn a_denial_behind_an_old_code_is_worth_one_new_code() {
    let rig = Rig::new();
    rig.calls(&chain(&["a"]));
    // Young: a denial is a denial.
    later(3600);
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::AccessDenied];
    rig.resolve(&chain(&["b"]), Freshness::default())
        .unwrap_err();
    assert_eq!(rig.sts.take(), ["ASIA b"]);
    // Old: a code is asked for, once.
    later(1);
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::AccessDenied];
    assert_eq!(
        rig.calls(&chain(&["b"])),
        ["ASIA b", "AKIA session with code 2", "ASIA b"]
    );
    // Not for a role behind another, which does not learn of the code.
    rig.calls(&chain(&["a"]));
    later(3540);
    rig.calls(&chain(&["a"]));
    later(100);
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::AccessDenied];
    rig.resolve(&chain(&["a", "c"]), Freshness::default())
        .unwrap_err();
    assert_eq!(rig.sts.take(), ["ASIA c"]);
}

#[test]
fn where_nobody_can_be_asked_the_denial_stands() {
    let rig = Rig::new();
    rig.calls(&chain(&["a"]));
    later(3601);
    rig.person.absent.set(true);
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::AccessDenied];
    let error = rig
        .resolve(&chain(&["b"]), Freshness::default())
        .unwrap_err();
    assert_eq!(error.sts().unwrap().kind, AwsErrorKind::AccessDenied);
    // And the session that was live still is.
    rig.person.absent.set(false);
    rig.sts.take();
    assert_eq!(rig.calls(&chain(&["c"])), ["ASIA c"]);
}

/// A role behind a login, and a role behind that one.
fn federated(role: &str, lifetime: Span) -> Chain {
    let mut chain = chain(&["behind"]);
    chain.hops[0].name = role.to_owned();
    chain.hops[0].step = Step::Saml(SamlStep {
        saml_url: "https://idp.example/login".parse().unwrap(),
        idp_arn: PROVIDER.parse().unwrap(),
        role_arn: format!("arn:aws:iam::111122223333:role/{role}")
            .parse()
            .unwrap(),
        saml_process: None,
        policy: None,
        policy_arns: Vec::new(),
        lifetime,
    });
    chain
}

#[test]
fn one_login_serves_every_session_of_the_provider_while_the_assertion_is_good() {
    let rig = Rig::new();
    assert_eq!(
        rig.calls(&federated("a", Span::HOUR)),
        ["login a for 1h", "ASIA behind"]
    );
    assert_eq!(
        rig.calls(&federated("b", Span::HOUR)),
        ["login b for 1h", "ASIA behind"]
    );
    assert_eq!(rig.provider.logins.get(), 1);
    // Half a minute before its end it is not worth the try.
    later(270);
    rig.calls(&federated("a", Span(7200)));
    assert_eq!(rig.provider.logins.get(), 2);
}

#[test]
fn refreshing_repeats_the_login() {
    let rig = Rig::new();
    rig.calls(&federated("a", Span::HOUR));
    later(1);
    let freshness = Freshness {
        renew: Renew::AllButMfa,
        min_ttl: None,
    };
    rig.resolve(&federated("a", Span::HOUR), freshness).unwrap();
    assert_eq!(rig.provider.logins.get(), 2);
}

#[test]
fn an_assertion_given_for_a_run_serves_that_run_alone() {
    let rig = Rig::new();
    rig.provider.given.set(true);
    rig.calls(&federated("a", Span::HOUR));
    rig.calls(&federated("b", Span::HOUR));
    assert_eq!(rig.provider.logins.get(), 2);
}

#[test]
fn a_role_that_is_not_given_for_so_long_is_asked_for_once_more_for_an_hour() {
    let rig = Rig::new();
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::DurationTooLong];
    assert_eq!(
        rig.calls(&federated("a", Span(4 * 3600))),
        ["login a for 4h", "login a for 1h", "ASIA behind"]
    );
    let rig = Rig::new();
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::DurationTooLong];
    let refused = rig.resolve(&federated("a", Span::HOUR), Freshness::default());
    assert!(refused.is_err());
    assert_eq!(rig.sts.take().len(), 1);
}

#[test]
fn a_role_that_the_login_does_not_grant_is_never_asked_for() {
    let rig = Rig::new();
    let error = rig
        .resolve(&federated("c", Span::HOUR), Freshness::default())
        .unwrap_err();
    assert!(matches!(&error.cause, HopError::NotGranted { granted } if granted.len() == 2));
    assert!(rig.sts.take().is_empty());
}

#[test]
fn an_assertion_that_aws_refuses_is_not_used_again() {
    let rig = Rig::new();
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::AssertionRejected];
    rig.resolve(&federated("a", Span::HOUR), Freshness::default())
        .unwrap_err();
    rig.calls(&federated("a", Span::HOUR));
    assert_eq!(rig.provider.logins.get(), 2);
}
