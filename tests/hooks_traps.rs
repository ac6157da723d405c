//! Renewal in bash depends on a DEBUG trap, which other tools set as well.

use std::path::Path;

use crate::hooks_renew::{MINUTE, World};
use crate::support::hooked::{Hooked, init_line};
use crate::support::skip;
use crate::support::world::Chain;

#[test]
fn a_debug_trap_that_another_tool_sets_later_does_not_end_renewal() {
    let mine = "mine() { trap 'theirs=$BASH_COMMAND' DEBUG; }";
    let liquid = "LP_ENABLE_RUNTIME=1; source /usr/share/liquidprompt/liquidprompt";
    let preexec = "preexec_functions=(); trap ':' DEBUG";
    for (start_up, typed) in [
        (format!("[init]\n{mine}; mine"), ""),
        (format!("[init]\n{mine}"), "mine"),
        (format!("{mine}\n[init]\nPROMPT_COMMAND+=(mine)"), ""),
        (format!("[init]\n{liquid}"), ""),
        (format!("{liquid}\n[init]"), ""),
        ("[init]".to_owned(), liquid),
        ("[init]".to_owned(), preexec),
    ] {
        let how = format!("{start_up}; {typed}");
        if how.contains("liquidprompt")
            && !Path::new("/usr/share/liquidprompt/liquidprompt").exists()
        {
            skip("no liquidprompt on this machine");
            continue;
        }
        let Some(world) = World::new(Chain::new) else {
            return;
        };
        let start_up = start_up.replace("[init]", &init_line("bash"));
        let Some(run) = world.sandbox.interactive("bash", &start_up) else {
            return;
        };
        let mut hooked = Hooked::on_terminal(run);
        hooked.type_line("leapp use r1");
        hooked.type_line(typed);
        let first = hooked.ask("$AWS_ACCESS_KEY_ID");
        hooked.ask("again");
        world.advance_to(50 * MINUTE);
        if typed == preexec {
            // As bash-preexec does it before each command.
            hooked.type_line("for f in ${preexec_functions[@]}; do $f 'aws s3 ls'; done");
        }
        assert_ne!(hooked.ask("$AWS_ACCESS_KEY_ID"), first, "{how}");
        if how.contains("mine") {
            hooked.type_line("true the-last");
            let theirs = hooked.ask("$theirs");
            assert!(theirs.starts_with("echo"), "{how}: {theirs}");
        }
        // Nothing grows with the prompts.
        let length = hooked.ask("${#PROMPT_COMMAND} $(trap -p DEBUG | wc -c)");
        hooked.ask("again");
        assert_eq!(
            hooked.ask("${#PROMPT_COMMAND} $(trap -p DEBUG | wc -c)"),
            length,
            "{how}"
        );
        hooked.leave();
    }
}
