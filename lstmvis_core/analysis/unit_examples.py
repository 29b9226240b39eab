"""Places of a corpus where a unit is high, low, and anything between."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lstmvis_core.analysis.explain import checked_values
from lstmvis_core.errors import SelectionError

BEFORE, AFTER = 40, 15  # steps that are shown around one


@dataclass(frozen=True)
class Example:
    """A step with what stands around it, inside one document.

    Attributes
    ----------
    start, end : int
        The steps to show are ``[start, end)``.
    at : int
        The step.
    """

    start: int
    end: int
    at: int


@dataclass(frozen=True)
class UnitExamples:
    """Examples of what a unit does.

    Attributes
    ----------
    top, bottom : tuple of Example
        Where it is highest, the highest first; where it is lowest, the lowest first.
    tenths : tuple of tuple of Example
        Drawn at random from each tenth of the steps by value, that of the highest first.
    edges : numpy.ndarray of float64, (11,)
        The values between which the tenths lie: from the largest down to the smallest.
    """

    top: tuple[Example, ...]
    bottom: tuple[Example, ...]
    tenths: tuple[tuple[Example, ...], ...]
    edges: np.ndarray


def unit_examples(
    values: np.ndarray,
    breaks: np.ndarray,
    *,
    top: int = 5,
    each: int = 2,
    before: int = BEFORE,
    after: int = AFTER,
    seed: int = 0,
) -> UnitExamples:
    """Find examples of what a unit does, from the top, the bottom, and every tenth between.

    The top alone misleads: a unit may be as high at places that have nothing to do with what the
    first examples share (Bolukbasi et al. 2021, "An interpretability illusion for BERT").

    Parameters
    ----------
    values : numpy.ndarray, (time_step,)
        Of one unit over a corpus; finite.
    breaks : numpy.ndarray of int, (document,)
        First steps of the documents.
    top, each : int
        How many from the top and from the bottom, and from each tenth.
    before, after : int
        Steps to show before and after each, as far as its document goes.
    seed : int
        The same seed draws the same examples; it also decides between equal values.

    Returns
    -------
    UnitExamples
        No two examples overlap. There are fewer where a corpus is too short for them.

    Raises
    ------
    StatesError
        There is no step, or some value is not finite.
    SelectionError
        A number is negative.

    Examples
    --------
    >>> found = unit_examples(np.arange(1000) / 1000, np.array([0, 500]), top=2, before=3, after=1)
    >>> found.top
    (Example(start=996, end=1000, at=999), Example(start=991, end=996, at=994))
    >>> len(found.tenths), found.edges[[0, -1]].tolist()
    (10, [0.999, 0.0])
    """
    values = checked_values(values, max(1, np.size(values)))
    asked = {"top": top, "each": each, "before": before, "after": after}
    for name, number in asked.items():
        if number < 0:
            raise SelectionError(f"{name} is a whole number of 0 or more, not {number}.")
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(values))
    order = shuffled[np.argsort(-values[shuffled], kind="stable")]
    windows = _Windows(breaks, len(values), before, after)
    # The ends first: they are what one asks for.
    highest, lowest = windows.take(order, top), windows.take(order[::-1], top)
    drawn = tuple(windows.take(rng.permutation(tenth), each) for tenth in np.array_split(order, 10))
    at = np.linspace(0, len(values) - 1, 11).round().astype(int)
    return UnitExamples(highest, lowest, drawn, values[order[at]])


class _Windows:
    """Windows around steps, none of which overlap."""

    def __init__(self, breaks: np.ndarray, steps: int, before: int, after: int) -> None:
        self.edges = np.append(breaks, steps)
        self.before, self.after = before, after
        self.taken = np.zeros(steps, bool)

    def take(self, steps: Iterable[int], number: int) -> tuple[Example, ...]:
        """So many windows around the first of some steps that still have room."""
        found: list[Example] = []
        for at in steps if number else ():
            if self.taken[at]:
                continue
            document = int(np.searchsorted(self.edges, at, side="right")) - 1
            start = max(int(self.edges[document]), int(at) - self.before)
            end = min(int(self.edges[document + 1]), int(at) + self.after + 1)
            if self.taken[start:end].any():
                continue
            self.taken[start:end] = True
            found.append(Example(start, end, int(at)))
            if len(found) == number:
                break
        return tuple(found)
