"""AssumeRoleWithSAML as AWS decides it. moto believes whatever it is given.

The provider exists, its key signed the assertion (assertion.py), which is fresh, meant for AWS,
and grants the very pair of role and provider; the role's trust policy admits the provider; the
duration is within the role's limit. Messages are STS's own where they are known: those about
a token from the future, a wrong recipient and encryption are ours.

Not here: session tags, source identity and one-time use of an assertion (AWS has none either).
"""

import re

import assertion
import authorize
import callers
import clock
import errors
import policy
from assume_role import DEFAULT, LONGEST, account_and_partition, find_role
from moto.core.responses import ActionResult
from moto.iam.models import iam_backends
from moto.sts.responses import TokenResponse
from session_tokens import check_duration

ATTRIBUTE = "https://aws.amazon.com/SAML/Attributes/"
AUDIENCES = {
    "aws": "urn:amazon:webservices",
    "aws-cn": "urn:amazon:webservices:cn-north-1",
    "aws-us-gov": "urn:amazon:webservices:govcloud",
}
_DOMAINS = r"(aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)"
_RECIPIENT = re.compile(rf"https://([a-z0-9-]+\.)?signin\.{_DOMAINS}/saml(/acs/[^/]+)?")
_SESSION_NAME = re.compile(r"[a-zA-Z_0-9+=,.@-]{2,64}")
# Longer than that after it was made, an assertion is stale, whatever it says of itself.
REDEEMED_WITHIN = 300
# How far ahead the clock of an identity provider may be.
SKEW = 60
LONGEST_ASSERTION = 100_000


def assume_role_with_saml(self: TokenResponse) -> ActionResult:
    role_arn, provider_arn = self._get_param("RoleArn"), self._get_param("PrincipalArn")
    encoded = self._get_param("SAMLAssertion")
    asked_for = self._get_int_param("DurationSeconds")
    if len(encoded) > LONGEST_ASSERTION:
        raise errors.validation(
            "1 validation error detected: Value at 'sAMLAssertion' failed to satisfy constraint: "
            f"Member must have length less than or equal to {LONGEST_ASSERTION}"
        )
    if asked_for is not None:
        check_duration(asked_for, LONGEST)
    found = assertion.read(encoded, find_provider(provider_arn))
    check_time(found)
    check_addressee(found, account_and_partition(role_arn)[1])
    check_pair(found, role_arn, provider_arn)
    session_name = check_session_name(found)
    role = trusting_role(role_arn, provider_arn, found, session_name)
    account, partition = account_and_partition(role_arn)
    session = callers.issue(
        account,
        partition,
        duration(found, role, asked_for),
        role_arn=role_arn,
        session_name=session_name,
        session_policies=authorize.session_documents(
            self._get_param("Policy"),
            self._get_param("PolicyArns") or [],
            iam_backends[account][partition],
        ),
    )
    return ActionResult(
        {
            "Credentials": callers.as_answer(session),
            "AssumedRoleUser": {"AssumedRoleId": session.user_id, "Arn": session.arn},
            "PackedPolicySize": 6,
            "Subject": found.subject,
            "SubjectType": "persistent",
            "Issuer": found.issuer,
            "Audience": found.recipients[0],
            "NameQualifier": "B64EncodedStringOfHashOfIssuerAccountIdAndUserId=",
        }
    )


def find_provider(arn: str):
    account, partition = account_and_partition(arn)
    provider = iam_backends[account][partition].saml_providers.get(arn.rsplit("/", 1)[-1])
    if provider is None or provider.arn != arn:
        raise errors.invalid_identity("Specified provider doesn't exist")
    return provider


def check_time(found: assertion.Assertion) -> None:
    now = clock.now()
    if now >= found.not_on_or_after or now > found.issued + REDEEMED_WITHIN:
        raise errors.expired_assertion()
    if now + SKEW < max(found.not_before, found.issued):
        raise errors.invalid_identity("Response is not valid yet")


def check_addressee(found: assertion.Assertion, partition: str) -> None:
    if AUDIENCES.get(partition) not in found.audiences:
        raise errors.invalid_identity("Response does not contain the required audience.")
    if not any(_RECIPIENT.fullmatch(recipient) for recipient in found.recipients):
        raise errors.invalid_identity("Response is not addressed to an AWS sign-in endpoint")


def check_pair(found: assertion.Assertion, role_arn: str, provider_arn: str) -> None:
    granted = found.attributes.get(ATTRIBUTE + "Role", [])
    pairs = [{part.strip() for part in value.split(",")} for value in granted]
    if {role_arn, provider_arn} not in pairs:
        raise errors.invalid_identity(
            "SAML Assertion doesn't contain the requested Role and Metadata in the attributes"
        )


def check_session_name(found: assertion.Assertion) -> str:
    names = found.attributes.get(ATTRIBUTE + "RoleSessionName", [])
    if not names:
        raise errors.invalid_identity("RoleSessionName is required in AuthnResponse")
    if not _SESSION_NAME.fullmatch(names[0]):
        raise errors.invalid_identity(
            f"RoleSessionName in AuthnResponse must match {_SESSION_NAME.pattern}"
        )
    return names[0]


def trusting_role(role_arn: str, provider_arn: str, found: assertion.Assertion, session_name: str):
    role = find_role(role_arn)
    context = {
        "saml:aud": found.recipients[0],
        "saml:iss": found.issuer,
        "saml:sub": found.subject,
        "saml:sub_type": "persistent",
        "sts:rolesessionname": session_name,
    }
    request = policy.Request(
        "sts:AssumeRoleWithSAML", role_arn, [provider_arn], context, principal_type="Federated"
    )
    if role is None or policy.decide([role.assume_role_policy_document], request) != policy.ALLOW:
        raise errors.access_denied("Not authorized to perform sts:AssumeRoleWithSAML")
    return role


def duration(found: assertion.Assertion, role, asked_for: int | None) -> int:
    """What the call asks for, else what the assertion does; never beyond the IdP's session."""
    stated = found.attributes.get(ATTRIBUTE + "SessionDuration")
    seconds = asked_for or int(stated[0] if stated else DEFAULT)
    if seconds > int(role.max_session_duration or DEFAULT):
        raise errors.validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    if found.session_ends is None:
        return seconds
    return min(seconds, int(found.session_ends - clock.now()))


def install() -> None:
    TokenResponse.assume_role_with_saml = assume_role_with_saml
