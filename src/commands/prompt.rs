//! `leapp prompt`: the session of this environment, from its variables alone.

use super::error::CommandError;
use crate::cli::PromptArgs;
use crate::model::{Alias, Region, Timestamp};
use crate::settings::InheritedSession;
use crate::ui::printer::exact;

/// Prints the prompt segment; nothing where there is no session.
pub(super) fn run(
    args: &PromptArgs,
    session: Option<&InheritedSession>,
    now: Timestamp,
) -> Result<(), CommandError> {
    let segment = fill(
        &args.format,
        session.and_then(|s| Shown::new(s, now)).as_ref(),
    )?;
    if !segment.is_empty() {
        // The format is the user's, colours included; the names in it are filled with what was checked.
        exact(&format!("{segment}\n"))?;
    }
    Ok(())
}

/// What a prompt may show: a variable that holds anything else than it should is not shown, since
/// prompts are evaluated by shells.
struct Shown {
    alias: String,
    account: String,
    region: String,
    left: String,
    overridden_by: Option<&'static str>,
}

impl Shown {
    fn new(session: &InheritedSession, now: Timestamp) -> Option<Self> {
        let alias: Alias = session.alias.parse().ok()?;
        let digits = |text: &&String| text.bytes().all(|b| b.is_ascii_digit());
        let region = session
            .region
            .as_ref()
            .and_then(|r| r.parse::<Region>().ok());
        let expiration = session.expiration.as_ref().filter(digits);
        let expiration = expiration.filter(|_| session.overridden_by.is_none());
        let left = expiration.and_then(|e| e.parse().ok()).map(|expiration| {
            let left = Timestamp(expiration).after(now);
            left.map_or_else(|| "expired".to_owned(), |left| left.rounded().to_string())
        });
        Some(Self {
            alias: alias.to_string(),
            account: session
                .account
                .as_ref()
                .filter(digits)
                .cloned()
                .unwrap_or_default(),
            region: region.map(|region| region.to_string()).unwrap_or_default(),
            left: left.unwrap_or_default(),
            overridden_by: session.overridden_by,
        })
    }
}

/// The format with its names filled in. A name that there is not is an error also while there is no
/// session: a prompt is set up once, and mostly then.
fn fill(format: &str, shown: Option<&Shown>) -> Result<String, CommandError> {
    let mut filled = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('{') {
        filled += before;
        let (name, after) = after
            .split_once('}')
            .ok_or_else(|| CommandError::prompt_unclosed(after))?;
        let value: fn(&Shown) -> &String = match name {
            "alias" => |shown| &shown.alias,
            "account" => |shown| &shown.account,
            "region" => |shown| &shown.region,
            "left" => |shown| &shown.left,
            _ => return Err(CommandError::prompt_format(name)),
        };
        filled += shown.map_or("", |shown| value(shown));
        rest = after;
    }
    filled += rest;
    let Some(shown) = shown else {
        return Ok(String::new());
    };
    // Below `leapp-exec --serve` there is no `{left}` behind the alias.
    let filled = filled.trim_end();
    Ok(match shown.overridden_by {
        Some(variable) => format!("{filled} overridden by {variable}"),
        None => filled.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::error::Kind;

    fn shown(alias: &str, expiration: &str, format: &str) -> Option<String> {
        let session = InheritedSession {
            alias: alias.to_owned(),
            account: Some("111122223333".to_owned()),
            region: Some("eu-west-1".to_owned()),
            expiration: Some(expiration.to_owned()),
            overridden_by: None,
        };
        fill(format, Shown::new(&session, Timestamp(1000)).as_ref()).ok()
    }

    #[test]
    fn names_are_filled_in() {
        let all = "{alias}|{account}|{region}|{left}";
        let text = shown("prod", "1720", all).unwrap();
        assert_eq!(text, "prod|111122223333|eu-west-1|12m");
        assert_eq!(shown("prod", "1000", "{left}").unwrap(), "expired");
        assert_eq!(shown("prod", "a[$(id)]", "<{left}>").unwrap(), "<>");
        assert_eq!(shown("$(id)", "1720", all).unwrap(), "");
    }

    #[test]
    fn credentials_that_are_renewed_have_no_end() {
        assert_eq!(shown("prod", "", "{alias} {left}").unwrap(), "prod");
    }

    #[test]
    fn an_override_is_shown_whatever_the_format() {
        let session = InheritedSession {
            alias: "prod".to_owned(),
            account: None,
            region: None,
            expiration: Some("1720".to_owned()),
            overridden_by: Some("AWS_PROFILE"),
        };
        let shown = Shown::new(&session, Timestamp(1000));
        for format in ["{alias} {left}", "{alias}"] {
            let text = fill(format, shown.as_ref()).unwrap();
            assert_eq!(text, "prod overridden by AWS_PROFILE");
        }
    }

    #[test]
    fn other_names_are_refused() {
        for format in ["{nope}", "{alias", "{}"] {
            assert_eq!(shown("prod", "1720", format), None, "{format}");
        }
        let error = fill("{nope}", None).unwrap_err();
        assert_eq!(error.kind, Kind::Usage);
    }
}
