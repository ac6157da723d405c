//! Every key of every type can be set, shown, changed and removed: by words alone, and by answers alone.
//!
//! The keys come from the product's own table, so a new one that nobody thought of fails here.

use leapp::model::session::Type;
use leapp::sessions::{COMMON_KEYS, keys_of, required_keys};
use serde_json::{Value, json};

use crate::sessions::{shown, with};
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;

/// One session of each type that says no more than it must, each named by its type.
const LEAST: &str = r#"version = 1

[defaults]
region = "eu-west-1"

[sessions.iam-user]
type = "iam-user"
access_key_id = "AKIAIOSFODNN7EXAMPLE"

[sessions.other]
type = "iam-user"
access_key_id = "AKIAIOSFODNN7EXAMPLE"

[sessions.iam-role-federated]
type = "iam-role-federated"
saml_url = "https://idp.example/aws"
idp_arn = "arn:aws:iam::111122223333:saml-provider/x"
role_arn = "arn:aws:iam::111122223333:role/Dev"

[sessions.iam-role-chained]
type = "iam-role-chained"
role_arn = "arn:aws:iam::444455556666:role/Admin"
assumer_session = "iam-user"
"#;

/// Two values of a key as they are typed, and what is shown of each.
fn samples(key: &str) -> [(&'static str, Value); 2] {
    let texts = |one: &'static str, other: &'static str| [(one, json!(one)), (other, json!(other))];
    match key {
        "named_profile" => texts("one", "two"),
        "region" | "sts_region" => texts("eu-west-2", "us-east-1"),
        "description" => texts("it's \"mine\", Zoë", "another = line"),
        "labels" => [("a,b", json!(["a", "b"])), ("b, c", json!(["b", "c"]))],
        "duration" => texts("1h", "2h"),
        "endpoint_url" => texts("https://sts.example", "http://127.0.0.1:5000"),
        "protected" => [("true", json!(true)), ("yes", json!(true))],
        "access_key_id" => texts("AKIAIOSFODNN7EXAMPL2", "AKIAIOSFODNN7EXAMPL3"),
        "mfa_device" => texts("arn:aws:iam::111122223333:mfa/a", "GAHT12345678"),
        "mfa_process" | "saml_process" => texts("run 'it now'", "other"),
        "saml_url" => texts("https://idp.example/1", "https://idp.example/2?a=b"),
        "idp_arn" => texts(
            "arn:aws:iam::111122223333:saml-provider/y",
            "arn:aws:iam::111122223333:saml-provider/z",
        ),
        "role_arn" => texts(
            "arn:aws:iam::444455556666:role/A",
            "arn:aws:iam::444455556666:role/path/B",
        ),
        "assumer_session" => texts("other", "iam-role-federated"),
        "role_session_name" => texts("{user}", "ci@{host}"),
        "external_id" => texts("x=y", "e-2"),
        "source_identity" => texts("alice", "bob"),
        "tags" => [
            ("Team=a=b,Env=", json!({ "Team": "a=b", "Env": "" })),
            ("{ Team = \"c\" }", json!({ "Team": "c" })),
        ],
        "transitive_tags" => [("T,U", json!(["T", "U"])), ("U", json!(["U"]))],
        "policy" => texts("{\"Version\":\"2012-10-17\"}", "{}"),
        "policy_arns" => [
            (
                "arn:aws:iam::aws:policy/ReadOnlyAccess",
                json!(["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
            ),
            (
                "[\"arn:aws:iam::111122223333:policy/a,b\"]",
                json!(["arn:aws:iam::111122223333:policy/a,b"]),
            ),
        ],
        new => panic!("`{new}` is new: give it two values here"),
    }
}

/// What must be there for a key to mean anything.
fn needed_for(key: &str) -> Option<(&'static str, &'static str)> {
    match key {
        "mfa_process" => Some(("mfa_device", "GAHT12345678")),
        "transitive_tags" => Some(("tags", "T=1,U=2")),
        _ => None,
    }
}

/// What is shown of a key that nobody has set.
fn default(key: &str, kind: Type) -> Value {
    match key {
        "named_profile" => json!(kind.name()),
        "region" => json!("eu-west-1"),
        _ => Value::Null,
    }
}

/// Every key but the type, which is a test of its own.
fn keys(kind: Type) -> impl Iterator<Item = &'static str> {
    let all = COMMON_KEYS.iter().chain(keys_of(kind)).copied();
    all.filter(|key| *key != "type")
}

fn is_required(key: &str, kind: Type) -> bool {
    required_keys(kind).contains(&key)
}

fn set(sandbox: &Sandbox, alias: &str, change: &str) {
    sandbox.leapp(&["set", alias, change]).run().assert_ok();
}

#[test]
fn by_words_alone() {
    for kind in Type::ALL {
        for key in keys(kind) {
            let sandbox = with(LEAST);
            let alias = kind.name();
            let least = shown(&sandbox, alias);
            if let Some((needed, value)) = needed_for(key) {
                set(&sandbox, alias, &format!("{needed}={value}"));
            }
            for (typed, expected) in samples(key) {
                // As in the file, and as in the flags of `leapp add`.
                let name = if typed.len() % 2 == 0 {
                    key.to_owned()
                } else {
                    key.replace('_', "-")
                };
                set(&sandbox, alias, &format!("{name}={typed}"));
                assert_eq!(shown(&sandbox, alias)[key], expected, "{alias}.{key}");
            }
            if is_required(key, kind) {
                let before = shown(&sandbox, alias);
                let refused = sandbox.leapp(&["set", alias, &format!("{key}=")]).run();
                let refused = refused.assert_code(2);
                assert!(refused.stderr.contains("is missing"), "{}", refused.stderr);
                assert_eq!(shown(&sandbox, alias), before);
                continue;
            }
            let remove = ["set", alias, "--unset", key];
            sandbox.leapp(&remove).run().assert_ok();
            assert_eq!(
                shown(&sandbox, alias)[key],
                default(key, kind),
                "{alias}.{key}"
            );
            if let Some((needed, _)) = needed_for(key) {
                set(&sandbox, alias, &format!("{needed}="));
            }
            assert_eq!(shown(&sandbox, alias), least, "{alias}.{key}");
        }
    }
}

#[test]
fn by_the_flags_of_add() {
    for kind in Type::ALL {
        let sandbox = with(LEAST);
        let mut words = vec!["add".to_owned(), kind.name().to_owned(), "new".to_owned()];
        for key in keys(kind) {
            let flag = format!("--{}", key.replace('_', "-"));
            let (typed, expected) = &samples(key)[0];
            match expected {
                Value::Bool(_) => words.push(flag),
                Value::Array(items) => {
                    for item in items {
                        words.extend([flag.clone(), item.as_str().unwrap().to_owned()]);
                    }
                }
                Value::Object(_) => {
                    for pair in ["T=1", "U=2"] {
                        words.extend([flag.clone(), pair.to_owned()]);
                    }
                }
                _ => words.extend([flag, (*typed).to_owned()]),
            }
        }
        let mut run = sandbox.leapp(&[]).args(&words);
        if kind == Type::IamUser {
            run = run
                .args(&["--secret-access-key", "-"])
                .stdin("a".repeat(40));
        }
        run.run().assert_ok();
        let new = shown(&sandbox, "new");
        for key in keys(kind) {
            let expected = match key {
                "tags" => json!({ "T": "1", "U": "2" }),
                key => samples(key)[0].1.clone(),
            };
            assert_eq!(new[key], expected, "{}.{key}", kind.name());
        }
    }
}

#[test]
fn by_answers_alone() {
    for kind in Type::ALL {
        let sandbox = with(LEAST);
        let alias = kind.name();
        let least = shown(&sandbox, alias);
        let mut terminal = sandbox.leapp(&["set", alias]).on_terminal();
        let mut say = |key: &str, value: &str| {
            terminal.expect("Key to change (Enter for none): ");
            terminal.send_line(key);
            terminal.expect(&format!("\n{key}"));
            terminal.expect("): ");
            terminal.send_line(value);
            terminal.expect(&format!("changed `{key}` of `{alias}`"));
        };
        for key in keys(kind) {
            if let Some((needed, value)) = needed_for(key) {
                say(needed, value);
            }
            for (typed, expected) in samples(key) {
                say(key, typed);
                assert_eq!(shown(&sandbox, alias)[key], expected, "{alias}.{key}");
            }
            if is_required(key, kind) {
                say(key, least[key].as_str().unwrap());
            } else {
                say(key, "-");
                assert_eq!(
                    shown(&sandbox, alias)[key],
                    default(key, kind),
                    "{alias}.{key}"
                );
            }
            if let Some((needed, _)) = needed_for(key) {
                say(needed, "-");
            }
        }
        terminal.expect("Key to change (Enter for none): ");
        terminal.send_line("");
        assert_eq!(terminal.wait(), Ended::Code(0));
        assert_eq!(shown(&sandbox, alias), least);
    }
}
