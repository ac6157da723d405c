//! Values on their way through the real shells: what comes out is what went in, and nothing runs.
#![no_main]
#![expect(clippy::disallowed_methods, reason = "a fuzz target has no settings")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex};

use leapp::model::environment::{Access, Environment, Inherited, Marks, Setter};
use leapp::model::{Answered, Chain, Timestamp};
use leapp::shell::{Shell, standing, statements};
use libfuzzer_sys::fuzz_target;

/// A shell that evaluates what it reads up to each NUL, as its users do, and answers with the three
/// values and a NUL behind each.
const BASH_AND_ZSH: &str = "while IFS= read -r -d '' script; do eval \"$script\"; \
    eval \"$__leapp_before\"; \
    printf '%s\\0' \"$AWS_SECRET_ACCESS_KEY\" \"$AWS_SESSION_TOKEN\" \"$AWS_PROFILE\"; done";
const FISH: &str = "while read -z script; set lines (string split \\n -- $script); eval $lines; \
    eval $__leapp_before; \
    printf '%s\\0' \"$AWS_SECRET_ACCESS_KEY\" \"$AWS_SESSION_TOKEN\" \"$AWS_PROFILE\"; end";

struct Interpreter {
    shell: Shell,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    _child: Child,
}

/// Those that are on this machine.
static INTERPRETERS: LazyLock<Mutex<Vec<Interpreter>>> = LazyLock::new(|| {
    let all = [
        (Shell::Bash, "bash", vec!["--norc", "-c", BASH_AND_ZSH]),
        (Shell::Zsh, "zsh", vec!["-f", "-c", BASH_AND_ZSH]),
        // It cannot read up to a NUL, and obeys what stands on its standard input.
        (Shell::Sh, "dash", vec!["-s"]),
        (Shell::Fish, "fish", vec!["--no-config", "-c", FISH]),
    ];
    let started = all.into_iter().filter_map(|(shell, program, arguments)| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let program = std::env::split_paths(&path)
            .map(|folder| folder.join(program))
            .find(|program| program.is_file())?;
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .env("PATH", "/nonexistent")
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        Some(Interpreter {
            shell,
            to: child.stdin.take()?,
            from: BufReader::new(child.stdout.take()?),
            _child: child,
        })
    });
    let started: Vec<_> = started.collect();
    assert!(!started.is_empty(), "no shell to ask");
    Mutex::new(started)
});

impl Interpreter {
    fn evaluate(&mut self, script: &str) -> Vec<Vec<u8>> {
        let end = match self.shell {
            Shell::Sh => {
                "\neval \"$__leapp_before\"; printf '%s\\0' \"$AWS_SECRET_ACCESS_KEY\" \
                 \"$AWS_SESSION_TOKEN\" \"$AWS_PROFILE\"\n"
            }
            _ => "\0",
        };
        self.to.write_all(script.as_bytes()).expect("a shell");
        self.to.write_all(end.as_bytes()).expect("a shell");
        self.to.flush().expect("a shell");
        (0..3)
            .map(|_| {
                let mut answer = Vec::new();
                self.from.read_until(0, &mut answer).expect("a shell");
                assert_eq!(answer.pop(), Some(0), "{:?} has ended", self.shell);
                answer
            })
            .collect()
    }
}

fuzz_target!(|input: (&str, &str, &str)| {
    let (secret, token, profile) = input;
    // No environment holds a NUL.
    if [secret, token, profile]
        .iter()
        .any(|text| text.contains('\0'))
    {
        return;
    }
    let chain = Chain {
        target: "a".parse().expect("an alias"),
        region: "eu-west-1".parse().expect("a region"),
        endpoint_url: None,
        account: None,
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
    credentials.secret_access_key = secret.into();
    credentials.session_token = token.into();
    let marks = Marks {
        protected: false,
        options: None,
    };
    let environment = Environment::of(
        &chain,
        &chain.region,
        Access::Keys(&credentials),
        marks,
        Inherited {
            endpoint: Setter::User,
            metadata: Setter::Session,
        },
    );
    let mut interpreters = INTERPRETERS.lock().expect("one thread");
    for interpreter in interpreters.iter_mut() {
        let shell = interpreter.shell;
        // What `leapp off` would bring back is quoted twice.
        let before = standing(shell, &[("AWS_PROFILE", profile.to_owned())]);
        let script = statements(shell, &environment) + &before;
        let found = interpreter.evaluate(&script);
        let expected: Vec<_> = [secret, token, profile].map(str::as_bytes).into();
        assert_eq!(found, expected, "{shell:?}: {script}");
    }
});
