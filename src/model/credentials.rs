//! What STS gives, and the long-lived pair that opens the way to it.

use secrecy::SecretString;

use super::{Span, Timestamp};

/// Short-lived credentials from STS.
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
        let life = self.expiration.after(self.issued).unwrap_or(Span(0));
        let needed = wanted.unwrap_or(COMFORTABLE.min(Span(life.0 / 3)));
        // A clock that was set back since would make them look younger than they are.
        now >= Timestamp(self.issued.0.saturating_sub(CLOCK_STEP))
            && self.left(now).is_some_and(|left| left >= needed)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn lasting(seconds: i64) -> Credentials {
        Credentials {
            access_key_id: "ASIAEXAMPLE".into(),
            secret_access_key: "s".to_owned().into(),
            session_token: "t".to_owned().into(),
            issued: Timestamp(1000),
            expiration: Timestamp(1000 + seconds),
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
