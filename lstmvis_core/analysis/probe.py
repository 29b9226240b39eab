"""Is a property told by one unit or by many? A linear probe on all units beside the best ones."""

from dataclasses import dataclass

import numpy as np

from lstmvis_core.analysis.ranked import RankedStates, pieces, ranked
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
    """

    everything: float
    units: np.ndarray
    curve: np.ndarray
    weights: np.ndarray
    control: float | None

    @property
    def selectivity(self) -> float | None:
        """How much better the property is told than a control task; None without one."""
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
    learned = _learned(given, known & ~held_out, targets)
    all_weights = learned.ridge(np.arange(given.units), strength)
    order, few = learned.pursuit(min(most, given.units), strength)
    told = _told(given, held_out, np.hstack([all_weights, few]), learned.unit_means)
    truth, number = targets[held_out], targets.shape[1]
    is_bool = values.dtype == bool
    # Scores do not depend on a constant for the AUC; R² needs it.
    told[:, :number] += learned.target_means
    told[:, number:] += learned.target_means[0]
    if np.ptp(targets[known & ~held_out, 0]) == 0:
        told[:] = np.nan
    scores = [_score(told[:, n], truth[:, n], is_bool) for n in range(number)]
    curve = [_score(one, truth[:, 0], is_bool) for one in told[:, number:].T]
    controls = [score for score in scores[1:] if not np.isnan(score)]
    return Probe(
        scores[0],
        order,
        np.array(curve),
        all_weights[:, 0],
        None if ids is None else float(np.mean(controls)) if controls else np.nan,
    )


@dataclass(frozen=True)
class _Learned:
    """What is kept of the steps that are learned from, units by their standard deviations."""

    gram: np.ndarray  # (unit, unit), mean products about the means
    products: np.ndarray  # (unit, task)
    unit_means: np.ndarray
    target_means: np.ndarray

    def ridge(self, units: np.ndarray, strength: float, task: slice = slice(None)) -> np.ndarray:
        """(G + λ I)⁻¹ Zᵀy on some units, 0 for the others: (unit, task)."""
        weights = np.zeros_like(self.products[:, task])
        some = self.gram[np.ix_(units, units)] + strength * np.eye(len(units))
        weights[units] = np.linalg.solve(some, self.products[units, task])
        return weights

    def pursuit(self, most: int, strength: float) -> tuple[np.ndarray, np.ndarray]:
        """Units in the order in which they are chosen, and the weights of each number of them."""
        chosen, weights = list[int](), np.zeros((len(self.gram), most))
        lengths = np.sqrt(np.diag(self.gram))
        # A unit that does not vary here correlates with nothing.
        scale = np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 1e-6)
        left = self.products[:, 0]
        for n in range(most):
            correlations = np.abs(left) * scale
            correlations[chosen] = -1
            chosen.append(int(correlations.argmax()))
            weights[:, n] = self.ridge(np.array(chosen), strength, slice(1))[:, 0]
            left = self.products[:, 0] - self.gram @ weights[:, n]
        return np.array(chosen, np.int64), weights


def _learned(given: RankedStates, steps: np.ndarray, targets: np.ndarray) -> _Learned:
    number, units = int(steps.sum()), given.units
    target_means = targets[steps].mean(axis=0)
    sums, gram = np.zeros(units), np.zeros((units, units))
    products = np.zeros((units, targets.shape[1]))
    for at in pieces(given.steps):
        block = _standardised(given, at, steps)
        about_mean = (targets[at][steps[at]] - target_means).astype(np.float32)
        sums += block.sum(axis=1, dtype=np.float64)
        gram += block @ block.T
        products += block @ about_mean
    means = sums / number
    return _Learned(gram / number - np.outer(means, means), products / number, means, target_means)


def _standardised(given: RankedStates, at: slice, steps: np.ndarray) -> np.ndarray:
    """Some steps of a stretch, of mean 0 and standard deviation 1 over the whole corpus."""
    deviations = given.spreads / np.sqrt(given.steps)
    inverse = np.divide(1, deviations, out=np.zeros(given.units), where=deviations > 0)
    return given.centred(at, steps, np.float32) * inverse[:, None].astype(np.float32)


def _told(
    given: RankedStates, steps: np.ndarray, weights: np.ndarray, means: np.ndarray
) -> np.ndarray:
    """What probes with these weights say, less what they say on average: (step, probe)."""
    parts = [_standardised(given, at, steps).T @ weights for at in pieces(given.steps)]
    return np.concatenate(parts) - means @ weights


def _score(told: np.ndarray, truth: np.ndarray, is_bool: bool) -> float:
    if np.isnan(told).any() or np.ptp(truth) == 0:
        return np.nan
    if is_bool:
        return float(rank_units(told[:, None], truth > 0.5)[0])
    return float(1 - ((truth - told) ** 2).sum() / ((truth - truth.mean()) ** 2).sum())


def _control_tasks(
    given: RankedStates, values: np.ndarray, known: np.ndarray, ids: np.ndarray | None, seed: int
) -> list[np.ndarray]:
    if ids is None:
        return []
    checked(given, np.asarray(ids), None)
    _, types = np.unique(ids, return_inverse=True)
    rng, kept = np.random.default_rng(seed), values[known]
    return [rng.choice(kept, types.max() + 1)[types] for _ in range(_CONTROLS)]
