//! What STS answered, checked before anybody believes it.

use aws_sdk_sts::types::{AssumedRoleUser, Credentials as StsCredentials};
use secrecy::SecretString;

use super::CallerIdentity;
use crate::model::chain::StsAddress;
use crate::model::{
    Answered, Credentials, InvalidMember, LONGEST_LIFE, RoleArn, Span, Timestamp, ascii_text,
};

/// What was asked, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) at: &'a StsAddress,
    /// By the clock of this machine.
    pub(super) ours: Timestamp,
    /// By AWS's clock, where the answer has a `Date`.
    pub(super) theirs: Option<Timestamp>,
    pub(super) lifetime: Span,
}

/// A difference between the clocks that AWS forgives, in seconds. It covers the time of the call as well.
const FORGIVEN: i64 = 5 * 60;

/// The longest ARN that AWS documents, in characters.
const LONGEST_ARN: usize = 2048;

/// The credentials of an answer. Their life is counted by AWS's clock, and never exceeds what was asked for.
pub(super) fn credentials(
    asked: Asked<'_>,
    answer: Option<StsCredentials>,
) -> Result<Credentials, InvalidMember> {
    let given = answer.ok_or(InvalidMember::Missing("Credentials"))?;
    let is_aws = asked.at.endpoint_url.is_none();
    if is_aws && !given.access_key_id.is_empty() && !is_id(&given.access_key_id) {
        return Err(InvalidMember::Form("AccessKeyId", "an access key id"));
    }
    let answered = Answered {
        access_key_id: given.access_key_id,
        secret_access_key: SecretString::from(given.secret_access_key),
        session_token: SecretString::from(given.session_token),
        issued: asked.ours,
        expiration: asked.end(Timestamp(given.expiration.secs()))?,
    };
    answered.checked()
}

impl Asked<'_> {
    /// The end of a life by the clock of this machine.
    fn end(self, expiration: Timestamp) -> Result<Timestamp, InvalidMember> {
        // The SDK's word for an `Expiration` that is not there.
        if expiration == Timestamp(0) {
            return Err(InvalidMember::Missing("Expiration"));
        }
        let theirs = self.theirs.unwrap_or(self.ours);
        let life = expiration.after(theirs).ok_or(InvalidMember::Expired)?;
        let forgiving = |span: Span| Span(span.0.saturating_add(FORGIVEN.unsigned_abs()));
        let (longest, said) = match self.at.endpoint_url {
            None => (forgiving(self.lifetime), forgiving(self.lifetime)),
            // Some programs that speak AWS's protocol have a life of their own choice. No more of it is
            // used than was asked for.
            Some(_) => (forgiving(LONGEST_LIFE), LONGEST_LIFE),
        };
        if life > longest {
            return Err(InvalidMember::TooFar(said));
        }
        let later = |span: Span| {
            let seconds = i64::try_from(span.0).unwrap_or(i64::MAX);
            Timestamp(self.ours.0.saturating_add(seconds))
        };
        let wanted = later(self.lifetime);
        Ok(
            if theirs.0.abs_diff(self.ours.0) <= FORGIVEN.unsigned_abs() {
                expiration.min(wanted)
            } else {
                // The clock here is wrong: AWS's word for the end would be read by it.
                later(life).min(wanted)
            },
        )
    }
}

fn is_id(text: &str) -> bool {
    let admitted = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    text.len() >= 16 && text.bytes().all(admitted)
}

/// Refuses credentials of another role than the one that was asked for.
pub(super) fn assumed(
    at: &StsAddress,
    role: &RoleArn,
    answer: Option<AssumedRoleUser>,
) -> Result<(), InvalidMember> {
    const NAME: &str = "AssumedRoleUser.Arn";
    let arn = answer.map(|user| user.arn).unwrap_or_default();
    // MinIO leaves it empty.
    if arn.is_empty() && at.endpoint_url.is_some() {
        return Ok(());
    }
    let arn = ascii_text(NAME, &arn, LONGEST_ARN)?;
    let form = InvalidMember::Form(NAME, "the ARN of a role session");
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, "sts", _, account, resource] = fields[..] else {
        return Err(form);
    };
    let session = resource.strip_prefix("assumed-role/").ok_or(form)?;
    let (name, _) = session.split_once('/').ok_or(form)?;
    // Ceph has no account there.
    let same_account = account == role.account() || account.is_empty() && at.endpoint_url.is_some();
    if same_account && name.eq_ignore_ascii_case(role.name()) {
        Ok(())
    } else {
        Err(InvalidMember::Mismatch(NAME, "the role that was asked for"))
    }
}

/// An identity with every member.
pub(super) fn identity(
    account: Option<String>,
    arn: Option<String>,
    user_id: Option<String>,
) -> Result<CallerIdentity, InvalidMember> {
    let [account, arn, user_id] = [account, arn, user_id].map(Option::unwrap_or_default);
    ascii_text("Account", &account, LONGEST_ARN)?;
    if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
        return Err(InvalidMember::Form("Account", "12 digits"));
    }
    ascii_text("UserId", &user_id, LONGEST_ARN)?;
    let fields: Vec<&str> = ascii_text("Arn", &arn, LONGEST_ARN)?
        .splitn(6, ':')
        .collect();
    let ["arn", _, "iam" | "sts", _, of_arn, resource] = fields[..] else {
        return Err(InvalidMember::Form("Arn", "the ARN of an identity"));
    };
    if resource.is_empty() {
        return Err(InvalidMember::Form("Arn", "the ARN of an identity"));
    }
    if of_arn != account {
        return Err(InvalidMember::Mismatch("Arn", "the account in the answer"));
    }
    Ok(CallerIdentity {
        account,
        arn,
        user_id,
    })
}

#[cfg(test)]
mod tests;
