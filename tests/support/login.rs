//! A federated session, its identity provider, and a real browser that logs in without a screen.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use super::aws::Aws;
use super::federation::Federation;
use super::pages::Pages;
use super::run::Run;
use super::sandbox::Sandbox;
use super::{not_here, program, wait_for};

/// What a browser needs on a machine without a screen and without a network, and that of a user who
/// has switched its sandbox off, as root must. No name leads anywhere: what asks for one fails.
const BROWSER: &str = r#"browser_args = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-popup-blocking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
"#;

/// The session `fed`, whose login page is that of an identity provider of its own.
pub(crate) struct Login<I = Pages> {
    pub(crate) sandbox: Sandbox,
    pub(crate) idp: I,
    pub(crate) federation: Federation,
}

impl Login {
    /// `how` the login goes: the query of the login page.
    pub(crate) fn new(how: &str) -> Self {
        Self::at(Aws::shared(), how)
    }

    pub(crate) fn at(aws: &Aws, how: &str) -> Self {
        let idp = Pages::start();
        let federation = Federation::new(aws, &idp.provider());
        idp.set(&json!({ "roles": [federation.grant()] }));
        let url = idp.login_url(how);
        Self::of(aws, idp, federation, &url)
    }

    /// The same with a real browser; `None` where there is none.
    pub(crate) fn in_browser(how: &str) -> Option<Self> {
        chromium().then(|| Self::new(how))
    }

    /// One more session of the same provider.
    pub(crate) fn define(&self, alias: &str, how: &str, more: &[&str]) {
        self.add(alias, &self.idp.login_url(how), more);
    }

    /// A response as a browser would have posted it, in a file; with more settings.
    pub(crate) fn assertion(&self, settings: &Value) -> String {
        let file = self
            .sandbox
            .write("home/assertion", &self.idp.response(settings));
        file.display().to_string()
    }
}

impl<I> Login<I> {
    /// With an identity provider that grants the role already.
    pub(crate) fn of(aws: &Aws, idp: I, federation: Federation, url: &str) -> Self {
        let sandbox = Sandbox::new()
            .endpoint(&aws.url())
            .name(&federation.account, "ACCOUNT");
        sandbox.write("home/.config/leapp/config.toml", BROWSER);
        let login = Self {
            sandbox,
            idp,
            federation,
        };
        login.add("fed", url, &[]);
        login
    }

    /// A session whose login begins at this page.
    fn add(&self, alias: &str, url: &str, more: &[&str]) {
        let Federation { provider, role, .. } = &self.federation;
        let words = ["add", "federated", alias, "--region", "eu-west-1"];
        let fields = ["--saml-url", url, "--idp-arn", provider, "--role-arn", role];
        let all: Vec<&str> = words.iter().chain(&fields).chain(more).copied().collect();
        self.sandbox.leapp(&all).run().assert_ok();
    }

    /// `leapp-exec fed -- true`, with more options.
    pub(crate) fn run(&self, options: &[&str]) -> Run<'_> {
        let all: Vec<&str> = options
            .iter()
            .chain(&["fed", "--", "true"])
            .copied()
            .collect();
        self.sandbox.leapp_exec(&all)
    }

    /// A script that stands for a browser.
    pub(crate) fn stand_in(&mut self, script: &str) {
        let file = self.sandbox.write("home/browser", script);
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&file, executable).expect("permissions");
        self.sandbox.set("LEAPP_BROWSER", file);
    }

    /// The real browser under a real policy, in a mount namespace where nobody else sees it: policies
    /// are files below `/etc`. False after a printed skip.
    pub(crate) fn under_policy(&mut self, policy: &Value) -> bool {
        let unshare = ["--map-root-user", "--mount", "test", "-d", "/etc/chromium"];
        let able = Command::new("unshare").args(unshare).output();
        if !able.is_ok_and(|able| able.status.success()) {
            not_here("no mount namespaces, or no `/etc/chromium`");
            return false;
        }
        let file = "chromium/policies/managed/policy.json";
        self.sandbox.write(file, &policy.to_string());
        let policies = self.sandbox.path("chromium").display().to_string();
        self.stand_in(&format!(
            "#!/bin/sh\nexec unshare --map-root-user --mount sh -c \
             'mount --bind {policies} /etc/chromium && exec chromium \"$@\"' sh \"$@\"\n"
        ));
        true
    }

    /// The browser's profiles.
    pub(crate) fn profiles(&self) -> Vec<PathBuf> {
        let folder = self.sandbox.path("home/.local/share/leapp/browser");
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let profiles = entries.map(|entry| entry.path());
        profiles.filter(|path| !path.ends_with("locks")).collect()
    }

    /// The process of this sandbox's browser, while it runs. Its helpers name the profile as well.
    pub(crate) fn browser(&self) -> Option<u32> {
        self.browser_processes()
            .find(|(_, line)| !line.contains("--type="))
            .map(|(id, _)| id)
    }

    /// Waits until nothing of a browser of this sandbox runs.
    pub(crate) fn assert_no_browser(&self) {
        wait_for("the end of the browser", || {
            self.browser_processes().next().is_none().then_some(())
        });
    }

    fn browser_processes(&self) -> impl Iterator<Item = (u32, String)> {
        let profile = format!("--user-data-dir={}", self.sandbox.path("").display());
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        processes
            .filter_map(|process| {
                let id = process.file_name().to_str()?.parse().ok()?;
                let line = fs::read(process.path().join("cmdline")).ok()?;
                Some((id, String::from_utf8_lossy(&line).into_owned()))
            })
            .filter(move |(_, line)| line.contains(&profile))
    }
}

/// Whether there is a real browser; says so where not.
pub(crate) fn chromium() -> bool {
    program("chromium").is_some()
}
