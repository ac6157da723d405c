//! Servers that are their own authority, and how soon it is said that a certificate is not trusted.

use crate::support::aws::Aws;
use crate::support::faults::Faults;
use crate::support::program;
use crate::support::sandbox::Sandbox;
use crate::support::tls::Tls;
use crate::support::world::Chain;

/// Makes what `tests/aws/own_certificates.py` makes, as `own.pem` and so on.
pub(crate) fn make_certificates(sandbox: &Sandbox) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws/own_certificates.py");
    let folder = sandbox.path("").display().to_string();
    sandbox
        .command("python")
        .args(&["-B", script, &folder])
        .run()
        .assert_ok();
}

#[test]
fn a_certificate_in_the_bundle_serves_where_it_serves_the_aws_cli() {
    let aws = Aws::shared();
    let mut sandbox = Sandbox::new();
    make_certificates(&sandbox);
    Chain::new(aws, 1).define(&sandbox);
    for (certificate, bundle, is_trusted) in [
        ("own", "own", true),
        ("plain", "plain", true),
        // Of another server with the same name.
        ("own", "twin", false),
        ("plain", "own", false),
        ("other-address", "other-address", false),
        ("expired", "expired", false),
        ("vouched-for", "own", false),
    ] {
        let chain = sandbox.path(&format!("{certificate}.chain"));
        let tls = Tls::with_chain(&aws.address(), &sandbox, &chain);
        sandbox.set("AWS_ENDPOINT_URL", tls.url());
        sandbox.set("AWS_CA_BUNDLE", sandbox.path(&format!("{bundle}.pem")));
        let cli = sandbox
            .command("aws")
            .args(&["sts", "get-caller-identity", "--region", "eu-west-1"])
            .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "nobody's")
            .run();
        let ours = sandbox.leapp_exec(&["--refresh", "r1", "--", "true"]).run();
        let case = format!("{certificate}, where {bundle} is trusted");
        assert_eq!(
            !cli.stderr.contains("SSL validation failed"),
            is_trusted,
            "the AWS CLI, {case}: {}",
            cli.stderr
        );
        assert_eq!(ours.code == Some(0), is_trusted, "{case}: {}", ours.stderr);
        let is_named = ours.stderr.contains("certificate");
        assert_eq!(is_named, !is_trusted, "{case}: {}", ours.stderr);
    }
}

#[test]
fn a_server_that_is_its_own_authority_is_reached_through_a_proxy() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new();
    make_certificates(&sandbox);
    let tls = Tls::with_chain(&aws.address(), &sandbox, &sandbox.path("own.chain"));
    let proxy = Faults::before(&aws.address());
    let bundle = sandbox.path("own.pem");
    let sandbox = sandbox
        .endpoint(&tls.url())
        .env("AWS_CA_BUNDLE", bundle)
        .env("HTTPS_PROXY", proxy.url());
    Chain::new(aws, 2).define(&sandbox);
    sandbox.leapp_exec(&["r2", "--", "true"]).run().assert_ok();
    let seen = proxy.seen();
    assert!(
        seen.len() == 1 && seen[0].action.starts_with("CONNECT 127.0.0.1:"),
        "one connection for both hops: {seen:?}"
    );
}

#[test]
fn a_certificate_that_is_not_trusted_is_asked_for_once() {
    let aws = Aws::shared();
    for bundle in [None, Some("twin.pem")] {
        let mut sandbox = Sandbox::new();
        make_certificates(&sandbox);
        let tls = Tls::with_chain(&aws.address(), &sandbox, &sandbox.path("own.chain"));
        let proxy = Faults::before(&aws.address());
        if let Some(bundle) = bundle {
            sandbox.set("AWS_CA_BUNDLE", sandbox.path(bundle));
        }
        let sandbox = sandbox.endpoint(&tls.url()).env("HTTPS_PROXY", proxy.url());
        Chain::new(aws, 1).define(&sandbox);
        let refused = sandbox
            .leapp_exec(&["r1", "--", "true"])
            .run()
            .assert_code(125);
        assert!(refused.stderr.contains("certificate"), "{}", refused.stderr);
        assert!(!refused.stderr.contains("waiting"), "{}", refused.stderr);
        assert_eq!(proxy.seen().len(), 1, "{bundle:?}");
    }
}

#[test]
fn an_endpoint_over_plain_http_reads_no_certificates() {
    let aws = Aws::shared();
    let mut sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::new(aws, 1).define(&sandbox);
    sandbox.set("AWS_CA_BUNDLE", sandbox.path("missing.pem"));
    sandbox.leapp_exec(&["r1", "--", "true"]).run().assert_ok();
    if program("strace").is_none() {
        return;
    }
    let sandbox = sandbox.env_remove("AWS_CA_BUNDLE");
    let log = sandbox.path("tmp/opened").display().to_string();
    sandbox
        .command("strace")
        .args(&[
            "-f",
            "-qq",
            "-e",
            "trace=open,openat,stat,statx",
            "-o",
            &log,
        ])
        .args(&["leapp-exec", "--refresh", "r1", "--", "true"])
        .run()
        .assert_ok();
    let opened = sandbox.read("tmp/opened");
    assert!(opened.contains("sessions.toml"), "{opened}");
    for word in ["/ssl", "/pki", "cert"] {
        let found: Vec<&str> = opened.lines().filter(|line| line.contains(word)).collect();
        assert!(found.is_empty(), "{found:?}");
    }
}
