"""The lines of the chart of gradients: what they are, how far they reach, what is beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from lstmvis_core.analysis.gradients import Gradients

HEIGHT = 250  # px
APART = 16  # px between two labels
# Hues of Okabe and Ito by cell: vermillion, green, blue.
HUE_OF_CELL = {"rnn": 5, "gru": 2, "lstm": 0}
TRUTH, MEMORY, PRODUCT, BOUND = "truth", "memory", "product", "bound"
LOWEST, HIGHEST = -15, 24  # powers of ten that are drawn
LEAST_ABOVE = 6  # so that one sees the dashed lines rise
_FAR = 330.0  # beyond any power of ten that a number has
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Limits = tuple[int, int]  # powers of ten, multiples of three


@dataclass(frozen=True, eq=False)
class Line:
    """One line of the chart.

    Attributes
    ----------
    name : str
    kind : {"truth", "memory", "product", "bound"}
    hue : int
        Its place in the palette.
    values : numpy.ndarray of float64, (time_step,)
        NaN where there is none.
    """

    name: str
    kind: str
    hue: int
    values: np.ndarray


def lines_of(found: Mapping[str, Gradients]) -> list[Line]:
    """The lines of gradients by cell, the dashed ones last."""
    return [*_solid(found), *_dashed(found)]


def _solid(found: Mapping[str, Gradients]) -> Iterator[Line]:
    for cell, one in found.items():
        yield Line(cell.upper(), TRUTH, HUE_OF_CELL[cell], one.hidden)
        if one.cell is not None:
            yield Line(f"{cell.upper()}, memory c", MEMORY, HUE_OF_CELL[cell], one.cell)


def _dashed(found: Mapping[str, Gradients]) -> Iterator[Line]:
    for cell, one in found.items():
        if one.product is not None:
            yield Line("product of single steps", PRODUCT, HUE_OF_CELL[cell], one.product)
        if one.bound is not None:
            yield Line("textbook bound", BOUND, HUE_OF_CELL[cell], one.bound)


def powers(values: np.ndarray) -> np.ndarray:
    """Logarithms to base 10 that can be drawn: of 0 and of infinity, too."""
    with np.errstate(divide="ignore"):
        return np.clip(np.log10(values), -_FAR, _FAR)


def limits_of(lines: list[Line], start: int, end: int) -> Limits:
    """Powers of ten from which and to which the axis goes: all of the solid lines, within reason.

    In steps of three, so that another token seldom needs another axis.
    """
    solid = [powers(line.values[start:end]) for line in lines if line.kind in (TRUTH, MEMORY)]
    known = np.concatenate(solid)
    known = known[~np.isnan(known)]
    low = 3 * int(np.floor(known.min() / 3)) if len(known) else 0
    high = 3 * int(np.ceil(known.max() / 3)) if len(known) else 0
    return min(-3, max(LOWEST, low)), max(LEAST_ABOVE, min(HIGHEST, high))


def share_left(value: float) -> str:
    """How much of a change is left, for people.

    >>> [share_left(value) for value in (1.0, 0.034, 0.00021, 3.2e-9, 0.0)]
    ['100 %', '3.4 %', '0.021 %', '3·10⁻⁹', '0']
    >>> share_left(14.7), share_left(1548.0), share_left(2.6e19), share_left(float("inf"))
    ('15 times', '1,548 times', '3·10¹⁹ times', '∞ times')
    """
    if np.isnan(value):
        return ""
    if value == 0:
        return "0"
    if np.isinf(value):
        return "∞ times"
    if value >= 9.995:
        return f"{value:,.0f} times" if value < 1e5 else f"{_power(value)} times"
    if value < 0.9995e-4:
        return _power(value)
    digits = max(0, -int(np.floor(np.log10(value))) - 1)
    return f"{100 * value:.{min(digits, 3)}f} %"


def _power(value: float) -> str:
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}·{power_of_ten(int(exponent))}"


def power_of_ten(exponent: int) -> str:
    """A power of ten as an axis has it.

    >>> power_of_ten(-3), power_of_ten(0), power_of_ten(-15)
    ('0.001', '1', '10⁻¹⁵')
    """
    short = {-3: "0.001", 0: "1", 3: "1,000"}
    return short.get(exponent) or f"10{str(exponent).translate(_SUPERSCRIPT)}"


def labels_of(lines: list[Line], step: int, start: int, end: int, limits: Limits) -> pd.DataFrame:
    """What stands beside each line, and where.

    A solid line is named in the margin where it ends, far from the target; a dashed one above the
    figure where it leaves it, or else where it ends.
    """
    solid, dashed = [], []
    for line in lines:
        y = powers(line.values[start:end])
        drawn = np.flatnonzero(~np.isnan(y))
        if len(drawn) < 2:
            continue
        places = drawn[np.argsort(np.abs(drawn - (step - start)))]  # from the target on
        if line.kind in (TRUTH, MEMORY):
            solid.append(_in_margin(line, places, y[places], limits))
        else:
            dashed.append(_where_it_leaves(line, places, y[places], end - start, limits))
    _move_apart(solid)
    return pd.DataFrame([*solid, *dashed], columns=["label", "line", "x", "top", "align"])


def _in_margin(line: Line, places: np.ndarray, y: np.ndarray, limits: Limits) -> dict:
    """Beside the last token that a line reaches."""
    to_the_left = places[-1] < places[0]
    beyond = " ↓" if y[-1] < limits[0] else " ↑" if y[-1] > limits[1] else ""
    return {
        "label": line.name + beyond,
        "line": line.name,
        "x": places[-1] + (0 if to_the_left else 1),
        "top": _pixel(y[-1], limits),
        "align": "right" if to_the_left else "left",
    }


def _where_it_leaves(
    line: Line, places: np.ndarray, y: np.ndarray, width: int, limits: Limits
) -> dict:
    """Above the figure, where a line is first beyond it; of one that never is, at its end."""
    above, below = np.flatnonzero(y >= limits[1]), np.flatnonzero(y <= limits[0])
    if len(above):
        place, top = places[above[0]], {PRODUCT: -12, BOUND: -12 - APART}[line.kind]
        align = "right" if place > width * 0.4 else "left"
    else:  # on the side of the line from which it bends away
        end = below[0] if len(below) else len(y) - 1
        place = places[end]
        top = min(_pixel(y[end], limits) + (12 if y[end] < 0 else -12), HEIGHT - 8.0)
        align = "left" if place < places[0] else "right"
    each = f": × {10 ** (y[1] - y[0]):.3g} a step" if line.kind == BOUND else ""
    label = line.name + each
    return {"label": label, "line": line.name, "x": place + 0.5, "top": top, "align": align}


def _pixel(y: float, limits: Limits) -> float:
    low, high = limits
    return HEIGHT * (high - min(max(y, low), high)) / (high - low)


def _move_apart(rows: list[dict]) -> None:
    """Labels that would lie on each other: first downwards, then up from the ground."""
    rows.sort(key=lambda row: row["top"])
    for above, row in pairwise(rows):
        row["top"] = max(row["top"], above["top"] + APART)
    ground = HEIGHT
    for row in reversed(rows):
        row["top"] = min(row["top"], ground)
        ground = row["top"] - APART
