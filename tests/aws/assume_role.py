"""AssumeRole as AWS decides it.

moto lets anybody assume a role that does not exist, refuses `:root` principals, and looks at
neither MFA, a missing external id, MaxSessionDuration, the one hour of role chaining, tags,
source identities nor session policies. The order of the checks below is AWS's.
"""

import authorize
import callers
import errors
import mfa
import policy
from moto.core.responses import ActionResult
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from moto.sts.responses import TokenResponse
from session_tokens import check_duration

LONGEST, DEFAULT, CHAINED = 43_200, 3_600, 3_600


def assume_role(self: TokenResponse) -> ActionResult:
    caller = callers.find(self.access_key)
    arn = self._get_param("RoleArn")
    duration = self._get_int_param("DurationSeconds", DEFAULT)
    check_duration(duration, LONGEST)
    with_mfa = mfa.verify(caller, self._get_param("SerialNumber"), self._get_param("TokenCode"))
    role = find_role(arn)
    given = {tag["Key"]: tag["Value"] for tag in self._get_param("Tags") or []}
    inherited = {key: caller.tags[key] for key in caller.transitive}
    source_identity = self._get_param("SourceIdentity") or caller.source_identity
    context = request_context(self, caller, with_mfa, given, source_identity)

    if caller.source_identity not in (None, source_identity):
        raise errors.not_authorized(caller.arn, "sts:SetSourceIdentity", arn)
    authorize_all(caller, role, arn, needed_actions(given, inherited, source_identity), context)
    if caller.token and duration > CHAINED:
        raise errors.validation(
            "The requested DurationSeconds exceeds the 1 hour session limit "
            "for roles assumed by role chaining"
        )
    if duration > int(role.max_session_duration or DEFAULT):
        raise errors.validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )

    account, partition = account_and_partition(arn)
    session = callers.issue(
        account,
        partition,
        duration,
        role_arn=arn,
        chained=bool(caller.token),
        session_name=self._get_param("RoleSessionName"),
        session_policies=authorize.session_documents(
            self._get_param("Policy"),
            self._get_param("PolicyArns") or [],
            iam_backends[account][partition],
        ),
        source_identity=source_identity,
        tags=given | inherited,
        transitive=caller.transitive | set(self._get_param("TransitiveTagKeys") or []),
    )
    answer = {
        "Credentials": callers.as_answer(session),
        "AssumedRoleUser": {"AssumedRoleId": session.user_id, "Arn": session.arn},
        "PackedPolicySize": 6,
    }
    return ActionResult(answer | ({"SourceIdentity": source_identity} if source_identity else {}))


def account_and_partition(arn: str) -> tuple[str, str]:
    _, partition, _, _, account, _ = arn.split(":", 5)
    return account, partition


def find_role(arn: str):
    account, partition = account_and_partition(arn)
    try:
        return iam_backends[account][partition].get_role_by_arn(arn)
    except (NotFoundException, KeyError):
        return None


def needed_actions(given: dict, inherited: dict, source_identity) -> list[str]:
    actions = ["sts:AssumeRole"]
    if given or inherited:
        actions.append("sts:TagSession")
    if source_identity:
        actions.append("sts:SetSourceIdentity")
    return actions


def request_context(self, caller, with_mfa, given, source_identity) -> dict:
    """The condition keys of this request: the caller's, and what it asks for."""
    context = authorize.context(caller)
    if with_mfa:
        context |= {"aws:multifactorauthpresent": "true", "aws:multifactorauthage": "0"}
    for key, value in (
        ("sts:externalid", self._get_param("ExternalId")),
        ("sts:rolesessionname", self._get_param("RoleSessionName")),
        ("sts:sourceidentity", source_identity),
    ):
        if value:
            context[key] = value
    if given:
        context["aws:tagkeys"] = list(given)
        context |= {f"aws:requesttag/{key.lower()}": value for key, value in given.items()}
    transitive = self._get_param("TransitiveTagKeys")
    if transitive:
        context["sts:transitivetagkeys"] = transitive
    return context


def authorize_all(caller, role, arn, actions, context) -> None:
    for action in actions:
        if role is None or not allowed(caller, role, arn, action, context):
            raise errors.not_authorized(caller.arn, action, arn)


def allowed(caller, role, arn, action, context) -> bool:
    """Both sides must agree, but for one shortcut of AWS: inside one account a trust policy
    that names the very caller is enough, and no identity policy is asked for."""
    exact = [caller.arn] + ([caller.role_arn] if caller.role_arn else [])
    root = f"arn:{caller.partition}:iam::{caller.account}:root"
    trust = [role.assume_role_policy_document]

    def says(documents, principals=()):
        return policy.decide(documents, policy.Request(action, arn, list(principals), context))

    identity = says(caller.identity_policies())
    trusted = says(trust, [*exact, root, caller.account, "*"])
    if identity == policy.DENY or trusted != policy.ALLOW:
        return False
    if not authorize.within_session(caller, policy.Request(action, arn, [], context)):
        return False
    same_account = account_and_partition(arn)[0] == caller.account
    named = same_account and says(trust, exact) == policy.ALLOW
    return named or identity == policy.ALLOW


def install() -> None:
    TokenResponse.assume_role = assume_role
