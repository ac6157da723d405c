//! Nothing is lost silently at import: what leapp has a key for comes over, and the rest is listed. What a profile
//! means is asked of the real botocore.

use std::collections::BTreeMap;
use std::fmt::Write;

use insta::assert_snapshot;

use crate::manage::{KEY, SECRET};
use crate::sessions::{CORP, FILE, line, with};
use crate::support::VENV_BIN;
use crate::support::aws::Aws;
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

const CONFIG: &str = "home/.aws/config";
const CREDENTIALS: &str = "home/.aws/credentials";

fn keys(user: &str) -> String {
    format!("[{user}]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n")
}

fn role(name: &str, source: &str, more: &str) -> String {
    format!(
        "[profile {name}]\nrole_arn = arn:aws:iam::444455556666:role/{name}\nsource_profile = {source}\n{more}\n"
    )
}

fn import<'a>(sandbox: &'a Sandbox, flags: &str) -> Run<'a> {
    let words = format!("import aws-config --region eu-west-1 {flags}");
    sandbox.leapp(&line(words.trim())).may_write_secrets()
}

/// What botocore says to a program, a line for each profile.
fn botocore(
    sandbox: &Sandbox,
    program: &str,
    profiles: &[String],
) -> BTreeMap<String, Vec<String>> {
    let script = format!(
        "import sys, botocore.session\n\
         models = botocore.session.Session().get_component('data_loader')\n\
         for profile in sys.argv[1:]:\n\
         \x20   try:\n\
         \x20       session = botocore.session.Session(profile=profile)\n\
         \x20       session.register_component('data_loader', models)\n\
         \x20       print(profile, *({program}))\n\
         \x20   except Exception as error:\n\
         \x20       print(profile, type(error).__name__)\n"
    );
    let mut words = vec!["-B", "-c", script.as_str()];
    words.extend(profiles.iter().map(String::as_str));
    let output = sandbox
        .command(&format!("{VENV_BIN}/python"))
        .args(&words)
        .may_write_secrets();
    let output = output.may_print_secrets().run().assert_ok();
    let words = |line: &str| -> Vec<String> { line.split(' ').map(str::to_owned).collect() };
    let lines = output.stdout.lines().map(words);
    lines
        .map(|words| (words[0].clone(), words[1..].to_vec()))
        .collect()
}

const SERVICES: [&str; 4] = ["sso", "sts", "sqs", "sns"];

/// What a profile may say of endpoints.
const ENDPOINTS: &[&str] = &[
    "",
    "endpoint_url = http://127.0.0.1:4566",
    "endpoint_url =",
    "services = local",
    "services = sqs-only",
    "services = sqs-only\nendpoint_url = http://127.0.0.1:4566",
    "services = sts-only",
    "services = sts-only\nendpoint_url = http://127.0.0.1:4566",
    "services = sts-only\nendpoint_url = http://127.0.0.1:9",
    "services = quoted name",
    "services = gone",
    "services = empty",
    "ignore_configured_endpoint_urls = true\nendpoint_url = http://127.0.0.1:4566",
    "ignore_configured_endpoint_urls = TRUE\nservices = local",
    "ignore_configured_endpoint_urls = false\nendpoint_url = http://127.0.0.1:4566",
    "ignore_configured_endpoint_urls = yes\nendpoint_url = http://127.0.0.1:4566",
    "ignore_configured_endpoint_urls = true\nservices = sts-only\nendpoint_url = http://127.0.0.1:9",
    "services = odd\nendpoint_url = http://127.0.0.1:4566",
];

const SECTIONS: &str = "
[services local]
sts =
  endpoint_url = http://127.0.0.1:4566
sqs =
  endpoint_url = http://127.0.0.1:4566
sso =
  endpoint_url = http://127.0.0.1:4566
[services sqs-only]
sqs =
    endpoint_url = http://127.0.0.1:9000
    addressing_style = path
[services sts-only]
sts =
  endpoint_url=http://127.0.0.1:4566
[services 'quoted name']
sns =
  endpoint_url = http://127.0.0.1:8000
[services empty]
[services odd]
sqs =
  Endpoint_URL = http://127.0.0.1:9000
endpoint_url = http://127.0.0.1:1
";

#[test]
fn every_endpoint_of_a_profile_comes_over_or_is_named() {
    let sandbox = Sandbox::new();
    let mut config = SECTIONS.to_owned();
    let mut profiles = Vec::new();
    for (index, settings) in ENDPOINTS.iter().enumerate() {
        let name = format!("p{index}");
        let _ = write!(config, "[profile {name}]\nregion = eu-west-1\n{settings}\n");
        profiles.push(name);
    }
    let credentials: String = profiles.iter().map(|name| keys(name)).collect();
    sandbox.write(CONFIG, &config);
    sandbox.write(CREDENTIALS, &credentials);
    let services = SERVICES.map(|service| format!("'{service}'")).join(", ");
    let program = format!(
        "session.create_client(service, 'eu-west-1').meta.endpoint_url for service in ({services})"
    );
    let real = botocore(&sandbox, &program, &profiles);
    let output = import(&sandbox, "--yes").run().assert_ok();
    let told = |profile: &str, text: &str| {
        let of = format!("`{profile}`");
        let mut lines = output.stderr.lines();
        lines.any(|line| line.contains(&of) && line.contains(text))
    };
    for (profile, settings) in profiles.iter().zip(ENDPOINTS) {
        let real = &real[profile];
        let at = format!("{settings:?}: {real:?}\n{}", output.stderr);
        if real.len() < SERVICES.len() {
            assert!(told(profile, "the AWS CLI refuses the profile"), "{at}");
            continue;
        }
        let custom = |url: &String| Some(url.clone()).filter(|url| !url.contains("amazonaws.com"));
        let of: Vec<Option<String>> = real.iter().map(custom).collect();
        let everything_else = &of[0];
        if everything_else.is_some() && of[1] != *everything_else && !settings.contains("= local") {
            assert!(told(profile, "its STS is at `"), "{at}");
            continue;
        }
        let shown = sandbox
            .leapp(&["show", profile, "--json"])
            .may_write_secrets();
        let session = shown.run().assert_ok().json();
        let endpoint = session["endpoint_url"].as_str().map(str::to_owned);
        for (service, real) in SERVICES.iter().zip(&of) {
            let variable = format!("AWS_ENDPOINT_URL_{}", service.to_uppercase());
            assert!(
                endpoint == *real || told(profile, &variable),
                "{service} {endpoint:?} {real:?} {at}"
            );
        }
    }
}

#[test]
fn every_setting_of_botocore_is_known() {
    let sandbox = Sandbox::new();
    let script = "from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES as all\n\
                  print(*sorted({value[0] for value in all.values() if value[0]}), sep='\\n')\n";
    let listed = sandbox
        .command(&format!("{VENV_BIN}/python"))
        .args(&["-B", "-c", script])
        .run()
        .assert_ok();
    let names: Vec<&str> = listed.stdout.lines().collect();
    assert!(names.len() > 20, "{names:?}");
    let mut settings = String::new();
    for name in &names {
        let _ = writeln!(settings, "{name} = x");
    }
    sandbox.write(
        CONFIG,
        &role("prod", "corp", &settings.replace("region = x\n", "")),
    );
    sandbox.write(CREDENTIALS, &keys("corp"));
    let output = import(&sandbox, "--yes").run().assert_ok();
    assert!(
        !output.stderr.contains("no setting that leapp knows"),
        "{}",
        output.stderr
    );
    // All but those that change nothing with this value.
    for name in names {
        let is_listed = output
            .stderr
            .contains(&format!("left behind: `{name}` of `prod`"));
        let is_taken = [
            "region",
            "use_fips_endpoint",
            "use_dualstack_endpoint",
            "ignore_configured_endpoint_urls",
        ]
        .contains(&name);
        assert!(is_listed != is_taken, "{name}\n{}", output.stderr);
    }
}

/// A profile with every setting of aws-vault, one with those of the AWS CLI, one of Granted's.
#[test]
fn what_stays_behind_is_listed_and_the_rest_works() {
    let aws_vault = "mfa_serial = arn:aws:iam::111122223333:mfa/alice\nmfa_process = ykman oath accounts code --single 'AWS corp'\n\
                     session_tags = team=web, cost = 7\ntransitive_session_tags = team,gone\nsource_identity = alice\n\
                     external_id = e-1\nrole_session_name = alice\nduration_seconds = 1800";
    let aws_cli = "output = json\ncli_pager =\ncli_history = enabled\nca_bundle = /etc/ssl/corp.pem\nuse_fips_endpoint = true\n\
                   use_dualstack_endpoint = true\nsts_regional_endpoints = legacy\ns3 =\n  addressing_style = path";
    let config = [
        role("prod", "corp", aws_vault),
        role("logs", "corp", aws_cli),
        role(
            "dev",
            "corp",
            "output = text\ngranted_color = red\nx_custom = hush\nsts_regional_endpoints = regional",
        ),
        role("heir", "corp", "include_profile = base"),
        "[profile base]\nregion = us-west-2\nexternal_id = e-2\n".to_owned(),
        role("orphan", "corp", "include_profile = nobody"),
    ];
    let sandbox = Sandbox::new();
    sandbox.write(CONFIG, &config.concat());
    let user = "duration_seconds = 900\nrole_session_name = x\noutput = json\n";
    sandbox.write(CREDENTIALS, &(keys("corp") + user));
    let output = import(&sandbox, "--yes").run();
    assert_snapshot!(output.transcript(), @r#"
    exit 0
    --- stderr
    leapp: new: `prod`, arn:aws:iam::444455556666:role/prod from `corp`
    leapp: new: `logs`, arn:aws:iam::444455556666:role/logs from `corp`
    leapp: new: `dev`, arn:aws:iam::444455556666:role/dev from `corp`
    leapp: new: `heir`, arn:aws:iam::444455556666:role/heir from `corp`
    leapp: new: `orphan`, arn:aws:iam::444455556666:role/orphan from `corp`
    leapp: new: `corp`, the user of `[ACCESS-KEY-ID]`; it runs `ykman oath accounts code --single 'AWS corp'` for its MFA codes
    leapp: new: `eu-west-1` as the region of sessions that name none
    leapp: left out: `base`: it has no credentials, only settings
    leapp: left behind: `duration_seconds` of `corp`: it belongs to a role, and this profile has no `role_arn`
    leapp: left behind: `role_session_name` of `corp`: it belongs to a role, and this profile has no `role_arn`
    leapp: left behind: `output` of `corp`, `logs`, `dev`: put it into `[default]`, where programs under leapp read it
    leapp: left behind: `transitive_session_tags` of `prod`: `gone` is none of its `session_tags`
    leapp: left behind: `cli_pager` of `logs`: put it into `[default]`, where programs under leapp read it
    leapp: left behind: `cli_history` of `logs`: put it into `[default]`, where programs under leapp read it
    leapp: left behind: `ca_bundle` of `logs`: set `AWS_CA_BUNDLE` to it
    leapp: left behind: `use_fips_endpoint` of `logs`: set `AWS_USE_FIPS_ENDPOINT=true`
    leapp: left behind: `use_dualstack_endpoint` of `logs`: set `AWS_USE_DUALSTACK_ENDPOINT=true`
    leapp: left behind: `sts_regional_endpoints` of `logs`: leapp uses the STS of a region; `sts_region = "us-east-1"` comes nearest to the global one
    leapp: left behind: `s3` of `logs`: put it into `[default]`, where programs under leapp read it
    leapp: left behind: `granted_color` of `dev`: it is a setting of Granted
    leapp: left behind: `x_custom` of `dev`: it is no setting that leapp knows
    leapp: left behind: `include_profile` of `orphan`: no profile `nobody` can be included here
    leapp: warning: `corp` gets the MFA device of `prod`, so that a code is asked for where none was before: `logs`, `dev`, `heir`, `orphan`
    leapp: added 6 sessions, stored 1 secret in the file vault
    leapp: 1 secret is still in `[ROOT]/home/.aws/credentials`, in plain text; `--remove-secrets` removes what is imported
    "#);
    assert_snapshot!(output.comparable(&sandbox.read(FILE)), @r#"
    version = 1

    [defaults]
    region = "eu-west-1"

    [sessions.prod]
    type = "iam-role-chained"
    assumer_session = "corp"
    role_arn = "arn:aws:iam::444455556666:role/prod"
    role_session_name = "alice"
    external_id = "e-1"
    source_identity = "alice"
    tags = { team = "web", cost = "7" }
    transitive_tags = ["team"]
    duration = "30m"

    [sessions.logs]
    type = "iam-role-chained"
    assumer_session = "corp"
    role_arn = "arn:aws:iam::444455556666:role/logs"

    [sessions.dev]
    type = "iam-role-chained"
    assumer_session = "corp"
    role_arn = "arn:aws:iam::444455556666:role/dev"

    [sessions.heir]
    type = "iam-role-chained"
    assumer_session = "corp"
    role_arn = "arn:aws:iam::444455556666:role/heir"
    external_id = "e-2"
    region = "us-west-2"

    [sessions.orphan]
    type = "iam-role-chained"
    assumer_session = "corp"
    role_arn = "arn:aws:iam::444455556666:role/orphan"

    [sessions.corp]
    type = "iam-user"
    access_key_id = "[ACCESS-KEY-ID]"
    mfa_device = "arn:aws:iam::111122223333:mfa/alice"
    mfa_process = "ykman oath accounts code --single 'AWS corp'"
    "#);
    // It is told at the first import only.
    let again = import(&sandbox, "--yes").run().assert_ok();
    assert!(!again.stderr.contains("left behind"), "{}", again.stderr);
}

#[test]
fn a_command_is_shown_before_anybody_agrees_to_it() {
    let sandbox = Sandbox::new();
    let config = role(
        "prod",
        "corp",
        "mfa_serial = arn:aws:iam::111122223333:mfa/a\nmfa_process = pass otp aws | tail -1\nendpoint_url = http://127.0.0.1:1",
    );
    sandbox.write(CONFIG, &config);
    sandbox.write(CREDENTIALS, &keys("corp"));
    let mut terminal = import(&sandbox, "").on_terminal();
    terminal.expect("at the endpoint `http://127.0.0.1:1`");
    // aws-vault gives it to a shell, and leapp does not.
    terminal.expect("it runs `sh -c 'pass otp aws | tail -1'` for its MFA codes");
    terminal.expect("Add 2 sessions to `");
    terminal.expect("[y/N] ");
    terminal.send_line("n");
    terminal.wait();
    assert_eq!(sandbox.read(FILE), "");
}

/// How a profile may run leapp, and what only looks like it. `[LEAPP]` is its path.
const COMMANDS: &[&str] = &[
    "[LEAPP] credential-process prod",
    "'[LEAPP]' credential-process prod",
    "\"[LEAPP]\" credential-process prod --yes",
    "/usr/bin/env FOO=1 [LEAPP] credential-process prod",
    "/usr/bin/env 'A=b c' [LEAPP] credential-process --yes prod",
    "env -u AWS_PROFILE [LEAPP] credential-process prod",
    "env -- [LEAPP] -q credential-process prod",
    "sh -c '[LEAPP] credential-process prod 2>/dev/null'",
    "[SPACED] credential-process prod",
    "leapp credential-process prod",
    "echo leapp credential-process prod",
    "/bin/echo '[LEAPP] credential-process prod'",
    "cat [LEAPP] credential-process prod",
    "env A=leapp echo credential-process prod",
    "[LEAPP] list credential-process prod",
    "[LEAPP]-exec credential-process prod",
    "FOO=1 echo leapp credential-process prod",
    "'[LEAPP] credential-process prod'",
];

#[test]
fn a_profile_that_runs_leapp_is_known_as_botocore_runs_it() {
    let aws = Aws::shared();
    let chain = Chain::new(aws, 0);
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let user = &chain.user;
    let own = "home/own config";
    for directory in ["home/.config/leapp", own] {
        sandbox.write(
            &format!("{directory}/sessions.toml"),
            &CORP
                .replace("corp", "prod")
                .replace(KEY, &user.access_key_id),
        );
    }
    let add = line("add user prod --secret-access-key -");
    let add = sandbox
        .leapp(&add)
        .stdin(user.secret_access_key.as_str())
        .may_write_secrets();
    add.run().assert_ok();
    let leapp = env!("CARGO_BIN_EXE_leapp");
    let spaced = sandbox.path("home/my apps/leapp");
    std::fs::create_dir_all(spaced.parent().expect("a folder")).expect("a folder");
    std::os::unix::fs::symlink(leapp, &spaced).expect("a link");
    let mut config = String::new();
    let mut profiles = Vec::new();
    for (index, command) in COMMANDS.iter().enumerate() {
        let name = format!("p{index}");
        let command = command.replace("[LEAPP]", leapp);
        let command = command.replace("[SPACED]", &format!("'{}'", spaced.display()));
        let _ = write!(config, "[profile {name}]\ncredential_process = {command}\n");
        // What stands in for it is the session that it runs leapp for.
        config.push_str(&role(&format!("on-{name}"), &name, ""));
        profiles.push(name);
    }
    let other = format!(
        "/usr/bin/env 'LEAPP_CONFIG_DIR={}' {leapp} credential-process prod",
        sandbox.path(own).display()
    );
    let _ = write!(
        config,
        "[profile elsewhere]\ncredential_process = {other}\n"
    );
    config.push_str(&role("on-elsewhere", "elsewhere", ""));
    sandbox.write(CONFIG, &config);
    profiles.push("elsewhere".to_owned());
    let real = botocore(
        &sandbox,
        "[session.get_credentials().access_key]",
        &profiles,
    );
    let works = |name: &String| real[name][0].starts_with("ASIA") || real[name][0].len() == 20;
    let output = import(&sandbox, "--yes").run().assert_ok();
    let (mut ours, mut others) = (0, 0);
    for name in &profiles {
        let is_ours = output.stderr.contains(&format!(
            "left out: `{name}`: it is a named profile of leapp's own"
        ));
        assert_eq!(
            is_ours,
            works(name),
            "{name}: {:?}\n{}",
            real[name],
            output.stderr
        );
        let stands = output
            .stderr
            .contains(&format!("role/on-{name} from `prod`"));
        // The session of another directory is not known here.
        assert_eq!(
            stands,
            works(name) && name != "elsewhere",
            "{name}\n{}",
            output.stderr
        );
        if is_ours { ours += 1 } else { others += 1 }
    }
    assert!(ours >= 10 && others >= 6, "{ours} {others}");
}

#[test]
fn a_role_behind_another_program_hangs_on_the_session_of_that_name() {
    let process =
        |name: &str, command: &str| format!("[profile {name}]\ncredential_process = {command}\n");
    let config = [
        process("base", "aws-vault exec corp --json"),
        role("prod", "base", ""),
        process("work", "/opt/vend credentials"),
        role("logs", "work", ""),
        process("lost", "granted credential-process --profile nobody"),
        role("dev", "lost", ""),
    ];
    // In the catalog.
    let sandbox = with(&CORP.replace(
        "[sessions.corp]",
        "[sessions.corp]\nnamed_profile = \"work\"",
    ));
    sandbox.write(CONFIG, &config.concat());
    assert_snapshot!(import(&sandbox, "--yes").run().transcript(), @"
    exit 0
    --- stderr
    leapp: new: `prod`, arn:aws:iam::444455556666:role/prod from `corp`
    leapp: new: `logs`, arn:aws:iam::444455556666:role/logs from `corp`
    leapp: left out: `base`: its credentials come from another program (`credential_process`)
    leapp: left out: `work`: its credentials come from another program (`credential_process`)
    leapp: left out: `lost`: its credentials come from another program (`credential_process`)
    leapp: left out: `dev`: it is assumed from `lost`, which cannot be imported
    leapp: warning: `prod` is chained on the session `corp`, in place of the `credential_process` of its source profile `base`
    leapp: warning: `logs` is chained on the session `corp`, in place of the `credential_process` of its source profile `work`
    leapp: added 2 sessions
    ");
    // In this import.
    let sandbox = Sandbox::new();
    sandbox.write(CONFIG, &config.concat());
    sandbox.write(CREDENTIALS, &keys("corp"));
    assert_snapshot!(import(&sandbox, "--yes").run().transcript(), @"
    exit 0
    --- stderr
    leapp: new: `prod`, arn:aws:iam::444455556666:role/prod from `corp`
    leapp: new: `corp`, the user of `[ACCESS-KEY-ID]`
    leapp: new: `eu-west-1` as the region of sessions that name none
    leapp: left out: `base`: its credentials come from another program (`credential_process`)
    leapp: left out: `work`: its credentials come from another program (`credential_process`)
    leapp: left out: `lost`: its credentials come from another program (`credential_process`)
    leapp: left out: `logs`: it is assumed from `work`, which cannot be imported
    leapp: left out: `dev`: it is assumed from `lost`, which cannot be imported
    leapp: warning: `prod` is chained on the session `corp`, in place of the `credential_process` of its source profile `base`
    leapp: added 2 sessions, stored 1 secret in the file vault
    leapp: 1 secret is still in `[ROOT]/home/.aws/credentials`, in plain text; `--remove-secrets` removes what is imported
    ");
}
