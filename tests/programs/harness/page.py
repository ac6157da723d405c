"""Writes docs/programs.md."""

from .identities import PLACES
from .machine import STATES
from .verdicts import Cell, verdict
from .ways import WAYS

INTRODUCTION = """\
<!-- Written by tests/programs/run.sh --page docs/programs.md: change tests/programs/, not this file. -->

# Programs that read AWS credentials

This page says for each program that was tried whether it uses the session's credentials, and whether it finds any
after a switch that failed. Every cell is the result of actual runs on {date}, with {leapp}.

## How it was measured

`tests/programs/run.sh` installs the programs in fixed versions and runs each of them in a network of its own. One
server plays AWS there, and everything that a machine can offer: the metadata service, the endpoint of an ECS task
and the agent of EKS Pod Identity at their real addresses, and a web identity. Each place gives out another access
key id. The server records which access key id signed the program's requests.

A program ran once for each of these places, and once with all of them together:

{states}

"Old names" are the variables {old_names}.

What the table says:

- **yes**: the requests were signed with the session's credentials, in all of the runs.
- **stops**: the program signed no request, or one that AWS refuses. Nothing else happens.
- **yes, or stops**: it depends on what else the machine offers. It never used other credentials.
- **takes** ...: the program used these credentials instead. Use another way.
- **closed**: no credentials were found, in all of the runs.

## The table

"After a failed switch" is the state in which `eval "$(leapp env ALIAS)"` and `leapp use ALIAS` leave a shell when
they fail.

"""

WITHOUT = """\

## What the programs find without leapp

This is what a program takes where only that place has credentials. It shows that the runs above had something to
find. A program with no mark in a column does not know that place, or needs a setting for it.

"""

SUCCESSES = ["exec", "profile", "serve", "env"]
FAILURES = ["env-fails", "use-fails"]


def page(programs, versions, cells: dict[str, list[Cell]], date: str, leapp: str) -> str:
    rows = [program for program in programs if versions[program.name]]
    text = INTRODUCTION.format(date=date, leapp=leapp, states=states(), old_names=old_names())
    titles = [WAYS[way].title for way in SUCCESSES]
    text += table(
        ["Program", "Version", *titles, "after a failed switch"],
        [
            [
                program.name + (f" ({program.note})" if program.note else ""),
                versions[program.name],
                *(success(of(cells, program, [way])) for way in SUCCESSES),
                failure(of(cells, program, FAILURES)),
            ]
            for program in rows
        ],
    )
    text += exceptions(rows, cells) + WITHOUT
    text += table(
        ["Program", *PLACES],
        [[program.name, *(mark(cells, program, place) for place in PLACES)] for program in rows],
    )
    missing = [program.name for program in programs if not versions[program.name]]
    if missing:
        text += f"\nNot tried this time, since they could not be installed: {', '.join(missing)}.\n"
    return text


def states() -> str:
    places = [f"- {title}" for title in PLACES.values()]
    return "\n".join(places)


def old_names() -> str:
    from .identities import OLD_NAMES

    keys = [f"`{key}`" for key, _ in OLD_NAMES.values()]
    return ", ".join(keys[:-1]) + " and " + keys[-1] + ", each with the secret that belongs to it"


def of(cells, program, ways) -> list[Cell]:
    return [cell for cell in cells[program.name] if cell.way in ways and cell.state in STATES]


def taken(cells: list[Cell]) -> str:
    """The places whose credentials were used and should not be."""
    verdicts = [verdict(cell) for cell in cells]
    places = {place for text in verdicts if text.startswith("wrong: ") for place in text[7:].split(", ")}
    return ", ".join(PLACES.get(place, "the session") for place in [*PLACES, "session"] if place in places)


def success(cells: list[Cell]) -> str:
    verdicts = {verdict(cell) for cell in cells}
    if taken(cells):
        return f"**takes** {taken(cells)}"
    return {
        frozenset(): "",
        frozenset({"right"}): "yes",
        frozenset({"closed"}): "stops",
    }.get(frozenset(verdicts), "yes, or stops")


def failure(cells: list[Cell]) -> str:
    return f"**takes** {taken(cells)}" if taken(cells) else "closed"


def mark(cells, program, place: str) -> str:
    (cell,) = [cell for cell in of(cells, program, ["plain"]) if cell.state == place]
    return "x" if cell.arrived else ""


def exceptions(rows, cells) -> str:
    text = "\n## Exceptions\n\n"
    for way in SUCCESSES:
        for what, found in [("other credentials", "**takes**"), ("none in some or all of the runs", "stops")]:
            names = [row.name for row in rows if found in success(of(cells, row, [way]))]
            if names:
                text += f"- With {WAYS[way].title}, these find {what}: {', '.join(names)}.\n"
                others = [WAYS[other].title for other in SUCCESSES if all(
                    success(of(cells, row, [other])) == "yes" for row in rows if row.name in names)]
                if others:
                    text += f"  They work with {' and with '.join(others)}.\n"
    return text


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
