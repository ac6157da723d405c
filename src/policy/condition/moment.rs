//! Points in time as policies write them: the W3C profile of ISO 8601, or seconds since 1970.

use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

use super::operator::Order;
use crate::policy::Holds;

const SECOND: i128 = 1_000_000_000;

/// A point in time, as far as it is known: the whole day where no time of day is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Nanoseconds since 1970.
    first: i128,
    last: i128,
}

impl Moment {
    /// A point in time between two, in seconds since 1970.
    pub(super) fn between(from: i64, to: i64) -> Self {
        Self {
            first: i128::from(from) * SECOND,
            last: i128::from(to) * SECOND,
        }
    }

    /// `None` where the text is neither a date of <https://www.w3.org/TR/NOTE-datetime> nor a number of seconds.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && (5..=11).contains(&text.len()) {
            let seconds = text.parse().ok()?;
            return Some(Self::between(seconds, seconds));
        }
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let (first, next) = days(date)?;
        let Some(time) = time else {
            return Some(Self {
                first: nanoseconds(first, Time::MIDNIGHT, UtcOffset::UTC),
                last: nanoseconds(next, Time::MIDNIGHT, UtcOffset::UTC) - 1,
            });
        };
        // Only a whole date has a time of day.
        if first.next_day()? != next {
            return None;
        }
        let (clock, offset) = zone(time)?;
        let (time, precision) = time_of_day(clock)?;
        let at = nanoseconds(first, time, offset);
        Some(Self {
            first: at,
            last: at + precision - 1,
        })
    }

    /// Whether this stands to the policy's moment as an operator wants it.
    pub(super) fn stands(&self, order: Order, wanted: &Self) -> Holds {
        let less = |a: &Self, b: &Self| Holds::known(a.last < b.first, a.first >= b.last);
        let less_or_equal = |a: &Self, b: &Self| Holds::known(a.last <= b.first, a.first > b.last);
        match order {
            Order::Less => less(self, wanted),
            Order::LessOrEqual => less_or_equal(self, wanted),
            Order::Greater => less(wanted, self),
            Order::GreaterOrEqual => less_or_equal(wanted, self),
            Order::Equal => Holds::known(
                self == wanted && self.first == self.last,
                self.last < wanted.first || self.first > wanted.last,
            ),
        }
    }
}

/// The first day of a year, a month or a day, and the first day after it.
fn days(date: &str) -> Option<(Date, Date)> {
    let mut parts = date.split('-');
    let year = i32::try_from(digits(parts.next()?, 4)?).ok()?;
    let month = parts.next().map(|month| digits(month, 2));
    let day = parts.next().map(|day| digits(day, 2));
    if parts.next().is_some() {
        return None;
    }
    let on = |year, month: u32, day: u32| {
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        Date::from_calendar_date(year, month, u8::try_from(day).ok()?).ok()
    };
    match (month, day) {
        (None, _) => Some((on(year, 1, 1)?, on(year + 1, 1, 1)?)),
        (Some(month), None) => {
            let month = month?;
            let next = if month == 12 {
                on(year + 1, 1, 1)
            } else {
                on(year, month + 1, 1)
            };
            Some((on(year, month, 1)?, next?))
        }
        (Some(month), Some(day)) => {
            let date = on(year, month?, day?)?;
            Some((date, date.next_day()?))
        }
    }
}

/// A time of day without its zone, and the zone, which must be there.
fn zone(time: &str) -> Option<(&str, UtcOffset)> {
    if let Some(clock) = time.strip_suffix('Z') {
        return Some((clock, UtcOffset::UTC));
    }
    let (clock, offset) = time.split_at_checked(time.len().checked_sub(6)?)?;
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let minutes = i32::try_from(digits(hours, 2)? * 60 + digits(minutes, 2)?).ok()?;
    let seconds = match offset.as_bytes()[0] {
        b'+' => minutes * 60,
        b'-' => minutes * -60,
        _ => return None,
    };
    Some((clock, UtcOffset::from_whole_seconds(seconds).ok()?))
}

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.f`, and how many nanoseconds it stands for.
fn time_of_day(clock: &str) -> Option<(Time, i128)> {
    let mut parts = clock.split(':');
    let hour = u8::try_from(digits(parts.next()?, 2)?).ok()?;
    let minute = u8::try_from(digits(parts.next()?, 2)?).ok()?;
    let seconds = parts.next();
    if parts.next().is_some() {
        return None;
    }
    let Some(seconds) = seconds else {
        return Some((Time::from_hms(hour, minute, 0).ok()?, 60 * SECOND));
    };
    let (second, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let second = u8::try_from(digits(second, 2)?).ok()?;
    let nanoseconds = digits(fraction, fraction.len())?
        .checked_mul(10u32.checked_pow(9u32.checked_sub(u32::try_from(fraction.len()).ok()?)?)?)?;
    let time = Time::from_hms_nano(hour, minute, second, nanoseconds).ok()?;
    Some((time, 1))
}

/// A number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

fn nanoseconds(date: Date, time: Time, offset: UtcOffset) -> i128 {
    OffsetDateTime::new_in_offset(date, time, offset).unix_timestamp_nanos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_the_w3c_profile_of_iso_8601_writes_them() {
        let day = 86_400 * SECOND;
        for (text, first, length) in [
            ("1970", 0, 365 * day),
            ("1970-02", 31 * day, 28 * day),
            ("1970-12", 334 * day, 31 * day),
            ("1970-01-02", day, day),
            ("1970-01-01T00:01Z", 60 * SECOND, 60 * SECOND),
            ("1970-01-01T00:00:01Z", SECOND, 1),
            ("1970-01-01T00:00:01.5Z", SECOND * 3 / 2, 1),
            ("1970-01-01T01:00:01+01:00", SECOND, 1),
            ("1969-12-31T19:00:01-05:00", SECOND, 1),
            ("1577836801", 1_577_836_801 * SECOND, 1),
        ] {
            let moment = Moment::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (moment.first, moment.last),
                (first, first + length - 1),
                "{text}"
            );
        }
        for text in [
            "",
            "soon",
            "1970-1-1",
            "1970-13",
            "1970-02-30",
            "1970-01-01T00:00:01",
            "1970-01-01 00:00:01Z",
            "1970-01T00:00Z",
            "1970-01-01T24:00:00Z",
            "1970-01-01T00:00:00.Z",
            "1970-01-01T00:00:00.1234567890Z",
            "1970-01-01Té",
            "157783680100",
            "-1",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_known_to_the_second_is_compared_as_far_as_it_is() {
        let moment = |from, to| Moment::between(from, to);
        let at = moment(100, 100);
        for (is, order, expected) in [
            (moment(90, 99), Order::Less, Holds::Yes),
            (moment(90, 100), Order::Less, Holds::Unknown),
            (moment(100, 110), Order::Less, Holds::No),
            (moment(90, 100), Order::LessOrEqual, Holds::Yes),
            (moment(90, 101), Order::LessOrEqual, Holds::Unknown),
            (moment(101, 110), Order::LessOrEqual, Holds::No),
            (moment(101, 110), Order::Greater, Holds::Yes),
            (moment(90, 100), Order::Greater, Holds::No),
            (moment(90, 110), Order::GreaterOrEqual, Holds::Unknown),
            (moment(90, 110), Order::Equal, Holds::Unknown),
            (moment(100, 100), Order::Equal, Holds::Yes),
            (moment(101, 110), Order::Equal, Holds::No),
        ] {
            assert_eq!(is.stands(order, &at), expected, "{is:?} {order:?}");
        }
    }
}
