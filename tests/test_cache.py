"""Arrays computed once: on disk, within bounds, by many threads, and through interruptions."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from lstmvis_core import Progress, StatesError, cache
from lstmvis_core.cache import kept, let_go, make_room

STEPS = 8


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an empty cache, which is not there yet."""
    monkeypatch.setenv("HIDDEN_STATES_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


class Fill:
    """Write 1, 2, 3, ... and count what was done; wait at a step where one is named."""

    def __init__(self, wait_at: int | None = None, fail_at: int | None = None) -> None:
        self.begun, self.steps = 0, 0
        self.wait_at, self.fail_at = wait_at, fail_at
        self.waiting, self.go_on = threading.Event(), threading.Event()

    def __call__(self, values: np.ndarray) -> Iterator[float]:
        self.begun += 1
        for i in range(STEPS):
            if i == self.wait_at:
                self.waiting.set()
                self.go_on.wait(10)
            if i == self.fail_at:
                raise RuntimeError("broken")
            values[i] = i + 1
            self.steps += 1
            yield (i + 1) / STEPS


WHOLE = list(range(1, STEPS + 1))


def ask(fill: Fill, report: cache.Report | None = None, name: str = "array") -> np.ndarray:
    return kept(name, (STEPS,), fill, "Counting", report)


def threads(count: int, do: Callable[[int], object]) -> list[threading.Thread]:
    started = [threading.Thread(target=do, args=(i,), daemon=True) for i in range(count)]
    for thread in started:
        thread.start()
    return started


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come about in ten seconds")


def waiting(folder: Path) -> int:
    """How many threads wait for the array."""
    return cache._WORKS[folder / "array.npy"].waiting


def join(started: list[threading.Thread]) -> None:
    for thread in started:
        thread.join(10)
        assert not thread.is_alive()


# -- once --------------------------------------------------------------------------------------


def test_an_array_is_computed_once_and_mapped_then(folder: Path):
    fill = Fill()
    first, again = ask(fill), ask(fill)
    assert first.tolist() == again.tolist() == WHOLE
    assert (fill.begun, first.dtype) == (1, np.float32)
    assert isinstance(again, np.memmap)
    assert [path.name for path in folder.iterdir()] == ["array.npy"]
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 0


def test_progress_says_what_how_far_and_how_long(folder: Path):
    told: list[Progress] = []
    ask(Fill(), told.append)
    assert [progress.done for progress in told[: STEPS + 1]] == [i / STEPS for i in range(9)]
    assert told[-1].done == 1
    assert {progress.doing for progress in told} == {"Counting"}
    assert told[0].remaining is None
    assert all(p.remaining is not None and p.remaining >= 0 for p in told[1:])
    assert told[-1].remaining == 0


def test_what_is_there_already_is_not_reported(folder: Path):
    ask(Fill())
    told: list[Progress] = []
    ask(Fill(), told.append)
    assert told == []


def test_an_array_without_an_element(folder: Path):
    assert kept("empty", (3, 0), lambda values: iter(())).shape == (3, 0)


# -- many threads ------------------------------------------------------------------------------


def test_thirty_threads_make_one_computation_and_all_see_it_grow(folder: Path):
    fill = Fill(wait_at=4)
    told: list[list[Progress]] = [[] for _ in range(30)]
    found: dict[int, list[float]] = {}

    def session(i: int) -> None:
        found[i] = ask(fill, told[i].append).tolist()

    started = threads(30, session)
    # The one that makes the fifth step may have been told of less before it.
    wait_until(lambda: sum(any(p.done == 0.5 for p in progress) for progress in told) >= 29)
    fill.go_on.set()
    join(started)
    assert (fill.begun, fill.steps) == (1, STEPS)
    assert all(found[i] == WHOLE for i in range(30))
    for progress in told:
        shares = [p.done for p in progress]
        assert shares == sorted(shares)
        assert shares[-1] == 1


def test_others_carry_on_where_one_was_interrupted(folder: Path):
    fill, found = Fill(), []
    there, interrupted = threading.Event(), threading.Event()

    def patient(_: int) -> None:
        found.append(ask(fill, lambda _: (there.set(), interrupted.wait(10))).tolist())

    def hasty(progress: Progress) -> None:
        if progress.done >= 0.5:
            started.extend(threads(1, patient))
            there.wait(10)
            raise InterruptedError

    started: list[threading.Thread] = []
    with pytest.raises(InterruptedError):
        ask(fill, hasty)
    assert list(folder.glob("*.part"))
    interrupted.set()
    join(started)
    assert found == [WHOLE]
    assert (fill.begun, fill.steps) == (1, STEPS)
    assert not list(folder.glob("*.part"))


def test_an_error_reaches_everybody_who_waits(folder: Path):
    fill, errors = Fill(wait_at=3, fail_at=3), []

    def session(_: int) -> None:
        with pytest.raises(RuntimeError, match="broken") as caught:
            ask(fill)
        errors.append(caught.value)

    started = threads(5, session)
    wait_until(lambda: fill.waiting.is_set() and waiting(folder) == 5)
    fill.go_on.set()
    join(started)
    assert (len(errors), fill.begun) == (5, 1)
    assert list(folder.iterdir()) == []


def test_who_is_killed_in_a_step_does_not_take_the_others_along(folder: Path):
    found: list[list[float]] = []
    begun = threading.Event()
    calls = []

    def fill(values: np.ndarray) -> Iterator[float]:
        calls.append(1)
        if len(calls) == 1:
            begun.set()
            time.sleep(3 * cache.POLL)
            raise KeyboardInterrupt
        yield from Fill()(values)

    def killed(_: int) -> None:
        with pytest.raises(KeyboardInterrupt):
            kept("array", (STEPS,), fill)

    def session(_: int) -> None:
        found.append(kept("array", (STEPS,), fill).tolist())

    first = threads(1, killed)
    assert begun.wait(10)
    join([*first, *threads(4, session)])
    assert found == [WHOLE] * 4
    assert len(calls) == 2


def resident() -> int:
    """Bytes of mapped files that count as memory of this process."""
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    return 1000 * int(next(line for line in status if line.startswith("RssFile")).split()[1])


@pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel")
def test_memory_of_a_mapped_array_is_given_back_and_the_array_can_still_be_read(folder: Path):
    def fill(values: np.ndarray) -> Iterator[float]:
        values[:] = np.arange(len(values))
        yield 1.0

    size = 10_000_000
    kept("large", (size,), fill)
    values = kept("large", (size,), fill)
    total = values.sum(dtype=np.float64)
    held = resident()
    let_go(values)
    assert held - resident() > 3 * size  # of 4 bytes each
    assert values.sum(dtype=np.float64) == total
    let_go(np.ones(3))  # not mapped: nothing to give back


def test_different_arrays_do_not_wait_for_each_other(folder: Path):
    slow = Fill(wait_at=0)
    started = threads(1, lambda _: ask(slow, name="slow"))
    assert slow.waiting.wait(10)
    assert ask(Fill(), name="quick").tolist() == WHOLE
    slow.go_on.set()
    join(started)


# -- interruptions and damage ------------------------------------------------------------------


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, SystemExit])
@pytest.mark.parametrize("at", [0.0, 0.25, 0.875])
def test_an_interruption_between_steps_leaves_nothing_behind(folder, error, at):
    def stop(progress: Progress) -> None:
        if progress.done >= at:
            raise error

    fill = Fill()
    with pytest.raises(error):
        ask(fill, stop)
    assert not folder.exists() or list(folder.iterdir()) == []
    assert fill.steps == at * STEPS
    assert ask(fill).tolist() == WHOLE


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: b"no array",
        lambda content: content[:40],
        lambda content: content[:-4],
        lambda content: content.replace(b"<f4", b"<i4"),
        lambda content: content.replace(b"(8,", b"(7,"),
    ],
    ids=["empty", "no array", "half a header", "short", "integers", "fewer"],
)
def test_a_damaged_file_is_reported_once_and_made_anew(folder: Path, damage):
    ask(Fill())
    (path,) = folder.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(StatesError, match=r"array.npy was damaged.* try again"):
        ask(Fill())
    assert ask(Fill()).tolist() == WHOLE


def test_another_process_sees_a_whole_file_or_none(folder: Path):
    """Two processes write the same name; whoever comes last, the file is whole."""
    code = (
        "import sys; from lstmvis_core.cache import kept\n"
        "def fill(values):\n"
        "    for i in range(200): values[i] = i; yield i / 200\n"
        "for n in range(20):\n"
        "    assert kept(f'{n}', (200,), fill).tolist() == list(range(200))\n"
    )
    env = os.environ | {"HIDDEN_STATES_CACHE": str(folder)}
    running = [subprocess.Popen([sys.executable, "-c", code], env=env) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert len(list(folder.glob("*.npy"))) == len(list(folder.iterdir())) == 20


# -- where nothing can be written --------------------------------------------------------------


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("trouble", ["a file in place", "full when made", "full when renamed"])
def test_without_a_disk_states_are_in_memory(folder: Path, monkeypatch, trouble: str):
    if trouble == "a file in place":
        folder.write_text("in the way")
    elif trouble == "full when made":
        monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    else:
        monkeypatch.setattr(Path, "replace", full)
    fill = Fill()
    values = ask(fill)
    assert values.tolist() == WHOLE
    assert not isinstance(values, np.memmap)
    assert folder.is_file() or list(folder.iterdir()) == []
    with pytest.raises(ValueError, match="read-only"):
        values[0] = 0
    assert ask(fill) is values
    assert fill.begun == 1
    del values
    assert ask(fill).tolist() == WHOLE
    assert fill.begun == 2


def test_a_disk_with_too_little_room_is_not_written_to(folder: Path, monkeypatch):
    usage = type("Usage", (), {"free": 31})
    monkeypatch.setattr(cache.shutil, "disk_usage", lambda _: usage)
    assert ask(Fill()).tolist() == WHOLE
    assert list(folder.iterdir()) == []


# -- bounds ------------------------------------------------------------------------------------


def sizes(folder: Path) -> set[str]:
    return {path.stem for path in folder.iterdir()}


def test_what_was_used_longest_ago_is_thrown_out(folder: Path, monkeypatch):
    size = 128 + 4 * STEPS
    monkeypatch.setenv("HIDDEN_STATES_CACHE_MB", str(3.5 * size / 1e6))
    for age, name in enumerate(("new", "middle", "old"), 1):
        ask(Fill(), name=name)
        os.utime(folder / f"{name}.npy", (1_000_000 - age, 1_000_000 - age))
    mapped = ask(Fill(), name="old")  # and is the one used last from now on
    ask(Fill(), name="next")
    assert sizes(folder) == {"new", "old", "next"}
    monkeypatch.setenv("HIDDEN_STATES_CACHE_MB", "0")
    ask(Fill(), name="last")
    assert sizes(folder) == {"last"}
    assert mapped.tolist() == WHOLE


@pytest.mark.parametrize("bound", ["", "much", "2000"])
def test_a_bound_that_is_no_number_is_the_usual_one(folder: Path, monkeypatch, bound: str):
    monkeypatch.setenv("HIDDEN_STATES_CACHE_MB", bound)
    for name in ("one", "two"):
        ask(Fill(), name=name)
    assert sizes(folder) == {"one", "two"}


def test_half_written_files_of_the_dead_are_thrown_out_and_others_are_not(folder: Path):
    folder.mkdir()
    for name, age in (("fresh.1.part", 60), ("old.2.part", 2 * cache.FORGOTTEN)):
        (folder / name).write_bytes(b"1")
        then = time.time() - age
        os.utime(folder / name, (then, then))
    (folder / "notes.txt").write_text("not ours")
    make_room(folder, 10**12)
    assert {path.name for path in folder.iterdir()} == {"fresh.1.part", "notes.txt"}
