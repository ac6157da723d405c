//! What each verb does when something fails around it: a table, printed at the end, in which no
//! outcome is "hang", "lost" or "stale".

use std::collections::BTreeSet;
use std::io::Write as _;
use std::thread;
use std::time::Duration;

use insta::assert_snapshot;

use crate::support::aws::Aws;
use crate::support::faults::{Fault, Faults, When};
use crate::support::hooked::Clock;
use crate::support::output::Output;
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;
use crate::support::tls::Tls;
use crate::support::world::Chain;
use crate::support::{not_here, program};

/// What makes or hands out credentials.
const VERBS: [&[&str]; 4] = [
    &["leapp-exec", "r1", "--", "true"],
    &["leapp", "env", "r1", "--shell", "bash"],
    &["leapp", "use", "r1", "--shell", "bash"],
    &["leapp", "login", "r1"],
];

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

/// The exit code; and, of an error, what AWS or the system said.
fn outcome(output: &Output) -> (String, String) {
    let said = output.comparable(&output.stderr);
    let mut lines = said.lines();
    match output.code {
        Some(0) if said.contains("could not be kept") => ("ok".to_owned(), "warned".to_owned()),
        Some(0) => ("ok".to_owned(), String::new()),
        Some(code) => {
            let cause = lines.find_map(|line| line.strip_prefix("caused by: "));
            (code.to_string(), cause.unwrap_or_default().to_owned())
        }
        None => ("killed".to_owned(), String::new()),
    }
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
        let seen = outcome(&run(&sandbox, verb).run());
        faults.clear();
        faults.release();
        run(&sandbox, verb).run().assert_ok();
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
        let seen = outcome(&run(&sandbox, verb).run());
        mend(&mut sandbox);
        run(&sandbox, verb).run().assert_ok();
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

/// This machine's clock is wrong by so much; AWS's is right.
fn wrong_clock(fault: &'static str, ahead: Duration) -> Option<Row> {
    Clock::of(&mut Sandbox::new())?;
    let wrong = |sandbox: &mut Sandbox| {
        if let Some(clock) = Clock::of(sandbox) {
            clock.advance_to(ahead);
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
        let seen = outcome(&run(&sandbox, verb).run());
        let bundle = sandbox.path("ca.pem");
        sandbox.set("AWS_CA_BUNDLE", bundle);
        run(&sandbox, verb).run().assert_ok();
        seen
    });
    Row {
        fault: "a certificate of nobody",
        outcomes: outcomes.collect(),
    }
}

/// The cache on a file system of its own, which only the command sees: `None` where the kernel gives
/// no mounts.
fn mounted(fault: &'static str, prepare: &str) -> Option<Row> {
    program("unshare")?;
    let mount = "mount -t tmpfs -o size=64k none \"$XDG_CACHE_HOME\"";
    let script = format!("mkdir -p \"$XDG_CACHE_HOME\"; {mount} && {{ {prepare} }} && exec \"$@\"");
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
        outcome(&run(&sandbox, &all).run())
    };
    if alone(&["true"]).0 != "ok" {
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
        outcome(&run(&sandbox, &all).run())
    });
    Some(Row {
        fault: "a file system without locks",
        outcomes: outcomes.collect(),
    })
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
        rows.extend(mounted(
            "the cache is full",
            "head -c 1m /dev/zero >\"$XDG_CACHE_HOME/filler\" 2>/dev/null; :;",
        ));
        rows.extend(mounted(
            "the cache is read-only",
            "mount -o remount,ro \"$XDG_CACHE_HOME\";",
        ));
        rows.extend(without_locks());
        rows.extend(wrong_clock(
            "a clock five minutes fast",
            Duration::from_mins(5),
        ));
        rows.extend(wrong_clock("a clock a day fast", Duration::from_hours(24)));
        rows.push(hanging.join().expect("a row"));
        rows
    });
    let mut table = "fault                             exec  env   use   login\n".to_owned();
    for Row { fault, outcomes } in &rows {
        let codes = outcomes.iter().map(|(code, _)| format!("{code:4}"));
        let causes: BTreeSet<&str> = outcomes.iter().map(|(_, cause)| cause.as_str()).collect();
        let codes = codes.collect::<Vec<_>>().join("  ");
        let causes = causes.into_iter().collect::<Vec<_>>().join(" | ");
        let line = format!("{fault:32}  {codes}  {causes}");
        table.extend([line.trim_end(), "\n"]);
    }
    let _ = writeln!(std::io::stderr(), "{table}");
    assert_snapshot!(table, @"
    fault                             exec  env   use   login
    STS is late                       ok    ok    ok    ok
    STS throttles once                ok    ok    ok    ok
    STS throttles once, Retry-After   ok    ok    ok    ok
    STS throttles                     125   1     1     1     Rate exceeded
    STS answers 503 once              ok    ok    ok    ok
    STS answers 503                   125   1     1     1     out of order
    STS answers garbage               125   1     1     1     status 200, and nothing that STS would say
    STS answers half                  125   1     1     1     the answer broke off, or is not one of STS
    STS hangs up                      125   1     1     1     other: client error (SendRequest): connection closed before message completed
    a certificate of nobody           125   1     1     1     io error: client error (Connect): TLS handshake failed: invalid peer certificate: UnknownIssuer
    nobody listens                    125   1     1     1     io error: client error (Connect): tcp connect error: Connection refused (os error 111)
    no such host                      125   1     1     1     io error: client error (Connect): dns error: failed to perform DNS lookup: failed to lookup address information: Name or service not known
    the cache is full                 ok    ok    ok    ok    warned
    the cache is read-only            ok    ok    ok    ok    warned
    a file system without locks       ok    ok    ok    ok    warned
    a clock five minutes fast         ok    ok    ok    ok
    a clock a day fast                ok    ok    ok    ok
    STS never answers                 125   1     1     1     no answer in time
    ");
}
