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

from . import machine, programs, record
from .page import page
from .record import Result
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
    parser.add_argument("--record", type=Path, help="a file of results, to which those of this run are added")
    parser.add_argument("--page", type=Path, help="the document to write from the record, such as docs/programs.md")
    parser.add_argument("--binaries", type=Path, default=ROOT / "target/debug", help="where leapp and leapp-exec are")
    return parser.parse_args()


def main() -> int:
    wanted = options()
    known = programs.load(HERE, RIG, ROOT / "target/rig/venv")
    chosen = [
        program
        for program in known
        if (not wanted.quick or program.quick)
        and (not wanted.program or any(part.lower() in program.name.lower() for part in wanted.program))
    ]
    with tempfile.TemporaryDirectory() as shared, ThreadPoolExecutor(wanted.jobs) as pool:
        mounts = write_mounts(Path(shared))
        runs = list(pool.map(lambda program: run(program, wanted, mounts), chosen))
    results = dict(filter(None, runs))
    if wanted.record:
        results = record.add(wanted.record, results)
    if wanted.page:
        wanted.page.parent.mkdir(exist_ok=True)
        wanted.page.write_text(page(known, results))
    found = [line for program in chosen if program.name in results
             for line in problems(results[program.name].cells, program.exceptions)]
    for line in found:
        print(f"\n{line}")
    missing = [program.name for program, result in zip(chosen, runs) if result is None]
    if missing:
        print(f"not installed: {', '.join(missing)}")
    print(f"{len(chosen) - len(missing)} programs, {len(found)} problems")
    return 1 if found else 0


def write_mounts(folder: Path) -> list[tuple[str, str]]:
    hosts, bundle = folder / "hosts", folder / "bundle.pem"
    hosts.write_text(HOSTS)
    bundle.write_text(CA_BUNDLE.read_text() + (RIG / "tls/ca.pem").read_text())
    return [(str(hosts), "/etc/hosts"), (str(bundle), str(CA_BUNDLE))]


def run(program: programs.Program, wanted, mounts) -> tuple[str, Result] | None:
    """Nothing where the program could not be had."""
    version = program.installed_version()
    if version is None:
        return None
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
            # The other shells get the same statements: one state is enough where time is short.
            "cells": [(way, state) for way in ways for state in states
                      if not (wanted.quick and WAYS[way].shells and state != "all")],
        }
        unshare = ["unshare", "--mount", "--net"] + ([] if os.getuid() == 0 else ["--map-root-user"])
        done = subprocess.run(
            [*unshare, sys.executable, "-m", "harness.cell"],
            input=json.dumps(request), cwd=HERE, text=True, stdout=subprocess.PIPE, check=True,
        )
    cells = [Cell(program.name, **json.loads(line)) for line in done.stdout.splitlines()]
    print(f"{program.name} {version}: {len(cells)} runs", flush=True)
    for cell in cells:
        if verdict(cell).startswith("wrong"):
            print(f"  {cell.way}, {cell.state}: {verdict(cell)}", flush=True)
    return program.name, Result(version, time.strftime("%Y-%m-%d"), cells)


if __name__ == "__main__":
    sys.exit(main())
