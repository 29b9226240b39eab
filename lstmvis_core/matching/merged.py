"""The matches of a corpus from those of its parts, exactly.

Going down the ranks, a range is left out if it overlaps one already taken. Ranges that overlap are
in the same document, and a document is in one part: so what is taken of a part does not depend on
the others. The first matches of the whole are thus among the first ones of each part.
"""

from collections.abc import Callable, Sequence

from lstmvis_core.cache import let_go
from lstmvis_core.matching.match import Match
from lstmvis_core.states import CorpusStates, Part

# A search but for the states.
Search = Callable[[CorpusStates], list[Match]]


def merged(found: Sequence[Sequence[Match]], starts: Sequence[int], limit: int) -> list[Match]:
    """The best matches of a corpus.

    Parameters
    ----------
    found : sequence of sequence of Match
        The best of each part, `limit` of them if there are as many, in steps of the part.
    starts : sequence of int
        The corpus step at which each part begins.
    limit : int

    Returns
    -------
    list of Match
        In steps of the corpus, best first.

    Examples
    --------
    >>> import numpy as np
    >>> def match(start, end, *shared):
    ...     return Match(start, end, np.array(shared), np.array([]), np.array([]))
    >>> parts = [[match(3, 5, 0, 1), match(0, 2, 0)], [match(6, 9, 0, 1)]]
    >>> [(one.start, one.end) for one in merged(parts, [0, 100], limit=2)]
    [(106, 109), (3, 5)]
    """
    pairs = zip(found, starts, strict=True)
    moved = [match.moved(start) for matches, start in pairs for match in matches]
    return sorted(moved, key=lambda match: match.rank)[:limit]


def search_part(asked: Search, part: Part) -> list[Match]:
    """What a worker does: open the file of a part and search in it."""
    states = part.opened()
    try:
        return asked(states)
    finally:
        let_go(states.values)
