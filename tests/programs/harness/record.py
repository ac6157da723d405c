"""The results of the runs, which may be of several days."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from .verdicts import Cell


@dataclass
class Result:
    version: str
    date: str
    cells: list[Cell]


def add(file: Path, results: dict[str, Result]) -> dict[str, Result]:
    """Adds results to a file and returns all of it. A run of another version of a program replaces its old ones; of
    the same version, only the repeated ways and states."""
    known = read(file)
    for name, new in results.items():
        old = known.get(name)
        if old and old.version == new.version:
            again = {(cell.way, cell.state) for cell in new.cells}
            new.cells += [cell for cell in old.cells if (cell.way, cell.state) not in again]
        known[name] = new
    file.write_text("".join(json.dumps({"name": name} | asdict(result)) + "\n" for name, result in known.items()))
    return known


def read(file: Path) -> dict[str, Result]:
    found = {}
    for line in file.read_text().splitlines() if file.exists() else []:
        row = json.loads(line)
        cells = [Cell(**cell) for cell in row["cells"]]
        found[row["name"]] = Result(row["version"], row["date"], cells)
    return found
