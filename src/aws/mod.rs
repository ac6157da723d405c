//! The line to AWS: one runtime, one pool of connections, who is believed at the other end, how long
//! is waited, and what a refusal means. What is asked of a service stands in that service's room.
//!
//! Async ends here: a service hands over a request, and gets an answer back.

mod bundled;
mod checked;
mod connection;
mod dns;
mod document;
mod error;
mod post;
mod route;
mod signer;
mod trust;
mod verifier;
mod ways;
mod witness;

use std::fmt;

use crate::model::{Region, Url};

pub use connection::{Connection, ConnectionConfig, Opened};
pub use error::{AwsError, AwsErrorKind};
pub use post::Answer;
pub use route::Route;
pub use signer::Signer;
pub use trust::{TrustError, system_has_authorities, usable_certificates};

/// A service of AWS at one place.
#[derive(Clone, Copy, Debug)]
pub struct Service<'a> {
    /// Its name, for people.
    pub name: &'static str,
    /// Its region, which requests are signed for.
    pub region: &'a Region,
    /// Where it is, if not at AWS's own address.
    pub endpoint_url: Option<&'a Url>,
}

impl fmt::Display for Service<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.endpoint_url {
            Some(url) => write!(f, "{} at {url}", self.name),
            None => write!(f, "{} at region {}", self.name, self.region),
        }
    }
}
