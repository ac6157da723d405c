//! `leapp-exec --serve`: the command asks for its credentials, finds the session, and nothing else.

use std::fs;

use insta::assert_snapshot;

use crate::exec::with_r1;
use crate::exec_endpoint::inner;
use crate::exec_environment::{WHO, aws_and_ours, chain_in_junk, keeps_a_state, with_junk};
use crate::support::aws::Aws;
use crate::support::sandbox::Sandbox;
use crate::support::world::{account, allow};
use crate::support::{VENV_BIN, program, wait_for};

#[test]
fn a_command_finds_where_to_ask_and_no_keys() {
    let sandbox = with_junk(with_r1());
    let run = sandbox.leapp_exec(&["--serve", "r1", "--", "env", "-0"]);
    let output = run.run().assert_ok();
    let mut variables = aws_and_ours(&output.stdout);
    for (name, shown) in [
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "[TOKEN]"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "[FILE]"),
        ("LEAPP_SESSION_ACCOUNT", "[ACCOUNT]"),
        ("AWS_CONFIG_FILE", "[COPY]"),
    ] {
        variables
            .insert(name.to_owned(), shown.to_owned())
            .expect("it is set");
    }
    let lines = variables
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"));
    assert_snapshot!(output.comparable(&lines.collect::<String>()), @r"
    AWS_CONFIG_FILE=[COPY]
    AWS_CONTAINER_AUTHORIZATION_TOKEN=[TOKEN]
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=[FILE]
    AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:[PORT]/credentials
    AWS_CREDENTIAL_PROFILES_FILE=/dev/null
    AWS_DEFAULT_REGION=eu-west-1
    AWS_EC2_METADATA_DISABLED=true
    AWS_ENDPOINT_URL=http://127.0.0.1:[PORT]
    AWS_PAGER=
    AWS_REGION=eu-west-1
    AWS_SDK_LOAD_CONFIG=1
    AWS_SHARED_CREDENTIALS_FILE=/dev/null
    LEAPP_SECRETS=file
    LEAPP_SESSION=r1
    LEAPP_SESSION_ACCOUNT=[ACCOUNT]
    LEAPP_SESSION_USES=::eu-west-1
    ");
}

#[test]
fn the_aws_cli_boto3_and_terraform_are_the_session_whatever_the_default_profile_has() {
    let (sandbox, chain, arn) = chain_in_junk();
    let as_r2 = ["--serve", "r2", "--"];
    let cli = sandbox.leapp_exec(&as_r2).args(&["aws"]).args(&WHO);
    assert_eq!(cli.run().assert_ok().stdout.trim_end(), arn);
    let script = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])";
    let python = format!("{VENV_BIN}/python");
    let boto3 = sandbox
        .leapp_exec(&as_r2)
        .args(&[python.as_str(), "-B", "-c", script]);
    assert_eq!(boto3.run().assert_ok().stdout.trim_end(), arn);
    if program("terraform").is_some() {
        let account = chain.target().split(':').nth(4).unwrap();
        keeps_a_state(&sandbox, &format!("served-{account}"), &as_r2);
    }
}

/// Every way in which `[default]` of the config file can give credentials.
fn default_profiles() -> Vec<(&'static str, String)> {
    let keys = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = junk";
    let role = "role_arn = arn:aws:iam::111122223333:role/Other";
    let cases = [
        ("keys", keys.to_owned()),
        ("indented keys", format!("  {}", keys.replace('\n', "\n  "))),
        (
            "a command",
            "credential_process = /bin/sh other.sh".to_owned(),
        ),
        ("a role", format!("{role}\nsource_profile = other")),
        (
            "a role by the environment",
            format!("{role}\ncredential_source = Environment"),
        ),
        (
            "a web identity",
            format!("{role}\nweb_identity_token_file = /no/such/file"),
        ),
        (
            "single sign-on",
            "sso_start_url = https://sso.invalid\nsso_region = eu-west-1\n\
             sso_account_id = 111122223333\nsso_role_name = Other"
                .to_owned(),
        ),
        (
            "a session of single sign-on",
            "sso_session = mine\nsso_account_id = 111122223333\nsso_role_name = Other".to_owned(),
        ),
        (
            "a login",
            "login_session = arn:aws:iam::111122223333:user/other".to_owned(),
        ),
    ];
    let file = |default: String| {
        format!(
            "[default]\n{default}\noutput = text\n[profile other]\n{keys}\nregion = sa-east-1\n\
             [sso-session mine]\nsso_start_url = https://sso.invalid\nsso_region = eu-west-1\n"
        )
    };
    cases
        .into_iter()
        .map(|(name, default)| (name, file(default)))
        .collect()
}

/// Prints who boto3 is, then who it would be with the user's own config file.
const WITH_AND_WITHOUT: &str = "
import os, boto3
def who():
    try:
        return boto3.Session().client('sts').get_caller_identity()['Arn']
    except Exception as error:
        return type(error).__name__
print(who())
os.environ['AWS_CONFIG_FILE'] = os.path.expanduser('~/.aws/config')
print(who())
";

#[test]
fn nothing_in_the_default_profile_of_the_config_file_wins() {
    let sandbox = with_r1();
    sandbox.write(
        "home/other.sh",
        r#"echo '{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "x"}'"#,
    );
    let python = format!("{VENV_BIN}/python");
    for (name, config) in default_profiles() {
        sandbox.write("home/.aws/config", &config);
        let words = ["--serve", "r1", "--", &python, "-B", "-c", WITH_AND_WITHOUT];
        let output = sandbox.leapp_exec(&words).run().assert_ok();
        let mut lines = output.stdout.lines();
        let (with, without) = (lines.next().unwrap(), lines.next().unwrap());
        assert!(with.ends_with("/R1/test"), "{name}: {with}");
        // Else this test would prove nothing.
        assert!(!without.ends_with("/R1/test"), "{name}: {without}");
    }
}

#[test]
fn terraform_is_the_session_whatever_the_default_profile_asks_for() {
    let Some(_) = program("terraform") else {
        return;
    };
    for (name, config) in default_profiles() {
        if ["a command", "a role", "a web identity", "single sign-on"].contains(&name) {
            let (sandbox, chain, _) = chain_in_junk();
            sandbox.write("home/.aws/config", &config);
            let account = chain.target().split(':').nth(4).unwrap();
            keeps_a_state(
                &sandbox,
                &format!("any-{account}"),
                &["--serve", "r2", "--"],
            );
        }
    }
}

fn copies(sandbox: &Sandbox) -> usize {
    fs::read_dir(sandbox.path("home/.local/share/leapp/aws-config")).map_or(0, Iterator::count)
}

#[test]
fn the_copy_of_the_config_file_is_private_and_is_gone_with_the_command() {
    let sandbox = with_r1();
    let (_, config) = default_profiles().remove(0);
    sandbox.write("home/.aws/config", &config);
    let showing = "ls -l $AWS_CONFIG_FILE | cut -c1-10; cat $AWS_CONFIG_FILE";
    let run = sandbox.leapp_exec(&["--serve", "r1", "--", "sh", "-c", showing]);
    assert_snapshot!(run.run().transcript(), @r"
    exit 0
    --- stdout
    -rw-------
    [default]
    output = text
    [profile other]
    aws_access_key_id = [ACCESS-KEY-ID]
    aws_secret_access_key = junk
    region = sa-east-1
    [sso-session mine]
    sso_start_url = https://sso.invalid
    sso_region = eu-west-1
    ");
    assert_eq!(copies(&sandbox), 0);
    assert_eq!(sandbox.read("home/.aws/config"), config);
    // On every way out; after SIGKILL, with the next one.
    for (signal, left) in [("TERM", 0), ("HUP", 0), ("KILL", 1)] {
        let waiting = "echo ready >&2; exec sleep 20 >/dev/null 2>&1";
        let run = sandbox.leapp_exec(&["--serve", "r1", "--", "sh", "-c", waiting]);
        let running = run.start();
        running.wait_for_stderr("ready");
        assert_eq!(copies(&sandbox), 1, "{signal}");
        running.signal(signal);
        let _ = running.wait();
        assert_eq!(copies(&sandbox), left, "{signal}");
    }
    let next = sandbox.leapp_exec(&["--serve", "r1", "--", "true"]);
    next.run().assert_ok();
    assert_eq!(copies(&sandbox), 0);
}

#[test]
fn what_would_be_written_to_the_copy_and_lost_is_refused() {
    let sandbox = with_r1();
    let config = "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n";
    sandbox.write("home/.aws/config", config);
    let words = ["--serve", "r1", "--", "leapp", "start", "r1"];
    let said = sandbox.leapp_exec(&words).run().assert_code(1).stderr;
    assert!(said.contains("run this in another terminal"), "{said}");
    assert_eq!(sandbox.read("home/.aws/config"), config);
    sandbox.leapp(&["start", "r1"]).run().assert_ok();
    assert!(sandbox.read("home/.aws/config").contains("[profile r1]"));
}

#[test]
fn a_file_that_gives_no_credentials_is_used_as_it_is() {
    let sandbox = with_r1();
    sandbox.write("home/.aws/config", "[default]\nregion = sa-east-1\n");
    let looking = "echo \"[$AWS_CONFIG_FILE]\"; aws configure get region";
    let run = sandbox.leapp_exec(&["--serve", "r1", "--", "sh", "-c", looking]);
    assert_eq!(run.run().assert_ok().stdout, "[]\nsa-east-1\n");
    // `~` is what the SDKs take for the home directory as well.
    sandbox.write("home/mine", "[default]\nrole_arn = x\nregion = sa-east-1\n");
    let run = sandbox.leapp_exec(&["--serve", "r1", "--", "aws", "configure", "get", "region"]);
    let output = run.env("AWS_CONFIG_FILE", "~/mine").run().assert_ok();
    assert_eq!(output.stdout, "sa-east-1\n");
}

#[test]
fn named_profiles_of_the_config_file_go_on_working() {
    let aws = Aws::shared();
    let sandbox = with_r1();
    let other = aws.user(&account(), "other", &[allow("*", "*")]);
    let keys = format!(
        "aws_access_key_id = {}\naws_secret_access_key = {}\n",
        other.access_key_id, other.secret_access_key
    );
    let config = format!("[default]\n{keys}[profile other]\n{keys}region = eu-west-1\n");
    sandbox.write("home/.aws/config", &config);
    let words = ["--serve", "r1", "--", "aws", "--profile", "other"];
    let run = sandbox.leapp_exec(&words).args(&WHO).may_write_secrets();
    assert_eq!(run.run().assert_ok().stdout.trim_end(), other.arn);
}

#[test]
fn inside_it_another_session_takes_its_place_and_leaves_no_trace() {
    let sandbox = with_r1();
    let inner = inner(&sandbox);
    let run = sandbox.leapp_exec(&["--serve", "r1", "--", &inner, "u1", "--", "env", "-0"]);
    let output = run.may_print_secrets().run().assert_ok();
    let variables = aws_and_ours(&output.stdout);
    assert_eq!(variables["LEAPP_SESSION"], "u1");
    assert!(variables.contains_key("AWS_ACCESS_KEY_ID"));
    assert!(!variables.contains_key("AWS_CONTAINER_CREDENTIALS_FULL_URI"));
    assert!(!variables.contains_key("AWS_CONTAINER_AUTHORIZATION_TOKEN"));
}

#[test]
fn no_secret_is_in_arguments_or_files() {
    let sandbox = with_r1();
    let looking = "echo \"[$AWS_CONTAINER_AUTHORIZATION_TOKEN]\"; cat /proc/$PPID/cmdline >&2
        cat /proc/$PPID/environ >&2 || echo closed >&2; tr '\\0' ' ' </proc/$$/cmdline >&2
        exec 2>&-; read line";
    let run = sandbox.leapp_exec(&["--serve", "r1", "--", "sh", "-c", looking]);
    let running = run.stdin("\n").start();
    let output = running.wait();
    let token = output.stdout.trim_matches(['[', ']', '\n']);
    assert_eq!(token.len(), 43, "{}", output.transcript());
    assert!(!output.stderr.contains(token));
    let found = sandbox.command("grep").args(&["-r", "--", token]);
    let root = sandbox.path("").display().to_string();
    assert_eq!(found.args(&[&root]).run().code, Some(1));
}

#[test]
fn a_prompt_shows_a_session_without_an_end() {
    let sandbox = with_r1();
    let run = sandbox.leapp_exec(&["--serve", "r1", "--", "leapp", "prompt"]);
    assert_eq!(run.run().assert_ok().stdout, "r1\n");
}

#[test]
fn the_endpoint_ends_with_the_command() {
    let sandbox = with_r1();
    let run = sandbox.leapp_exec(&["--serve", "r1", "--", "sh", "-c"]);
    let printing = "echo $AWS_CONTAINER_CREDENTIALS_FULL_URI";
    let output = run.args(&[printing]).run().assert_ok();
    let (_, address) = output.stdout.split_once("//").unwrap();
    let address = address.split('/').next().unwrap().to_owned();
    wait_for("a port that nobody listens on", || {
        std::net::TcpStream::connect(&address)
            .is_err()
            .then_some(())
    });
}
