//! A private D-Bus session, with or without a Secret Service (gnome-keyring) on it.
//!
//! The bus has a configuration of its own, without service files: nothing can be started on it
//! by its name, so "no Secret Service" stays none, and no prompter can open a window.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use super::sandbox::Sandbox;
use super::{program, wait_for};

const CONFIGURATION: &str = r#"<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=[RUN]</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

const LOGIN: &str = "/org/freedesktop/secrets/collection/login";

/// A bus and what runs on it; all is killed when this is dropped.
pub(crate) struct SecretService {
    address: String,
    pub(super) processes: Vec<Child>,
}

impl SecretService {
    /// An unlocked keyring. The sandbox uses it from now on (`LEAPP_SECRETS=auto`). `None` after
    /// a printed skip where the programs are missing.
    pub(crate) fn unlocked(sandbox: &mut Sandbox) -> Option<Self> {
        program("gnome-keyring-daemon")?;
        let mut service = Self::bus_only(sandbox)?;
        service.start_keyring(sandbox);
        Some(service)
    }

    /// A keyring whose one collection is locked, and nobody there to unlock it.
    pub(crate) fn locked(sandbox: &mut Sandbox) -> Option<Self> {
        let service = Self::unlocked(sandbox)?;
        service.lock();
        Some(service)
    }

    /// A bus with no Secret Service on it.
    pub(crate) fn bus_only(sandbox: &mut Sandbox) -> Option<Self> {
        program("dbus-daemon")?;
        let configuration = CONFIGURATION.replace("[RUN]", &sandbox.path("run").to_string_lossy());
        let configuration = sandbox.write("run/bus.conf", &configuration);
        let mut bus = Command::new("dbus-daemon")
            .args(["--nofork", "--print-address=1", "--config-file"])
            .arg(configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon to start");
        let mut address = String::new();
        BufReader::new(bus.stdout.take().expect("a pipe"))
            .read_line(&mut address)
            .expect("the address of the bus");
        let address = address.trim().to_owned();
        sandbox.set("DBUS_SESSION_BUS_ADDRESS", &address);
        sandbox.set("LEAPP_SECRETS", "auto");
        Some(Self {
            address,
            processes: vec![bus],
        })
    }

    /// Where the bus is.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Locks the collection, as a screen lock does.
    pub(crate) fn lock(&self) {
        let locked = self.call("Service.Lock", &[&format!("array:objpath:{LOGIN}")]);
        assert!(locked.contains(LOGIN), "not locked: {locked}");
    }

    /// Ends what was started last.
    pub(super) fn end_last(&mut self) {
        if let Some(mut last) = self.processes.pop() {
            let _ = last.kill();
            let _ = last.wait();
        }
    }

    fn start_keyring(&mut self, sandbox: &Sandbox) {
        let mut keyring = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .env_clear()
            .envs(&sandbox.env)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring-daemon to start");
        // With an empty password it would make no default collection. The end of the input is
        // the end of the password: a newline would be part of it.
        let mut password = keyring.stdin.take().expect("a pipe");
        password.write_all(b"test").expect("the keyring to read");
        drop(password);
        self.processes.push(keyring);
        wait_for("the keyring's default collection", || {
            let default = self.call("Service.ReadAlias", &["string:default"]);
            default.contains(LOGIN).then_some(())
        });
    }

    /// One call to the Secret Service; what it answered, empty on an error.
    pub(super) fn call(&self, method: &str, arguments: &[&str]) -> String {
        let output = Command::new("dbus-send")
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.secrets",
            ])
            .arg("/org/freedesktop/secrets")
            .arg(format!("org.freedesktop.Secret.{method}"))
            .args(arguments)
            .stderr(Stdio::null())
            .output()
            .expect("dbus-send to start");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for SecretService {
    fn drop(&mut self) {
        // The keyring before the bus: it must not complain about a lost connection.
        for process in self.processes.iter_mut().rev() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
