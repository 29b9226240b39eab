"""States whose steps are ranked once, so that any property can be held against them at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lstmvis_core.cache import Report
from lstmvis_core.corpus import Corpus
from lstmvis_core.errors import StatesError
from lstmvis_core.model import SequenceModel
from lstmvis_core.states import (
    CorpusStates,
    PartitionedStates,
    corpus_states,
    kept_of_corpus,
)

_STEPS = 1 << 14  # looked at at a time, which bounds the memory


@dataclass(frozen=True, eq=False)
class RankedStates:
    """States of one layer and kind with the rank of every step, worked out when first needed.

    Ranks take 4 bytes a unit and step beside the states: 100 MB for 256 units over 100,000 steps.
    They are made unit by unit, so nothing larger is held on the way.

    Attributes
    ----------
    states : CorpusStates
        All finite.
    kept_ranks : numpy.ndarray or None
        The ranks, where they are known already: `rank_corpus` keeps them on disk.

    Raises
    ------
    StatesError
        When ranks or means are asked for: a state is not finite, or there are 2³⁰ steps or more.

    Examples
    --------
    >>> RankedStates(CorpusStates.from_array(np.array([[0.1], [0.5], [0.1]]))).ranks
    array([[2, 5, 2]], dtype=int32)
    """

    states: CorpusStates
    kept_ranks: np.ndarray | None = None

    @property
    def units(self) -> int:
        """How many units there are."""
        return self.states.values.shape[0]

    @property
    def steps(self) -> int:
        """How many time steps there are."""
        return self.states.values.shape[1]

    @cached_property
    def ranks(self) -> np.ndarray:
        """Of each step: how many have a smaller value, plus how many have none larger.

        int32, (unit, time_step). That is 2 m − 1 of the midrank m, which ties share, and whole.
        """
        if self.kept_ranks is not None:
            return self.kept_ranks
        ranks = np.empty((self.units, self.steps), np.int32)
        for _ in _fill(ranks, self.states.values):
            pass
        ranks.flags.writeable = False
        return ranks

    def ranks_of(self, known: np.ndarray) -> np.ndarray:
        """As `ranks`, among some steps only: bool, (time_step,)."""
        if known.all():
            return self.ranks
        ranks = np.empty((self.units, int(known.sum())), np.int32)
        at = np.flatnonzero(known)
        for unit, row in enumerate(ranks):
            # Ranks are whole numbers, so counting them takes the place of sorting again.
            among = self.ranks[unit][at]
            times = np.bincount(among)
            up_to = np.cumsum(times)
            row[:] = (2 * up_to - times)[among]
        return ranks

    @cached_property
    def means(self) -> np.ndarray:
        """Mean of each unit: float64, (unit,)."""
        sums = np.zeros(self.units)
        for at in pieces(self.steps):
            sums += self.states.values[:, at].sum(axis=1, dtype=np.float64)
        if not np.isfinite(sums).all():
            raise _not_finite(int(np.flatnonzero(~np.isfinite(sums))[0]))
        return sums / max(self.steps, 1)

    @cached_property
    def spreads(self) -> np.ndarray:
        """Root of the sum of squares about the mean of each unit; 0 exactly if it is constant."""
        return self._spreads(np.ones(self.steps, bool))

    def spreads_of(self, known: np.ndarray) -> np.ndarray:
        """As `spreads`, of some steps only: bool, (time_step,)."""
        return self.spreads if known.all() else self._spreads(known)

    def _spreads(self, known: np.ndarray) -> np.ndarray:
        sums, squares = np.zeros(self.units), np.zeros(self.units)
        lowest, highest = np.full(self.units, np.inf), np.full(self.units, -np.inf)
        for at in pieces(self.steps):
            values = self.centred(at, known)
            sums += values.sum(axis=1)
            squares += np.einsum("ut,ut->u", values, values)
            lowest = np.minimum(lowest, values.min(axis=1, initial=np.inf))
            highest = np.maximum(highest, values.max(axis=1, initial=-np.inf))
        about_mean = np.maximum(squares - sums**2 / max(int(known.sum()), 1), 0)
        # Of a constant unit rounding may leave a sum that is not quite 0.
        return np.where(lowest < highest, np.sqrt(about_mean), 0.0)

    def centred(
        self, at: slice, known: np.ndarray | None = None, dtype: type = np.float64
    ) -> np.ndarray:
        """Known states of a stretch, less the means of their units: (unit, time_step)."""
        values = self.states.values[:, at]
        if known is not None and not known[at].all():
            values = values.take(np.flatnonzero(known[at]), axis=1)
        return np.subtract(values, self.means[:, None], dtype=dtype, casting="same_kind")


def pieces(steps: int) -> list[slice]:
    """A few steps after the other."""
    return [slice(a, min(a + _STEPS, steps)) for a in range(0, steps, _STEPS)]


def ranked(states: "CorpusStates | RankedStates | np.ndarray") -> RankedStates:
    """States of any of these forms as `RankedStates`.

    Raises
    ------
    StatesError
        They are in several files, or no such array.
    """
    if isinstance(states, RankedStates):
        return states
    if isinstance(states, PartitionedStates):
        raise StatesError(
            "States in several files are not ranked together. Take one of them: "
            "states.parts[0].opened()."
        )
    if not isinstance(states, CorpusStates):
        states = CorpusStates.from_array(np.asarray(states))
    return RankedStates(states)


def rank_corpus(
    model: SequenceModel,
    corpus: Corpus,
    layer: int,
    kind: str = "hidden",
    progress: Report | None = None,
) -> RankedStates:
    """Rank the states of a layer over a corpus; they are kept on disk, as `corpus_states` are.

    Parameters
    ----------
    model, corpus, layer, kind, progress
        As for `corpus_states`.

    Returns
    -------
    RankedStates
        Its ranks are memory-mapped, so that they take no memory between two questions.

    Raises
    ------
    SelectionError, StatesError
        As `corpus_states`; or a state is not finite.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> model, corpus = lv.load_model("parens"), lv.load_corpus("parens")
    >>> lv.rank_corpus(model, corpus, layer=1).ranks.shape
    (32, 21935)
    """
    states = corpus_states(model, corpus, layer, kind, progress)

    def fill(rows: np.ndarray) -> Iterator[float]:
        yield from _fill(rows.view(np.int32), states.values)

    # Arrays on disk are of float32, which has as many bits.
    values = kept_of_corpus(
        model,
        corpus,
        f"ranks-{layer}-{kind}",
        states.values.shape,
        fill,
        progress,
        "Ranking the states over {}",
    )
    return RankedStates(states, values.view(np.int32))


def _fill(ranks: np.ndarray, values: np.ndarray) -> Iterator[float]:
    """Work the ranks out, unit by unit; yields the share that is done."""
    units, steps = values.shape
    if steps >= 1 << 30:
        raise StatesError(f"Ranks of {steps:,} steps are too large; take at most {1 << 30:,}.")
    for unit in range(units):
        ranks[unit] = _ranks(np.asarray(values[unit]))
        yield (unit + 1) / units


def _ranks(values: np.ndarray) -> np.ndarray:
    """As `RankedStates.ranks`, of one unit."""
    order = np.argsort(values)
    ordered = values[order]
    if len(ordered) and not np.isfinite(ordered[[0, -1]]).all():
        raise _not_finite()
    # Where equal values begin in the order: all of them are as far up as where they end.
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(values)])
    end = np.append(first[1:], len(values))
    ranks = np.empty(len(values), np.int32)
    ranks[order] = np.repeat(first + end, end - first)
    return ranks


def _not_finite(unit: int | None = None) -> StatesError:
    which = "of some unit" if unit is None else f"of unit {unit}"
    return StatesError(
        f"Some states {which} are infinite or no numbers; units are ranked by finite states only."
    )
