use super::*;
use crate::aws_files::AwsFile;
use crate::imports::plan;
use crate::model::Catalog;
use crate::model::session::Kind;

fn findings(config: &str, credentials: &str) -> AwsFindings {
    read(
        &Document::parse(AwsFile::Config, config.as_bytes()),
        &Document::parse(AwsFile::Credentials, credentials.as_bytes()),
        Path::new("/home/alice/.config/leapp"),
    )
}

/// One line for each session and each reason.
fn told(config: &str, credentials: &str) -> Vec<String> {
    let findings = findings(config, credentials);
    let region = "eu-west-1".parse().unwrap();
    let plan = plan(findings.sessions, &Catalog::default(), Some(&region));
    let new = plan.new.iter().map(|new| {
        let alias = &new.session.alias;
        match &new.session.kind {
            Kind::IamUser(user) => {
                let mfa = user.mfa.as_ref().map(|mfa| format!(", {}", mfa.device));
                format!("{alias}: {}{}", user.access_key_id, mfa.unwrap_or_default())
            }
            Kind::Chained(role) => format!(
                "{alias}: {} on {}",
                role.role_arn.name(),
                role.assumer_session
            ),
            Kind::Federated(_) => unreachable!("no such thing in these files"),
        }
    });
    let remarks = plan.remarks.iter().cloned();
    let refused = (plan.refused.iter()).map(|r| format!("{}: {}", r.name, r.reason));
    let left = plan.left.iter().map(|(alias, left)| {
        let alias = alias.as_ref().map_or("-", |alias| alias.as_str());
        format!("{alias} left {}: {}", left.setting, left.why)
    });
    new.chain(refused).chain(remarks).chain(left).collect()
}

const KEYS: &str = "[corp]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = hush
";

fn role(name: &str, source: &str, more: &str) -> String {
    format!(
        "[profile {name}]\nrole_arn = arn:aws:iam::444455556666:role/{name}\nsource_profile = {source}\n{more}\n"
    )
}

#[test]
fn chains_of_three_levels_share_their_sources() {
    let config = [
        role("prod", "audit", ""),
        role(
            "audit",
            "corp",
            "mfa_serial = arn:aws:iam::111122223333:mfa/alice",
        ),
        role("dev", "audit", ""),
        role("more", "prod", ""),
    ];
    assert_eq!(
        told(&config.concat(), KEYS),
        [
            "prod: prod on audit",
            "audit: audit on corp",
            "dev: dev on audit",
            "more: more on prod",
            "corp: AKIAIOSFODNN7EXAMPLE, arn:aws:iam::111122223333:mfa/alice",
        ]
    );
}

#[test]
fn loops_and_missing_parents_are_named() {
    let config = [
        role("a", "b", ""),
        role("b", "a", ""),
        role("c", "gone", ""),
    ];
    assert_eq!(
        told(&config.concat(), ""),
        [
            "a: it is assumed in a circle: a -> b -> a",
            "b: it is assumed in a circle: a -> b -> a",
            "c: it is assumed from `gone`, which is not there",
        ]
    );
}

#[test]
fn what_has_no_session_type_is_listed_with_the_reason() {
    let config = "
[default]
region = eu-west-1
[profile sso]
sso_session = corp
[profile old-sso]
sso_start_url = https://x.awsapps.com/start
[profile on-sso]
role_arn = arn:aws:iam::444455556666:role/x
source_profile = sso
[profile ec2]
role_arn = arn:aws:iam::444455556666:role/x
credential_source = Ec2InstanceMetadata
[profile eks]
role_arn = arn:aws:iam::444455556666:role/x
web_identity_token_file = /var/run/token
[profile vault]
credential_process = aws-vault export corp --format=json
[profile ours]
credential_process = '/usr/local/bin/leapp' credential-process prod
[profile login]
login_session = arn:aws:iam::111122223333:user/alice
[profile rootless]
role_arn = arn:aws:iam::444455556666:role/x
[profile odd]
role_arn = arn:aws:iam::4444:role/x
source_profile = corp
[profile long]
role_arn = arn:aws:iam::444455556666:role/x
source_profile = corp
duration_seconds = 60
[profile never]
role_arn = arn:aws:iam::444455556666:role/x
source_profile = corp
duration_seconds = an hour
[sso-session corp]
sso_region = eu-west-1
[services x]
";
    let credentials = format!(
        "{KEYS}[temporary]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n\
         [token]\naws_access_key_id = AKIAIOSFODNN7EXAMPL2\naws_secret_access_key = x\naws_session_token = x\n\
         [half]\naws_access_key_id = AKIAIOSFODNN7EXAMPL3\n"
    );
    insta::assert_snapshot!(told(config, &credentials).join("\n"), @"
    corp: AKIAIOSFODNN7EXAMPLE
    default: it has no credentials, only settings
    sso: it logs in through IAM Identity Center (SSO), which has no session type here
    old-sso: it logs in through IAM Identity Center (SSO), which has no session type here
    ec2: its credentials come from this machine's surroundings (`credential_source = Ec2InstanceMetadata`)
    eks: it logs in with a web identity token, which has no session type here
    vault: its credentials come from another program (`credential_process`)
    ours: it is a named profile of leapp's own
    login: it logs in through the AWS console (`aws login`), which has no session type here
    rootless: it has a `role_arn`, and nothing says from where the role is assumed
    temporary: its keys are temporary, and end by themselves
    token: its keys are temporary, and end by themselves
    half: it has only one half of an access key: `aws_secret_access_key` is missing
    on-sso: it is assumed from `sso`, which cannot be imported
    odd: its `role_arn`: an AWS account has 12 digits, `4444` has not
    long: its `duration`: AWS gives an iam-role-chained session 15m to 12h, not 1m
    never: its `duration`: `an hour` is not a duration (write `15m`, `1h`, `1h30m` or `900s`)
    ");
}

#[test]
fn a_role_that_holds_keys_is_a_role_and_a_user() {
    let config = [
        role(
            "own",
            "own",
            "aws_access_key_id = AKIAIOSFODNN7EXAMPL4\naws_secret_access_key = x\nmfa_serial = GAHT12345678",
        ),
        role("other", "own", ""),
    ];
    assert_eq!(
        told(&config.concat(), ""),
        [
            "own-user: AKIAIOSFODNN7EXAMPL4, GAHT12345678",
            "own: own on own-user",
            "other: other on own-user",
            // The AWS CLI has used the keys alone for it.
            "`own-user` gets the MFA device of `own`, so that a code is asked for where none was before: `other`",
        ]
    );
}

#[test]
fn devices_go_to_the_user_and_what_can_not_is_said() {
    let config = [
        role(
            "a",
            "corp",
            "mfa_serial = arn:aws:iam::111122223333:u2f/key",
        ),
        role(
            "b",
            "corp",
            "mfa_serial = arn:aws:iam::111122223333:mfa/one",
        ),
        role("c", "b", "mfa_serial = arn:aws:iam::111122223333:mfa/two"),
        role(
            "d",
            "corp",
            "mfa_serial = arn:aws:iam::111122223333:mfa/one",
        ),
    ];
    insta::assert_snapshot!(told(&config.concat(), KEYS)[4..].join("\n"), @"
    corp: AKIAIOSFODNN7EXAMPLE, arn:aws:iam::111122223333:mfa/one
    the MFA device of `a`: `arn:aws:iam::111122223333:u2f/key` is a FIDO security key, and STS accepts codes only: add a virtual or a hardware TOTP device
    `corp` has the MFA device `arn:aws:iam::111122223333:mfa/one`; `c` named another, `arn:aws:iam::111122223333:mfa/two`, and gets its codes from the first now
    ");
}

#[test]
fn every_setting_that_we_have_comes_over() {
    let more = "external_id = x=y\nrole_session_name = alice\nduration_seconds = 5400\nregion = us-east-1\nendpoint_url = http://127.0.0.1:4566\ns3 =\n  region = nested\n";
    let config = role("Prod Admin", "corp", more)
        .replace("role/Prod Admin", "role/Admin")
        .replace("Prod Admin", "'Prod Admin'");
    let findings = findings(&config, KEYS);
    let region = "eu-west-1".parse().unwrap();
    let plan = plan(findings.sessions, &Catalog::default(), Some(&region));
    let session = &plan.new[0].session;
    assert_eq!(session.alias.as_str(), "prod-admin");
    assert_eq!(session.description.as_deref(), Some("Prod Admin"));
    assert_eq!(session.named_profile, "Prod Admin");
    assert_eq!(session.region.as_str(), "us-east-1");
    assert_eq!(session.duration, Some(Span(5400)));
    let endpoint = session.endpoint_url.as_ref().unwrap();
    assert_eq!(endpoint.as_str(), "http://127.0.0.1:4566");
    let Kind::Chained(role) = &session.kind else {
        panic!("{session:?}");
    };
    assert_eq!(role.terms.external_id.as_deref(), Some("x=y"));
    assert_eq!(role.role_session_name.as_deref(), Some("alice"));
}

#[test]
fn the_credentials_file_wins_and_both_files_make_one_profile() {
    let config = "[profile corp]\naws_access_key_id = AKIAIOSFODNN7OLDKEY0\nregion = us-west-2\n";
    let findings = findings(config, KEYS);
    assert_eq!(findings.sessions.found.len(), 1);
    assert_eq!(findings.keys[0].access_key_id, "AKIAIOSFODNN7EXAMPLE");
    assert!(!format!("{findings:?}").contains("hush"));
}

#[test]
fn roles_that_needed_no_device_and_will_are_named() {
    let mfa = "mfa_serial = arn:aws:iam::111122223333:mfa/one";
    let config = [
        role("ci", "corp", ""),
        role("admin", "corp", mfa),
        // It went by way of one that asks.
        role("deep", "admin", ""),
        role("nightly", "ci", ""),
    ];
    insta::assert_snapshot!(told(&config.concat(), KEYS)[4..].join("\n"), @"
    corp: AKIAIOSFODNN7EXAMPLE, arn:aws:iam::111122223333:mfa/one
    `corp` gets the MFA device of `admin`, so that a code is asked for where none was before: `ci`, `nightly`
    ");
}

#[test]
fn a_role_that_is_left_out_gives_its_user_no_device() {
    let mfa = "mfa_serial = arn:aws:iam::111122223333:mfa/one";
    let odd = role("odd", "corp", mfa).replace("444455556666", "4444");
    let config = [odd, role("on-odd", "odd", mfa), role("ci", "corp", "")];
    insta::assert_snapshot!(told(&config.concat(), KEYS).join("\n"), @"
    ci: ci on corp
    corp: AKIAIOSFODNN7EXAMPLE
    odd: its `role_arn`: an AWS account has 12 digits, `4444` has not
    on-odd: it is assumed from `odd`, which cannot be imported
    ");
}

/// A profile whose credentials another program gives.
fn process(name: &str, command: &str) -> String {
    format!("[profile {name}]\ncredential_process = {command}\n")
}

#[test]
fn a_role_behind_a_program_hangs_on_the_profile_that_it_names() {
    let vault = |name: &str| format!("aws-vault exec {name} --json");
    let keys = |name: &str| KEYS.replace("corp", name);
    for (config, credentials, expected) in [
        // The profile that the command names.
        (
            process("base", &vault("corp")),
            keys("corp"),
            "role on corp",
        ),
        (
            process("base", "granted credential-process --profile corp"),
            keys("corp"),
            "role on corp",
        ),
        (
            process("base", "env X=1 aws-vault export --format=json corp"),
            keys("corp"),
            "role on corp",
        ),
        // By way of another program, and of a role.
        (
            process("base", &vault("mid")) + &process("mid", &vault("corp")),
            keys("corp"),
            "role on corp",
        ),
        (
            process("base", &vault("mid")) + &role("mid", "corp", ""),
            keys("corp"),
            "role on mid",
        ),
        // Keys in the credentials file come before the program, those in the config file behind it.
        (
            process("base", &vault("corp")),
            keys("corp") + &keys("base"),
            "role on base",
        ),
        (
            process("base", &vault("corp")) + &keys("corp").replacen("[corp]\n", "", 1),
            keys("corp"),
            "role on corp",
        ),
        // Nothing of that name, or nothing that could become a session.
        (process("base", &vault("corp")), String::new(), "refused"),
        (process("base", &vault("corp")), keys("other"), "refused"),
        (
            process("base", "vend --profile corp"),
            keys("corp"),
            "refused",
        ),
        (
            process("base", &vault("corp")) + "[profile corp]\nsso_session = x\n",
            String::new(),
            "refused",
        ),
        (
            process("base", "aws-vault exec corp -- vend"),
            keys("corp"),
            "refused",
        ),
        // Circles.
        (process("base", &vault("base")), String::new(), "refused"),
        (process("base", &vault("role")), String::new(), "refused"),
        (
            process("base", &vault("mid")) + &process("mid", &vault("base")),
            String::new(),
            "refused",
        ),
        // A session of leapp's is one of the catalog.
        (
            process("base", "leapp credential-process corp"),
            keys("corp"),
            "refused",
        ),
    ] {
        let lines = told(&(role("role", "base", "") + &config), &credentials);
        let told = match expected {
            "refused" => "role: it is assumed from `base`, which cannot be imported".to_owned(),
            expected => format!("role: {expected}"),
        };
        assert!(lines.contains(&told), "{expected}: {lines:#?}\n{config}");
        let is_replaced = lines
            .iter()
            .any(|line| line.contains("in place of the `credential_process`"));
        let is_expected = expected != "refused" && expected != "role on base";
        assert_eq!(is_replaced, is_expected, "{lines:#?}");
    }
}

#[test]
fn included_profiles_are_read_as_aws_vault_reads_them() {
    let base =
        "[profile base]\nmfa_serial = arn:aws:iam::111122223333:mfa/base\nexternal_id = base\n";
    for (more, rest, expected) in [
        ("", base, None),
        ("include_profile = base", base, Some("base")),
        (
            "include_profile = base\nexternal_id = own",
            base,
            Some("own"),
        ),
        // What is empty says nothing.
        ("include_profile = base\nexternal_id =", base, Some("base")),
        (
            "include_profile = mid",
            "[profile mid]\ninclude_profile = base\n[profile base]\nexternal_id = base\n",
            Some("base"),
        ),
        (
            "include_profile = mid",
            "[profile mid]\nexternal_id = mid\ninclude_profile = base\n[profile base]\nexternal_id = base\n",
            Some("mid"),
        ),
        // At the end stands the default profile.
        (
            "include_profile = base",
            "[profile base]\nregion = x\n[default]\nexternal_id = all\n",
            Some("all"),
        ),
        (
            "include_profile = default",
            "[default]\nexternal_id = all\n",
            Some("all"),
        ),
        ("", "[default]\nexternal_id = all\n", None),
        (
            "include_profile = gone",
            "[default]\nexternal_id = all\n",
            None,
        ),
        // aws-vault refuses a circle.
        (
            "include_profile = mid",
            "[profile mid]\nexternal_id = mid\ninclude_profile = role\n",
            None,
        ),
        ("include_profile = role", "", None),
    ] {
        let config = role("role", "corp", more) + rest;
        let findings = findings(&config, KEYS);
        let role = findings
            .sessions
            .found
            .iter()
            .find(|found| found.key == "role");
        let found = role.expect("a role").draft.get_text("external_id");
        assert_eq!(found, expected, "{config}");
    }
    // No key and no secret is inherited, nor what aws-vault does not know.
    let config = "[profile heir]\ninclude_profile = corp\nregion = eu-west-1\n";
    assert!(told(config, KEYS).contains(&"heir: it has no credentials, only settings".to_owned()));
}

#[test]
fn session_tags_are_read_as_aws_vault_reads_them() {
    for (tags, transitive, expected) in [
        ("a=1", "", "[(\"a\", \"1\")] []"),
        (
            "a=1,b=2",
            "a,b",
            "[(\"a\", \"1\"), (\"b\", \"2\")] [\"a\", \"b\"]",
        ),
        (
            " a = 1 , b = x=y ",
            " b , ",
            "[(\"a\", \"1\"), (\"b\", \"x=y\")] [\"b\"]",
        ),
        ("a=", "a", "[(\"a\", \"\")] [\"a\"]"),
        ("a=1,a=2", "", "[(\"a\", \"2\")] []"),
        (
            "a=1",
            "b",
            "[(\"a\", \"1\")] [] left transitive_session_tags",
        ),
        (
            "a=1",
            "A",
            "[(\"a\", \"1\")] [] left transitive_session_tags",
        ),
        ("", "a", "[] [] left transitive_session_tags"),
        ("a=1,", "", "[] [] left session_tags"),
        ("a", "", "[] [] left session_tags"),
        ("a=1,A-b=2", "", "[(\"a\", \"1\"), (\"A-b\", \"2\")] []"),
    ] {
        let more = format!("session_tags = {tags}\ntransitive_session_tags = {transitive}");
        let findings = findings(&role("role", "corp", &more), KEYS);
        let found = findings
            .sessions
            .found
            .into_iter()
            .find(|found| found.key == "role");
        let found = found.expect("a role");
        let mut draft = Draft::of_type(Type::Chained);
        draft.extend(found.draft);
        draft.text("assumer_session", Some(&"corp"));
        let region = "eu-west-1".parse().unwrap();
        let session = draft
            .check(&"role".parse().unwrap(), Some(&region))
            .unwrap();
        let Kind::Chained(role) = session.kind else {
            panic!("{more}");
        };
        let terms = role.terms;
        let left = found
            .left
            .iter()
            .map(|left| format!(" left {}", left.setting));
        let told = format!(
            "{:?} {:?}{}",
            terms.tags,
            terms.transitive_tags,
            left.collect::<String>()
        );
        assert_eq!(told, expected, "{more}");
    }
}

#[test]
fn a_command_for_codes_goes_to_the_user_as_a_shell_would_run_it() {
    let mfa = "mfa_serial = arn:aws:iam::111122223333:mfa/alice\n";
    for (command, expected) in [
        (
            "ykman oath accounts code --single aws",
            "ykman oath accounts code --single aws",
        ),
        (
            "op item get 'AWS prod' --otp",
            "op item get 'AWS prod' --otp",
        ),
        (
            "op item get \"AWS prod\" --otp",
            "op item get \"AWS prod\" --otp",
        ),
        ("totp --slot=2 --name a@b", "totp --slot=2 --name a@b"),
        ("pass otp aws | tail -1", "sh -c 'pass otp aws | tail -1'"),
        ("~/bin/code", "sh -c '~/bin/code'"),
        ("\"$HOME/bin/code\"", "sh -c '\"$HOME/bin/code\"'"),
        ("SLOT=2 totp", "sh -c 'SLOT=2 totp'"),
        ("totp < seed", "sh -c 'totp < seed'"),
        ("cd /x && ./code", "sh -c 'cd /x && ./code'"),
        ("echo $(code)", "sh -c 'echo $(code)'"),
    ] {
        let config = role("prod", "corp", &format!("{mfa}mfa_process = {command}"));
        let findings = findings(&config, KEYS);
        let user = findings
            .sessions
            .found
            .iter()
            .find(|found| found.key == "corp");
        let process = user.expect("a user").draft.get_text("mfa_process");
        assert_eq!(process, Some(expected));
        let words = shell_words::split(expected).unwrap();
        assert!(
            words[..2] != ["sh", "-c"] || words[2] == command,
            "{words:?}"
        );
    }
    // Where there is no device for it, or another command already, it stays behind.
    for (config, who) in [
        (role("prod", "corp", "mfa_process = a"), "prod"),
        (
            role("prod", "corp", &format!("{mfa}mfa_process = a"))
                + &role("dev", "corp", "mfa_process = b"),
            "dev",
        ),
    ] {
        let lines = told(&config, KEYS);
        let left = format!("{who} left mfa_process: ");
        assert!(
            lines.iter().any(|line| line.starts_with(&left)),
            "{lines:#?}"
        );
    }
}
