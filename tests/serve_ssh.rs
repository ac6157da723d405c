//! The endpoint on another host, over ssh: a real sshd, in a network of its own.

use std::fs;
use std::path::Path;

use crate::exec::with_r1;
use crate::support::aws::Aws;
use crate::support::endpoint::Endpoint;
use crate::support::sandbox::{Sandbox, private};
use crate::support::{VENV_BIN, long, not_here, program};

const SSHD: &str = "/usr/sbin/sshd";
/// Where sshd wants an empty directory of root's.
const SEPARATED: &str = "/run/sshd";

#[test]
fn a_host_over_ssh_is_the_session() {
    if !long("it takes an sshd, which would be a service of this machine") {
        return;
    }
    let is_root = nix::unistd::geteuid().is_root();
    if !is_root || !Path::new(SSHD).exists() || program("ip").is_none() {
        not_here("another network takes root, `ip` and an installed sshd");
        return;
    }
    let sandbox = with_r1();
    let sshd = sshd(&sandbox);
    let words = ["serve", "r1", "--token-file", "token"];
    let serving = sandbox.leapp(&words).start();
    let endpoint = Endpoint::of(&serving);
    // The other host sees this AWS by the same way, and nothing else: it has no network.
    let here = |port: &str| format!("-R{port}:127.0.0.1:{port}");
    let aws = Aws::shared().address();
    let (_, aws) = aws.split_once(':').expect("a port");
    let port = endpoint.port().to_string();
    let url = format!("http://127.0.0.1:{port}/credentials");
    let token = sandbox.path("home/token");
    let remote = format!(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI={url} AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE={} \
         AWS_ENDPOINT_URL={} AWS_DEFAULT_REGION=eu-west-1 AWS_CONFIG_FILE=/dev/null \
         AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_PAGER= \
         {}/aws sts get-caller-identity --query Arn --output text",
        token.display(),
        Aws::shared().url(),
        VENV_BIN,
    );
    let key = sandbox.path("key").display().to_string();
    let proxy = format!("ProxyCommand={sshd}");
    let tunnels = [here(&port), here(aws)];
    let run = sandbox.command("ssh").args(&["-F", "none", "-i", &key]);
    let run = run.args(&["-o", "StrictHostKeyChecking=no", "-o", "BatchMode=yes"]);
    let run = run.args(&["-o", "UserKnownHostsFile=/dev/null", "-o", &proxy]);
    let run = run.args(&["-o", "ExitOnForwardFailure=yes"]).args(&tunnels);
    let output = run.args(&["root@elsewhere", &remote]).run().assert_ok();
    assert!(
        output.stdout.trim_end().ends_with("assumed-role/R1/test"),
        "{}",
        output.transcript()
    );
    serving.signal("TERM");
    serving.wait().assert_ok();
}

/// What begins an sshd on its own input and output, where only loopback is a network.
fn sshd(sandbox: &Sandbox) -> String {
    for name in ["host", "key"] {
        let path = sandbox.path(name).display().to_string();
        let words = ["-q", "-t", "ed25519", "-N", "", "-f", &path];
        sandbox.command("ssh-keygen").args(&words).run().assert_ok();
    }
    let configuration = format!(
        "HostKey {}\nAuthorizedKeysFile {}\nUsePAM no\nStrictModes no\nPidFile none\n\
         PasswordAuthentication no\nPermitRootLogin prohibit-password\n",
        sandbox.path("host").display(),
        sandbox.path("key.pub").display()
    );
    let file = sandbox.write("sshd_config", &configuration);
    fs::create_dir_all(SEPARATED).expect("a directory for sshd");
    private(Path::new(SEPARATED), 0o755);
    format!(
        "unshare --net sh -c 'ip link set lo up; exec {SSHD} -i -f {}'",
        file.display()
    )
}
