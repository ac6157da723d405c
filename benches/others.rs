//! The same job by what people have, where it is installed: from a profile to the role's credentials.

use crate::figure::{Limit, quiet, row};
use crate::support::VENV_BIN;
use crate::support::aws::Aws;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

/// boto3, without any program around it.
const BOTO3: &str =
    "import boto3; boto3.Session(profile_name='r1').get_credentials().get_frozen_credentials()";

pub(crate) fn rows() {
    let sandbox = Sandbox::new().endpoint(&Aws::shared().url());
    let chain = Chain::new(Aws::shared(), 1);
    chain.define(&sandbox);
    let (id, secret) = (&chain.user.access_key_id, &chain.user.secret_access_key);
    let key = format!("aws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
    sandbox.write("home/.aws/credentials", &format!("[u1]\n{key}"));
    let role = format!("source_profile = u1\nrole_arn = {}\n", chain.target());
    let region = "region = eu-west-1\n";
    let config = format!("[profile u1]\n{region}[profile r1]\n{region}{role}");
    sandbox.write("home/.aws/config", &config);

    let mut ours = quiet(&sandbox, "leapp", &["env", "r1", "--format", "json"]);
    let mut boto3 = quiet(&sandbox, &format!("{VENV_BIN}/python"), &["-c", BOTO3]);
    let what = "leapp env, warm (boto3, one call)";
    row(what, Limit::None, 8, &mut boto3, &mut ours);
    // These two keep what they have got, as we do.
    for (theirs, arguments) in [
        ("awsumepy", &["r1"][..]),
        ("aws-vault", &["exec", "r1", "--", "true"][..]),
    ] {
        let mut theirs = quiet(&sandbox, theirs, arguments);
        if theirs.status().is_ok_and(|status| status.success()) {
            let what = format!("leapp env, warm ({}, warm)", theirs.get_program().display());
            row(&what, Limit::None, 8, &mut theirs, &mut ours);
        }
    }
}
