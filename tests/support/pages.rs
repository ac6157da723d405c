//! A small identity provider of our own (`tests/idp/pages.py`): every way to end a login, and
//! every assertion that a real one would not make on request.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::{VENV_BIN, http};

/// A running identity provider. It ends with this value, or with the test process.
pub(crate) struct Pages {
    port: u16,
    server: Child,
}

/// What IAM knows of an identity provider.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    pub(crate) metadata: String,
    /// For encrypted assertions.
    pub(crate) private_key: Option<String>,
}

impl Pages {
    /// In a fifth of a second; one for each test.
    pub(crate) fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/idp/pages.py");
        let mut server = Command::new(format!("{VENV_BIN}/python"))
            .args(["-B", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python: run tests/run.sh once");
        let mut url = String::new();
        BufReader::new(server.stdout.take().expect("a pipe"))
            .read_line(&mut url)
            .expect("the URL");
        let port = url.trim().rsplit(':').next().map(str::parse);
        let port = port.and_then(Result::ok).expect("a port");
        Self { port, server }
    }

    /// Where a login starts. The query says how it goes: `end=popup&as=alice`.
    pub(crate) fn login_url(&self, query: &str) -> String {
        format!("http://127.0.0.1:{}/login?{query}", self.port)
    }

    /// Changes what responses say from now on: the fields of `Wanted` in `tests/idp/response.py`,
    /// and `keeps_cookies` and `forbids_storing`.
    pub(crate) fn set(&self, settings: &Value) {
        self.post("settings", settings);
    }

    /// A response without any browser, with these settings beside those that are set.
    pub(crate) fn response(&self, settings: &Value) -> String {
        text(&self.post("response", settings))
    }

    pub(crate) fn provider(&self) -> Provider {
        let provider = self.post("provider", &json!({}));
        Provider {
            metadata: text(&provider["metadata"]),
            private_key: Some(text(&provider["private_key"])),
        }
    }

    /// How often it has `asked` for a password, `refused` one, had `logins` by password or
    /// `silent` ones by cookie, and `delivered` a response; and how often a page that asks was `still`
    /// there after five more seconds.
    pub(crate) fn count(&self, what: &str) -> u64 {
        self.post("counts", &json!({}))[what].as_u64().unwrap_or(0)
    }

    /// Forgets every browser, as if all had logged out.
    pub(crate) fn log_everybody_out(&self) {
        http::call(self.port, "GET", "/logout", "");
    }

    fn post(&self, what: &str, body: &Value) -> Value {
        let answer = http::call(
            self.port,
            "POST",
            &format!("/rig/{what}"),
            &body.to_string(),
        );
        serde_json::from_str(&answer).expect("JSON from the rig")
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

impl Drop for Pages {
    fn drop(&mut self) {
        drop(self.server.stdin.take());
        let _ = self.server.wait();
    }
}
