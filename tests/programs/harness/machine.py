"""The machine of a run: its files and variables, in each state, and leapp's session on it."""

import os
import shutil
import subprocess
from pathlib import Path

from . import identities
from .server import POD_PATH, POD_TOKEN, TASK_PATH

ALIAS = "work"

# Made by `age-keygen` for tests. It protects nothing.
IDENTITY = "AGE-SECRET-KEY-189GQ0SCC503H9CUF8Q967MP5Q3WTVXLE004E9Z76N0ER8G6FAJQQ79S0JL\n"

STATES = [*identities.PLACES, "all"]
"""One place of credentials after the other, and all at once."""


def places_of(state: str) -> set[str]:
    return set(identities.PLACES) if state == "all" else {state} & set(identities.PLACES)


class Machine:
    """A home folder with leapp's session `work`, which is brought from state to state."""

    def __init__(self, folder: Path, path: str):
        self.home = folder / "home"
        self.folder = folder
        self.path = path
        self.aws = self.home / ".aws"

    def basis(self) -> dict[str, str]:
        """Variables that are the same in every state."""
        return {
            "HOME": str(self.home),
            "PATH": self.path,
            "TMPDIR": str(self.folder / "tmp"),
            "USER": "alice",
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "LEAPP_SECRETS": "file",
            "LEAPP_IDENTITY_FILE": str(self.folder / "identity.txt"),
            "AWS_ENDPOINT_URL": "http://127.0.0.1",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_PAGER": "",
        }

    def install_session(self) -> None:
        (self.folder / "tmp").mkdir(parents=True)
        self.home.mkdir()
        identity = self.folder / "identity.txt"
        identity.write_text(IDENTITY)
        identity.chmod(0o600)
        key = identities.key_id(identities.ROOT)
        self.leapp("add", "user", "user", "--access-key-id", key, "--region", "us-east-1",
                   "--secret-access-key", "-", stdin=identities.secret(identities.ROOT))
        role = "arn:aws:iam::111122223333:role/work"
        self.leapp("add", "chained", ALIAS, "--role-arn", role, "--assumer-session", "user")

    def leapp(self, *arguments: str, stdin: str = "") -> None:
        done = subprocess.run(["leapp", *arguments], input=stdin, env=self.basis(), text=True,
                              capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"leapp {arguments[0]}: {done.stderr}")

    def become(self, state: str) -> dict[str, str]:
        """Writes the files of a state, and returns its variables."""
        shutil.rmtree(self.aws, ignore_errors=True)
        self.aws.mkdir()
        places = places_of(state)
        variables = self.basis()
        config = "[default]\nregion = us-east-1\n"
        if "default-keys" in places:
            self.write("credentials", f"[default]\naws_access_key_id = {identities.key_id('default-keys')}\n"
                                      f"aws_secret_access_key = {identities.secret('default-keys')}\n")
        if "default-process" in places:
            process = self.folder / "process"
            process.write_text(f"#!/bin/sh\necho '{identities.process_credentials('default-process')}'\n")
            process.chmod(0o700)
            config += f"credential_process = {process}\n"
        self.write("config", config)
        if "task" in places:
            variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = TASK_PATH
        if "pod" in places:
            # The address of the agent of EKS.
            variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"http://169.254.170.23{POD_PATH}"
            variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = self.write("pod-token", POD_TOKEN)
        if "web-identity" in places:
            variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = self.write("web-token", "header.payload.signature")
            variables["AWS_ROLE_ARN"] = "arn:aws:iam::111122223333:role/web"
            variables["AWS_ROLE_SESSION_NAME"] = "web"
        if "old-names" in places:
            for name, (key, secret) in identities.OLD_NAMES.items():
                variables |= {key: identities.key_id(name), secret: identities.secret(name)}
        return variables

    def write(self, name: str, text: str) -> str:
        file = self.aws / name
        file.write_text(text)
        file.chmod(0o600)
        return str(file)

    def leave(self) -> None:
        """The kernel keeps what leapp unlocked for hours: not for a folder that is gone."""
        self.leapp("lock")
        shutil.rmtree(self.folder)


def path_for(binaries: Path, rig: Path) -> str:
    """leapp, then the programs of the rig, then the system."""
    ours = [binaries, *(rig / name for name in ("bin", "python/bin", "go"))]
    return os.pathsep.join([*map(str, ours), os.environ["PATH"]])
