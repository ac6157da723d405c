//! Any bytes on a connection to the endpoint: every answer is short, and only a request with the token,
//! to a name of this machine, gets credentials.
#![no_main]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::LazyLock;
use std::time::Duration;

use leapp::model::secret::ExposeSecret;
use leapp::model::{Answered, Timestamp};
use leapp::server::{self, Endpoint, Failure, Remedy, Renewal};
use libfuzzer_sys::fuzz_target;

/// What no answer may hold that is not for us.
const SECRET: &str = "wJalrXUtnFEMI";

/// Longer than any answer.
const LONG: u64 = 4096;

/// More than the endpoint itself gives a connection.
const PATIENCE: Duration = Duration::from_secs(15);

static ENDPOINT: LazyLock<Endpoint> = LazyLock::new(|| {
    let answered = Answered {
        access_key_id: "ASIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: SECRET.into(),
        session_token: "session-token".into(),
        issued: Timestamp(0),
        expiration: Timestamp(600_000),
    };
    let credentials = answered.checked().expect("credentials");
    let renewal = Renewal {
        renew: Box::new(|_| {
            Err(Failure {
                remedy: Remedy::Time,
                why: "it is never asked for".to_owned(),
            })
        }),
        tell: Box::new(|_| ()),
        min_ttl: None,
        now: || Timestamp(1000),
    };
    server::start(0, credentials, renewal).expect("an endpoint")
});

/// What comes back for these bytes, which arrive in two parts.
fn ask(first: &[u8], second: &[u8]) -> Vec<u8> {
    let address = ENDPOINT.url.strip_prefix("http://").expect("a URL");
    let (address, _) = address.split_once('/').expect("a path");
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    stream.set_nodelay(true).expect("an option");
    stream.set_read_timeout(Some(PATIENCE)).expect("an option");
    // It may have answered, and hung up, before it has heard all.
    let _ = stream.write_all(first);
    let _ = stream.write_all(second);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    if let Err(error) = stream.take(LONG).read_to_end(&mut answer) {
        let kind = error.kind();
        assert_eq!(kind, std::io::ErrorKind::ConnectionReset, "{answer:?}");
    }
    answer
}

/// Whether a request, read as simply as can be, says the token once, and one host of this machine.
fn may_ask(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let lines = text.trim_start_matches(['\r', '\n']).split('\n');
    let head: Vec<&str> = (lines.map(|line| line.trim_end_matches('\r')))
        .take_while(|line| !line.is_empty())
        .collect();
    let all = |name: &str| {
        let pairs = head.iter().filter_map(|line| line.split_once(':'));
        let named = pairs.filter(|(found, _)| found.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.trim()).collect::<Vec<_>>()
    };
    let is_ours = |host: &str| {
        let host = host.to_ascii_lowercase();
        host.starts_with("127.") || host.starts_with("localhost") || host.starts_with('[')
    };
    let token = ENDPOINT.token.expose_secret();
    let (tokens, hosts) = (all("authorization"), all("host"));
    let first = head.first().copied().unwrap_or_default();
    first.starts_with("GET ")
        && first.contains("/credentials")
        && tokens == [token]
        && matches!(hosts[..], [host] if is_ours(host))
}

fuzz_target!(|input: (bool, u16, &[u8])| {
    let (knows_token, at, bytes) = input;
    // Nobody guesses the token; half of the time it is put where the word stands.
    let mut request = bytes.to_vec();
    if knows_token && let Some(word) = bytes.windows(5).position(|part| part == b"TOKEN") {
        let token = ENDPOINT.token.expose_secret().bytes();
        request.splice(word..word + 5, token);
    }
    let (first, second) = request.split_at(usize::from(at) % (request.len() + 1));
    let answer = ask(first, second);
    assert!((answer.len() as u64) < LONG, "a long answer");
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1."));
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.matches("HTTP/1.").count() <= 1, "{answer}");
    let gives = answer.contains(SECRET) || answer.contains("session token");
    assert!(!gives || may_ask(&request), "{answer}");
    if gives {
        assert!(answer.contains(" 200 OK\r\n"), "{answer}");
        assert!(answer.contains("cache-control: no-store\r\n"), "{answer}");
    }
});
