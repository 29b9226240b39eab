"""Which units follow the pattern in given ranges (S2, paper section 5.3)."""

import numpy as np

from lstmvis_core.matching.query import Query
from lstmvis_core.matching.spans import covered

_STATES = 1 << 20  # looked at at a time, which bounds the memory


def following(query: Query, units: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Whether units are on throughout ranges, and off around them where asked: (unit, range)."""
    before = query.off_before & ~query.borders[start]
    after = query.off_after & ~query.borders[end]
    steps = covered(start - before, end + after)  # ranges often nest: each state is read once
    first = np.searchsorted(steps, start)
    last = first + (end - start)
    follows = np.empty((len(units), len(start)), bool)
    size = max(1, _STATES // max(1, len(steps)))
    for piece in range(0, len(units), size):
        on = query.on_at(units[piece : piece + size], steps)
        so_far = np.zeros((len(on), len(steps) + 1), np.int32)
        np.cumsum(on, axis=1, out=so_far[:, 1:])
        here = so_far[:, last] - so_far[:, first] == end - start
        if query.off_before:
            here &= ~(before & on[:, np.maximum(first - 1, 0)])
        if query.off_after:
            here &= ~(after & on[:, np.minimum(last, len(steps) - 1)])
        follows[piece : piece + size] = here
    return follows
