//! Points in time and lengths of time, in whole seconds. Nothing here reads a clock.

use std::fmt;
use std::str::FromStr;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A point in time: seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// How long from `now` until this point; `None` when it has passed.
    pub fn after(self, now: Timestamp) -> Option<Span> {
        u64::try_from(self.0.saturating_sub(now.0))
            .ok()
            .filter(|&s| s > 0)
            .map(Span)
    }

    /// This point as RFC 3339 in UTC, with `Z`: `2026-11-22T09:30:00Z`.
    pub fn rfc3339(self) -> String {
        OffsetDateTime::from_unix_timestamp(self.0)
            .ok()
            .and_then(|at| at.format(&Rfc3339).ok())
            // Outside years 0 to 9999: no credentials live there, and the number is still the truth.
            .unwrap_or_else(|| self.0.to_string())
    }
}

/// A length of time in seconds. Written as `15m`, `36h`, `1h30m`, `90s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub u64);

/// The text is not a [`Span`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a duration (write `15m`, `1h`, `1h30m` or `900s`)")]
pub struct InvalidSpan(String);

impl Span {
    /// One minute.
    pub const MINUTE: Self = Self(60);
    /// One hour.
    pub const HOUR: Self = Self(3600);

    /// Rounded down to what a person wants to know of a time that passes: whole minutes, and seconds
    /// only within the last five minutes.
    #[must_use]
    pub fn rounded(self) -> Self {
        match self.0 {
            300.. => Self(self.0 / 60 * 60),
            seconds => Self(seconds),
        }
    }
}

impl FromStr for Span {
    type Err = InvalidSpan;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidSpan(text.to_owned());
        let (mut total, mut rest, mut last_unit) = (0u64, text, u64::MAX);
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number: u64 = rest[..digits].parse().map_err(|_| invalid())?;
            let unit = match rest.as_bytes().get(digits) {
                Some(b'd') => 24 * 3600,
                Some(b'h') => 3600,
                Some(b'm') => 60,
                Some(b's') => 1,
                _ => return Err(invalid()),
            };
            // `1m1h` and `1h1h` are slips, not durations.
            if unit >= last_unit {
                return Err(invalid());
            }
            last_unit = unit;
            total = number
                .checked_mul(unit)
                .and_then(|s| total.checked_add(s))
                .ok_or_else(invalid)?;
            rest = &rest[digits + 1..];
        }
        if total == 0 {
            Err(invalid())
        } else {
            Ok(Self(total))
        }
    }
}

/// Exact, so that a value and its limit never look the same: `12h`, `1h30m`, `12h10s`, `0s`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [
            (self.0 / 3600, 'h'),
            (self.0 / 60 % 60, 'm'),
            (self.0 % 60, 's'),
        ];
        for (number, unit) in units.into_iter().filter(|(number, _)| *number > 0) {
            write!(f, "{number}{unit}")?;
        }
        if self.0 == 0 {
            f.write_str("0s")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_written() {
        for (text, seconds, shown) in [
            ("15m", 900, "15m"),
            ("36h", 129_600, "36h"),
            ("7d", 604_800, "168h"),
            ("1d12h", 129_600, "36h"),
            ("1h30m", 5400, "1h30m"),
            ("90s", 90, "1m30s"),
            ("3600s", 3600, "1h"),
            ("43210s", 43_210, "12h10s"),
            ("12h10s", 43_210, "12h10s"),
            ("3661s", 3661, "1h1m1s"),
            ("901s", 901, "15m1s"),
        ] {
            let span: Span = text.parse().unwrap();
            assert_eq!((span.0, span.to_string().as_str()), (seconds, shown));
        }
        for text in [
            "",
            "0m",
            "15",
            "m",
            "1x",
            "-1h",
            "1 h",
            "1m1h",
            "1h1h",
            "99999999999999999999h",
            "é",
        ] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }

    #[test]
    fn times_that_pass_are_rounded_down() {
        for (seconds, shown) in [
            (0, "0s"),
            (59, "59s"),
            (299, "4m59s"),
            (300, "5m"),
            (3599, "59m"),
            (3659, "1h"),
            (43_199, "11h59m"),
        ] {
            assert_eq!(Span(seconds).rounded().to_string(), shown);
        }
    }

    #[test]
    fn timestamps_are_written_in_utc() {
        assert_eq!(Timestamp(0).rfc3339(), "1970-01-01T00:00:00Z");
        assert_eq!(Timestamp(1_795_338_000).rfc3339(), "2026-11-22T09:00:00Z");
        assert_eq!(Timestamp(10).after(Timestamp(4)), Some(Span(6)));
        assert_eq!(Timestamp(10).after(Timestamp(10)), None);
    }
}
