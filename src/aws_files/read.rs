//! Reading an AWS file: its sections, by the names that the AWS CLI and the SDKs give them.

use secrecy::{ExposeSecret, SecretString};

use super::lines::{Line, LineKind, lines};

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
    pub(super) lines: Vec<Line>,
}

/// A section, from its header to the next. One name may have several.
#[derive(Debug)]
pub struct Section {
    /// What it is about.
    pub kind: SectionKind,
    /// Its name, without `profile` and without quotes.
    pub name: String,
    /// The line of its header, from 1.
    pub line: usize,
    /// Its keys, in their order. Those above the first header are in no section.
    pub keys: Vec<Key>,
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
    /// Anything else: `[services NAME]`, `[plugins]`, in the config file also `[NAME]`.
    Other,
}

/// A key with its value, which may be a secret.
#[derive(Debug)]
pub struct Key {
    /// In lower case.
    pub name: String,
    /// The line that it begins in, from 1.
    pub line: usize,
    value: SecretString,
}

impl Key {
    /// The value without a comment behind it. A nested block (`s3 =`) is its lines, without their
    /// indentation, each behind a line end.
    pub fn value(&self) -> &str {
        self.value.expose_secret()
    }
}

impl Section {
    /// The value of a key; the last one where it is there twice.
    pub fn value(&self, name: &str) -> Option<&str> {
        let key = self.keys.iter().rev().find(|key| key.name == name);
        key.map(Key::value)
    }
}

impl Document {
    /// Reads a file; what the AWS CLI could not read is passed over.
    pub fn parse(file: AwsFile, text: &[u8]) -> Self {
        let lines = lines(text);
        let mut sections: Vec<Section> = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            if let LineKind::Header(header) = &line.kind {
                let (kind, name) = named(file, header);
                sections.push(Section {
                    kind,
                    name,
                    line: index + 1,
                    keys: Vec::new(),
                    lines: index..index,
                });
            }
            if let Some(section) = sections.last_mut() {
                section.lines.end = index + 1;
            }
        }
        for section in &mut sections {
            section.keys = keys(&lines, section.lines.clone());
        }
        Self { sections, lines }
    }

    /// The first line, from 1, that the AWS CLI cannot read, and for which it reads none of the file:
    /// what is nothing at all, and a key in no section.
    pub fn unreadable(&self) -> Option<usize> {
        let is_header = |line: &Line| matches!(line.kind, LineKind::Header(_));
        let first = self.lines.iter().position(is_header);
        let first = first.unwrap_or(self.lines.len());
        let at = self
            .lines
            .iter()
            .enumerate()
            .position(|(at, line)| match line.kind {
                LineKind::Odd => true,
                LineKind::Key { .. } | LineKind::Continuation(_) => at < first,
                _ => false,
            });
        at.map(|at| at + 1)
    }

    /// All sections, in their order.
    pub fn sections(&self) -> impl Iterator<Item = &Section> {
        self.sections.iter()
    }

    /// The sections of a profile: one, as a rule.
    pub fn profile(&self, name: &str) -> impl Iterator<Item = &Section> {
        self.sections()
            .filter(move |section| section.kind == SectionKind::Profile && section.name == name)
    }
}

fn keys(lines: &[Line], range: std::ops::Range<usize>) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for index in range {
        match &lines[index].kind {
            LineKind::Key { name, value } => keys.push(Key {
                name: name.clone(),
                line: index + 1,
                value: value.clone(),
            }),
            LineKind::Continuation(more) => {
                if let Some(key) = keys.last_mut() {
                    let value = [key.value(), "\n", more.expose_secret()].concat();
                    key.value = SecretString::from(value);
                }
            }
            _ => {}
        }
    }
    keys
}

/// What a header names. A name may stand in quotes.
fn named(file: AwsFile, header: &str) -> (SectionKind, String) {
    if file == AwsFile::Credentials {
        return (SectionKind::Profile, header.to_owned());
    }
    if header == "default" {
        return (SectionKind::Profile, header.to_owned());
    }
    let kind = match header.split(char::is_whitespace).next() {
        Some("profile") => SectionKind::Profile,
        Some("sso-session") => SectionKind::SsoSession,
        _ => return (SectionKind::Other, header.to_owned()),
    };
    let rest = header.split_once(char::is_whitespace);
    let rest = rest.map_or("", |(_, rest)| rest.trim());
    let unquoted = shell_words::split(rest)
        .ok()
        .filter(|words| words.len() == 1);
    // The SDKs for Go take the rest of the line for a name, also where it has spaces.
    let name = unquoted.map_or_else(|| rest.to_owned(), |words| words.concat());
    (kind, name)
}

#[cfg(test)]
mod tests {
    use SectionKind::{Other, Profile, SsoSession};

    use super::*;

    #[test]
    fn profiles_of_the_config_file() {
        let text = "\
[default]
region = eu-west-1
[profile a]
[ profile \t b ]
[profile \"c d\"]
[profile 'e']
[profile f g]
[h]
[sso-session corp]
sso_region = us-east-1
[services local]
[profiles x]
[profile]
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
                (Profile, "b", 4),
                (Profile, "c d", 5),
                (Profile, "e", 6),
                (Profile, "f g", 7),
                (Other, "h", 8),
                (SsoSession, "corp", 9),
                (Other, "services local", 11),
                (Other, "profiles x", 12),
                (Profile, "", 13),
            ]
        );
        let default = document.profile("default").next().unwrap();
        assert_eq!(default.value("region"), Some("eu-west-1"));
    }

    #[test]
    fn every_section_of_the_credentials_file_is_a_profile() {
        let document = Document::parse(AwsFile::Credentials, b"[profile a]\n[b c]\n");
        let names: Vec<_> = document.sections().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["profile a", "b c"]);
    }

    #[test]
    fn values_keep_their_nested_lines_and_no_secret_is_shown() {
        let text = "x = above\n[default]\ns3 =\n  a = 1\n  b = 2\nAWS_Secret_Access_Key = hush\n";
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
                ("s3", "\na = 1\nb = 2", 3),
                ("aws_secret_access_key", "hush", 6)
            ]
        );
        assert!(!format!("{document:?}").contains("hush"));
    }
}
