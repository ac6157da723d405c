"""moto's access control, with who is calling and what is allowed decided by us.

moto keeps the signature check. Ours: expiry, inactive keys, what a GetSessionToken session may
not do, session policies (as an intersection), conditions and `:root` principals.
"""

from datetime import datetime, timedelta, timezone

import callers
import clock
import conditions
import errors
import managed
import policy
from moto import settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.iam import access_control
from moto.iam.access_control import CreateAccessKeyFailure, IAMRequest, IAMRequestBase
from moto.s3.exceptions import S3ClientError

# The STS module decides these itself: it needs the whole request.
_DECIDED_BY_STS = {"sts:AssumeRole", "sts:GetSessionToken", "sts:GetCallerIdentity",
                   "sts:GetFederationToken"}
STAMP = "%Y%m%dT%H%M%SZ"
FORGIVEN = timedelta(minutes=5)
# Where the front leaves the bytes of the body, in the WSGI environment.
BODY = "rig.body"
# These carry no signature; the assertion is the proof.
_UNSIGNED = {"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}


def identify(account_id, partition, access_key_id, headers):
    """Replaces moto's look-up of a key."""
    caller = callers.find(access_key_id)
    given = headers.get("X-Amz-Security-Token")
    if caller is None:
        raise CreateAccessKeyFailure(reason="InvalidId")
    if given != caller.token:
        raise CreateAccessKeyFailure(reason="InvalidToken")
    return caller


def check(self: IAMRequestBase, resource: str) -> None:
    """Replaces moto's decision. Runs after the signature was checked."""
    caller = self._access_key
    if callers.is_expired(caller):
        if self._service == "s3":
            raise S3ClientError("ExpiredToken", "The provided token has expired.")
        raise errors.expired()
    if self._service == "iam" and caller.user and caller.token and caller.mfa_at is None:
        raise errors.invalid_key()  # AWS: no IAM call from GetSessionToken without MFA
    if self._action not in _DECIDED_BY_STS:
        request = policy.Request(self._action, resource, context=context(caller))
        if not permitted(caller, request):
            self._raise_access_denied()


def check_time(headers) -> None:
    """A signature is good for five minutes. A test that moves the rig's clock may move that of the
    product with it or leave it: so it counts by whichever of the two times is nearer."""
    signed = headers.get("X-Amz-Date")
    if signed is None:
        return
    at = datetime.strptime(signed, STAMP).replace(tzinfo=timezone.utc)
    now = min(clock.times(), key=lambda now: abs(now - at))
    if abs(now - at) > FORGIVEN:
        raise errors.untimely(signed, now.strftime(STAMP), at < now)


def permitted(caller: callers.Caller, request: policy.Request) -> bool:
    """What the identity's policies allow, cut down by the session's policies."""
    allowed = policy.decide(caller.identity_policies(), request) == policy.ALLOW
    return allowed and within_session(caller, request)


def within_session(caller: callers.Caller, request: policy.Request) -> bool:
    documents = caller.session_policies
    return not documents or policy.decide(documents, request) == policy.ALLOW


def context(caller: callers.Caller) -> conditions.Context:
    """The condition keys that every request of this caller has."""
    keys = {
        "aws:principalarn": caller.role_arn or caller.arn,
        "aws:principalaccount": caller.account,
        "aws:currenttime": as_iso_8601(clock.now()),
        "aws:epochtime": str(int(clock.now())),
    }
    if caller.user:
        keys["aws:username"] = caller.user
    if caller.token:  # absent for long-lived keys, which is why BoolIfExists exists
        keys["aws:multifactorauthpresent"] = str(caller.mfa_at is not None).lower()
        keys["aws:tokenissuetime"] = as_iso_8601(caller.issued)
    if caller.mfa_at is not None:
        keys["aws:multifactorauthage"] = str(int(clock.now() - caller.mfa_at))
    if caller.source_identity:
        keys["aws:sourceidentity"] = caller.source_identity
    for key, value in caller.tags.items():
        keys[f"aws:principaltag/{key.lower()}"] = value
    return keys


def as_iso_8601(at: float) -> str:
    return datetime.fromtimestamp(int(at), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def session_documents(policy_json, policy_arns, backend) -> tuple:
    """The `Policy` and `PolicyArns` parameters of a request, as documents."""
    inline = [policy_json] if policy_json else []
    return (*inline, *(managed.document(item["arn"], backend) for item in policy_arns))


def install() -> None:
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0  # enforce from the first request
    access_control.create_access_key = identify
    IAMRequestBase.check_action_permitted = check

    moto_authenticates = ActionAuthenticatorMixin._authenticate_and_authorize_action

    def authenticate(self, iam_request_cls, resource="*"):
        # Flask has parsed the form away, and moto would sign it again as botocore encodes it.
        # Other SDKs write a space as %20, not as +: the signature is over what was sent.
        self.raw_body = self.raw_body or self.normalized_request.environ[BODY]
        try:
            if "Authorization" in self.headers:
                check_time(self.headers)
                moto_authenticates(self, iam_request_cls, resource)
            elif self._get_action() not in _UNSIGNED:
                raise errors.unsigned()
        except errors.AwsError:
            self.response_headers["Content-Type"] = "text/xml"
            raise

    ActionAuthenticatorMixin._authenticate_and_authorize_action = authenticate

    def refuse_key(_self, _reason):
        raise errors.invalid_key()

    def refuse_signature(_self):
        raise errors.bad_signature()

    def refuse_action(self):
        raise errors.not_authorized(self._access_key.arn, self._action, "*")

    IAMRequest._raise_invalid_access_key = refuse_key
    IAMRequest._raise_signature_does_not_match = refuse_signature
    IAMRequest._raise_access_denied = refuse_action
