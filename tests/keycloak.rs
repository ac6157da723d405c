//! A login at Keycloak, of the identity providers that people have the one that runs anywhere.

use insta::assert_snapshot;
use serde_json::json;

use crate::rig_aws::{probe, sandbox};
use crate::rig_idp::logged_in;
use crate::saml_providers as story;
use crate::support::aws::Aws;
use crate::support::keycloak::Keycloak;
use crate::support::real_login::RealLogin;

#[test]
fn its_assertion_is_good_for_sts() {
    let Some(keycloak) = Keycloak::shared() else {
        return;
    };
    let federation = &keycloak.federation;
    let sandbox = sandbox(Aws::shared()).name(&federation.account, "HERE");
    let script = "
who(saml(response, role, provider))
";
    let variables = json!({
        "response": logged_in(&sandbox, &keycloak.login_url())["SAMLResponse"],
        "role": federation.role, "provider": federation.provider,
    });
    assert_snapshot!(probe(&sandbox, script, &variables), @"
    ok
    arn:aws:sts::HERE:assumed-role/Fed/alice
    ");
}

#[test]
fn it_makes_the_role_and_the_role_behind_it() {
    if let Some(real) = RealLogin::at_keycloak(&[]) {
        story::makes_the_role_and_the_role_behind_it(&real);
    }
}

#[test]
fn it_asks_once_and_after_logout_again() {
    if let Some(real) = RealLogin::at_keycloak(&[]) {
        story::asks_once_and_after_logout_again(&real);
    }
}

#[test]
fn it_refuses_a_wrong_password_and_takes_the_right_one() {
    if let Some(real) = RealLogin::at_keycloak(&["a wrong one"]) {
        story::refuses_a_wrong_password_and_takes_the_right_one(&real);
    }
}

#[test]
fn it_shows_the_roles_that_become_sessions() {
    if let Some(real) = RealLogin::at_keycloak(&[]) {
        story::shows_the_roles_that_become_sessions(&real);
    }
}
