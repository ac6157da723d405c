"""GetSessionToken, GetFederationToken and GetCallerIdentity.

moto answers every GetSessionToken with one static triple, which its own enforcement refuses,
and looks neither at MFA nor at the duration.
"""

import re

import authorize
import callers
import clock
import errors
import mfa
import policy
from moto.core.responses import ActionResult
from moto.sts.responses import TokenResponse

_NAME = re.compile(r"[\w+=,.@-]{2,32}")
SHORTEST, LONGEST, DEFAULT = 900, 129_600, 43_200


def check_duration(seconds: int, longest: int) -> None:
    for wrong, bound, limit in (
        (seconds < SHORTEST, "greater", SHORTEST),
        (seconds > longest, "less", longest),
    ):
        if wrong:
            raise errors.validation(
                f"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to "
                f"satisfy constraint: Member must have value {bound} than or equal to {limit}"
            )


def get_session_token(self: TokenResponse) -> ActionResult:
    caller = callers.find(self.access_key)
    if caller.token:
        raise errors.access_denied("Cannot call GetSessionToken with session credentials")
    duration = self._get_int_param("DurationSeconds", DEFAULT)
    check_duration(duration, LONGEST)
    with_mfa = mfa.verify(caller, self._get_param("SerialNumber"), self._get_param("TokenCode"))
    session = callers.issue(
        caller.account,
        caller.partition,
        duration,
        user=caller.user,
        mfa_at=clock.now() if with_mfa else None,
    )
    return ActionResult({"Credentials": callers.as_answer(session)})


def get_federation_token(self: TokenResponse) -> ActionResult:
    caller = callers.find(self.access_key)
    if caller.token:
        raise errors.access_denied("Cannot call GetFederationToken with session credentials")
    duration = self._get_int_param("DurationSeconds", DEFAULT)
    check_duration(duration, LONGEST)
    name = self._get_param("Name")
    if not _NAME.fullmatch(name):
        raise errors.validation(f"Value '{name}' at 'name' failed to satisfy constraint")
    arn = f"arn:{caller.partition}:sts::{caller.account}:federated-user/{name}"
    if not authorize.permitted(caller, policy.Request("sts:GetFederationToken", arn)):
        raise errors.not_authorized(caller.arn, "sts:GetFederationToken", arn)
    session = callers.issue(
        caller.account,
        caller.partition,
        duration,
        user=caller.user,
        federated=True,
        session_policies=(self._get_param("Policy"),),
    )
    return ActionResult({"Credentials": callers.as_answer(session)})


def get_caller_identity(self: TokenResponse) -> ActionResult:
    caller = callers.find(self.access_key)
    return ActionResult({"UserId": caller.user_id, "Account": caller.account, "Arn": caller.arn})


def install() -> None:
    TokenResponse.get_session_token = get_session_token
    TokenResponse.get_federation_token = get_federation_token
    TokenResponse.get_caller_identity = get_caller_identity
