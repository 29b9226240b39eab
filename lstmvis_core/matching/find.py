"""Match: where in a corpus the selected units do the same, wherever its states are."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from lstmvis_core.cache import Report
from lstmvis_core.cluster import counted, done_by
from lstmvis_core.errors import StatesError
from lstmvis_core.matching.match import Match
from lstmvis_core.matching.merged import Best, groups, search_parts, tasks
from lstmvis_core.matching.search import search
from lstmvis_core.states import CorpusStates, PartitionedStates

if TYPE_CHECKING:
    from distributed import Client


def find_matches(
    states: CorpusStates | PartitionedStates,
    units: np.ndarray,
    *,
    threshold: float = 0.3,
    sign: str = "+",
    off_before: bool = False,
    off_after: bool = False,
    min_length: int = 2,
    max_length: int | None = None,
    limit: int = 50,
    client: "Client | None" = None,
    progress: Report | None = None,
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
    states : CorpusStates or PartitionedStates
        Of one machine; or parts in files, which are searched one after the other, or by many
        machines at once. The answer is the same: ranges never cross documents.
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
    client : distributed.Client or None
        Of a Dask cluster whose workers search in the parts of `PartitionedStates`
        (``docs/cluster.md``); this process searches if None.
    progress : callable or None
        Called with a `Progress` before the first part of the states and after each. It may raise,
        to interrupt.

    Returns
    -------
    list of Match

    Raises
    ------
    SelectionError
        A unit is outside the states, or a number outside what is allowed.
    StatesError
        A file of a part is missing, or a client is given for states that are not in parts.
    ClusterError
        The cluster cannot be used, or it lost every worker that began some part.

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
    asked = partial(
        search,
        units=units,
        threshold=threshold,
        sign=sign,
        off_before=off_before,
        off_after=off_after,
        min_length=min_length,
        max_length=max_length,
        limit=limit,
    )
    if isinstance(states, CorpusStates):
        if client is not None:
            raise StatesError(
                "The workers of a cluster search in states that are in files: "
                "PartitionedStates, from corpus_states(..., client=client) or "
                "PartitionedStates.from_files. Leave out the client to search in these."
            )
        steps = states.values.shape[1]
        doing = f"Searching {steps:,} time steps"
        (found,) = done_by(None, _in_array, asked, [states], [steps], doing, progress)
        return found
    # What is wrong with the question is said before any part is looked at.
    asked(CorpusStates.from_array(np.empty((0, states.units), np.float32)))
    number = counted(len(states.parts), "part")
    doing = f"Searching {states.steps:,} time steps in {number}"
    together, best = groups(states), Best(limit)
    sizes = [sum(part.steps for part, _ in group) for group in together]
    todo = tasks(together, best)
    done_by(client, search_parts, (asked, limit), todo, sizes, doing, progress, best.add)
    return best.matches


def _in_array(asked: Callable[..., list[Match]], states: CorpusStates) -> list[Match]:
    return asked(states)
