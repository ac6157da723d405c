//! The README is true: every `console` block runs and prints what it says, every `toml` block is
//! read without an error, every variable is in its table.

use std::collections::BTreeMap;
use std::fs;

use leapp::env_vars;

use crate::support::aws::Aws;
use crate::support::hooked::{HOOKED, Hooked, now};
use crate::support::pty::Pty;
use crate::support::sandbox::Sandbox;
use crate::support::world::{User, allow, trust};

const README: &str = include_str!("../README.md");

/// The access key id that AWS itself uses in examples.
const EXAMPLE_ID: &str = "AKIAIOSFODNN7EXAMPLE";

/// What alice has of the AWS CLI.
const AWS_CONFIG: &str = "[profile logs]
role_arn = arn:aws:iam::444455556666:role/Logs
source_profile = corp
";

/// A fenced block, and the heading above it.
pub(crate) struct Block {
    section: String,
    language: String,
    pub(crate) lines: Vec<String>,
}

/// Whether a block belongs into `starship.toml`.
pub(crate) fn is_for_starship(block: &Block) -> bool {
    block.language == "toml" && block.lines[0].starts_with("[env_var")
}

pub(crate) fn blocks() -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let (mut section, mut inside) = (String::new(), false);
    for line in README.lines() {
        if let Some(language) = line.strip_prefix("```") {
            inside = !inside;
            if inside {
                let (section, language) = (section.clone(), language.to_owned());
                blocks.push(Block {
                    section,
                    language,
                    lines: Vec::new(),
                });
            }
        } else if inside {
            blocks
                .last_mut()
                .expect("a block")
                .lines
                .push(line.to_owned());
        } else if let Some(heading) = line.trim_start_matches('#').strip_prefix(' ')
            && line.starts_with('#')
        {
            heading.clone_into(&mut section);
        }
    }
    blocks
}

/// The world that the README speaks of: alice, `Audit` and `Admin`, in their accounts.
struct World {
    aws: Aws,
    sandbox: Sandbox,
    alice: User,
}

impl World {
    fn new() -> Self {
        let aws = Aws::start();
        let all = [allow("*", "*")];
        let alice = aws.user_with_mfa("111122223333", "alice", &all);
        let audit = aws.role("444455556666", "Audit", &trust(&alice.arn), &all);
        aws.role("777788889999", "Admin", &trust(&audit), &all);
        let sandbox = Sandbox::new().endpoint(&aws.url());
        sandbox.write("home/.aws/config", AWS_CONFIG);
        Self {
            aws,
            sandbox,
            alice,
        }
    }

    /// Runs the commands of a block one by one, as a person would, and answers their questions.
    fn run(&self, block: &Block) {
        let mut lines = block.lines.iter().peekable();
        while let Some(line) = lines.next() {
            let command = line
                .strip_prefix("$ ")
                .expect("a command")
                .replace(EXAMPLE_ID, &self.alice.access_key_id);
            let mut expected = Vec::new();
            while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
                expected.push(line.as_str());
            }
            let mut terminal = self
                .sandbox
                .command("bash")
                .args(&["-c", &command])
                .on_terminal();
            self.answer(&mut terminal, &expected);
            let (_, screen) = terminal.wait_and_read();
            let screen = screen
                .replace('\r', "")
                .replace(&self.alice.access_key_id, EXAMPLE_ID);
            let printed: Vec<&str> = screen.trim_end().lines().collect();
            assert!(
                matches(&expected, &printed),
                "`{command}` printed\n{}\n\nand README.md says\n{}",
                printed.join("\n"),
                expected.join("\n")
            );
        }
    }

    fn answer(&self, terminal: &mut Pty, expected: &[&str]) {
        for line in expected {
            if line.starts_with("MFA code for ") {
                terminal.expect("MFA code for alice: ");
                terminal.send_line(
                    &self
                        .aws
                        .totp(&self.alice.mfa.as_ref().expect("a device").seed),
                );
            } else if line.starts_with("Secret access key") {
                terminal.expect("Secret access key (not shown): ");
                terminal.send_line(&self.alice.secret_access_key);
            }
        }
    }

    /// `Admin` no longer trusts anybody, and what was cached of `prod` has expired.
    fn close_admin(&self) {
        self.aws.role(
            "777788889999",
            "Admin",
            &trust("arn:aws:iam::777788889999:root"),
            &[],
        );
        for entry in fs::read_dir(self.sandbox.path("home/.cache/leapp"))
            .expect("a cache")
            .flatten()
        {
            let bytes = fs::read(entry.path()).unwrap_or_default();
            let header = bytes.split(|&b| b == b'\n').next().unwrap_or_default();
            if header.ends_with(b" prod") {
                fs::remove_file(entry.path()).expect("an entry of ours");
            }
        }
    }
}

/// Whether lines are the expected ones: `...` stands for any lines, or for any part of one. What a
/// question got for an answer is another code every time.
fn matches(expected: &[&str], printed: &[&str]) -> bool {
    match (expected.split_first(), printed.split_first()) {
        (None, None) => true,
        (Some((&"...", rest)), _) => {
            (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..]))
        }
        (Some((line, rest)), Some((first, others))) => {
            let question = "MFA code for alice: ";
            let same = match line.split_once("...") {
                Some((start, end)) => first.starts_with(start) && first.ends_with(end),
                None if line.starts_with(question) => first.starts_with(question),
                None => line.trim_end() == first.trim_end(),
            };
            same && matches(rest, others)
        }
        _ => false,
    }
}

#[test]
fn every_console_block_prints_what_it_says() {
    let world = World::new();
    let mut sections: BTreeMap<String, Vec<Block>> = BTreeMap::new();
    for block in blocks()
        .into_iter()
        .filter(|block| block.language == "console")
    {
        sections
            .entry(block.section.clone())
            .or_default()
            .push(block);
    }
    // The picture at the top shows what comes of the start.
    for section in ["Start", "leapp", "How to", "Long runs"] {
        sections
            .remove(section)
            .expect(section)
            .iter()
            .for_each(|block| world.run(block));
    }
    world.close_admin();
    for section in [
        "What goes wrong says where",
        "When it does not work: leapp doctor",
    ] {
        sections
            .remove(section)
            .expect(section)
            .iter()
            .for_each(|block| world.run(block));
    }
    assert!(
        sections.is_empty(),
        "blocks that no test runs: {:?}",
        sections.keys()
    );
}

#[test]
fn every_toml_block_is_read() {
    for block in blocks()
        .into_iter()
        .filter(|block| block.language == "toml" && !is_for_starship(block))
    {
        let sandbox = Sandbox::new();
        let text = block.lines.join("\n");
        let is_sessions = text.contains("[sessions.");
        let file = if is_sessions {
            "sessions.toml"
        } else {
            "config.toml"
        };
        sandbox.write(&format!("home/.config/leapp/{file}"), &text);
        let listed = sandbox.leapp(&["list"]).run().assert_ok();
        assert_eq!(listed.stdout.contains("the real thing"), is_sessions);
    }
}

#[test]
fn every_shells_block_is_read_by_that_shell() {
    let sandbox = Sandbox::new();
    for shell in HOOKED {
        let mut start_up = match shell {
            // What people with the recipe have.
            "zsh" => "function p10k { }\n".to_owned(),
            _ => String::new(),
        };
        for block in blocks().iter().filter(|block| block.language == shell) {
            start_up += &block.lines.join("\n");
            start_up.push('\n');
        }
        let Some(run) = sandbox.interactive(shell, &start_up) else {
            continue;
        };
        let run = run.env("LEAPP_SESSION", "prod");
        let in_ten_minutes = (now() + 590).to_string();
        let mut terminal = Hooked::on_terminal(run.env("LEAPP_SESSION_EXPIRATION", in_ten_minutes));
        terminal.ask("shown");
        let screen = terminal.leave();
        assert!(screen.contains("\u{1b}[33mprod 10m"), "{shell}: {screen:?}");
    }
}

#[test]
fn there_are_no_blocks_that_nothing_checks() {
    for block in blocks() {
        assert!(
            ["console", "toml", "text"].contains(&block.language.as_str())
                || HOOKED.contains(&block.language.as_str()),
            "a block of {:?}",
            block.language
        );
    }
}

#[test]
fn the_table_of_variables_is_complete() {
    for variable in env_vars::ALL {
        let direction = format!("{:?}", variable.direction).to_lowercase();
        let row = format!(
            "| `{}` | {direction} | {} |",
            variable.name, variable.meaning
        );
        assert!(README.contains(&row), "README.md lacks the row\n{row}");
    }
    let rows = README.lines().filter(|l| {
        l.starts_with("| `AWS_") || l.starts_with("| `LEAPP_") || l.starts_with("| `XDG_")
    });
    for row in rows {
        let name = row.split('`').nth(1).expect("a name");
        assert!(
            env_vars::ALL.iter().any(|v| v.name == name),
            "`{name}` is read and set by nobody"
        );
    }
}
