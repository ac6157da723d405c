//! The way to AWS, broken in every way: `leapp doctor` and the errors of `leapp-exec` name it, in time.

use std::collections::HashSet;
use std::net::{TcpListener, UdpSocket};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::aws::Aws;
use crate::support::doctor::check;
use crate::support::faults::{Fault, Faults, When};
use crate::support::hooked::Clock;
use crate::support::not_here;
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use crate::support::tls::Tls;
use crate::support::world::{Chain, account, allow, root_of, trust};

/// What was promised.
const LIMIT: Duration = Duration::from_secs(10);

/// Both programs, each within the limit.
fn ask(sandbox: &Sandbox) -> (Value, Output) {
    let start = Instant::now();
    let (output, report) = sandbox.doctor(&["r1"]);
    output.assert_code(1);
    assert!(start.elapsed() < LIMIT, "doctor took {:?}", start.elapsed());
    let start = Instant::now();
    let output = sandbox
        .leapp_exec(&["r1", "--", "true"])
        .run()
        .assert_code(125);
    assert!(start.elapsed() < LIMIT, "exec took {:?}", start.elapsed());
    (report, output)
}

/// What was said of the STS, with its next steps; no hop was tried where there is no way.
#[track_caller]
fn sts(report: &Value) -> String {
    let found = check(report, "STS eu-west-1");
    assert_eq!(found["verdict"], "failed", "{report:#}");
    assert_eq!(
        report["chain"]["hops"][1]["verdict"], "not-tried",
        "{report:#}"
    );
    format!("{} {}", found["detail"], found["next"])
}

#[track_caller]
fn assert_says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "no `{word}` in: {text}");
    }
}

#[test]
fn a_dead_proxy_is_named() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new()
        .env("HTTPS_PROXY", "http://user:hunter2@127.0.0.1:9")
        .watch("hunter2");
    Chain::new(aws, 1).define(&sandbox);
    let (report, output) = ask(&sandbox);
    let words = ["through the proxy `127.0.0.1:9`", "HTTPS_PROXY"];
    assert_says(&sts(&report), &words);
    assert_says(&output.stderr, &words);
}

#[test]
fn a_proxy_that_lets_nobody_through_is_named() {
    let aws = Aws::shared();
    let proxy = Faults::before("127.0.0.1:9");
    proxy.on(When::always(), Fault::Status(407));
    let sandbox = Sandbox::new().env("HTTPS_PROXY", proxy.url());
    Chain::new(aws, 1).define(&sandbox);
    let (report, output) = ask(&sandbox);
    let words = ["does not let us through", "HTTPS_PROXY"];
    assert_says(&sts(&report), &words);
    assert_says(&output.stderr, &words);
}

#[test]
fn an_authority_of_ones_own_is_asked_for() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new();
    let tls = Tls::before(&aws.address(), &sandbox);
    let mut sandbox = sandbox.endpoint(&tls.url());
    Chain::new(aws, 1).define(&sandbox);
    let (report, output) = ask(&sandbox);
    let words = ["certificate", "set `AWS_CA_BUNDLE`"];
    assert_says(&sts(&report), &words);
    assert_says(&output.stderr, &words);

    let file = sandbox.path("ca.pem");
    sandbox.set("AWS_CA_BUNDLE", file);
    let (output, report) = sandbox.doctor(&["r1"]);
    output.assert_code(0);
    assert_says(
        &check(&report, "authorities").to_string(),
        &["1 of `AWS_CA_BUNDLE`"],
    );

    sandbox.leapp(&["logout"]).run().assert_ok();
    let empty = sandbox.write("empty.pem", "nothing\n");
    sandbox.set("AWS_CA_BUNDLE", empty);
    let (report, output) = ask(&sandbox);
    let words = ["no usable certificate"];
    assert_says(&check(&report, "authorities").to_string(), &words);
    assert_says(&output.stderr, &words);
}

#[test]
fn a_host_without_an_address_is_named() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint("https://sts.nowhere.invalid");
    Chain::new(aws, 1).define(&sandbox);
    let (report, output) = ask(&sandbox);
    let words = ["`sts.nowhere.invalid` has no address", "DNS"];
    assert_says(&sts(&report), &words);
    assert_says(&output.stderr, &words);
}

/// Where a host names no region, none can be wrong.
#[test]
fn a_region_is_blamed_only_where_the_host_names_one() {
    let aws = Aws::shared();
    for (host, is_blamed) in [
        ("sts.nowhere.invalid", false),
        ("sts.eu-west-9.nowhere.invalid", true),
    ] {
        let sandbox = Sandbox::new().endpoint(&format!("https://{host}"));
        Chain::new(aws, 1).define(&sandbox);
        let output = sandbox.leapp_exec(&["r1", "--", "true"]).run();
        assert_says(&output.stderr, &["has no address: check the network"]);
        let blame = "a region that does not exist has no address either";
        assert_eq!(output.stderr.contains(blame), is_blamed, "{host}");
    }
}

/// A name server to which questions come, and from which nothing comes back.
#[test]
fn a_name_server_that_says_nothing_is_told_from_a_host_that_says_nothing() {
    let Ok(_mute) = UdpSocket::bind("127.0.0.9:53") else {
        return not_here("only root can be a name server");
    };
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint("https://sts.example.com");
    Chain::new(aws, 1).define(&sandbox);
    sandbox.write("home/resolv.conf", "nameserver 127.0.0.9\n");
    sandbox.write("home/nsswitch.conf", "hosts: files dns\n");
    let alone = "for file in resolv nsswitch; do
        mount --bind \"$HOME/$file.conf\" \"$(readlink -f /etc/$file.conf)\" || exit 77
        done; exec leapp-exec r1 -- true";
    let words = ["--map-root-user", "--mount", "sh", "-c", alone];
    let start = Instant::now();
    let output = sandbox.command("unshare").args(&words).run();
    if output.code == Some(77) {
        return not_here("the kernel lets nobody mount");
    }
    assert!(start.elapsed() < LIMIT, "it took {:?}", start.elapsed());
    let said = output.assert_code(125).stderr;
    assert_says(&said, &["`sts.example.com` has no address", "DNS"]);
}

#[test]
fn a_system_that_believes_nobody_is_a_finding() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new()
        .endpoint(&aws.url())
        .env("SSL_CERT_FILE", "/nonexistent");
    Chain::new(aws, 1).define(&sandbox);
    let (output, report) = sandbox.doctor(&["r1"]);
    output.assert_code(1);
    let found = check(&report, "authorities");
    assert_eq!(found["verdict"], "failed", "{report:#}");
    let next = found["next"].to_string();
    assert_says(&next, &["`ca-certificates`", "`AWS_CA_BUNDLE`"]);
    // In clear, on this machine, nobody has to vouch.
    assert_eq!(check(&report, "STS eu-west-1")["verdict"], "ok");
    sandbox.leapp_exec(&["r1", "--", "true"]).run().assert_ok();
    let afar = sandbox.endpoint("https://127.0.0.1:1");
    afar.leapp_exec(&["r1", "--refresh", "--", "true"])
        .run()
        .assert_code(125);
}

#[test]
fn an_endpoint_that_says_nothing_is_given_up_in_time() {
    let aws = Aws::shared();
    // Connections are made by the kernel, and nobody ever reads from them.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("an address");
    let sandbox = Sandbox::new().endpoint(&format!("http://{address}"));
    Chain::new(aws, 1).define(&sandbox);
    let (report, output) = ask(&sandbox);
    let words = [
        &format!("`{address}` says nothing in time"),
        "no answer in time",
    ];
    assert_says(&sts(&report), &words);
    assert_says(&output.stderr, &words);
}

#[test]
fn an_iam_that_says_nothing_is_named_and_asked_no_more() {
    let aws = Aws::shared();
    let silent = Faults::before(&aws.address());
    silent.on(When::always(), Fault::Hold);
    let (here, there) = (account(), account());
    let user = aws.user(&here, "u1", &[allow("iam:*", "*")]);
    let role = aws.role(&there, "R1", &trust(&root_of(&there)), &[]);
    let sandbox = Sandbox::new()
        .endpoint(&aws.url())
        .env("AWS_ENDPOINT_URL_IAM", silent.url())
        .name(&here, "HERE")
        .name(&there, "THERE");
    sandbox.add_user("u1", &user);
    sandbox.add_chained("r1", &role, "u1", &[]);
    let start = Instant::now();
    let (output, report) = sandbox.doctor(&["r1"]);
    let took = start.elapsed();
    assert!(took < LIMIT, "it took {took:?}");
    let output = output.assert_code(1);
    let iam = check(&report, "IAM");
    assert_eq!(iam["verdict"], "failed", "{report:#}");
    let words = ["no answer from IAM", "says nothing in time"];
    assert_says(&iam.to_string(), &words);
    let unseen = report["chain"]["hops"][1]["unseen"].as_array();
    let unseen = unseen.expect("a list").iter();
    let about_iam = unseen.filter(|what| what.to_string().contains("asked of IAM"));
    assert_eq!(about_iam.count(), 1, "{report:#}");
    // The SDK may have tried again within the one call.
    let asked: HashSet<String> = silent.seen().into_iter().map(|seen| seen.action).collect();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(output.stderr.matches("waiting for IAM").count(), 1);
}

#[test]
fn nobody_at_the_endpoint_and_no_sts_there_are_told_apart() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint("http://127.0.0.1:9");
    Chain::new(aws, 1).define(&sandbox);
    let (report, output) = ask(&sandbox);
    assert_says(&sts(&report), &["Connection refused"]);
    assert_says(&output.stderr, &["Connection refused"]);
    let page = Faults::before(&aws.address());
    page.on(When::always(), Fault::Garbage);
    let mut sandbox = sandbox;
    sandbox.set("AWS_ENDPOINT_URL", page.url());
    let (report, output) = ask(&sandbox);
    assert_says(&sts(&report), &["not well-formed XML"]);
    assert_says(&output.stderr, &["not well-formed XML"]);
}

#[test]
fn a_wrong_clock_is_told_by_how_much() {
    let aws = Aws::shared();
    let mut sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::new(aws, 1).define(&sandbox);
    if Clock::of(&mut sandbox).is_none() {
        return;
    }
    let at = |offset: &str, words: &[&str]| {
        sandbox.write("run/clock", offset);
        let start = Instant::now();
        let output = sandbox.command(words[0]).args(&words[1..]).run();
        let took = start.elapsed();
        assert!(took < LIMIT, "{words:?} took {took:?}");
        output
    };
    for (offset, way) in [("-1200", "behind"), ("+1200", "ahead of")] {
        let output = at(offset, &["leapp", "doctor", "--json", "r1"]).assert_code(1);
        let report = output.json();
        let clock = check(&report, "clock").to_string();
        assert_says(
            &clock,
            &[
                way,
                "20m",
                "AWS refuses",
                "\"failed\"",
                "timedatectl set-ntp true",
            ],
        );
        // The SDK makes up for it, so that credentials are had; who uses them is warned.
        sandbox.leapp(&["logout"]).run().assert_ok();
        let output = at(offset, &["leapp-exec", "r1", "--", "true"]).assert_code(0);
        let warning = format!("the clock of this machine is 20m {way} AWS's");
        assert_says(&output.stderr, &[&warning, "leapp doctor"]);
    }
    let output = at("+120", &["leapp", "doctor", "--json", "r1"]).assert_code(0);
    assert_eq!(check(&output.json(), "clock")["verdict"], "warning");
    let output = at("+0", &["leapp", "doctor", "--json", "r1"]).assert_code(0);
    assert_eq!(check(&output.json(), "clock")["verdict"], "ok");
}
