"""Calls the local AWS with boto3, to prove its rules: `python probe.py SCRIPT VARIABLES`.

The script is a few lines of Python. `say` makes a call without retries and prints what came of
it: `ok`, or the status, the code and the message.
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(
    retries={"total_max_attempts": 1},
    parameter_validation=False,  # the server is to refuse, not the client
    s3={"addressing_style": "path"},
    read_timeout=20,
)


def client(service: str, key: dict, **options):
    """A client with a user's key pair or with the `Credentials` of an STS answer."""
    return boto3.client(
        service,
        config=CONFIG,
        region_name="eu-west-1",
        aws_access_key_id=key.get("access_key_id") or key["AccessKeyId"],
        aws_secret_access_key=key.get("secret_access_key") or key["SecretAccessKey"],
        aws_session_token=key.get("SessionToken"),
        **options,
    )


def sts(key: dict):
    return client("sts", key)


def say(call, **parameters):
    """Makes one call and tells what came of it. Answers what it got."""
    try:
        answer = call(**parameters)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        print(status, error.response["Error"]["Code"], error.response["Error"]["Message"].strip())
        return None
    except Exception as error:  # the network's and the parser's
        print(type(error).__name__)
        return None
    print(answer.get("Arn") or "ok")
    return answer


def assume(key: dict, role: str, **parameters):
    answer = say(sts(key).assume_role, RoleArn=role, RoleSessionName="probe", **parameters)
    return answer and answer["Credentials"]


def session_token(key: dict, **parameters):
    answer = say(sts(key).get_session_token, **parameters)
    return answer and answer["Credentials"]


def saml(response: str, role: str, provider: str, **parameters):
    """No key signs this call: the assertion is the proof."""
    nobody = client("sts", {"access_key_id": "none", "secret_access_key": "none"})
    parameters |= {"RoleArn": role, "PrincipalArn": provider, "SAMLAssertion": response}
    answer = say(nobody.assume_role_with_saml, **parameters)
    return answer and answer["Credentials"]


def who(key: dict):
    say(sts(key).get_caller_identity)


exec(sys.argv[1], globals() | json.loads(sys.argv[2]))
