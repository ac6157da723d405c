"""Holds `conditions.py` to a table of cases: `check_conditions.py TABLE`. Prints what differs."""

import json
import sys

import conditions
import policy


def decided(case: dict) -> str:
    context = {key.lower(): value for key, value in case["context"].items()}
    try:
        version = case.get("version", policy.LATEST)
        return str(conditions.hold(case["condition"], context, version)).lower()
    except conditions.Undecided:
        return "unknown"


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as table:
        # A server knows all keys of a request: cases with unknown ones are not for it.
        cases = [case for case in json.load(table) if "unknown" not in case]
    for case in cases:
        if (found := decided(case)) != case["expected"]:
            print(f"{found} instead of {case['expected']}: {json.dumps(case)}")
    print(f"{len(cases)} cases")


main()
