//! Completion, as it is typed in real shells, and what it does not touch.

use std::fmt::Write;
use std::path::Path;

use crate::support::aws::Aws;
use crate::support::faults::Faults;
use crate::support::hooked::{HOOKED, Hooked, init_line};
use crate::support::sandbox::Sandbox;
use crate::support::secret_service::SecretService;
use crate::support::{program, skip};

/// Sessions without any AWS: nothing here resolves one.
fn catalog(count: usize) -> String {
    let mut text = "version = 1\n[defaults]\nregion = \"eu-west-1\"\n".to_owned();
    for number in 0..count {
        let _ = write!(
            text,
            "[sessions.\"role{number}@corp\"]\ntype = \"iam-role-chained\"\nassumer_session = \"corp\"\n\
             role_arn = \"arn:aws:iam::111122223333:role/R{number}\"\nlabels = [\"live\"]\ndescription = \"number {number}\"\n"
        );
    }
    text + "[sessions.corp]\ntype = \"iam-user\"\naccess_key_id = \"AKIAIOSFODNN7EXAMPLE\"\nregion = \"us-gov-west-1\"\n"
}

fn sandbox(count: usize) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("home/.config/leapp/sessions.toml", &catalog(count));
    sandbox
}

/// A shell with its completion loaded, as its users have it.
fn completing<'a>(sandbox: &'a Sandbox, shell: &str) -> Option<Hooked<'a>> {
    let init = init_line(shell);
    let start_up = match shell {
        // The hook's line may stand before compinit or after it.
        "zsh" => format!("{init}\nautoload -Uz compinit; compinit -u"),
        _ => init,
    };
    Some(Hooked::on_terminal(sandbox.interactive(shell, &start_up)?))
}

#[test]
fn a_word_that_is_typed_in_part_is_finished() {
    let sandbox = sandbox(3);
    for shell in HOOKED {
        let Some(mut hooked) = completing(&sandbox, shell) else {
            continue;
        };
        for (typed, line) in [
            ("leapp sho\trole1\t", "leapp show role1@corp"),
            ("leapp show role2@c\t", "leapp show role2@corp"),
            (
                "leapp use --regi\tus-g\trole0\t",
                "leapp use --region us-gov-west-1 role0@corp",
            ),
            (
                "leapp use --region=us-g\t",
                "leapp use --region=us-gov-west-1",
            ),
            ("leapp list --label l\t", "leapp list --label live"),
            ("leapp-exec cor\t", "leapp-exec corp"),
            // Behind `--` stands a command line of its own, completed by the shell.
            (
                "leapp-exec corp -- leapp-ex\t",
                "leapp-exec corp -- leapp-exec",
            ),
            (
                "leapp exec corp -- leapp-ex\t",
                "leapp exec corp -- leapp-exec",
            ),
            (
                "leapp-exec corp -- cat note\t",
                "leapp-exec corp -- cat notes.txt",
            ),
        ] {
            sandbox.write("home/notes.txt", "");
            // Ctrl-A goes to the start of the line, which is then shown instead of run.
            hooked.pty.send(typed);
            hooked.pty.send_line("\x01echo '=>' ");
            hooked.pty.expect(&format!("=> {line}"));
        }
        hooked.leave();
    }
}

#[test]
fn what_is_completed_is_a_word_and_never_code() {
    let sandbox = sandbox(1);
    let sessions = sandbox.read("home/.config/leapp/sessions.toml");
    let hostile = "labels = [\"lab$(touch ran-label)`touch ran-label`;x\", ";
    sandbox.write(
        "home/.config/leapp/sessions.toml",
        &sessions.replace("labels = [", hostile),
    );
    sandbox.write("home/policy $(touch ran-file).json", "{}");
    for shell in HOOKED {
        let Some(mut hooked) = completing(&sandbox, shell) else {
            continue;
        };
        // Whatever the shell makes of the word, it is run.
        for typed in [
            "leapp list --label lab\t",
            "leapp explain --policy pol\t corp",
        ] {
            hooked.pty.send(typed);
            hooked.type_line("");
            hooked.ask("done");
        }
        // A word with a quoted space does not keep the next one from being completed.
        hooked
            .pty
            .send("leapp explain --policy 'my file.json' cor\t");
        hooked.pty.send_line("\x01echo '=>' ");
        hooked
            .pty
            .expect("=> leapp explain --policy my file.json corp");
        hooked.leave();
        for ran in ["ran-label", "ran-file"] {
            assert!(!sandbox.path("home").join(ran).exists(), "{shell}: {ran}");
        }
    }
}

#[test]
fn a_key_and_a_folder_go_on_and_nothing_is_no_word() {
    let sandbox = sandbox(1);
    sandbox.write("home/plain/policy.json", "{}");
    for shell in HOOKED {
        let Some(mut hooked) = completing(&sandbox, shell) else {
            continue;
        };
        for (typed, line) in [
            ("leapp set corp regio\tx", "leapp set corp region=x"),
            (
                "leapp set corp region=us-g\tx",
                "leapp set corp region=us-gov-west-1 x",
            ),
            (
                "leapp set corp description=\tx",
                "leapp set corp description=x",
            ),
            (
                "leapp explain --policy pla\tpol\tx",
                "leapp explain --policy plain/policy.json x",
            ),
            ("leapp show nobody\tx", "leapp show nobodyx"),
        ] {
            hooked.pty.send(typed);
            hooked.pty.send_line("\x01echo '=>' ");
            hooked.pty.expect(&format!("=> {line}"));
        }
        hooked.leave();
    }
}

#[test]
fn a_wrapped_command_has_its_own_completion() {
    let sandbox = sandbox(1);
    let bash_completion = "/usr/share/bash-completion/bash_completion";
    if !Path::new(bash_completion).exists() {
        skip("no bash-completion on this machine");
        return;
    }
    for (shell, own) in [
        (
            "bash",
            format!("source {bash_completion}; _tool() {{ COMPREPLY=(special-thing); }}; complete -F _tool tool"),
        ),
        (
            "zsh",
            "autoload -Uz compinit; compinit -u; _tool() { compadd special-thing }; compdef _tool tool"
                .to_owned(),
        ),
        ("fish", "complete -c tool -f -a special-thing".to_owned()),
    ] {
        let start_up = format!("{}\n{own}", init_line(shell));
        let Some(run) = sandbox.interactive(shell, &start_up) else {
            continue;
        };
        let mut hooked = Hooked::on_terminal(run);
        for line in ["leapp-exec corp -- tool", "leapp exec corp -- tool one"] {
            hooked.pty.send(&format!("{line} sp\t"));
            hooked.pty.send_line("\x01echo '=>' ");
            hooked.pty.expect(&format!("=> {line} special-thing"));
        }
        hooked.leave();
    }
}

#[test]
fn candidates_come_with_their_meaning() {
    let sandbox = sandbox(2);
    let script = format!(
        "{}; complete -C 'leapp use ro'; complete -C 'leapp-exec corp -- leapp-e'",
        init_line("fish")
    );
    let Some(run) = sandbox.shell("fish", &script) else {
        return;
    };
    let stdout = run.run().assert_ok().stdout;
    assert!(
        stdout.starts_with("role0@corp\tnumber 0\nrole1@corp\tnumber 1\n"),
        "{stdout}"
    );
    assert!(
        stdout.lines().any(|line| line.starts_with("leapp-exec")),
        "{stdout}"
    );
}

#[test]
fn among_ten_thousand_it_touches_no_keyring_and_no_network() {
    let faults = Faults::before(&Aws::shared().address());
    let mut sandbox = sandbox(10_000)
        .endpoint(&faults.url())
        .env("HTTPS_PROXY", faults.url());
    let Some(_locked) = SecretService::locked(&mut sandbox) else {
        return;
    };
    let words = ["complete", "--", "leapp", "use", "role999"];
    let output = sandbox.leapp(&words).run().assert_ok();
    // 999, and 9990 to 9999.
    assert_eq!(output.stdout.lines().count(), 11);
    assert_eq!(faults.connections(), 0);

    let Some(strace) = program("strace") else {
        return;
    };
    let log = sandbox.path("tmp/strace").display().to_string();
    let traced = sandbox.command(&strace.display().to_string());
    let options = [
        "-f",
        "-qq",
        "-e",
        "trace=connect,keyctl,execve",
        "-o",
        &log,
        "leapp",
    ];
    traced.args(&options).args(&words).run().assert_ok();
    let calls = sandbox.read("tmp/strace");
    assert_eq!(
        calls.lines().count(),
        1,
        "more than its own start:\n{calls}"
    );
}

#[test]
fn broken_sessions_leave_verbs_to_complete_and_say_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("home/.config/leapp/sessions.toml", "version = 1\nnope");
    let output = sandbox.leapp(&["complete", "--", "leapp", "us"]).run();
    assert_eq!(
        output.assert_ok().transcript(),
        "exit 0\n--- stdout\nuse\tMake this shell a session; `-`: the one before\n"
    );
}
