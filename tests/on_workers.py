"""What tests let the workers of a cluster do: to die, to wait, to find an environment changed.

A module of its own, so that workers need not import what only tests need.
"""

import os
import signal
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from lstmvis_core.states import CorpusStates, Part, computing


def die_once(marker: Path) -> None:
    """Kill this process, as the system does, unless one was killed already."""
    try:
        with marker.open("x") as file:
            file.write(str(os.getpid()))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def die_while_reading(marker: Path, cache: Path, after: int) -> None:
    """From now on, one who reads a part when so many files are there dies in the middle of it."""
    read = computing.read_corpus

    def read_or_die(*args) -> Iterator:
        for step in read(*args):
            yield step
            # What was read is written, but the file has not its name yet.
            if len(list(cache.glob("*.npy"))) >= after and list(cache.glob("*.part")):
                die_once(marker)

    computing.read_corpus = read_or_die


def die_while_searching(marker: Path, after: int) -> None:
    """From now on, the first to open a part after so many others were opened dies."""
    opened = Part.opened

    def opened_or_die(self: Part) -> CorpusStates:
        states = opened(self)
        marker.with_name(f"opened-{uuid.uuid4()}").touch()
        if len(list(marker.parent.glob("opened-*"))) > after:
            die_once(marker)
        return states

    Part.opened = opened_or_die


def die(_: None, __: int) -> None:
    """A task that no worker survives."""
    os.kill(os.getpid(), signal.SIGKILL)


def wait_unless_first(folder: Path, number: int) -> None:
    """A task that ends at once if no other began before, and else when a file `go` is there."""
    (folder / f"began-{number}").touch()
    try:
        (folder / "first").touch(exist_ok=False)
    except FileExistsError:
        while not (folder / "go").exists():
            time.sleep(0.01)


def set_environment(values: dict[str, str]) -> None:
    """Change environment variables of this process."""
    os.environ.update(values)
