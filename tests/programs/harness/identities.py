"""Who can be found on the machine of a run: each place of credentials has an access key id of its own."""

import json

# The place, and what docs/programs.md calls it.
PLACES = {
    "default-keys": "the keys of `[default]`",
    "default-process": "the process of `[default]`",
    "metadata": "the instance's role",
    "task": "the task's role (ECS)",
    "pod": "the pod's role (EKS)",
    "web-identity": "the web identity",
    "old-names": "keys under an old name",
}
SESSION = "session"
"""The credentials that leapp obtains: the only right ones."""

NOBODY = "leapp-no-credentials"
"""A key id of the closed state. A request that it signs is refused by AWS."""

ROOT = "ACCESSKEYOFUSER"
"""The access key that leapp itself signs with."""


def key_id(name: str) -> str:
    """The access key id of a place: 20 characters, as AWS makes them."""
    long_lived = name in ("default-keys", ROOT) or name.startswith("old-")
    prefix = "AKIA" if long_lived else "ASIA"
    return prefix + "".join(filter(str.isalnum, name.upper()))[:16].ljust(16, "0")


# Each old name has its own id, so that the result says which one a program read.
OLD_NAMES = {
    "old-aws": ("AWS_ACCESS_KEY", "AWS_SECRET_KEY"),
    "old-amazon": ("AMAZON_ACCESS_KEY_ID", "AMAZON_SECRET_ACCESS_KEY"),
    "old-minio": ("MINIO_ACCESS_KEY", "MINIO_SECRET_KEY"),
    "old-minio-root": ("MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"),
    "old-ec2": ("EC2_ACCESS_KEY", "EC2_SECRET_KEY"),
    "old-s3fs": ("AWSACCESSKEYID", "AWSSECRETACCESSKEY"),
    "old-fsspec": ("FSSPEC_S3_KEY", "FSSPEC_S3_SECRET"),
}

NAMES = {key_id(name): name for name in [*PLACES, *OLD_NAMES, SESSION, ROOT]} | {NOBODY: "nobody"}


def secret(name: str) -> str:
    return f"secret-of-{name}".ljust(40, "0")


def place_of(name: str) -> str:
    """Old names are one place."""
    return "old-names" if name in OLD_NAMES else name


EXPIRATION = "2099-01-01T00:00:00Z"


def container_credentials(name: str) -> str:
    """What the metadata service and a container endpoint answer."""
    return json.dumps(
        {
            "Code": "Success",
            "LastUpdated": "2026-01-01T00:00:00Z",
            "Type": "AWS-HMAC",
            "AccessKeyId": key_id(name),
            "SecretAccessKey": secret(name),
            "Token": f"token-of-{name}",
            "Expiration": EXPIRATION,
            "RoleArn": "arn:aws:iam::111122223333:role/machine",
            "AccountId": "111122223333",
        }
    )


def process_credentials(name: str) -> str:
    """What a credential_process prints."""
    return json.dumps(
        {
            "Version": 1,
            "AccessKeyId": key_id(name),
            "SecretAccessKey": secret(name),
            "SessionToken": f"token-of-{name}",
            "Expiration": EXPIRATION,
        }
    )


def sts_credentials(name: str, expiration: str) -> str:
    return (
        f"<Credentials><AccessKeyId>{key_id(name)}</AccessKeyId>"
        f"<SecretAccessKey>{secret(name)}</SecretAccessKey>"
        f"<SessionToken>token-of-{name}</SessionToken>"
        f"<Expiration>{expiration}</Expiration></Credentials>"
    )
