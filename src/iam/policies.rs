//! The requests about who may do what, which change nothing: a role and its trust policy, the policies of
//! an identity.

use super::client::{IamClient, service};
use crate::aws::{AwsError, Signer};
use crate::model::{IamAddress, InvalidMember, Span, ascii_text};

/// A role, as far as those need to know who want to assume it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its trust policy, JSON.
    pub trust_policy: String,
    /// The longest session that it gives.
    pub longest_session: Span,
    /// The ARN of the managed policy that bounds what it may do.
    pub boundary: Option<String>,
}

/// Who has policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner<'a> {
    /// A user, by name.
    User(&'a str),
    /// A group, by name.
    Group(&'a str),
    /// A role, by name.
    Role(&'a str),
}

/// One page holds all that an owner can have.
const PAGE: i32 = 1000;

/// The longest ARN that AWS documents, in characters. Names are shorter.
const LONGEST_NAME: usize = 2048;

/// What a role gives where nobody has said anything else.
const DEFAULT_SESSION: Span = Span::HOUR;

/// The ways to ask, tied to one signer at one address.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    pub(super) iam: &'a IamClient,
    pub(super) at: &'a IamAddress,
    pub(super) signer: &'a Signer,
}

impl IamClient {
    /// Asks as `signer`.
    pub fn look<'a>(&'a self, at: &'a IamAddress, signer: &'a Signer) -> Look<'a> {
        Look {
            iam: self,
            at,
            signer,
        }
    }
}

/// Sends one request, and gives its answer or returns.
macro_rules! ask {
    ($look:expr, $operation:ident $(, $setter:ident = $value:expr)*) => {
        $look.iam.connection.call(
            &service($look.at),
            $look.iam.client($look.at, $look.signer)?.$operation()$(.$setter($value))*.send(),
        )
    };
}

pub(super) use ask;

impl Look<'_> {
    /// A role.
    ///
    /// # Errors
    /// [`AwsError`]; [`NoSuchEntity`](crate::aws::AwsErrorKind::NoSuchEntity) where there is none.
    pub fn role(&self, name: &str) -> Result<Role, AwsError> {
        let answer = ask!(self, get_role, role_name = name)?;
        let role = answer.role.ok_or_else(|| self.without("Role"))?;
        let trust_policy = role.assume_role_policy_document().unwrap_or_default();
        Ok(Role {
            trust_policy: self.document("AssumeRolePolicyDocument", trust_policy)?,
            longest_session: role
                .max_session_duration
                .and_then(|seconds| u64::try_from(seconds).ok())
                .map_or(DEFAULT_SESSION, Span),
            boundary: role
                .permissions_boundary
                .and_then(|b| b.permissions_boundary_arn),
        })
    }

    /// The ARN of the managed policy that bounds what a user may do.
    ///
    /// # Errors
    /// [`AwsError`], classified.
    pub fn boundary_of_user(&self, name: &str) -> Result<Option<String>, AwsError> {
        let answer = ask!(self, get_user, user_name = name)?;
        let user = answer.user.ok_or_else(|| self.without("User"))?;
        let boundary = user.permissions_boundary;
        Ok(boundary.and_then(|boundary| boundary.permissions_boundary_arn))
    }

    /// The names of the groups that a user is in.
    ///
    /// # Errors
    /// [`AwsError`], classified.
    pub fn groups_of(&self, user: &str) -> Result<Vec<String>, AwsError> {
        let answer = ask!(
            self,
            list_groups_for_user,
            user_name = user,
            max_items = PAGE
        )?;
        let names = answer.groups.into_iter().map(|group| group.group_name);
        self.named("GroupName", names)
    }

    /// The names of the policies that are written into an owner.
    ///
    /// # Errors
    /// [`AwsError`], classified.
    pub fn inline_policies(&self, owner: Owner<'_>) -> Result<Vec<String>, AwsError> {
        let names = match owner {
            Owner::User(name) => {
                ask!(self, list_user_policies, user_name = name, max_items = PAGE)?.policy_names
            }
            Owner::Group(name) => {
                ask!(
                    self,
                    list_group_policies,
                    group_name = name,
                    max_items = PAGE
                )?
                .policy_names
            }
            Owner::Role(name) => {
                ask!(self, list_role_policies, role_name = name, max_items = PAGE)?.policy_names
            }
        };
        self.named("PolicyName", names)
    }

    /// One policy that is written into an owner, JSON.
    ///
    /// # Errors
    /// [`AwsError`], classified.
    pub fn inline_policy(&self, owner: Owner<'_>, policy: &str) -> Result<String, AwsError> {
        let document = match owner {
            Owner::User(name) => {
                ask!(
                    self,
                    get_user_policy,
                    user_name = name,
                    policy_name = policy
                )?
                .policy_document
            }
            Owner::Group(name) => {
                ask!(
                    self,
                    get_group_policy,
                    group_name = name,
                    policy_name = policy
                )?
                .policy_document
            }
            Owner::Role(name) => {
                ask!(
                    self,
                    get_role_policy,
                    role_name = name,
                    policy_name = policy
                )?
                .policy_document
            }
        };
        self.document("PolicyDocument", &document)
    }

    /// The ARNs of the managed policies that are attached to an owner.
    ///
    /// # Errors
    /// [`AwsError`], classified.
    pub fn attached_policies(&self, owner: Owner<'_>) -> Result<Vec<String>, AwsError> {
        let attached = match owner {
            Owner::User(name) => {
                ask!(
                    self,
                    list_attached_user_policies,
                    user_name = name,
                    max_items = PAGE
                )?
                .attached_policies
            }
            Owner::Group(name) => {
                ask!(
                    self,
                    list_attached_group_policies,
                    group_name = name,
                    max_items = PAGE
                )?
                .attached_policies
            }
            Owner::Role(name) => {
                ask!(
                    self,
                    list_attached_role_policies,
                    role_name = name,
                    max_items = PAGE
                )?
                .attached_policies
            }
        };
        let attached = attached.unwrap_or_default().into_iter();
        let arns = attached.map(|policy| policy.policy_arn.unwrap_or_default());
        self.named("PolicyArn", arns)
    }

    /// A managed policy as it holds now, JSON.
    ///
    /// # Errors
    /// [`AwsError`], classified.
    pub fn managed_policy(&self, arn: &str) -> Result<String, AwsError> {
        let policy = ask!(self, get_policy, policy_arn = arn)?.policy;
        let version = policy.and_then(|policy| policy.default_version_id);
        let version = version.ok_or_else(|| self.without("DefaultVersionId"))?;
        let answer = ask!(
            self,
            get_policy_version,
            policy_arn = arn,
            version_id = version
        )?;
        let document = answer.policy_version.and_then(|version| version.document);
        self.document("Document", &document.unwrap_or_default())
    }

    /// The MFA devices of a user, as STS names them.
    ///
    /// # Errors
    /// [`AwsError`], classified.
    pub fn mfa_devices(&self, user: &str) -> Result<Vec<String>, AwsError> {
        let answer = ask!(self, list_mfa_devices, user_name = user)?;
        let devices = answer.mfa_devices.into_iter();
        self.named("SerialNumber", devices.map(|device| device.serial_number))
    }

    /// A list in which everything has a name.
    fn named(
        &self,
        member: &'static str,
        names: impl IntoIterator<Item = String>,
    ) -> Result<Vec<String>, AwsError> {
        let checked = |name: String| {
            ascii_text(member, &name, LONGEST_NAME)
                .map_err(|wrong| AwsError::invalid(&service(self.at), &wrong))?;
            Ok(name)
        };
        names.into_iter().map(checked).collect()
    }

    /// A document that is there.
    fn document(&self, member: &'static str, encoded: &str) -> Result<String, AwsError> {
        let document = decoded(encoded);
        if document.is_empty() {
            return Err(self.without(member));
        }
        Ok(document)
    }

    pub(super) fn without(&self, member: &'static str) -> AwsError {
        AwsError::invalid(&service(self.at), &InvalidMember::Missing(member))
    }
}

/// IAM sends documents percent-encoded, as in a URL.
fn decoded(document: &str) -> String {
    if document.trim_start().starts_with('{') {
        return document.to_owned();
    }
    // Neither `&` nor `=` is left in it, so that all of it is one name.
    let parts = form_urlencoded::parse(document.as_bytes());
    parts.map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn documents_are_decoded_once() {
        let plain = r#"{"Statement": [{"Resource": "a&b=c+d%20"}]}"#;
        let encoded: String = form_urlencoded::byte_serialize(plain.as_bytes())
            .collect::<String>()
            .replace('+', "%20");
        assert_eq!(decoded(&encoded), plain);
        assert_eq!(decoded(plain), plain);
    }
}
