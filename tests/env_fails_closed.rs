//! A failing `leapp env` must not look like success. `eval "$(false)"` is one in every shell, and a
//! shell whose variables are merely cleared falls through to `[default]`: so what is printed clears
//! them, names a profile that does not exist, and fails.

use insta::assert_snapshot;

use crate::env::{EVALS, eval};
use crate::exec::with_r1;
use crate::exec_environment::{RIVALS, SET};
use crate::support::aws::Aws;
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;
use crate::support::world::{Chain, account, root_of, trust};

/// Every kind of failure, as a command line.
pub(crate) const FAILURES: [&str; 20] = [
    "leapp env",
    "leapp env nope",
    "leapp env r1 r2",
    "leapp env r1 --frobnicate",
    "leapp --frobnicate env r1",
    "leapp env r1 --unset",
    "leapp env r1 --region Nowhere",
    "leapp env r1 --region",
    "leapp env r1 --duration soon",
    "leapp env r1 --duration 13h",
    "leapp env r1 --shell rc",
    "leapp env r1 --format yaml",
    "LEAPP_SECRETS=pocket leapp env r1",
    "LEAPP_CONFIG_DIR=$HOME/unreadable leapp env r1",
    "LEAPP_CONFIG_DIR=$HOME/broken leapp env r1",
    "LEAPP_CONFIG_DIR=$HOME/unfinished leapp env r1",
    "env -u HOME -u XDG_CONFIG_HOME leapp env r1",
    "leapp env lost",
    "LEAPP_IDENTITY_FILE=/no/such leapp env r1 --refresh",
    "AWS_ENDPOINT_URL_STS=http://127.0.0.1:[PORT] leapp env r1",
];

/// Those at which AWS or a person would have the last word.
pub(crate) const REFUSALS: [&str; 3] = ["leapp env denied", "leapp env guarded", "leapp env mfa"];

/// What a closed shell of [`failing`] hands to its programs.
pub(crate) const CLOSED: &str = "AWS_ACCESS_KEY_ID=leapp-no-credentials\nAWS_EC2_METADATA_DISABLED=true\n\
    AWS_ENDPOINT_URL=http://127.0.0.1:[PORT]\nAWS_PAGER=\n\
    AWS_PROFILE=leapp-no-credentials\n\
    AWS_SECRET_ACCESS_KEY=leapp-no-credentials\n\
    AWS_SESSION_TOKEN=leapp-no-credentials\nLEAPP_IDENTITY_FILE=[ROOT]/identity.txt\nLEAPP_SECRETS=file\n";

/// A sandbox in which all of them fail, with the remains of a session in its environment.
pub(crate) fn failing() -> Sandbox {
    let aws = Aws::shared();
    let mut sandbox = with_r1();
    let elsewhere = account();
    let shut = aws.role(&elsewhere, "Shut", &trust(&root_of(&elsewhere)), &[]);
    sandbox.add_chained("denied", &shut, "u1", &[]);
    sandbox.add_chained("guarded", &shut, "u1", &["--protected"]);
    sandbox.add_user("mfa", &Chain::with_mfa(aws, 0).user);
    let sessions = "home/.config/leapp/sessions.toml";
    let lost = "\n[sessions.lost]\ntype = \"iam-user\"\naccess_key_id = \"AKIAIOSFODNN7EXAMPLE\"\n\
                region = \"eu-west-1\"\n";
    sandbox.write(sessions, &(sandbox.read(sessions) + lost));
    sandbox.write("home/unreadable/config.toml/file", "");
    sandbox.write("home/broken/config.toml", "secrets = 7\n");
    sandbox.write(
        "home/unfinished/sessions.toml",
        "version = 1\n[sessions.r1\n",
    );
    for name in RIVALS.iter().chain(&SET) {
        sandbox.set(name, "of the session before");
    }
    sandbox
}

#[test]
fn after_every_failure_every_shell_stops_without_credentials() {
    let sandbox = failing();
    for command in FAILURES.iter().chain(&REFUSALS) {
        let start = |(index, (shell, form)): (usize, (&str, &str))| {
            // Nobody listens there. A port for each, or one would wait for what the other gets.
            let command = command.replace("[PORT]", &(index + 1).to_string());
            let script = format!(
                "{} && echo GOES-ON; env | grep -E '^(AWS|LEAPP_)' | sort",
                eval(form, &command)
            );
            let running = sandbox.shell(shell, &script)?.start();
            Some((format!("{shell}: {form}: {command}"), running))
        };
        // All shells at once: some failures take a second.
        let running: Vec<_> = EVALS.into_iter().enumerate().filter_map(start).collect();
        for (what, running) in running {
            let output = running.wait();
            assert!(
                output.stderr.contains("leapp: error: "),
                "{what}: {}",
                output.stderr
            );
            assert_eq!(output.comparable(&output.stdout), CLOSED, "{what}");
        }
    }
}

#[test]
fn programs_get_nothing_at_all() {
    let sandbox = failing();
    let all = FAILURES.iter().chain(&REFUSALS);
    for command in all.filter(|command| !command.contains("--format")) {
        let start = |(port, format)| {
            let command = command.replace("[PORT]", port);
            let command = format!("{command} --format {format}");
            (command.clone(), sandbox.sh(&command).start())
        };
        let running = [("1", "json"), ("2", "dotenv"), ("3", "credential-process")].map(start);
        for (command, running) in running {
            let output = running.wait();
            assert_ne!(output.code, Some(0), "{command}");
            assert_eq!(output.stdout, "", "{command}");
        }
    }
}

#[test]
fn where_nobody_can_be_asked_a_login_is_3() {
    let sandbox = failing();
    for alias in ["mfa", "guarded"] {
        for format in ["shell", "json", "dotenv", "credential-process"] {
            let run = sandbox.leapp(&["env", alias, "--format", format]);
            run.run().assert_code(3);
        }
        // There 3 would be the command's.
        let run = sandbox.leapp_exec(&[alias, "--", "true"]);
        run.run().assert_code(125);
    }
}

#[test]
fn a_script_that_stops_at_failures_stops() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "dash"] {
        let script = "set -e; eval \"$(leapp env nope)\"; echo GOES-ON";
        if let Some(run) = sandbox.shell(shell, script) {
            assert_eq!(run.run().assert_code(1).stdout, "", "{shell}");
        }
    }
}

/// The environment is the same after each failure: once for each shell is enough here.
#[test]
fn the_aws_cli_refuses_to_run_although_default_holds_keys() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let user = Chain::new(aws, 0).user;
    let keys = format!(
        "[default]\nregion = eu-west-1\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        user.access_key_id, user.secret_access_key
    );
    sandbox.write("home/.aws/credentials", &keys);
    sandbox.write("home/.aws/config", &keys);
    let who = "aws sts get-caller-identity --query Arn --output text";
    // They are good ones, and the CLI would take them.
    let cleared = sandbox.sh(who).may_write_secrets().run();
    assert_eq!(cleared.assert_ok().stdout.trim_end(), user.arn);
    for (shell, form) in EVALS {
        let script = format!("{}; {who}", eval(form, "leapp env nope 2>/dev/null"));
        let Some(run) = sandbox.shell(shell, &script) else {
            continue;
        };
        let output = run.may_write_secrets().run();
        assert_ne!(output.code, Some(0), "{shell}");
        assert_eq!(output.stdout, "", "{shell}");
        let named = "The config profile (leapp-no-credentials) could not be found";
        assert!(output.stderr.contains(named), "{shell}: {}", output.stderr);
    }
}

#[test]
fn the_endpoint_of_a_session_goes_with_it() {
    let sandbox = failing()
        .env("AWS_ENDPOINT_URL", "https://of.the.session.before")
        .env("LEAPP_ENDPOINT_URL", "https://of.the.session.before");
    for (shell, form) in EVALS {
        let script = format!(
            "{}; env | grep ENDPOINT; true",
            eval(form, "leapp env nope 2>/dev/null")
        );
        if let Some(run) = sandbox.shell(shell, &script) {
            assert_eq!(run.run().assert_ok().stdout, "", "{shell}");
        }
    }
}

#[test]
fn a_later_success_heals_the_shell() {
    let sandbox = with_r1();
    for (shell, form) in EVALS {
        let script = format!(
            "{}; {} && sh -c 'echo $LEAPP_SESSION $AWS_PROFILE'",
            eval(form, "leapp env nope 2>/dev/null"),
            eval(form, "leapp env r1")
        );
        if let Some(run) = sandbox.shell(shell, &script) {
            assert_eq!(run.run().assert_ok().stdout, "r1\n", "{shell}");
        }
    }
}

#[test]
fn ctrl_c_at_the_question_leaves_no_credentials_either() {
    let sandbox = failing();
    let script = "eval \"$(leapp env mfa)\" && echo GOES''-ON; echo \"now $AWS_PROFILE.\"";
    let mut terminal = sandbox.sh(script).on_terminal();
    terminal.expect("MFA code");
    terminal.ctrl_c();
    terminal.expect("now leapp-no-credentials.");
    assert!(!terminal.screen().contains("GOES-ON"));
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn a_substitution_of_its_own_survives_a_missing_binary() {
    let sandbox = with_r1();
    for (shell, creds) in [
        ("bash", "creds=$(@) && eval \"$creds\""),
        ("zsh", "creds=$(@) && eval \"$creds\""),
        ("dash", "creds=$(@) && eval \"$creds\""),
        ("fish", "set creds (@) && eval $creds"),
    ] {
        for (command, expected) in [
            ("no-such-leapp env r1", ""),
            ("leapp env nope", ""),
            ("leapp env r1", "GOES-ON as r1\n"),
        ] {
            let script = format!(
                "{} && echo GOES-ON as $LEAPP_SESSION",
                creds.replace('@', command)
            );
            if let Some(run) = sandbox.shell(shell, &script) {
                assert_eq!(run.run().stdout, expected, "{shell}: {command}");
            }
        }
    }
}

#[test]
fn a_refusal_says_what_is_wrong_and_ends_in_false() {
    let output = failing().leapp(&["env", "nope", "--shell", "bash"]).run();
    let output = output.assert_code(1);
    let shown = output.transcript();
    let (_, rest) = shown
        .split_once(" LEAPP_ENDPOINT_URL;\n")
        .expect("the unset line");
    assert_snapshot!(rest, @"
    export AWS_ACCESS_KEY_ID='leapp-no-credentials';
    export AWS_SECRET_ACCESS_KEY='leapp-no-credentials';
    export AWS_SESSION_TOKEN='leapp-no-credentials';
    export AWS_PROFILE='leapp-no-credentials';
    ! true;
    leapp_env_needs_eval=see:leapp:env:--help; unset leapp_env_needs_eval;
    unset AWS_DEFAULT_PROFILE AWS_SECURITY_TOKEN AWS_TOKEN AWS_ACCESS_KEY AWS_SECRET_KEY AMAZON_ACCESS_KEY_ID AMAZON_SECRET_ACCESS_KEY AMAZON_SESSION_TOKEN EC2_ACCESS_KEY EC2_SECRET_KEY EC2_SECURITY_TOKEN AWSACCESSKEYID AWSSECRETACCESSKEY AWSSESSIONTOKEN MINIO_ROOT_USER MINIO_ROOT_PASSWORD MINIO_ACCESS_KEY MINIO_SECRET_KEY FSSPEC_S3_KEY FSSPEC_S3_SECRET FSSPEC_S3_TOKEN AWS_CREDENTIAL_FILE AWS_CREDENTIAL_PROFILES_FILE CPL_AWS_CREDENTIALS_FILE MINIO_SHARED_CREDENTIALS_FILE AWS_CREDENTIAL_SCOPE AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN AWS_ROLE_SESSION_NAME AWS_IAM_ROLE_ARN AWS_IAM_ROLE_SESSION_NAME AWS_S3_ASSUME_ROLE_ARN AWS_S3_ROLE_SESSION_NAME AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE AWS_BEARER_TOKEN_BEDROCK AWS_SESSION_EXPIRATION AWS_VAULT AWSUME_PROFILE AWSUME_EXPIRATION AWS_SSO_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_CREDENTIAL_EXPIRATION LEAPP_SESSION LEAPP_SESSION_EXPIRATION LEAPP_SESSION_ACCOUNT LEAPP_SESSION_PROTECTED LEAPP_SESSION_OPTIONS LEAPP_SESSION_USES LEAPP_EXEC LEAPP_ENDPOINT_URL;
    export AWS_ACCESS_KEY_ID='leapp-no-credentials';
    export AWS_SECRET_ACCESS_KEY='leapp-no-credentials';
    export AWS_SESSION_TOKEN='leapp-no-credentials';
    export AWS_PROFILE='leapp-no-credentials';
    false;
    --- stderr
    leapp: error: no session named `nope`

    hint: run `leapp list` to see every alias
    hint: evaluate `leapp env --unset` to clear this shell; until then, AWS programs in it find no credentials
    ");
}

#[test]
fn help_that_a_shell_evaluates_runs_nothing() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "dash", "fish"] {
        let eval = if shell == "fish" {
            "eval (leapp env --help)"
        } else {
            "eval \"$(leapp env --help)\""
        };
        let Some(run) = sandbox.shell(shell, &format!("{eval}; echo done")) else {
            continue;
        };
        let output = run.run().assert_ok();
        assert_eq!(
            (output.stdout.as_str(), output.stderr.as_str()),
            ("done\n", ""),
            "{shell}"
        );
    }
}

/// A machine with a metadata service that nobody has switched off.
fn on_an_instance() -> Sandbox {
    with_r1().env_remove("AWS_EC2_METADATA_DISABLED")
}

const METADATA: &str =
    "sh -c 'echo \"${AWS_EC2_METADATA_DISABLED-on} ${LEAPP_EC2_METADATA_DISABLED-theirs}\"'";

#[test]
fn the_metadata_service_is_off_until_a_switch_is_undone() {
    let sandbox = on_an_instance();
    for (shell, form) in EVALS {
        let nope = eval(form, "leapp env nope 2>/dev/null");
        let r1 = eval(form, "leapp env r1");
        let unset = eval(form, "leapp env --unset");
        let script = format!("{nope}; {METADATA}; {r1}; {METADATA}; {nope}; {unset}; {METADATA}");
        if let Some(run) = sandbox.shell(shell, &script) {
            let shown = run.run().assert_ok().stdout;
            assert_eq!(shown, "true true\ntrue true\non theirs\n", "{shell}");
        }
    }
    let exec = sandbox.leapp_exec(&["r1", "--", "sh", "-c", METADATA]);
    assert_eq!(exec.run().assert_ok().stdout, "true true\n");
}

#[test]
fn where_the_user_has_switched_the_metadata_service_off_it_stays_off() {
    let sandbox = with_r1();
    for (shell, form) in EVALS {
        let r1 = eval(form, "leapp env r1");
        let unset = eval(form, "leapp env --unset");
        let script = format!("{r1}; {METADATA}; {unset}; {METADATA}");
        if let Some(run) = sandbox.shell(shell, &script) {
            let shown = run.run().assert_ok().stdout;
            assert_eq!(shown, "true theirs\ntrue theirs\n", "{shell}");
        }
    }
}
