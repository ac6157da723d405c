"""Writes docs/programs.md."""

import textwrap

from .identities import OLD_NAMES, PLACES
from .programs import Program
from .record import Result
from .verdicts import Cell, verdict
from .ways import WAYS

INTRODUCTION = """\
<!-- Written by tests/programs/run.sh --page: change the files of tests/programs, not this one. -->

# Programs that read AWS credentials

For each program that was tried, this page says which ways of handing over credentials work with it, and whether it
finds any after a switch that failed. Every cell is the result of actual runs.

## How it was measured

`tests/programs/run.sh` installs fixed versions of the programs and runs each of them in a network of its own. There,
one server plays AWS and everything that a machine can offer: the metadata service, the endpoint of an ECS task and
the agent of EKS Pod Identity at their real addresses, and STS for a web identity. Each place hands out another access
key id. The server records which access key id signed the program's requests.

A program runs once with each of these places, and once with all of them together:

{places}

{old_names}

In the table:

- **yes**: the session's credentials signed the requests in all of the runs.
- **stops**: the program found no credentials, and used no others.
- **yes, or stops**: one or the other, depending on what else the machine offers. It used no others.
- **takes** ...: the program used these credentials instead of the session's. Use another way. Where leapp can know the
  program by its name, it warns.
- **no end**: it was stopped after 90 seconds without a request, so nothing is known.
- **closed**: the program found no credentials in any of the runs. It may have signed a request with the key id
  `leapp-no-credentials`, which AWS refuses.

"After a failed switch" is the state in which `eval "$(leapp env ALIAS)"` and `leapp use ALIAS` leave a shell when
they fail, in bash. {in_all_shells} also ran in that state of dash, zsh and fish.

## The table

"""

EXCEPTIONS = """\

## Exceptions, and the way that works

"""

WITHOUT = """\

## What the programs find without leapp

An `x` means that the program uses the credentials of this place where it is the only one. So the table shows what
the runs above could have found. No `x` means that the program does not know the place, or needs a setting for it.

"""

SHORT = ["`[default]` keys", "`[default]` process", "metadata", "ECS", "EKS", "web identity", "old names"]
"""The headings of the places."""
SUCCESSES = ["exec", "profile", "serve", "env"]
FAILURES = [way.name for way in WAYS.values() if way.closed]


def page(programs: list[Program], results: dict[str, Result]) -> str:
    rows = [(program, results[program.name]) for program in programs if program.name in results]
    text = INTRODUCTION.format(
        places=places(), old_names=old_names(), in_all_shells=listed([row.name for row, _ in rows if row.quick])
    )
    text += table(
        ["Program", "Version", "Date", *(WAYS[way].title for way in SUCCESSES), "after a failed switch"],
        [
            [
                program.name + (f" ({program.note})" if program.note else ""),
                result.version,
                result.date,
                *(success(result, way) for way in SUCCESSES),
                failure(result),
            ]
            for program, result in rows
        ],
    )
    text += EXCEPTIONS + "".join(exceptions(rows, way) for way in SUCCESSES)
    text += WITHOUT + table(
        ["Program", *SHORT],
        [[program.name, *(finds(result, place) for place in PLACES)] for program, result in rows],
    )
    return text


def places() -> str:
    return "\n".join(f"- {title}" for title in PLACES.values())


def old_names() -> str:
    return wrap(f"The old names are {listed([f'`{key}`' for key, _ in OLD_NAMES.values()])}, each with its secret.")


def listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def wrap(text: str) -> str:
    indent = "  " if text.startswith("- ") else ""
    return textwrap.fill(text, 118, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def of(result: Result, *ways: str) -> list[Cell]:
    return [cell for cell in result.cells if cell.way in ways]


def taken(cells: list[Cell]) -> str:
    """The places whose credentials were used and should not be."""
    verdicts = [verdict(cell) for cell in cells]
    found = {place for text in verdicts if text.startswith("wrong: ") for place in text[7:].split(", ")}
    titles = PLACES | {"session": "the session's credentials"}
    return ", ".join(title for place, title in titles.items() if place in found)


def warns(cells: list[Cell]) -> bool:
    """Whether leapp said beforehand that the program ignores this way."""
    return all("ignores what `--" in cell.said for cell in cells if verdict(cell).startswith("wrong"))


def success(result: Result, way: str) -> str:
    cells = of(result, way)
    if taken(cells):
        return f"**takes** {taken(cells)}" + ("; leapp warns" if warns(cells) else "")
    verdicts = {verdict(cell) for cell in cells}
    if "no end" in verdicts:
        return "no end"
    return {("right",): "yes", ("closed",): "stops", (): "not tried"}.get(tuple(verdicts), "yes, or stops")


def failure(result: Result) -> str:
    cells = of(result, *FAILURES)
    if taken(cells):
        return f"**takes** {taken(cells)}"
    if any(verdict(cell) == "no end" for cell in cells):
        return "no end"
    return "closed" if cells else "not tried"


def finds(result: Result, place: str) -> str:
    return "x" if any(cell.state == place and cell.arrived for cell in of(result, "plain")) else ""


def exceptions(rows: list[tuple[Program, Result]], way: str) -> str:
    """The programs that a way does not suit, by the ways that suit them."""
    by_others: dict[str, list[str]] = {}
    for program, result in rows:
        if success(result, way) not in ("yes", "not tried"):
            others = " or ".join(WAYS[other].title for other in SUCCESSES if success(result, other) == "yes")
            by_others.setdefault(others, []).append(program.name)
    instead = f"instead of {WAYS[way].title}"
    lines = [f"- {', '.join(names)}: {instead}, use {others}." for others, names in by_others.items()]
    return "".join(wrap(line) + "\n" for line in lines)


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
