//! A world of its own for each test: home, configuration, caches, secrets, environment.
//!
//! Nothing of the caller's environment gets in, and nothing that a command does gets out. After
//! every command the sandbox looks for leaked secrets, so each test is a leak test too.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::leaks::{LONG_LIVED, Needles, TEMPORARY};
use super::run::Run;
use super::{SHELLS_BIN, VENV_BIN, variable};

/// Made by `age-keygen` for these tests. It protects nothing.
const IDENTITY: &str =
    "AGE-SECRET-KEY-189GQ0SCC503H9CUF8Q967MP5Q3WTVXLE004E9Z76N0ER8G6FAJQQ79S0JL\n";

pub(crate) struct Sandbox {
    root: TempDir,
    pub(super) env: BTreeMap<String, OsString>,
    secrets: Vec<String>,
    pub(super) names: Vec<(String, String)>,
}

impl Sandbox {
    /// No D-Bus, no terminal, and an age identity without passphrase for the file vault.
    pub(crate) fn new() -> Self {
        let root = TempDir::new().expect("a temporary folder");
        let mut sandbox = Self {
            env: BTreeMap::new(),
            secrets: Vec::new(),
            names: vec![(root.path().display().to_string(), "[ROOT]".to_owned())],
            root,
        };
        for (name, folder) in [
            ("HOME", "home"),
            ("XDG_CONFIG_HOME", "home/.config"),
            ("XDG_CACHE_HOME", "home/.cache"),
            ("XDG_DATA_HOME", "home/.local/share"),
            ("XDG_STATE_HOME", "home/.local/state"),
            ("XDG_RUNTIME_DIR", "run"),
            ("TMPDIR", "tmp"),
        ] {
            let path = sandbox.path(folder);
            fs::create_dir_all(&path).expect("a folder in the sandbox");
            sandbox.set(name, path);
        }
        private(&sandbox.path("run"), 0o700);
        let identity = sandbox.write("identity.txt", IDENTITY);
        private(&identity, 0o600);
        sandbox
            .env("PATH", search_path())
            .env("LEAPP_SECRETS", "file")
            .env("LEAPP_IDENTITY_FILE", identity)
            .env("USER", "alice")
            .env("TZ", "UTC")
            .env("LANG", "C.UTF-8")
            .env("TERM", "dumb")
            .env("COLUMNS", "100")
            // The AWS CLI would page on a terminal, and asks the instance metadata when it
            // finds no credentials: one second each, on a network that tests must not need.
            .env("AWS_PAGER", "")
            .env("AWS_EC2_METADATA_DISABLED", "true")
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.set(name, value);
        self
    }

    pub(crate) fn env_remove(mut self, name: &str) -> Self {
        self.env.remove(name);
        self
    }

    /// As [`Sandbox::env`], for a sandbox that is in use.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.env.insert(name.to_owned(), value.into());
    }

    /// Points the product, the AWS CLI and boto3 at a local AWS or at the faults before it.
    pub(crate) fn endpoint(self, url: &str) -> Self {
        self.env("AWS_ENDPOINT_URL", url)
    }

    /// One more secret that must not leak, beside all that the local AWS makes.
    pub(crate) fn watch(mut self, secret: &str) -> Self {
        self.secrets.push(secret.to_owned());
        self
    }

    /// Calls a value that differs from run to run by a name in transcripts.
    pub(crate) fn name(mut self, value: &str, name: &str) -> Self {
        self.names.push((value.to_owned(), name.to_owned()));
        self
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.path().join(relative)
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.path("home")
    }

    /// Writes a file, with the folders above it. A relative path starts at the sandbox's root.
    pub(crate) fn write(&self, relative: &str, text: &str) -> PathBuf {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder in the sandbox");
        fs::write(&path, text).expect("a file in the sandbox");
        path
    }

    /// What a file holds; empty where there is none.
    pub(crate) fn read(&self, relative: &str) -> String {
        fs::read_to_string(self.path(relative)).unwrap_or_default()
    }

    pub(crate) fn leapp(&self, arguments: &[&str]) -> Run<'_> {
        self.command("leapp").args(arguments)
    }

    pub(crate) fn leapp_exec(&self, arguments: &[&str]) -> Run<'_> {
        self.command("leapp-exec").args(arguments)
    }

    /// A script for `/bin/sh`. Other shells: `support::shells`.
    pub(crate) fn sh(&self, script: &str) -> Run<'_> {
        self.command("sh").args(&["-c", script])
    }

    /// A command in this world that nothing is checked of, for timing it: one of ours by its name, any
    /// other by its path.
    pub(crate) fn plain_command(&self, program: impl AsRef<Path>) -> Command {
        let folder = Path::new(env!("CARGO_BIN_EXE_leapp"))
            .parent()
            .expect("the folder of the binaries");
        let mut command = Command::new(folder.join(program));
        command.env_clear().envs(&self.env).current_dir(self.home());
        command
    }

    pub(crate) fn command(&self, program: &str) -> Run<'_> {
        Run::new(self, program)
    }

    /// Fails, without repeating the secret, where one is in an output or in a file.
    pub(super) fn assert_no_leak(&self, command: &str, outputs: &[(&str, &[u8])], files: bool) {
        let known = [LONG_LIVED, TEMPORARY].into_iter();
        let needles = Needles::new(known.chain(self.secrets.iter().map(String::as_str)));
        for (name, output) in outputs {
            assert!(
                !needles.are_in(output),
                "`{command}` printed a secret to {name}"
            );
        }
        if files {
            let leaked = needles.files_under(self.root.path());
            assert!(
                leaked.is_empty(),
                "after `{command}` a secret is in {leaked:?}"
            );
        }
    }
}

/// The kernel keeps what was unlocked for hours, and most users may have two hundred keys.
impl Drop for Sandbox {
    fn drop(&mut self) {
        let place = self.root.path().display().to_string();
        forget_leases(&place);
    }
}

#[cfg(target_os = "linux")]
fn forget_leases(place: &str) {
    use linux_keyutils::{Key, KeySerialId};

    let keys = fs::read_to_string("/proc/keys").unwrap_or_default();
    for line in keys.lines().filter(|line| line.contains(place)) {
        let id = line.split(' ').next().unwrap_or_default();
        if let Ok(id) = i32::from_str_radix(id, 16) {
            // It may have run out.
            let _ = Key::from_id(KeySerialId(id)).invalidate();
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn forget_leases(_: &str) {}

/// Our binaries first, then the AWS CLI and Python of the rig, then the system.
fn search_path() -> String {
    let ours = Path::new(env!("CARGO_BIN_EXE_leapp"))
        .parent()
        .expect("the folder of the binaries");
    format!(
        "{}:{VENV_BIN}:{SHELLS_BIN}:{}",
        ours.display(),
        variable("PATH")
    )
}

pub(crate) fn private(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("permissions");
}
