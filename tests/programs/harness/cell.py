"""Runs one program through ways and states, in a network of its own, and prints a line of JSON for each.

Started by `runner.py` with a request of JSON on standard input, as root of new namespaces.
"""

import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import identities
from .machine import Machine, places_of
from .server import Server
from .ways import WAYS

LIMIT = 90
"""Seconds after which a program that has signed no request is stopped: such a run shows nothing."""
GRACE = 1.0
"""Seconds in which a program may go on after its first signed request: it may try other keys."""


def have_addresses() -> None:
    """Loopback has every address of 127/8 and, as a second one, of 169.254/16: metadata, ECS, EKS."""
    set_flags, set_address, set_netmask = 0x8914, 0x8916, 0x891C
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for name, address, mask in [
            (b"lo", "127.0.0.1", "255.0.0.0"),
            (b"lo:1", "169.254.169.254", "255.255.0.0"),
        ]:
            for request, value in [(set_address, address), (set_netmask, mask)]:
                packed = struct.pack("16sH2s4s8x", name, socket.AF_INET, b"", socket.inet_aton(value))
                fcntl.ioctl(control, request, packed)
            up_and_running = struct.pack("16sH14x", name, 0x41)
            fcntl.ioctl(control, set_flags, up_and_running)


def run(command: list[str], variables: dict[str, str], server: Server, folder: Path) -> tuple[list[str], str, bool]:
    """The key ids that arrived, in order, what the program said, shortened, and whether it came to an end."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, env=variables, cwd=folder, stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=output, start_new_session=True)
        ends = time.monotonic() + LIMIT
        while process.poll() is None and time.monotonic() < ends:
            if server.arrived:
                ends = min(ends, time.monotonic() + GRACE)
            time.sleep(0.02)
        ended = process.poll() is not None or bool(server.arrived)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        output.seek(0)
        said = output.read().decode("utf-8", "replace")
    arrived = list(server.arrived)
    # Some hand the key to another program instead of signing: their snippet says `uses KEY`.
    for line in said.splitlines():
        if line.startswith("uses "):
            arrived += [key for key in identities.NAMES if key in line]
    return arrived, f"{said[:400]} ... {said[-400:]}", ended


def main() -> None:
    request = json.load(sys.stdin)
    have_addresses()
    for source, target in request["mounts"]:
        subprocess.run(["mount", "--bind", source, target], check=True)
    server = Server(*request["certificate"])
    machine = Machine(Path(request["folder"]), request["path"])
    machine.install_session()
    for way_name, state in request["cells"]:
        variables = machine.become(state) | request["variables"]
        work = Path(tempfile.mkdtemp(dir=machine.folder))
        server.begin(places_of(state))
        started = time.monotonic()
        command = [word.replace("{work}", str(work)).replace("{home}", str(machine.home)) for word in request["command"]]
        arrived, said, ended = run([*WAYS[way_name].command, *command], variables, server, work)
        names = list(dict.fromkeys(identities.NAMES.get(key, key) for key in arrived))
        seconds = round(time.monotonic() - started, 1)
        print(json.dumps({"way": way_name, "state": state, "arrived": names, "said": said,
                          "ended": ended, "seconds": seconds}), flush=True)
    machine.leave()


if __name__ == "__main__":
    main()
