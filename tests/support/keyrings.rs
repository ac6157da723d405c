//! Other programs than gnome-keyring that are the keyring: `KeePassXC` and `KWallet`.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use super::sandbox::Sandbox;
use super::screen::Screen;
use super::secret_service::SecretService;
use super::{long, program, wait_for};

/// The group of the database that `KeePassXC` offers as a collection; its id once more in base64.
const DATABASE: &str = "<KeePassFile><Meta><CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key>\
    <Value>{00112233-4455-6677-8899-aabbccddeeff}</Value></Item></CustomData></Meta>\
    <Root><Group><UUID>ABEiM0RVZneImaq7zN3u/w==</UUID><Name>Root</Name></Group></Root></KeePassFile>";
const PASSWORD: &str = "test";
/// What stands for the hash of a wallet's password: 56 bytes.
const HASH: &str = "array:byte:1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,\
    29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56";

impl SecretService {
    /// `KeePassXC` with one open database. Its settings are in `[FdoSecrets]`. `None` after a printed reason.
    pub(crate) fn keepassxc(
        sandbox: &mut Sandbox,
        screen: &Screen,
        settings: &str,
    ) -> Option<Self> {
        if !long("KeePassXC is a program for a desktop") {
            return None;
        }
        program("keepassxc").and(program("keepassxc-cli"))?;
        let mut service = Self::bus_only(sandbox)?;
        let xml = sandbox.write("database.xml", DATABASE);
        let database = sandbox.path("database.kdbx");
        let mut import = Command::new("keepassxc-cli")
            .args(["import", "-p"])
            .args([&xml, &database])
            .env_clear()
            .envs(&sandbox.env)
            .env("QT_QPA_PLATFORM", "offscreen")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("keepassxc-cli to start");
        let answers = format!("{PASSWORD}\n{PASSWORD}\n");
        let mut stdin = import.stdin.take().expect("a pipe");
        stdin.write_all(answers.as_bytes()).expect("it to read");
        drop(stdin);
        assert!(import.wait().expect("an end").success(), "no database");
        let settings = format!(
            "[General]\nConfigVersion=2\nUpdateCheckMessageShown=true\n[FdoSecrets]\nEnabled=true\n{settings}\n"
        );
        sandbox.write("home/.config/keepassxc/keepassxc.ini", &settings);
        service.start_keepassxc(sandbox, screen);
        Some(service)
    }

    fn start_keepassxc(&mut self, sandbox: &Sandbox, screen: &Screen) {
        let mut keepassxc = Command::new("keepassxc")
            .arg("--pw-stdin")
            .arg(sandbox.path("database.kdbx"))
            .env_clear()
            .envs(&sandbox.env)
            .env("DISPLAY", screen.display())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("keepassxc to start");
        let mut stdin = keepassxc.stdin.take().expect("a pipe");
        writeln!(stdin, "{PASSWORD}").expect("it to read");
        self.processes.push(keepassxc);
        self.wait_for_collection("database");
        wait_for("the database to be open", || {
            self.is_open("database").then_some(())
        });
        sandbox.write("started", "");
    }

    /// Ends it, once it has saved what was changed, and starts it again: it has forgotten whom it let through.
    pub(crate) fn restart_keepassxc(&mut self, sandbox: &Sandbox, screen: &Screen) {
        let changed = |name: &str| fs::metadata(sandbox.path(name))?.modified();
        wait_for("KeePassXC to save", || {
            let (saved, started) = (changed("database.kdbx").ok()?, changed("started").ok()?);
            (saved > started).then_some(())
        });
        self.end_last();
        self.start_keepassxc(sandbox, screen);
    }

    /// `KWallet` without a wallet. `None` after a printed reason.
    pub(crate) fn kwallet(sandbox: &mut Sandbox, screen: &Screen) -> Option<Self> {
        if !long("KWallet is a program for a desktop") {
            return None;
        }
        program("kwalletd5")?;
        let mut service = Self::bus_only(sandbox)?;
        let settings = "[Wallet]\nEnabled=true\nFirst Use=false\nUse One Wallet=true\n\
            Default Wallet=kdewallet\n[org.freedesktop.secrets]\napiEnabled=true\n";
        sandbox.write("home/.config/kwalletrc", settings);
        service.start_kwallet(sandbox, screen);
        Some(service)
    }

    fn start_kwallet(&mut self, sandbox: &Sandbox, screen: &Screen) {
        let kwallet = Command::new("kwalletd5")
            .env_clear()
            .envs(&sandbox.env)
            .env("DISPLAY", screen.display())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("kwalletd5 to start");
        self.processes.push(kwallet);
        wait_for("KWallet", || {
            let default = self.call("Service.ReadAlias", &["string:default"]);
            default.contains("object path").then_some(())
        });
    }

    /// Makes a wallet, as a login does, and opens it. The program offers it from its next start on.
    pub(crate) fn make_wallet(&mut self, sandbox: &Sandbox, screen: &Screen) {
        self.open_wallet();
        self.end_last();
        self.start_kwallet(sandbox, screen);
        self.open_wallet();
        self.wait_for_collection("kdewallet");
    }

    fn open_wallet(&self) {
        let output = Command::new("dbus-send")
            .env("DBUS_SESSION_BUS_ADDRESS", self.address())
            .args(["--session", "--print-reply", "--dest=org.kde.kwalletd5"])
            .args(["/modules/kwalletd5", "org.kde.KWallet.pamOpen"])
            .args(["string:kdewallet", HASH, "int32:0"])
            .output()
            .expect("dbus-send to start");
        assert!(output.status.success(), "{output:?}");
    }

    /// Whether a collection is open.
    fn is_open(&self, collection: &str) -> bool {
        let output = Command::new("dbus-send")
            .env("DBUS_SESSION_BUS_ADDRESS", self.address())
            .args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.secrets",
            ])
            .arg(format!("/org/freedesktop/secrets/collection/{collection}"))
            .arg("org.freedesktop.DBus.Properties.Get")
            .args(["string:org.freedesktop.Secret.Collection", "string:Locked"])
            .stderr(Stdio::null())
            .output()
            .expect("dbus-send to start");
        String::from_utf8_lossy(&output.stdout).contains("boolean false")
    }

    fn wait_for_collection(&self, name: &str) {
        wait_for("the keyring's default collection", || {
            let default = self.call("Service.ReadAlias", &["string:default"]);
            default
                .contains(&format!("collection/{name}\""))
                .then_some(())
        });
    }
}
