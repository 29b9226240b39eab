"""One step of a small layer: every vector a row of squares with its numbers in them.

What a number was made of lights up while the mouse is over it: every square carries the numbers of
those squares, and Vega compares them.
"""

from functools import lru_cache
from typing import Any

import altair as alt

from lstmvis_core.analysis.one_step import OneStep
from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, HUES, letters, quiet_letters
from lstmvis_core.charts.step_blocks import MOST_UNITS
from lstmvis_core.charts.step_frames import StepFrames

__all__ = ["MOST_UNITS", "NUMBER_CLICK", "step_chart"]

NUMBER_CLICK, HOVER = "number", "hover"
FIELDS = ["id", "part", "unit", "sources"]
_HOVERS = f"isDefined({HOVER}.id) && {HOVER}.id[0] >= 0"
_LIT = f"({HOVER}.id[0] == datum.id || indexof({HOVER}.sources[0], '|' + datum.id + '|') >= 0)"


def step_chart(
    found: OneStep, token: str, part: str = "", unit: int = 0, dark: bool = False
) -> Drawing:
    """Draw all numbers of a step as the equations read, of up to `MOST_UNITS` units.

    Parameters
    ----------
    found : OneStep
    token : str
        What was read in the step, as it may be drawn.
    part : str
        The row that is looked at, a name of `OneStep.rows`; none if empty.
    unit : int
        Which number of it is framed, with those it was made of.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing
        A click selects `NUMBER_CLICK`, with the fields ``part`` and ``unit``.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> found = lv.one_step(lv.trace_text(lv.load_model("tiny-rnn"), "(1"), layer=1, step=1)
    >>> squares = step_chart(found, "1", "hidden", unit=2).data["squares"]
    >>> squares[squares["picked"]]["text"].tolist() == [f"{found.hidden[2]:.2f}".replace("-", "−")]
    True
    """
    frames = StepFrames(found, token, part, unit, dark)
    return Drawing(_layout(round(frames.width), round(frames.height), dark), frames.tables())


@lru_cache(maxsize=64)
def _layout(width: int, height: int, dark: bool) -> dict[str, Any]:
    make = _Layers(width, height, dark)
    chart = alt.layer(make.squares(), *make.numbers(), make.labels(), *make.titles())
    return (
        chart.properties(width=width, height=height, autosize=alt.AutoSizeParams(type="pad"))
        .configure_view(stroke=None, fill="transparent")
        .to_dict()
    )


class _Layers:
    """The layers, from the ground up."""

    def __init__(self, width: int, height: int, dark: bool) -> None:
        self.letters, self.quiet = letters(dark), quiet_letters(dark)
        self.accent = HUES[4] if dark else ACCENT
        self.line = "#3a424c" if dark else "#d5dae1"
        across = alt.Scale(domain=[0, width], nice=False, zero=False)
        along = alt.Scale(domain=[0, height], reverse=True, nice=False, zero=False)
        self._x, self._y = {"axis": None, "scale": across}, {"axis": None, "scale": along}

    def x(self, field: str = "x") -> alt.X:
        """A place across."""
        return alt.X(f"{field}:Q", **self._x)

    def y(self, field: str = "y") -> alt.Y:
        """A place from the top."""
        return alt.Y(f"{field}:Q", **self._y)

    def text(self, name: str, x: str, y: str, pixels: float, **mark: Any) -> alt.Chart:
        """Letters."""
        mark = {"color": self.letters, "baseline": "middle", "fontSize": pixels} | mark
        chart = alt.Chart(alt.NamedData(name=name)).mark_text(**mark)
        return chart.encode(x=self.x(x), y=self.y(y), text="text:N")

    def squares(self) -> alt.Chart:
        """All squares; the one looked at has a frame, and those it was made of a thin one."""
        own = f"datum.picked || ({_HOVERS} && {_LIT})"
        colour = alt.when(own).then(alt.value(self.accent))
        colour = colour.when("datum.used").then(alt.value(self.letters))
        return (
            alt.Chart(alt.NamedData(name="squares"))
            .mark_rect(cornerRadius=3, cursor="pointer")
            .encode(
                x=self.x(),
                x2="x2:Q",
                y=self.y(),
                y2="y2:Q",
                fill=alt.Fill("colour:N", scale=None),
                stroke=colour.otherwise(alt.value(self.line)),
                strokeWidth=alt.condition("datum.picked", alt.value(2.5), alt.value(1)),
                opacity=_opacity(),
                tooltip="told:N",
            )
            .add_params(
                alt.selection_point(name=NUMBER_CLICK, fields=FIELDS, on="click"),
                alt.selection_point(
                    name=HOVER, fields=FIELDS, on="pointerover", clear="pointerout", empty=False
                ),
            )
        )

    def numbers(self) -> list[alt.Chart]:
        """What is written in the squares."""
        return [
            self.text("squares", "middle", "line", 12, cursor="pointer", fontWeight=weight)
            .transform_filter(which)
            .encode(opacity=_opacity(), tooltip="told:N")
            for which, weight in (("!datum.picked", "normal"), ("datum.picked", "bold"))
        ]

    def labels(self) -> alt.Chart:
        """What stands before a row."""
        chart = self.text("labels", "x", "y", 12, align="right")
        colour = alt.condition("datum.result", alt.value(self.letters), alt.value(self.quiet))
        return chart.encode(color=colour)

    def titles(self) -> list[alt.Chart]:
        """Headings, titles of blocks, what each of them says, and numbers of units."""
        return [
            self.text("titles", "x", "y", size, dy=8, **mark).transform_filter(
                f"datum.level == {level}"
            )
            for level, (size, mark) in enumerate(
                (
                    (12, {"align": "left", "color": self.quiet, "fontWeight": "bold"}),
                    (13.5, {"align": "left", "fontWeight": "bold"}),
                    (12, {"align": "left", "color": self.quiet}),
                    (10, {"align": "center", "color": self.quiet}),
                )
            )
        ]


def _opacity() -> Any:
    """What has no part in the number under the mouse steps back."""
    return alt.condition(f"{_HOVERS} && !{_LIT}", alt.value(0.3), alt.value(1))
