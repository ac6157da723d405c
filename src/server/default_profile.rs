//! What in an AWS config file wins over an endpoint.

/// The settings of a profile from which the SDKs would take credentials before they ask an endpoint:
/// keys, a command, a role, a login. Tried with boto3, the AWS CLI, Terraform and the SDK for Node.
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

/// The file without what gives the default profile credentials; `None` where nothing does. Everything
/// else is as it was: its region, its output format, and every profile that has to be named.
pub fn without_credentials(config: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::with_capacity(config.len());
    let (mut in_default, mut dropping) = (false, false);
    for line in config.split_inclusive(|&byte| byte == b'\n') {
        let is_indented = line.first().is_some_and(|b| b" \t".contains(b));
        let text = String::from_utf8_lossy(line);
        let text = text.trim();
        if let Some(section) = section(text) {
            in_default = is_default(section);
            dropping = false;
        } else if !text.is_empty() && !is_indented {
            dropping = in_default && is_source(text);
        }
        // What is indented belongs to the setting above it.
        if !dropping || text.is_empty() {
            kept.extend_from_slice(line);
        }
    }
    (kept.len() < config.len()).then_some(kept)
}

/// The name between the brackets of a line that begins a section.
fn section(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix('[')?.split_once(']')?;
    Some(name.trim())
}

/// Both spellings are known, and quotes are admitted.
fn is_default(section: &str) -> bool {
    let name = match section.strip_prefix("profile") {
        Some(rest) if rest.starts_with([' ', '\t']) => rest.trim(),
        _ => section,
    };
    name.trim_matches(['"', '\'']) == "default"
}

fn is_source(line: &str) -> bool {
    let name = line.split(['=', ':']).next().unwrap_or_default().trim();
    SOURCES
        .iter()
        .any(|source| name.eq_ignore_ascii_case(source))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(config: &str) -> Option<String> {
        without_credentials(config.as_bytes()).map(|kept| String::from_utf8(kept).unwrap())
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
