"""GetSessionToken and GetCallerIdentity.

moto answers every GetSessionToken with one static triple, which its own enforcement refuses,
and looks neither at MFA nor at the duration.
"""

import callers
import clock
import errors
import mfa
from moto.core.responses import ActionResult
from moto.sts.responses import TokenResponse

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


def get_caller_identity(self: TokenResponse) -> ActionResult:
    caller = callers.find(self.access_key)
    return ActionResult({"UserId": caller.user_id, "Account": caller.account, "Arn": caller.arn})


def install() -> None:
    TokenResponse.get_session_token = get_session_token
    TokenResponse.get_caller_identity = get_caller_identity
