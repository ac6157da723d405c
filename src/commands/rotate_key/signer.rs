//! Who signs what `leapp rotate-key` asks of IAM: the long-lived key itself, and the MFA session where
//! IAM lets the key do nothing without.

use std::cell::RefCell;
use std::thread;
use std::time::Duration;

use secrecy::SecretString;

use crate::app::{App, GivenForRun};
use crate::aws::{AwsError, AwsErrorKind, Signer};
use crate::commands::error::CommandError;
use crate::iam::IamClient;
use crate::model::chain::StsAddress;
use crate::model::plan::{Wishes, plan, sts_of};
use crate::model::session::Kind;
use crate::model::{AccessKey, Catalog, IamAddress, Session};
use crate::resolver::Freshness;
use crate::secrets::SecretName;
use crate::sts::{CallerIdentity, Sts};

/// AWS needs seconds until all of it knows a new key. The pauses between the tries: half a minute.
const PAUSES_MS: [u64; 9] = [250, 500, 1000, 2000, 3000, 4000, 5000, 7000, 8000];

/// Signs for one IAM user.
pub(super) struct Signing<'a> {
    app: &'a App,
    session: &'a Session,
    sts: StsAddress,
    at: IamAddress,
    mfa_code: RefCell<Option<SecretString>>,
    /// Where IAM wants MFA: the session that a code has opened.
    with_mfa: RefCell<Option<Signer>>,
}

impl<'a> Signing<'a> {
    pub(super) fn of(
        session: &'a Session,
        catalog: &Catalog,
        mfa_code: Option<SecretString>,
        app: &'a App,
    ) -> Result<Self, CommandError> {
        Ok(Self {
            app,
            session,
            sts: sts_of(session, catalog, &app.settings.caller).0,
            at: IamAddress::of(session, catalog, &app.settings.caller)?,
            mfa_code: RefCell::new(mfa_code),
            with_mfa: RefCell::default(),
        })
    }

    /// A key out of the secret store.
    pub(super) fn key(&self, access_key_id: &str) -> Result<AccessKey, CommandError> {
        let name = SecretName::AccessKey(access_key_id.to_owned());
        Ok(AccessKey {
            access_key_id: access_key_id.to_owned(),
            secret_access_key: self.app.secrets().get(&name)?,
        })
    }

    /// Whose key this is.
    pub(super) fn identity(&self, key: &AccessKey) -> Result<CallerIdentity, AwsError> {
        self.app.sts().get_caller_identity(&self.sts, &key.into())
    }

    /// Whose key this is, once AWS knows it.
    pub(super) fn identity_of_new(&self, key: &AccessKey) -> Result<CallerIdentity, AwsError> {
        patiently(|| self.identity(key))
    }

    /// Asks IAM: as the key, or with MFA where that is denied. A key that is new is given time.
    pub(super) fn ask<T>(
        &self,
        key: &AccessKey,
        request: impl Fn(&IamClient, &IamAddress, &Signer) -> Result<T, AwsError>,
    ) -> Result<T, CommandError> {
        let iam = self.app.iam();
        if let Some(signer) = &*self.with_mfa.borrow() {
            match request(&iam, &self.at, signer) {
                // A session can end with the key that has opened it.
                Err(error) if is_dead(&error) => {}
                answer => return answer.map_err(|error| CommandError::iam(&error, self.session)),
            }
        }
        let has_mfa = matches!(&self.session.kind, Kind::IamUser(user) if user.mfa.is_some());
        match patiently(|| request(&iam, &self.at, &key.into())) {
            Err(error) if error.kind == AwsErrorKind::AccessDenied && has_mfa => {}
            answer => return answer.map_err(|error| CommandError::iam(&error, self.session)),
        }
        let alias = &self.session.alias;
        self.app.printer.note(&format!(
            "IAM denies this to the key of `{alias}` alone; going on with its MFA session"
        ));
        let signer = self.mfa_session()?;
        let answer = request(&iam, &self.at, &signer);
        *self.with_mfa.borrow_mut() = Some(signer);
        answer.map_err(|error| CommandError::iam(&error, self.session))
    }

    /// The MFA session of the key that the sessions file names now.
    fn mfa_session(&self) -> Result<Signer, CommandError> {
        let catalog = self.app.catalog()?;
        let alias = self.session.alias.as_str();
        let caller = &self.app.settings.caller;
        let chain = plan(&catalog, alias, &Wishes::default(), caller)?;
        let given = GivenForRun {
            mfa_code: self.mfa_code.take(),
            assertion: None,
        };
        let resolved = self.app.with_resolver(given, |resolver| {
            resolver.resolve(&chain, Freshness::default())
        })?;
        Ok(Signer::from(&resolved.credentials))
    }
}

fn is_dead(error: &AwsError) -> bool {
    matches!(
        error.kind,
        AwsErrorKind::UnknownKey | AwsErrorKind::SourceExpired | AwsErrorKind::AccessDenied
    )
}

/// Tries again while AWS does not know the key, which it soon will if it is new.
fn patiently<T>(request: impl Fn() -> Result<T, AwsError>) -> Result<T, AwsError> {
    for pause in PAUSES_MS {
        match request() {
            Err(error) if error.kind == AwsErrorKind::UnknownKey => {}
            answer => return answer,
        }
        thread::sleep(Duration::from_millis(pause));
    }
    request()
}
