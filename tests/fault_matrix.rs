//! What each verb does when something fails around it: a table, printed at the end, in which no
//! outcome is "hang", "lost" or "stale".

use std::collections::BTreeSet;
use std::io::Write as _;
use std::thread;
use std::time::Duration;

use insta::assert_snapshot;

use crate::support::aws::Aws;
use crate::support::faults::{Fault, Faults, Rewrite, When};
use crate::support::hooked::Clock;
use crate::support::output::Output;
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;
use crate::support::tls::Tls;
use crate::support::world::Chain;
use crate::support::{not_here, program};
use crate::vault::DATA;

/// What makes or hands out credentials.
const VERBS: [&[&str]; 7] = [
    &["leapp-exec", "r1", "--", "env"],
    &["leapp", "env", "r1", "--shell", "bash"],
    &["leapp", "use", "r1", "--shell", "bash"],
    &["leapp", "login", "r1"],
    &["leapp", "credential-process", "r1"],
    &["leapp", "whoami", "r1"],
    &["leapp", "start", "r1"],
];
/// Those of them that print credentials.
const HAND_OUT: [&str; 4] = ["env", "use", "credential-process", "r1"];

/// AWS is given nine seconds; the rest is what a loaded machine adds. What takes longer hangs.
const BOUND: Duration = Duration::from_secs(50);

/// One row: what happens to it, verb by verb.
struct Row {
    fault: &'static str,
    outcomes: Vec<(String, String)>,
}

fn run<'a>(sandbox: &'a Sandbox, words: &[&str]) -> Run<'a> {
    let run = sandbox.command(words[0]).args(&words[1..]);
    run.limit(BOUND).may_print_secrets()
}

/// What stands behind one of these words in what a verb has printed: of a shell's variables, or of JSON.
fn printed(stdout: &str, words: [&str; 2]) -> String {
    let at = words
        .iter()
        .find_map(|word| Some(stdout.rfind(word)? + word.len()));
    let value = at.map_or("", |at| &stdout[at..]);
    let value = value.trim_start_matches(['"', '\'', ':', ' ', '=']);
    let admitted = |c: &char| c.is_ascii_alphanumeric() || "+/=".contains(*c);
    value.chars().take_while(admitted).collect()
}

/// Whether AWS itself, asked by nobody who could be at fault, takes the credentials that were handed out.
fn serve(stdout: &str) -> bool {
    let sandbox = Sandbox::new().endpoint(&Aws::shared().url());
    let who = sandbox
        .leapp(&["whoami"])
        .env("AWS_REGION", "eu-west-1")
        .env(
            "AWS_ACCESS_KEY_ID",
            printed(stdout, ["AWS_ACCESS_KEY_ID=", "AccessKeyId"]),
        )
        .env(
            "AWS_SECRET_ACCESS_KEY",
            printed(stdout, ["AWS_SECRET_ACCESS_KEY=", "SecretAccessKey"]),
        )
        .env(
            "AWS_SESSION_TOKEN",
            printed(stdout, ["AWS_SESSION_TOKEN=", "SessionToken"]),
        );
    who.run().stdout.contains(":assumed-role/R1/")
}

/// The exit code; and, of an error, what AWS or the system said. Good is what AWS takes.
fn outcome(verb: &[&str], output: &Output) -> (String, String) {
    let said = output.comparable(&output.stderr);
    let mut lines = said.lines();
    match output.code {
        Some(0) if HAND_OUT.contains(&verb[1]) && !serve(&output.stdout) => {
            ("stale".to_owned(), String::new())
        }
        Some(0) if said.contains("could not be kept") => ("ok".to_owned(), "warned".to_owned()),
        Some(0) => ("ok".to_owned(), String::new()),
        Some(code) => {
            let cause = lines.find_map(|line| line.strip_prefix("caused by: "));
            (code.to_string(), cause.unwrap_or_default().to_owned())
        }
        None => ("killed".to_owned(), String::new()),
    }
}

/// With nothing in its way, a verb does what it is for.
fn works(sandbox: &Sandbox, verb: &[&str]) {
    let output = run(sandbox, verb).run();
    assert_eq!(
        outcome(verb, &output).0,
        "ok",
        "{verb:?}: {}",
        output.stderr
    );
}

/// A sandbox with a chain whose way to AWS goes through `faults`.
fn world(faults: &Faults) -> Sandbox {
    let sandbox = Sandbox::new().endpoint(&faults.url());
    Chain::new(Aws::shared(), 1).define(&sandbox);
    sandbox
}

/// Every verb from nothing, then once more with the fault gone: nothing is lost by it.
fn through(fault: &'static str, make: impl Fn(&Faults) + Sync) -> Row {
    let outcome = |verb: &&'static [&'static str]| {
        let faults = Faults::before(&Aws::shared().address());
        let sandbox = world(&faults);
        make(&faults);
        let seen = outcome(verb, &run(&sandbox, verb).run());
        faults.clear();
        faults.release();
        works(&sandbox, verb);
        seen
    };
    let outcomes = thread::scope(|scope| {
        let threads = VERBS.each_ref().map(|verb| scope.spawn(|| outcome(verb)));
        threads
            .into_iter()
            .map(|thread| thread.join().expect("an outcome"))
            .collect()
    });
    Row { fault, outcomes }
}

/// The same in a world that is broken by other means, and mended by `mend`.
fn broken(
    fault: &'static str,
    break_it: impl Fn(&mut Sandbox),
    mend: impl Fn(&mut Sandbox),
) -> Row {
    let outcomes = VERBS.iter().map(|verb| {
        let mut sandbox = Sandbox::new().endpoint(&Aws::shared().url());
        Chain::new(Aws::shared(), 1).define(&sandbox);
        break_it(&mut sandbox);
        let seen = outcome(verb, &run(&sandbox, verb).run());
        mend(&mut sandbox);
        works(&sandbox, verb);
        seen
    });
    Row {
        fault,
        outcomes: outcomes.collect(),
    }
}

fn unreachable(fault: &'static str, endpoint: &'static str) -> Row {
    broken(
        fault,
        |sandbox| sandbox.set("AWS_ENDPOINT_URL", endpoint),
        |sandbox| sandbox.set("AWS_ENDPOINT_URL", Aws::shared().url()),
    )
}

/// This machine's clock is wrong; AWS's is right.
fn wrong_clock(fault: &'static str, turn: impl Fn(&Clock)) -> Option<Row> {
    Clock::of(&mut Sandbox::new())?;
    let wrong = |sandbox: &mut Sandbox| {
        if let Some(clock) = Clock::of(sandbox) {
            turn(&clock);
        }
    };
    let right = |sandbox: &mut Sandbox| {
        Clock::of(sandbox);
    };
    Some(broken(fault, wrong, right))
}

fn wrong_certificate() -> Row {
    let outcomes = VERBS.iter().map(|verb| {
        let mut sandbox = Sandbox::new();
        let tls = Tls::before(&Aws::shared().address(), &sandbox);
        sandbox.set("AWS_ENDPOINT_URL", tls.url());
        Chain::new(Aws::shared(), 1).define(&sandbox);
        let seen = outcome(verb, &run(&sandbox, verb).run());
        let bundle = sandbox.path("ca.pem");
        sandbox.set("AWS_CA_BUNDLE", bundle);
        works(&sandbox, verb);
        seen
    });
    Row {
        fault: "a certificate of nobody",
        outcomes: outcomes.collect(),
    }
}

const CACHE: &str = "home/.cache/leapp";

/// A directory on a file system of its own, with what was in it, which only the command sees: `None` where
/// the kernel gives no mounts.
fn mounted(fault: &'static str, place: &str, prepare: &str) -> Option<Row> {
    program("unshare")?;
    let script = format!(
        "cd \"$HOME/..\" && mkdir -p {place} && cp -a {place} kept && \
         mount -t tmpfs -o size=64k,mode=0700 none {place} && cp -a kept/. {place} && \
         {{ {prepare} }} && cd && exec \"$@\""
    );
    let words = [
        "unshare",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        &script,
        "sh",
    ];
    let alone = |verb: &[&str]| {
        let mut all = words.to_vec();
        all.extend(verb);
        let sandbox = Sandbox::new().endpoint(&Aws::shared().url());
        Chain::new(Aws::shared(), 1).define(&sandbox);
        outcome(verb, &run(&sandbox, &all).run())
    };
    if alone(&["true", ""]).0 != "ok" {
        not_here("the kernel lets nobody mount");
        return None;
    }
    Some(Row {
        fault,
        outcomes: VERBS.iter().map(|verb| alone(verb)).collect(),
    })
}

/// A file system that knows no locks, as some network mounts: strace answers for the kernel.
fn without_locks() -> Option<Row> {
    program("strace")?;
    let inject = [
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "inject=flock:error=ENOLCK",
    ];
    let outcomes = VERBS.iter().map(|verb| {
        let sandbox = Sandbox::new().endpoint(&Aws::shared().url());
        Chain::new(Aws::shared(), 1).define(&sandbox);
        let mut all = vec!["strace"];
        all.extend(inject);
        all.extend(*verb);
        outcome(verb, &run(&sandbox, &all).run())
    });
    Some(Row {
        fault: "a file system without locks",
        outcomes: outcomes.collect(),
    })
}

/// Answers that are no whole answers of STS.
fn spoiled() -> [Row; 3] {
    let spoil = |fault, rewrite: Rewrite| {
        let wrong = Fault::Rewrite(rewrite);
        through(fault, move |faults: &Faults| {
            faults.on(When::always(), wrong.clone());
        })
    };
    [
        spoil("STS answers without a secret", Rewrite::without_secret()),
        spoil(
            "STS answers, cut in two",
            Rewrite::new(|body| body[..body.len() / 2].to_owned()),
        ),
        spoil(
            "a login page answers for STS",
            Rewrite::new(|_| "<html><body>Log in</body></html>".to_owned()),
        ),
    ]
}

#[test]
fn no_fault_hangs_loses_or_makes_stale() {
    let always = |fault: Fault| move |faults: &Faults| faults.on(When::always(), fault.clone());
    let once =
        |fault: Fault| move |faults: &Faults| faults.on(When::always().first(1), fault.clone());
    let late = Fault::Delay(Duration::from_millis(1200));
    let rows = thread::scope(|scope| {
        // The one that takes half a minute goes beside all others.
        let hanging = scope.spawn(|| through("STS never answers", always(Fault::Hold)));
        let mut rows = vec![
            through("STS is late", always(late)),
            through("STS throttles once", once(Fault::Throttle(None))),
            through(
                "STS throttles once, Retry-After",
                once(Fault::Throttle(Some(1))),
            ),
            through("STS throttles", always(Fault::Throttle(None))),
            through("STS answers 503 once", once(Fault::Status(503))),
            through("STS answers 503", always(Fault::Status(503))),
            through("STS answers garbage", always(Fault::Garbage)),
            through("STS answers half", always(Fault::HalfAnswer)),
            through("STS hangs up", always(Fault::HangUp)),
            wrong_certificate(),
            unreachable("nobody listens", "http://127.0.0.1:9"),
            unreachable("no such host", "https://sts.no-such-host.invalid"),
        ];
        rows.extend(spoiled());
        for (full, read_only, place) in [
            ("the cache is full", "the cache is read-only", CACHE),
            (
                "the data directory is full",
                "the data directory is read-only",
                DATA,
            ),
        ] {
            let fill = format!("head -c 1m /dev/zero >{place}/filler 2>/dev/null; :;");
            rows.extend(mounted(full, place, &fill));
            let remount = format!("mount -o remount,bind,ro {place};");
            rows.extend(mounted(read_only, place, &remount));
        }
        rows.extend(without_locks());
        rows.extend(wrong_clock("a clock five minutes fast", |clock| {
            clock.advance_to(Duration::from_mins(5));
        }));
        rows.extend(wrong_clock("a clock a day fast", |clock| {
            clock.advance_to(Duration::from_hours(24));
        }));
        rows.extend(wrong_clock("a clock twelve hours slow", |clock| {
            clock.set_back(Duration::from_hours(12));
        }));
        rows.push(hanging.join().expect("a row"));
        rows
    });
    let mut table = format!(
        "{:32}  exec  env   use   login cp    who   start\n",
        "fault"
    );
    for Row { fault, outcomes } in &rows {
        let codes = outcomes.iter().map(|(code, _)| format!("{code:4}"));
        let causes: BTreeSet<&str> = outcomes
            .iter()
            .map(|(_, cause)| cause.as_str())
            .filter(|cause| !cause.is_empty())
            .collect();
        let codes = codes.collect::<Vec<_>>().join("  ");
        let causes = causes.into_iter().collect::<Vec<_>>().join(" | ");
        let line = format!("{fault:32}  {codes}  {causes}");
        table.extend([line.trim_end(), "\n"]);
    }
    let _ = writeln!(std::io::stderr(), "{table}");
    assert_snapshot!(table, @"
    fault                             exec  env   use   login cp    who   start
    STS is late                       ok    ok    ok    ok    ok    ok    ok
    STS throttles once                ok    ok    ok    ok    ok    ok    ok
    STS throttles once, Retry-After   ok    ok    ok    ok    ok    ok    ok
    STS throttles                     125   1     1     1     1     1     ok    Rate exceeded
    STS answers 503 once              ok    ok    ok    ok    ok    ok    ok
    STS answers 503                   125   1     1     1     1     1     ok    out of order
    STS answers garbage               125   1     1     1     1     1     ok    the answer is not well-formed XML
    STS answers half                  125   1     1     1     1     1     ok    the answer broke off, or is too long
    STS hangs up                      125   1     1     1     1     1     ok    other: client error (SendRequest): connection closed before message completed
    a certificate of nobody           125   1     1     1     1     1     ok    other: client error (Connect): TLS handshake failed: invalid peer certificate: UnknownIssuer
    nobody listens                    125   1     1     1     1     1     ok    io error: client error (Connect): tcp connect error: Connection refused (os error 111)
    no such host                      125   1     1     1     1     1     ok    io error: client error (Connect): dns error: failed to perform DNS lookup: failed to lookup address information: Name or service not known
    STS answers without a secret      125   1     1     1     1     1     ok    `SecretAccessKey` is missing or empty
    STS answers, cut in two           125   1     1     1     1     1     ok    the answer is cut off
    a login page answers for STS      125   1     1     1     1     1     ok    the answer is a web page, such as the login page of a network
    the cache is full                 ok    ok    ok    ok    ok    ok    ok    warned
    the cache is read-only            ok    ok    ok    ok    ok    ok    ok    warned
    the data directory is full        ok    ok    ok    ok    ok    ok    ok    warned
    the data directory is read-only   ok    ok    ok    ok    ok    ok    1     Read-only file system (os error 30) | warned
    a file system without locks       ok    ok    ok    ok    ok    ok    1     No locks available (os error 37)
    a clock five minutes fast         ok    ok    ok    ok    ok    ok    ok
    a clock a day fast                ok    ok    ok    ok    ok    ok    ok
    a clock twelve hours slow         ok    ok    ok    ok    ok    ok    ok
    STS never answers                 125   1     1     1     1     1     ok    no answer in time
    ");
}

#[test]
fn a_clock_that_is_behind_hands_out_nothing_that_has_ended() {
    let aws = Aws::start();
    let mut sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::new(&aws, 1).define(&sandbox);
    let Some(clock) = Clock::of(&mut sandbox) else {
        return;
    };
    let asks_aws = ["r1", "--", "leapp", "whoami"];
    // Two hours pass, for AWS and for us alike.
    for (behind, passed) in [(12, 0), (10, 2)] {
        clock.set_back(Duration::from_hours(behind));
        aws.set_clock(passed * 3600);
        sandbox.leapp_exec(&asks_aws).run().assert_ok();
    }
}

/// The command of a chain whose first hop wants a code.
fn with_code(sandbox: &Sandbox, code: Option<&str>) -> Output {
    let given = code.map(|code| ["--mfa-code", code]);
    let words = given.iter().flatten().copied();
    let words: Vec<&str> = words.chain(["r1", "--", "true"]).collect();
    sandbox.leapp_exec(&words).run()
}

#[test]
fn a_clock_that_is_set_back_is_told_of_in_one_sentence_and_costs_no_code() {
    let aws = Aws::start();
    let mut sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::with_mfa(&aws, 1);
    chain.define(&sandbox);
    let Some(clock) = Clock::of(&mut sandbox) else {
        return;
    };
    let seed = chain.user.mfa.expect("a device").seed;
    with_code(&sandbox, Some(&aws.totp(&seed))).assert_ok();
    clock.set_back(Duration::from_hours(12));
    let said = with_code(&sandbox, None).assert_ok().stderr;
    assert_snapshot!(said, @"
    leapp-exec: warning: the clock of this machine is 12h behind AWS's; AWS may refuse what runs here (`leapp doctor` says more)
    ");
    // From the cache, nothing is said.
    assert_eq!(with_code(&sandbox, None).assert_ok().stderr, "");
    // A user alone has the MFA session itself, whose end nobody knows now.
    let alone = sandbox.leapp_exec(&["u1", "--", "true"]).run();
    assert_snapshot!(alone.assert_code(125).transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: session `u1` needs an MFA code, and there is no terminal to ask on
    caused by: this process has no terminal
    caused by: the clock of this machine was set back after the MFA session of `u1` began

    hint: run `leapp login u1` in a terminal, then try again
    ");
}

#[test]
fn a_clock_that_is_fast_costs_one_code() {
    let aws = Aws::start();
    let mut sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::with_mfa(&aws, 1);
    chain.define(&sandbox);
    let Some(clock) = Clock::of(&mut sandbox) else {
        return;
    };
    clock.advance_to(Duration::from_hours(24));
    let seed = chain.user.mfa.expect("a device").seed;
    with_code(&sandbox, Some(&aws.totp(&seed))).assert_ok();
    with_code(&sandbox, None).assert_ok();
    sandbox
        .leapp_exec(&["--refresh", "r1", "--", "true"])
        .run()
        .assert_ok();
}
