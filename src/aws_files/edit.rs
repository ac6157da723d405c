//! Putting our lines into a file and taking them out again, without a change to any other byte.
//!
//! What is put in can be taken out exactly. A new section goes to the end, behind one empty line; a
//! file whose last line has no end gets one, and then our own last line has none. So what has to be
//! taken out shows in the file itself, and nothing about it has to be remembered.

use secrecy::zeroize::Zeroizing;

use super::lines::{Line, LineKind};
use super::mark;
use super::read::{AwsFile, Document, SectionKind};
use super::run::{Company, Content, Run};
use super::sources::brings_credentials;

/// A file as it is to become.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Text {
    file: AwsFile,
    /// `None` where there is no file.
    bytes: Option<Zeroizing<Vec<u8>>>,
}

impl Text {
    pub(super) fn new(file: AwsFile, bytes: Option<Zeroizing<Vec<u8>>>) -> Self {
        Self { file, bytes }
    }

    /// The bytes; `None` where there is to be no file.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        self.bytes.as_ref().map(|bytes| bytes.as_slice())
    }

    pub(super) fn into_bytes(self) -> Option<Zeroizing<Vec<u8>>> {
        self.bytes
    }

    /// What it says.
    pub(super) fn document(&self) -> Document {
        Document::parse(self.file, self.bytes().unwrap_or_default())
    }

    /// All lines of ours. Only profiles have any: a mark elsewhere is somebody's comment.
    pub(super) fn runs(&self) -> Vec<Run> {
        let document = self.document();
        let run = |section| Run::of(self.file, &document.lines, section);
        let profiles = (document.sections()).filter(|one| one.kind == SectionKind::Profile);
        profiles.filter_map(run).collect()
    }

    /// The line that makes a profile somebody else's, from 1: the header of a section without our mark,
    /// a key of it that would win over ours, or a line below ours that would become part of a value.
    pub(super) fn foreign(&self, profile: &str) -> Option<usize> {
        let document = self.document();
        let mut sections = document.resembling(profile);
        let first = sections.next()?;
        // The SDKs do not agree which of two sections of one name they read; of two, we own none.
        if let Some(second) = sections.next() {
            return Some(second.line);
        }
        if !document.profile(profile).any(|own| own.line == first.line) {
            return Some(first.line);
        }
        let Some(run) = Run::of(self.file, &document.lines, first) else {
            return Some(first.line);
        };
        let beside = |line: usize| !run.lines.contains(&(line - 1));
        let key = first
            .keys
            .iter()
            .find(|key| beside(key.line) && brings_credentials(&key.name));
        // What no reader understands ends no value.
        let next = |(_, line): &(usize, &Line)| match line.kind {
            LineKind::Blank | LineKind::Comment(_) => false,
            LineKind::Odd => line.indent > 0,
            _ => true,
        };
        let swallowed = run.lines.iter().find_map(|ours| {
            let mut below = document.lines.iter().enumerate().skip(ours + 1);
            let goes_on =
                |(index, line): &(usize, &Line)| line.indent > 0 && !run.lines.contains(index);
            below.find(next).filter(goes_on)
        });
        key.map(|key| key.line)
            .or(swallowed.map(|(index, _)| index + 1))
    }

    /// A key by which `[DEFAULT]` gives every profile credentials, and its line, from 1; but for those that
    /// are `written` into the profile itself.
    pub(super) fn inherited_source(
        &self,
        written: impl Fn(&str) -> bool,
    ) -> Option<(String, usize)> {
        let document = self.document();
        let mut defaults = document
            .sections()
            .filter(|section| section.kind == SectionKind::Defaults)
            .flat_map(|section| &section.keys);
        let found = defaults.find(|key| brings_credentials(&key.name) && !written(&key.name));
        found.map(|key| (key.name.clone(), key.line))
    }

    /// Puts lines of ours into a profile that is not foreign: into its section, or into a new one.
    pub(super) fn put(&mut self, profile: &str, mark: &str, keys: &[(&str, &str)]) {
        let document = self.document();
        let section = document.profile(profile).next();
        let old = section.and_then(|section| Run::of(self.file, &document.lines, section));
        match (section, old) {
            (Some(section), Some(old)) => {
                let beside = |name: &str| {
                    let mut others = section.keys.iter();
                    others.any(|key| key.name == name && !old.lines.contains(&(key.line - 1)))
                };
                let kept: Vec<_> = keys.iter().filter(|(name, _)| !beside(name)).collect();
                let kept: Vec<(&str, &str)> = kept.into_iter().copied().collect();
                self.put_into(&document.lines, &old, mark, &kept);
            }
            _ => self.append(profile, mark, keys),
        }
    }

    /// In place of the old lines, all where the mark was.
    fn put_into(&mut self, lines: &[Line], old: &Run, mark: &str, keys: &[(&str, &str)]) {
        let bytes = self.bytes.take().unwrap_or_default();
        let end = line_end(&bytes[lines[old.header].bytes.clone()]).unwrap_or("\n");
        let mut new = with_room(&bytes);
        for (index, line) in lines.iter().enumerate() {
            if old.lines.first() == Some(&index) {
                push(&mut new, mark, keys, end);
                new.extend_from_slice(end.as_bytes());
            } else if !old.lines.contains(&index) {
                new.extend_from_slice(&bytes[line.bytes.clone()]);
            }
        }
        leave_open(&mut new, &bytes, end);
        self.bytes = Some(new);
    }

    /// In a section of their own, at the end.
    fn append(&mut self, profile: &str, mark: &str, keys: &[(&str, &str)]) {
        let bytes = self
            .bytes
            .take()
            .unwrap_or_else(|| Zeroizing::new(format!("{}\n", mark::MADE).into_bytes()));
        let end = line_end(&bytes).unwrap_or("\n");
        let is_open = !bytes.is_empty() && !bytes.ends_with(b"\n");
        let mut new = with_room(&bytes);
        new.extend_from_slice(&bytes);
        if is_open {
            new.extend_from_slice(end.as_bytes());
        }
        if !bytes.is_empty() {
            new.extend_from_slice(end.as_bytes());
        }
        new.extend_from_slice(profile_header(self.file, profile).as_bytes());
        new.extend_from_slice(end.as_bytes());
        push(&mut new, mark, keys, end);
        if !is_open {
            new.extend_from_slice(end.as_bytes());
        }
        self.bytes = Some(new);
    }

    /// Takes out all lines of ours that are `wanted`; whose they were.
    pub(super) fn take_out(&mut self, wanted: impl Fn(&Run) -> bool) -> Vec<Run> {
        let mut taken = Vec::new();
        loop {
            let mut runs = self.runs().into_iter();
            let is_next = |run: &Run| run.content == Content::Lines && wanted(run);
            let Some(run) = runs.find(is_next) else {
                return taken;
            };
            self.take(&run);
            taken.push(run);
        }
    }

    fn take(&mut self, run: &Run) {
        let lines = self.document().lines;
        let Some(bytes) = self.bytes.take() else {
            return;
        };
        let header = &bytes[lines[run.header].bytes.clone()];
        let end = line_end(header).unwrap_or("\n");
        let is_empty = |index: &usize| &bytes[lines[*index].bytes.clone()] == end.as_bytes();
        let above = run.header.checked_sub(1).filter(is_empty);
        let mut new = with_room(&bytes);
        for (index, line) in lines.iter().enumerate() {
            let is_ours = run.lines.contains(&index);
            match run.company {
                Company::Ours if is_ours || index == run.header || above == Some(index) => {}
                Company::Others if run.lines.first() == Some(&index) => {
                    new.extend_from_slice(mark::process(&run.alias).as_bytes());
                    new.extend_from_slice(end.as_bytes());
                }
                Company::Others if is_ours => {}
                _ => new.extend_from_slice(&bytes[line.bytes.clone()]),
            }
        }
        leave_open(&mut new, &bytes, end);
        let nothing_left = new.trim_ascii() == mark::MADE.as_bytes();
        self.bytes = (!nothing_left).then_some(new);
    }
}

/// The header of a profile's section. A name with spaces stands in quotes, as `aws configure` writes it.
pub fn profile_header(file: AwsFile, profile: &str) -> String {
    match file {
        AwsFile::Credentials => format!("[{profile}]"),
        AwsFile::Config if profile == "default" => "[default]".to_owned(),
        AwsFile::Config if profile.contains(char::is_whitespace) => {
            format!("[profile '{profile}']")
        }
        AwsFile::Config => format!("[profile {profile}]"),
    }
}

/// Room for all that may come to it, so that no copy of a secret is left behind by growing.
fn with_room(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(Vec::with_capacity(bytes.len() + 16 * 1024))
}

/// Where the last line had no end, what is the last line now gets none.
fn leave_open(new: &mut Zeroizing<Vec<u8>>, old: &[u8], end: &str) {
    if !old.ends_with(b"\n") && new.ends_with(end.as_bytes()) {
        let length = new.len() - end.len();
        new.truncate(length);
    }
}

/// The end of the last line that has one.
fn line_end(bytes: &[u8]) -> Option<&'static str> {
    let at = bytes.iter().rposition(|&b| b == b'\n')?;
    Some(if bytes[..at].ends_with(b"\r") {
        "\r\n"
    } else {
        "\n"
    })
}

/// The mark and the keys, without an end behind the last.
fn push(new: &mut Zeroizing<Vec<u8>>, mark: &str, keys: &[(&str, &str)], end: &str) {
    new.extend_from_slice(mark.as_bytes());
    for (name, value) in keys {
        for part in [end, name, " = ", value] {
            new.extend_from_slice(part.as_bytes());
        }
    }
}

#[cfg(test)]
#[path = "edit/tests.rs"]
mod tests;
