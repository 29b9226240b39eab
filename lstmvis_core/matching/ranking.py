"""Take the best ranges: fewer extra units first, then longer ones, then earlier ones."""

import numpy as np

from lstmvis_core.matching.following import following
from lstmvis_core.matching.query import Query
from lstmvis_core.matching.spans import Taken

_FEW = 1000  # ranges whose extra units are all counted without further thought
_SAMPLE = 128  # ranges by which the most frequent extra units are found
_UNITS = 32  # counted before it is looked at which ranges can still be among the best


class Ranking:
    """The ranges taken so far: no more than a limit, none of which overlap."""

    def __init__(self, query: Query, chosen: np.ndarray, limit: int) -> None:
        self.query, self.limit = query, limit
        self.others = np.setdiff1d(np.arange(len(query.states.values)), chosen)
        self.taken = Taken()
        self.ranges: list[tuple[int, int]] = []

    @property
    def missing(self) -> int:
        """How many more ranges are wanted."""
        return self.limit - len(self.ranges)

    def take(self, start: np.ndarray, end: np.ndarray) -> None:
        """Take the best of ranges that share the same number of selected units."""
        while self.missing and len(start):
            free = self.taken.free(start, end)
            start, end = start[free], end[free]
            if len(start) <= _FEW:
                extra = following(self.query, self.others, start, end).sum(axis=0)
                certain = np.arange(len(start))
            else:
                extra, certain = self._few_extra(start, end)
            for place in _best_first(start, end, extra, certain).tolist():
                if not self.missing:
                    return
                if self.taken.add(int(start[place]), int(end[place])):
                    self.ranges.append((int(start[place]), int(end[place])))
            start, end = np.delete(start, certain), np.delete(end, certain)

    def _few_extra(self, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The ranges with the fewest extra units: their numbers of units, and which they are.

        Units are counted a few at a time, the most frequent first. As many ranges as are missing,
        which do not overlap, give a bound when all their units are counted; what goes beyond it
        is left for later. All that stay have fewer extra units than all that are left.
        """
        sample = np.linspace(0, len(start) - 1, _SAMPLE).astype(np.int64)
        often = following(self.query, self.others, start[sample], end[sample]).sum(axis=1)
        units = self.others[np.argsort(-often, kind="stable")]
        extra, alive = np.zeros(len(start), np.int64), np.arange(len(start))
        bound = len(units)
        for first in range(0, len(units), _UNITS):
            few, rest = units[first : first + _UNITS], units[first + _UNITS :]
            extra[alive] += following(self.query, few, start[alive], end[alive]).sum(axis=0)
            if first in (0, _UNITS):
                some = self._disjoint(start, end, _best_first(start, end, extra, alive))
                more = following(self.query, rest, start[some], end[some]).sum(axis=0)
                bound = min(bound, int((extra[some] + more).max()))
            alive = alive[extra[alive] <= bound]
        return extra, alive

    def _disjoint(self, start: np.ndarray, end: np.ndarray, order: np.ndarray) -> np.ndarray:
        """As many ranges as are missing, in this order, which do not overlap."""
        taken, some = Taken(), list[int]()
        for place in order.tolist():
            if taken.add(int(start[place]), int(end[place])):
                some.append(place)
                if len(some) == self.missing:
                    break
        return np.array(some)


def _best_first(
    start: np.ndarray, end: np.ndarray, extra: np.ndarray, which: np.ndarray
) -> np.ndarray:
    start, end = start[which], end[which]
    return which[np.lexsort((start, start - end, extra[which]))]
