//! What a command left behind, and its text made comparable.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// How a command ended, and what it said.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    /// The exit code; `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// What differs from run to run, and the word that stands for it in a transcript.
    pub(crate) names: Vec<(String, String)>,
}

impl Output {
    pub(crate) fn new(
        status: ExitStatus,
        stdout: &[u8],
        stderr: &[u8],
        names: Vec<(String, String)>,
    ) -> Self {
        Self {
            code: status.code(),
            signal: status.signal(),
            stdout: String::from_utf8_lossy(stdout).into_owned(),
            stderr: String::from_utf8_lossy(stderr).into_owned(),
            names,
        }
    }

    #[track_caller]
    pub(crate) fn assert_ok(self) -> Self {
        self.assert_code(0)
    }

    #[track_caller]
    pub(crate) fn assert_code(self, expected: i32) -> Self {
        assert_eq!(self.code, Some(expected), "\n{}", self.transcript());
        self
    }

    #[track_caller]
    pub(crate) fn assert_signal(self, expected: i32) -> Self {
        assert_eq!(self.signal, Some(expected), "\n{}", self.transcript());
        self
    }

    /// What was written to stdout as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not JSON: {error}\n{}", self.transcript()))
    }

    /// Exit, stdout and stderr in one text for a snapshot; empty parts are left out.
    pub(crate) fn transcript(&self) -> String {
        let ended = match (self.code, self.signal) {
            (Some(code), _) => format!("exit {code}"),
            (None, signal) => format!("signal {}", signal.unwrap_or_default()),
        };
        let mut text = format!("{ended}\n");
        for (name, content) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !content.is_empty() {
                let content = self.comparable(content);
                let content = content.trim_end_matches('\n');
                text.extend(["--- ", name, "\n", content, "\n"]);
            }
        }
        text
    }

    /// A text without what differs from run to run.
    pub(crate) fn comparable(&self, text: &str) -> String {
        let named = self
            .names
            .iter()
            .fold(text.to_owned(), |text, (value, name)| {
                text.replace(value, name)
            });
        SHAPES.iter().fold(named, |text, (shape, name)| {
            replace_shape(&text, shape, name)
        })
    }
}

/// `9` is a digit, `f` a hexadecimal one, `X` a capital or a digit; a `+` at the end stands for
/// more of the last. All else is itself.
const SHAPES: [(&str, &str); 6] = [
    ("ffffffff-ffff-ffff-ffff-ffffffffffff", "[REQUEST-ID]"),
    ("9999-99-99T99:99:99Z", "[TIME]"),
    ("127.0.0.1:9+", "127.0.0.1:[PORT]"),
    ("localhost:9+", "localhost:[PORT]"),
    ("AKIAXXXXXXXXXXXXXXXX", "[ACCESS-KEY-ID]"),
    ("ASIAXXXXXXXXXXXXXXXX", "[TEMPORARY-KEY-ID]"),
];

fn replace_shape(text: &str, shape: &str, name: &str) -> String {
    let mut replaced = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(length) = shape_at_start(rest.as_bytes(), shape.as_bytes()) {
            replaced += name;
            rest = &rest[length..];
        } else {
            replaced.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    replaced
}

/// How many bytes at the start of `text` have this shape.
fn shape_at_start(text: &[u8], shape: &[u8]) -> Option<usize> {
    let (fixed, repeated) = match shape {
        [fixed @ .., b'+'] => (fixed, fixed.last()),
        _ => (shape, None),
    };
    let fits = |byte: u8, class: u8| match class {
        b'9' => byte.is_ascii_digit(),
        b'f' => byte.is_ascii_hexdigit(),
        b'X' => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
        literal => byte == literal,
    };
    let start = text.get(..fixed.len())?;
    start
        .iter()
        .zip(fixed)
        .all(|(byte, class)| fits(*byte, *class))
        .then(|| {
            let more = repeated.map_or(0, |class| {
                text[fixed.len()..]
                    .iter()
                    .take_while(|byte| fits(**byte, *class))
                    .count()
            });
            fixed.len() + more
        })
}

#[test]
fn what_differs_from_run_to_run_is_named() {
    let output = Output {
        code: Some(1),
        signal: None,
        stdout: String::new(),
        stderr: "http://127.0.0.1:4711/x /tmp/a1/home 2026-11-22T03:04:05Z AKIAIOSFODNN7EXAMPLE \
                 8c1f4c1e-0000-4000-8000-0123456789ab\n"
            .to_owned(),
        names: vec![("/tmp/a1".to_owned(), "[ROOT]".to_owned())],
    };
    insta::assert_snapshot!(output.transcript(), @"
    exit 1
    --- stderr
    http://127.0.0.1:[PORT]/x [ROOT]/home [TIME] [ACCESS-KEY-ID] [REQUEST-ID]
    ");
}
