"""States as an LSTM has them, made from a seed, and selections of their units."""

from collections.abc import Iterator
from itertools import count as count_from
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lstmvis_core import CorpusStates

SEED = 20170821
FEATURES, BLOCK = 32, 10_000
THRESHOLD = 0.3
TRIES = 50_000  # ranges that are drawn before more of a kind are taken
LIMITS = ((False, False), (True, False), (False, True), (True, True))


class Asked(NamedTuple):
    """A selection of units, and whether they are off just before and after."""

    units: np.ndarray
    off_before: bool
    off_after: bool


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


def make_states(steps: int, units: int, file: Path | None = None) -> CorpusStates:
    """States in memory; or in a file, mapped, which is used again if it is there."""
    if file is not None and file.exists():
        return CorpusStates(np.load(file, mmap_mode="r"), np.array([0]))
    shape = (units, steps)
    if file is None:
        values = np.empty(shape, np.float32)
    else:
        part = file.with_suffix(".part")
        values = np.lib.format.open_memmap(part, "w+", np.dtype(np.float32), shape)
    made = blocks(units)
    for first in range(0, steps, BLOCK):
        values[:, first : first + BLOCK] = next(made)[: steps - first].T
    if file is not None:
        file.with_suffix(".part").rename(file)  # whole, or not there
    return CorpusStates(values, np.array([0]))


def selections(states: CorpusStates, number: int = 20) -> list[Asked]:
    """The units that follow some range among the first 10,000 steps.

    Ranges of 3 to 5 steps that 5 to 20 units follow: few, some and many of them (up to 8, 13 and
    20), as evenly as possible for each way to ask for off-steps; for both sides, few only. Fewer
    units of some kind leave more to the others.
    """
    values = states.values[:, :BLOCK]
    on = np.asarray(values) >= THRESHOLD
    rng = np.random.default_rng([SEED, len(values), 7])
    found: list[Asked] = []
    drawn: dict[tuple[bool, bool, int], int] = {}
    for attempt in count_from(0):
        if len(found) == number:
            break
        start, length = int(rng.integers(200, 9800)), int(rng.integers(3, 6))
        before, after = LIMITS[int(rng.integers(0, 4))]
        follows = on[:, start : start + length].all(axis=1)
        if before:
            follows &= ~on[:, start - 1]
        if after:
            follows &= ~on[:, start + length]
        count = int(follows.sum())
        size = int(np.searchsorted([8, 13, 20], count))
        kind = before, after, size
        each = 2 + attempt // TRIES
        most = 0 if count < 5 or size > 2 or (before and after and size) else each
        if drawn.get(kind, 0) < most:
            drawn[kind] = drawn.get(kind, 0) + 1
            found.append(Asked(np.flatnonzero(follows), before, after))
    return found
