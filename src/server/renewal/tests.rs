use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use super::*;
use crate::model::Answered;

thread_local! {
    static CLOCK: Cell<i64> = const { Cell::new(0) };
}

fn at(seconds: i64) {
    CLOCK.set(seconds);
}

fn lasting(issued: i64, life: i64) -> Credentials {
    let answered = Answered {
        access_key_id: "ASIAEXAMPLE".into(),
        secret_access_key: "secret".into(),
        session_token: "token".into(),
        issued: Timestamp(issued),
        expiration: Timestamp(issued + life),
    };
    answered.checked().unwrap()
}

type Answer = Result<Credentials, Failure>;

fn failing(remedy: Remedy) -> Answer {
    let why = "AWS is asked too often".to_owned();
    Err(Failure { remedy, why })
}

/// A course whose renewals have these answers, and what it says.
fn course(answers: Vec<Answer>) -> (Course, Arc<Mutex<Vec<String>>>) {
    let said = Arc::new(Mutex::new(Vec::new()));
    let saying = Arc::clone(&said);
    let mut answers = VecDeque::from(answers);
    let renewal = Renewal {
        renew: Box::new(move |_| answers.pop_front().expect("an answer")),
        tell: Box::new(move |event| saying.lock().unwrap().push(format!("{event:?}"))),
        min_ttl: None,
        now: || Timestamp(CLOCK.get()),
    };
    at(0);
    (Course::new(renewal, lasting(0, 3600)), said)
}

#[test]
fn an_hour_is_renewed_when_twenty_minutes_are_left_and_less_at_its_half() {
    let (course, _) = course(vec![]);
    assert_eq!(course.next, Timestamp(2400));
    let short = Course::new(course.renewal, lasting(0, 900));
    assert_eq!(short.next, Timestamp(450));
    let wished = Renewal {
        min_ttl: Some(Span(2700)),
        ..short.renewal
    };
    assert_eq!(Course::new(wished, lasting(0, 3600)).next, Timestamp(900));
}

#[test]
fn a_failure_is_said_once_and_so_is_its_end() {
    let fails = || failing(Remedy::Time);
    let (mut course, said) = course(vec![fails(), fails(), fails(), Ok(lasting(2410, 3600))]);
    for (time, next) in [(2400, 2401), (2401, 2403), (2403, 2407)] {
        at(time);
        assert!(course.attempt().is_none());
        assert_eq!(course.next, Timestamp(next));
    }
    at(2410);
    assert!(course.attempt().is_some());
    assert_eq!(course.next, Timestamp(2410 + 2400));
    let said = said.lock().unwrap();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("Failing") && said[1] == "Renewed");
}

#[test]
fn a_person_is_called_ten_minutes_ahead_and_once() {
    let (mut course, said) = course((0..4).map(|_| failing(Remedy::Person)).collect());
    for (time, sayings) in [(2400, 0), (2999, 0), (3000, 1), (3015, 1)] {
        at(time);
        course.attempt();
        assert_eq!(course.next, Timestamp(time + 15));
        assert_eq!(said.lock().unwrap().len(), sayings, "{time}");
    }
    assert!(said.lock().unwrap()[0].starts_with("PersonNeeded"));
}

#[test]
fn a_person_is_not_called_before_a_login_would_do_anything() {
    let (course, said) = course((0..3).map(|_| failing(Remedy::Person)).collect());
    let mut course = Course::new(course.renewal, lasting(0, 900));
    for (time, sayings) in [(450, 0), (600, 0), (601, 1)] {
        at(time);
        course.attempt();
        assert_eq!(said.lock().unwrap().len(), sayings, "{time}");
    }
}

#[test]
fn the_end_is_said() {
    let (mut course, said) = course(vec![failing(Remedy::Time), failing(Remedy::Time)]);
    for time in [3599, 3600] {
        at(time);
        course.attempt();
    }
    assert_eq!(said.lock().unwrap()[1], "Expired");
}

#[test]
fn credentials_that_end_at_once_are_not_asked_for_in_a_loop() {
    let (mut course, _) = course(vec![Ok(lasting(2400, 1))]);
    at(2400);
    course.attempt();
    assert_eq!(course.next, Timestamp(2401));
}
