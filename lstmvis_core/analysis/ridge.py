"""Ridge regression on the states of a corpus, of which only sums are kept."""

from dataclasses import dataclass

import numpy as np

from lstmvis_core.analysis.ranked import RankedStates, pieces


@dataclass(frozen=True)
class Learned:
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
        lengths = np.sqrt(np.maximum(np.diag(self.gram), 0))
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


def learn_from(given: RankedStates, steps: np.ndarray, targets: np.ndarray) -> Learned:
    """Take the sums over some steps: bool, (time_step,); targets are (time_step, task)."""
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
    return Learned(gram / number - np.outer(means, means), products / number, means, target_means)


def _standardised(given: RankedStates, at: slice, steps: np.ndarray) -> np.ndarray:
    """Some steps of a stretch, of mean 0 and standard deviation 1 over the whole corpus."""
    deviations = given.spreads / np.sqrt(given.steps)
    inverse = np.divide(1, deviations, out=np.zeros(given.units), where=deviations > 0)
    return given.centred(at, steps, np.float32) * inverse[:, None].astype(np.float32)


def told(
    given: RankedStates, steps: np.ndarray, weights: np.ndarray, means: np.ndarray
) -> np.ndarray:
    """What probes with these weights say, less what they say on average: (step, probe)."""
    parts = [_standardised(given, at, steps).T @ weights for at in pieces(given.steps)]
    return np.concatenate(parts) - means @ weights
