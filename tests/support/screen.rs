//! A screen that nobody looks at (Xvfb), with a keyboard that is real to all that is shown on it.

use std::process::Command;

use super::server::Server;
use super::{program, wait_for};

/// An X server with `xdotool` at it. It ends with this value, or with the test process.
pub(crate) struct Screen {
    display: String,
    _server: Server,
}

impl Screen {
    /// `None` after a printed skip.
    pub(crate) fn start() -> Option<Self> {
        program("Xvfb").and(program("xdotool"))?;
        // It chooses a free number and writes it to standard output.
        let options = ["-displayfd", "1", "-nolisten", "tcp"];
        let size = ["-screen", "0", "1200x900x24"];
        let words = [&["Xvfb"], &options[..], &size].concat();
        let server = Server::start(&words, []);
        let number = wait_for("a screen", || {
            let log = server.log();
            let mut whole = log
                .split_inclusive('\n')
                .filter(|line| line.ends_with('\n'));
            whole.find_map(|line| line.trim().parse::<u16>().ok())
        });
        Some(Self {
            display: format!(":{number}"),
            _server: server,
        })
    }

    /// For `DISPLAY`.
    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    /// Waits for a window with one of two titles, gives it the keyboard, and waits for the second, by
    /// which its page says that it has got it.
    pub(crate) fn focus(&self, title: &str, ready: &str) {
        let window = wait_for(&format!("a window `{title}`"), || {
            self.window(&format!("^({title}|{ready})"))
        });
        self.xdotool(&["windowfocus", "--sync", &window]);
        wait_for(&format!("the title `{ready}`"), || {
            self.window(&format!("^{ready}"))
        });
    }

    fn window(&self, name: &str) -> Option<String> {
        let found = self.xdotool(&["search", "--onlyvisible", "--name", name])?;
        found.lines().next().map(str::to_owned)
    }

    /// Types into the window that has the keyboard.
    pub(crate) fn types(&self, text: &str) {
        self.xdotool(&["type", "--delay", "20", text]);
    }

    /// Presses keys together: `ctrl+shift+w`.
    pub(crate) fn presses(&self, keys: &str) {
        self.xdotool(&["key", keys]);
    }

    fn xdotool(&self, words: &[&str]) -> Option<String> {
        let output = Command::new("xdotool")
            .args(words)
            .env("DISPLAY", &self.display)
            .output()
            .expect("xdotool to start");
        let said = String::from_utf8(output.stdout).expect("text");
        output.status.success().then_some(said)
    }
}
