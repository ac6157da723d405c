//! What STS gives, and the long-lived pair that opens the way to it.

use secrecy::{ExposeSecret, SecretString};

use super::{InvalidMember, Span, Timestamp, ascii_text};

/// Short-lived credentials from STS. [`Answered::checked`] alone makes them.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The identifier, `ASIA...`. Not a secret.
    pub access_key_id: String,
    /// The signing secret.
    pub secret_access_key: SecretString,
    /// The token that STS wants beside every signature made with the secret.
    pub session_token: SecretString,
    /// When they were asked for.
    pub issued: Timestamp,
    /// When AWS begins to refuse them.
    pub expiration: Timestamp,
    _checked: Checked,
}

/// Keeps credentials from being put together anywhere else.
#[derive(Clone, Debug)]
struct Checked;

/// Credentials as an answer or the cache has them, before they are believed.
#[derive(Debug)]
pub struct Answered {
    /// `AccessKeyId`.
    pub access_key_id: String,
    /// `SecretAccessKey`.
    pub secret_access_key: SecretString,
    /// `SessionToken`.
    pub session_token: SecretString,
    /// When they were asked for.
    pub issued: Timestamp,
    /// `Expiration`, by the clock that `issued` was read from.
    pub expiration: Timestamp,
}

/// The longest access key id that AWS documents, in characters.
pub const LONGEST_ID: usize = 128;
/// AWS's secrets have 40 characters; other programs that speak its protocol have longer ones.
const LONGEST_SECRET: usize = 1024;
/// AWS sets no limit for tokens. An environment variable of Linux holds 128 KiB.
const LONGEST_TOKEN: usize = 64 * 1024;
/// The longest life that an endpoint gives: `MinIO` has a week, AWS has 36 hours.
pub const LONGEST_LIFE: Span = Span(7 * 24 * 3600);

impl Answered {
    /// The credentials, where every member can be what it should be.
    ///
    /// # Errors
    /// [`InvalidMember`], which names the member.
    pub fn checked(self) -> Result<Credentials, InvalidMember> {
        ascii_text("AccessKeyId", &self.access_key_id, LONGEST_ID)?;
        secret(&self.secret_access_key)?;
        let token = self.session_token.expose_secret();
        ascii_text("SessionToken", token, LONGEST_TOKEN)?;
        match self.expiration.after(self.issued) {
            None => return Err(InvalidMember::Expired),
            Some(life) if life > LONGEST_LIFE => return Err(InvalidMember::TooFar(LONGEST_LIFE)),
            Some(_) => {}
        }
        Ok(Credentials {
            access_key_id: self.access_key_id,
            secret_access_key: self.secret_access_key,
            session_token: self.session_token,
            issued: self.issued,
            expiration: self.expiration,
            _checked: Checked,
        })
    }
}

/// What sessions accept as an access key id, too.
fn is_long_lived(id: &str) -> bool {
    let admitted = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    id.len() >= 16 && id.bytes().all(admitted) && !id.starts_with("ASIA")
}

fn secret(value: &SecretString) -> Result<(), InvalidMember> {
    ascii_text("SecretAccessKey", value.expose_secret(), LONGEST_SECRET).map(drop)
}

/// Below this, the AWS SDKs begin to renew: credentials with less left make a child start on the
/// wrong foot.
const COMFORTABLE: Span = Span(15 * 60);

impl Credentials {
    /// What is left of them at `now`; `None` when they have expired.
    pub fn left(&self, now: Timestamp) -> Option<Span> {
        self.life().left(now)
    }

    /// Whether they are good for `wanted` from `now` on; see [`Life::serves`].
    pub fn serve(&self, now: Timestamp, wanted: Option<Span>) -> bool {
        self.life().serves(now, wanted)
    }

    /// From when to when.
    pub fn life(&self) -> Life {
        Life {
            issued: self.issued,
            expiration: self.expiration,
        }
    }
}

/// From when to when credentials live: all that must be known to tell whether they serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// When they were asked for.
    pub issued: Timestamp,
    /// When AWS begins to refuse them.
    pub expiration: Timestamp,
}

impl Life {
    /// What is left of it at `now`; `None` when it is over.
    pub fn left(self, now: Timestamp) -> Option<Span> {
        self.expiration.after(now)
    }

    /// Whether `wanted` is left from `now` on. Where nothing particular is `wanted`, that is 15
    /// minutes, or a third of the life if that is less.
    pub fn serves(self, now: Timestamp, wanted: Option<Span>) -> bool {
        !self.is_from_future(now) && self.lasts(now, wanted)
    }

    /// The same for who does not mind that the clock was set back.
    pub fn lasts(self, now: Timestamp, wanted: Option<Span>) -> bool {
        let life = self.expiration.after(self.issued).unwrap_or(Span(0));
        let needed = wanted.unwrap_or(COMFORTABLE.min(Span(life.0 / 3)));
        self.left(now).is_some_and(|left| left >= needed)
    }

    /// Whether the clock was set back since: then credentials look younger than they are.
    pub fn is_from_future(self, now: Timestamp) -> bool {
        now < Timestamp(self.issued.0.saturating_sub(CLOCK_STEP))
    }
}

/// How far behind the time of issue the clock may stand before the entry counts as from the future,
/// in seconds: what AWS itself forgives.
const CLOCK_STEP: i64 = 5 * 60;

/// The long-lived pair of an IAM user.
#[derive(Clone, Debug)]
pub struct AccessKey {
    /// The identifier, `AKIA...`. Not a secret.
    pub access_key_id: String,
    /// The signing secret. It never leaves the resolver.
    pub secret_access_key: SecretString,
}

impl AccessKey {
    /// A new key as IAM answers it, where both members can be what they should be.
    ///
    /// # Errors
    /// [`InvalidMember`], which names the member.
    pub fn checked(
        access_key_id: String,
        secret_access_key: SecretString,
    ) -> Result<Self, InvalidMember> {
        ascii_text("AccessKeyId", &access_key_id, LONGEST_ID)?;
        if !is_long_lived(&access_key_id) {
            return Err(InvalidMember::Form("AccessKeyId", "a long-lived key's"));
        }
        secret(&secret_access_key)?;
        Ok(Self {
            access_key_id,
            secret_access_key,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(seconds: i64) -> Answered {
        Answered {
            access_key_id: "ASIAEXAMPLE".into(),
            secret_access_key: "s".to_owned().into(),
            session_token: "t".to_owned().into(),
            issued: Timestamp(1000),
            expiration: Timestamp(1000 + seconds),
        }
    }

    fn lasting(seconds: i64) -> Credentials {
        answered(seconds).checked().unwrap()
    }

    #[test]
    fn a_member_that_cannot_be_right_is_named() {
        let week = i64::try_from(LONGEST_LIFE.0).unwrap();
        assert!(answered(1).checked().is_ok() && answered(week).checked().is_ok());
        for (seconds, wrong) in [
            (0, InvalidMember::Expired),
            (-1000, InvalidMember::Expired),
            (i64::MIN, InvalidMember::Expired),
            (week + 1, InvalidMember::TooFar(LONGEST_LIFE)),
            (i64::MAX - 1000, InvalidMember::TooFar(LONGEST_LIFE)),
        ] {
            let expiration = Timestamp(1000_i64.saturating_add(seconds));
            let odd = Answered {
                expiration,
                ..answered(1)
            };
            assert_eq!(odd.checked().unwrap_err(), wrong, "{seconds}");
        }
        for odd in ["", " ", "a\nb", "\u{202e}"] {
            for (index, name) in ["AccessKeyId", "SecretAccessKey", "SessionToken"]
                .into_iter()
                .enumerate()
            {
                let part =
                    |own: usize, good: &str| if own == index { odd } else { good }.to_owned();
                let spoiled = Answered {
                    access_key_id: part(0, "ASIAEXAMPLE"),
                    secret_access_key: part(1, "s").into(),
                    session_token: part(2, "t").into(),
                    ..answered(1)
                };
                let said = spoiled.checked().unwrap_err().to_string();
                assert!(said.starts_with(&format!("`{name}` ")), "{said}");
            }
        }
    }

    #[test]
    fn a_new_access_key_has_the_form_of_one() {
        let id = "AKIAIOSFODNN7EXAMPLE";
        assert!(AccessKey::checked(id.into(), "s".into()).is_ok());
        for (id, secret) in [
            (id, ""),
            ("", "s"),
            ("AKIA", "s"),
            ("akiaiosfodnn7example", "s"),
            ("ASIAIOSFODNN7EXAMPLE", "s"),
        ] {
            let refused = AccessKey::checked(id.into(), secret.into());
            assert!(refused.is_err(), "{id}");
        }
    }

    #[test]
    fn they_serve_while_fifteen_minutes_or_a_third_are_left() {
        let hour = lasting(3600);
        assert!(hour.serve(Timestamp(1000 + 2700), None));
        assert!(!hour.serve(Timestamp(1000 + 2701), None));
        let quarter = lasting(900);
        assert!(quarter.serve(Timestamp(1000 + 600), None));
        assert!(!quarter.serve(Timestamp(1000 + 601), None));
    }

    #[test]
    fn a_wish_replaces_the_margin() {
        let hour = lasting(3600);
        assert!(!hour.serve(Timestamp(1000 + 2000), Some(Span(1800))));
        assert!(hour.serve(Timestamp(1000 + 3500), Some(Span::MINUTE)));
        assert!(!hour.serve(Timestamp(1000 + 3600), Some(Span(0))));
    }

    #[test]
    fn credentials_from_the_future_do_not_serve() {
        assert!(!lasting(3600).serve(Timestamp(1000 - 301), None));
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", lasting(1));
        assert!(
            !shown.contains("\"s\"") && !shown.contains("\"t\""),
            "{shown}"
        );
    }
}
