"""How many of the selected units are on at each step: one pass over their states."""

from dataclasses import dataclass

import numpy as np

from lstmvis_core.matching.query import Query

_BLOCK = 1 << 15  # steps at a time: what is added to stays in the cache of the processor


@dataclass(frozen=True)
class Counts:
    """Numbers of selected units at each time step.

    Attributes
    ----------
    on : numpy.ndarray of unsigned integers, (time_step,)
        Units that are on.
    starts, ends : the same or None
        Units that are on, and off just before (just after) or outside the document there;
        where a search asks for that.
    """

    on: np.ndarray
    starts: np.ndarray | None
    ends: np.ndarray | None

    def agreeing(self, least: int) -> int:
        """At how many steps a range with so many units in common can begin and end, at most."""
        asked = [c for c in (self.starts, self.ends) if c is not None] or [self.on]
        return min(int(np.count_nonzero(counts >= least)) for counts in asked)

    def highest(self) -> int:
        """No range has more units in common."""
        asked = [c for c in (self.starts, self.ends) if c is not None] or [self.on]
        return min(int(counts.max(initial=0)) for counts in asked)


def count(query: Query, units: np.ndarray) -> Counts:
    """Count the selected units."""
    dtype = np.uint8 if len(units) < 256 else np.uint16
    on = np.zeros(query.steps, dtype)
    starts = np.zeros_like(on) if query.off_before else None
    ends = np.zeros_like(on) if query.off_after else None
    for first in range(0, query.steps, _BLOCK):
        last = min(first + _BLOCK, query.steps)
        for unit in units.tolist():
            if starts is None and ends is None:
                on[first:last] += query.on(unit, first, last).view(np.uint8)
                continue
            here, before, after = _with_neighbours(query, unit, first, last)
            on[first:last] += here.view(np.uint8)
            if starts is not None:
                starts[first:last] += (here & ~before).view(np.uint8)
            if ends is not None:
                ends[first:last] += (here & ~after).view(np.uint8)
    return Counts(on, starts, ends)


def _with_neighbours(query: Query, unit: int, first: int, last: int) -> tuple[np.ndarray, ...]:
    """Whether a unit is on at each step, at the one before and at the one after."""
    padded = np.zeros(last - first + 2, bool)
    low, high = max(first - 1, 0), min(last + 1, query.steps)
    padded[low - first + 1 : high - first + 1] = query.on(unit, low, high)
    borders = query.borders[first : last + 1]
    return padded[1:-1], padded[:-2] & ~borders[:-1], padded[2:] & ~borders[1:]


def stretches(query: Query, counts: Counts, least: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the ranges lie in which at least so many units follow: starts and ends.

    Such a range is within a stretch, in one document, at whose every step so many are on; and it
    begins where so many switch on and ends where so many switch off, where that is asked.
    """
    enough = counts.on >= least
    together = enough[1:] & enough[:-1] & ~query.borders[1:-1]
    begins, stops = enough.copy(), enough.copy()
    begins[1:] &= ~together
    stops[:-1] &= ~together
    starts, ends = np.flatnonzero(begins), np.flatnonzero(stops) + 1
    if counts.starts is not None:
        place = np.flatnonzero(counts.starts >= least)
        starts = _at(place, np.searchsorted(place, starts), beyond=query.steps)
    if counts.ends is not None:
        place = np.flatnonzero(counts.ends >= least) + 1
        ends = _at(place, np.searchsorted(place, ends, side="right") - 1, beyond=0)
    long = ends - starts >= query.min_length
    return starts[long], ends[long]


def _at(places: np.ndarray, index: np.ndarray, beyond: int) -> np.ndarray:
    """The places of an index; `beyond` where it is outside."""
    inside = (index >= 0) & (index < len(places))
    found = np.full(len(index), beyond, np.int64)
    found[inside] = places[index[inside]]
    return found
