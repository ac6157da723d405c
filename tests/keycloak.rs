//! A login at Keycloak, of the identity providers that people have the one that runs anywhere.

use insta::assert_snapshot;
use serde_json::json;

use crate::rig_aws::{probe, sandbox};
use crate::rig_idp::logged_in;
use crate::support::aws::Aws;
use crate::support::federation::Federation;
use crate::support::keycloak::Keycloak;
use crate::support::world::account;

#[test]
fn its_assertion_is_good_for_sts() {
    let aws = Aws::shared();
    let account = account();
    let Some(keycloak) = Keycloak::start(&Federation::grant_in(&account)) else {
        return;
    };
    let federation = Federation::in_account(aws, account, &keycloak.provider());
    let sandbox = sandbox(aws).name(&federation.account, "HERE");
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
