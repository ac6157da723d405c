//! The options that a session was begun with, on their way through a variable to the next switch.

use std::path::{Path, PathBuf};

use clap::Parser;

use super::WishArgs;
use super::hook::UseArgs;
use crate::model::Region;
use crate::model::plan::{Narrowing, Wishes};

/// The options that shape a session's credentials and its region, quoted as for a shell; nothing
/// where there are none. A policy is written out: its file may be another one tomorrow.
pub fn options(wishes: &Wishes, region: Option<&Region>) -> Option<String> {
    let Wishes {
        duration,
        min_ttl,
        narrowing,
        assume,
    } = wishes;
    let mut words = Vec::new();
    let mut option = |name: &str, value: &str| words.extend([name.to_owned(), value.to_owned()]);
    if let Some(region) = region {
        option("--region", region.as_str());
    }
    for (name, span) in [("--duration", duration), ("--min-ttl", min_ttl)] {
        if let Some(span) = span {
            option(name, &format!("{}s", span.0));
        }
    }
    for arn in assume {
        option("--assume", &arn.to_string());
    }
    match narrowing {
        Some(Narrowing::Policy(policy)) => option("--policy", policy),
        Some(Narrowing::PolicyArns(arns)) => {
            for arn in arns {
                option("--policy-arn", arn);
            }
        }
        Some(Narrowing::ReadOnly) => words.push("--read-only".to_owned()),
        None => {}
    }
    (!words.is_empty()).then(|| shell_words::join(words))
}

#[derive(Parser)]
#[command(name = "LEAPP_SESSION_OPTIONS")]
struct Begun {
    #[command(flatten)]
    args: UseArgs,
    /// Whose sessions they are, where it was not the usual directory.
    #[arg(long)]
    config_dir: Option<PathBuf>,
}

/// The options of a session, and the directory that its definition came from where that was not the usual
/// one: for a variable of the shell that is this session.
pub fn mark(wishes: &Wishes, region: Option<&Region>, config_dir: Option<&Path>) -> Option<String> {
    let from = config_dir.map(|directory| {
        let directory = directory.to_string_lossy();
        shell_words::join(["--config-dir", &directory])
    });
    let parts: Vec<String> = from.into_iter().chain(options(wishes, region)).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

impl UseArgs {
    /// The same, shaped as the options of an earlier switch say, and the directory that the session's
    /// definition came from. How it is to be done, as `--yes` and `--refresh` say, remains this switch's own.
    ///
    /// # Errors
    /// Where they are no options of ours.
    pub fn as_begun(self, options: &str) -> Result<(Self, Option<PathBuf>), clap::Error> {
        let words = shell_words::split(options)
            .map_err(|error| clap::Error::raw(clap::error::ErrorKind::InvalidValue, error))?;
        let Begun {
            args: begun,
            config_dir,
        } = Begun::try_parse_from(
            std::iter::once("LEAPP_SESSION_OPTIONS".to_owned()).chain(words),
        )?;
        let shaped = Self {
            wishes: WishArgs {
                duration: begun.wishes.duration,
                min_ttl: begun.wishes.min_ttl,
                narrowing: begun.wishes.narrowing,
                assume: begun.wishes.assume,
                ..self.wishes
            },
            region: begun.region,
            ..self
        };
        Ok((shaped, config_dir))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(options: &str) -> Result<UseArgs, clap::Error> {
        let plain = Begun::try_parse_from(["leapp", "prod", "--yes"]).unwrap();
        Ok(plain.args.as_begun(options)?.0)
    }

    #[test]
    fn the_directory_comes_back_as_it_was() {
        let directory = Path::new("/my own/it's");
        let region: Region = "us-east-1".parse().unwrap();
        for region in [None, Some(&region)] {
            let text = mark(&Wishes::default(), region, Some(directory)).unwrap();
            let plain = Begun::try_parse_from(["leapp", "prod"]).unwrap();
            let (shaped, from) = plain.args.as_begun(&text).unwrap();
            assert_eq!(from.as_deref(), Some(directory));
            assert_eq!(shaped.region.as_ref(), region);
        }
        assert_eq!(mark(&Wishes::default(), None, None), None);
    }

    #[test]
    fn options_come_back_as_they_were() {
        let wishes = Wishes {
            duration: Some("1h1m1s".parse().unwrap()),
            min_ttl: None,
            narrowing: Some(Narrowing::Policy(r#"{"a b":"it's"}"#.to_owned())),
            assume: vec!["arn:aws:iam::111122223333:role/A".parse().unwrap()],
        };
        let region: Region = "us-east-1".parse().unwrap();
        let text = options(&wishes, Some(&region)).unwrap();
        let UseArgs {
            alias,
            wishes: again,
            region: there,
            ..
        } = begun(&text).unwrap();
        assert_eq!(alias.as_deref(), Some("prod"));
        assert!(again.yes);
        assert_eq!(again.duration, wishes.duration);
        assert_eq!(again.assume, wishes.assume);
        assert_eq!(again.narrowing.policy.as_deref(), Some(r#"{"a b":"it's"}"#));
        assert_eq!(there, Some(region));
        assert_eq!(options(&Wishes::default(), None), None);
    }

    #[test]
    fn what_is_no_option_is_refused() {
        for text in ["'", "--nope", "--duration=x"] {
            assert!(begun(text).is_err(), "{text}");
        }
    }
}
