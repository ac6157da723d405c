//! Text from outside is data: nothing that is printed controls a terminal, hides, or passes for a line
//! of the program. Random texts in every field of a session and on the command line, through every
//! subcommand; `outside_sources.rs` has the same for what comes from elsewhere.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::sessions::FILE;
use crate::support::outside::{Texts, toml_string};
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;
use crate::support::variable;

/// How often each property is tried, on new texts each time.
pub(crate) fn rounds() -> usize {
    if variable("LEAPP_TEST_ALL").is_empty() {
        1
    } else {
        20
    }
}

/// Nobody listens there, and it takes no time to find out.
const NOBODY: &str = "http://127.0.0.1:9";

const COMMANDS: &str = "add list show set edit rename explain remove rotate-key exec serve env start stop \
    credential-process console use off init prompt complete status whoami login logout doctor lock import \
    export secrets generate";

/// Whatever shows something of a session.
const SHOWING: &str = "\
    list
    list --json
    show corp
    show corp --json
    explain prod
    explain prod --json
    status
    status --json
    export
    export corp
    complete -- leapp use _
    complete -- leapp list --label _
    complete -- leapp set corp labels=
    doctor prod
    doctor prod --json
    -vvv login prod
    env prod
    whoami prod
    rotate-key corp
    remove corp
    set prod region=eu-west-2
    rename prod dev
    start dev
    status
    import aws-config --dry-run --yes
    stop dev
    remove dev --yes
";

/// Options that quote their value where it is wrong.
const OPTIONS: &str = "\
    list --type
    list --label
    env corp --shell
    env corp --format
    env corp --region
    env corp --duration
    env corp --min-ttl
    env corp --policy
    env prod --policy-arn
    env prod --assume
    env corp --assertion
    add user x --access-key-id
    add user --mfa-device
    add federated --saml-url
    add federated --from-login
    add chained x --assumer-session
    serve corp --port
    serve corp --token-file
    set corp --unset
    secrets remove
    secrets move --to
    init
    generate completions
    import leapp --machine-id
    import aws-config --credentials-file
    export --output
    use --begun-with
    start corp --name
    console corp --service
";

pub(crate) fn sandbox() -> Sandbox {
    Sandbox::new()
        .env("AWS_ENDPOINT_URL", NOBODY)
        .env("VISUAL", "true")
}

/// A user and a role, with more lines for each.
pub(crate) fn sessions(user: &str, role: &str) -> String {
    format!(
        "[defaults]\nregion = \"eu-west-1\"\n\n[sessions.corp]\ntype = \"iam-user\"\n\
         access_key_id = \"AKIAIOSFODNN7EXAMPLE\"\n{user}\n[sessions.prod]\ntype = \"iam-role-chained\"\n\
         role_arn = \"arn:aws:iam::444455556666:role/Admin\"\nassumer_session = \"corp\"\n{role}"
    )
}

#[track_caller]
pub(crate) fn check(run: Run<'_>, texts: &Texts) {
    let words = run.arguments().join(" ");
    let structure: &[char] = match run.arguments().first() {
        Some(command) if command == "complete" => &['\t'],
        _ => &[],
    };
    let output = run.may_print_secrets().run();
    output.assert_visible(&words, texts, structure);
    // A panic would be one more way to print something.
    assert!(
        !output.stderr.contains("panicked"),
        "{words:?}: {}",
        output.stderr
    );
    let is_answer = output.code == Some(0) || words.starts_with("doctor");
    if words.ends_with("--json") && is_answer && !output.stdout.is_empty() {
        let _: Value = serde_json::from_str(&output.stdout).expect("JSON");
    }
}

#[test]
fn what_a_session_says_of_itself_is_shown_as_data() {
    let mut texts = Texts::new();
    for _ in 0..rounds() {
        let free = |texts: &mut Texts| {
            let [description, label] = [(); 2].map(|()| toml_string(&texts.printable()));
            // It is split into words, as a shell does it.
            let process = texts.printable().replace(['\'', '"', '\\'], "");
            let process = toml_string(&process);
            let comment = texts.printable();
            format!("# {comment}\ndescription = {description}\nlabels = [{label}]\n")
                + &format!("mfa_device = \"GAHT12345678\"\nmfa_process = {process}\n")
        };
        let user = free(&mut texts);
        let role = user
            .lines()
            .take(3)
            .map(|line| line.to_owned() + "\n")
            .collect::<String>();
        let sandbox = sandbox();
        sandbox.write(FILE, &sessions(&user, &role));
        sandbox.leapp(&["list"]).run().assert_ok();
        for line in SHOWING.lines().map(str::trim_start) {
            let words = line.split(' ').map(|word| word.trim_matches('_'));
            check(sandbox.leapp(&words.collect::<Vec<_>>()), &texts);
        }
    }
}

/// What an exported file says must be what was there, though nothing in it is hidden.
#[test]
fn an_export_means_the_same_and_hides_nothing() {
    let mut texts = Texts::new();
    for _ in 0..rounds() * 5 {
        let description = texts.printable();
        let sandbox = sandbox();
        let text = format!(
            "# {}\ndescription = {}\n",
            texts.printable(),
            toml_string(&description)
        );
        sandbox.write(FILE, &sessions("", &text));
        let export = sandbox.leapp(&["export", "prod"]).run().assert_ok();
        export.assert_visible("export prod", &texts, &[]);
        let theirs = Sandbox::new();
        theirs.write(FILE, &export.stdout);
        let shown = theirs.leapp(&["show", "prod", "--json"]).run().assert_ok();
        assert_eq!(
            shown.json()["description"],
            description,
            "LEAPP_TEST_SEED={}",
            texts.seed
        );
    }
}

#[test]
fn a_value_that_is_refused_is_quoted_as_data() {
    let user: Vec<&str> =
        "type access_key_id mfa_device mfa_process named_profile region sts_region endpoint_url \
        duration description labels protected"
            .split_whitespace()
            .collect();
    let role: Vec<&str> =
        "role_arn assumer_session role_session_name external_id source_identity tags \
        transitive_tags policy policy_arns saml_url idp_arn saml_process"
            .split_whitespace()
            .collect();
    let mut texts = Texts::new();
    let sandbox = sandbox();
    for _ in 0..rounds() {
        for (index, key) in user.iter().chain(&role).enumerate() {
            // Some fields take what has no controls, and an error comes later or never.
            for text in [texts.text(), texts.printable()] {
                let value = match *key {
                    "labels" | "policy_arns" | "transitive_tags" => {
                        format!("[{}]", toml_string(&text))
                    }
                    "tags" => format!("{{ {0} = {0} }}", toml_string(&text)),
                    _ => toml_string(&text),
                };
                let line = format!("{key} = {value}\n");
                let file = if index < user.len() {
                    sessions(&line, "")
                } else if key.starts_with("saml") || *key == "idp_arn" {
                    sessions("", "").replace("iam-role-chained", "iam-role-federated") + &line
                } else {
                    sessions("", &line)
                };
                let before = match *key {
                    "type" => "type = \"iam-user\"\n",
                    "access_key_id" => "access_key_id = \"AKIAIOSFODNN7EXAMPLE\"\n",
                    "role_arn" => "role_arn = \"arn:aws:iam::444455556666:role/Admin\"\n",
                    "assumer_session" => "assumer_session = \"corp\"\n",
                    _ => "",
                };
                sandbox.write(FILE, &file.replacen(before, "", 1));
                check(sandbox.leapp(&["show", "prod"]), &texts);
                check(sandbox.leapp(&["explain", "prod", "--json"]), &texts);
                check(
                    sandbox.leapp(&["set", "prod", &format!("{key}={text}")]),
                    &texts,
                );
            }
        }
        for file in [
            format!("{} = 1\n", toml_string(&texts.text())),
            format!(
                "[sessions.{}]\ntype = \"iam-user\"\n",
                toml_string(&texts.text())
            ),
            format!("[sessions.corp]\n{} = 1\n", toml_string(&texts.text())),
            format!("include = [{}]\n", toml_string(&texts.text())),
            format!("version = {}\n", texts.text()),
            texts.text(),
        ] {
            sandbox.write(FILE, &file);
            for words in [
                &["list"][..],
                &["doctor", "--json"],
                &["edit"],
                &["-vv", "env", "corp"],
            ] {
                check(sandbox.leapp(words).env("VISUAL", "true"), &texts);
            }
        }
    }
}

#[test]
fn the_command_line_is_repeated_as_data() {
    let mut texts = Texts::new();
    let sandbox = sandbox();
    sandbox.write(FILE, &sessions("", ""));
    for _ in 0..rounds() {
        for command in COMMANDS.split_whitespace() {
            let (word, flag) = (texts.text(), format!("--{}", texts.text()));
            check(sandbox.leapp(&[command, &word]), &texts);
            check(sandbox.leapp(&[command, &word, "--json"]), &texts);
            check(sandbox.leapp(&[command, &flag]), &texts);
            check(sandbox.leapp(&[command, &format!("-{word}")]), &texts);
            check(sandbox.leapp(&[command, "corp", &word, &word]), &texts);
        }
        let word = texts.text();
        for options in OPTIONS.lines().map(str::trim) {
            let words: Vec<&str> = options.split(' ').chain([word.as_str()]).collect();
            check(sandbox.leapp(&words), &texts);
            let joined = format!("{options}={word}");
            let words: Vec<&str> = joined.splitn(options.split(' ').count(), ' ').collect();
            check(sandbox.leapp(&words), &texts);
        }
        check(sandbox.leapp(&[&word]), &texts);
        check(sandbox.leapp(&["complete", "--", "leapp", &word]), &texts);
        check(
            sandbox.leapp(&["prompt", "--format", &format!("{{{word}}}")]),
            &texts,
        );
        check(sandbox.leapp_exec(&[&word, "--", &word]), &texts);
        check(
            sandbox.leapp_exec(&["corp", &flag_of(&word), "--", "true"]),
            &texts,
        );
        // The name that the program is started by.
        let program = sandbox.path("home").join(texts.text());
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_leapp"), &program).expect("a link");
        let program = program.display().to_string();
        check(
            sandbox.command(&program).args(&["list", "--nonsense"]),
            &texts,
        );
        check(
            sandbox
                .command(&program)
                .args(&["set", "corp", "region=eu-west-1"]),
            &texts,
        );
        check(sandbox.command(&program).args(&["start", "corp"]), &texts);
    }
}

fn flag_of(word: &str) -> String {
    format!("--{word}")
}

#[test]
fn the_list_of_subcommands_is_whole() {
    let help = Sandbox::new().leapp(&["--help"]).run().assert_ok();
    let (_, below) = help.stdout.split_once("Commands:\n").expect("a list");
    let commands = below.lines().take_while(|line| !line.is_empty());
    let listed: BTreeSet<&str> = commands
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let tried: BTreeSet<&str> = COMMANDS.split_whitespace().collect();
    let missing: Vec<_> = listed
        .iter()
        .filter(|name| **name != "help" && !tried.contains(*name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
