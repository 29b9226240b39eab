"""Is a property told by one unit or by many? A linear probe on all units beside the best ones."""

from dataclasses import dataclass

import numpy as np

from lstmvis_core.analysis.ranked import RankedStates, ranked
from lstmvis_core.analysis.ridge import learn_from, told
from lstmvis_core.analysis.unit_scores import checked, rank_units
from lstmvis_core.errors import SelectionError
from lstmvis_core.states import CorpusStates

BLOCKS, HELD_OUT = 20, 4  # every fourth of 20 stretches of the corpus is held out
STRENGTH = 1e-3
MOST = 16
_CONTROLS = 5


@dataclass(frozen=True, eq=False)
class Probe:
    """How well a property is told by one unit, by a few, and by all together.

    All scores are of steps that the probes did not learn from: the AUC for a property that a step
    has or has not, R² for a number, which is negative where the mean would tell more.

    Attributes
    ----------
    everything : float
        Score of the probe on all units.
    units : numpy.ndarray of int64, (chosen,)
        The best unit, the one that adds most to it, and so on.
    curve : numpy.ndarray of float64, (chosen,)
        Score of probes on the first 1, 2, ... of `units`. A localised property is told by the first
        as well as by `everything`; a distributed one needs many.
    weights : numpy.ndarray of float64, (unit,)
        Of the probe on all units, for one standard deviation of each.
    control : float or None
        Mean score of probes on all units for control tasks; None where no ids were given.
    by_token : float or None
        Score without any states, of the mean value that each token has among the steps that were
        learned from; None where no ids were given.
    """

    everything: float
    units: np.ndarray
    curve: np.ndarray
    weights: np.ndarray
    control: float | None
    by_token: float | None

    @property
    def selectivity(self) -> float | None:
        """How much better the property is told than a control task; None without one.

        Below 0 where states name the token better than they tell the property, as those near the
        input do. Of a property that does not come with the token, `by_token` says more.
        """
        return None if self.control is None else self.everything - self.control


def probe(
    states: CorpusStates | RankedStates | np.ndarray,
    values: np.ndarray,
    *,
    known: np.ndarray | None = None,
    ids: np.ndarray | None = None,
    strength: float = STRENGTH,
    most: int = MOST,
    seed: int = 0,
) -> Probe:
    """Learn to tell a property from the states, linearly, from few units and from all.

    The steps that count are cut into 20 stretches of the same length, and every fourth is held out,
    because a step next to one that was learned from would be no test. The probe on all
    units is a ridge regression; a property that a step has or has not is 1 or 0. Few units are
    chosen one after the other, each the one that correlates most with what those before it leave
    over (orthogonal matching pursuit, Pati et al. 1993; sparse probes as in Gurnee et al. 2023).

    Parameters
    ----------
    states, values, known
        As for `rank_units`.
    ids : numpy.ndarray of int, (time_step,), or None
        The token of each step, for control tasks (Hewitt and Liang 2019): every token
        is given the value of a step drawn at random, the same wherever it comes, so that a probe
        can only learn it by heart. Five are drawn.
    strength : float
        Of the ridge: what is added to the variance of each unit, which is 1.
    most : int
        How many units are chosen, at most.
    seed : int
        Of the control tasks.

    Returns
    -------
    Probe
        Scores are NaN where the steps held out, or those learned from, have all the same value.

    Raises
    ------
    StatesError
        As `rank_units`; or there are not as many ids as steps.
    SelectionError
        As `rank_units`; fewer than 20 steps count; or the strength is not above 0.

    Examples
    --------
    >>> H = np.random.default_rng(0).normal(size=(2000, 8))
    >>> one = probe(H, H[:, 3] > 0)
    >>> int(one.units[0]), float(one.curve[0].round(2))
    (3, 1.0)
    >>> many = probe(H, H.sum(axis=1))
    >>> bool(many.curve[0] < 0.3), round(many.everything, 2), many.curve.shape
    (True, 1.0, (8,))
    """
    given = ranked(states)
    values, known = checked(given, values, known)
    if known.sum() < BLOCKS:
        raise SelectionError(
            f"A probe learns from {BLOCKS} steps or more; {int(known.sum())} count."
        )
    if not 0 < strength < np.inf:
        raise SelectionError(f"The strength of the ridge is above 0, not {strength}.")
    tasks = _control_tasks(given, values, known, ids, seed)
    targets = np.column_stack([values, *tasks]).astype(np.float64)
    held_out = np.zeros(given.steps, bool)
    for stretch in np.array_split(np.flatnonzero(known), BLOCKS)[HELD_OUT - 1 :: HELD_OUT]:
        held_out[stretch] = True
    learn = known & ~held_out
    learned = learn_from(given, learn, targets)
    all_weights = learned.ridge(np.arange(given.units), strength)
    order, few = learned.pursuit(min(most, given.units), strength)
    said = told(given, held_out, np.hstack([all_weights, few]), learned.unit_means)
    truth, number = targets[held_out], targets.shape[1]
    is_bool = values.dtype == bool
    # Scores do not depend on a constant for the AUC; R² needs it.
    said[:, :number] += learned.target_means
    said[:, number:] += learned.target_means[0]
    if np.ptp(targets[learn, 0]) == 0:
        said[:] = np.nan
    scores = [_score(said[:, n], truth[:, n], is_bool) for n in range(number)]
    curve = [_score(one, truth[:, 0], is_bool) for one in said[:, number:].T]
    controls = [score for score in scores[1:] if not np.isnan(score)]
    return Probe(
        scores[0],
        order,
        np.array(curve),
        all_weights[:, 0],
        None if ids is None else float(np.mean(controls)) if controls else np.nan,
        None
        if ids is None
        else _by_token(np.asarray(ids), targets[:, 0], learn, held_out, is_bool),
    )


def _score(told: np.ndarray, truth: np.ndarray, is_bool: bool) -> float:
    if np.isnan(told).any() or np.ptp(truth) == 0:
        return np.nan
    if is_bool:
        return float(rank_units(told[:, None], truth > 0.5)[0])
    return float(1 - ((truth - told) ** 2).sum() / ((truth - truth.mean()) ** 2).sum())


def _by_token(
    ids: np.ndarray, target: np.ndarray, learn: np.ndarray, held_out: np.ndarray, is_bool: bool
) -> float:
    _, types = np.unique(ids, return_inverse=True)
    mean = target[learn].mean()
    above = np.bincount(types[learn], target[learn] - mean, types.max() + 1)
    # A token that was not seen has the mean of all.
    means = mean + above / np.maximum(np.bincount(types[learn], minlength=len(above)), 1)
    return _score(means[types[held_out]], target[held_out], is_bool)


def _control_tasks(
    given: RankedStates, values: np.ndarray, known: np.ndarray, ids: np.ndarray | None, seed: int
) -> list[np.ndarray]:
    if ids is None:
        return []
    checked(given, np.asarray(ids), None)
    _, types = np.unique(ids, return_inverse=True)
    rng, kept = np.random.default_rng(seed), values[known]
    return [rng.choice(kept, types.max() + 1)[types] for _ in range(_CONTROLS)]
