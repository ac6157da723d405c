//! Whether the body of an answer is the whole document that AWS's query protocol promises. The SDK alone
//! reads a document that is cut off, takes the last of two elements, and fills in empty text and 1970.

use std::collections::HashSet;

use roxmltree::{Document, Error, Node};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::AwsErrorKind;

/// An answer that is refused, whatever else it says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Malformed {
    /// There is no text in it.
    #[error("the answer is empty")]
    Empty,
    /// HTML: something on the way answers for AWS.
    #[error("the answer is a web page, such as the login page of a network")]
    WebPage,
    /// It ends before its last element does.
    #[error("the answer is cut off")]
    CutOff,
    /// JSON, for example.
    #[error("the answer is not well-formed XML")]
    NotXml,
    /// Another document, such as an error with status 200.
    #[error("the answer is not a `{0}Response`")]
    OtherRoot(String),
    /// The one member without which it says nothing is not there.
    #[error("`{0}` is missing or empty")]
    Missing(&'static str),
    /// The same member twice, of which one would have to be chosen.
    #[error("`{0}` is in the answer twice")]
    Twice(String),
    /// A time that cannot be read.
    #[error("`{0}` is not a time")]
    NoTime(String),
    /// Text between elements, or elements inside of a text.
    #[error("`{0}` is not one text")]
    Mixed(String),
}

impl Malformed {
    pub(super) fn kind(&self) -> AwsErrorKind {
        match self {
            Self::WebPage => AwsErrorKind::WebPage,
            Self::Empty | Self::CutOff | Self::NotXml => AwsErrorKind::Garbled,
            Self::OtherRoot(_)
            | Self::Missing(_)
            | Self::Twice(_)
            | Self::NoTime(_)
            | Self::Mixed(_) => AwsErrorKind::InvalidAnswer,
        }
    }
}

/// Checks the answer to an action: that it is one document, of that action, with its result.
pub(super) fn check_answer(action: &str, body: &[u8]) -> Result<(), Malformed> {
    let text = text(body)?;
    let document = parse(text)?;
    let root = document.root_element();
    if root.tag_name().name().strip_suffix("Response") != Some(action) {
        return Err(Malformed::OtherRoot(action.to_owned()));
    }
    check_elements(root)?;
    let Some(member) = result_of(action) else {
        return Ok(());
    };
    let of_result =
        |node: &Node<'_, '_>| node.tag_name().name().strip_suffix("Result") == Some(action);
    let result = root.children().find(of_result);
    let found = result.is_some_and(|result| {
        result
            .children()
            .any(|node| node.tag_name().name() == member)
    });
    if found {
        Ok(())
    } else {
        Err(Malformed::Missing(member))
    }
}

/// Checks the body of a refusal: that it is one document.
pub(super) fn check_refusal(body: &[u8]) -> Result<(), Malformed> {
    check_elements(parse(text(body)?)?.root_element())
}

fn text(body: &[u8]) -> Result<&str, Malformed> {
    let text = str::from_utf8(body).map_err(|_| Malformed::NotXml)?;
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.is_empty() {
        return Err(Malformed::Empty);
    }
    let begins = |tag: &str| {
        start
            .get(..tag.len())
            .is_some_and(|it| it.eq_ignore_ascii_case(tag))
    };
    if begins("<!doctype html") || begins("<html") {
        return Err(Malformed::WebPage);
    }
    Ok(text)
}

fn parse(text: &str) -> Result<Document<'_>, Malformed> {
    // Without DTDs, which roxmltree refuses by default. Its errors can hold parts of the text.
    Document::parse(text).map_err(|error| match error {
        Error::UnclosedRootNode | Error::UnexpectedEndOfStream | Error::NoRootNode => {
            Malformed::CutOff
        }
        _ if !text.trim_end().ends_with('>') && text.trim_start().starts_with('<') => {
            Malformed::CutOff
        }
        _ => Malformed::NotXml,
    })
}

/// Lists alone repeat a name, and the protocol calls their elements `member` and `entry`.
fn check_elements(root: Node<'_, '_>) -> Result<(), Malformed> {
    for parent in root.descendants().filter(Node::is_element) {
        let mut names = HashSet::new();
        let mut texts = 0;
        for child in parent.children() {
            let name = child.tag_name().name();
            if child.is_element() && !matches!(name, "member" | "entry") && !names.insert(name) {
                return Err(Malformed::Twice(shown(name)));
            }
            texts += usize::from(
                child.is_text() && child.text().is_some_and(|text| !text.trim().is_empty()),
            );
        }
        if texts > 0 && parent.children().count() > 1 {
            return Err(Malformed::Mixed(shown(parent.tag_name().name())));
        }
        let name = parent.tag_name().name();
        if matches!(name, "Expiration" | "CreateDate") && !is_time(parent) {
            return Err(Malformed::NoTime(name.to_owned()));
        }
    }
    Ok(())
}

/// The SDK's own error would not say which member it is about.
fn is_time(node: Node<'_, '_>) -> bool {
    OffsetDateTime::parse(node.text().unwrap_or_default(), &Rfc3339).is_ok()
}

/// The name of an element, where it can be one of AWS's.
fn shown(name: &str) -> String {
    let plain = name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain {
        name.to_owned()
    } else {
        "an element".to_owned()
    }
}

/// The member without which the result of an action says nothing. A list that is not there would look like an
/// empty one. Of members inside of it, the services' own checks tell.
fn result_of(action: &str) -> Option<&'static str> {
    Some(match action {
        "AssumeRole" | "AssumeRoleWithSAML" | "GetFederationToken" | "GetSessionToken" => {
            "Credentials"
        }
        "GetCallerIdentity" => "Account",
        "CreateAccessKey" => "AccessKey",
        "ListAccessKeys" => "AccessKeyMetadata",
        "GetRole" => "Role",
        "GetUser" => "User",
        "GetPolicy" => "Policy",
        "GetPolicyVersion" => "PolicyVersion",
        "GetGroupPolicy" | "GetRolePolicy" | "GetUserPolicy" => "PolicyDocument",
        "ListGroupsForUser" => "Groups",
        "ListGroupPolicies" | "ListRolePolicies" | "ListUserPolicies" => "PolicyNames",
        "ListAttachedGroupPolicies" | "ListAttachedRolePolicies" | "ListAttachedUserPolicies" => {
            "AttachedPolicies"
        }
        "ListMFADevices" => "MFADevices",
        "SimulatePrincipalPolicy" => "EvaluationResults",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
