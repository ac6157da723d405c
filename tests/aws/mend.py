"""Does what `leapp doctor --json` says, as an administrator of each account would.

    python mend.py ENDPOINT ADMINS < report.json

`ADMINS` is JSON: an account's number, and the key pair of somebody who may do everything there.
Statements are added and removed exactly as they are printed; everything else is left to the caller.
"""

import json
import sys

import boto3


def main() -> None:
    endpoint, admins = sys.argv[1], json.loads(sys.argv[2])
    report = json.load(sys.stdin)
    for hop in report["chain"]["hops"]:
        for finding in hop["findings"]:
            for mend in finding["mends"][:1]:
                if mend["do"] in ("add-statement", "remove-statement"):
                    account = mend["of"].split(":")[4]
                    change(client(endpoint, admins[account]), mend)


def client(endpoint: str, admin: dict):
    return boto3.client(
        "iam",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=admin["access_key_id"],
        aws_secret_access_key=admin["secret_access_key"],
    )


def change(iam, mend: dict) -> None:
    kind, name = mend["of"].split(":", 5)[5].split("/", 1)
    if mend["policy"] == "trust":
        document = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
        statements = changed(document["Statement"], mend)
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=policy(statements))
        return
    owner = {f"{kind.title()}Name": name}
    list_policies = getattr(iam, f"list_{kind}_policies")
    get, put = getattr(iam, f"get_{kind}_policy"), getattr(iam, f"put_{kind}_policy")
    if mend["do"] == "add-statement":
        put(**owner, PolicyName="mended", PolicyDocument=policy([mend["statement"]]))
        return
    for policy_name in list_policies(**owner)["PolicyNames"]:
        document = get(**owner, PolicyName=policy_name)["PolicyDocument"]
        statements = changed(document["Statement"], mend)
        if not statements:  # IAM keeps no policy that says nothing
            getattr(iam, f"delete_{kind}_policy")(**owner, PolicyName=policy_name)
            continue
        put(**owner, PolicyName=policy_name, PolicyDocument=policy(statements))


def changed(statements, mend: dict) -> list:
    statements = statements if isinstance(statements, list) else [statements]
    if mend["do"] == "add-statement":
        return [*statements, mend["statement"]]
    return [statement for statement in statements if statement != mend["statement"]]


def policy(statements: list) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


if __name__ == "__main__":
    main()
