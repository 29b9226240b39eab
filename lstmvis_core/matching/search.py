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


def search(
    states: CorpusStates,
    units: np.ndarray,
    *,
    threshold: float,
    sign: str,
    off_before: bool,
    off_after: bool,
    min_length: int,
    max_length: int | None,
    limit: int,
    floor: int = 1,
) -> list[Match]:
    """The ranges in which the selected units do the same; see `lstmvis_core.find_matches`.

    Of them, those that share at least `floor` units.
    """
    query = Query(states, threshold, sign, off_before, off_after, min_length, max_length)
    chosen = query.chosen(units)
    if limit < 0:
        raise SelectionError(f"The limit is a number of matches, 0 or more; not {limit}.")
    if not len(chosen):
        return []
    counts, ranking = count(query, chosen), Ranking(query, chosen, limit)
    most, wanted = counts.highest(), _FIRST * limit
    while most >= floor and ranking.missing:
        least = max(floor, _least(counts, most, wanted))
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
