"""Take the best candidates: more shared units first, then fewer extra ones, longer, earlier."""

from collections.abc import Iterator

import numpy as np

from lstmvis_core.matching.candidates import Candidates
from lstmvis_core.matching.following import following
from lstmvis_core.matching.query import Query
from lstmvis_core.matching.spans import Taken

_FEW = 100  # candidates whose extra units are all counted without further thought
_UNITS = 32  # counted before it is looked at which candidates can still be among the best


class Ranking:
    """The ranges taken so far: no more than a limit, none of which overlap."""

    def __init__(self, query: Query, chosen: np.ndarray, limit: int) -> None:
        self.query, self.limit = query, limit
        self.others = np.setdiff1d(np.arange(len(query.values)), chosen)
        self.taken = Taken()
        self.ranges: list[tuple[int, int]] = []

    @property
    def missing(self) -> int:
        """How many more ranges are wanted."""
        return self.limit - len(self.ranges)

    def take(self, found: Candidates) -> None:
        """Take the best of some candidates; all that come later share fewer units."""
        for group in _groups(found, 4 * self.missing):
            while self.missing and len(group.start):
                group = group.where(self.taken.free(group.start, group.end))
                if len(group.start) <= _FEW:
                    extra = self._extra(self.others, group).sum(axis=0)
                    certain = np.arange(len(group.start))
                else:
                    extra, certain = self._few_extra(group)
                self._take_in_order(group, _best_first(group, extra, certain))
                left = np.ones(len(group.start), bool)
                left[certain] = False
                group = group.where(left)

    def _take_in_order(self, group: Candidates, order: np.ndarray) -> None:
        for start, end in zip(group.start[order].tolist(), group.end[order].tolist(), strict=True):
            if not self.missing:
                return
            if self.taken.add(start, end):
                self.ranges.append((start, end))

    def _few_extra(self, group: Candidates) -> tuple[np.ndarray, np.ndarray]:
        """The candidates of one level with the fewest extra units: how many, and which they are.

        As many candidates as are missing, which do not overlap, give a bound when all their units
        are counted. Of the others, units are counted a few at a time, the most frequent first, and
        what goes beyond the bound is left for later. All that stay have fewer extra units than
        all that are left.
        """
        extra, alive = np.zeros(len(group.start), np.int64), np.arange(len(group.start))
        some = self._apart(group, _best_first(group, extra, alive))
        follows = self._extra(self.others, group.where(some))
        bound = int(follows.sum(axis=0).max())
        units = self.others[np.argsort(-follows.sum(axis=1), kind="stable")]
        for first in range(0, len(units), _UNITS):
            few, rest = units[first : first + _UNITS], units[first + _UNITS :]
            extra[alive] += self._extra(few, group.where(alive)).sum(axis=0)
            if not first:
                some = self._apart(group, _best_first(group, extra, alive))
                more = self._extra(rest, group.where(some)).sum(axis=0)
                bound = min(bound, int((extra[some] + more).max()))
            alive = alive[extra[alive] <= bound]
        return extra, alive

    def _extra(self, units: np.ndarray, group: Candidates) -> np.ndarray:
        return following(self.query, units, group.start, group.end)

    def _apart(self, group: Candidates, order: np.ndarray) -> np.ndarray:
        """As many candidates as are missing, in this order, which do not overlap."""
        taken, some = Taken(), list[int]()
        for place in order.tolist():
            if taken.add(int(group.start[place]), int(group.end[place])):
                some.append(place)
                if len(some) == self.missing:
                    break
        return np.array(some)


def _groups(found: Candidates, enough: int) -> Iterator[Candidates]:
    """The candidates level by level, the highest first; levels with few of them together."""
    counts = np.bincount(found.shared)
    high = len(counts) - 1
    while high > 0:
        low = high
        while low > 1 and counts[low : high + 1].sum() < enough:
            if counts[low - 1 : high + 1].sum() > _FEW:
                break
            low -= 1
        yield found.where((found.shared >= low) & (found.shared <= high))
        high = low - 1


def _best_first(group: Candidates, extra: np.ndarray, which: np.ndarray) -> np.ndarray:
    start, end, shared = group.start[which], group.end[which], group.shared[which]
    return which[np.lexsort((start, start - end, extra[which], -shared))]
