"""Match: where in a corpus the selected units do the same (LSTMVis, paper section 5.3), exactly.

The paper ranks all ranges of a corpus but scores a sample of candidates only. Here every
candidate that can enter the answer is scored, so that the answer equals brute force over all
ranges.

Why this is quick: let ``A`` be the selected units that are on at every step of ``[a, b)``. A range
is a candidate only if neither longer neighbour has the same ``A``. So some unit of ``A`` switches
on at ``a``, and some unit of ``A`` switches off at ``b``: candidates are pairs of a start and an
end of *runs* (stretches in which a unit stays on), and there are few of them.
"""

from dataclasses import dataclass

import numpy as np

from lstmvis_core.errors import SelectionError
from lstmvis_core.selection import check_sign, is_on
from lstmvis_core.states import CorpusStates


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
    """

    start: int
    end: int
    shared: np.ndarray
    missing: np.ndarray
    extra: np.ndarray

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True)
class _Runs:
    """Stretches ``[start, end)`` in which one unit stays on, cut at document breaks."""

    starts: np.ndarray
    ends: np.ndarray

    def end_after(self, steps: np.ndarray) -> np.ndarray:
        """Where the run that covers each step ends; 0 where the unit is off."""
        if not len(self.starts):
            return np.zeros(len(steps), np.int64)
        run = np.searchsorted(self.starts, steps, side="right") - 1  # -1: before the first run
        ends = self.ends[run]
        return np.where((run >= 0) & (ends > steps), ends, 0)

    def start_at(self, steps: np.ndarray) -> np.ndarray:
        """Whether a run starts at each step."""
        if not len(self.starts):
            return np.zeros(len(steps), bool)
        run = np.searchsorted(self.starts, steps, side="right") - 1
        return self.starts[run] == steps


def _runs(on: np.ndarray, breaks: np.ndarray) -> _Runs:
    padded = np.zeros(len(on) + 2, bool)
    padded[1:-1] = on
    switch = padded[1:] != padded[:-1]
    starts, ends = switch & padded[1:], switch & padded[:-1]
    # A run that reaches over a break ends there, and another begins.
    inner = breaks[(breaks > 0) & (breaks < len(on))]
    across = inner[on[inner] & on[inner - 1]]
    starts[across] = ends[across] = True
    return _Runs(np.flatnonzero(starts), np.flatnonzero(ends))


@dataclass(frozen=True)
class _Candidates:
    """Ranges with the number of selected units they share."""

    start: np.ndarray
    end: np.ndarray
    shared: np.ndarray

    def take(self, mask: np.ndarray) -> "_Candidates":
        return _Candidates(self.start[mask], self.end[mask], self.shared[mask])


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
    chosen = _check(states, units, threshold, sign, min_length, max_length, limit)
    if not len(chosen):
        return []
    query = _Query(states, threshold, sign, off_before, off_after)
    longest = states.values.shape[1] if max_length is None else max_length
    candidates = query.candidates(chosen, min_length, longest)
    taken = _Taken(states.values.shape[1])
    found: list[tuple[int, int]] = []
    # Only when a level of agreement is used up does a lower one matter.
    for level in range(len(chosen), 0, -1):
        group = candidates.take(candidates.shared == level)
        for start, end in query.ranked(group, len(chosen)):
            if len(found) == limit:
                return query.matches(found, chosen)
            if taken.free(start, end):
                taken.add(start, end)
                found.append((start, end))
    return query.matches(found, chosen)


def _check(states, units, threshold, sign, min_length, max_length, limit) -> np.ndarray:
    check_sign(sign)
    chosen = np.unique(np.asarray(units, np.int64))
    count = len(states.values)
    if len(chosen) and not 0 <= chosen[0] <= chosen[-1] < count:
        raise SelectionError(
            f"The states have units 0 to {count - 1}; asked for {chosen.tolist()}."
        )
    if not np.isfinite(threshold):
        raise SelectionError(f"The threshold is a finite number, not {threshold}.")
    if min_length < 1 or limit < 0 or (max_length is not None and max_length < min_length):
        raise SelectionError(
            "Needed are 1 ≤ min_length ≤ max_length and 0 ≤ limit; "
            f"got {min_length}, {max_length} and {limit}."
        )
    return chosen


class _Query:
    """One search: the runs of units at one threshold, made when they are first needed."""

    def __init__(
        self, states: CorpusStates, threshold: float, sign: str, off_before: bool, off_after: bool
    ) -> None:
        self.states, self.threshold, self.sign = states, threshold, sign
        self.off_before, self.off_after = off_before, off_after
        self._runs_of: dict[int, _Runs] = {}

    def runs(self, unit: int) -> _Runs:
        if unit not in self._runs_of:
            on = is_on(self.states.values[unit], self.threshold, self.sign)
            self._runs_of[unit] = _runs(on, self.states.breaks)
        return self._runs_of[unit]

    def candidates(self, units: np.ndarray, shortest: int, longest: int) -> _Candidates:
        """All candidates that share at least one unit, in no order."""
        runs = [self.runs(unit) for unit in units.tolist()]
        starts = np.unique(np.concatenate([r.starts for r in runs]))
        ends = np.stack([r.end_after(starts) for r in runs])  # (unit, start); 0 = off
        fresh = np.stack([r.start_at(starts) for r in runs])
        # The range may end where any unit's run ends, as long as one that starts here lasts.
        last = np.where(fresh, ends, 0).max(axis=0)
        found = []
        for i in range(len(units)):
            length = ends[i] - starts
            # Two units whose runs end together give the same range: the first one counts.
            repeated = (ends[:i] == ends[i]).any(axis=0)
            allowed = (length >= shortest) & (length <= longest) & (ends[i] <= last) & ~repeated
            place = np.flatnonzero(allowed)
            end = ends[i, place]
            shares = ends[:, place] >= end
            if self.off_before:
                shares &= fresh[:, place]
            if self.off_after:
                shares &= ends[:, place] == end
            found.append(_Candidates(starts[place], end, shares.sum(axis=0)))
        merged = _Candidates(
            np.concatenate([c.start for c in found]),
            np.concatenate([c.end for c in found]),
            np.concatenate([c.shared for c in found]),
        )
        return merged.take(merged.shared > 0)

    def follows(self, unit: int, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Whether a unit is in S2 of each range."""
        runs = self.runs(unit)
        run_end = runs.end_after(start)
        inside = run_end == end if self.off_after else run_end >= end
        return inside & runs.start_at(start) if self.off_before else inside

    def ranked(self, group: _Candidates, selected: int):
        """Ranges that share the same number of units, best first."""
        if not len(group.start):
            return
        s2 = np.zeros(len(group.start), np.int64)
        for unit in range(len(self.states.values)):
            s2 += self.follows(unit, group.start, group.end)
        union = selected + s2 - group.shared
        order = np.lexsort((group.start, group.start - group.end, union))
        yield from zip(group.start[order].tolist(), group.end[order].tolist(), strict=True)

    def matches(self, ranges: list[tuple[int, int]], units: np.ndarray) -> list[Match]:
        start, end = np.array(ranges, np.int64).reshape(-1, 2).T
        follows = [self.follows(unit, start, end) for unit in range(len(self.states.values))]
        found = []
        for i, (a, b) in enumerate(ranges):
            s2 = np.flatnonzero([of_unit[i] for of_unit in follows])
            found.append(
                Match(
                    a,
                    b,
                    shared=np.intersect1d(units, s2),
                    missing=np.setdiff1d(units, s2),
                    extra=np.setdiff1d(s2, units),
                )
            )
        return found


class _Taken:
    """Steps that a match already covers."""

    def __init__(self, steps: int) -> None:
        self._steps = np.zeros(steps, bool)

    def free(self, start: int, end: int) -> bool:
        return not self._steps[start:end].any()

    def add(self, start: int, end: int) -> None:
        self._steps[start:end] = True
