"""What a run shows."""

from dataclasses import dataclass

from .identities import SESSION, place_of
from .machine import STATES
from .ways import WAYS


@dataclass(frozen=True)
class Cell:
    program: str
    way: str
    state: str
    arrived: list[str]
    """Whose keys signed requests, in order."""
    said: str
    seconds: float
    ended: bool = True
    """Not where the program was stopped before it had signed anything."""


def verdict(cell: Cell) -> str:
    """`right`, `closed`, `no end`, or `wrong: PLACE, PLACE`. Without leapp: `found: PLACE` or `none`."""
    found = list(dict.fromkeys(place_of(name) for name in cell.arrived if name != "nobody"))
    if cell.way == "plain":
        return "found: " + ", ".join(found) if found else "none"
    wrong = [name for name in found if WAYS[cell.way].closed or name != SESSION]
    if wrong:
        return "wrong: " + ", ".join(wrong)
    return "right" if found else "closed" if cell.ended else "no end"


def problems(cells: list[Cell], exceptions: list[str]) -> list[str]:
    """What must not be: other credentials than the session's, unless the way is a known exception, or a run that
    shows nothing, since the program came to no end or finds no credentials at all."""
    found = []
    for cell in cells:
        result = verdict(cell)
        wrong = result == "no end" or (result.startswith("wrong") and cell.way not in exceptions)
        idle = result != "right" and cell.way in ("exec", "env") and cell.way not in exceptions
        if wrong or idle:
            found.append(f"{cell.program}, {cell.way}, {cell.state}: {result}: {cell.said}")
    for way in exceptions:
        verdicts = [verdict(cell) for cell in cells if cell.way == way]
        if len(verdicts) == len(STATES) and not any(result.startswith("wrong") for result in verdicts):
            found.append(f"{cells[0].program} is no exception for {way} any more")
    plain = [cell for cell in cells if cell.way == "plain"]
    if plain and not any(cell.arrived for cell in plain):
        found.append(f"{plain[0].program} finds nothing without leapp either: {plain[0].said}")
    return found
