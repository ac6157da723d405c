use super::*;

fn refused(kind: AwsErrorKind) -> HopError {
    HopError::Sts(AwsError {
        kind,
        message: "AWS's own \u{1b}[2J words".to_owned(),
        request_id: Some("8c1f4c1e".to_owned()),
        place: "STS at region eu-west-1".to_owned(),
        route: None,
    })
}

fn askers() -> [(&'static str, Asker); 7] {
    [
        ("nothing", Asker::Nothing),
        ("code 1", Asker::Given("111111".into())),
        ("code 2", Asker::Given("222222".into())),
        ("program", Asker::Program),
        ("person", Asker::Person),
        ("assertion", Asker::Assertion),
        ("login", Asker::Login),
    ]
}

/// The askers that a failure of another one is told to.
fn told_to(cause: &HopError, asker: &Asker) -> Vec<&'static str> {
    let Some(told) = Told::of(cause, asker, "way") else {
        return Vec::new();
    };
    let bytes = told.bytes();
    let concerned = |(_, other): &(&str, Asker)| {
        let told = Told::read(&bytes).expect("whole");
        let cause_there = told.cause_for(other, "way");
        assert!(
            cause_there
                .as_ref()
                .is_none_or(|there| there.to_string() == cause.to_string())
        );
        cause_there.is_some()
    };
    let concerned = askers().into_iter().filter(concerned);
    concerned.map(|(name, _)| name).collect()
}

#[test]
fn a_failure_is_told_to_those_whom_it_would_meet_as_well() {
    let all = [
        "nothing",
        "code 1",
        "code 2",
        "program",
        "person",
        "assertion",
        "login",
    ];
    let code = || Asker::Given("111111".into());
    for kind in [
        AwsErrorKind::TimedOut,
        AwsErrorKind::Unavailable,
        AwsErrorKind::Throttled,
    ] {
        for (_, asker) in askers() {
            assert_eq!(told_to(&refused(kind), &asker), all, "{kind:?}");
        }
    }
    assert_eq!(told_to(&refused(AwsErrorKind::AccessDenied), &code()), all);
    let wrong_code = refused(AwsErrorKind::MfaCodeRejected);
    assert_eq!(told_to(&wrong_code, &code()), ["code 1"]);
    assert_eq!(told_to(&wrong_code, &Asker::Program), ["program"]);
    assert!(told_to(&wrong_code, &Asker::Person).is_empty());
    let login = refused(AwsErrorKind::ClaimRejected);
    assert_eq!(told_to(&login, &Asker::Login), ["login"]);
    assert!(told_to(&login, &Asker::Assertion).is_empty());
    // Of this process alone.
    let local = refused(AwsErrorKind::Local);
    assert!(told_to(&local, &Asker::Nothing).is_empty());
    for asker in [Asker::Person, Asker::Nobody, code()] {
        assert!(told_to(&HopError::Mfa(MfaError::of_program()), &asker).is_empty());
    }
}

#[test]
fn what_a_login_or_a_program_came_to_is_told_word_for_word() {
    let limit = Duration::from_mins(5);
    let grant = Grant {
        role: "arn:aws:iam::111122223333:role/a".parse().unwrap(),
        provider: "arn:aws:iam::111122223333:saml-provider/b".parse().unwrap(),
    };
    let program = |timed_out, key| {
        let program = "oathtool".to_owned();
        if timed_out {
            AnswerError::TimedOut {
                key,
                program,
                limit,
            }
        } else {
            AnswerError::Failed {
                key,
                program,
                status: "exit status: 3".to_owned(),
            }
        }
    };
    for cause in [
        HopError::NotGranted {
            granted: vec![grant],
        },
        HopError::Untimely(Untimely::Early(Span(90))),
        HopError::Untimely(Untimely::Late(Span(90))),
        HopError::Idp(BrowserError::Closed.into()),
        HopError::Idp(BrowserError::TimedOut { limit }.into()),
        HopError::Idp(IdpError::Assertion(AssertionError::NoRoles)),
        HopError::Idp(IdpError::Assertion(AssertionError::TooLong)),
        HopError::Idp(IdpError::Assertion(AssertionError::Refused("no".into()))),
        HopError::Idp(program(false, SAML_PROCESS).into()),
        HopError::Idp(program(true, SAML_PROCESS).into()),
    ] {
        assert_eq!(told_to(&cause, &Asker::Login), ["login"], "{cause}");
    }
    for cause in [
        MfaError::of_program(),
        program(false, MFA_PROCESS).into(),
        program(true, MFA_PROCESS).into(),
    ] {
        assert_eq!(told_to(&HopError::Mfa(cause), &Asker::Program), ["program"]);
    }
}

#[test]
fn who_takes_another_way_to_aws_is_not_concerned() {
    let told = Told::of(&refused(AwsErrorKind::TimedOut), &Asker::Nothing, "proxy a").unwrap();
    assert!(told.cause_for(&Asker::Nothing, "proxy b").is_none());
}

#[test]
fn a_code_is_not_in_what_is_written() {
    let asker = Asker::Given("135790".into());
    let told = Told::of(&refused(AwsErrorKind::MfaCodeRejected), &asker, "").unwrap();
    assert!(!String::from_utf8(told.bytes()).unwrap().contains("135790"));
}

#[test]
fn a_failure_that_was_cut_off_is_none() {
    let told = Told::of(&refused(AwsErrorKind::TimedOut), &Asker::Nothing, "").unwrap();
    let bytes = told.bytes();
    for length in 0..bytes.len() {
        assert!(Told::read(&bytes[..length]).is_none());
    }
}
