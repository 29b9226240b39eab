"""How a network is wired over a text: what it reads, its states, and where it says something."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import atan2, degrees
from typing import Any

import altair as alt
import pandas as pd

from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, CONTRAST, HUES, NEUTRAL, letters, quiet_letters

# px: from column to column, a box, and the space beside the first column for names of rows.
PITCH, WIDE, HIGH, MARGIN = 118, 98, 28, 66
SAYS, READS, STATE, ROW = 16, 64, 70, 46  # rows from the top; of two rows of states the distance
NARROW, STUB, ASIDE = 40, 52, 30  # a state; an arrow to what is not drawn; past a row of states
LONGEST = 13  # letters in a box
FLOW, FED = "flow", "fed"
Arrow = tuple[float, float, float, float, str]
ACCENT_ON_DARK, CONTRAST_ON_DARK = HUES[4], HUES[1]


@dataclass(frozen=True)
class Column:
    """One time step.

    Attributes
    ----------
    reads : str
        The token.
    says : str
        What comes out after it; nothing if empty.
    share : float or None
        The probability of that, if it is told.
    fed : bool
        Whether the token is what came out a step before.
    gone : bool
        Whether it was deleted, so that nothing reads it.
    """

    reads: str
    says: str = ""
    share: float | None = None
    fed: bool = False
    gone: bool = False


def wiring_chart(
    columns: Sequence[Column],
    *,
    both_ways: bool = False,
    goes_before: bool = False,
    goes_on: bool = False,
    dark: bool = False,
) -> Drawing:
    """Draw boxes and arrows: a column a time step, from what is read up to what is said.

    Parameters
    ----------
    columns : sequence of Column
    both_ways : bool
        Whether a second row of states reads from the end.
    goes_before, goes_on : bool
        Whether there are time steps before the first column, and after the last one.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing

    Examples
    --------
    >>> drawing = wiring_chart([Column("The"), Column("end", "good", 0.7)])
    >>> drawing.data["boxes"]["text"].tolist()
    ['The', 'end', 'good 70%', 'h', 'h']
    """
    scene = _Scene(tuple(columns), both_ways, goes_before, goes_on)
    tables = {
        "boxes": pd.DataFrame(
            scene.boxes(), columns=["x", "x2", "y", "y2", "text", "what", "gone"]
        ),
        "lines": pd.DataFrame(scene.arrows(), columns=["x", "y", "x2", "y2", "what"]),
        "heads": pd.DataFrame(scene.heads(), columns=["x", "y", "angle", "what"]),
        "names": pd.DataFrame(scene.names(), columns=["x", "y", "text"]),
    }
    return Drawing(_layout(scene.width, scene.height, dark), tables)


@dataclass(frozen=True)
class _Scene:
    columns: tuple[Column, ...]
    both_ways: bool
    goes_before: bool
    goes_on: bool

    @property
    def width(self) -> int:
        return MARGIN + PITCH * max(1, len(self.columns)) + 20

    @property
    def foot(self) -> int:
        """The row of what is read."""
        return STATE + ROW * self.both_ways + READS

    @property
    def height(self) -> int:
        return self.foot + HIGH // 2 + 4

    @property
    def rows(self) -> list[int]:
        """Rows of states: the forward one, and below it the backward one."""
        return [STATE + ROW * way for way in range(1 + self.both_ways)]

    def middle(self, column: int) -> float:
        return MARGIN + PITCH * (column + 0.5)

    def boxes(self) -> list[tuple]:
        found = []
        for at, one in enumerate(self.columns):
            found.append(self._box(at, self.foot, _short(one.reads), "read", one.gone))
        for at, one in enumerate(self.columns):
            if one.says and not one.gone:
                told = "" if one.share is None else f" {one.share:.0%}"
                text = _short(one.says, LONGEST - len(told)) + told
                found.append(self._box(at, SAYS, text, "said", False))
        for row in self.rows:
            found += [
                self._box(at, row, "h", "state", one.gone, NARROW)
                for at, one in enumerate(self.columns)
            ]
        return found

    def _box(
        self, at: int, row: float, text: str, what: str, gone: bool, wide: float = WIDE
    ) -> tuple:
        x, half = self.middle(at), wide / 2
        return (x - half, x + half, row - HIGH / 2, row + HIGH / 2, text, what, gone)

    def arrows(self) -> list[Arrow]:
        """From where (x, y), to where (x2, y2), and of what kind."""
        found: list[Arrow] = []
        for at, one in enumerate(self.columns):
            if one.gone:
                continue
            x = self.middle(at)
            found += self._up(x, bool(one.says))
            found += self._forward(at)
            if self.both_ways:
                found += self._backward(at)
            if one.fed and at:
                found.append((x - PITCH + WIDE / 2, SAYS, x - WIDE / 2, self.foot, FED))
        return found

    def _up(self, x: float, says: bool) -> list[Arrow]:
        """From what is read to each row of states, and from there to what is said."""
        half, below, above = HIGH / 2, self.foot - HIGH / 2, SAYS + HIGH / 2
        forward, backward = self.rows[0], self.rows[-1]
        found: list[Arrow] = [(x, below, x, backward + half, FLOW)]
        if says:
            found.append((x, forward - half, x, above, FLOW))
        if self.both_ways:  # each row is passed by at the side
            found.append((x - ASIDE, below, x - ASIDE / 2, forward + half, FLOW))
            if says:
                found.append((x + ASIDE / 2, backward - half, x + ASIDE, above, FLOW))
        return found

    def _forward(self, at: int) -> list[Arrow]:
        """To the next state, and from and to what is not drawn."""
        x, half, row = self.middle(at), NARROW / 2, self.rows[0]
        found: list[Arrow] = []
        if not at and self.goes_before:
            found.append((x - STUB, row, x - half, row, FLOW))
        if at == len(self.columns) - 1:
            return [*found, (x + half, row, x + STUB, row, FLOW)] if self.goes_on else found
        if not self.columns[at + 1].gone:
            found.append((x + half, row, x + PITCH - half, row, FLOW))
        return found

    def _backward(self, at: int) -> list[Arrow]:
        """The same from the end."""
        x, half, row = self.middle(at), NARROW / 2, self.rows[1]
        found: list[Arrow] = []
        if at == len(self.columns) - 1 and self.goes_on:
            found.append((x + STUB, row, x + half, row, FLOW))
        if at:
            return [*found, (x - half, row, x - PITCH + half, row, FLOW)]
        return [*found, (x - half, row, x - STUB, row, FLOW)] if self.goes_before else found

    def heads(self) -> list[tuple[float, float, float, str]]:
        """At the end of each arrow a triangle, turned clockwise from pointing up."""
        return [
            (x2, y2, round(degrees(atan2(x2 - x, y - y2)), 1), what)
            for x, y, x2, y2, what in self.arrows()
        ]

    def names(self) -> list[tuple]:
        rows = [(SAYS, "says"), (self.foot, "reads")]
        ways = ("state →", "state ←") if self.both_ways else ("state",)
        rows += list(zip(self.rows, ways, strict=True))
        return [(4, y, text) for y, text in rows]


def _short(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else text[: max(1, longest - 1)] + "…"


@lru_cache(maxsize=32)
def _layout(width: int, height: int, dark: bool) -> dict[str, Any]:
    accent, contrast = (ACCENT_ON_DARK, CONTRAST_ON_DARK) if dark else (ACCENT, CONTRAST)
    ink = letters(dark)
    across = alt.Scale(domain=[0, width], nice=False, zero=False)
    along = alt.Scale(domain=[0, height], reverse=True, nice=False, zero=False)

    def of(name: str) -> alt.Chart:
        return alt.Chart(alt.NamedData(name=name))

    def x(field: str = "x") -> alt.X:
        return alt.X(f"{field}:Q", axis=None, scale=across)

    def y(field: str = "y") -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None, scale=along)

    lines, heads = [], []
    for what, colour, dash in (("flow", NEUTRAL, [1, 0]), ("fed", contrast, [5, 4])):
        lines.append(
            of("lines")
            .transform_filter(f"datum.what == '{what}'")
            .mark_rule(color=colour, strokeWidth=1.4, strokeDash=dash)
            .encode(x=x(), y=y(), x2="x2:Q", y2="y2:Q")
        )
        heads.append(
            of("heads")
            .transform_filter(f"datum.what == '{what}'")
            .mark_point(shape="triangle-up", filled=True, size=44, color=colour, opacity=1)
            .encode(x=x(), y=y(), angle=alt.Angle("angle:Q", scale=None))
        )
    boxes = []
    for what, colour, share in (
        ("read", NEUTRAL, 0.1),
        ("state", accent, 0.22),
        ("said", contrast, 0.12),
    ):
        here = of("boxes").transform_filter(f"datum.what == '{what}'")
        boxes.append(
            here.mark_rect(
                fill=colour, fillOpacity=share, stroke=colour, strokeWidth=1.3, cornerRadius=6
            ).encode(
                x=x(),
                x2="x2:Q",
                y=y(),
                y2="y2:Q",
                opacity=alt.condition("datum.gone", alt.value(0.25), alt.value(1)),
            )
        )
        boxes.append(
            here.transform_calculate(
                middle="(datum.x + datum.x2) / 2", row="(datum.y + datum.y2) / 2"
            )
            .mark_text(fontSize=13, baseline="middle", color=ink)
            .encode(
                x=x("middle"),
                y=y("row"),
                text="text:N",
                opacity=alt.condition("datum.gone", alt.value(0.3), alt.value(1)),
            )
        )
    names = (
        of("names")
        .mark_text(align="left", baseline="middle", color=quiet_letters(dark), fontSize=12)
        .encode(x=x(), y=y(), text="text:N")
    )
    return (
        alt.layer(*lines, *heads, *boxes, names)
        .properties(width=width, height=height, autosize=alt.AutoSizeParams(type="pad"))
        .configure_view(stroke=None, fill="transparent")
        .to_dict()
    )
