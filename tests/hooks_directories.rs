//! What direnv and mise set in a directory stays there, and `leapp off` in the directory is for good.

use crate::hooks_order::{TOOLS, assert_shown, every_order, shell_with};
use crate::support::hooked::export;

/// What `leapp off` brings back, or must not.
const LEFT: &str = "<$LEAPP_SESSION/$AWS_PROFILE/$AWS_REGION/$AWS_ACCESS_KEY_ID>";

#[test]
fn what_a_directory_sets_never_comes_back_outside_of_it() {
    for tool in TOOLS {
        every_order(tool, |sandbox, shell, start_up| {
            let how = format!("{shell}: {start_up:?}");
            let Some(mut hooked) = shell_with(sandbox, shell, start_up) else {
                return;
            };
            // In the directory, what it sets is there again; outside, what stood there.
            hooked.type_line(&export(shell, "AWS_PROFILE", "outside"));
            for (line, left) in [
                ("cd ~/profile", "</mine/us-east-1/>"),
                ("leapp use r1", ""),
                ("leapp off", "</mine/us-east-1/>"),
                ("leapp use r1", ""),
                ("cd ~", ""),
                ("leapp off", "</outside//>"),
                ("cd ~/profile", "</mine/us-east-1/>"),
                ("cd ~", "</outside//>"),
                // A session that is left in a directory does not come back with its end.
                ("leapp use r1", ""),
                ("cd ~/keys", ""),
                ("leapp off", "</outside//AKIAIOSFODNN7EXAMPLE>"),
                ("cd ~", "</outside//>"),
                ("cd ~/keys", "</outside//AKIAIOSFODNN7EXAMPLE>"),
                ("cd ~", "</outside//>"),
            ] {
                hooked.type_line(line);
                let found = hooked.ask(LEFT);
                assert!(left.is_empty() || found == left, "{how}: {line}: {found}");
            }
            if tool == "direnv" {
                for line in ["cd ~/other", "leapp use r1", "cd ~", "leapp off"] {
                    hooked.type_line(line);
                    hooked.ask("done");
                }
                assert_eq!(hooked.ask(LEFT), "</outside//>", "{how}");
            }
            hooked.leave();
        });
    }
}

#[test]
fn what_a_directory_takes_away_at_its_end_is_shown() {
    for tool in TOOLS {
        every_order(tool, |sandbox, shell, start_up| {
            let Some(mut hooked) = shell_with(sandbox, shell, start_up) else {
                return;
            };
            hooked.type_line("cd ~/profile");
            hooked.ask("there");
            hooked.type_line("leapp use r1");
            let steps = [
                ("profile", "r1"),
                (".", "r1 overridden by AWS_REGION"),
                ("profile", "r1 overridden by AWS_PROFILE"),
            ];
            // mise sets its variables again at some of the prompts behind a switch, which is then shown.
            let from = usize::from(tool == "mise");
            assert_shown(hooked, &steps[from..], &format!("{shell}: {start_up:?}"));
        });
    }
}
