//! Whatever a value holds, it comes through `eval` unchanged in every shell.

use std::collections::BTreeMap;
use std::io::{BufReader, Write};
use std::net::TcpListener;
use std::thread;

use leapp::model::environment::{Access, Change, Environment, Inherited, Marks, Setter};
use leapp::model::{Answered, Chain, Timestamp};
use leapp::shell::{Shell, statements};

use crate::env::{EVALS, eval};
use crate::exec_environment::aws_and_ours;
use crate::support::hooked::now;
use crate::support::http::Message;
use crate::support::sandbox::Sandbox;

/// What has a meaning in some shell, what has one inside of some, and letters of all sizes. Bytes
/// of these are control characters to dash, fish keeps two ranges of code points for itself, and
/// zsh's own mark is one of the bytes of `ă`.
const ALPHABET: &str = "'\"\\$`!#~*?[]{}()<>|&;=%@^,:+-_/. \t\n\r\u{1}\u{2}\u{7}\u{1b}\u{7f}\
    \u{81}\u{88}\u{a0}aZ09näß€ăă漢字🦀\u{301}\u{2018}\u{2019}\u{200b}\u{feff}\u{f600}\u{fdd0}\u{fffd}";

/// Words that shells read as more than their characters.
const WORDS: [&str; 10] = [
    "$(id)", "`id`", "${HOME}", "\\n", "\\\\", "''", "'\\''", "!!", "\n\n", "-n",
];

/// A generator of the simplest kind: the same strings in every run.
pub(crate) struct Strings(u64);

impl Strings {
    pub(crate) fn new() -> Self {
        Self(0x1ea9_0000_0000_0001)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }

    fn next(&mut self) -> String {
        let characters: Vec<char> = ALPHABET.chars().collect();
        let mut text = String::new();
        for _ in 0..self.below(24) {
            match self.below(8) {
                0 => text += WORDS[self.below(WORDS.len())],
                _ => text.push(characters[self.below(characters.len())]),
            }
        }
        text
    }
}

const ROUNDS: usize = 100;

/// The four values of a session that are not made of a few known characters.
pub(crate) fn odd_environment(strings: &mut Strings) -> Environment {
    let chain = Chain {
        target: "a/b".parse().expect("an alias"),
        region: "eu-west-1".parse().expect("a region"),
        endpoint_url: None,
        account: Some(strings.next()),
        hops: Vec::new(),
        cuts: Vec::new(),
    };
    let answered = Answered {
        access_key_id: "ASIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: "secret".into(),
        session_token: "token".into(),
        issued: Timestamp(0),
        expiration: Timestamp(3600),
    };
    let mut credentials = answered.checked().expect("credentials");
    // What no check lets through is quoted as well.
    credentials.access_key_id = strings.next();
    credentials.secret_access_key = strings.next().into();
    credentials.session_token = strings.next().into();
    let region = chain.region.clone();
    let marks = Marks {
        protected: false,
        options: None,
    };
    Environment::of(
        &chain,
        &region,
        Access::Keys(&credentials),
        marks,
        Inherited {
            endpoint: Setter::Session,
            metadata: Setter::Session,
        },
    )
}

/// What the environment sets, as a program should find it.
pub(crate) fn set(environment: &Environment) -> BTreeMap<String, String> {
    let set = environment
        .changes()
        .iter()
        .filter_map(|change| match change {
            Change::Set(name, value) => Some(((*name).to_owned(), value.expose().to_owned())),
            Change::Unset(_) => None,
        });
    set.collect()
}

#[test]
fn random_values_come_through_every_shell_unchanged() {
    // A locale without UTF-8 as well: cron has none.
    for locale in ["C.UTF-8", "C"] {
        let sandbox = Sandbox::new().env("LC_ALL", locale);
        for (shell, form) in EVALS {
            let mut strings = Strings::new();
            let mut expected = Vec::new();
            for round in 0..ROUNDS {
                let environment = odd_environment(&mut strings);
                let shell: Shell = shell.parse().unwrap();
                sandbox.write(&format!("home/{round}"), &statements(shell, &environment));
                expected.push(set(&environment));
            }
            let rounds: String = (0..ROUNDS)
                .map(|round| eval(form, &format!("cat {round}")) + "; env -0; printf 'NEXT\\0'\n")
                .collect();
            let Some(run) = sandbox.shell(shell, &rounds) else {
                continue;
            };
            let output = run.run().assert_ok();
            let rounds = output.stdout.split_terminator("\0NEXT\0");
            assert_eq!(rounds.clone().count(), ROUNDS, "{shell}");
            for (found, expected) in rounds.zip(&expected) {
                let mut found = aws_and_ours(found);
                found.retain(|name, _| expected.contains_key(name));
                assert_eq!(&found, expected, "{shell} in {locale}: {form}");
            }
        }
    }
}

/// An STS that grants these, whoever asks; its address.
fn generous_sts(secret: &str, token: &str) -> String {
    let escaped = |text: &str| -> String {
        let escape = |c: char| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => c.to_string(),
            _ => format!("&#{};", u32::from(c)),
        };
        text.chars().map(escape).collect()
    };
    let body = format!(
        "<GetSessionTokenResponse><GetSessionTokenResult><Credentials>\
         <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>\
         <SecretAccessKey>{}</SecretAccessKey><SessionToken>{}</SessionToken>\
         <Expiration>{}</Expiration>\
         </Credentials></GetSessionTokenResult></GetSessionTokenResponse>",
        escaped(secret),
        escaped(token),
        Timestamp(i64::try_from(now() + 3600).expect("a time")).rfc3339()
    );
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut requests = BufReader::new(client.try_clone().expect("a connection"));
            while let Ok(Some(_)) = Message::read(&mut requests) {
                client.write_all(answer.as_bytes()).expect("a listener");
            }
        }
    });
    format!("http://127.0.0.1:{port}")
}

#[test]
fn odd_credentials_aliases_and_endpoints_come_through_the_binary() {
    // What is not visible ASCII is no credential: `tests/answers.rs`.
    let secret = "it's\"$HOME\"`id`\\n\\\\$(id)!!#~*?[]{}()<>|&;=%@^,:+-_/.'";
    let token = "'\\'';false#";
    let url = generous_sts(secret, token) + "/it's?a=$HOME&b=(id);!*~%20@";
    let alias = "0az.AZ_09@corp.example/+-".to_owned() + &"x".repeat(103);
    let sandbox = Sandbox::new().watch(secret).watch(token);
    let add = [
        "add",
        "user",
        &alias,
        "--access-key-id",
        "AKIAIOSFODNN7EXAMPLE",
    ];
    let adding = sandbox
        .leapp(&add)
        .args(&["--secret-access-key", "-", "--region", "eu-west-1"]);
    let adding = adding
        .args(&["--endpoint-url", &url])
        .stdin("nobodys".repeat(6)[..40].to_owned());
    adding.run().assert_ok();
    let expected = [
        ("AWS_SECRET_ACCESS_KEY", secret),
        ("AWS_SESSION_TOKEN", token),
        ("AWS_ENDPOINT_URL", &url),
        ("LEAPP_ENDPOINT_URL", &url),
        ("LEAPP_SESSION", &alias),
    ];
    let check = |variables: &str, how: &str| {
        let found = aws_and_ours(variables);
        for (name, value) in expected {
            assert_eq!(
                found.get(name).map(String::as_str),
                Some(value),
                "{how}: {name}"
            );
        }
    };
    let exec = sandbox.leapp_exec(&[&alias, "--", "env", "-0"]);
    check(
        &exec.may_print_secrets().run().assert_ok().stdout,
        "leapp-exec",
    );
    for (shell, form) in EVALS {
        let script = format!("{} && env -0", eval(form, &format!("leapp env {alias}")));
        if let Some(run) = sandbox.shell(shell, &script) {
            check(&run.may_print_secrets().run().assert_ok().stdout, shell);
        }
    }
    let json = sandbox.leapp(&["env", &alias, "--format", "json"]);
    let answer = json.may_print_secrets().run().assert_ok().json();
    for (name, value) in expected {
        assert_eq!(answer["set"][name], value, "{name}");
    }
    let process = sandbox.leapp(&["env", &alias, "--format", "credential-process"]);
    let answer = process.may_print_secrets().run().assert_ok().json();
    assert_eq!(
        (&answer["SecretAccessKey"], &answer["SessionToken"]),
        (&secret.into(), &token.into())
    );
    // A POSIX shell reads dotenv back as well.
    let dotenv =
        format!("leapp env {alias} --format dotenv >vars; set -a; . ./vars; rm vars; env -0");
    check(
        &sandbox
            .sh(&dotenv)
            .may_print_secrets()
            .run()
            .assert_ok()
            .stdout,
        "dotenv",
    );
}
