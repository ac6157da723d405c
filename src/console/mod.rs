//! The AWS console: credentials become a URL that signs a browser in, and the URL gets to the browser
//! without standing in anybody's list of processes.
//!
//! The URL is a secret for a quarter of an hour: whoever has it is signed in.

mod handoff;
mod partition;
mod peer;
mod sign_in;

use std::io;
use std::time::Duration;

pub use handoff::Handoff;
pub use partition::{Place, Service};
pub use sign_in::{Front, SignIn};

use crate::aws::AwsError;

/// There is no console.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// A partition whose console is unknown to us.
    #[error("where the console of partition `{0}` is, is not known")]
    UnknownPartition(String),
    /// The sign-in endpoint cannot be asked.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// The sign-in endpoint does not take these credentials.
    #[error("{place} refused the credentials (status {status})")]
    Refused {
        /// Who refused them.
        place: String,
        /// The HTTP status.
        status: u16,
    },
    /// No port on this machine for the browser to come to.
    #[error("cannot wait for the browser on this machine")]
    NoPort(#[source] io::Error),
    /// No browser came.
    #[error("no browser has come for the console within {} s", limit.as_secs())]
    NobodyCame {
        /// How long it was waited for.
        limit: Duration,
    },
    /// The program that should have opened a browser failed.
    #[error("`{program}` failed ({status})")]
    OpenerFailed {
        /// The program.
        program: String,
        /// How it ended.
        status: String,
    },
}
