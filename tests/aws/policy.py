"""Policy evaluation: what IAM decides, given documents and a request. Pure.

moto's evaluation knows neither `:root` principals nor most conditions, and takes a statement
about somebody else for a denial. This one does what the IAM user guide says for the parts that
sessions and trust policies use: (Not)Action, (Not)Resource, Principal, Condition, Effect.
"""

import json
import re
from dataclasses import dataclass, field

import conditions

ALLOW, DENY = "allow", "deny"


@dataclass
class Request:
    action: str
    resource: str = "*"
    # Every ARN or account by which a `Principal` element may name the caller.
    principals: list[str] = field(default_factory=list)
    # Condition keys in lower case; a key that is absent from the request is absent here.
    context: dict[str, list[str]] = field(default_factory=dict)
    # The part of a `Principal` element that can name the caller: "Federated" for SAML.
    principal_type: str = "AWS"


def decide(documents, request: Request) -> str | None:
    """ALLOW, DENY, or None: nothing was said, which is an implicit denial."""
    verdict = None
    for document in documents:
        for statement in as_list(parse(document)["Statement"]):
            if applies(statement, request):
                if statement["Effect"] == "Deny":
                    return DENY
                verdict = ALLOW
    return verdict


def parse(document) -> dict:
    return json.loads(document) if isinstance(document, str) else document


def applies(statement: dict, request: Request) -> bool:
    return (
        concerns(statement, "Action", request.action, ignore_case=True)
        and concerns_resource(statement, request.resource)
        and names_principal(statement, request)
        and conditions.hold(statement.get("Condition", {}), request.context)
    )


def concerns_resource(statement: dict, resource: str) -> bool:
    # A trust policy has no resource, and "*" is moto's word for "I do not know which one".
    if resource == "*" or not {"Resource", "NotResource"} & statement.keys():
        return True
    return concerns(statement, "Resource", resource)


def concerns(statement: dict, element: str, value: str, ignore_case=False) -> bool:
    if f"Not{element}" in statement:
        return not any_like(statement[f"Not{element}"], value, ignore_case)
    return any_like(statement[element], value, ignore_case)


def names_principal(statement: dict, request: Request) -> bool:
    if "Principal" not in statement:
        return True
    named = statement["Principal"]
    accepted = as_list(named if isinstance(named, str) else named.get(request.principal_type, []))
    return any(principal in accepted for principal in request.principals)


def any_like(patterns, value: str, ignore_case=False) -> bool:
    return any(like(pattern, value, ignore_case) for pattern in as_list(patterns))


def like(pattern: str, value: str, ignore_case=False) -> bool:
    """IAM's wildcards: `*` is any text, `?` is one character."""
    regex = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return bool(re.fullmatch(regex, value, re.DOTALL | (re.I if ignore_case else 0)))


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]
