//! A login at an identity provider that real companies have, with a person who types.

use serde_json::json;

use super::aws::Aws;
use super::federation::Federation;
use super::idp::{Idp, PASSWORD, USER};
use super::keycloak::Keycloak;
use super::login::{Login, chromium};
use super::person::Person;

/// The session `fed` of a real provider, a real browser, and who sits before it.
pub(crate) struct RealLogin<I> {
    pub(crate) login: Login<I>,
    pub(crate) person: Person,
    pub(crate) url: String,
}

impl RealLogin<Idp> {
    /// At `SimpleSAMLphp`; `None` after a printed skip. `wrong` passwords are typed first.
    pub(crate) fn at_simplesamlphp(wrong: &[&str]) -> Option<Self> {
        let idp = Idp::start().filter(|_| chromium())?;
        let federation = Federation::new(Aws::shared(), &idp.provider());
        idp.set(&json!({ "roles": [federation.grant()] }));
        let url = idp.login_url();
        Some(Self::of(idp, federation, url, wrong))
    }
}

impl RealLogin<&'static Keycloak> {
    /// At Keycloak; `None` after a printed reason.
    pub(crate) fn at_keycloak(wrong: &[&str]) -> Option<Self> {
        let idp = Keycloak::shared().filter(|_| chromium())?;
        let federation = idp.federation.clone();
        Some(Self::of(idp, federation, idp.login_url(), wrong))
    }
}

impl<I> RealLogin<I> {
    fn of(idp: I, federation: Federation, url: String, wrong: &[&str]) -> Self {
        // More than any test needs: who is asked without reason is told by the counts.
        let passwords = [wrong, &[PASSWORD; 40]].concat();
        let person = Person::new(USER, &passwords);
        let mut login = Login::of(Aws::shared(), idp, federation, &url);
        login.sandbox = login.sandbox.watch(PASSWORD);
        login.sandbox.set("LEAPP_BROWSER", person.browser());
        Self { login, person, url }
    }

    /// How many browsers had a window, how many none, and how many forms were filled in.
    pub(crate) fn counts(&self) -> [usize; 3] {
        ["window", "silent", "typed"].map(|what| self.person.count(what))
    }

    /// Who a session is, as the AWS CLI behind it learns from STS.
    pub(crate) fn who(&self, alias: &str) -> String {
        let who = ["aws", "sts", "get-caller-identity"];
        let only = ["--query", "Arn", "--output", "text"];
        let words = [&[alias, "--"], &who[..], &only].concat();
        let run = self.login.sandbox.leapp_exec(&words).run().assert_ok();
        run.stdout.trim_end().to_owned()
    }
}
