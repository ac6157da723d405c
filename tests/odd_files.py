"""What botocore, the library of the AWS CLI and boto3, makes of AWS files.

    python tests/odd_files.py HOME < CASES

CASES is a JSON list of objects with `config`, `credentials` (both as Latin-1, or null where there is no file)
and `identities`, whether to ask who each profile is. The answer is a JSON list of objects: `error` is null or
the file that is rejected, with the lines that the exception names; `profiles` are the keys of each profile, and
`identities` is who botocore would be: an access key, a role and from whom it is assumed, or something else.
Nothing is asked over the network: the client that would assume roles notes what it is asked for.
"""

import datetime
import json
import os
import sys

from botocore import configloader, exceptions
from botocore.session import Session


def lines_of(error: Exception) -> list[int]:
    """The lines that an exception of Python's parser names."""
    if lines := getattr(error, "errors", None):
        return [line for line, _ in lines]
    if line := getattr(error, "lineno", None):
        return [line]
    return []


def parsed(path: str, is_config: bool) -> dict:
    """The profiles of a file, with nested blocks as text, once botocore itself has read it."""
    try:
        configloader.raw_config_parse(path)
        sections = configloader.raw_config_parse(path, parse_subsections=False)
    except exceptions.ConfigNotFound:
        return {}
    return configloader.build_profile_map(sections)["profiles"] if is_config else sections


class Sts:
    """Assumes any role, and says so in the access key id."""

    def __init__(self, source: str) -> None:
        self.source = source

    def assume_role(self, RoleArn: str, **_: object) -> dict:
        later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        return {
            "Credentials": {
                "AccessKeyId": f"{self.source} > {RoleArn}",
                "SecretAccessKey": "",
                "SessionToken": "assumed",
                "Expiration": later,
            }
        }


def identity(access_key: str, secret_key: str, token: str | None) -> str:
    if token == "assumed":
        return access_key
    return f"{access_key} {secret_key}" + (" with a token" if token else "")


def sts(
    service: str,
    aws_access_key_id: str,
    aws_secret_access_key: str,
    aws_session_token: str | None = None,
    **_: object,
) -> Sts:
    assert service == "sts"
    return Sts(identity(aws_access_key_id, aws_secret_access_key, aws_session_token))


def who(profile: str) -> str:
    try:
        session = Session(profile=profile)
        providers = session.get_component("credential_provider")
        providers.get_provider("assume-role")._client_creator = sts
        found = session.get_credentials()
        if found is None:
            return "nobody"
        frozen = found.get_frozen_credentials()
        return identity(frozen.access_key, frozen.secret_key, frozen.token)
    except Exception as error:  # every way in which it fails is an answer
        return f"error: {type(error).__name__}"


def answer(case: dict) -> dict:
    for name, variable in NAMES.items():
        path = os.environ[variable]
        if case[name] is None:
            if os.path.exists(path):
                os.remove(path)
        else:
            with open(path, "wb") as file:
                file.write(case[name].encode("latin-1"))
    profiles: dict = {}
    for name, variable in NAMES.items():
        try:
            found = parsed(os.environ[variable], name == "config")
        except exceptions.ConfigParseError as error:
            lines = lines_of(error.kwargs["error"])
            return {"error": {"file": name, "lines": lines}}
        for profile, keys in found.items():
            profiles.setdefault(profile, {}).update(keys)
    identities = {}
    if case["identities"]:
        # The whole session reads the same.
        assert sorted(Session().available_profiles) == sorted(profiles)
        identities = {profile: who(profile) for profile in profiles}
    return {"error": None, "profiles": profiles, "identities": identities}


NAMES = {"config": "AWS_CONFIG_FILE", "credentials": "AWS_SHARED_CREDENTIALS_FILE"}

if __name__ == "__main__":
    home = sys.argv[1]
    os.environ["HOME"] = home
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    for name, variable in NAMES.items():
        os.environ[variable] = os.path.join(home, name)
    json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
