"""The `Condition` element: operators, `IfExists`, and the two set operators. Pure.

`tests/fixtures/policy_conditions.json` has the cases, taken from AWS's documentation. What the
documentation leaves open raises `Undecided`: a test must not rest on it.
"""

import ipaddress
import re
from datetime import datetime, timezone

import policy

# The condition keys of a request: a text for a single-valued key, a list for a multivalued one.
Context = dict[str, str | list[str]]


class Undecided(Exception):
    """AWS's documentation does not say what happens."""


def hold(block: dict, context: Context, version: str) -> bool:
    """Every operator and every key must hold."""
    # A list, not a generator: what is undecided must not depend on the order.
    return all(
        [
            holds(operator, key, [text(v) for v in policy.as_list(wanted)], context, version)
            for operator, keys in block.items()
            for key, wanted in keys.items()
        ]
    )


def holds(operator: str, key: str, wanted: list[str], context: Context, version: str) -> bool:
    actual = context.get(key.lower())
    qualifier, _, operator = operator.rpartition(":")
    if qualifier not in ("", "ForAllValues", "ForAnyValue") or not wanted:
        raise Undecided(operator)
    if operator == "Null":
        return is_null(actual, wanted, qualifier)
    operator, optional = operator.removesuffix("IfExists"), operator.endswith("IfExists")
    negated = "Not" in operator
    test = OPERATORS.get(operator.replace("Not", "", 1))
    if test is None or (negated and operator not in NEGATED):
        raise Undecided(operator)

    def matches(value: str) -> bool:
        found = any([test(value, one) for one in filled_in(wanted, operator, context, version)])
        return found != negated

    if qualifier == "":
        if isinstance(actual, list):
            raise Undecided("a multivalued key without ForAllValues or ForAnyValue")
        return (optional or negated) if actual is None else matches(actual)
    values = policy.as_list(actual) if actual is not None else []
    if not any(values):  # a key that is missing, an empty list, or nothing but empty texts
        if actual is None and optional and qualifier == "ForAnyValue":
            raise Undecided("IfExists with ForAnyValue, and no such key")
        return qualifier == "ForAllValues"
    every_or_some = all if qualifier == "ForAllValues" else any
    return every_or_some([matches(value) for value in values])


def is_null(actual: str | list[str] | None, wanted: list[str], qualifier: str) -> bool:
    if qualifier or actual == "" or not set(wanted) <= {"true", "false"}:
        raise Undecided("Null")
    absent = actual is None or (isinstance(actual, list) and not any(actual))
    return str(absent).lower() in wanted


def text(value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def filled_in(wanted: list[str], operator: str, context: Context, version: str) -> list:
    """The policy's values with their variables looked up: texts in which `policy.PLAIN` marks
    what is no wildcard."""
    if version != policy.LATEST or not operator.startswith(("String", "Arn", "Bool")):
        return wanted
    filled = [policy.fill(value, context) for value in wanted]
    missing = [value for value in filled if value is None]
    # "Any attempt to match it fails", which "might cause the entire statement to be invalid".
    if missing and ("Not" in operator or len(filled) > 1):
        raise Undecided("a variable without a value")
    return [value for value in filled if value is not None]


def is_like_arn(value: str, wanted: str) -> bool:
    parts, patterns = value.split(":", 5), wanted.split(":", 5)
    if len(parts) != 6 or len(patterns) != 6:
        raise Undecided("an ARN with fewer than six components")
    return all(policy.like(pattern, part) for pattern, part in zip(patterns, parts))


def as_bool(value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise Undecided(value)
    return value.lower() == "true"


def as_number(value: str) -> float:
    if not re.fullmatch(r"-?\d+(\.\d+)?", value):
        raise Undecided(value)
    return float(value)


def as_time(value: str) -> datetime:
    """ISO 8601 as https://www.w3.org/TR/NOTE-datetime has it, or seconds since 1970."""
    if re.fullmatch(r"\d{5,11}", value):
        return datetime.fromtimestamp(int(value), timezone.utc)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return datetime.fromisoformat(value).replace(tzinfo=timezone.utc)
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", value):
        raise Undecided(value)
    # Before 3.11, Python reads neither `Z` nor one digit after the point.
    whole, _, rest = value.removesuffix("Z").partition(".")
    fraction = re.match(r"\d*", rest).group()
    zone = rest.removeprefix(fraction) or ("+00:00" if value.endswith("Z") else "")
    return datetime.fromisoformat(whole + (f".{fraction:0<6}" if fraction else "") + zone)


def is_within(value: str, wanted: str) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(wanted)
    except ValueError as error:
        raise Undecided(str(error)) from error


def orders(prefix: str, read) -> dict:
    tests = {
        "Equals": lambda value, wanted: value == wanted,
        "LessThan": lambda value, wanted: value < wanted,
        "LessThanEquals": lambda value, wanted: value <= wanted,
        "GreaterThan": lambda value, wanted: value > wanted,
        "GreaterThanEquals": lambda value, wanted: value >= wanted,
    }
    return {
        prefix + name: lambda value, wanted, test=test: test(read(value), read(wanted))
        for name, test in tests.items()
    }


OPERATORS = {
    "StringEquals": lambda value, wanted: value == policy.plain(wanted),
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == policy.plain(wanted).lower(),
    "StringLike": lambda value, wanted: policy.like(wanted, value),
    "ArnEquals": is_like_arn,
    "ArnLike": is_like_arn,
    "Bool": lambda value, wanted: as_bool(value) == as_bool(policy.plain(wanted)),
    "BinaryEquals": lambda value, wanted: value == wanted,
    "IpAddress": is_within,
    **orders("Numeric", as_number),
    **orders("Date", as_time),
}
NEGATED = {
    "StringNotEquals",
    "StringNotEqualsIgnoreCase",
    "StringNotLike",
    "ArnNotEquals",
    "ArnNotLike",
    "NumericNotEquals",
    "DateNotEquals",
    "NotIpAddress",
}
