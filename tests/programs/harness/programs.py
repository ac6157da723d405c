"""The rows of programs.toml."""

import re
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Program:
    name: str
    version: str
    run: list[str]
    variables: dict[str, str] = field(default_factory=dict)
    quick: bool = False
    note: str = ""
    exceptions: list[str] = field(default_factory=list)

    def installed_version(self) -> str | None:
        """Nothing where it could not be had."""
        command = ["sh", "-c", self.version]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        found = re.search(r"\d+\.\d+(\.\d+)*", said)
        return found[0] if found else None


def load(folder: Path, rig: Path, venv: Path) -> list[Program]:
    text = (folder / "programs.toml").read_text()
    places = {"rig": rig, "here": folder, "venv": venv, "pip": f"{rig}/python/bin/pip"}
    for name, path in places.items():
        text = text.replace("{" + name + "}", str(path))
    rows = tomllib.loads(text)["program"]
    return [Program(variables=row.pop("with", {}), **row) for row in rows]
