"""Policy evaluation: what IAM decides, given documents and a request. Pure.

moto's evaluation knows neither `:root` principals nor most conditions, and takes a statement
about somebody else for a denial. This one does what the IAM user guide says for the parts that
sessions and trust policies use: (Not)Action, (Not)Resource, Principal, Condition, Effect.
"""

import json
import re
from dataclasses import dataclass, field

import conditions

# The version of the policy language that has variables.
LATEST = "2012-10-17"
ALLOW, DENY = "allow", "deny"
# Before a character that came from a variable, and so is no wildcard.
PLAIN = "\0"


@dataclass
class Request:
    action: str
    resource: str = "*"
    # Every ARN or account by which a `Principal` element may name the caller.
    principals: list[str] = field(default_factory=list)
    # Condition keys in lower case; a key that is absent from the request is absent here. A
    # single-valued key has a text, a multivalued one a list.
    context: dict[str, str | list[str]] = field(default_factory=dict)
    # The part of a `Principal` element that can name the caller: "Federated" for SAML.
    principal_type: str = "AWS"


def decide(documents, request: Request) -> str | None:
    """ALLOW, DENY, or None: nothing was said, which is an implicit denial."""
    verdict = None
    for document in map(parse, documents):
        version = document.get("Version", "")
        for statement in as_list(document["Statement"]):
            if applies(statement, request, version):
                if statement["Effect"] == "Deny":
                    return DENY
                verdict = ALLOW
    return verdict


def parse(document) -> dict:
    return json.loads(document) if isinstance(document, str) else document


def applies(statement: dict, request: Request, version: str) -> bool:
    return (
        concerns(statement, "Action", request.action, ignore_case=True)
        and concerns_resource(statement, request, version)
        and names_principal(statement, request)
        and conditions.hold(statement.get("Condition", {}), request.context, version)
    )


def concerns_resource(statement: dict, request: Request, version: str) -> bool:
    # A trust policy has no resource, and "*" is moto's word for "I do not know which one".
    if request.resource == "*" or not {"Resource", "NotResource"} & statement.keys():
        return True
    if version == LATEST:
        statement = {
            element: [filled for one in as_list(value) if (filled := fill(one, request.context))]
            if element in ("Resource", "NotResource")
            else value
            for element, value in statement.items()
        }
    return concerns(statement, "Resource", request.resource)


def fill(value: str, context: dict[str, str | list[str]]) -> str | None:
    """A value of a policy with its variables looked up; None where one has no value."""
    absent = False

    def look_up(match: re.Match) -> str:
        nonlocal absent
        key, _, default = (part.strip() for part in match[1].partition(","))
        found = key if key in ("*", "?", "$") else context.get(key.lower())
        if isinstance(found, list) or (default and not re.fullmatch("'.*'", default)):
            raise conditions.Undecided(match[0])
        if found is None:
            absent = absent or not default
            found = default[1:-1]
        return "".join(PLAIN + char for char in found)

    filled = re.sub(r"\$\{([^}]*)\}", look_up, value)
    return None if absent else filled


def plain(value: str) -> str:
    return value.replace(PLAIN, "")


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
    """IAM's wildcards: `*` is any text, `?` is one character; neither where it is marked."""
    wildcards = {"*": ".*", "?": "."}
    glyphs = re.findall(rf"{PLAIN}?.", pattern, re.DOTALL)
    regex = "".join(wildcards.get(glyph) or re.escape(plain(glyph)) for glyph in glyphs)
    return bool(re.fullmatch(regex, value, re.DOTALL | (re.I if ignore_case else 0)))


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]
