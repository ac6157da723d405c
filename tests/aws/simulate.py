"""SimulatePrincipalPolicy, which moto does not have: what IAM itself would decide for an identity."""

import callers
import policy
from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse

_WORDS = {policy.ALLOW: "allowed", policy.DENY: "explicitDeny", None: "implicitDeny"}


def simulate_principal_policy(self: IamResponse) -> ActionResult:
    documents = identity_of(self._get_param("PolicySourceArn")).identity_policies()
    context = {
        entry["ContextKeyName"].lower(): entry["ContextKeyValues"]
        if entry["ContextKeyType"].endswith("List")
        else entry["ContextKeyValues"][0]
        for entry in self._get_param("ContextEntries") or []
    }
    missing = sorted(keys_of(documents) - context.keys())
    results = [
        {
            "EvalActionName": action,
            "EvalResourceName": resource,
            "EvalDecision": _WORDS[
                policy.decide(documents, policy.Request(action, resource, context=context))
            ],
            "MissingContextValues": missing,
        }
        for action in self._get_param("ActionNames")
        for resource in self._get_param("ResourceArns") or ["*"]
    ]
    return ActionResult({"EvaluationResults": results, "IsTruncated": False})


def keys_of(documents) -> set[str]:
    """The condition keys of documents, in lower case."""
    return {
        key.lower()
        for document in map(policy.parse, documents)
        for statement in policy.as_list(document["Statement"])
        for keys in statement.get("Condition", {}).values()
        for key in keys
    }


def identity_of(arn: str) -> callers.Caller:
    _, partition, _, _, account, resource = arn.split(":", 5)
    kind, _, name = resource.partition("/")
    who = {"user": name} if kind == "user" else {"role_arn": arn}
    return callers.Caller(account, partition, "", "", **who)


def install() -> None:
    IamResponse.simulate_principal_policy = simulate_principal_policy
