//! A world to resolve in: an STS that writes down what it is asked, a clock that can be moved.

use std::cell::{Cell, RefCell};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use secrecy::{ExposeSecret, SecretString};

use crate::aws::{AwsError, AwsErrorKind, Signer};
use crate::cache::Cache;
use crate::idp::{Assertion, AssertionSource, IdpError, Login, Sharing};
use crate::mfa::{CodeSource, MfaCodes, MfaError};
use crate::model::chain::{Hop, RoleStep, SamlStep, Step, StsAddress};
use crate::model::session::{Mfa, RoleTerms};
use crate::model::{Answered, Chain, Credentials, Span, Timestamp};
use crate::resolver::{Freshness, Resolution, ResolveError, Resolver};
use crate::secrets::{SecretName, Secrets};
use crate::sts::{CallerIdentity, MfaCode, Sts};

/// An STS that gives what it is asked for, and writes down who asked for what.
#[derive(Default)]
pub(super) struct Calls {
    pub(super) made: RefCell<Vec<String>>,
    /// What the next calls are answered with instead, in order.
    pub(super) refusals: RefCell<Vec<AwsErrorKind>>,
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
                route: None,
            });
        }
        let now = now();
        let answered = Answered {
            access_key_id: format!("ASIA({})", call.replace(' ', "-")),
            secret_access_key: "secret".to_owned().into(),
            session_token: "token".to_owned().into(),
            issued: now,
            expiration: Timestamp(now.0 + i64::try_from(lifetime.0).unwrap()),
        };
        Ok(answered.checked().expect("credentials"))
    }

    pub(super) fn take(&self) -> Vec<String> {
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

    fn get_federation_token(
        &self,
        _: &StsAddress,
        signer: &Signer,
        _: &str,
        _: &str,
        lifetime: Span,
    ) -> Result<Credentials, AwsError> {
        self.answer(&format!("{} federation", signer.access_key_id()), lifetime)
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

    fn get_caller_identity(
        &self,
        _: &StsAddress,
        signer: &Signer,
    ) -> Result<CallerIdentity, AwsError> {
        self.answer("who am I", Span::HOUR)?;
        Ok(CallerIdentity {
            account: "111122223333".to_owned(),
            arn: "arn:aws:iam::111122223333:user/u".to_owned(),
            user_id: signer.access_key_id().to_owned(),
        })
    }
}

/// A person who reads one code after the other.
#[derive(Default)]
pub(super) struct Person {
    pub(super) asked: Cell<u32>,
    pub(super) absent: Cell<bool>,
}

impl MfaCodes for Person {
    fn source(&self, _: &Mfa) -> CodeSource {
        if self.absent.get() {
            CodeSource::Nobody
        } else {
            CodeSource::Person
        }
    }

    fn code(&self, _: &Mfa, _: Option<&str>) -> Result<Option<SecretString>, MfaError> {
        if self.absent.get() {
            return Err(MfaError::NotACode {
                from: "nobody",
                digits: None,
            });
        }
        self.asked.set(self.asked.get() + 1);
        Ok(Some(format!("code {}", self.asked.get()).into()))
    }
}

/// An identity provider that grants the roles `a` and `b`, and counts the logins.
#[derive(Default)]
pub(super) struct Provider {
    pub(super) logins: Cell<u32>,
    pub(super) given: Cell<bool>,
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

pub(super) const PROVIDER: &str = "arn:aws:iam::111122223333:saml-provider/Corp";

/// The clock stands where a test has put it. Tests run in threads of their own.
fn now() -> Timestamp {
    NOW.with(Cell::get)
}

thread_local! {
    static NOW: Cell<Timestamp> = const { Cell::new(Timestamp(1_000_000)) };
}

pub(super) fn later(seconds: i64) {
    NOW.with(|now| now.set(Timestamp(now.get().0 + seconds)));
}

pub(super) struct Rig {
    pub(super) cache: Cache,
    pub(super) secrets: Secrets,
    pub(super) sts: Calls,
    pub(super) person: Person,
    pub(super) provider: Provider,
    _home: tempfile::TempDir,
}

impl Rig {
    pub(super) fn new() -> Self {
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

    pub(super) fn resolve(
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
            way: "",
            attended: true,
            notify: &|_| (),
        };
        resolver.resolve(chain, freshness)
    }

    /// Resolves, and tells what was asked for it.
    pub(super) fn calls(&self, chain: &Chain) -> Vec<String> {
        self.resolve(chain, Freshness::default()).unwrap();
        self.sts.take()
    }
}

/// A user with MFA and some roles of an hour each.
pub(super) fn chain(roles: &[&str]) -> Chain {
    let sts = StsAddress {
        region: "eu-west-1".parse().unwrap(),
        endpoint_url: None,
    };
    let hop = |name: &str, step| Hop {
        name: name.to_owned(),
        is_session: true,
        step,
        sts: sts.clone(),
        endpoint_source: crate::model::EndpointSource::Region,
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
