"""Session policies by ARN: AWS's own, of which a test needs a few, and the account's."""

import errors

_AWS_MANAGED = {
    # The real one lists 1,500 actions; these patterns are what they have in common.
    "ReadOnlyAccess": ["*:Get*", "*:List*", "*:Describe*", "*:Head*", "*:BatchGet*"],
    "AdministratorAccess": ["*"],
}


def document(arn: str, backend):
    """The policy behind an ARN, in any partition."""
    name = arn.rsplit("/", 1)[-1]
    if ":iam::aws:policy/" in arn and name in _AWS_MANAGED:
        return allow(_AWS_MANAGED[name])
    if arn in backend.managed_policies:
        versions = backend.managed_policies[arn].versions
        return next(version.document for version in versions if version.is_default)
    raise errors.AwsError(
        400, "PolicyNotFound", f"The requested policy {arn} does not exist or is not attachable"
    )


def allow(actions: list[str]) -> dict:
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}
