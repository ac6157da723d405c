//! What is put into a file can be taken out of it, exactly, whatever the file looks like.

use super::*;
use crate::model::Alias;

/// Numbers that look like chance, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.roll(words.len())]
    }
}

/// A file as people have them, and as nobody has.
fn file(dice: &mut Dice) -> Option<Vec<u8>> {
    if dice.roll(20) == 0 {
        return None;
    }
    let lines = [
        "[default]",
        "[profile a]",
        "  [profile b]",
        "[profile 'c d'] # mine",
        "[a]",
        "region = eu-west-1",
        "\toutput\t:\tjson  ; a comment",
        "s3 =",
        "    max_concurrent_requests = 20",
        "  [not a header",
        "[team #2]",
        "[ profile x ]",
        "[DEFAULT]",
        "# leapp start",
        "# made by leapp start",
        "; comment",
        "",
        "   ",
        "no sense",
        "aws_access_key_id=AKIAIOSFODNN7EXAMPLE",
        "\u{e9}\u{1f642} = \u{2028}",
    ];
    let ends = ["\n", "\n", "\r\n", "\n\n", "\r\r\n", "\r"];
    let own = dice.of(&ends);
    let mut text = String::new();
    for _ in 0..dice.roll(12) {
        text += dice.of(&lines);
        text += if dice.roll(4) == 0 {
            dice.of(&ends)
        } else {
            own
        };
    }
    let mut bytes = text.into_bytes();
    match dice.roll(6) {
        0 => {
            while bytes.last().is_some_and(|b| b"\r\n".contains(b)) {
                bytes.pop();
            }
        }
        1 => drop(bytes.pop()),
        2 => bytes.extend(b"\xff\xfe"),
        _ => {}
    }
    Some(bytes)
}

fn text(file: AwsFile, bytes: Option<&[u8]>) -> Text {
    Text::new(file, bytes.map(|bytes| Zeroizing::new(bytes.to_vec())))
}

fn alias(text: &str) -> Alias {
    text.parse().unwrap()
}

fn start(text: &mut Text, profile: &str, who: &str) {
    let command = format!("leapp credential-process {who}");
    let (mark, gives) = match text.file {
        AwsFile::Config => (
            mark::process(&alias(who)),
            ("credential_process", command.as_str()),
        ),
        AwsFile::Credentials => (mark::keys(&alias(who), "then"), ("aws_session_token", who)),
    };
    text.put(profile, &mark, &[("region", "eu-west-1"), gives]);
}

fn stop(text: &mut Text, who: &str) -> usize {
    text.take_out(|run| run.alias.as_str() == who).len()
}

#[test]
fn start_and_stop_in_any_order_leave_every_byte_as_it_was() {
    let mut dice = Dice(20_261_123);
    let mut rounds = 0;
    for _ in 0..3_000 {
        let before = file(&mut dice).filter(|bytes| bytes.trim_ascii() != mark::MADE.as_bytes());
        let which = [AwsFile::Config, AwsFile::Credentials][dice.roll(2)];
        let mut text = text(which, before.as_deref());
        let profiles = ["p", "q r", "s/t@u"];
        for profile in profiles {
            assert_eq!(text.foreign(profile), None);
        }
        // Three sessions for two or three profiles: one may replace another.
        let mut running: Vec<&str> = Vec::new();
        for _ in 0..dice.roll(12) {
            let index = dice.roll(3);
            let who = ["one", "two", "three"][index];
            if dice.roll(2) == 0 {
                stop(&mut text, who);
                running.retain(|other| *other != who);
            } else if !running.contains(&who) {
                start(&mut text, profiles[index], who);
                running.push(who);
            }
            let found = text.runs().len();
            assert_eq!(found, running.len(), "{:?}", shown(&text));
        }
        for who in running {
            assert_eq!(stop(&mut text, who), 1);
        }
        assert_eq!(text.bytes(), before.as_deref(), "{:?}", shown(&text));
        rounds += 1;
    }
    assert_eq!(rounds, 3_000);
}

fn shown(text: &Text) -> String {
    String::from_utf8_lossy(text.bytes().unwrap_or_default()).into_owned()
}

#[test]
fn a_new_file_says_who_made_it_and_goes_again() {
    let mut text = text(AwsFile::Config, None);
    start(&mut text, "default", "a");
    assert_eq!(
        shown(&text),
        "# made by leapp start\n\n[default]\n# leapp start a\nregion = eu-west-1\ncredential_process = leapp credential-process a\n"
    );
    stop(&mut text, "a");
    assert_eq!(text.bytes(), None);
}

#[test]
fn the_end_of_lines_is_that_of_the_file() {
    let mut text = text(AwsFile::Config, Some(b"[profile x]\r\nregion=y"));
    start(&mut text, "my own", "a");
    assert_eq!(
        shown(&text),
        "[profile x]\r\nregion=y\r\n\r\n[profile 'my own']\r\n# leapp start a\r\nregion = eu-west-1\r\ncredential_process = leapp credential-process a"
    );
}

#[test]
fn a_second_session_takes_the_place_of_the_first() {
    let mut text = text(AwsFile::Config, Some(b"# top\n"));
    start(&mut text, "p", "a");
    let end = "\n[profile x]\nregion = z\n";
    text = Text::new(
        AwsFile::Config,
        Some(Zeroizing::new((shown(&text) + end).into())),
    );
    start(&mut text, "p", "b");
    assert_eq!(
        shown(&text),
        "# top\n\n[profile p]\n# leapp start b\nregion = eu-west-1\ncredential_process = leapp credential-process b\n\n[profile x]\nregion = z\n"
    );
    assert_eq!(stop(&mut text, "a"), 0);
    stop(&mut text, "b");
    assert_eq!(shown(&text), format!("# top\n{end}"));
}

#[test]
fn what_somebody_adds_stays_and_finds_its_place_again() {
    let mut text = text(AwsFile::Config, Some(b""));
    start(&mut text, "p", "a");
    let with = shown(&text) + "output = json\ns3 =\n  x = 1\n# last";
    text = Text::new(AwsFile::Config, Some(Zeroizing::new(with.clone().into())));
    assert_eq!(stop(&mut text, "a"), 1);
    let without = "[profile p]\n# leapp start a\noutput = json\ns3 =\n  x = 1\n# last";
    assert_eq!(shown(&text), without);
    assert_eq!(text.foreign("p"), None);
    start(&mut text, "p", "a");
    assert_eq!(shown(&text), with);
    // Its own region wins; two would be an error to the AWS CLI.
    let theirs = "[profile p]\nregion = us-east-1\n# leapp start a\n";
    text = Text::new(AwsFile::Config, Some(Zeroizing::new(theirs.into())));
    start(&mut text, "p", "a");
    assert_eq!(
        shown(&text),
        format!("{theirs}credential_process = leapp credential-process a\n")
    );
    stop(&mut text, "a");
    assert_eq!(shown(&text), theirs);
}

#[test]
fn our_lines_are_known_wherever_somebody_adds_to_them() {
    for which in [AwsFile::Config, AwsFile::Credentials] {
        let mut fresh = text(which, Some(b"# top"));
        start(&mut fresh, "p", "a");
        let lines: Vec<String> = shown(&fresh).lines().map(str::to_owned).collect();
        let header = lines.iter().position(|line| line.starts_with('[')).unwrap();
        for theirs in ["output = json", "s3 =\n  x = 1\n", "# why", ""] {
            for at in header + 1..=lines.len() {
                let mut with = lines.clone();
                with.insert(at, theirs.to_owned());
                let mut text = text(which, Some((with.join("\n") + "\n[q]\n").as_bytes()));
                assert_eq!((text.foreign("p"), text.runs().len()), (None, 1));
                start(&mut text, "p", "a");
                let started = shown(&text);
                assert!(
                    started.contains(&lines[header + 1..].join("\n")),
                    "{started}"
                );
                assert_eq!(stop(&mut text, "a"), 1, "{started}");
                // Where nothing but comments is left, the section goes, and the mark with it.
                let mark = "# leapp start a";
                let head = &lines[header];
                let expected = match (theirs.contains('='), at == header + 1) {
                    (false, _) => format!("# top\n{theirs}\n[q]\n"),
                    (true, true) => format!("# top\n\n{head}\n{theirs}\n{mark}\n[q]\n"),
                    (true, false) => format!("# top\n\n{head}\n{mark}\n{theirs}\n[q]\n"),
                };
                assert_eq!(shown(&text), expected);
            }
        }
    }
}

#[test]
fn a_region_that_was_there_when_the_profile_was_handed_over_stays() {
    for theirs in ["region = x\n", "output = json\nregion = x\n", "region = x"] {
        let before = format!("[profile p]\n# leapp start a\n{theirs}");
        let mut text = text(AwsFile::Config, Some(before.as_bytes()));
        assert_eq!((text.foreign("p"), stop(&mut text, "a")), (None, 0));
        for _ in 0..2 {
            start(&mut text, "p", "a");
            assert_eq!(shown(&text).matches("region").count(), 1);
        }
        assert_eq!(stop(&mut text, "a"), 1);
        assert_eq!(shown(&text), before);
    }
}

#[test]
fn keys_of_others_are_not_taken_for_ours() {
    for (file, key) in [
        (AwsFile::Config, "credential_process = aws-vault export a"),
        (AwsFile::Credentials, "aws_session_token = x"),
    ] {
        let head = if file == AwsFile::Config {
            "profile p"
        } else {
            "p"
        };
        let before = format!("[{head}]\n# leapp start a\noutput = json\n{key}\n");
        let mut text = text(file, Some(before.as_bytes()));
        assert_eq!((text.foreign("p"), stop(&mut text, "a")), (Some(4), 0));
    }
}

#[test]
fn comments_around_our_lines_stay() {
    let with = "[profile p]\n# why\n# leapp start a\ncredential_process = leapp credential-process a\n\n# of the next\n[q]\n";
    let mut text = text(AwsFile::Config, Some(with.as_bytes()));
    stop(&mut text, "a");
    assert_eq!(shown(&text), "# why\n\n# of the next\n[q]\n");
}

#[test]
fn a_section_without_our_mark_is_somebody_elses() {
    for (file, bytes, line) in [
        (AwsFile::Config, "# x\n[ profile  p ]\n", Some(2)),
        (
            AwsFile::Config,
            "[profile \"p\"]\n# leapp stop a\n",
            Some(1),
        ),
        (AwsFile::Config, "[p]\n", None),
        (
            AwsFile::Config,
            "[profile p]\n# leapp start a\nregion = x\n",
            None,
        ),
        (
            AwsFile::Config,
            "[profile p]\n# leapp start a\n[profile p]\n",
            Some(3),
        ),
        (
            AwsFile::Config,
            "[profile p]\n# leapp start a\nregion = x\nrole_arn = y\n",
            Some(4),
        ),
        (
            AwsFile::Credentials,
            "[p]\naws_access_key_id = x\n",
            Some(1),
        ),
        (AwsFile::Credentials, "[profile p]\n", None),
    ] {
        assert_eq!(
            text(file, Some(bytes.as_bytes())).foreign("p"),
            line,
            "{bytes}"
        );
    }
}

#[test]
fn a_mark_where_no_profile_is_is_a_comment() {
    // Only the credentials file has profiles without the word.
    let before = "[a]\n# leapp start x\nregion = eu-west-1\n\
                  [sso-session a]\n# leapp start x\nregion = eu-west-1\n";
    let mut config = text(AwsFile::Config, Some(before.as_bytes()));
    assert_eq!(config.runs(), []);
    start(&mut config, "a", "x");
    assert_eq!(stop(&mut config, "x"), 1);
    assert_eq!(config.bytes(), Some(before.as_bytes()));
}

#[test]
fn a_line_that_would_go_on_with_ours_is_somebody_elses() {
    let foreign = |bytes: &str| text(AwsFile::Config, Some(bytes.as_bytes())).foreign("a");
    let ours = "[profile a]\n# leapp start x\n";
    let gives = "credential_process = leapp credential-process x\n";
    for (below, line) in [
        (&*format!("{gives}\n# y\n  more\n"), Some(6)),
        (&*format!("{gives}odd\n  more\n"), Some(5)),
        (&*format!("  output = json\n{gives}"), Some(3)),
        (&*format!("s3 =\n  more\n{gives}"), None),
        ("  output = json\n", Some(3)),
        ("\t[profile b]\n", Some(3)),
        ("output = json\n  more\n", None),
        ("[profile b]\n  output = json\n", None),
    ] {
        assert_eq!(foreign(&format!("{ours}{below}")), line, "{below}");
    }
}
