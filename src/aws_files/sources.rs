//! What gives a profile credentials, and a config file without that.

use secrecy::ExposeSecret;

use super::lines::LineKind;
use super::read::{AwsFile, Document};

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
    let mut gone = Vec::new();
    for section in document.profile("default") {
        let mut goes = false;
        for index in section.lines.clone() {
            match &document.lines[index].kind {
                LineKind::Key { name, .. } => goes = brings_credentials(name),
                // Other SDKs than the AWS CLI's may take it for a key of its own.
                LineKind::Continuation(more) => goes |= is_source(more.expose_secret()),
                _ => continue,
            }
            if goes {
                gone.push(index);
            }
        }
    }
    if gone.is_empty() {
        return None;
    }
    let lines = document.lines.iter().enumerate();
    let kept = lines.filter(|(index, _)| !gone.contains(index));
    let kept = kept.flat_map(|(_, line)| &config[line.bytes.clone()]);
    Some(kept.copied().collect())
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
