"""All candidates within stretches of a corpus.

Let ``A`` be the selected units that are on at every step of ``[a, b)``. A range is a candidate
only if neither longer neighbour has the same ``A``. So a run (a stretch in which a unit stays on)
of some unit of ``A`` starts at ``a``, and one ends at ``b``. For each start ``a`` of a run, the
units that are on there are sorted by the ends of their runs: the first j of them, furthest end
first, are the ``A`` of the range that ends with the j-th.
"""

from dataclasses import dataclass

import numpy as np

from lstmvis_core.matching.counts import Counts, stretches
from lstmvis_core.matching.query import Query
from lstmvis_core.matching.spans import spans

_STARTS = 1 << 16  # starts at a time, which bounds the memory


@dataclass(frozen=True)
class Candidates:
    """Ranges, with the number of selected units that follow the pattern there."""

    start: np.ndarray
    end: np.ndarray
    shared: np.ndarray

    def where(self, which: np.ndarray) -> "Candidates":
        """Some of them, by a mask or by their places."""
        return Candidates(self.start[which], self.end[which], self.shared[which])


def candidates_of_levels(
    query: Query, units: np.ndarray, counts: Counts, least: int, most: int
) -> Candidates:
    """The candidates in which so many of the units follow the pattern, and no more than `most`."""
    starts, ends = stretches(query, counts, least)
    if least == len(units):  # all: each stretch is a candidate, and no other range is one
        longest = query.max_length or query.steps
        short = ends - starts <= longest
        starts, ends = starts[short], ends[short]
        return Candidates(starts, ends, np.full(len(starts), least))
    found = candidates(query, units, starts, ends)
    return found.where((found.shared >= least) & (found.shared <= most))


def candidates(query: Query, units: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> Candidates:
    """The candidates that lie in stretches ``[start, end)``, in no order."""
    runs = _Runs(query, units, starts, ends)
    places = np.flatnonzero(runs.fresh.any(axis=0) & ~runs.margin)
    found = [
        runs.candidates(places[first : first + _STARTS]) for first in range(0, len(places), _STARTS)
    ]
    none = np.zeros(0, np.int64)
    start, end, shared = zip(*found, strict=True) if found else ([none], [none], [none])
    return Candidates(np.concatenate(start), np.concatenate(end), np.concatenate(shared))


class _Runs:
    """Runs of the selected units in some stretches and one step on each side of them.

    The stretches lie one after the other in rows ``(unit, place)``; no run goes from one to the
    next.
    """

    def __init__(
        self, query: Query, units: np.ndarray, starts: np.ndarray, ends: np.ndarray
    ) -> None:
        self.query = query
        lengths = ends - starts + 2
        last = np.cumsum(lengths) - 1
        first = last - lengths + 1
        self.steps = spans(starts - 1, lengths)
        self.margin = np.zeros(len(self.steps), bool)
        self.margin[first] = self.margin[last] = True
        on = query.on_at(units, np.clip(self.steps, 0, query.steps - 1))
        # Outside the document a unit is off.
        on[:, first[query.borders[starts]]] = False
        on[:, last[query.borders[ends]]] = False
        self.on, self.fresh, stops = on, on.copy(), on.copy()
        self.fresh[:, 1:] &= ~on[:, :-1]
        stops[:, :-1] &= ~on[:, 1:]
        self.fresh[:, first], stops[:, last] = on[:, first], on[:, last]
        self.stops = stops

    def candidates(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Start, end and number of shared units of the candidates that begin at some places."""
        fresh = self.fresh[:, places].T
        ends = self._ends(places)
        # The range may end where any run ends, as long as one that starts here lasts.
        lasts = np.where(fresh, ends, 0).max(axis=1)
        keys = 2 * ends + fresh
        keys.sort(axis=1)
        keys = keys[:, ::-1]
        ends = keys >> 1
        # Units whose runs end together give the same range: the last of them counts.
        last = np.ones(ends.shape, bool)
        last[:, :-1] = ends[:, :-1] != ends[:, 1:]
        shared = self._shared(ends, (keys & 1).astype(bool), last)
        inside = ~self.margin[np.maximum(ends - 1, 0)]
        length = ends - places[:, None]
        good = last & inside & (shared > 0) & (ends <= lasts[:, None])
        good &= length >= self.query.min_length
        if self.query.max_length is not None:
            good &= length <= self.query.max_length
        row, column = np.nonzero(good)
        start, end = self.steps[places[row]], self.steps[ends[row, column] - 1] + 1
        return start, end, shared[row, column]

    def _ends(self, places: np.ndarray) -> np.ndarray:
        """Where the runs that cover some places end: (place, unit); 0 where a unit is off."""
        ends = np.zeros((len(places), len(self.on)), np.int32)
        for unit, (on, fresh, stops) in enumerate(
            zip(self.on, self.fresh, self.stops, strict=True)
        ):
            run = np.cumsum(fresh, dtype=np.int32)[places] - 1
            here = on[places]
            ends[here, unit] = np.flatnonzero(stops)[run[here]] + 1
        return ends

    def _shared(self, ends: np.ndarray, fresh: np.ndarray, last: np.ndarray) -> np.ndarray:
        """How many units follow the pattern in the range that ends with each unit's run."""
        before, after = self.query.off_before, self.query.off_after
        follow = np.cumsum(fresh if before else ends > 0, axis=1, dtype=np.int32)
        if not after:
            return follow
        # Only units whose runs end with the range: those of the ranges that end later go.
        former = np.zeros_like(follow)
        former[:, 1:] = np.maximum.accumulate(np.where(last, follow, 0), axis=1)[:, :-1]
        return follow - former
