//! IAM, asked as whoever looks; and asked no more where it does not answer.

use std::cell::RefCell;

use super::lookers::Looker;
use super::words;
use crate::aws::{AwsError, AwsErrorKind};
use crate::commands::error::CommandError;
use crate::doctor::Check;
use crate::iam::{IamClient, Look};
use crate::model::IamAddress;

/// IAM, and the addresses at which it has not answered in this run.
pub(super) struct Iam {
    client: IamClient,
    silent: RefCell<Vec<(IamAddress, AwsError)>>,
}

/// Why something was not seen.
pub(super) enum Unseen {
    /// The answer was this, or there was none.
    Refused(AwsError),
    /// It was not asked, as nothing was answered before.
    NotAsked,
}

impl Iam {
    pub(super) fn new(client: IamClient) -> Self {
        Self {
            client,
            silent: RefCell::default(),
        }
    }

    /// Asks one thing. Who asks an address that says nothing waits for the limit of every question, and a
    /// policy is a dozen of them.
    pub(super) fn ask<T>(
        &self,
        looker: &Looker,
        question: impl FnOnce(Look<'_>) -> Result<T, AwsError>,
    ) -> Result<T, Unseen> {
        let is_silent = self.silent.borrow().iter().any(|(at, _)| *at == looker.at);
        if is_silent {
            return Err(Unseen::NotAsked);
        }
        question(self.client.look(&looker.at, &looker.signer)).map_err(|error| {
            // These are answers, if no good ones: they come at once.
            let is_there = matches!(
                error.kind,
                AwsErrorKind::Garbled
                    | AwsErrorKind::WebPage
                    | AwsErrorKind::InvalidAnswer
                    | AwsErrorKind::Unavailable
            );
            if is_there || !error.kind.is_no_answer() {
                return Unseen::Refused(error);
            }
            self.silent.borrow_mut().push((looker.at.clone(), error));
            Unseen::NotAsked
        })
    }

    /// A check for each address that has not answered.
    pub(super) fn checks(self) -> Vec<Check> {
        let silent = self.silent.into_inner().into_iter();
        silent
            .map(|(_, error)| words::of_error("IAM", CommandError::no_answer(&error)))
            .collect()
    }
}

impl Unseen {
    /// What is said of it, where this action was needed.
    pub(super) fn of(&self, action: &str, looker: &Looker) -> String {
        match self {
            Self::NotAsked => "nothing more was asked of IAM, which does not answer".to_owned(),
            Self::Refused(error) if error.kind == AwsErrorKind::AccessDenied => {
                format!("`{}` may not call `{action}`", looker.arn)
            }
            Self::Refused(error) => format!("`{action}` as `{}`: {error}", looker.arn),
        }
    }
}
