"""How long a search takes: ``python benchmarks/matching.py`` (ten seconds or so, one thread).

Small corpus: ours against an exact search that goes over all ranges. Large corpus: ours against
the least that any search must do, one pass over the columns of the selected units. The states are
generated from a seed, so that every machine searches in the same ones.
"""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lstmvis_core import CorpusStates, find_matches

SEED = 20170821
FEATURES, BLOCK = 32, 10_000
THRESHOLD, LIMIT = 0.3, 50

Range = tuple[int, int]


# -- states ------------------------------------------------------------------------------------


def blocks(units: int) -> Iterator[np.ndarray]:
    """States as an LSTM has them, (time_step, unit), ten thousand steps at a time.

    Hidden features switch on and off as Markov chains (off for 30 to 400 steps, on for 3 to 30).
    Each unit is a leaky integrator of one feature, half of them of a second one too, with noise.
    Each block has a random generator of its own: fewer steps are a prefix of more.
    """
    rng = np.random.default_rng([SEED, units, 0])
    keep = rng.uniform(0.3, 0.9, units)
    rest = rng.normal(-0.12, 0.15, units)
    noise = rng.uniform(0.08, 0.30, units) * np.sqrt(1 - keep**2)
    switch_on = 1 / np.exp(rng.uniform(np.log(30), np.log(400), FEATURES))
    switch_off = 1 / np.exp(rng.uniform(np.log(3), np.log(30), FEATURES))
    first, first_weight = rng.integers(0, FEATURES, units), rng.uniform(0.5, 1.3, units)
    second, second_weight = rng.integers(0, FEATURES, units), rng.uniform(-0.8, 0.8, units)
    second_weight[rng.random(units) >= 0.5] = 0

    cell, feature, number = rest.copy(), np.zeros(FEATURES, bool), 0
    while True:
        number += 1
        rng = np.random.default_rng([SEED, units, number])
        chance, shock = rng.random((BLOCK, FEATURES)), rng.standard_normal((BLOCK, units))
        features = np.empty((BLOCK, FEATURES))
        for t in range(BLOCK):
            feature = np.where(feature, chance[t] >= switch_off, chance[t] < switch_on)
            features[t] = feature
        drive = rest + features[:, first] * first_weight + features[:, second] * second_weight
        write = (1 - keep) * drive + noise * shock
        cells = np.empty((BLOCK, units), np.float32)
        for t in range(BLOCK):
            cell = keep * cell + write[t]
            cells[t] = cell
        yield np.tanh(cells)


def make_states(steps: int, units: int) -> CorpusStates:
    made = blocks(units)
    states = np.concatenate([next(made) for _ in range(-(-steps // BLOCK))])[:steps]
    return CorpusStates(np.ascontiguousarray(states.T), np.array([0]))


def selections(states: CorpusStates, sizes: tuple[int, ...]) -> list[np.ndarray]:
    """The units that are on over a few steps somewhere, as many as asked for."""
    rng = np.random.default_rng([SEED, 7])
    on = states.values >= THRESHOLD
    found = []
    for size in sizes:
        units = np.zeros(0)
        while len(units) != size:
            start, length = rng.integers(0, states.values.shape[1] - 5), rng.integers(2, 6)
            units = np.flatnonzero(on[:, start : start + length].all(axis=1))
        found.append(units)
    return found


# -- what ours is compared to ------------------------------------------------------------------


def all_ranges(states: CorpusStates, units: np.ndarray, before: bool, after: bool) -> list[Range]:
    """Exact, over all ranges: sets of units as whole numbers, ranges grown step by step."""
    on = [sum(1 << int(u) for u in np.flatnonzero(x >= THRESHOLD)) for x in states.values.T]
    selected = sum(1 << int(u) for u in units)
    ranked = []
    for a in range(len(on)):
        previous, throughout = on[a - 1] if a else 0, on[a]
        for b in range(a + 1, len(on) + 1):
            throughout &= on[b - 1]
            together, following = throughout & selected, on[b] if b < len(on) else 0
            if not together:
                break
            follows = throughout & ~(previous * before) & ~(following * after)
            longest = together & ~previous and together & ~following
            if b - a >= 2 and longest and follows & selected:
                shared, union = (follows & selected).bit_count(), (follows | selected).bit_count()
                ranked.append((-shared, union, a - b, a, b))
    found, free = [], np.ones(len(on), bool)
    for *_, a, b in sorted(ranked):
        if free[a:b].all() and len(found) < LIMIT:
            free[a:b] = False
            found.append((a, b))
    return found


def one_pass(states: CorpusStates, units: np.ndarray) -> np.ndarray:
    return (states.values[units] >= THRESHOLD).sum(0)


def ours(states: CorpusStates, units: np.ndarray, before: bool, after: bool) -> list[Range]:
    found = find_matches(
        states,
        units,
        threshold=THRESHOLD,
        off_before=before,
        off_after=after,
        min_length=2,
        limit=LIMIT,
    )
    return [(match.start, match.end) for match in found]


# -- the table ---------------------------------------------------------------------------------


def best_of(runs: int, function: Callable, *arguments: object) -> float:
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        function(*arguments)
        times.append(time.perf_counter() - began)
    return min(times) * 1000


def rows(
    steps: int, units: int, sizes: tuple[int, ...], brute: bool
) -> Iterator[tuple[str, int, str, float, str, float]]:
    states = make_states(steps, units)
    for chosen in selections(states, sizes):
        for before, after in ((False, False), (True, False), (True, True)):
            if brute and ours(states, chosen, before, after) != all_ranges(
                states, chosen, before, after
            ):
                sys.exit("ours differs from the search over all ranges")
            mine = best_of(5, ours, states, chosen, before, after)
            if brute:
                other = best_of(1, all_ranges, states, chosen, before, after)
            else:
                other = best_of(5, one_pass, states, chosen)
            limits = {0: "none", 1: "before", 2: "both"}[before + after]
            name = "all ranges" if brute else "one pass"
            yield f"{steps:,} x {units}", len(chosen), limits, mine, name, other


def main() -> None:
    print("| steps x units | selected | off | ours, ms | compared to | its ms | ours / it |")
    print("|---|---|---|---|---|---|---|")
    for steps, units, sizes, brute in (
        (5_000, 32, (2, 4, 8), True),
        (100_000, 256, (3, 6, 12, 20, 40), False),
    ):
        for size, count, limits, mine, name, other in rows(steps, units, sizes, brute):
            ratio = f"{mine / other:.3f}" if mine < other else f"{mine / other:.1f}"
            print(f"| {size} | {count} | {limits} | {mine:.1f} | {name} | {other:.1f} | {ratio} |")


if __name__ == "__main__":
    main()
