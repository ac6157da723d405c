//! Odd AWS files: leapp reads them as botocore does, the library of the AWS CLI and boto3. What is right is
//! asked of botocore, in `odd_files.py`; the files are in `fixtures/odd_files.txt`.

use std::collections::BTreeMap;
use std::time::Duration;

use leapp::aws_files::{AwsFile, Document, SectionKind};
use serde_json::{Value, json};

use crate::support::VENV_BIN;
use crate::support::sandbox::Sandbox;

/// The config file and the credentials file; `None` where there is none.
pub(crate) type Files = [Option<Vec<u8>>; 2];

/// The keys of each profile, with their values.
pub(crate) type Profiles = BTreeMap<String, BTreeMap<String, String>>;

pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) files: Files,
}

/// What botocore makes of two files.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The file that it rejects, and the lines that it names.
    pub(crate) error: Option<(String, Vec<usize>)>,
    pub(crate) profiles: Profiles,
    /// Who each profile is.
    pub(crate) identities: BTreeMap<String, String>,
}

pub(crate) fn cases() -> Vec<Case> {
    let text = include_str!("fixtures/odd_files.txt");
    let parts = text.split("\n== ").skip(1);
    parts.map(case).collect()
}

fn case(text: &str) -> Case {
    let (name, rest) = text.split_once('\n').expect("a name");
    let mut files: Files = [None, None];
    let mut current = None;
    for line in rest.trim_end_matches('\n').lines() {
        match line {
            "-- config" => current = Some(0),
            "-- credentials" => current = Some(1),
            _ => write(
                files[current.expect("a file")].get_or_insert_default(),
                line,
            ),
        }
    }
    Case {
        name: name.to_owned(),
        files,
    }
}

/// The id and the secret of one of the access keys of the cases.
pub(crate) fn access_key(letter: &str) -> (String, String) {
    (
        format!("AKIAIOSFODNN7ODD{}", letter.repeat(4)),
        format!("odd+{}", letter.repeat(36)),
    )
}

/// Adds a line of a case to a file.
fn write(file: &mut Vec<u8>, line: &str) {
    let (indent, rest) = line.split_once('@').unwrap_or((line, ""));
    if rest.is_empty() || !matches!(indent.trim_start_matches("\\t").trim(), "") {
        let end = if line.ends_with('\\') && !line.ends_with("\\\\") {
            &b""[..]
        } else {
            b"\n"
        };
        file.extend(plain(
            line.strip_suffix('\\')
                .filter(|_| end.is_empty())
                .unwrap_or(line),
        ));
        file.extend(end);
        return;
    }
    let lines = match rest.split_once(' ') {
        None => {
            let (id, secret) = access_key(rest);
            [
                format!("aws_access_key_id = {id}"),
                format!("aws_secret_access_key = {secret}"),
            ]
        }
        Some((_, role)) => {
            let (name, source) = role.split_once(' ').expect("a source");
            [
                format!("role_arn = arn:aws:iam::444455556666:role/{name}"),
                format!("source_profile = {source}"),
            ]
        }
    };
    for line in lines {
        file.extend(plain(&format!("{indent}{line}")));
        file.push(b'\n');
    }
}

/// Without escapes.
fn plain(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut parts = text.split('\\');
    bytes.extend(parts.next().unwrap_or_default().bytes());
    while let Some(part) = parts.next() {
        let hex = |text: &str| u32::from_str_radix(text, 16).expect("a number");
        let rest = match part.chars().next() {
            None => {
                bytes.push(b'\\');
                parts.next().expect("what follows a backslash")
            }
            Some('x') => {
                bytes.push(u8::try_from(hex(&part[1..3])).expect("a byte"));
                &part[3..]
            }
            Some('u') => {
                let (number, rest) = part[2..].split_once('}').expect("a bracket");
                let c = char::from_u32(hex(number)).expect("a character");
                bytes.extend(c.to_string().bytes());
                rest
            }
            Some(c) => {
                bytes.push(if c == 't' { b'\t' } else { b'\r' });
                &part[1..]
            }
        };
        bytes.extend(rest.bytes());
    }
    bytes
}

/// Asks botocore about files, and who each profile is.
pub(crate) fn ask(files: &[Files], identities: bool) -> Vec<Answer> {
    let sandbox = Sandbox::new();
    let latin1 = |bytes: &Vec<u8>| {
        bytes
            .iter()
            .map(|&byte| char::from(byte))
            .collect::<String>()
    };
    let case = |[config, credentials]: &Files| {
        json!({
            "config": config.as_ref().map(latin1),
            "credentials": credentials.as_ref().map(latin1),
            "identities": identities,
        })
    };
    let asked: Vec<Value> = files.iter().map(case).collect();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/odd_files.py");
    let home = sandbox.home().display().to_string();
    let run = sandbox
        .command(&format!("{VENV_BIN}/python"))
        .args(&["-B", script, &home])
        .stdin(json!(asked).to_string())
        .limit(Duration::from_mins(2));
    let told = run.run().assert_ok().json();
    told.as_array()
        .expect("answers")
        .iter()
        .map(answer)
        .collect()
}

fn answer(told: &Value) -> Answer {
    let error = told["error"].as_object().map(|error| {
        let lines: Vec<usize> =
            serde_json::from_value(error["lines"].clone()).expect("an answer of botocore");
        (
            error["file"]
                .as_str()
                .expect("an answer of botocore")
                .to_owned(),
            lines,
        )
    });
    let of = |name: &str| told.get(name).cloned().unwrap_or_else(|| json!({}));
    Answer {
        error,
        profiles: serde_json::from_value(of("profiles")).expect("an answer of botocore"),
        identities: serde_json::from_value(of("identities")).expect("an answer of botocore"),
    }
}

/// What leapp makes of two files, in the same words.
fn read([config, credentials]: &Files) -> Result<Profiles, (&'static str, Vec<usize>)> {
    let mut profiles = Profiles::new();
    for (file, name, bytes) in [
        (AwsFile::Config, "config", config),
        (AwsFile::Credentials, "credentials", credentials),
    ] {
        let document = Document::parse(file, bytes.as_deref().unwrap_or_default());
        if !document.problems().is_empty() {
            let lines = document.problems().iter().map(|problem| problem.line);
            return Err((name, lines.collect()));
        }
        let defaults: Vec<&str> = document
            .sections()
            .filter(|section| section.kind == SectionKind::Defaults)
            .flat_map(|section| section.keys.iter().map(|key| key.name.as_str()))
            .collect();
        let mut of_file = Profiles::new();
        for section in document.sections() {
            if section.kind == SectionKind::Profile {
                let own = section.keys.iter().map(|key| key.name.as_str());
                let names = own.chain(defaults.iter().copied());
                let keys = names.map(|name| {
                    (
                        name.to_owned(),
                        section
                            .value(name)
                            .expect("an answer of botocore")
                            .to_owned(),
                    )
                });
                // The last one of a name.
                of_file.insert(section.name.clone(), keys.collect());
            }
        }
        for (profile, keys) in of_file {
            profiles.entry(profile).or_default().extend(keys);
        }
    }
    Ok(profiles)
}

fn assert_same(name: &str, files: &Files, theirs: &Answer) {
    match (read(files), &theirs.error) {
        (Ok(ours), None) => assert_eq!(ours, theirs.profiles, "{name}"),
        (Err((ours, lines)), Some((file, named))) => {
            assert_eq!(ours, file, "{name}");
            // A line that is nothing ends our section, and not botocore's: it may go on to a second key.
            let is_told = |line: &usize| lines.contains(line) || lines[0] < *line;
            assert!(
                named.iter().all(is_told),
                "{name}: {lines:?}, not {named:?}"
            );
        }
        (ours, _) => panic!("{name}: {ours:?}, not {theirs:?}\n{:?}", shown(files)),
    }
}

fn shown(files: &Files) -> Vec<String> {
    let shown = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
    files.iter().flatten().map(shown).collect()
}

#[test]
fn odd_files_are_read_as_botocore_reads_them() {
    let cases = cases();
    assert!(cases.len() >= 100, "{}", cases.len());
    let files: Vec<Files> = cases.iter().map(|case| case.files.clone()).collect();
    let answers = ask(&files, false);
    assert!(
        answers
            .iter()
            .filter(|answer| answer.error.is_some())
            .count()
            >= 20
    );
    for (case, answer) in cases.iter().zip(&answers) {
        assert_same(&case.name, &case.files, answer);
    }
}

/// Lines that mean different things in different places.
const LINES: [&str; 36] = [
    "[default]",
    "[DEFAULT]",
    "[profile a]",
    "[profile \"a\"]",
    "[profile 'b c'] # x",
    "  [a]",
    "[a]",
    "[a #1]",
    "[ b ]",
    "[profile default]",
    "[b",
    "[]",
    "region = x",
    "Region: y",
    "\toutput = json # z",
    "  region = z",
    "s3 =",
    "  a = b",
    "    c",
    "x",
    "= y",
    "# c",
    "  ; d",
    "",
    "   ",
    "\u{a0}k = v\u{a0}",
    "\x1ck=v",
    "\u{2028}",
    "\u{feff}q = 1",
    "t =\u{b}1",
    "role_arn=[x]",
    "[x]=y",
    "İ = 1",
    "k\u{85} = 2",
    "\"q\" = 'r'",
    "[profile a\\]",
];

#[test]
fn files_made_by_chance_are_read_as_botocore_reads_them() {
    let mut state = 20_261_130_u64;
    let mut roll = |sides: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).expect("31 bits") % sides
    };
    let mut file = || -> Option<Vec<u8>> {
        let mut bytes = match roll(3) {
            0 => return None,
            1 => b"[default]\n".to_vec(),
            _ => b"[a]\n".to_vec(),
        };
        for _ in 0..roll(6) {
            bytes.extend(LINES[roll(LINES.len())].bytes());
            bytes.extend(["\n", "\n", "\n", "\r\n", "\r"][roll(5)].bytes());
        }
        Some(bytes)
    };
    let files: Vec<Files> = (0..3_000).map(|_| [file(), file()]).collect();
    let answers = ask(&files, false);
    let accepted = answers
        .iter()
        .filter(|answer| answer.error.is_none())
        .count();
    assert!((500..2_500).contains(&accepted), "{accepted} of 3,000");
    for (index, (files, answer)) in files.iter().zip(&answers).enumerate() {
        assert_same(&format!("file {index}"), files, answer);
    }
}
