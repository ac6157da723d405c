//! What gives a profile credentials, and a config file without that.

use std::collections::HashSet;

use secrecy::ExposeSecret;

use super::lines::LineKind;
use super::read::{AwsFile, Document, Section, SectionKind};

/// The settings of a profile from which the SDKs take credentials: keys, a command, a role, a login.
/// Tried with boto3, the AWS CLI, Terraform and the SDK for Node.
const SOURCES: [&str; 15] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "aws_security_token",
    "credential_process",
    "credential_source",
    "login_session",
    "role_arn",
    "source_profile",
    "sso_account_id",
    "sso_region",
    "sso_role_name",
    "sso_session",
    "sso_start_url",
    "web_identity_token_file",
];

/// Whether a key, in lower case, gives a profile credentials of its own.
pub(super) fn brings_credentials(key: &str) -> bool {
    SOURCES.contains(&key)
}

/// The config file without what gives the default profile credentials: the SDKs take them before they
/// ask an endpoint. `None` where nothing does. Everything else is as it was: its region, its output
/// format, and every profile that has to be named.
pub fn without_default_credentials(config: &[u8]) -> Option<Vec<u8>> {
    let document = Document::parse(AwsFile::Config, config);
    let header = |section: &Section| section.line - 1;
    let defaults: Vec<usize> = document.resembling("default").map(header).collect();
    let mut gone: HashSet<usize> = (defaults.iter())
        .flat_map(|&header| source_lines(&document, header))
        .collect();
    // What `[DEFAULT]` gives every profile is moved to all but the default one.
    let mut moved = Vec::new();
    if document.profile("default").next().is_some() {
        for section in document.sections() {
            if section.kind == SectionKind::Defaults {
                moved.extend(source_lines(&document, section.line - 1));
            }
        }
    }
    gone.extend(&moved);
    if gone.is_empty() {
        return None;
    }
    let mut sections = document.sections().peekable();
    let mut kept = Vec::with_capacity(config.len());
    for (index, line) in document.lines.iter().enumerate() {
        if !gone.contains(&index) {
            kept.extend_from_slice(&config[line.bytes.clone()]);
        }
        if let Some(section) = sections.next_if(|section| section.line == index + 1)
            && section.kind != SectionKind::Defaults
            && !defaults.contains(&index)
        {
            give(&mut kept, config, &document, section, &moved);
        }
    }
    Some(kept)
}

/// The lines of a section that give it credentials, by its header's. Other SDKs pass over a line that is
/// nothing to the AWS CLI, and go on in the section.
fn source_lines(document: &Document, header: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut is_found = false;
    for (index, line) in document.lines.iter().enumerate().skip(header + 1) {
        match &line.kind {
            LineKind::Header(_) => break,
            LineKind::Key { name, .. } => is_found = brings_credentials(name),
            // Other SDKs than the AWS CLI's may take it for a key of its own.
            LineKind::Continuation(more) => is_found |= is_source(more.expose_secret()),
            _ => continue,
        }
        if is_found {
            found.push(index);
        }
    }
    found
}

/// Writes lines of `[DEFAULT]` below the header of a section, but for the keys that it has itself.
fn give(
    kept: &mut Vec<u8>,
    config: &[u8],
    document: &Document,
    section: &Section,
    lines: &[usize],
) {
    // Further to the left than the next line, that would go on with the value of these.
    let below = document.lines.iter().skip(section.line);
    let next = below
        .clone()
        .find(|line| !matches!(line.kind, LineKind::Blank | LineKind::Comment(_)));
    let indent = " ".repeat(next.map_or(0, |line| line.indent));
    let mut is_given = false;
    for &index in lines {
        let line = &document.lines[index];
        if let LineKind::Key { name, .. } = &line.kind {
            is_given = !section.keys.iter().any(|own| own.name == *name);
        }
        if !is_given {
            continue;
        }
        if !kept.ends_with(b"\n") && !kept.ends_with(b"\r") {
            kept.push(b'\n');
        }
        kept.extend_from_slice(indent.as_bytes());
        kept.extend_from_slice(config[line.bytes.clone()].trim_ascii_end());
        kept.push(b'\n');
    }
}

fn is_source(line: &str) -> bool {
    let name = line.split(['=', ':']).next().unwrap_or_default();
    brings_credentials(&name.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(config: &str) -> Option<String> {
        without_default_credentials(config.as_bytes()).map(|kept| String::from_utf8(kept).unwrap())
    }

    #[test]
    fn only_sources_of_the_default_profile_go() {
        let config = "# mine\n[default]\nregion = eu-west-1\nAWS_Access_Key_Id=AKIA\n\
                      aws_secret_access_key : x\n; y\ns3 =\n  addressing_style = path\n\
                      [profile other]\naws_access_key_id = AKIB\r\n";
        assert_eq!(
            without(config).unwrap(),
            "# mine\n[default]\nregion = eu-west-1\n; y\ns3 =\n  addressing_style = path\n\
             [profile other]\naws_access_key_id = AKIB\r\n"
        );
    }

    #[test]
    fn an_indented_section_gives_nothing_either() {
        let config = "  [default]\n  aws_access_key_id = AKIA\n  aws_secret_access_key = x\n  region = eu-west-1\n";
        assert_eq!(
            without(config).unwrap(),
            "  [default]\n  region = eu-west-1\n"
        );
        // Whoever takes indentation for less than the AWS CLI does must find nothing.
        let config = "[default]\noutput = json\n  role_arn = x\n";
        assert_eq!(without(config).unwrap(), "[default]\noutput = json\n");
    }

    #[test]
    fn the_other_spellings_are_known() {
        for header in ["[profile default]", "[ default ]", "[profile \"default\"]"] {
            let config = format!("{header}\r\nrole_arn = a\r\n  b\r\n\r\noutput = json\r\n");
            let expected = format!("{header}\r\n\r\noutput = json\r\n");
            assert_eq!(without(&config), Some(expected), "{header}");
        }
    }

    #[test]
    fn what_default_in_capitals_gives_goes_to_all_other_profiles() {
        let config = "[DEFAULT]\nrole_arn = x\noutput = json\n[default]\nregion = y\n[profile a]\n  \
                      region = z\n[ profile b ]\nrole_arn = own";
        assert_eq!(
            without(config).unwrap(),
            "[DEFAULT]\noutput = json\n[default]\nregion = y\n[profile a]\n  role_arn = x\n  \
             region = z\n[ profile b ]\nrole_arn = own"
        );
        // It gives nothing where there is no default profile.
        assert_eq!(without("[DEFAULT]\nrole_arn = x\n[profile a]\n"), None);
    }

    #[test]
    fn what_other_sdks_take_for_the_default_profile_goes_too() {
        let config =
            "[ default ]\nrole_arn = x\n[default\nrole_arn = y\n[default] ]\nrole_arn = z\n";
        assert_eq!(
            without(config).unwrap(),
            "[ default ]\n[default\n[default] ]\n"
        );
    }

    #[test]
    fn a_file_that_gives_nothing_stays_what_it_is() {
        for config in [
            "",
            "[default]\nregion = x\n",
            "[profile a]\nrole_arn = x\n",
            "[sso-session default]\nsso_start_url = x\n",
            "[defaults]\nrole_arn = x",
        ] {
            assert_eq!(without(config), None, "{config}");
        }
    }
}
