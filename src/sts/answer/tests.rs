use aws_sdk_sts::primitives::DateTime;

use super::*;

const ID: &str = "ASIAIOSFODNN7EXAMPLE";
const DAY: i64 = 24 * 3600;

fn address(own: bool) -> StsAddress {
    StsAddress {
        region: "eu-west-1".parse().unwrap(),
        endpoint_url: own.then(|| "http://127.0.0.1:5000".parse().unwrap()),
    }
}

fn given(id: &str, expiration: i64) -> StsCredentials {
    let given = StsCredentials::builder()
        .access_key_id(id)
        .secret_access_key("s")
        .session_token("t")
        .expiration(DateTime::from_secs(expiration));
    given.build().unwrap()
}

/// The end of an hour that was asked for at `ours`, by a clock that may be wrong.
fn end(own: bool, ours: i64, theirs: Option<i64>, end: i64) -> Result<i64, InvalidMember> {
    let asked = Asked {
        at: &address(own),
        ours: Timestamp(ours),
        theirs: theirs.map(Timestamp),
        lifetime: Span::HOUR,
    };
    credentials(asked, Some(given(ID, end))).map(|made| made.expiration.0)
}

#[test]
fn a_life_is_counted_by_the_clock_of_aws_and_is_no_longer_than_was_asked() {
    // AWS's clock says 1,000,000 when it answers, and gives an hour.
    for (ours, expiration) in [
        (1_000_000, 1_003_600),
        (1_000_300, 1_003_600),
        (999_760, 1_003_360),
        (1_000_000 - DAY / 2, 1_003_600 - DAY / 2),
        (1_000_000 + DAY, 1_003_600 + DAY),
    ] {
        let made = end(false, ours, Some(1_000_000), 1_003_600);
        assert_eq!(made, Ok(expiration), "{ours}");
    }
    // A shorter life stays one, by either clock.
    assert_eq!(
        end(false, 1_000_000, Some(1_000_000), 1_000_900),
        Ok(1_000_900)
    );
    assert_eq!(
        end(false, 1_000_000 + DAY, Some(1_000_000), 1_000_900),
        Ok(1_000_900 + DAY)
    );
    // Without a `Date`, the clock here has to do.
    assert_eq!(end(false, 1_000_000, None, 1_003_600), Ok(1_003_600));
}

#[test]
fn an_end_in_the_past_or_the_far_future_is_refused() {
    let now = 1_000_000;
    for own in [false, true] {
        assert_eq!(
            end(own, now, Some(now), 0),
            Err(InvalidMember::Missing("Expiration"))
        );
        for past in [now, now - 1, 1, -1, i64::MIN] {
            assert_eq!(end(own, now, Some(now), past), Err(InvalidMember::Expired));
            assert_eq!(end(own, now, None, past), Err(InvalidMember::Expired));
        }
        for far in [now + 8 * DAY, 4_102_444_800, 253_402_300_799, i64::MAX] {
            let refused = end(own, now, Some(now), far).unwrap_err();
            assert!(matches!(refused, InvalidMember::TooFar(_)), "{refused}");
        }
    }
    // AWS gives what it is asked for. Others may give more, of which no more is used.
    assert_eq!(end(false, now, Some(now), now + 3900), Ok(now + 3600));
    assert!(end(false, now, Some(now), now + 3901).is_err());
    assert_eq!(end(true, now, Some(now), now + 7 * DAY), Ok(now + 3600));
}

#[test]
fn an_access_key_id_of_aws_has_the_form_of_one() {
    for (own, id, good) in [
        (false, ID, true),
        (false, "short", false),
        (false, "ASIA-OSFODNN7EXAMPLE", false),
        (true, "short", true),
        (true, "with space", false),
        (true, "", false),
        (false, "", false),
    ] {
        let asked = Asked {
            at: &address(own),
            ours: Timestamp(1000),
            theirs: None,
            lifetime: Span::HOUR,
        };
        let made = credentials(asked, Some(given(id, 4600)));
        assert_eq!(made.is_ok(), good, "{own} {id}");
    }
}

#[test]
fn credentials_of_another_role_are_refused() {
    let role: RoleArn = "arn:aws:iam::111122223333:role/team/Admin".parse().unwrap();
    let says = |own, arn: Option<&str>| {
        let user = arn.map(|arn| {
            let user = AssumedRoleUser::builder().assumed_role_id("AROA:x");
            user.arn(arn).build().unwrap()
        });
        assumed(&address(own), &role, user).is_ok()
    };
    for (arn, of_aws, of_others) in [
        (
            Some("arn:aws:sts::111122223333:assumed-role/Admin/alice"),
            true,
            true,
        ),
        (Some(""), false, true),
        (None, false, true),
        (Some("arn:aws:sts:::assumed-role/Admin/alice"), false, true),
        (
            Some("arn:aws:sts::444455556666:assumed-role/Admin/alice"),
            false,
            false,
        ),
        (
            Some("arn:aws:sts::111122223333:assumed-role/Other/alice"),
            false,
            false,
        ),
        (
            Some("arn:aws:sts::111122223333:assumed-role/Admin"),
            false,
            false,
        ),
        (Some("arn:aws:iam::111122223333:role/Admin"), false, false),
        (Some("Admin"), false, false),
        (
            Some("arn:aws:sts::111122223333:assumed-role/Admin/a b"),
            false,
            false,
        ),
    ] {
        assert_eq!(
            (says(false, arn), says(true, arn)),
            (of_aws, of_others),
            "{arn:?}"
        );
    }
}

#[test]
fn an_identity_has_an_account_an_arn_of_it_and_an_id() {
    let good = [
        "111122223333",
        "arn:aws:iam::111122223333:user/alice",
        "AIDAEXAMPLE",
    ];
    let check = |[account, arn, id]: [Option<&str>; 3]| {
        let own = |text: Option<&str>| text.map(str::to_owned);
        identity(own(account), own(arn), own(id)).is_ok()
    };
    assert!(check(good.map(Some)));
    for (index, odd) in [
        (0, "1111"),
        (0, "11112222333a"),
        (0, "444455556666"),
        (1, "alice"),
        (1, "arn:aws:iam::111122223333:"),
        (1, "arn:aws:s3::111122223333:user/alice"),
        (1, "arn:aws:iam::111122223333:user/alice\u{1b}[2J"),
        (2, "A B"),
    ] {
        let mut parts = good.map(Some);
        parts[index] = Some(odd);
        assert!(!check(parts), "{odd}");
    }
    for index in 0..3 {
        for nothing in [None, Some("")] {
            let mut parts = good.map(Some);
            parts[index] = nothing;
            assert!(!check(parts), "{index}");
        }
    }
}
