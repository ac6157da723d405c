//! A SAML response as an identity provider posts it: what it grants, and for how long. No IO, no clock.
//!
//! It is read to tell a person early what AWS would refuse in fewer words. Nothing here judges its
//! signature: AWS does that, and what was read is only ever used to choose among its own contents.

mod copied;

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use roxmltree::{Document, Node};
use secrecy::SecretString;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use zeroize::Zeroizing;

use crate::model::{RoleArn, SamlProviderArn, Span, Timestamp};

/// More characters than this STS does not take; it is about 400 roles.
pub(super) const LONGEST: usize = 100_000;

/// How long after its issue AWS takes an assertion, in seconds.
const REDEEMABLE: i64 = 5 * 60;

/// How early an assertion may be: providers write their own time into it, and clocks differ.
const EARLY: Span = Span(5 * 60);

const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
const ROLE: &str = "https://aws.amazon.com/SAML/Attributes/Role";
const SESSION_DURATION: &str = "https://aws.amazon.com/SAML/Attributes/SessionDuration";

/// A SAML response. Whoever has it is the person that it speaks of, for five minutes.
#[derive(Clone)]
pub struct Assertion {
    encoded: SecretString,
    contents: Contents,
}

/// What could be read of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// All that matters to us.
    Readable(Statement),
    /// Nothing: only AWS has the key.
    Encrypted,
}

/// What an assertion says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// The roles, each with the provider that vouches for it.
    pub grants: Vec<Grant>,
    /// From when on it is good.
    pub not_before: Option<Timestamp>,
    /// When it ceases to be.
    pub not_on_or_after: Option<Timestamp>,
    /// How long the provider wants sessions to be.
    pub session_duration: Option<Span>,
    /// Whom it is meant for.
    pub audiences: Vec<String>,
}

/// A role that an assertion grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: RoleArn,
    /// The provider as IAM of the role's account knows it.
    pub provider: SamlProviderArn,
}

/// The text is no SAML response that could be sent to AWS.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// It exceeds 100,000 characters.
    #[error(
        "the assertion has over {LONGEST} characters, which is the most that AWS takes; it grants too many roles"
    )]
    TooLong,
    /// Not base64 of XML.
    #[error("what came is not a SAML response: {0}")]
    NotSaml(&'static str),
    /// The provider says that it will not.
    #[error("the identity provider refused the login: {0}")]
    Refused(String),
    /// No role in it.
    #[error("the assertion grants no role of AWS")]
    NoRoles,
}

/// The clock stands outside the time in which an assertion is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untimely {
    /// Its time has not come.
    #[error(
        "the assertion is not valid for another {}, by the clock of this machine, which may be that much behind",
        .0.rounded()
    )]
    Early(Span),
    /// Its time is over.
    #[error(
        "the assertion expired {} ago, by the clock of this machine, which may be that much ahead",
        .0.rounded()
    )]
    Late(Span),
}

impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assertion")
            .field("contents", &self.contents)
            .finish_non_exhaustive()
    }
}

impl Assertion {
    /// Reads a SAML response in any form in which people and tools copy it (`copied.rs`).
    ///
    /// # Errors
    /// [`AssertionError`]; its words never hold a part of the text.
    pub fn read(text: &str) -> Result<Self, AssertionError> {
        let encoded = copied::base64_of(text)?;
        if encoded.len() > LONGEST {
            return Err(AssertionError::TooLong);
        }
        let xml = BASE64_STANDARD
            .decode(encoded.as_bytes())
            .map(Zeroizing::new)
            .map_err(|_| AssertionError::NotSaml("not base64"))?;
        let xml = str::from_utf8(&xml).map_err(|_| AssertionError::NotSaml("not UTF-8"))?;
        // Without DTDs, which roxmltree refuses by default, there are no entities to expand.
        let document = Document::parse(xml).map_err(|_| {
            let is_begun = xml.trim_start().starts_with('<') && !xml.trim_end().ends_with('>');
            AssertionError::NotSaml(if is_begun { copied::CUT_OFF } else { "not XML" })
        })?;
        Ok(Self {
            contents: contents(&document)?,
            encoded: SecretString::from(encoded.as_str()),
        })
    }

    /// The base64 text, as STS wants it.
    pub fn encoded(&self) -> &SecretString {
        &self.encoded
    }

    /// What it says.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Until when AWS takes it, if it came at `received`.
    pub fn good_until(&self, received: Timestamp) -> Timestamp {
        let redeemable = Timestamp(received.0 + REDEEMABLE);
        match &self.contents {
            Contents::Readable(statement) => statement
                .not_on_or_after
                .map_or(redeemable, |end| end.min(redeemable)),
            Contents::Encrypted => redeemable,
        }
    }
}

impl Statement {
    /// Refuses an assertion whose time is not now.
    ///
    /// # Errors
    /// [`Untimely`], with how much.
    pub fn check_time(&self, now: Timestamp) -> Result<(), Untimely> {
        let early = self.not_before.and_then(|start| start.after(now));
        if let Some(wait) = early.filter(|&wait| wait > EARLY) {
            return Err(Untimely::Early(wait));
        }
        match self.not_on_or_after {
            Some(end) if end <= now => Err(Untimely::Late(now.after(end).unwrap_or(Span(0)))),
            _ => Ok(()),
        }
    }
}

fn contents(document: &Document<'_>) -> Result<Contents, AssertionError> {
    let response = document.root_element();
    if response.has_tag_name((PROTOCOL, "AuthnRequest")) {
        return Err(AssertionError::NotSaml(copied::REQUEST));
    }
    if !response.has_tag_name((PROTOCOL, "Response")) {
        return Err(AssertionError::NotSaml("no SAML 2.0 `Response`"));
    }
    let children = |name| {
        response
            .children()
            .filter(move |n| n.has_tag_name((ASSERTION, name)))
    };
    if status(response).is_some_and(|code| code != SUCCESS) {
        return Err(refusal(response));
    }
    let mut assertions = children("Assertion");
    let first = assertions.next();
    // What is read here must be what AWS reads.
    if assertions.next().is_some() {
        return Err(AssertionError::NotSaml("two assertions in the response"));
    }
    match first {
        Some(assertion) => {
            let statement = statement(assertion)?;
            if statement.grants.is_empty() {
                return Err(AssertionError::NoRoles);
            }
            Ok(Contents::Readable(statement))
        }
        None if children("EncryptedAssertion").next().is_some() => Ok(Contents::Encrypted),
        None => Err(refusal(response)),
    }
}

/// The outermost `StatusCode`, which says whether the login succeeded.
fn status<'a>(response: Node<'a, 'a>) -> Option<&'a str> {
    let child = |of: Node<'a, 'a>, name| of.children().find(|n| n.has_tag_name((PROTOCOL, name)));
    child(child(response, "Status")?, "StatusCode")?.attribute("Value")
}

fn statement(assertion: Node<'_, '_>) -> Result<Statement, AssertionError> {
    let mut statement = Statement::default();
    for node in assertion.descendants() {
        let tag = node.tag_name();
        if tag.namespace() != Some(ASSERTION) {
            continue;
        }
        match tag.name() {
            "Conditions" | "SubjectConfirmationData" => {
                let from = time(node, "NotBefore")?;
                statement.not_before = statement.not_before.max(from);
                let until = [statement.not_on_or_after, time(node, "NotOnOrAfter")?];
                statement.not_on_or_after = until.into_iter().flatten().min();
            }
            "Audience" => statement.audiences.extend(node.text().map(beginning)),
            "Attribute" if node.attribute("Name") == Some(ROLE) => {
                statement.grants.extend(values(node).filter_map(grant));
            }
            "Attribute" if node.attribute("Name") == Some(SESSION_DURATION) => {
                statement.session_duration = values(node).find_map(|v| v.parse().ok()).map(Span);
            }
            _ => {}
        }
    }
    Ok(statement)
}

/// A pair in either order, with spaces around: providers differ, and AWS takes them all.
fn grant(value: &str) -> Option<Grant> {
    let (one, other) = value.split_once(',')?;
    let pair = |role: &str, provider: &str| {
        Some(Grant {
            role: role.trim().parse().ok()?,
            provider: provider.trim().parse().ok()?,
        })
    };
    pair(one, other).or_else(|| pair(other, one))
}

fn values<'a>(attribute: Node<'a, 'a>) -> impl Iterator<Item = &'a str> {
    attribute
        .children()
        .filter(|node| node.has_tag_name((ASSERTION, "AttributeValue")))
        .filter_map(|node| node.text().map(str::trim))
}

/// A time that limits the assertion. One that cannot be read would limit nothing.
fn time(node: Node<'_, '_>, name: &str) -> Result<Option<Timestamp>, AssertionError> {
    let Some(text) = node.attribute(name) else {
        return Ok(None);
    };
    let at = OffsetDateTime::parse(text.trim(), &Rfc3339)
        .map_err(|_| AssertionError::NotSaml("one of its times cannot be read"))?;
    Ok(Some(Timestamp(at.unix_timestamp())))
}

/// The provider's own words, if it has any.
fn refusal(response: Node<'_, '_>) -> AssertionError {
    let find = |name| {
        response
            .descendants()
            .find(move |n| n.has_tag_name((PROTOCOL, name)))
    };
    let code = find("StatusCode").and_then(|code| code.attribute("Value"));
    match (find("StatusMessage").and_then(|m| m.text()), code) {
        (Some(message), _) => AssertionError::Refused(beginning(message)),
        (None, Some(code)) if code != SUCCESS => AssertionError::Refused(beginning(code)),
        (None, _) => AssertionError::NotSaml("no assertion in the response"),
    }
}

/// As much of a provider's text as an error has room for.
fn beginning(text: &str) -> String {
    text.trim().chars().take(200).collect()
}

#[cfg(test)]
mod tests;
