"""Select: which units are on over a range, and off around it (LSTMVis, paper section 5.2)."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from lstmvis_core.errors import SelectionError
from lstmvis_core.trace import TokenStates

Sign = Literal["+", "-", "abs"]
SIGNS: tuple[str, ...] = get_args(Sign)


@dataclass(frozen=True)
class Selection:
    """A hypothesis: a range of time steps, a threshold, and what must hold around the range.

    Attributes
    ----------
    layer : int
        Counted from 1.
    kind : str
        Kind of state, one of `lstmvis_core.KINDS`.
    start, end : int
        The range ``[start, end)`` of time steps, at least one.
    threshold : float
        In the units of the state.
    sign : {"+", "-", "abs"}
        On means: value ≥ threshold; value ≤ -threshold; either.
    off_before, off_after : int
        How many steps just before and just after the range must be off; 0 asks nothing.
    """

    layer: int = 1
    kind: str = "hidden"
    start: int = 0
    end: int = 1
    threshold: float = 0.3
    sign: str = "+"
    off_before: int = 0
    off_after: int = 0

    def __post_init__(self) -> None:
        check_sign(self.sign)
        if not 0 <= self.start < self.end:
            raise SelectionError(
                f"A range runs from a step to a later one, 0 ≤ start < end; "
                f"not from {self.start} to {self.end}."
            )
        if not np.isfinite(self.threshold):
            raise SelectionError(f"The threshold is a finite number, not {self.threshold}.")
        if self.off_before < 0 or self.off_after < 0:
            raise SelectionError(
                "The numbers of steps that are off before and after are 0 or more, "
                f"not {self.off_before} and {self.off_after}."
            )


def check_sign(sign: str) -> None:
    """Raise `SelectionError` unless the sign is one of `SIGNS`."""
    if sign not in SIGNS:
        raise SelectionError(f"The sign is one of {SIGNS}, not {sign!r}.")


def signed(states: np.ndarray, sign: str) -> np.ndarray:
    """The states as the threshold sees them: as they are, negated, or without their sign."""
    check_sign(sign)
    return states if sign == "+" else -states if sign == "-" else np.abs(states)


def is_on(states: np.ndarray, threshold: float, sign: str = "+") -> np.ndarray:
    """Which states are on: the one definition that Select and Match share.

    Parameters
    ----------
    states : numpy.ndarray, any shape
    threshold : float
        In the units of the states.
    sign : {"+", "-", "abs"}

    Returns
    -------
    numpy.ndarray of bool, shape of `states`

    Examples
    --------
    >>> is_on(np.array([-0.5, 0.1, 0.3]), 0.3, "abs")
    array([ True, False,  True])
    """
    # A Python number takes the precision of the states; a numpy one would raise it.
    return signed(states, sign) >= float(threshold)


def longest_run(on: np.ndarray) -> tuple[int, int] | None:
    """The longest stretch of steps in which one unit is on; the first of equals.

    Parameters
    ----------
    on : numpy.ndarray of bool, (time_step,)
        As `is_on` gives it for one unit.

    Returns
    -------
    tuple of int or None
        The half-open range ``(start, end)``; None if the unit is never on.

    Examples
    --------
    >>> longest_run(np.array([True, False, True, True]))
    (2, 4)
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        return None
    longest = int(np.argmax(ends - starts))
    return int(starts[longest]), int(ends[longest])


def select_units(trace: TokenStates, selection: Selection) -> np.ndarray:
    """The units that follow a selection: S1 of the paper (section 5.2).

    A unit follows if it is on at every step of the range and off at each of the `off_before`
    steps before and the `off_after` steps after it. Steps outside the text count as off.

    Parameters
    ----------
    trace : Trace or other TokenStates
    selection : Selection

    Returns
    -------
    numpy.ndarray of int64, (selected,)
        Sorted unit numbers.

    Raises
    ------
    SelectionError
        The range ends after the text, or the model has no such layer or kind.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> trace = lv.trace_text(lv.load_model("parens"), "(1 (2) ()) 0")
    >>> units = lv.select_units(trace, lv.Selection(layer=2, start=3, end=5, threshold=0.3))
    >>> bool((trace.states(2)[3:5, units] >= 0.3).all())
    True
    """
    states = trace.states(selection.layer, selection.kind)
    inside, around = thresholds_of_units(states, selection)
    threshold = selection.threshold
    return np.flatnonzero(is_on(inside, threshold) & ~is_on(around, threshold))


def thresholds_of_units(states: np.ndarray, selection: Selection) -> tuple[np.ndarray, np.ndarray]:
    """For every unit, between which thresholds it follows the selection's range and margins.

    Unit u follows at every threshold with ``around[u] < threshold <= inside[u]``.

    Parameters
    ----------
    states : numpy.ndarray, (time_step, unit)
    selection : Selection
        Its threshold is not looked at.

    Returns
    -------
    inside, around : numpy.ndarray, (unit,)
        Smallest signed value in the range; largest in the margins (-inf where there are none).
    """
    if selection.end > len(states):
        raise SelectionError(
            f"The range ends at step {selection.end}; the text has {len(states)} steps."
        )
    values = signed(states, selection.sign)
    inside = values[selection.start : selection.end].min(axis=0)
    before = values[max(0, selection.start - selection.off_before) : selection.start]
    after = values[selection.end : selection.end + selection.off_after]
    around = np.concatenate([before, after]).max(axis=0, initial=-np.inf)
    return inside, around


def units_at_thresholds(
    trace: TokenStates, selection: Selection, thresholds: np.ndarray
) -> np.ndarray:
    """How many units would be selected at each threshold, all else equal.

    Parameters
    ----------
    trace : Trace or other TokenStates
    selection : Selection
        Its threshold is not looked at.
    thresholds : numpy.ndarray, (threshold,)

    Returns
    -------
    numpy.ndarray of int64, (threshold,)
    """
    inside, around = thresholds_of_units(trace.states(selection.layer, selection.kind), selection)
    at = np.asarray(thresholds, inside.dtype)[:, None]
    return ((around < at) & (at <= inside)).sum(axis=1)


def suggest_threshold(
    trace: TokenStates, selection: Selection, units: int = 6, step: float = 0.01
) -> float | None:
    """The highest threshold that still selects `units` units, or else as many as can be had.

    A high threshold keeps the units that follow the pattern most clearly; a handful is enough
    to tell apart the places where they do the same.

    Parameters
    ----------
    trace : Trace or other TokenStates
    selection : Selection
        Its threshold is not looked at.
    units : int
        How many units to aim at.
    step : float
        Thresholds are multiples of it.

    Returns
    -------
    float or None
        None if no positive threshold selects any unit.
    """
    inside, _ = thresholds_of_units(trace.states(selection.layer, selection.kind), selection)
    highest = float(inside.max(initial=0.0))
    # One more than fits, because the quotient may fall just short of a whole number.
    thresholds = np.round(np.arange(1, int(highest / step) + 2) * step, 6)
    counts = units_at_thresholds(trace, selection, thresholds)
    if counts.max() == 0:
        return None
    return float(thresholds[counts >= min(units, counts.max())].max())
