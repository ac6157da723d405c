//! Who may ask the endpoint, and what the rest can do to it: nothing that its command would notice.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::exec::with_r1;
use crate::support::VENV_BIN;
use crate::support::endpoint::Endpoint;
use crate::support::run::Running;
use crate::support::sandbox::Sandbox;

fn serving(sandbox: &Sandbox) -> (Running<'_>, Endpoint) {
    let running = sandbox.leapp(&["serve", "r1"]).start();
    let endpoint = Endpoint::of(&running);
    (running, endpoint)
}

#[test]
fn an_answer_is_what_the_sdks_expect() {
    let sandbox = with_r1();
    let (running, endpoint) = serving(&sandbox);
    let (status, answer) = endpoint.ask(Some(&endpoint.token), &endpoint.address);
    assert_eq!(status, 200);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    for header in [
        "application/json",
        "cache-control: no-store",
        "connection: close",
    ] {
        assert!(head.to_lowercase().contains(header), "{head}");
    }
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let names: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["AccessKeyId", "SecretAccessKey", "Token", "Expiration"]
    );
    running.signal("TERM");
    running.wait().assert_ok();
}

#[test]
fn only_the_very_token_and_a_name_of_this_machine_are_answered() {
    let sandbox = with_r1();
    let (running, endpoint) = serving(&sandbox);
    let (token, address) = (endpoint.token.as_str(), endpoint.address.as_str());
    let mut last_changed = token.to_owned();
    last_changed.pop();
    last_changed.push(if token.ends_with('A') { 'B' } else { 'A' });
    let near = [
        String::new(),
        "x".to_owned(),
        token[..42].to_owned(),
        format!("{token}A"),
        format!("{token}="),
        format!("Bearer {token}"),
        token.to_lowercase(),
        last_changed,
    ];
    assert_eq!(endpoint.ask(None, address).0, 401);
    for wrong in &near {
        let (status, answer) = endpoint.ask(Some(wrong), address);
        assert_eq!(status, 401, "{wrong}");
        assert!(!answer.contains("AccessKeyId"));
    }
    let port = endpoint.port();
    for (host, expected) in [
        (address.to_owned(), 200),
        (format!("localhost:{port}"), 200),
        ("localhost:9911".to_owned(), 200),
        ("[::1]:9911".to_owned(), 200),
        (format!("evil.example:{port}"), 403),
        (format!("127.0.0.1.evil.example:{port}"), 403),
        ("169.254.169.254".to_owned(), 403),
    ] {
        assert_eq!(endpoint.ask(Some(token), &host).0, expected, "{host}");
    }
    // Two answers to one question of a person who looks at it.
    assert_snapshot!(endpoint.ask(None, address).1.lines().last().unwrap(), @r#"{"code":"WrongToken","message":"the `Authorization` header must be the token of this very endpoint"}"#);
    assert_snapshot!(endpoint.ask(Some(token), "evil.example").1.lines().last().unwrap(), @r#"{"code":"ForeignHost","message":"this endpoint answers under the names of this machine's loopback only"}"#);
    running.signal("TERM");
    running.wait().assert_ok();
}

#[test]
fn what_is_no_request_of_an_sdk_is_refused() {
    let sandbox = with_r1();
    let (running, endpoint) = serving(&sandbox);
    let Endpoint { address, token } = &endpoint;
    let known = format!("Host: {address}\r\nAuthorization: {token}\r\n");
    let many = "x: y\r\n".repeat(200);
    let oversized = format!("x: {}\r\n", "y".repeat(20_000));
    for (head, expected) in [
        (format!("GET / HTTP/1.1\r\n{known}\r\n"), 404),
        (format!("GET /credentials/ HTTP/1.1\r\n{known}\r\n"), 404),
        (
            format!("POST /credentials HTTP/1.1\r\n{known}Content-Length: 0\r\n\r\n"),
            405,
        ),
        (
            format!("GET /credentials HTTP/1.1\r\n{known}{oversized}\r\n"),
            431,
        ),
        (
            format!("GET /credentials HTTP/1.1\r\n{known}{many}\r\n"),
            431,
        ),
        (
            format!("GET /{} HTTP/1.1\r\n{known}\r\n", "y".repeat(20_000)),
            431,
        ),
        ("\u{1}\u{2}\u{3} nonsense\r\n\r\n".to_owned(), 400),
        // The oldest of the SDKs speak nothing older.
        ("GET /credentials HTTP/1.0\r\n\r\n".to_owned(), 403),
    ] {
        let (status, answer) = endpoint.send(&head);
        assert!(!answer.contains("AccessKeyId"), "{head}");
        // An answer may be lost where we hang up on what is still being sent.
        assert!([expected, 0].contains(&status), "{status}: {head:.80}");
    }
    // And after all of it:
    endpoint.access_key_id();
    running.signal("TERM");
    running.wait().assert_ok();
}

#[test]
fn who_is_slow_is_hung_up_on() {
    let sandbox = with_r1();
    let (running, endpoint) = serving(&sandbox);
    let started = Instant::now();
    let mut slow = TcpStream::connect(&endpoint.address).unwrap();
    slow.set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let mut byte = [0];
    loop {
        // One more byte of a head without end.
        let sent = slow.write_all(b"x");
        match slow.read(&mut byte) {
            Err(error) if sent.is_ok() && error.kind() == std::io::ErrorKind::WouldBlock => {}
            _ => break,
        }
        assert!(
            started.elapsed() < Duration::from_secs(30),
            "never hung up on"
        );
    }
    assert!(started.elapsed() > Duration::from_secs(4));
    endpoint.access_key_id();
    running.signal("TERM");
    running.wait().assert_ok();
}

/// Opens a thousand connections, which send nothing, or half of a request; and is a program that works
/// meanwhile.
const BESIEGED: &str = "
import os, resource, socket, urllib.parse, boto3
resource.setrlimit(resource.RLIMIT_NOFILE, (4000, max(4000, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
url = urllib.parse.urlparse(os.environ['AWS_CONTAINER_CREDENTIALS_FULL_URI'])
def files():
    return len(os.listdir(f'/proc/{os.getppid()}/fd')) if os.access(f'/proc/{os.getppid()}/fd', os.R_OK) else 0
before, most, connections = files(), 0, []
for number in range(1000):
    connection = socket.create_connection((url.hostname, url.port))
    if number % 2:
        connection.sendall(b'GET /credentials HTTP/1.1\\r\\nHost: ')
    connections.append(connection)
    if number % 50 == 49:
        # Each session asks anew.
        boto3.Session().client('sts').get_caller_identity()
        most = max(most, files() - before)
closed = 0
for connection in connections:
    connection.setblocking(False)
    try:
        closed += connection.recv(1) == b''
    except BlockingIOError:
        pass
    except ConnectionError:
        closed += 1
print('bounded' if most <= 110 else most, 'closed' if closed >= 800 else closed)
";

#[test]
fn a_thousand_connections_are_bounded_and_the_command_never_notices() {
    let sandbox = with_r1();
    let python = format!("{VENV_BIN}/python");
    let words = ["--serve", "r1", "--", &python, "-B", "-c", BESIEGED];
    let run = sandbox.leapp_exec(&words).env("AWS_MAX_ATTEMPTS", "1");
    assert_snapshot!(run.run().transcript(), @r"
    exit 0
    --- stdout
    bounded closed
    ");
}

#[test]
fn nobody_else_can_be_asked_under_its_port() {
    let sandbox = with_r1();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let run = sandbox.leapp(&["serve", "r1", "--port", &port]);
    assert_snapshot!(run.run().transcript(), @r"
    exit 1
    --- stderr
    leapp: error: cannot listen on 127.0.0.1:[PORT]
    caused by: Address already in use (os error 98)

    hint: without `--port`, one that is free is taken
    ");
}

#[cfg(target_os = "linux")]
#[test]
fn it_listens_on_the_loopback_alone() {
    let sandbox = with_r1();
    let (running, endpoint) = serving(&sandbox);
    let port = format!(":{:04X} ", endpoint.port());
    let listening: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .flat_map(|file| {
            let table = std::fs::read_to_string(file).unwrap_or_default();
            let is_ours = |line: &&str| line.contains(&port) && line.contains(" 0A ");
            table
                .lines()
                .filter(is_ours)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(listening.len(), 1, "{listening:?}");
    assert!(listening[0].contains("0100007F:"), "{listening:?}");
    running.signal("TERM");
    running.wait().assert_ok();
}
