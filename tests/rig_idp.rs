//! A real identity provider's login yields what the local AWS accepts.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::rig_aws::{probe, sandbox};
use crate::support::VENV_BIN;
use crate::support::aws::Aws;
use crate::support::federation::Federation;
use crate::support::idp::{Idp, PASSWORD, USER};
use crate::support::sandbox::Sandbox;

/// Logs in over plain HTTP (`tests/idp/login.py`); the fields that AWS would get.
pub(crate) fn logged_in(sandbox: &Sandbox, url: &str) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/idp/login.py");
    let python = sandbox.command(&format!("{VENV_BIN}/python"));
    let output = python.args(&["-B", script, url, USER, PASSWORD]).run();
    output.assert_ok().json()
}

#[test]
fn simplesamlphp_logs_in_and_sts_believes_it() {
    let aws = Aws::shared();
    let Some(idp) = Idp::start() else { return };
    let federation = Federation::new(aws, &idp.provider());
    let sandbox = sandbox(aws).name(&federation.account, "HERE");
    let Federation { role, provider, .. } = &federation;
    let mut many: Vec<_> = (1..300).map(|n| format!("{provider},{role}{n}")).collect();
    many.push(format!("{provider},{role}"));
    let responses: Vec<_> = [
        json!({ "roles": [federation.grant()] }),
        json!({ "roles": many }),
        json!({ "roles": [federation.grant()], "encrypted": true }),
        json!({ "encrypted": false, "signed": false }),
        json!({ "signed": true, "lifetime": -60 }),
    ]
    .iter()
    .map(|settings| {
        idp.set(settings);
        logged_in(&sandbox, &idp.login_url())["SAMLResponse"].clone()
    })
    .collect();
    assert_eq!(idp.forms_sent(), responses.len());
    let script = "
for response in responses:
    session = saml(response, role, provider)
    if session: who(session)
";
    let variables = json!({ "responses": responses, "role": role, "provider": provider });
    assert_snapshot!(probe(&sandbox, script, &variables), @"
    ok
    arn:aws:sts::HERE:assumed-role/Fed/alice
    ok
    arn:aws:sts::HERE:assumed-role/Fed/alice
    ok
    arn:aws:sts::HERE:assumed-role/Fed/alice
    400 InvalidIdentityToken Response signature invalid
    400 ExpiredTokenException Token must be redeemed within 5 minutes of issuance
    ");
}
