//! How far a chain got, as errors say it.

use super::{CommandError, Kind};
use crate::aws::AwsError;
use crate::model::chain::Step;
use crate::model::{Url, is_elsewhere, visible};
use crate::resolver::{HopReport, Outcome};

/// How far a chain got.
pub(super) struct Walk<'a> {
    pub(super) target: &'a str,
    /// The options that shaped the chain, as they are typed.
    pub(super) options: Option<String>,
    pub(super) hops: &'a [HopReport],
    pub(super) failed: usize,
}

impl Walk<'_> {
    pub(super) fn hop(&self) -> &HopReport {
        &self.hops[self.failed]
    }

    /// The name of the session at the root, which is the one that can have an MFA device.
    pub(super) fn root(&self) -> &HopReport {
        &self.hops[0]
    }

    pub(super) fn place(&self) -> String {
        match self.hops.len() {
            1 => format!("`{}`", self.target),
            n => format!("hop {} of {n} to `{}`", self.failed + 1, self.target),
        }
    }

    /// Where the request went, if a session sends it to another service than AWS.
    pub(super) fn elsewhere(&self) -> Option<&Url> {
        let (url, _) = self.hop().endpoint.as_ref()?;
        Some(url).filter(|url| is_elsewhere(url))
    }

    /// Who answered, as a headline begins.
    pub(super) fn who(&self) -> String {
        match self.elsewhere() {
            Some(url) => format!("the service at `{url}`"),
            None => "AWS".to_owned(),
        }
    }

    /// A refusal in AWS's words, with what had worked before it.
    pub(super) fn refused(&self, said: &AwsError, headline: String, outcome: &str) -> CommandError {
        let mut new = CommandError::new(Kind::User, headline).with_cause(said.message.clone());
        if self.hops.len() > 1 {
            new.report.details = self.table(outcome);
        }
        if let Some((url, named_by)) = &self.hop().endpoint {
            new = new.with_cause(format!(
                "the request went to `{url}`, the endpoint of `{named_by}`"
            ));
        }
        new.report.request_id.clone_from(&said.request_id);
        new
    }

    /// One line for each hop: its name, what it is, how far it got.
    pub(super) fn table(&self, failed: &str) -> Vec<String> {
        // As they are shown, so that the columns line up.
        let parts: Vec<(String, String)> = (self.hops.iter())
            .map(|hop| (shown(&hop.name), shown(&describe(&hop.step))))
            .collect();
        let longest = |texts: &mut dyn Iterator<Item = &String>| {
            let lengths = texts.map(|text| text.chars().count());
            lengths.max().unwrap_or(0)
        };
        let names = longest(&mut parts.iter().map(|(name, _)| name));
        let whats = longest(&mut parts.iter().map(|(_, what)| what));
        let line = |(index, (hop, (name, what))): (usize, (&HopReport, &(String, String)))| {
            let outcome = match hop.outcome {
                Outcome::NotNeeded => "not needed".to_owned(),
                Outcome::Cached { left } => format!("ok, from cache ({left} left)"),
                Outcome::Made => "ok".to_owned(),
                Outcome::Failed => failed.to_owned(),
                Outcome::NotTried => "not tried".to_owned(),
            };
            format!("  {}  {name:names$}  {what:whats$}  {outcome}", index + 1)
        };
        self.hops.iter().zip(&parts).enumerate().map(line).collect()
    }
}

fn shown(text: &str) -> String {
    visible(text).into_owned()
}

fn describe(step: &Step) -> String {
    match step {
        Step::AccessKey { access_key_id } | Step::SessionToken { access_key_id, .. } => {
            format!("IAM user, key {access_key_id}")
        }
        Step::Saml(saml) => saml.role_arn.to_string(),
        Step::AssumeRole(role) => role.role_arn.to_string(),
    }
}
