"""The ways by which a program gets credentials, or by which it must get none."""

from dataclasses import dataclass

from .machine import ALIAS


@dataclass(frozen=True)
class Way:
    name: str
    title: str
    """The heading of its column."""
    command: tuple[str, ...]
    """What stands before the program's own command."""
    closed: bool = False
    """Whether no credentials may be found."""
    shells: bool = False
    """Whether it repeats another way in another shell: only for the quick programs."""


def shell(name: str, script: str) -> tuple[str, ...]:
    """A shell that runs a script, in which `RUN` stands for the program."""
    if name == "fish":
        return "fish", "--no-config", "-c", script.replace("RUN", "$argv")
    script = script.replace("RUN", '"$@"')
    options = {"bash": ["--norc"], "zsh": ["-f"]}.get(name, [])
    return name, *options, "-c", script, name


NO_ENV = 'eval "$(leapp env missing 2>/dev/null)"; RUN'
NO_USE = 'eval "$(leapp init SHELL)"; leapp use missing 2>/dev/null; RUN'

WAYS = {
    way.name: way
    for way in [
        Way("plain", "without leapp", ()),
        Way("exec", "`leapp-exec`", ("leapp-exec", ALIAS, "--")),
        Way("profile", "`--profile`", ("leapp-exec", "--profile", ALIAS, "--")),
        Way("serve", "`--serve`", ("leapp-exec", "--serve", ALIAS, "--")),
        Way("env", "`leapp env`", shell("bash", f'eval "$(leapp env {ALIAS})" && RUN')),
        Way("env-fails", "failed `leapp env`", shell("bash", NO_ENV), closed=True),
        Way("use-fails", "failed `leapp use`", shell("bash", NO_USE.replace("SHELL", "bash")), closed=True),
        Way("env-fails-dash", "", shell("dash", NO_ENV), closed=True, shells=True),
        Way("env-fails-zsh", "", shell("zsh", NO_ENV), closed=True, shells=True),
        Way("use-fails-zsh", "", shell("zsh", NO_USE.replace("SHELL", "zsh")), closed=True, shells=True),
        Way(
            "env-fails-fish", "",
            shell("fish", "eval (leapp env missing 2>/dev/null); RUN"), closed=True, shells=True,
        ),
        Way(
            "use-fails-fish", "",
            shell("fish", "leapp init fish | source; leapp use missing 2>/dev/null; RUN"),
            closed=True, shells=True,
        ),
    ]
}
