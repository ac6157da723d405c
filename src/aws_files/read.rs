//! Reading an AWS file: its sections, by the names that the AWS CLI and the SDKs give them.

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::lines::{Line, LineKind, is_space, lines};
use super::name::SectionName;
use super::problem::{Problem, problems};
use super::sources::brings_credentials;

/// One of the two files; they write the names of profiles differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwsFile {
    /// `~/.aws/config`: `[default]`, `[profile NAME]`, `[sso-session NAME]`.
    Config,
    /// `~/.aws/credentials`: `[NAME]`.
    Credentials,
}

impl AwsFile {
    /// Both, in their order in every array.
    pub(super) const BOTH: [Self; 2] = [Self::Config, Self::Credentials];
}

/// What one of the files says.
#[derive(Debug)]
pub struct Document {
    sections: Vec<Section>,
    problems: Vec<Problem>,
    pub(super) lines: Vec<Line>,
}

/// A section, from its header to the next, or to a line that is nothing at all: the keys below that
/// belong to no section. One name may have several.
#[derive(Debug)]
pub struct Section {
    /// What it is about.
    pub kind: SectionKind,
    /// Its name, without `profile` and without quotes.
    pub name: String,
    /// All that stands between its brackets.
    pub header: String,
    /// The line of its header, from 1.
    pub line: usize,
    /// Its keys, in their order. Those above the first header are in no section.
    pub keys: Vec<Key>,
    /// What it has from `[DEFAULT]`.
    pub(super) inherited: Vec<Key>,
    /// The profile that some SDK may take it for, whatever it is for the AWS CLI.
    pub(super) resembles: Option<String>,
    /// The indices of its lines, the header's first.
    pub(super) lines: std::ops::Range<usize>,
}

/// What a section is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionKind {
    /// A profile.
    Profile,
    /// `[sso-session NAME]`.
    SsoSession,
    /// `[DEFAULT]`, whose keys every other section of the file has as well.
    Defaults,
    /// Anything else: `[services NAME]`, `[plugins]`, in the config file also `[NAME]`.
    Other,
}

/// A key with its value, which may be a secret.
#[derive(Clone, Debug)]
pub struct Key {
    /// In lower case.
    pub name: String,
    /// The line that it begins in, from 1.
    pub line: usize,
    value: SecretString,
}

impl Key {
    /// The value as the AWS CLI reads it. A nested block (`s3 =`) is its lines, without their
    /// indentation, each behind a line end.
    pub fn value(&self) -> &str {
        self.value.expose_secret()
    }

    /// Whether the SDKs disagree about the value: all but the AWS CLI's end it before ` #` and ` ;`, and
    /// some at the end of the line.
    pub fn is_ambiguous(&self) -> bool {
        let value = self.value();
        let mut pairs = value.chars().zip(value.chars().skip(1));
        value.starts_with(['#', ';'])
            || value.contains('\n')
            || pairs.any(|(space, mark)| is_space(space) && matches!(mark, '#' | ';'))
    }
}

impl Section {
    /// The value of a key: its own, the last one where it is there twice, or else that of `[DEFAULT]`.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.key(name).map(Key::value)
    }

    /// As [`Section::value`], with its line.
    pub fn key(&self, name: &str) -> Option<&Key> {
        let is_it = |key: &&Key| key.name == name;
        let own = self.keys.iter().rev().find(is_it);
        own.or_else(|| self.inherited.iter().rev().find(is_it))
    }

    /// The profile that another SDK takes it for, where the AWS CLI does not.
    pub fn profile_of_others(&self) -> Option<&str> {
        match self.kind {
            SectionKind::Other => self.resembles.as_deref(),
            _ => None,
        }
    }

    /// Whether a key of its own leads to credentials.
    pub fn brings_credentials(&self) -> bool {
        self.keys.iter().any(|key| brings_credentials(&key.name))
    }

    fn is_profile(&self, name: &str) -> bool {
        self.kind == SectionKind::Profile && self.name == name
    }
}

impl Document {
    /// Reads a file, by the rules of the AWS CLI. [`Document::problems`] are what it would not read it for.
    pub fn parse(file: AwsFile, text: &[u8]) -> Self {
        let lines = lines(text);
        let mut sections: Vec<Section> = Vec::new();
        let mut is_open = false;
        for (index, line) in lines.iter().enumerate() {
            match &line.kind {
                LineKind::Header(header) => {
                    let SectionName {
                        kind,
                        name,
                        resembles,
                    } = SectionName::of(file, header);
                    sections.push(Section {
                        kind,
                        name,
                        header: header.clone(),
                        line: index + 1,
                        keys: Vec::new(),
                        inherited: Vec::new(),
                        resembles,
                        lines: index..index,
                    });
                    is_open = true;
                }
                LineKind::Odd => is_open = false,
                _ => {}
            }
            if let Some(section) = sections.last_mut().filter(|_| is_open) {
                section.lines.end = index + 1;
            }
        }
        for section in &mut sections {
            section.keys = keys(&lines, section.lines.clone());
        }
        inherit(&mut sections);
        Self {
            problems: problems(text, &lines, &sections),
            sections,
            lines,
        }
    }

    /// What the AWS CLI rejects the whole file for, in the order of its lines.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// All sections, in their order.
    pub fn sections(&self) -> impl Iterator<Item = &Section> {
        self.sections.iter()
    }

    /// The sections of a profile: one, as a rule. Of several (`[profile a]`, `[profile \"a\"]`), the AWS CLI
    /// reads the last alone.
    pub fn profile(&self, name: &str) -> impl Iterator<Item = &Section> {
        self.sections()
            .filter(move |section| section.is_profile(name))
    }

    /// The sections that any SDK may take for this profile.
    pub(super) fn resembling(&self, name: &str) -> impl Iterator<Item = &Section> {
        self.sections().filter(move |section| {
            section.is_profile(name) || section.resembles.as_deref() == Some(name)
        })
    }
}

/// Gives every section the keys of `[DEFAULT]`.
fn inherit(sections: &mut [Section]) {
    let is_default = |section: &&Section| section.kind == SectionKind::Defaults;
    let defaults = sections.iter().filter(is_default);
    let keys: Vec<Key> = defaults
        .flat_map(|section| section.keys.iter().cloned())
        .collect();
    for section in sections {
        if section.kind != SectionKind::Defaults {
            let has = |name: &str| section.keys.iter().any(|own| own.name == name);
            let missing = keys.iter().filter(|key| !has(&key.name));
            section.inherited = missing.cloned().collect();
        }
    }
}

fn keys(lines: &[Line], range: std::ops::Range<usize>) -> Vec<Key> {
    let mut keys: Vec<(&str, usize, Vec<&str>)> = Vec::new();
    for index in range {
        match &lines[index].kind {
            LineKind::Key { name, value } => {
                keys.push((name, index + 1, vec![value.expose_secret()]));
            }
            LineKind::Continuation(more) => {
                if let Some((.., parts)) = keys.last_mut() {
                    parts.push(more.expose_secret());
                }
            }
            LineKind::Blank => {
                if let Some((.., parts)) = keys.last_mut() {
                    parts.push("");
                }
            }
            _ => {}
        }
    }
    let finished = |(name, line, parts): (&str, usize, Vec<&str>)| {
        let value = Zeroizing::new(parts.join("\n"));
        Key {
            name: name.to_owned(),
            line,
            value: value.trim_end_matches(is_space).into(),
        }
    };
    keys.into_iter().map(finished).collect()
}

#[cfg(test)]
mod tests {
    use SectionKind::{Defaults, Other, Profile, SsoSession};

    use super::*;

    #[test]
    fn profiles_of_the_config_file() {
        let text = "\
[default]
region = eu-west-1
[profile a]
[ profile \t b ]
[profile \"c d\"] # mine
[profile 'e]
[profile f g]
[h]
[sso-session corp]
sso_region = us-east-1
[services local]
[profiles x]
[profile]
[DEFAULT]
";
        let document = Document::parse(AwsFile::Config, text.as_bytes());
        let found: Vec<_> = document
            .sections()
            .map(|s| (s.kind, s.name.as_str(), s.line))
            .collect();
        assert_eq!(
            found,
            [
                (Profile, "default", 1),
                (Profile, "a", 3),
                (Other, " profile \t b ", 4),
                (Profile, "c d", 5),
                (Other, "profile 'e", 6),
                (Other, "profile f g", 7),
                (Other, "h", 8),
                (SsoSession, "corp", 9),
                (Other, "services local", 11),
                (Profile, "x", 12),
                (Other, "profile", 13),
                (Defaults, "DEFAULT", 14),
            ]
        );
        let default = document.profile("default").next().unwrap();
        assert_eq!(default.value("region"), Some("eu-west-1"));
        let others = document.sections().filter_map(Section::profile_of_others);
        assert_eq!(others.collect::<Vec<_>>(), ["b", "'e", "f g"]);
    }

    #[test]
    fn every_section_of_the_credentials_file_is_a_profile() {
        let document = Document::parse(AwsFile::Credentials, b"[profile a]\n[ b c ]\n[team #2]\n");
        let names: Vec<_> = document.sections().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["profile a", " b c ", "team #2"]);
        assert_eq!(document.resembling("b c").count(), 1);
    }

    #[test]
    fn values_keep_their_nested_lines_and_no_secret_is_shown() {
        let text =
            "x = above\n[default]\ns3 =\n  a = 1\n\n  b = 2\n\nAWS_Secret_Access_Key = hush\n\n";
        let document = Document::parse(AwsFile::Config, text.as_bytes());
        let section = document.sections().next().unwrap();
        let keys: Vec<_> = section
            .keys
            .iter()
            .map(|k| (k.name.as_str(), k.value(), k.line))
            .collect();
        assert_eq!(
            keys,
            [
                ("s3", "\na = 1\n\nb = 2", 3),
                ("aws_secret_access_key", "hush", 8)
            ]
        );
        assert!(!format!("{document:?}").contains("hush"));
    }

    #[test]
    fn keys_below_a_line_that_is_nothing_belong_to_no_section() {
        let text = "[a]\nx = 1\n[b\ny = 2\n[c]\nz = 3\n";
        let document = Document::parse(AwsFile::Credentials, text.as_bytes());
        let found: Vec<_> = document
            .sections()
            .map(|s| (s.name.as_str(), s.value("x"), s.value("y"), s.value("z")))
            .collect();
        assert_eq!(
            found,
            [("a", Some("1"), None, None), ("c", None, None, Some("3"))]
        );
    }

    #[test]
    fn what_default_in_capitals_has_every_section_has() {
        let text = "[a]\nx = own\n[DEFAULT]\nx = 1\ny = 2\n[b]\n";
        let document = Document::parse(AwsFile::Credentials, text.as_bytes());
        let value = |name: &str, key: &str| {
            let section = document.profile(name).next().unwrap();
            section.value(key).map(ToOwned::to_owned)
        };
        assert_eq!(value("a", "x").as_deref(), Some("own"));
        assert_eq!(value("a", "y").as_deref(), Some("2"));
        assert_eq!(value("b", "x").as_deref(), Some("1"));
        assert!(document.profile("DEFAULT").next().is_none());
    }

    #[test]
    fn values_that_the_sdks_read_differently_are_known() {
        for (value, expected) in [
            ("x", false),
            ("x#y;z", false),
            ("x # y", true),
            ("x\t;y", true),
            ("# y", true),
            ("x\n  y", true),
            ("x\n\n", false),
        ] {
            let text = format!("[a]\nk = {value}\n");
            let document = Document::parse(AwsFile::Config, text.as_bytes());
            let section = document.sections().next().unwrap();
            assert_eq!(section.keys[0].is_ambiguous(), expected, "{value:?}");
        }
    }
}
