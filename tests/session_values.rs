//! Every value of a session is checked when the file is read, by AWS's own limits.

use crate::session_errors::{check, role, user};

/// A federated role with this instead of the line of one key; its header is line 1.
fn federated(key: &str, line: &str) -> String {
    let lines = [
        ("saml_url", "saml_url = \"https://idp.example\""),
        (
            "idp_arn",
            "idp_arn = \"arn:aws:iam::111122223333:saml-provider/Okta\"",
        ),
        (
            "role_arn",
            "role_arn = \"arn:aws:iam::111122223333:role/Dev\"",
        ),
    ];
    let lines = lines.map(|(name, text)| if name == key { line } else { text });
    let lines = lines.join("\n");
    format!("[sessions.dev]\ntype = \"iam-role-federated\"\nregion = \"eu-west-1\"\n{lines}\n")
}

#[test]
fn what_every_session_may_say_is_checked() {
    let key = "access_key_id = \"AKIAIOSFODNN7EXAMPLE\"\n";
    let common = |line: &str| user(&format!("{key}{line}"));
    check(&[
        (
            user(key).replace("region = \"eu-west-1\"\n", ""),
            "1: `sessions.corp.region`: is missing | hint: add `region = \"...\"` to the session, or to `[defaults]` for all",
        ),
        (
            user(key).replace("eu-west-1", "eu-west"),
            "3: `sessions.corp.region`: `eu-west` is not a region (one looks like `eu-west-1`)",
        ),
        (
            common("named_profile = \"a]b\""),
            "5: `sessions.corp.named_profile`: ']' cannot stand in a profile name",
        ),
        (
            common("description = \"\\u001B]0;x\\u0007\""),
            "5: `sessions.corp.description`: '\\u{1b}' cannot stand in a line",
        ),
        (
            common("description = \"\""),
            "5: `sessions.corp.description`: is empty",
        ),
        (
            common("labels = \"people\""),
            "5: `sessions.corp.labels`: should be a list of strings, and is a string",
        ),
        (
            common("labels = [\n  \"people\",\n  7,\n]"),
            "7: `sessions.corp.labels`: should be a list of strings, and is an integer",
        ),
        (
            common("duration = 3600"),
            "5: `sessions.corp.duration`: should be a string, and is an integer",
        ),
        (
            common("duration = \"1 hour\""),
            "5: `sessions.corp.duration`: `1 hour` is not a duration (write `15m`, `1h`, `1h30m` or `900s`)",
        ),
        (
            common("duration = \"14m\""),
            "5: `sessions.corp.duration`: AWS gives an iam-user session 15m to 36h, not 14m",
        ),
        (
            common("duration = \"37h\""),
            "5: `sessions.corp.duration`: AWS gives an iam-user session 15m to 36h, not 37h",
        ),
        (
            common("sts_region = \"x\""),
            "5: `sessions.corp.sts_region`: `x` is not a region (one looks like `eu-west-1`)",
        ),
        (
            common("endpoint_url = \"localhost:5000\""),
            "5: `sessions.corp.endpoint_url`: `localhost:5000` is not an http or https URL",
        ),
        (
            common("endpoint_url = \"https://me:pw@sts.example\""),
            "5: `sessions.corp.endpoint_url`: a URL here carries no user and no password",
        ),
        (
            common("protected = \"yes\""),
            "5: `sessions.corp.protected`: should be true or false, and is a string",
        ),
    ]);
}

#[test]
fn an_iam_user_is_checked() {
    let key = "access_key_id = \"AKIAIOSFODNN7EXAMPLE\"\n";
    let with_key = |line: &str| user(&format!("{key}{line}"));
    check(&[
        (user(""), "1: `sessions.corp.access_key_id`: is missing"),
        (
            user("access_key_id = \"ASIAIOSFODNN7EXAMPLE\""),
            "4: `sessions.corp.access_key_id`: belongs to temporary credentials; a session wants the long-lived key, `AKIA...`",
        ),
        (
            user("access_key_id = \"AKIA\""),
            "4: `sessions.corp.access_key_id`: AWS wants 16 to 128 characters, not 4",
        ),
        (
            user("access_key_id = \"wJalrXUtnFEMI/K7MDENG\""),
            "4: `sessions.corp.access_key_id`: '/' cannot stand here",
        ),
        (
            with_key("mfa_device = \"arn:aws:iam::111122223333:u2f/user/alice/key\""),
            "5: `sessions.corp.mfa_device`: `arn:aws:iam::111122223333:u2f/user/alice/key` is a FIDO security key, and STS accepts codes only: add a virtual or a hardware TOTP device",
        ),
        (
            with_key("mfa_device = \"arn:aws:iam::111122223333:user/alice\""),
            "5: `sessions.corp.mfa_device`: `arn:aws:iam::111122223333:user/alice` is not the ARN of an MFA device (`arn:aws:iam::111122223333:mfa/NAME`)",
        ),
        (
            with_key("mfa_device = \"1234\""),
            "5: `sessions.corp.mfa_device`: `1234` is neither the ARN of an MFA device nor a serial number",
        ),
        (
            with_key("mfa_process = \"otp\""),
            "5: `sessions.corp.mfa_process`: gives the codes of an `mfa_device`, and none is named",
        ),
        (
            with_key("mfa_device = \"GAHT12345678\"\nmfa_process = \"otp 'x\""),
            "6: `sessions.corp.mfa_process`: cannot be split into words: missing closing quote",
        ),
        (
            with_key("password = \"x\""),
            "5: `sessions.corp.password`: a secret does not belong into this file | hint: delete the line, deactivate that key if others could have read it, and run `leapp add user ALIAS --secret-access-key -`, which takes the secret",
        ),
        (
            with_key("aws_session_token = \"x\""),
            "5: `sessions.corp.aws_session_token`: a secret does not belong into this file | hint: delete the line, deactivate that key if others could have read it, and run `leapp add user ALIAS --secret-access-key -`, which takes the secret",
        ),
    ]);
}

#[test]
fn a_federated_role_is_checked() {
    check(&[
        (
            federated("saml_url", ""),
            "1: `sessions.dev.saml_url`: is missing",
        ),
        (
            federated("saml_url", "saml_url = \"http://idp.example\""),
            "4: `sessions.dev.saml_url`: a login over plain http can be read on the way: use https",
        ),
        (
            federated("saml_url", "saml_url = \"http://localhost.example\""),
            "4: `sessions.dev.saml_url`: a login over plain http can be read on the way: use https",
        ),
        (
            federated("saml_url", "saml_url = \"file:///etc/passwd\""),
            "4: `sessions.dev.saml_url`: `file:///etc/passwd` is not an http or https URL",
        ),
        (
            federated("idp_arn", ""),
            "1: `sessions.dev.idp_arn`: is missing",
        ),
        (
            federated("idp_arn", "idp_arn = \"arn:aws:iam::111122223333:role/x\""),
            "5: `sessions.dev.idp_arn`: `arn:aws:iam::111122223333:role/x` is not the ARN of a SAML identity provider (`arn:aws:iam::111122223333:saml-provider/NAME`)",
        ),
        (
            federated("role_arn", ""),
            "1: `sessions.dev.role_arn`: is missing",
        ),
        (
            federated("role_arn", "role_arn = \"arn:aws:iam::1111:role/x\""),
            "6: `sessions.dev.role_arn`: an AWS account has 12 digits, `1111` has not",
        ),
    ]);
}

#[test]
fn a_chained_role_is_checked() {
    let without = |key: &str| {
        let lines = role("");
        let kept = lines.lines().filter(|line| !line.starts_with(key));
        kept.collect::<Vec<_>>().join("\n")
    };
    let arn = |arn: &str| role("").replace("arn:aws:iam::444455556666:role/Admin", arn);
    check(&[
        (
            without("assumer_session"),
            "9: `sessions.prod.assumer_session`: is missing",
        ),
        (
            without("role_arn"),
            "9: `sessions.prod.role_arn`: is missing",
        ),
        (
            role("").replace("\"corp\"", "\"-x\""),
            "11: `sessions.prod.assumer_session`: an alias starts with a letter or a digit, not with '-'",
        ),
        (
            arn("arn:aws:sts::444455556666:assumed-role/Admin/alice"),
            "12: `sessions.prod.role_arn`: `arn:aws:sts::444455556666:assumed-role/Admin/alice` is a role session; the role itself is `arn:aws:iam::444455556666:role/Admin`",
        ),
        (
            arn("arn:aws:iam::444455556666:user/alice"),
            "12: `sessions.prod.role_arn`: `arn:aws:iam::444455556666:user/alice` is not the ARN of a role (`arn:aws:iam::111122223333:role/NAME`)",
        ),
        (
            arn("arn:gcp:iam::444455556666:role/Admin"),
            "12: `sessions.prod.role_arn`: `gcp` is not a partition of AWS",
        ),
        (
            arn("Admin"),
            "12: `sessions.prod.role_arn`: `Admin` is not an ARN (`arn:aws:iam::111122223333:role/NAME`)",
        ),
        (
            role("duration = \"13h\""),
            "13: `sessions.prod.duration`: AWS gives an iam-role-chained session 15m to 12h, not 13h",
        ),
        (
            role("role_session_name = \"a b\""),
            "13: `sessions.prod.role_session_name`: ' ' cannot stand here",
        ),
        (
            role("external_id = \"x\""),
            "13: `sessions.prod.external_id`: AWS wants 2 to 1224 characters, not 1",
        ),
        (
            role("source_identity = \"a:b\""),
            "13: `sessions.prod.source_identity`: ':' cannot stand here",
        ),
        (
            role("tags = [\"a\"]"),
            "13: `sessions.prod.tags`: should be a table, and is a list",
        ),
        (
            role("tags.a = 1"),
            "13: `sessions.prod.tags.a`: should be a string, and is an integer",
        ),
        (
            role("tags = { \"aws:x\" = \"1\" }"),
            "13: `sessions.prod.tags.\"aws:x\"`: begins with `aws:`, which AWS keeps for itself",
        ),
        (
            role("tags = { Team = \"1\", team = \"2\" }"),
            "13: `sessions.prod.tags`: to AWS, `Team` and `team` are the same key",
        ),
        (
            role("tags = { a = \"1\" }\ntransitive_tags = [\"b\"]"),
            "14: `sessions.prod.transitive_tags`: \"b\" is not one of `tags`",
        ),
        (
            role("policy = \"Version\""),
            "13: `sessions.prod.policy`: is not a JSON policy: expected value at line 1 column 1",
        ),
        (
            role("policy = { Version = \"2012-10-17\" }"),
            "13: `sessions.prod.policy`: should be a string, and is a table",
        ),
        (
            role("policy_arns = [\"ReadOnlyAccess\"]"),
            "13: `sessions.prod.policy_arns`: \"ReadOnlyAccess\" is not the ARN of a policy (`arn:aws:iam::aws:policy/ReadOnlyAccess`)",
        ),
        (
            role(&format!(
                "policy_arns = [{}]",
                "\"arn:aws:iam::aws:policy/x\",".repeat(11)
            )),
            "13: `sessions.prod.policy_arns`: AWS takes at most 10",
        ),
    ]);
}
