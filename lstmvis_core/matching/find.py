"""Match: where in a corpus the selected units do the same (LSTMVis, paper section 5.3), exactly.

The paper ranks all ranges of a corpus but scores a sample of candidates only. Here every
candidate that can enter the answer is scored, so that the answer equals brute force over all
ranges.

Why this is quick: one pass over the states of the selected units counts how many are on at each
step. A range that shares L units lies where at least L are on; so the search goes down from the
highest count, looks at those few stretches only, and ends when enough ranges are found.
"""

import numpy as np

from lstmvis_core.errors import SelectionError
from lstmvis_core.matching.candidates import candidates_of_levels
from lstmvis_core.matching.counts import Counts, count
from lstmvis_core.matching.following import following
from lstmvis_core.matching.match import Match
from lstmvis_core.matching.query import Query
from lstmvis_core.matching.ranking import Ranking
from lstmvis_core.states import CorpusStates

# Steps to look at for each match that is wanted, first, and how many times more after that.
_FIRST, _MORE = 8, 4


def find_matches(
    states: CorpusStates,
    units: np.ndarray,
    *,
    threshold: float = 0.3,
    sign: str = "+",
    off_before: bool = False,
    off_after: bool = False,
    min_length: int = 2,
    max_length: int | None = None,
    limit: int = 50,
) -> list[Match]:
    """The ranges of a corpus in which the selected units do the same, best first.

    Let S1 be `units`. For a range ``[a, b)`` inside one document let A be the units of S1 that are
    on at every step of it. The range is a candidate if A is not empty, its length is allowed, and
    neither ``[a-1, b)`` nor ``[a, b+1)`` has the same A (a range outside the document has none).
    S2 are the units, of all, that are on at every step and, where asked, off just before or after
    (outside the document counts as off). Ranges without a unit in S1 ∩ S2 are dropped. The rest
    are ranked by |S1 ∩ S2| (more first), |S1 ∪ S2| (fewer first), length (longer first) and place
    (earlier first); going down, a range that overlaps one already taken is left out.

    Parameters
    ----------
    states : CorpusStates
    units : array of int
        The selected units, as `select_units` gives them.
    threshold : float
    sign : {"+", "-", "abs"}
        What "on" means, as in `is_on`.
    off_before, off_after : bool
        Whether the unit must be off just before and just after the range.
    min_length, max_length : int
        Shortest and longest range that counts; no longest if None.
    limit : int
        How many matches to return at most.

    Returns
    -------
    list of Match

    Raises
    ------
    SelectionError
        A unit is outside the states, or a number outside what is allowed.

    References
    ----------
    Strobelt et al. 2018, LSTMVis, section 5.3.

    Examples
    --------
    >>> H = np.array([[0, 1, 1, 0, 1, 0, 0], [0, 0, 1, 1, 1, 0, 1]], np.float32).T
    >>> corpus = CorpusStates.from_array(H)
    >>> found = find_matches(corpus, np.array([0, 1]), threshold=0.5, min_length=1)
    >>> [(match.start, match.end, match.shared.tolist()) for match in found]
    [(2, 3, [0, 1]), (4, 5, [0, 1]), (6, 7, [1])]
    """
    query = Query(states, threshold, sign, off_before, off_after, min_length, max_length)
    chosen = query.chosen(units)
    if limit < 0:
        raise SelectionError(f"The limit is a number of matches, 0 or more; not {limit}.")
    if not len(chosen):
        return []
    counts, ranking = count(query, chosen), Ranking(query, chosen, limit)
    most, wanted = counts.highest(), _FIRST * limit
    while most and ranking.missing:
        least = _least(counts, most, wanted)
        ranking.take(candidates_of_levels(query, chosen, counts, least, most))
        most, wanted = least - 1, wanted * _MORE
    return _matches(query, chosen, ranking.ranges)


def _least(counts: Counts, most: int, wanted: int) -> int:
    """The level to go down to: the highest at which there are enough steps to look at."""
    least = most
    while least > 1 and counts.agreeing(least) < wanted:
        least -= 1
    return least


def _matches(query: Query, chosen: np.ndarray, ranges: list[tuple[int, int]]) -> list[Match]:
    start, end = np.array(ranges, np.int64).reshape(-1, 2).T
    follows = following(query, np.arange(len(query.states.values)), start, end)
    asked = np.zeros((len(follows), 1), bool)
    asked[chosen] = True
    shared, missing, extra = (
        _by_row(one.T) for one in (follows & asked, ~follows & asked, follows & ~asked)
    )
    rows = zip(ranges, shared, missing, extra, strict=True)
    return [Match(*range_, *units) for range_, *units in rows]


def _by_row(which: np.ndarray) -> list[np.ndarray]:
    """The numbers of the columns that are true, row by row."""
    numbers = np.nonzero(which)[1]
    ends = np.cumsum(which.sum(axis=1)).tolist()
    return [numbers[first:last] for first, last in zip([0, *ends], ends, strict=False)]
