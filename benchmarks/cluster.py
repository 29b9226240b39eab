"""What a large corpus costs on a cluster: ``python -m benchmarks.cluster`` (Linux; 10 GB of disk).

Rates are measured with one worker and with two, processes of one thread on this machine: hidden
states of the last layer of LSTMs over Python's standard library and the texts of the project, and
searches in states that are made from a seed. From them follows what 10^9 time steps of 256 units
cost.
"""

import argparse
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch

import lstmvis_core as lv
from benchmarks.matching import LIMIT, best_of
from benchmarks.recipe import THRESHOLD, Asked, make_states, selections
from lstmvis_core.cluster import AHEAD, done_by
from lstmvis_core.matching.merged import TASKS as MOST
from lstmvis_core.matching.merged import search_parts
from lstmvis_core.matching.search import search as search_array
from lstmvis_core.states.distributing import PART

UNITS, STEPS, LARGE = 256, 1_000_000, 1_000_000_000
TASKS = 500  # that do nothing, to see what each costs
PARTS, MANY = 4, 64  # that are searched, and after which it is looked how good matches are


@contextmanager
def workers(number: int, folder: Path) -> Iterator[Any]:
    """A client of so many workers of one thread, whose cache is new and is removed."""
    from distributed import Client, LocalCluster

    with tempfile.TemporaryDirectory(dir=folder) as cache:
        os.environ["HIDDEN_STATES_CACHE"] = cache
        os.environ["HIDDEN_STATES_CACHE_MB"] = "100000"
        with (
            LocalCluster(
                n_workers=number,
                threads_per_worker=1,
                dashboard_address=":0",
                silence_logs=logging.CRITICAL,
                local_directory=cache,
            ) as cluster,
            Client(cluster) as client,
        ):
            client.wait_for_workers(number)
            yield client


def peak(client: Any) -> float:
    """The most memory that a worker has taken so far, in MB."""
    found = client.run(lambda: Path("/proc/self/status").read_text())
    lines = [line for text in found.values() for line in text.splitlines()]
    return max(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1000


def texts(parts: int) -> lv.Corpus:
    """So many parts of different text, documents of the embedded corpora over and over."""
    known = [d for name in ("python-stdlib", "stories") for d in lv.load_corpus(name).documents]
    documents, length = list[str](), 0
    while length < parts * PART:
        documents.append(f"{len(documents)}\n{known[len(documents) % len(known)]}")
        length += len(documents[-1])
    documents[-1] = documents[-1][: len(documents[-1]) - (length - parts * PART)]
    return lv.Corpus("large", "Large", tuple(documents))


def wider(model: lv.SequenceModel) -> lv.SequenceModel:
    """A model of the same shape with 256 units: time does not depend on the weights."""
    config = lv.ModelConfig("lstm", len(model.vocabulary), 64, UNITS, 2)
    torch.manual_seed(0)
    return lv.SequenceModel(config, model.vocabulary, revision="wide").eval().requires_grad_(False)


def states_rate(name: str, model: lv.SequenceModel, number: int, folder: Path) -> float:
    """Tokens a second and worker; prints a row."""
    corpus = texts(number)
    with workers(number, folder) as client:
        client.run(import_module, "lstmvis_core")
        before = peak(client)
        began = time.perf_counter()
        states = lv.corpus_states(model, corpus, 2, "hidden", client=client)
        taken = time.perf_counter() - began
        size = sum(
            (Path(os.environ["HIDDEN_STATES_CACHE"]) / p.file).stat().st_size for p in states.parts
        )
        rate = states.steps / taken / number
        print(
            f"| {name} | {number} | {states.steps:,} | {rate:,.0f} | {size / states.steps:,.0f} "
            f"| {before:,.0f} | {peak(client):,.0f} |",
            flush=True,
        )
    return rate


def forget(paths: list[Path]) -> None:
    """Let the system read files from the disk again."""
    for path in paths:
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def limits(asked: Asked) -> dict[str, Any]:
    """What is asked beside the units."""
    return {
        "threshold": THRESHOLD,
        "off_before": asked.off_before,
        "off_after": asked.off_after,
        "limit": LIMIT,
    }


def floor_of(asked: Asked, path: Path) -> int:
    """How many units the last of the best matches shares, after many parts."""
    states = lv.PartitionedStates.from_files([path] * MANY)
    return len(lv.find_matches(states, asked.units, **limits(asked))[-1].shared)


def search_times(
    paths: list[Path], chosen: list[Asked], floors: list[int], number: int, folder: Path
) -> list[tuple[float, float]]:
    """Milliseconds of a worker for 10^6 steps, from the disk and from memory: first, later.

    The first parts are searched without a bound from others; later ones look only for what shares
    as many units as the last match after many parts.
    """
    parts = lv.PartitionedStates.from_files(paths).parts
    sizes = [1] * len(parts)
    with workers(number, folder) as client:

        def search(asked: Asked, floor: int) -> None:
            rest: dict[str, Any] = {"sign": "+", "min_length": 2, "max_length": None}
            common = partial(search_array, units=asked.units, **limits(asked), **rest), LIMIT
            items = [(floor, [(part, 0)]) for part in parts]
            done_by(client, search_parts, common, items, sizes, "", None)

        search(chosen[0], 1)
        found = []
        for runs, before in ((1, forget), (3, lambda _: None)):
            taken = np.zeros((len(chosen), 2))
            for row, asked, floor in zip(taken, chosen, floors, strict=True):
                for place, least in enumerate((1, floor)):
                    before(paths)
                    row[place] = best_of(runs, search, asked, least)
            first, later = np.median(taken, axis=0) / len(parts) * number
            found.append((float(first), float(later)))
        figures = [f"{figure:,.0f}" for pair in found for figure in pair]
        print(f"| {number} | {' | '.join(figures)} | {peak(client):,.0f} |", flush=True)
    return found


def task_cost(folder: Path) -> float:
    """Milliseconds that the client and the scheduler spend on each task."""
    with workers(2, folder) as client:
        done_by(client, divmod, 7, [1] * 20, [1] * 20, "", None)
        return best_of(3, done_by, client, divmod, 7, [1] * TASKS, [1] * TASKS, "", None) / TASKS


def cost(rate: float, searched: list[tuple[float, float]], task: float) -> None:
    """Print what the large corpus costs."""
    print(f"\n10^9 time steps × {UNITS} units: {4 * LARGE * UNITS / 1e12:.2f} TB on disk.\n")
    print("| workers | states, hours | a search from disk, s | from memory, s |")
    print("|---|---|---|---|")
    for number in (1, 16, 64, 256):
        seconds = []
        for first, later in searched:
            ahead = AHEAD  # tasks of each worker that are handed out before the first result
            worker = (ahead * first + max(0, LARGE / STEPS / number - ahead) * later) / 1000
            # The client hands out one task after the other, as many as a search has.
            seconds.append(max(worker, MOST * task / 1000))
        hours = LARGE / rate / number / 3600
        figures = [f"{figure:,.1f}" if figure < 10 else f"{figure:,.0f}" for figure in seconds]
        print(f"| {number} | {hours:,.2f} | {' | '.join(figures)} |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    folder = parser.parse_args().folder
    print(f"Load of the machine at the beginning: {os.getloadavg()[0]:.1f}.\n")
    print(
        "| hidden states of | workers | time steps | a second and worker | bytes on disk a step "
        "| MB of a worker before | and at most |\n|" + "---|" * 7
    )
    prose = lv.load_model("prose")
    rates = [
        states_rate(name, model, number, folder)
        for name, model in (("LSTM 2 × 128", prose), (f"LSTM 2 × {UNITS}", wider(prose)))
        for number in (1, 2)
    ]
    whole = make_states(STEPS, UNITS, folder / f"recipe-{STEPS}-{UNITS}.npy")
    chosen = selections(whole)
    with tempfile.TemporaryDirectory(dir=folder) as copies:
        paths = [Path(copies) / f"{number}.npy" for number in range(PARTS)]
        for path in paths:
            shutil.copy(folder / f"recipe-{STEPS}-{UNITS}.npy", path)
        print(
            f"\nSearch, ms of a worker for {STEPS:,} steps × {UNITS} units; medians of "
            f"{len(chosen)} selections.\n\n| workers | from disk: first | later parts "
            "| from memory: first | later parts | MB of a worker at most |\n|" + "---|" * 6
        )
        floors = [floor_of(asked, paths[0]) for asked in chosen]
        searched = [search_times(paths, chosen, floors, number, folder) for number in (1, 2)]
    task = task_cost(folder)
    print(f"\nEach task takes {task:.1f} ms of the client and the scheduler.")
    # Of two workers at once: on a machine of a cluster all cores work, too.
    cost(rates[-1], searched[-1], task)


if __name__ == "__main__":
    main()
