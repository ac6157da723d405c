//! Logins at identity providers that companies have, in a real browser, by somebody who types.

use serde_json::json;

use crate::support::aws::Aws;
use crate::support::long;
use crate::support::real_login::RealLogin;
use crate::support::world::{account, trust};

const WINDOW: &str = "waiting for the login in your browser";

#[test]
fn simplesamlphp_makes_the_role_and_the_role_behind_it() {
    let Some(real) = RealLogin::at_simplesamlphp(&[]) else {
        return;
    };
    makes_the_role_and_the_role_behind_it(&real);
    assert_eq!(real.login.idp.forms_sent(), 1);
}

#[test]
fn simplesamlphp_asks_once_and_after_logout_again() {
    let Some(real) = RealLogin::at_simplesamlphp(&[]) else {
        return;
    };
    asks_once_and_after_logout_again(&real);
    assert_eq!(real.login.idp.forms_sent(), 2);
}

#[test]
fn simplesamlphp_refuses_a_wrong_password_and_takes_the_right_one() {
    let Some(real) = RealLogin::at_simplesamlphp(&["a wrong one"]) else {
        return;
    };
    refuses_a_wrong_password_and_takes_the_right_one(&real);
    assert_eq!(real.login.idp.forms_sent(), 2);
}

#[test]
fn simplesamlphp_encrypts_what_only_aws_can_read() {
    let Some(real) = RealLogin::at_simplesamlphp(&[]) else {
        return;
    };
    real.login.idp.set(&json!({ "encrypted": true }));
    makes_the_role_and_the_role_behind_it(&real);
}

/// Every other one in a browser that knows nobody yet.
#[test]
fn ten_logins_in_a_row_end_twice() {
    if !long("twenty logins in a real browser") {
        return;
    }
    for _ in 0..2 {
        let Some(real) = RealLogin::at_simplesamlphp(&[]) else {
            return;
        };
        for typed in 1..=5 {
            real.login.run(&["--refresh"]).run().assert_ok();
            real.login.run(&["--refresh"]).run().assert_ok();
            assert_eq!(real.counts(), [typed; 3]);
            real.login.sandbox.leapp(&["logout"]).run().assert_ok();
        }
        real.login.assert_no_browser();
    }
}

#[test]
fn simplesamlphp_shows_the_roles_that_become_sessions() {
    let Some(real) = RealLogin::at_simplesamlphp(&[]) else {
        return;
    };
    shows_the_roles_that_become_sessions(&real);
}

pub(crate) fn makes_the_role_and_the_role_behind_it<I>(real: &RealLogin<I>) {
    let (there, here) = (account(), &real.login.federation.account);
    let role = &real.login.federation.role;
    let next = Aws::shared().role(&there, "Next", &trust(role), &[]);
    real.login.sandbox.add_chained("next", &next, "fed", &[]);
    let fed = format!("arn:aws:sts::{here}:assumed-role/Fed/alice");
    assert_eq!(real.who("fed"), fed);
    let next = format!("arn:aws:sts::{there}:assumed-role/Next/leapp-alice");
    assert_eq!(real.who("next"), next);
    assert_eq!(real.counts(), [1, 0, 1]);
    real.login.assert_no_browser();
}

pub(crate) fn asks_once_and_after_logout_again<I>(real: &RealLogin<I>) {
    let log_in = || {
        let run = real.login.run(&["--refresh"]).run().assert_ok();
        run.stderr.contains(WINDOW)
    };
    assert!(log_in());
    assert_eq!(real.counts(), [1, 0, 1]);
    assert!(!log_in());
    assert!(!log_in());
    assert_eq!(real.counts(), [1, 2, 1]);
    let logout = real.login.sandbox.leapp(&["logout", "fed"]);
    logout.run().assert_ok();
    assert_eq!(real.login.profiles().len(), 0);
    assert!(log_in());
    assert_eq!(real.counts(), [2, 2, 2]);
    real.login.assert_no_browser();
}

pub(crate) fn refuses_a_wrong_password_and_takes_the_right_one<I>(real: &RealLogin<I>) {
    real.login.run(&[]).run().assert_ok();
    assert_eq!(real.counts(), [1, 0, 2]);
    real.login.assert_no_browser();
}

pub(crate) fn shows_the_roles_that_become_sessions<I>(real: &RealLogin<I>) {
    let sandbox = &real.login.sandbox;
    sandbox.leapp(&["remove", "fed", "--yes"]).run().assert_ok();
    let words = ["add", "federated", "--from-login", &real.url, "--yes"];
    let added = sandbox.leapp(&words).run().assert_ok();
    let said = format!(
        "leapp: waiting for the login in your browser (Ctrl-C to stop)\n\
         leapp: added `Fed` for {}\n",
        real.login.federation.role
    );
    assert_eq!(added.stderr, said);
    // The login is good for the session as well.
    let here = &real.login.federation.account;
    let fed = format!("arn:aws:sts::{here}:assumed-role/Fed/alice");
    assert_eq!(real.who("Fed"), fed);
    assert_eq!(real.counts(), [1, 0, 1]);
}
