"""Who is calling: an access key becomes a `Caller`, or a refusal.

moto never expires a token, and cannot tell a GetSessionToken session from an unknown key.
Everything that this server issues is remembered in `_issued`.
"""

from dataclasses import dataclass, field

import clock
from botocore.credentials import Credentials
from moto.iam.models import get_account_id_from, iam_backends
from moto.sts.utils import random_session_token


@dataclass(frozen=True)
class Caller:
    """One identity at work. A user with a long-lived key has neither token nor expiry."""

    account: str
    partition: str
    access_key_id: str
    secret: str
    user: str | None = None
    role_arn: str | None = None
    session_name: str | None = None
    token: str | None = None
    issued: float | None = None
    expires: float | None = None
    federated: bool = False  # GetFederationToken
    chained: bool = False  # a role that no long-lived key has assumed, and no assertion
    mfa_at: float | None = None  # when the code was given, for GetSessionToken sessions
    session_policies: tuple[str, ...] = ()
    source_identity: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    transitive: frozenset[str] = frozenset()

    @property
    def role(self) -> str | None:
        return self.role_arn and self.role_arn.rsplit("/", 1)[-1]

    @property
    def arn(self) -> str:
        if self.role_arn:
            return (
                f"arn:{self.partition}:sts::{self.account}:"
                f"assumed-role/{self.role}/{self.session_name}"
            )
        return self.backend.get_user(self.user).arn

    @property
    def user_id(self) -> str:
        if self.role_arn:
            return f"{self.backend.get_role(self.role).id}:{self.session_name}"
        return self.backend.get_user(self.user).id

    @property
    def backend(self):
        return iam_backends[self.account][self.partition]

    def create_credentials(self) -> Credentials:
        """What moto's signature check asks of a key."""
        return Credentials(self.access_key_id, self.secret, self.token)

    def identity_policies(self) -> list[str]:
        """The documents attached to the user and its groups, or to the role."""
        if self.role_arn:
            owners = [self.backend.get_role(self.role)]
        else:
            groups = self.backend.get_groups_for_user(self.user)
            owners = [self.backend.get_user(self.user), *groups]
        inline = [document for owner in owners for document in owner.policies.values()]
        return inline + [
            version.document
            for owner in owners
            for attached in owner.managed_policies.values()
            for version in attached.versions
            if version.is_default
        ]


_issued: dict[str, Caller] = {}


def issue(account: str, partition: str, duration: int, **identity) -> Caller:
    """A fresh key triple. moto keeps the key too, to find the account of later requests."""
    key = iam_backends[account][partition].create_temp_access_key()
    caller = Caller(
        account=account,
        partition=partition,
        access_key_id=key.access_key_id,
        secret=key.secret_access_key,
        token=random_session_token(),
        issued=clock.now(),
        expires=clock.now() + clock.lifetime(duration),
        **identity,
    )
    _issued[caller.access_key_id] = caller
    return caller


def find(access_key_id: str) -> Caller | None:
    """The caller behind a key id, whatever its token says. Inactive keys are nobody's."""
    if access_key_id in _issued:
        return _issued[access_key_id]
    account = get_account_id_from(access_key_id)
    for partition, backend in list(iam_backends[account].items()):
        for user in list(backend.users.values()):
            for key in user.access_keys:
                if key.access_key_id == access_key_id and key.status == "Active":
                    return Caller(
                        account, partition, access_key_id, key.secret_access_key, user.name
                    )
    return None


def is_expired(caller: Caller) -> bool:
    return caller.expires is not None and caller.expires <= clock.now()


def as_answer(caller: Caller) -> dict:
    """The `Credentials` element of an STS answer."""
    return {
        "AccessKeyId": caller.access_key_id,
        "SecretAccessKey": caller.secret,
        "SessionToken": caller.token,
        "Expiration": clock.as_datetime(caller.expires),
    }
