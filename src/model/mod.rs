//! The ground: what sessions, chains and credentials *are*. No IO, no clock, no environment, no
//! command line, no AWS SDK: the same input gives the same output, and nothing here can fail for
//! outside reasons.

pub mod accepted;
mod alias;
mod arn;
pub mod catalog;
mod causes;
pub mod chain;
mod credentials;
mod endpoint;
pub mod environment;
mod iam_address;
mod member;
mod nearest;
mod partition;
pub mod pasted;
pub mod plan;
pub mod proxy;
mod region;
pub mod secret;
pub mod session;
mod time;
mod url;
mod visible;

pub use alias::{Alias, InvalidAlias};
pub use arn::{InvalidArn, MfaDevice, RoleArn, SamlProviderArn};
pub use catalog::Catalog;
pub use causes::with_causes;
pub use chain::Chain;
pub use credentials::{AccessKey, Answered, Credentials, LONGEST_ID, LONGEST_LIFE, Life};
pub use endpoint::{EndpointSource, is_elsewhere};
pub use environment::Environment;
pub use iam_address::IamAddress;
pub use member::{InvalidMember, ascii_text};
pub use nearest::nearest;
pub use partition::OtherPartition;
pub use region::{InvalidRegion, Region};
pub use session::Session;
pub use time::{InvalidSpan, Span, Timestamp};
pub use url::{InvalidUrl, Url};
pub use visible::{is_hidden, visible};
