use std::cell::{Cell, RefCell};

use secrecy::{ExposeSecret, SecretString};

use super::*;
use crate::mfa::MfaError;
use crate::model::chain::{RoleStep, StsAddress};
use crate::model::session::RoleTerms;

/// An STS that gives what it is asked for, and writes down who asked for what.
#[derive(Default)]
struct Calls {
    made: RefCell<Vec<String>>,
    /// What the next calls are answered with instead, in order.
    refusals: RefCell<Vec<StsErrorKind>>,
}

impl Calls {
    fn answer(&self, call: &str, lifetime: Span) -> Result<Credentials, StsError> {
        self.made.borrow_mut().push(call.to_owned());
        if let Some(kind) = self.refusals.borrow_mut().pop() {
            let message = "refused".to_owned();
            return Err(StsError {
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
    ) -> Result<Credentials, StsError> {
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
    ) -> Result<Credentials, StsError> {
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
    *rig.sts.refusals.borrow_mut() = vec![StsErrorKind::MfaCodeRejected];
    assert_eq!(
        rig.calls(&chain(&["a"])),
        [
            "AKIA session with code 1",
            "AKIA session with code 2",
            "ASIA a"
        ]
    );
    let rig = Rig::new();
    *rig.sts.refusals.borrow_mut() = vec![StsErrorKind::MfaCodeRejected; 9];
    let error = rig
        .resolve(&chain(&["a"]), Freshness::default())
        .unwrap_err();
    assert_eq!(error.sts().unwrap().kind, StsErrorKind::MfaCodeRejected);
    assert_eq!(rig.sts.take().len(), 3);
}

#[test]
fn a_failure_says_how_far_it_got() {
    let rig = Rig::new();
    rig.calls(&chain(&["a"]));
    *rig.sts.refusals.borrow_mut() = vec![StsErrorKind::AccessDenied];
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
    let expire = |times| *rig.sts.refusals.borrow_mut() = vec![StsErrorKind::SourceExpired; times];
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
    *rig.sts.refusals.borrow_mut() = vec![StsErrorKind::AccessDenied];
    rig.resolve(&chain(&["b"]), Freshness::default())
        .unwrap_err();
    assert_eq!(rig.sts.take(), ["ASIA b"]);
    // Old: a code is asked for, once.
    later(1);
    *rig.sts.refusals.borrow_mut() = vec![StsErrorKind::AccessDenied];
    assert_eq!(
        rig.calls(&chain(&["b"])),
        ["ASIA b", "AKIA session with code 2", "ASIA b"]
    );
    // Not for a role behind another, which does not learn of the code.
    rig.calls(&chain(&["a"]));
    later(3540);
    rig.calls(&chain(&["a"]));
    later(100);
    *rig.sts.refusals.borrow_mut() = vec![StsErrorKind::AccessDenied];
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
    *rig.sts.refusals.borrow_mut() = vec![StsErrorKind::AccessDenied];
    let error = rig
        .resolve(&chain(&["b"]), Freshness::default())
        .unwrap_err();
    assert_eq!(error.sts().unwrap().kind, StsErrorKind::AccessDenied);
    // And the session that was live still is.
    rig.person.absent.set(false);
    rig.sts.take();
    assert_eq!(rig.calls(&chain(&["c"])), ["ASIA c"]);
}
