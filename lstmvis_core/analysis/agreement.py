"""How many ranges of a corpus share how many of the selected units, and how many do by chance.

The list of matches shows the best places only. Whether they say something about the units depends
on how many there are, and on how many other units, which are on as often, would agree so well: the
question that users of LSTMVis asked (issue 63 there: which threshold, what may I conclude?).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lstmvis_core.errors import SelectionError
from lstmvis_core.matching.candidates import candidates
from lstmvis_core.matching.counts import count, stretches
from lstmvis_core.matching.query import Query
from lstmvis_core.states import CorpusStates

DRAWS = 200
_NEAREST = 5  # units among which one is drawn
_STEPS = 1 << 16  # looked at at a time, which bounds the memory and the time


@dataclass(frozen=True)
class Agreement:
    """All ranges of a corpus in which selected units do the same: the candidates of `find_matches`.

    Attributes
    ----------
    ranges : numpy.ndarray of int64, (selected + 1,)
        How many ranges share 0, 1, ... of the selected units; of 0 none are counted.
    lengths : numpy.ndarray of int64, (length + 1,)
        How many of those that share the most units have a length of 0, 1, ... steps.
    """

    ranges: np.ndarray
    lengths: np.ndarray

    @property
    def most(self) -> int:
        """The highest number of units that a range shares; 0 if there is no range."""
        return int(np.flatnonzero(self.ranges)[-1]) if self.ranges.any() else 0


def agreement(
    states: CorpusStates,
    units: np.ndarray,
    *,
    threshold: float = 0.3,
    sign: str = "+",
    off_before: bool = False,
    off_after: bool = False,
    min_length: int = 2,
    max_length: int | None = None,
) -> Agreement:
    """Count the ranges of a corpus by the number of selected units that follow the pattern there.

    Ranges of a lower level may contain those of a higher one: where five units do the same, four
    often do so for a little longer.

    Parameters
    ----------
    states, units, threshold, sign, off_before, off_after, min_length, max_length
        As in `find_matches`.

    Returns
    -------
    Agreement

    Raises
    ------
    SelectionError
        As `find_matches`.

    Examples
    --------
    >>> H = np.array([[0, 1, 1, 0, 1, 1, 0], [0, 0, 1, 1, 1, 1, 0]], np.float32).T
    >>> agreement(CorpusStates.from_array(H), np.array([0, 1]), threshold=0.5).ranges
    array([0, 2, 1])
    """
    query = Query(states, threshold, sign, off_before, off_after, min_length, max_length)
    *_, found = counted(query, query.chosen(units))
    assert isinstance(found, Agreement)
    return found


def by_chance(
    states: CorpusStates,
    units: np.ndarray,
    *,
    threshold: float = 0.3,
    sign: str = "+",
    off_before: bool = False,
    off_after: bool = False,
    min_length: int = 2,
    max_length: int | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    least: int = 1,
) -> Iterator[np.ndarray]:
    """The same for units drawn at random, as many, each on about as often as one of the selected.

    Parameters
    ----------
    states, units, threshold, sign, off_before, off_after, min_length, max_length
        As in `find_matches`.
    draws : int
        How many times units are drawn.
    seed : int
        The same seed draws the same units.
    least : int
        Ranges that share fewer units are not counted: most do, and they take most of the time.

    Yields
    ------
    numpy.ndarray of int64, (selected + 1,)
        `Agreement.ranges` of one draw.

    Raises
    ------
    SelectionError
        There are fewer other units than selected ones; or as `find_matches`.

    Notes
    -----
    Each selected unit gives way to one of the five others that come nearest to it in the share
    of steps at which they are on. None of the selected units is drawn, and none twice.

    Examples
    --------
    >>> H = np.random.default_rng(0).normal(size=(400, 8)).astype(np.float32)
    >>> drawn = list(by_chance(CorpusStates.from_array(H), np.array([0, 1]), draws=3))
    >>> len(drawn), drawn[0].shape
    (3, (3,))
    """
    query = Query(states, threshold, sign, off_before, off_after, min_length, max_length)
    for found in drawn(query, query.chosen(units), draws, seed, least):
        if found is not None:
            yield found


def drawn(
    query: Query, chosen: np.ndarray, draws: int = DRAWS, seed: int = 0, least: int = 1
) -> Iterator[np.ndarray | None]:
    """What `by_chance` yields, and None after each piece of work in between."""
    others = np.setdiff1d(np.arange(len(query.values)), chosen)
    if len(others) < len(chosen):
        raise SelectionError(
            f"{len(chosen)} units are selected, and only {len(others)} are left to draw from."
        )
    rates = np.zeros(len(query.values))
    for unit in range(len(rates)):
        rates[unit] = query.on(unit, 0, query.steps).mean()
        yield None
    rng = np.random.default_rng([seed, len(chosen)])
    for _ in range(draws):
        for found in counted(query, np.sort(_alike(chosen, others, rates, rng)), least):
            yield found.ranges if isinstance(found, Agreement) else None


def _alike(
    chosen: np.ndarray, others: np.ndarray, rates: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """As many other units, each of them on about as often as one of the chosen."""
    left, drawn = others.tolist(), list[int]()
    for unit in rng.permutation(chosen).tolist():
        nearest = np.argsort(np.abs(rates[left] - rates[unit]), kind="stable")[:_NEAREST]
        drawn.append(left.pop(int(rng.choice(nearest))))
    return np.array(drawn, np.int64)


def counted(query: Query, units: np.ndarray, least: int = 1) -> Iterator[float | Agreement]:
    """Count ranges that share so many units or more: the share that is done, and last the result.

    So whoever asks can do something else in between.
    """
    ranges = np.zeros(len(units) + 1, np.int64)
    lengths: dict[int, np.ndarray] = {}  # of those that share the most so far
    starts, ends = stretches(query, count(query, units), least)
    so_far = np.cumsum(ends - starts)
    piece = 0
    while piece < len(starts):
        done = so_far[piece - 1] if piece else 0
        end = max(piece + 1, int(np.searchsorted(so_far, done + _STEPS)))
        found = candidates(query, units, starts[piece:end], ends[piece:end])
        found = found.where(found.shared >= least)
        ranges += np.bincount(found.shared, minlength=len(ranges))
        most = int(found.shared.max(initial=0))
        best = found.shared == most
        lengths.setdefault(most, np.zeros(0, np.int64))
        lengths[most] = _added(lengths[most], np.bincount(found.end[best] - found.start[best]))
        piece = end
        yield float(so_far[piece - 1] / so_far[-1])
    yield Agreement(ranges, lengths[max(lengths)] if lengths else np.zeros(1, np.int64))


def _added(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    size = max(len(one), len(other))
    return np.pad(one, (0, size - len(one))) + np.pad(other, (0, size - len(other)))
