//! The types of sessions as they are typed.

use clap::ValueEnum;

use crate::model::session::Type;

/// The types of sessions as they are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TypeArg {
    /// An IAM user, by its access key
    #[value(name = "user", alias = "iam-user")]
    User,
    /// A role behind a SAML login
    #[value(name = "federated", alias = "iam-role-federated")]
    Federated,
    /// A role assumed from another session
    #[value(name = "chained", alias = "iam-role-chained")]
    Chained,
}

impl From<TypeArg> for Type {
    fn from(typed: TypeArg) -> Self {
        match typed {
            TypeArg::User => Self::IamUser,
            TypeArg::Federated => Self::Federated,
            TypeArg::Chained => Self::Chained,
        }
    }
}
