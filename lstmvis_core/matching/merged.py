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
TASKS = 256  # of a search, at most: to hand one out takes milliseconds, like the search in a part


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


def tasks(parts: Sequence[Part]) -> list[Sequence[Part]]:
    """Parts that follow each other together, so that there are not too many tasks.

    >>> import numpy as np
    >>> part = Part("a.npy", 5, 100, np.array([0]))
    >>> [len(group) for group in tasks([part] * (2 * TASKS - 1))][-2:]
    [2, 1]
    """
    size = -(-len(parts) // TASKS)
    return [parts[first : first + size] for first in range(0, len(parts), size)]


def search_parts(asked: Search, parts: Sequence[Part]) -> list[list[Match]]:
    """What a worker does: open the file of each part and search in it."""
    found = []
    for part in parts:
        states = part.opened()
        found.append(asked(states))
        let_go(states.values)
    return found
