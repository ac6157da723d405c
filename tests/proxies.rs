//! Proxies: leapp and the AWS CLI read the same variables, before one and the same proxy, which writes down
//! what it was asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::support::aws::Aws;
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

/// No name server knows it: a request that goes there directly reaches nobody.
const NOWHERE: &str = "https://sts.nowhere.invalid";

/// A proxy that lets nobody through.
struct Proxy {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let _ = refuse(&client, &noted);
            }
        });
        Self { address, asked }
    }

    /// What the first request was since the last time that this was asked: its target and its credentials.
    fn take(&self) -> Option<String> {
        let mut asked = self.asked.lock().expect("no panic");
        let first = asked.first().cloned();
        asked.clear();
        first
    }
}

fn refuse(client: &TcpStream, noted: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut said = String::new();
    for line in BufReader::new(client).lines() {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if said.is_empty() {
            said.push_str(
                line.trim_end_matches(" HTTP/1.1")
                    .trim_end_matches(" HTTP/1.0"),
            );
        } else if line
            .to_ascii_lowercase()
            .starts_with("proxy-authorization:")
        {
            said.push_str(&line["proxy-authorization:".len()..]);
        }
    }
    noted.lock().expect("no panic").push(said);
    let mut client = client;
    client.write_all(
        b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    )
}

struct Both {
    sandbox: Sandbox,
    proxy: Proxy,
}

impl Both {
    fn new() -> Self {
        let sandbox = Sandbox::new().endpoint(NOWHERE);
        Chain::new(Aws::shared(), 1).define(&sandbox);
        Self {
            sandbox,
            proxy: Proxy::start(),
        }
    }

    /// What the proxy is asked by the AWS CLI and by leapp with these variables, and what leapp says.
    fn ask(&self, variables: &[(&str, &str)]) -> (Option<String>, Option<String>, Output) {
        let fill = |value: &str| value.replace("{P}", &self.proxy.address);
        let mut aws = self
            .sandbox
            .command("aws")
            .args(&["sts", "get-caller-identity", "--region", "eu-west-1"])
            .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "not-one")
            .env("AWS_MAX_ATTEMPTS", "1");
        let mut leapp = self.sandbox.leapp_exec(&["u1", "--", "true"]);
        for (name, value) in variables {
            aws = aws.env(name, fill(value));
            leapp = leapp.env(name, fill(value));
        }
        let output = aws.run();
        assert_ne!(output.code, Some(0), "{}", output.transcript());
        let by_aws = self.proxy.take();
        let output = leapp.run().assert_code(125);
        (by_aws, self.proxy.take(), output)
    }
}

#[test]
fn a_proxy_is_read_as_the_aws_cli_reads_it() {
    let both = Both::new();
    for value in [
        "http://{P}",
        "{P}",
        "//{P}",
        "http://user:pass@{P}",
        "http://user:p@ss@{P}",
        "user:p@ss@{P}",
        "http://user:p%40ss@{P}",
        "http://user:100%@{P}",
        "http://us%20er:p%2Fa%3As@{P}",
        "http://CORP%5Cuser:p:q@{P}",
        "http://user:pass@{P}/path",
    ] {
        let (by_aws, by_leapp, output) = both.ask(&[("HTTPS_PROXY", value)]);
        assert!(
            by_aws.is_some(),
            "{value}: the AWS CLI did not ask the proxy"
        );
        assert_eq!(by_leapp, by_aws, "{value}: {}", output.transcript());
        assert!(!output.stderr.contains("p%40ss") && !output.stderr.contains("p@ss"));
    }
}

#[test]
fn one_that_the_aws_cli_cannot_read_is_an_error_and_nothing_goes_out_directly() {
    let both = Both::new();
    for (value, said) in [
        ("http://user:hu#sh@{P}", "write it as `%23`"),
        ("http://user:hu/sh@{P}", "write it as `%2F`"),
        ("http://user:hu?sh@{P}", "write it as `%3F`"),
        ("socks5://{P}", "scheme `socks5`"),
        ("http://127.0.0.1:port", "is not the address of a proxy"),
        ("http://", "is not the address of a proxy"),
    ] {
        let (by_aws, by_leapp, output) = both.ask(&[("HTTPS_PROXY", value)]);
        assert_eq!((by_aws, by_leapp), (None, None), "{value}");
        assert!(
            output.stderr.contains("`HTTPS_PROXY`") && output.stderr.contains(said),
            "{value}: {}",
            output.transcript()
        );
        assert!(!output.stderr.contains("hu"), "{}", output.transcript());
        assert!(!output.stderr.contains("DNS"), "{}", output.transcript());
    }
}

#[test]
fn the_variable_in_small_letters_wins() {
    let both = Both::new();
    let dead = "http://127.0.0.1:9";
    for (variables, is_asked) in [
        (&[("https_proxy", "{P}"), ("HTTPS_PROXY", dead)][..], true),
        (&[("https_proxy", dead), ("HTTPS_PROXY", "{P}")], false),
        (&[("https_proxy", ""), ("HTTPS_PROXY", "{P}")], false),
        (
            &[("HTTPS_PROXY", "{P}"), ("NO_PROXY", "nowhere.invalid")],
            false,
        ),
        (
            &[
                ("HTTPS_PROXY", "{P}"),
                ("no_proxy", ""),
                ("NO_PROXY", "nowhere.invalid"),
            ],
            true,
        ),
        // A server that starts a program for each request gives it a header as `HTTP_PROXY`.
        (&[("HTTPS_PROXY", "{P}"), ("REQUEST_METHOD", "GET")], true),
    ] {
        let (by_aws, by_leapp, output) = both.ask(variables);
        assert_eq!(by_aws.is_some(), is_asked, "{variables:?}");
        assert_eq!(by_leapp, by_aws, "{variables:?}: {}", output.transcript());
    }
}
