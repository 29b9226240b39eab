"""How long a search takes: ``python -m benchmarks.matching`` (one thread).

Ours against the least that any search must do (one pass over the states of the selected units),
against an exact search in NumPy that grows all ranges step by step, and against the search of
LSTMVis, with the share of the true best ranges that it finds. States are made from a seed, so that
every machine searches in the same ones; and those of the model `prose` over `stories`.

``--steps 100000 1000000 10000000`` says how long the corpora are; the longest has 128 units and
takes long to make, and 5 GB of disk. Files are kept in ``--folder``.
"""

import argparse
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np

import lstmvis_core as lv
from benchmarks.heuristic import FAST, PRECISE, candidate_search
from benchmarks.recipe import THRESHOLD, Asked, make_states, selections
from lstmvis_core.matching.counts import count
from lstmvis_core.matching.query import Query

LIMIT = 50
EVERY = 100_000  # the longest corpus in which all ranges are grown
TEXT = (
    'He said, "We shall see what comes of it (if anything)," and she went out to the garden. ' * 3
)
Range = tuple[int, int]


def ours(states: lv.CorpusStates, asked: Asked, threshold: float = THRESHOLD) -> list[Range]:
    """What the library finds."""
    found = lv.find_matches(
        states,
        asked.units,
        threshold=threshold,
        off_before=asked.off_before,
        off_after=asked.off_after,
        limit=LIMIT,
    )
    return [(match.start, match.end) for match in found]


def one_pass(states: lv.CorpusStates, asked: Asked) -> np.ndarray:
    """The count of selected units: block by block, the quickest we know."""
    query = Query(states, THRESHOLD, "+", False, False, 1, None)
    return count(query, asked.units).on


def all_ranges(states: lv.CorpusStates, asked: Asked) -> list[Range]:
    """Exact: every range with a selected unit is grown step by step, all starts at once."""
    on = np.asarray(states.values) >= THRESHOLD
    padded = np.pad(on, ((0, 0), (1, 1)))  # off outside the corpus
    start = np.flatnonzero(on[asked.units].any(axis=0))
    throughout, length, rows = on[:, start], 1, []
    while len(start):
        before, after = padded[:, start], padded[:, start + length + 1]
        together = throughout[asked.units]
        ends = (together & ~after[asked.units]).any(axis=0)
        begins = (together & ~before[asked.units]).any(axis=0)
        good = np.flatnonzero(ends & begins)
        if length >= 2 and len(good):
            follows = throughout[:, good]
            if asked.off_before:
                follows = follows & ~before[:, good]
            if asked.off_after:
                follows = follows & ~after[:, good]
            shared = follows[asked.units].sum(axis=0)
            union = follows.sum(axis=0) + len(asked.units) - shared
            rows.append(np.stack([-shared, union, np.full(len(good), -length), start[good]]))
        throughout &= after
        lasts = throughout[asked.units].any(axis=0)
        start, throughout, length = start[lasts], throughout[:, lasts], length + 1
    ranked = np.concatenate(rows, axis=1)
    ranked = ranked[:, ranked[0] < 0]
    found: list[Range] = []
    free = np.ones(on.shape[1], bool)
    for place in np.lexsort(ranked[::-1]).tolist():
        a, b = int(ranked[3, place]), int(ranked[3, place] - ranked[2, place])
        if len(found) < LIMIT and free[a:b].all():
            free[a:b] = False
            found.append((a, b))
    return found


def best_of(runs: int, function: Callable, *arguments: object) -> float:
    """The shortest of some runs, in milliseconds."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        function(*arguments)
        times.append(time.perf_counter() - began)
    return min(times) * 1000


def peak(function: Callable, *arguments: object) -> float:
    """The most memory that a call allocates, in MB; mapped files are not counted."""
    tracemalloc.start()
    function(*arguments)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def measure(name: str, states: lv.CorpusStates, every: bool) -> None:
    """Print a row: medians over 20 selections."""
    chosen = selections(states)
    mine, floor, first = [], [], []
    for asked in chosen:
        one_pass(states, asked)  # warm
        floor.append(best_of(5, one_pass, states, asked))
        first.append(best_of(1, ours, states, asked, THRESHOLD + 0.01))
        mine.append(best_of(5, ours, states, asked))
    memory = max(peak(ours, states, asked) for asked in chosen)
    exact = "-"
    if every:
        took = []
        for asked in chosen:
            assert ours(states, asked) == all_ranges(states, asked), "ours differs from all ranges"
            took.append(best_of(1, all_ranges, states, asked))
        exact = f"{np.median(took):.0f}"
    sampled = []
    for effort in (FAST, PRECISE):
        recall, took = [], []
        for asked in chosen:
            true = set(ours(states, asked))
            found = candidate_search(states.values, asked, effort)
            recall.append(len(true & set(found)) / len(true))
            took.append(best_of(1, candidate_search, states.values, asked, effort))
        sampled.append(f"{np.median(took):.0f} ({np.mean(recall):.0%})")
    ratio = np.median(np.array(mine) / floor)
    figures = (np.median(mine), max(mine), np.median(first), np.median(floor), ratio, memory)
    cells = [name, *(f"{figure:.1f}" for figure in figures), exact, *sampled]
    print(f"| {' | '.join(cells)} |", flush=True)


def from_text(model: lv.SequenceModel, states: lv.CorpusStates) -> list[float]:
    """Milliseconds from typed texts to their ranked matches, without drawing."""

    def run(text: str, start: int) -> list[lv.Match]:
        trace = lv.trace_text(model, text)
        selection = lv.Selection(layer=2, start=start, end=start + 5, threshold=THRESHOLD)
        return lv.find_matches(states, lv.select_units(trace, selection), threshold=THRESHOLD)

    return [best_of(3, run, TEXT[:length], length // 2) for length in range(40, 201, 20)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--steps", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args()
    print(
        "Milliseconds, medians over 20 selections; in brackets the share of the true best 50.\n\n"
        "| steps × units | ours | slowest | new threshold | one pass | ours / it | MB "
        "| all ranges | LSTMVis fast | precise |"
    )
    print("|" + "---|" * 10)
    model, corpus = lv.load_model("prose"), lv.load_corpus("stories")
    trained = lv.corpus_states(model, corpus, 2, "hidden")
    measure(f"prose, {trained.values.shape[1]:,} × 128", trained, False)
    for steps in asked.steps:
        units = 256 if steps <= 1_000_000 else 128
        states = make_states(steps, units, asked.folder / f"recipe-{steps}-{units}.npy")
        measure(f"{steps:,} × {units}", states, steps <= EVERY)
    took = from_text(model, trained)
    print(
        f"\nFrom a typed text of 40 to 200 characters to its ranked matches over `stories`: "
        f"{min(took):.0f} to {max(took):.0f} ms, median {np.median(took):.0f}."
    )


if __name__ == "__main__":
    main()
