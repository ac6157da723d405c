//! One request and its answer.

use std::net::IpAddr;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use secrecy::ExposeSecret;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::PATH;
use super::token::Token;
use crate::model::{Credentials, Timestamp, is_localhost};

/// How long a request for expired credentials waits for new ones. The SDKs for C++ and Java give up after one second,
/// botocore after two; all of them ask again.
const PATIENCE: Duration = Duration::from_millis(800);

/// What an answer may hold beside credentials and their names.
const ROOM: usize = 256;

/// Who hands the credentials out.
pub(super) struct Keeper {
    pub(super) token: Token,
    /// What is good now, or was.
    pub(super) current: watch::Receiver<Credentials>,
    /// Asks for new ones at once.
    pub(super) hurry: SyncSender<()>,
    pub(super) now: fn() -> Timestamp,
}

/// The answer to who asks rightly, in the words that the SDKs expect.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    access_key_id: &'a str,
    secret_access_key: &'a str,
    token: &'a str,
    expiration: String,
}

/// A refusal. The SDKs show it to a person.
#[derive(Serialize)]
struct Refusal {
    code: &'static str,
    message: &'static str,
}

impl Keeper {
    /// Answers one request. Its body is never read.
    pub(super) async fn answer<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
        if let Err((status, refusal)) = self.check(request) {
            return refuse(status, &refusal);
        }
        let mut credentials = self.current.borrow().clone();
        if credentials.left((self.now)()).is_none() {
            // Nobody has asked for long, or renewing fails: this machine may have slept until now.
            let mut current = self.current.clone();
            current.mark_unchanged();
            let _ = self.hurry.try_send(());
            let _ = timeout(PATIENCE, current.changed()).await;
            credentials = current.borrow().clone();
        }
        if credentials.left((self.now)()).is_none() {
            return refuse(
                StatusCode::SERVICE_UNAVAILABLE,
                &Refusal {
                    code: "ExpiredCredentials",
                    message: "the credentials have expired, and could not be renewed so far; \
                          leapp says why where it runs",
                },
            );
        }
        give(&credentials)
    }

    /// Whether whoever asks may, and asks for what there is.
    fn check<B>(&self, request: &Request<B>) -> Result<(), (StatusCode, Refusal)> {
        let refusal = |code, message| Refusal { code, message };
        if !is_for_loopback(request) {
            // A page in a browser can reach this port, under a name that its own DNS gives to it.
            let message = "this endpoint answers under the names of this machine's loopback only";
            return Err((StatusCode::FORBIDDEN, refusal("ForeignHost", message)));
        }
        let mut tokens = request.headers().get_all(AUTHORIZATION).iter();
        let is_known = match (tokens.next(), tokens.next()) {
            (Some(token), None) => self.token.is(token.as_bytes()),
            _ => false,
        };
        if !is_known {
            let message = "the `Authorization` header must be the token of this very endpoint";
            return Err((StatusCode::UNAUTHORIZED, refusal("WrongToken", message)));
        }
        if request.uri().path() != PATH {
            let refusal = refusal("NotFound", "there is nothing here but /credentials");
            return Err((StatusCode::NOT_FOUND, refusal));
        }
        if request.method() != Method::GET {
            let refusal = refusal("NotAllowed", "credentials are read with GET");
            return Err((StatusCode::METHOD_NOT_ALLOWED, refusal));
        }
        Ok(())
    }
}

/// Whether a request was sent to a name of the loopback; its port may be that of a relay.
fn is_for_loopback<B>(request: &Request<B>) -> bool {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let named = host.to_str().is_ok_and(is_loopback);
    // A request that is written for a proxy says it a second time.
    let written = request.uri().authority();
    named && written.is_none_or(|authority| is_loopback(authority.as_str()))
}

fn is_loopback(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        // The colons of an IPv6 address stand in brackets.
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, "0"),
    };
    let address = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let is_address = address
        .unwrap_or(host)
        .parse()
        .is_ok_and(|address: IpAddr| address.is_loopback());
    port.parse::<u16>().is_ok() && (is_address || is_localhost(host))
}

fn give(credentials: &Credentials) -> Response<Full<Bytes>> {
    let answer = Answer {
        access_key_id: &credentials.access_key_id,
        secret_access_key: credentials.secret_access_key.expose_secret(),
        token: credentials.session_token.expose_secret(),
        expiration: credentials.expiration.rfc3339(),
    };
    // Room for all of it, or growing would leave a copy behind.
    let length = answer.secret_access_key.len() + answer.token.len() + ROOM;
    let mut body = Zeroizing::new(Vec::with_capacity(length));
    match serde_json::to_writer(&mut *body, &answer) {
        Ok(()) => respond(StatusCode::OK, Bytes::from_owner(body)),
        Err(_) => respond(StatusCode::INTERNAL_SERVER_ERROR, Bytes::new()),
    }
}

fn refuse(status: StatusCode, refusal: &Refusal) -> Response<Full<Bytes>> {
    respond(
        status,
        serde_json::to_vec(refusal).unwrap_or_default().into(),
    )
}

fn respond(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static("GET"));
    }
    response
}

#[cfg(test)]
mod tests;
