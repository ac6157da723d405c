//! What people have in their shells is as it was before the hook came.

use crate::hooks_switch::world;
use crate::support::hooked::{HOOKED, Hooked, code, init_line, now};
use crate::support::sandbox::Sandbox;

/// A shell on a terminal with this start-up file, where `[init]` is the README's line.
fn with<'a>(sandbox: &'a Sandbox, shell: &str, start_up: &str) -> Option<Hooked<'a>> {
    let start_up = start_up.replace("[init]", &init_line(shell));
    Some(Hooked::on_terminal(sandbox.interactive(shell, &start_up)?))
}

#[test]
fn read_twice_it_acts_once() {
    let sandbox = world();
    for (shell, joined) in [
        ("bash", "$PROMPT_COMMAND$(trap -p DEBUG)"),
        ("zsh", "$precmd_functions$preexec_functions"),
        ("fish", "(functions --handlers-type event)"),
    ] {
        let Some(mut once) = with(&sandbox, shell, "[init]") else {
            continue;
        };
        let Some(mut twice) = with(&sandbox, shell, "[init]\n[init]") else {
            continue;
        };
        assert_eq!(once.ask(joined), twice.ask(joined), "{shell}");
        twice.type_line("leapp use r1; leapp use r2");
        twice.type_line(&init_line(shell));
        // What the shell knows of its own way survives the second reading.
        twice.type_line("leapp use -");
        assert_eq!(twice.ask("$LEAPP_SESSION"), "r1", "{shell}");
        twice.type_line("leapp off");
        assert_eq!(twice.ask("$LEAPP_SESSION"), "", "{shell}");
        once.leave();
        twice.leave();
    }
}

#[test]
fn strict_options_survive_and_end_nothing() {
    let sandbox = world();
    for shell in ["bash", "zsh"] {
        let strict = "set -euo pipefail\n[init]";
        let Some(mut hooked) = with(&sandbox, shell, strict) else {
            continue;
        };
        hooked.type_line("leapp use r1");
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), "r1", "{shell}");
        // A status that is no failure, which a hook that passes it on would make one.
        hooked.type_line("! true");
        hooked.type_line("leapp use nope || echo 'still ''here'");
        hooked.pty.expect("still here");
        hooked.type_line("leapp off");
        assert_eq!(hooked.ask("${LEAPP_PROMPT-none}"), "none", "{shell}");
        let options = hooked.ask("$-");
        assert!(
            options.contains('e') && options.contains('u'),
            "{shell}: {options}"
        );
        hooked.leave();
    }
}

#[test]
fn zsh_starts_and_works_without_a_message_under_any_option() {
    let sandbox = world();
    for options in [
        "ksh_arrays no_unset",
        "sh_word_split glob_subst sh_glob",
        "null_glob extended_glob ksh_glob",
        "no_nomatch csh_null_glob",
        "err_return warn_create_global warn_nested_var",
        "ksh_typeset typeset_silent posix_identifiers",
        "no_multi_func_def no_function_argzero rc_quotes ignore_braces",
        "sh_file_expansion sh_nullcmd posix_builtins no_short_loops octal_zeroes",
        "no_bare_glob_qual no_equals magic_equal_subst interactive_comments no_bang_hist",
    ] {
        // A global alias is put into any word of a line.
        let start_up = format!("alias -g local=nothing\nsetopt {options}\n[init]");
        let Some(mut hooked) = with(&sandbox, "zsh", &start_up) else {
            return;
        };
        for (line, shown) in [
            ("leapp use r1", "r1"),
            ("leapp -q use r2", "r2"),
            ("leapp use -", "r1"),
            ("export AWS_PROFILE=mine", "r1 overridden by AWS_PROFILE"),
            ("leapp use r1", "r1"),
            ("leapp off", ""),
        ] {
            hooked.type_line(line);
            assert_eq!(hooked.ask("${LEAPP_PROMPT-}"), shown, "{options}: {line}");
        }
        let screen = hooked.leave();
        for message in [
            "zsh:",
            "__leapp",
            "not found",
            "parameter not set",
            "(eval)",
        ] {
            assert!(!screen.contains(message), "{options}: {screen}");
        }
    }
}

#[test]
fn the_exit_code_is_kept_for_the_next_command() {
    let sandbox = world();
    for shell in HOOKED {
        let Some(mut hooked) = sandbox.hooked(shell) else {
            continue;
        };
        for session in ["", "leapp use r1"] {
            hooked.type_line(session);
            let failing = if shell == "fish" {
                "sh -c 'exit 42'"
            } else {
                "(exit 42)"
            };
            assert_eq!(hooked.code_of(shell, failing), "42", "{shell}");
            if shell == "bash" {
                hooked.type_line("true the_last_word");
                assert_eq!(hooked.ask("$_"), "the_last_word");
            }
        }
        hooked.leave();
    }
}

#[test]
fn prompt_command_may_be_a_string_or_an_array() {
    let sandbox = world();
    for mine in [
        "PROMPT_COMMAND='seen=$?:$LEAPP_PROMPT;'",
        "PROMPT_COMMAND=('seen=$?:$LEAPP_PROMPT' 'second=yes')",
        "PROMPT_COMMAND=$'# a comment\\nseen=$?:$LEAPP_PROMPT'",
    ] {
        let Some(mut hooked) = with(&sandbox, "bash", &format!("{mine}\n[init]")) else {
            return;
        };
        hooked.type_line("leapp use r1");
        hooked.type_line("(exit 3)");
        assert_eq!(hooked.ask("$seen"), "3:r1", "{mine}");
        let array = mine.contains('(');
        assert_eq!(
            hooked.ask("$second"),
            if array { "yes" } else { "" },
            "{mine}"
        );
        hooked.leave();
    }
}

#[test]
fn what_draws_a_prompt_in_bash_is_no_command_that_wants_credentials() {
    let sandbox = world();
    sandbox.leapp(&["login", "r1"]).run().assert_ok();
    for mine in [
        "PROMPT_COMMAND='echo at-prompt:$LEAPP_SESSION_EXPIRATION'",
        "PROMPT_COMMAND=(true 'echo at-prompt:$LEAPP_SESSION_EXPIRATION')",
    ] {
        let Some(mut hooked) = with(&sandbox, "bash", &format!("{mine}\n[init]")) else {
            return;
        };
        hooked.type_line("leapp use r1");
        let soon = now() + 600;
        hooked.type_line(&format!("LEAPP_SESSION_EXPIRATION={soon}"));
        for _ in 0..3 {
            hooked.pty.expect(&format!("at-prompt:{soon}"));
            hooked.type_line("");
        }
        // A command does.
        assert_ne!(
            hooked.ask("$LEAPP_SESSION_EXPIRATION"),
            soon.to_string(),
            "{mine}"
        );
        hooked.leave();
    }
}

#[test]
fn a_prompt_by_a_function_of_zsh_is_no_step_behind() {
    let sandbox = world();
    let mine = "precmd() { seen=\"$LEAPP_PROMPT\" }";
    let Some(mut hooked) = with(&sandbox, "zsh", &format!("[init]\n{mine}")) else {
        return;
    };
    for (line, shown) in [
        ("leapp use r1", "r1"),
        ("leapp use r2", "r2"),
        ("leapp use nope", ""),
        ("leapp off", ""),
    ] {
        hooked.type_line(line);
        assert_eq!(hooked.ask("$seen"), shown, "{line}");
    }
    hooked.leave();
}

#[test]
fn hooks_of_others_run_as_before() {
    let sandbox = world();
    for (shell, mine) in [
        (
            "zsh",
            "precmd_functions=(mine); mine() { seen=$?:$LEAPP_PROMPT }; preexec() { ran=$1 }",
        ),
        (
            "fish",
            "function mine --on-event fish_prompt; set -g seen $status:$LEAPP_PROMPT; end; function his --on-event fish_preexec; set -g ran $argv; end",
        ),
    ] {
        let Some(mut hooked) = with(&sandbox, shell, &format!("{mine}\n[init]")) else {
            continue;
        };
        hooked.type_line("leapp use r1");
        hooked.type_line("sh -c 'exit 3'");
        let seen = hooked.ask("$seen");
        assert!(seen.starts_with("3:"), "{shell}: {seen}");
        hooked.type_line("true again");
        assert!(hooked.ask("$ran").starts_with("echo"), "{shell}");
        hooked.leave();
    }
}

#[test]
fn a_debug_trap_is_chained_with_its_status_and_its_quotes() {
    let sandbox = world();
    let mine = r#"trap 'last=$?; seen="it'\''s $BASH_COMMAND"' DEBUG"#;
    let Some(mut hooked) = with(&sandbox, "bash", &format!("{mine}\n[init]")) else {
        return;
    };
    hooked.type_line("leapp use r1");
    hooked.type_line("true one");
    hooked.type_line("here=$seen");
    assert_eq!(hooked.ask("$here"), "it's here=$seen");
    hooked.type_line("(exit 7)");
    hooked.type_line("status=$last");
    assert_eq!(hooked.ask("$status"), "7");
    // Under extdebug, a trap that fails skips the command.
    hooked.type_line("shopt -s extdebug");
    hooked.type_line("(exit 7)");
    assert_eq!(hooked.ask("$LEAPP_PROMPT"), "r1");
    hooked.leave();
}

#[test]
fn preexec_functions_are_joined_where_they_are_loaded() {
    let sandbox = world();
    let Some(mut hooked) = with(&sandbox, "bash", "declare -a preexec_functions\n[init]") else {
        return;
    };
    assert_eq!(hooked.ask("$preexec_functions"), "__leapp_renew");
    assert_eq!(hooked.ask("$(trap -p DEBUG)"), "");
    hooked.leave();
}

#[test]
fn an_alias_of_the_users_is_told_once_and_works() {
    let sandbox = world();
    for shell in HOOKED {
        // Before the hook is read the alias would be run instead of us.
        let init = init_line(shell).replace("leapp init", "command leapp init");
        let start_up = format!("alias leapp='echo mine'\n{init}\n{init}");
        let Some(mut hooked) = with(&sandbox, shell, &start_up) else {
            continue;
        };
        hooked.type_line("leapp use r1");
        hooked.pty.expect("mine use r1");
        assert_eq!(hooked.ask("$LEAPP_SESSION"), "", "{shell}");
        let screen = hooked.leave();
        assert_eq!(
            screen.matches("hides `leapp use`").count()
                + screen.matches("comes before `leapp use`").count(),
            1,
            "{shell}: {screen}"
        );
    }
}

#[test]
fn options_before_the_verb_come_from_an_alias_too() {
    let sandbox = world();
    for shell in HOOKED {
        // fish makes a function of an alias, which hides ours; bash and zsh put the words in.
        let start_up = match shell {
            "fish" => "[init]",
            _ => "[init]\nalias leapp='leapp -q'",
        };
        let Some(mut hooked) = with(&sandbox, shell, start_up) else {
            continue;
        };
        for (line, session) in [
            ("leapp --quiet use r1", "r1"),
            ("leapp -q use u1", "u1"),
            ("leapp -q use -", "r1"),
            ("leapp use u1 -q", "u1"),
            ("leapp -q off", ""),
        ] {
            hooked.type_line(line);
            assert_eq!(hooked.ask("$LEAPP_SESSION"), session, "{shell}: {line}");
        }
        hooked.leave();
    }
}

#[test]
fn hostile_variables_run_nothing_and_show_nothing() {
    let attack = "touch${IFS}hacked";
    for (name, value) in [
        ("LEAPP_SESSION_EXPIRATION", format!("a[$({attack})]")),
        ("LEAPP_SESSION_EXPIRATION", format!("0+a[`{attack}`]")),
        (
            "LEAPP_SESSION_EXPIRATION",
            "99999999999999999999999".to_owned(),
        ),
        ("LEAPP_SESSION_EXPIRATION", "08".to_owned()),
        ("LEAPP_SESSION", format!("$({attack})")),
        ("LEAPP_SESSION", format!("x`{attack}`")),
        ("LEAPP_SESSION", format!("x;{attack};\n{attack}")),
        ("LEAPP_SESSION", "--help".to_owned()),
        ("LEAPP_SESSION", "r1\n".to_owned()),
        ("LEAPP_SESSION_EXPIRATION", "1000000000\n".to_owned()),
        ("LEAPP_SESSION", "\u{1b}]0;title\u{7}%n\\w".to_owned()),
        (
            "LEAPP_SESSION_OPTIONS",
            format!("--region=$({attack}) `{attack}` ; {attack}"),
        ),
        ("__leapp_saved", attack.to_owned()),
        ("__leapp_next", format!("a[$({attack})]")),
        ("EPOCHSECONDS", format!("a[$({attack})]")),
    ] {
        let sandbox = Sandbox::new()
            .env("LEAPP_SESSION", "r1")
            .env("LEAPP_SESSION_EXPIRATION", "1000000000")
            .env(name, value.clone());
        for shell in HOOKED {
            let start_up = match shell {
                "bash" => "[init]\nPS1='${LEAPP_PS1-}$ '",
                "zsh" => "[init]\nsetopt prompt_subst; PROMPT='${LEAPP_PS1-}$ '",
                _ => "[init]\nfunction fish_prompt; echo -n \"$LEAPP_PS1> \"; end",
            };
            let Some(mut hooked) = with(&sandbox, shell, start_up) else {
                continue;
            };
            hooked.type_line("true");
            let shown = hooked.ask("$LEAPP_PROMPT");
            let plain = ["", "r1", "r1 expired"].contains(&shown.as_str());
            assert!(plain, "{shell}, {name}={value}: {shown}");
            hooked.type_line("leapp off");
            hooked.ask(code(shell));
            hooked.leave();
            let hacked = sandbox.path("home/hacked");
            assert!(!hacked.exists(), "{shell} ran what {name} holds: {value}");
        }
    }
}
