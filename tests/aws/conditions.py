"""The `Condition` element: operators, `IfExists`, and the two set qualifiers. Pure."""

import policy


def hold(block: dict, context: dict[str, list[str]]) -> bool:
    """Every operator and every key must hold; one of a key's values is enough."""
    return all(
        holds(operator, context.get(key.lower()), [str(v) for v in policy.as_list(expected)])
        for operator, keys in block.items()
        for key, expected in keys.items()
    )


def holds(operator: str, actual: list[str] | None, expected: list[str]) -> bool:
    qualifier, _, operator = operator.rpartition(":")
    if operator == "Null":
        return (actual is None) == (expected[0].lower() == "true")
    operator, optional = operator.removesuffix("IfExists"), operator.endswith("IfExists")
    negated = "Not" in operator
    if actual is None:
        return optional or negated or qualifier == "ForAllValues"
    test = OPERATORS[operator.replace("Not", "")]
    matches = [any(test(value, wanted) for wanted in expected) for value in actual]
    if negated:
        return not any(matches)
    return all(matches) if qualifier == "ForAllValues" else any(matches)


def same_bool(value: str, wanted: str) -> bool:
    return value.lower() == wanted.lower()


OPERATORS = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": lambda value, wanted: policy.like(wanted, value),
    "ArnEquals": lambda value, wanted: policy.like(wanted, value),
    "ArnLike": lambda value, wanted: policy.like(wanted, value),
    "Bool": same_bool,
    "NumericEquals": lambda value, wanted: float(value) == float(wanted),
    "NumericLessThan": lambda value, wanted: float(value) < float(wanted),
    "NumericLessThanEquals": lambda value, wanted: float(value) <= float(wanted),
    "NumericGreaterThan": lambda value, wanted: float(value) > float(wanted),
    "NumericGreaterThanEquals": lambda value, wanted: float(value) >= float(wanted),
}
