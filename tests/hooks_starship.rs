//! starship itself, with the recipe of the README.

use std::path::Path;

use crate::readme::{blocks, is_for_starship};
use crate::support::hooked::{HOOKED, Hooked, init_line, now};
use crate::support::sandbox::Sandbox;
use crate::support::{long, skip};

/// Where `tests/run.sh --all` puts it.
const STARSHIP: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/target/rig/starship/bin/starship"
);

#[test]
fn starship_shows_the_segment() {
    if !long("building starship takes minutes") {
        return;
    }
    if !Path::new(STARSHIP).is_file() {
        skip("no starship was built");
        return;
    }
    let sandbox = Sandbox::new();
    let recipe = blocks().into_iter().find(is_for_starship);
    let recipe = recipe.expect("a recipe").lines.join("\n");
    sandbox.write("home/.config/starship.toml", &recipe);
    for shell in HOOKED {
        let starship = match shell {
            "fish" => format!("{STARSHIP} init fish | source"),
            _ => format!("eval \"$({STARSHIP} init {shell})\""),
        };
        // Whichever of the two stands first.
        for start_up in [
            [init_line(shell), starship.clone()],
            [starship, init_line(shell)],
        ] {
            let Some(run) = sandbox.interactive(shell, &start_up.join("\n")) else {
                continue;
            };
            let run = run
                .env("LEAPP_SESSION", "prod")
                .env("LEAPP_SESSION_EXPIRATION", (now() + 590).to_string());
            let mut hooked = Hooked::on_terminal(run);
            hooked.ask("shown");
            let screen = hooked.leave();
            assert!(screen.contains("prod 10m"), "{shell}: {screen:?}");
        }
    }
}
