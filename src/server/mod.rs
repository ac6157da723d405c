//! Credentials over loopback, as AWS's containers get them: one URL, one token, one answer. The SDKs
//! ask it again whenever what they have runs short, so a program outlives its first credentials.
//!
//! It answers on 127.0.0.1 alone, and only to who knows the token. What it answers with is renewed by a
//! thread of its own: however long AWS takes, whoever asks meanwhile gets what is still good.
//!
//! The room does not know where credentials come from. It lives as long as the process.

mod connections;
mod renewal;
mod request;
mod token;

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread;

use secrecy::SecretString;
use tokio::runtime::Builder;
use tokio::sync::watch;

use crate::model::Credentials;
use connections::serve;
use request::Keeper;
use token::Token;

pub use renewal::{Event, Failure, Remedy, Renewal};

/// Where credentials are to be had.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// `AWS_CONTAINER_CREDENTIALS_FULL_URI`. Nothing in it is a secret.
    pub url: String,
    /// `AWS_CONTAINER_AUTHORIZATION_TOKEN`.
    pub token: SecretString,
}

/// There is no endpoint.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The port cannot be had.
    #[error("cannot listen on 127.0.0.1:{port}")]
    Port {
        /// The port that was asked for; 0 for any.
        port: u16,
        /// Why not.
        source: io::Error,
    },
    /// The system gives no thread or no random bytes.
    #[error("cannot serve credentials")]
    System(#[from] io::Error),
}

/// What the URL ends in: the SDKs want a path, and whoever reads a log may see it.
const PATH: &str = "/credentials";

/// Serves `credentials` on this port of 127.0.0.1, 0 for any that is free, and renews them from now on,
/// until the process ends.
///
/// # Errors
/// [`ServerError`].
pub fn start(
    port: u16,
    credentials: Credentials,
    renewal: Renewal,
) -> Result<Endpoint, ServerError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .map_err(|source| ServerError::Port { port, source })?;
    let address = listener.local_addr()?;
    listener.set_nonblocking(true)?;
    let token = Token::new().ok_or_else(|| io::Error::other("no random bytes"))?;
    let endpoint = Endpoint {
        url: format!("http://{address}{PATH}"),
        token: token.to_secret(),
    };
    let now = renewal.now;
    let (publish, current) = watch::channel(credentials.clone());
    let hurry = renewal::begin(renewal, credentials, publish)?;
    let keeper = Arc::new(Keeper {
        token,
        current,
        hurry,
        now,
    });
    let runtime = Builder::new_current_thread().enable_all().build()?;
    thread::Builder::new()
        .name("endpoint".to_owned())
        .spawn(move || runtime.block_on(serve(listener, keeper)))?;
    Ok(endpoint)
}
