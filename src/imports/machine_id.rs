//! What Leapp takes for the identity of a machine.
//!
//! Its lock file is sealed with this and nothing else: who has the file and the id can read it. There is
//! no secret in it.

use std::fs;
use std::process::Command;

/// The files that Linux keeps an id in. Leapp reads both.
const FILES: [&str; 2] = ["/var/lib/dbus/machine-id", "/etc/machine-id"];

/// The id of a machine, as some version of Leapp would take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineId(String);

impl MachineId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All that a person could mean who was asked for the id of a machine: what the two files say
    /// together, or what each of them says.
    pub fn candidates_of(text: &str) -> Vec<Self> {
        let id = simple(text);
        vec![Self(id.clone()), Self(format!("{id}{id}"))]
    }

    /// All that Leapp could have taken for the id of this machine. None where nothing says it.
    pub fn candidates_here() -> Vec<Self> {
        if cfg!(target_os = "macos") {
            return platform_uuid().into_iter().map(Self).collect();
        }
        let first_line = |file| {
            let text = fs::read_to_string(file).ok()?;
            text.lines().next().map(simple)
        };
        of_lines(&FILES.map(first_line))
    }
}

/// Both lines together, as Leapp does; then each, as later versions of the library that it uses do.
fn of_lines(lines: &[Option<String>]) -> Vec<MachineId> {
    let lines: Vec<&String> = lines.iter().flatten().filter(|l| !l.is_empty()).collect();
    let together: String = lines.iter().map(|line| line.as_str()).collect();
    let mut candidates = vec![together];
    candidates.extend(lines.into_iter().cloned());
    candidates.retain(|id| !id.is_empty());
    candidates.dedup();
    candidates.into_iter().map(MachineId).collect()
}

/// Without white space, in lower case.
fn simple(text: &str) -> String {
    text.split_whitespace().collect::<String>().to_lowercase()
}

/// What `ioreg` of macOS says.
fn platform_uuid() -> Option<String> {
    let mut ioreg = Command::new("/usr/sbin/ioreg");
    let said = ioreg.args(["-rd1", "-c", "IOPlatformExpertDevice"]);
    let said = String::from_utf8(said.output().ok()?.stdout).ok()?;
    uuid_in(&said)
}

fn uuid_in(said: &str) -> Option<String> {
    let line = said.lines().find(|line| line.contains("IOPlatformUUID"))?;
    let value = line.split('=').nth(1)?;
    Some(simple(&value.replace('"', "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_count_together_first() {
        let lines = |one: &str, other: &str| {
            let line = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            let ids = of_lines(&[line(one), line(other)]);
            ids.into_iter().map(|id| id.0).collect::<Vec<_>>()
        };
        assert_eq!(lines("a", "b"), ["ab", "a", "b"]);
        assert_eq!(lines("a", "a"), ["aa", "a"]);
        assert_eq!(lines("", "b"), ["b"]);
        assert!(lines("", "").is_empty());
    }

    #[test]
    fn an_id_may_be_given_as_one_file_has_it_or_as_both_have() {
        let given = |text| MachineId::candidates_of(text).into_iter().map(|id| id.0);
        assert_eq!(given("AB\nCD\n").collect::<Vec<_>>(), ["abcd", "abcdabcd"]);
    }

    #[test]
    fn the_uuid_of_a_mac_is_found() {
        let said = "+-o Mac\n  {\n    \"IOPlatformUUID\" = \"4C4C4544-0042\"\n    \"x\" = 1\n  }\n";
        assert_eq!(uuid_in(said).as_deref(), Some("4c4c4544-0042"));
    }
}
