"""Match: a range of a corpus, and where it stands among others."""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True, eq=False)
class Match:
    """A range of the corpus in which selected units do the same.

    Attributes
    ----------
    start, end : int
        The half-open range of corpus steps.
    shared : numpy.ndarray of int64
        Selected units that follow the pattern here, sorted.
    missing : numpy.ndarray of int64
        Selected units that do not, sorted.
    extra : numpy.ndarray of int64
        Other units that follow the pattern here, sorted.

    Examples
    --------
    >>> match = Match(4, 7, np.array([0, 2]), np.array([5]), np.array([1, 3, 8]))
    >>> len(match), match.rank
    (3, (-2, 6, -3, 4))
    """

    start: int
    end: int
    shared: np.ndarray
    missing: np.ndarray
    extra: np.ndarray

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Lower is better: more shared units, fewer in the union, longer, earlier."""
        union = len(self.shared) + len(self.missing) + len(self.extra)
        return -len(self.shared), union, -len(self), self.start

    def moved(self, steps: int) -> "Match":
        """The same match, so many steps later."""
        return replace(self, start=self.start + steps, end=self.end + steps)
