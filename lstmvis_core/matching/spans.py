"""Many ranges of steps at once."""

from bisect import bisect_left

import numpy as np


def spans(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The steps of ranges (each of at least one step), one range after the other.

    >>> spans(np.array([3, 10]), np.array([2, 3]))
    array([ 3,  4, 10, 11, 12])
    """
    jumps = np.ones(int(lengths.sum()), np.int64)
    firsts = np.cumsum(lengths) - lengths
    jumps[firsts] = starts  # the first step of each range; the others are one more each
    jumps[firsts[1:]] -= starts[:-1] + lengths[:-1] - 1
    return np.cumsum(jumps)


def covered(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The steps that ranges cover, sorted, each once.

    >>> covered(np.array([4, 1]), np.array([6, 5]))
    array([1, 2, 3, 4, 5])
    """
    if not len(starts):
        return np.zeros(0, np.int64)
    order = np.argsort(starts, kind="stable")
    starts, reach = starts[order], np.maximum.accumulate(ends[order])
    apart = np.flatnonzero(np.r_[True, starts[1:] > reach[:-1]])
    last = np.r_[apart[1:] - 1, len(starts) - 1]
    return spans(starts[apart], reach[last] - starts[apart])


class Taken:
    """Ranges that do not overlap."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []

    def __len__(self) -> int:
        return len(self.starts)

    def add(self, start: int, end: int) -> bool:
        """Take a range, unless it overlaps one."""
        place = bisect_left(self.starts, end)
        if place and self.ends[place - 1] > start:
            return False
        self.starts.insert(place, start)
        self.ends.insert(place, end)
        return True

    def free(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Which ranges overlap none of those taken."""
        before = np.searchsorted(self.starts, ends, side="left")
        reach = np.array([0, *self.ends], np.int64)[before]
        return reach <= starts
