//! Sessions of other programs, as drafts of ours.
//!
//! Each source has its file: Leapp's lock file ([`leapp`], opened by [`leapp_lock`]) and the files of the
//! AWS CLI ([`aws_config`]). What they find becomes a [`Plan`]: which sessions are new, under which alias;
//! which are there already; and what cannot be brought over, with the reason. Nothing is written here:
//! whoever acts on the plan writes the sessions, and puts the secrets where they belong.

pub mod aws_config;
pub mod leapp;
pub mod leapp_lock;
mod left;
pub mod machine_id;
mod plan;
mod reason;
mod slug;

pub use left::Left;
pub use plan::{New, Plan, There, Unfinished, plan};
pub use reason::{Reason, Refused};

use crate::model::session::Type;
use crate::sessions::Draft;

/// A session of another program.
#[derive(Clone, Debug)]
pub struct Found {
    /// What others there call it by: the name of a profile, the id of a session.
    pub key: String,
    /// What a person calls it there.
    pub name: String,
    /// The type that it will have.
    pub kind: Type,
    /// The profile name under which programs know it, where that is not its own name.
    pub named_profile: Option<String>,
    /// The key of the session that a chained role is assumed from.
    pub assumer: Option<String>,
    /// The name of what it was assumed from there, where `assumer` stands in for a program that gives
    /// credentials.
    pub instead_of: Option<String>,
    /// The MFA device that it names there, and that belongs to the user at the root of its chain.
    pub device: Option<String>,
    /// What of it no session has a key for.
    pub left: Vec<Left>,
    /// All else that it says; neither its type nor its assumer. An IAM user whose access key is not known says none yet.
    pub draft: Draft,
}

/// What a source holds.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// What could become sessions, in the order of the source.
    pub found: Vec<Found>,
    /// What cannot.
    pub refused: Vec<Refused>,
    /// What comes over changed, or asks for a look: lines for people.
    pub remarks: Vec<String>,
    /// What belongs to no session, and stays behind.
    pub left: Vec<Left>,
}
