//! The AWS CLI's own two files, `~/.aws/config` and `~/.aws/credentials`: reading them, and the named
//! profiles that `leapp start` puts there and `leapp stop` takes away.
//!
//! # What is ours
//!
//! Lines of ours stand below a comment that names the session, and are the keys that follow it
//! without another line between them:
//!
//! ```ini
//! [profile prod]
//! # leapp start prod
//! credential_process = /usr/local/bin/leapp credential-process prod
//! region = eu-west-1
//! ```
//!
//! With `--write-credentials` it is the same in the credentials file, with the keys themselves. The
//! mark is all that makes a section ours: one without it is somebody else's, even where it
//! runs `leapp credential-process`, and is never touched. Nothing is remembered elsewhere, so a file
//! that is moved, or kept in git, says everything itself.
//!
//! Where somebody adds keys to a section of ours, `stop` takes our lines out and leaves the rest, with
//! the mark: the next `start` finds its place by it. So a section can also be handed over to us by
//! writing the mark into it. One where an indented line comes next is not taken: it would become part of the
//! value above it.
//!
//! # What is never lost
//!
//! Any other byte. The files are edited as bytes, under a lock, and replaced as a whole
//! ([`crate::disk::replace`]). Where both files change, what loses the profile is written first: a process that is
//! killed between the two leaves a profile that does not work, never one with another session's keys.

mod access_keys;
mod both;
mod command;
mod edit;
mod error;
mod lines;
mod mark;
mod name;
mod place;
mod problem;
mod profiles;
mod read;
mod run;
mod sources;

pub use access_keys::Taken;
pub use edit::profile_header;
pub use error::AwsFilesError;
pub use place::Place;
pub use problem::{Fault, Problem};
pub use profiles::{Access, AwsFiles, Form, Left, Profile, Started};
pub use read::{AwsFile, Document, Key, Section, SectionKind};
pub use sources::without_default_credentials;
