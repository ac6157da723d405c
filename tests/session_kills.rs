//! SIGKILL at any moment of any write leaves the old file or the new one, whole.

use std::time::{Duration, Instant};

use crate::sessions::{CORP, FILE, with};
use crate::support::sandbox::Sandbox;

const ROLE: &str = r#"
[sessions.prod]
type = "iam-role-chained"
role_arn = "arn:aws:iam::444455556666:role/Admin"
assumer_session = "corp"
"#;

/// What is run, and the one other text that the file may hold then.
struct Write {
    words: &'static [&'static str],
    after: fn(&str) -> String,
}

const WRITES: [Write; 5] = [
    Write {
        words: &["set", "prod", "description=new"],
        after: |text| format!("{text}description = \"new\"\n"),
    },
    Write {
        words: &["rename", "corp", "root"],
        after: |text| text.replace("corp", "root"),
    },
    Write {
        words: &["remove", "prod", "--yes"],
        after: |_| CORP.to_owned(),
    },
    Write {
        words: &[
            "add",
            "chained",
            "more",
            "--assumer-session",
            "corp",
            "--role-arn",
            "arn:aws:iam::444455556666:role/More",
        ],
        after: |text| {
            let role = "role_arn = \"arn:aws:iam::444455556666:role/More\"";
            format!(
                "{text}\n[sessions.more]\ntype = \"iam-role-chained\"\n{role}\nassumer_session = \"corp\"\n"
            )
        },
    },
    Write {
        words: &["edit"],
        after: |text| format!("{text}# mine\n"),
    },
];

/// Big enough that a write takes some of the time, and none of it one page.
fn sandbox() -> (Sandbox, String) {
    let filler = "# ".to_owned() + &"filler ".repeat(40) + "\n";
    let text = format!("{CORP}{ROLE}").replace(
        "version = 1\n",
        &format!("version = 1\n{}", filler.repeat(200)),
    );
    let sandbox = with(&text);
    let editor = sandbox.write("editor", "#!/bin/sh\necho '# mine' >> \"$1\"\n");
    crate::support::sandbox::private(&editor, 0o755);
    (sandbox.env("EDITOR", editor), text)
}

/// How long the command takes when nobody kills it, as processes are started here.
fn duration_of(write: &Write) -> Duration {
    let (sandbox, _) = sandbox();
    let started = Instant::now();
    sandbox.leapp(write.words).run().assert_ok();
    started.elapsed()
}

#[test]
fn the_file_is_the_old_one_or_the_new_one() {
    const KILLS: u32 = 24;
    for write in &WRITES {
        let takes = duration_of(write);
        let (sandbox, before) = sandbox();
        let after = match write.words[0] {
            "remove" => before.replace(ROLE, ""),
            _ => (write.after)(&before),
        };
        let (mut old, mut new) = (0, 0);
        for turn in 0..KILLS {
            sandbox.write(FILE, &before);
            let running = sandbox.leapp(write.words).start();
            // The moments go over all of its life; where in it the write is, is not known.
            let moment = Instant::now() + takes * turn / (KILLS - 4);
            while Instant::now() < moment {
                std::thread::yield_now();
            }
            running.signal("KILL");
            drop(running.wait());
            match sandbox.read(FILE) {
                text if text == before => old += 1,
                text if text == after => new += 1,
                text => panic!("`{:?}` left:\n{text}", write.words),
            }
        }
        assert!(old > 0, "{:?} was never killed in time", write.words);
        // The next one is not hindered by what the killed ones have left.
        sandbox.write(FILE, &before);
        sandbox.leapp(write.words).run().assert_ok();
        assert_eq!(sandbox.read(FILE), after, "after {old} and {new}");
    }
}
