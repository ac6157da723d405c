//! Asking an endpoint as an SDK would, and as it should not be asked.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::run::Running;
use super::wait_for;

/// For `sh` beside an endpoint: says where it can be asked, and waits.
pub(crate) const ASKABLE: &str =
    "echo export AWS_CONTAINER_CREDENTIALS_FULL_URI=$AWS_CONTAINER_CREDENTIALS_FULL_URI
    echo export AWS_CONTAINER_AUTHORIZATION_TOKEN=$AWS_CONTAINER_AUTHORIZATION_TOKEN
    echo rea''dy; read line";

/// Where credentials are asked for, and with what.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    pub(crate) address: String,
    pub(crate) token: String,
}

impl Endpoint {
    /// That of a `leapp serve` that has printed how to ask it.
    pub(crate) fn of(running: &Running<'_>) -> Self {
        let printed = wait_for("the lines of `leapp serve`", || {
            let printed = running.stdout();
            printed.contains("AWS_DEFAULT_REGION=").then_some(printed)
        });
        Self::from_lines(&printed)
    }

    /// From lines of `export NAME=VALUE`.
    pub(crate) fn from_lines(lines: &str) -> Self {
        let exported = exported(lines);
        let url = &exported["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
        let (_, rest) = url.split_once("//").expect("a URL");
        Self {
            address: rest.split('/').next().expect("an address").to_owned(),
            token: exported
                .get("AWS_CONTAINER_AUTHORIZATION_TOKEN")
                .cloned()
                .unwrap_or_default(),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        let (_, port) = self.address.split_once(':').expect("a port");
        port.parse().expect("a port")
    }

    /// A request with this head. The status of the answer, 0 where there is none, and the whole of it.
    pub(crate) fn send(&self, head: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).expect("an endpoint");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a limit");
        // It may hang up in the middle.
        let _ = stream.write_all(head.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
        (status.unwrap_or(0), answer)
    }

    /// The right request, with these headers in place of the token and the host where they are given.
    pub(crate) fn ask(&self, token: Option<&str>, host: &str) -> (u16, String) {
        let authorization = token.map_or(String::new(), |t| format!("Authorization: {t}\r\n"));
        self.send(&format!(
            "GET /credentials HTTP/1.1\r\nHost: {host}\r\n{authorization}\r\n"
        ))
    }

    /// The access key id that it gives now.
    pub(crate) fn access_key_id(&self) -> String {
        let (status, answer) = self.ask(Some(&self.token), &self.address);
        assert_eq!(status, 200, "no credentials");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
        body["AccessKeyId"].as_str().expect("an id").to_owned()
    }
}

/// Names and values of lines of `export NAME=VALUE`.
pub(crate) fn exported(lines: &str) -> BTreeMap<String, String> {
    let pair = |line: &str| {
        let (name, value) = line.trim_end().strip_prefix("export ")?.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    };
    lines.lines().filter_map(pair).collect()
}
