"""Runs the programs of programs.toml through all ways and states, and reports whose credentials arrived."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import machine, programs
from .page import page
from .verdicts import Cell, problems, verdict
from .ways import WAYS

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
RIG = ROOT / "target/rig/programs"
CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")

# What programs call that cannot be pointed at another address.
HOSTS = """127.0.0.1 localhost sts.amazonaws.com sts.us-east-1.amazonaws.com s3.amazonaws.com
127.0.0.1 s3.us-east-1.amazonaws.com bucket.s3.amazonaws.com bucket.s3.us-east-1.amazonaws.com
"""


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", action="append", default=[], help="part of a name; may be repeated")
    parser.add_argument("--way", action="append", default=[], choices=WAYS, help="may be repeated")
    parser.add_argument("--state", action="append", default=[], choices=machine.STATES, help="may be repeated")
    parser.add_argument("--quick", action="store_true", help="only those that run in every CI run")
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("--details", type=Path, help="a file for a line of JSON for each cell")
    parser.add_argument("--page", type=Path, help="the document to write, such as docs/programs.md")
    parser.add_argument("--binaries", type=Path, default=ROOT / "target/debug", help="where leapp and leapp-exec are")
    return parser.parse_args()


def main() -> int:
    wanted = options()
    chosen = [
        program
        for program in programs.load(HERE, RIG, ROOT / "target/rig/venv")
        if (not wanted.quick or program.quick)
        and (not wanted.program or any(part.lower() in program.name.lower() for part in wanted.program))
    ]
    with tempfile.TemporaryDirectory() as shared, ThreadPoolExecutor(wanted.jobs) as pool:
        mounts = write_mounts(Path(shared))
        runs = list(pool.map(lambda program: run(program, wanted, mounts), chosen))
    cells = {program.name: cells for program, (_, cells) in zip(chosen, runs)}
    versions = {program.name: version for program, (version, _) in zip(chosen, runs)}
    if wanted.page:
        leapp = subprocess.run([wanted.binaries / "leapp", "--version"], capture_output=True, text=True, check=True)
        text = page(chosen, versions, cells, time.strftime("%Y-%m-%d"), leapp.stdout.strip())
        wanted.page.parent.mkdir(exist_ok=True)
        wanted.page.write_text(text)
    missing = [name for name, version in versions.items() if version is None]
    found = [line for program in chosen for line in problems(cells[program.name], program.exceptions)]
    for line in found:
        print(f"\n{line}")
    for name in missing:
        print(f"not installed: {name}")
    print(f"{sum(map(len, cells.values()))} runs, {len(found)} problems, {len(missing)} programs not installed")
    return 1 if found else 0


def write_mounts(folder: Path) -> list[tuple[str, str]]:
    hosts, bundle = folder / "hosts", folder / "bundle.pem"
    hosts.write_text(HOSTS)
    bundle.write_text(CA_BUNDLE.read_text() + (RIG / "tls/ca.pem").read_text())
    return [(str(hosts), "/etc/hosts"), (str(bundle), str(CA_BUNDLE))]


def run(program: programs.Program, wanted, mounts) -> tuple[str | None, list[Cell]]:
    version = program.installed_version()
    if version is None:
        return None, []
    ways = wanted.way or [name for name, way in WAYS.items() if program.quick or not way.shells]
    states = wanted.state or machine.STATES
    with tempfile.TemporaryDirectory() as folder:
        request = {
            "folder": f"{folder}/machine",
            "path": machine.path_for(wanted.binaries.resolve(), RIG),
            "mounts": mounts,
            "certificate": [str(RIG / "tls/cert.pem"), str(RIG / "tls/key.pem")],
            "command": program.run,
            "variables": program.variables,
            "cells": [(way, state) for way in ways for state in states],
        }
        unshare = ["unshare", "--mount", "--net"] + ([] if os.getuid() == 0 else ["--map-root-user"])
        done = subprocess.run(
            [*unshare, sys.executable, "-m", "harness.cell"],
            input=json.dumps(request), cwd=HERE, text=True, stdout=subprocess.PIPE, check=True,
        )
    cells = [Cell(program.name, **json.loads(line)) for line in done.stdout.splitlines()]
    for cell in cells:
        result = verdict(cell)
        if result.startswith("wrong"):
            print(f"{program.name}, {cell.way}, {cell.state}: {result}", flush=True)
    print(f"{program.name} {version}: {len(cells)} runs", flush=True)
    if wanted.details:
        with wanted.details.open("a") as details:
            details.writelines(json.dumps(vars(cell) | {"verdict": verdict(cell)}) + "\n" for cell in cells)
    return version, cells


if __name__ == "__main__":
    sys.exit(main())
