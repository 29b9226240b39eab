"""Arrays that take long to compute: computed once, kept on disk within bounds, shared by threads.

The threads that ask for an array carry its computation on together: each step is made by whichever
of them comes first, and all of them are told how far it is. So a thread may be interrupted at any
step and the others go on; when the last one leaves, what was begun is thrown away.
"""

import errno
import mmap
import os
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np

from lstmvis_core.errors import StatesError

# Three times a text of 5 MB read by 128 units; HIDDEN_STATES_CACHE_MB may say otherwise.
MAX_MB = 8_000
POLL = 0.1  # seconds between two looks at what another thread does
HEADER = 128  # bytes before the numbers of a file
FORGOTTEN = 24 * 3600  # seconds after which a half-written file is no process's any more


@dataclass(frozen=True)
class Progress:
    """How far a computation is.

    Attributes
    ----------
    done : float
        The share that is done, from 0 to 1.
    remaining : float or None
        Seconds that the rest will take at the speed so far; None as long as nothing is done.
    doing : str
        What is happening, in words.
    """

    done: float
    remaining: float | None
    doing: str = ""


Report = Callable[[Progress], object]
# Fills an array step by step and yields, after each step, the share that is done.
Fill = Callable[[np.ndarray], Iterator[float]]


def cache_folder() -> Path:
    """Where arrays are kept: ``HIDDEN_STATES_CACHE``, or ``~/.cache/hidden-states``."""
    given = os.environ.get("HIDDEN_STATES_CACHE")
    return Path(given) if given else Path.home() / ".cache" / "hidden-states"


def kept(
    name: str, shape: tuple[int, ...], fill: Fill, doing: str = "", report: Report | None = None
) -> np.ndarray:
    """The array of this name, computed on first use.

    Parameters
    ----------
    name : str
        Says all that the content depends on; a name of a file.
    shape : tuple of int
    fill : callable
        Fills an array of zeros, yielding the share that is done.
    doing : str
        For `Progress.doing`.
    report : callable or None
        Called with a `Progress` before the first step and after every step. It may raise, to
        interrupt; if no other thread waits for the array, no half-written file is left behind.

    Returns
    -------
    numpy.ndarray of float32
        Read-only. Memory-mapped; in memory where the cache cannot be written.

    Raises
    ------
    StatesError
        The file was damaged. It is removed.
    """
    path = cache_folder() / f"{name}.npy"
    while True:
        with _LOCK:
            work = _WORKS.get(path)
            if work is None:
                found = _in_memory.get(path)
                found = _opened(path, shape) if found is None else found
                if found is not None:
                    return found
                work = _WORKS[path] = _Work(path, shape, fill, doing)
            work.waiting += 1
        try:
            values = work.join(report)
        finally:
            with _LOCK:
                work.waiting -= 1
                if (work.broken or not work.waiting) and _WORKS.get(path) is work:
                    del _WORKS[path]
                if not work.waiting:
                    work.abandon()
        if values is not None:
            return values


class _Work:
    """A computation that several threads carry on."""

    def __init__(self, path: Path, shape: tuple[int, ...], fill: Fill, doing: str) -> None:
        self.waiting = 0
        self._turn = threading.Lock()
        self._steps = _computed(path, shape, fill)
        self._values: np.ndarray | None = None
        self.broken: BaseException | None = None
        self._began = time.monotonic()
        self._progress = Progress(0.0, None, doing)

    def join(self, report: Report | None) -> np.ndarray | None:
        """Help until the array is there; None if whoever made a step was interrupted in it."""
        while True:
            if report is not None:
                report(self._progress)
            if self._values is not None:
                return self._values
            if isinstance(self.broken, Exception):
                raise self.broken
            if self.broken is not None:
                return None
            if self._turn.acquire(timeout=POLL):
                try:
                    self._step()
                finally:
                    self._turn.release()

    def abandon(self) -> None:
        """Nobody waits any more: leave no half-written file behind."""
        self._steps.close()

    def _step(self) -> None:
        if self._values is not None or self.broken is not None:
            return
        try:
            self._note(next(self._steps))
        except StopIteration as end:
            self._values = end.value
            self._note(1.0)
        except BaseException as error:
            self.broken = error
            raise

    def _note(self, done: float) -> None:
        taken = time.monotonic() - self._began
        remaining = taken * (1 - done) / done if done else None
        self._progress = Progress(done, remaining, self._progress.doing)


_LOCK = threading.Lock()
_WORKS: dict[Path, _Work] = {}
# Where the disk keeps nothing, at least nobody computes what somebody still holds.
_in_memory: WeakValueDictionary[Path, np.ndarray] = WeakValueDictionary()


def _computed(path: Path, shape: tuple[int, ...], fill: Fill) -> Generator[float, None, np.ndarray]:
    # Written aside and renamed, so that another process sees a whole file or none. The folder may
    # be shared by machines, whose processes have the same numbers.
    part = path.with_suffix(f".{uuid.uuid4().hex}.part")
    try:
        values = _allocated(part, shape)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        values = np.zeros(shape, np.float32)
        yield from fill(values)
        return _held(path, values)
    try:
        for done in fill(values):
            let_go(values)  # what was written would count as memory of this process
            yield done
        try:
            values.flush()
            part.replace(path)
        except OSError:
            return _held(path, np.array(values))
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    found = _opened(path, shape)
    return _held(path, np.array(values)) if found is None else found


def _allocated(part: Path, shape: tuple[int, ...]) -> np.memmap:
    """A file for the array."""
    size = HEADER + 4 * int(np.prod(shape))
    part.parent.mkdir(parents=True, exist_ok=True)
    make_room(part.parent, size)
    if shutil.disk_usage(part.parent).free < size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    values = np.lib.format.open_memmap(part, "w+", np.float32, shape)
    # Writing into a map whose blocks the disk cannot give would kill the process.
    if hasattr(os, "posix_fallocate"):
        with part.open("r+b") as file:
            try:
                os.posix_fallocate(file.fileno(), 0, part.stat().st_size)
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                    raise
    return values


def _held(path: Path, values: np.ndarray) -> np.ndarray:
    values.flags.writeable = False
    _in_memory[path] = values
    return values


def _opened(path: Path, shape: tuple[int, ...]) -> np.ndarray | None:
    """The file as an array; None if there is none that can be read."""
    try:
        values = np.lib.format.open_memmap(path, "r")
    except OSError:
        return None
    except ValueError:  # no array, or less of it than its header says
        values = None
    if values is None or values.shape != shape or values.dtype != np.float32:
        try:
            path.unlink()
        except OSError:
            return None
        raise StatesError(f"The cached file {path.name} was damaged and is removed; try again.")
    with suppress(OSError):
        os.utime(path)  # the file used last is thrown out last
    return values


def let_go(values: np.ndarray) -> None:
    """Give back the memory of an array that `kept` has mapped; it can be read as before.

    What was read of a mapped file counts as memory of this process. The system still has the file
    in its own cache, so that to read it again costs little.
    """
    mapped = getattr(values, "_mmap", None)
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def make_room(folder: Path, size: int) -> None:
    """Throw out the files used longest ago until one of `size` bytes fits into the bounds."""
    files = []
    for path in folder.glob("*"):
        with suppress(OSError):  # another process may throw it out first
            known = path.stat()
            if path.suffix == ".npy":
                files.append((known.st_mtime, path, known.st_size))
            elif path.suffix == ".part" and time.time() - known.st_mtime > FORGOTTEN:
                path.unlink()
    room = bound() - size - sum(taken for *_, taken in files)
    for _, path, taken in sorted(files):
        if room >= 0:
            return
        with suppress(OSError):
            path.unlink()
            room += taken


def bound() -> float:
    """The most bytes that the cache may hold."""
    try:
        return 1e6 * float(os.environ.get("HIDDEN_STATES_CACHE_MB", MAX_MB))
    except ValueError:
        return 1e6 * MAX_MB
