use std::sync::mpsc::sync_channel;

use super::*;
use crate::model::Answered;

const NOW: Timestamp = Timestamp(1000);

fn lasting(until: i64) -> Credentials {
    let answered = Answered {
        access_key_id: "ASIAEXAMPLE".into(),
        secret_access_key: "secret".into(),
        session_token: "token".into(),
        issued: Timestamp(900),
        expiration: Timestamp(until),
    };
    answered.checked().unwrap()
}

fn keeper(until: i64) -> (Keeper, watch::Sender<Credentials>) {
    let (publish, current) = watch::channel(lasting(until));
    let keeper = Keeper {
        token: Token::new().unwrap(),
        current,
        hurry: sync_channel(1).0,
        now: || NOW,
    };
    (keeper, publish)
}

fn status(keeper: &Keeper, change: impl FnOnce(&mut Request<()>)) -> u16 {
    let mut request = Request::new(());
    *request.uri_mut() = PATH.parse().unwrap();
    let headers = request.headers_mut();
    headers.insert(HOST, "127.0.0.1:4711".parse().unwrap());
    let token = keeper.token.to_secret();
    headers.insert(AUTHORIZATION, token.expose_secret().parse().unwrap());
    change(&mut request);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let answer = runtime.unwrap().block_on(keeper.answer(&request));
    answer.status().as_u16()
}

#[test]
fn who_asks_rightly_is_answered() {
    let (keeper, _publish) = keeper(1001);
    assert_eq!(status(&keeper, |_| {}), 200);
}

#[test]
fn the_token_must_be_there_once_and_be_right() {
    let (keeper, _publish) = keeper(1001);
    let none = |request: &mut Request<()>| drop(request.headers_mut().remove(AUTHORIZATION));
    assert_eq!(status(&keeper, none), 401);
    let twice = |request: &mut Request<()>| {
        let same = request.headers()[AUTHORIZATION].clone();
        request.headers_mut().append(AUTHORIZATION, same);
    };
    assert_eq!(status(&keeper, twice), 401);
    let wrong = |request: &mut Request<()>| {
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, HeaderValue::from_static("wrong"));
    };
    assert_eq!(status(&keeper, wrong), 401);
}

#[test]
fn the_host_must_be_this_machine() {
    let (keeper, _publish) = keeper(1001);
    for (host, expected) in [
        ("localhost", 200),
        ("leapp.localhost:9911", 200),
        ("LOCALHOST:80", 200),
        ("127.8.0.1", 200),
        ("[::1]:9911", 200),
        ("[::1]", 200),
        ("127.0.0.1.evil.com", 403),
        ("evil.com:127", 403),
        ("localhost.evil.com", 403),
        ("localhost:evil", 403),
        ("0.0.0.0", 403),
        ("169.254.170.2", 403),
        ("evil@localhost", 403),
        ("evil@a.localhost", 403),
        ("", 403),
    ] {
        let from = |request: &mut Request<()>| {
            let headers = request.headers_mut();
            headers.insert(HOST, host.parse().unwrap());
        };
        assert_eq!(status(&keeper, from), expected, "{host}");
    }
    let none = |request: &mut Request<()>| drop(request.headers_mut().remove(HOST));
    assert_eq!(status(&keeper, none), 403);
    let for_a_proxy = |request: &mut Request<()>| {
        *request.uri_mut() = "http://evil.com/credentials".parse().unwrap();
    };
    assert_eq!(status(&keeper, for_a_proxy), 403);
}

#[test]
fn there_is_one_path_and_one_method() {
    let (keeper, _publish) = keeper(1001);
    let elsewhere = |request: &mut Request<()>| *request.uri_mut() = "/".parse().unwrap();
    assert_eq!(status(&keeper, elsewhere), 404);
    let posted = |request: &mut Request<()>| *request.method_mut() = Method::POST;
    assert_eq!(status(&keeper, posted), 405);
}

#[test]
fn expired_ones_are_not_given_and_new_ones_are_hurried() {
    let (publish, current) = watch::channel(lasting(1000));
    let (hurry, hurried) = sync_channel(1);
    let keeper = Keeper {
        token: Token::new().unwrap(),
        current,
        hurry,
        now: || NOW,
    };
    assert_eq!(status(&keeper, |_| {}), 503);
    assert!(hurried.try_recv().is_ok());
    let renewing = std::thread::spawn(move || {
        hurried.recv().unwrap();
        publish.send(lasting(2000)).unwrap();
    });
    assert_eq!(status(&keeper, |_| {}), 200);
    renewing.join().unwrap();
}
