//! A local AWS: moto, made as strict as the real one (`tests/aws/server.py` says how).

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::{VENV_BIN, http};

/// A running server. It ends with this value, or with the test process, whatever comes first:
/// it watches its standard input.
pub(crate) struct Aws {
    port: u16,
    server: Child,
}

/// One STS or IAM call that a server has seen.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) action: String,
    pub(crate) access_key_id: String,
    /// Without codes and assertions. `RoleArn`, `RoleSessionName`, `Tags.member.1.Key`...
    pub(crate) parameters: Value,
    pub(crate) status: u16,
    /// Two calls from one port came over one connection.
    pub(crate) peer_port: u16,
}

impl Aws {
    /// The server of all tests that do not change its clock: no start, no account in common.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Aws> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// A server of this test's own, in half a second.
    pub(crate) fn start() -> Self {
        let python = format!("{VENV_BIN}/python");
        assert!(
            Path::new(&python).exists(),
            "no local AWS: run tests/run.sh once"
        );
        let mut server = Command::new(python)
            .args([
                "-B",
                concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws/server.py"),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python to start");
        let mut ready = String::new();
        BufReader::new(server.stdout.take().expect("a pipe"))
            .read_line(&mut ready)
            .expect("the server's first line");
        let ready: Value = serde_json::from_str(&ready).expect("the server to start");
        let url = ready["url"].as_str().expect("a url");
        let port = url
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok())
            .expect("a port");
        Self { port, server }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The `127.0.0.1:PORT` that a proxy forwards to.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The MFA code of a seed now, which is good once.
    pub(crate) fn totp(&self, seed: &str) -> String {
        self.totp_at(seed, 0)
    }

    /// The code of some steps (30 s) from now. -1, 0 and 1 are good, others are wrong: so a
    /// test has three codes at once.
    pub(crate) fn totp_at(&self, seed: &str, steps: i32) -> String {
        let answer = self.post("/rig/totp", &json!({ "seed": seed, "steps": steps }));
        answer["code"].as_str().expect("a code").to_owned()
    }

    /// Moves the server's clock, for a server of one's own.
    pub(crate) fn set_clock(&self, seconds_ahead: i64) {
        self.post("/rig/clock", &json!({ "offset": seconds_ahead }));
    }

    /// Credentials live no longer than this from now on, whatever is asked for.
    pub(crate) fn set_max_lifetime(&self, seconds: u32) {
        self.post("/rig/clock", &json!({ "max_lifetime": seconds }));
    }

    /// The STS and IAM calls since the start. On the shared server other tests' calls are among
    /// them: pick by access key or role, or count at a `Faults` of one's own.
    pub(crate) fn calls(&self) -> Vec<Call> {
        let answer: Value = serde_json::from_str(&http::call(self.port, "GET", "/rig/calls", ""))
            .expect("JSON from the rig");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let number = |value: &Value| {
            value
                .as_u64()
                .and_then(|value| u16::try_from(value).ok())
                .expect("a number")
        };
        let call = |call: &Value| Call {
            action: text(&call["action"]),
            access_key_id: text(&call["access_key_id"]),
            parameters: call["parameters"].clone(),
            status: number(&call["status"]),
            peer_port: number(&call["peer_port"]),
        };
        answer
            .as_array()
            .expect("a list")
            .iter()
            .map(call)
            .collect()
    }

    /// What the console's sign-in endpoint was asked, by one identity.
    pub(crate) fn sign_ins(&self, arn: &str) -> Vec<Value> {
        let answer = http::call(self.port, "GET", "/rig/sign-ins", "");
        let all: Vec<Value> = serde_json::from_str(&answer).expect("JSON from the rig");
        all.into_iter()
            .filter(|request| request["arn"] == arn)
            .collect()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        let answer = http::call(self.port, "POST", path, &body.to_string());
        serde_json::from_str(&answer).expect("JSON from the rig")
    }
}

impl Drop for Aws {
    fn drop(&mut self) {
        drop(self.server.stdin.take());
        let _ = self.server.wait();
    }
}
