"""`POST /rig/world`: the users, roles and SAML providers of one account in one call.

Ten calls of the AWS CLI would take ten seconds. Whatever exists already is replaced, so a test
may change a trust policy half-way by sending the role again. A user's keys and device stay.

    {"account": "111122223333", "partition": "aws",
     "users": {"alice": {"policies": [DOCUMENT...], "mfa": true}},
     "roles": {"Admin": {"trust": DOCUMENT, "policies": [DOCUMENT...],
                         "max_session_duration": 3600}},
     "saml_providers": {"Idp": {"metadata": XML, "private_key": PEM for encrypted assertions}}}
"""

import json

from moto.iam.models import iam_backends

_REGIONS = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}


def build(wanted: dict) -> dict:
    partition = wanted.get("partition", "aws")
    backend = iam_backends[wanted["account"]][partition]
    users, roles = wanted.get("users", {}), wanted.get("roles", {})
    providers = wanted.get("saml_providers", {})
    return {
        "users": {
            name: user(backend, _REGIONS[partition], name, **fields)
            for name, fields in users.items()
        },
        "roles": {name: role(backend, name, **fields) for name, fields in roles.items()},
        "saml_providers": {
            name: saml_provider(backend, name, **fields) for name, fields in providers.items()
        },
    }


def user(backend, region: str, name: str, policies=(), mfa=False) -> dict:
    if name not in backend.users:
        backend.create_user(region, name)
        backend.create_access_key(name)
    found = backend.get_user(name)
    replace_policies(found, policies)
    key = found.access_keys[0]
    answer = {
        "arn": found.arn,
        "access_key_id": key.access_key_id,
        "secret_access_key": key.secret_access_key,
    }
    return answer | ({"mfa": device(backend, name)} if mfa else {})


def device(backend, user_name: str) -> dict:
    found = backend.get_user(user_name)
    if not found.mfa_devices:
        made = backend.create_virtual_mfa_device(user_name, "/")
        backend.enable_mfa_device(user_name, made.serial_number, "000000", "000000")
    serial = next(iter(found.mfa_devices))
    return {"serial": serial, "seed": backend.virtual_mfa_devices[serial].base32_string_seed}


def role(backend, name: str, trust: dict, policies=(), max_session_duration=3600) -> dict:
    for existing in [r for r in backend.get_roles() if r.name == name]:
        del backend.roles[existing.id]
    made = backend.create_role(
        role_name=name,
        assume_role_policy_document=json.dumps(trust),
        path="/",
        permissions_boundary=None,
        description="",
        tags=[],
        max_session_duration=str(max_session_duration),
    )
    replace_policies(made, policies)
    return {"arn": made.arn}


def saml_provider(backend, name: str, metadata: str, private_key=None) -> dict:
    if not 1000 <= len(metadata) <= 10_000_000:
        raise ValueError("IAM takes metadata of 1000 to 10,000,000 characters")
    made = backend.create_saml_provider(name, metadata)
    made.private_key = private_key
    return {"arn": made.arn}


def replace_policies(owner, documents) -> None:
    owner.policies.clear()
    for number, document in enumerate(documents):
        owner.put_policy(f"policy-{number}", json.dumps(document))
