"""How LSTMVis 2 searches, after its paper (section 5.3) and what its program does: a sample.

Runs of the count of selected units give candidates, level by level, until there are enough; they
are cut off there, scored one by one, and ranked. The same units need not stay on through such a
run, and what is cut off is never seen.
"""

import numpy as np

from benchmarks.recipe import THRESHOLD, Asked

FAST = (500_000, 1_000)  # steps that are read, and candidates
PRECISE = (10**12, 10_000)

Range = tuple[int, int]


def candidate_search(
    values: np.ndarray, asked: Asked, effort: Range, limit: int = 50
) -> list[Range]:
    """The best ranges among a sample of candidates.

    Parameters
    ----------
    values : numpy.ndarray, (unit, time_step)
    asked : Asked
    effort : tuple of int
        `FAST` or `PRECISE`.
    limit : int
    """
    read, number = effort
    values = values[:, :read]
    counts = np.zeros(values.shape[1], np.int16)
    for unit in asked.units.tolist():
        counts += values[unit] >= THRESHOLD
    candidates: dict[Range, int] = {}
    for level in range(len(asked.units), 0, -1):
        if len(candidates) >= number:
            break
        clipped = np.minimum(counts, level)
        full = np.concatenate([[False], clipped == level, [False]])
        edges = np.flatnonzero(full[1:] != full[:-1])
        for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            if end - start >= 2 and start >= 1 and end < len(counts):
                left = int(clipped[start - 1]) if asked.off_before else 0
                right = int(clipped[end]) if asked.off_after else 0
                switched = level - left - right if asked.off_before or asked.off_after else 0
                candidates.setdefault((start, end), switched)
    kept = sorted(candidates, key=lambda one: -candidates[one])[:number]
    selected = np.zeros(len(values), bool)
    selected[asked.units] = True
    scored = []
    for start, end in kept:
        on = values[:, start - 1 : end + 1] >= THRESHOLD
        follows = on[:, 1:-1].all(axis=1)
        if asked.off_before:
            follows &= ~on[:, 0]
        if asked.off_after:
            follows &= ~on[:, -1]
        shared = int((follows & selected).sum())
        scored.append((-shared, int((follows | selected).sum()), start - end, start, end))
    return [(start, end) for *_, start, end in sorted(scored)[:limit]]
