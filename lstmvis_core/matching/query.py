"""What a search asks of the states of a corpus."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lstmvis_core.errors import SelectionError
from lstmvis_core.selection import check_sign, is_on
from lstmvis_core.states import CorpusStates

_STATES = 1 << 18  # compared at a time, which stay in the cache of the processor


@dataclass(frozen=True)
class Query:
    """A search but for the selected units; see `find_matches`."""

    states: CorpusStates
    threshold: float
    sign: str
    off_before: bool
    off_after: bool
    min_length: int
    max_length: int | None

    def __post_init__(self) -> None:
        check_sign(self.sign)
        if not np.isfinite(self.threshold):
            raise SelectionError(f"The threshold is a finite number, not {self.threshold}.")
        shortest, longest = self.min_length, self.max_length
        if shortest < 1 or (longest is not None and longest < shortest):
            raise SelectionError(
                f"Needed are 1 ≤ min_length ≤ max_length; got {shortest} and {longest}."
            )

    @property
    def steps(self) -> int:
        """Time steps of the corpus."""
        return self.states.values.shape[1]

    @cached_property
    def values(self) -> np.ndarray:
        """The states, (unit, time_step), without what a memory map does at every access."""
        return np.asarray(self.states.values)

    @cached_property
    def borders(self) -> np.ndarray:
        """Whether a document ends, or begins, in front of each step; one more for the end."""
        borders = np.zeros(self.steps + 1, bool)
        borders[[0, *self.states.breaks, self.steps]] = True
        return borders

    def chosen(self, units: np.ndarray) -> np.ndarray:
        """The selected units, sorted, each once.

        Raises
        ------
        SelectionError
            One of them is outside the states.
        """
        chosen = np.unique(np.asarray(units, np.int64))
        count = len(self.states.values)
        if len(chosen) and not 0 <= chosen[0] <= chosen[-1] < count:
            raise SelectionError(
                f"The states have units 0 to {count - 1}; asked for {chosen.tolist()}."
            )
        return chosen

    def on(self, unit: int, first: int, last: int) -> np.ndarray:
        """Whether a unit is on at each step of ``[first, last)``."""
        return is_on(self.values[unit, first:last], self.threshold, self.sign)

    def on_at(self, units: np.ndarray, steps: np.ndarray) -> np.ndarray:
        """Whether units are on at some steps: (unit, step)."""
        on = np.empty((len(units), len(steps)), bool)
        size = max(1, _STATES // max(1, len(steps)))
        for first in range(0, len(units), size):
            few = units[first : first + size]
            states = np.empty((len(few), len(steps)), self.values.dtype)
            for row, unit in zip(states, few.tolist(), strict=True):
                # Steps are never outside; "clip" is the mode that writes without a copy.
                self.values[unit].take(steps, out=row, mode="clip")
            on[first : first + size] = is_on(states, self.threshold, self.sign)
        return on
