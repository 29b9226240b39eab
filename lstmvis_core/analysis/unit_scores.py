"""Which unit tells this? One score a unit, exactly, and what the best would reach by chance.

Karpathy, Johnson and Li (2016, section 4.2) found units that follow quotation marks or the column
by looking at them one by one. Here a property of every time step is held against all units at once.
"""

import numpy as np

from lstmvis_core.analysis.ranked import RankedStates, pieces, ranked
from lstmvis_core.errors import SelectionError, StatesError
from lstmvis_core.states import CorpusStates

SHIFTS = 100
_NEAR = 20  # a shift moves the values by a 20th of the corpus or more, either way


def rank_units(
    states: CorpusStates | RankedStates | np.ndarray,
    values: np.ndarray,
    *,
    known: np.ndarray | None = None,
) -> np.ndarray:
    """Score every unit by how well it tells a property of the time steps.

    Parameters
    ----------
    states : CorpusStates, RankedStates or numpy.ndarray, (time_step, unit)
        Of one layer and kind. `RankedStates` keeps what can be worked out beforehand; give it
        where several properties are asked for.
    values : numpy.ndarray, (time_step,)
        Of bool: whether each step has the property. Of numbers: how much, NaN for unknown.
    known : numpy.ndarray of bool, (time_step,), or None
        Steps that count; all if None. Unknown numbers never count.

    Returns
    -------
    numpy.ndarray of float64, (unit,)
        For bool the AUC, in [0, 1]: the probability that the unit is higher at a step with the
        property than at one without, ties counting half (Mann and Whitney 1947). 0.5 says nothing,
        0 as much as 1. For numbers Pearson's r, in [−1, 1]; 0 says nothing. A constant unit
        has 0.5 or 0. All are NaN where there is nothing to tell: no step has the property, or
        every step that counts has the same value.

    Raises
    ------
    StatesError
        There are not as many values as steps, or some state is not finite.
    SelectionError
        The values are neither bool nor finite numbers.

    Notes
    -----
    Encoded is not used: a unit may tell a property that the network has no need of (Antverg and
    Belinkov 2022). `ablate` says what the network does without the unit.

    Examples
    --------
    >>> H = np.array([[0.1, 0.9], [0.8, 0.9], [0.7, 0.1], [0.2, 0.3]])
    >>> rank_units(H, np.array([False, True, True, False])).tolist()
    [1.0, 0.375]
    >>> rank_units(H, np.array([1, 8, 7, 2])).round(2).tolist()
    [1.0, -0.12]
    """
    given = ranked(states)
    values, known = checked(given, values, known)
    if values.dtype == bool:
        return _auc(given, values, known)
    return _pearson(given, values, known)


def best_by_chance(
    states: CorpusStates | RankedStates | np.ndarray,
    values: np.ndarray,
    *,
    known: np.ndarray | None = None,
    shifts: int = SHIFTS,
    seed: int = 0,
) -> np.ndarray:
    """What the best unit reaches if the property has nothing to do with the states.

    The values are moved along the corpus, what falls off its end comes in at its beginning. So each
    unit keeps its values in their order, and so does the property with the length of its stretches;
    only that they belong together is lost. Values drawn at random would seem to make
    nearly every unit significant, since neighbouring steps are alike. What drifts over the whole
    corpus is beyond this: its stretches are as long as the corpus.

    Parameters
    ----------
    states, values, known
        As for `rank_units`. Steps that do not count are left out before the values are moved.
    shifts : int
        How many different shifts are drawn, each at least a 20th of the corpus either way; all
        that there are, where they are fewer.
    seed : int
        The same seed draws the same shifts, also for other states over the same corpus. So the
        best of two layers is ``np.maximum`` of the arrays of both.

    Returns
    -------
    numpy.ndarray of float64, (shift,)
        How far the best unit's score is from saying nothing: the largest of all AUC − 0.5 or r,
        whatever their sign. Its 0.95 quantile is a band that the best of all units leaves in 5 of
        100 cases. NaN as in `rank_units`.

    Raises
    ------
    StatesError, SelectionError
        As `rank_units`; or there are fewer than two steps that count, or no shifts.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> H = rng.normal(size=(400, 8))
    >>> band = np.quantile(best_by_chance(H, H[:, 3] > 1), 0.95)
    >>> bool(band < rank_units(H, H[:, 3] > 1)[3] - 0.5)
    True
    """
    given = ranked(states)
    values, known = checked(given, values, known)
    if shifts < 1:
        raise SelectionError(f"The number of shifts is 1 or more, not {shifts}.")
    kept = values[known]
    if len(kept) < 2:
        raise SelectionError(f"Values are moved along 2 steps or more; {len(kept)} count.")
    by = _shifts(len(kept), shifts, seed)
    if kept.min() == kept.max():
        return np.full(len(by), np.nan)
    weights = kept - kept.mean()  # they sum to 0, so the means of the units do not matter
    length = np.sqrt((weights**2).sum())
    twice = np.tile((weights / length).astype(np.float32), 2)
    if values.dtype == bool:
        # With ranks 2 m − 1 of midranks m, AUC − 0.5 = Σ over steps with it of (rank − n) / 2 p q.
        ranks, with_it = given.ranks_of(known), int(kept.sum())
        scale = np.full(given.units, length / (2 * with_it * (len(kept) - with_it)))
    else:
        ranks, scale = None, _inverse(given.spreads_of(known))
    sums, done = np.zeros((given.units, len(by))), 0
    for at in pieces(given.steps if ranks is None else len(kept)):
        if ranks is None:
            block = given.centred(at, known, np.float32)
        else:
            block = np.subtract(ranks[:, at], len(kept), dtype=np.int32).astype(np.float32)
        end = done + block.shape[1]
        moved = np.array([twice[len(kept) - s + done : len(kept) - s + end] for s in by])
        sums += block @ moved.T
        done = end
    return np.abs(sums * scale[:, None]).max(axis=0)


def _shifts(steps: int, number: int, seed: int) -> np.ndarray:
    """By how many steps values are moved: different numbers, none near 0 or all steps."""
    near = max(1, steps // _NEAR)
    possible = np.arange(near, steps - near + 1)
    return np.random.default_rng(seed).permutation(possible)[:number]


def _auc(given: RankedStates, values: np.ndarray, known: np.ndarray) -> np.ndarray:
    kept = values[known]
    with_it, without = int(kept.sum()), int((~kept).sum())
    if not with_it or not without:
        return np.full(given.units, np.nan)
    # The sum over all steps is known, so the fewer of the two are looked at.
    fewer = with_it <= without
    at = np.flatnonzero(kept == fewer)
    sums = np.array([row[at].sum(dtype=np.int64) for row in given.ranks_of(known)])
    # Σ rank = p² + 2 · (pairs of which the step with the property is the higher), in whole numbers.
    scores = (sums - len(at) ** 2) / (2 * with_it * without)
    return scores if fewer else 1 - scores


def _pearson(given: RankedStates, values: np.ndarray, known: np.ndarray) -> np.ndarray:
    kept = values[known]
    if not len(kept) or kept.min() == kept.max():
        return np.full(given.units, np.nan)
    weights = kept - kept.mean()
    weights /= np.sqrt((weights**2).sum())
    sums, done = np.zeros(given.units), 0
    for at in pieces(given.steps):
        block = given.centred(at, known)
        sums += block @ weights[done : done + block.shape[1]]
        done += block.shape[1]
    return np.clip(sums * _inverse(given.spreads_of(known)), -1, 1)


def _inverse(spreads: np.ndarray) -> np.ndarray:
    """1 / spread, and 0 for a constant unit."""
    return np.divide(1, spreads, out=np.zeros(len(spreads)), where=spreads > 0)


def checked(
    given: RankedStates, values: np.ndarray, known: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """The values as bool or float64, and which steps count; errors as of `rank_units`."""
    values = np.asarray(values)
    counts = np.ones(given.steps, bool) if known is None else np.asarray(known)
    for name, one in {"values": values, "known": counts}.items():
        if one.shape != (given.steps,):
            raise StatesError(
                f"The states have {given.steps:,} time steps and {given.units:,} units; {name} "
                f"holds one value a step, not an array of shape {one.shape}. Arrays of states are "
                "(time_step, unit)."
            )
    if counts.dtype != bool:
        raise SelectionError(f"known holds True or False for each step, not {counts.dtype}.")
    if values.dtype == bool:
        return values, counts
    if not np.issubdtype(values.dtype, np.number) or np.iscomplexobj(values):
        raise SelectionError(f"Values are bool or numbers, not {values.dtype}.")
    values = values.astype(np.float64)
    counts = counts & ~np.isnan(values)
    if not np.isfinite(values[counts]).all():
        raise SelectionError("Values are finite numbers, or NaN where they are not known.")
    return values, counts
