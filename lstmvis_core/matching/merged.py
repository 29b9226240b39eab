"""The matches of a corpus from those of its parts, exactly.

Going down the ranks, a range is left out if it overlaps one already taken. Ranges that overlap are
in the same document, and a document is in one part: so what is taken of a part does not depend on
the others. The first matches of the whole are thus among the first ones of each part.

When the list is full, ranges that share fewer units than its last one cannot come into it any more.
Parts that are searched later need not look for them, which spares most of the work.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from lstmvis_core.cache import let_go
from lstmvis_core.matching.match import Match
from lstmvis_core.states import Part, PartitionedStates

TASKS = 256  # of a search, at most: to hand one out takes milliseconds, like the search in a part

# `search` but for the states and the floor, and how many matches are wanted.
Search = tuple[Callable[..., list[Match]], int]
# The floor, and parts with the corpus steps at which they begin.
Task = tuple[int, Sequence[tuple[Part, int]]]


class Best:
    """The best matches of the parts that were searched so far.

    Attributes
    ----------
    matches : list of Match
        At most `limit`, in steps of the corpus, best first.

    Examples
    --------
    >>> import numpy as np
    >>> def match(start, end, *shared):
    ...     return Match(start, end, np.array(shared), np.array([]), np.array([]))
    >>> best = Best(limit=2)
    >>> best.add([match(3, 5, 0, 1), match(0, 2, 0)])
    >>> best.floor
    1
    >>> best.add([match(106, 109, 0, 1)])
    >>> [(one.start, one.end) for one in best.matches], best.floor
    ([(106, 109), (3, 5)], 2)
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.matches: list[Match] = []

    def add(self, found: Iterable[Match]) -> None:
        """Take in the best of another part, in steps of the corpus."""
        together = sorted([*self.matches, *found], key=lambda match: match.rank)
        self.matches = together[: self.limit]

    @property
    def floor(self) -> int:
        """Matches that share fewer units cannot come into the list any more."""
        full = self.limit and len(self.matches) == self.limit
        return len(self.matches[-1].shared) if full else 1


def groups(states: PartitionedStates) -> list[Sequence[tuple[Part, int]]]:
    """Parts that follow each other together, so that there are not too many tasks."""
    pairs = list(zip(states.parts, states.starts, strict=True))
    size = -(-len(pairs) // TASKS)
    return [pairs[first : first + size] for first in range(0, len(pairs), size)]


def tasks(groups: Sequence[Sequence[tuple[Part, int]]], best: Best) -> Iterator[Task]:
    """Each with the floor at the time when it is handed out."""
    for group in groups:
        yield best.floor, group


def search_parts(asked: Search, task: Task) -> list[Match]:
    """What a worker does: open the file of each part and search in it."""
    (search, limit), (floor, group) = asked, task
    best = Best(limit)
    for part, start in group:
        states = part.opened()
        found = search(states, floor=max(floor, best.floor))
        best.add(match.moved(start) for match in found)
        let_go(states.values)
    return best.matches
