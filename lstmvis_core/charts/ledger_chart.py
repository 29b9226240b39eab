"""Which tokens wrote what a unit remembers: a bar a token, and what each step kept of it."""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, CONTRAST, HUES, NEUTRAL, STRONG_AT_0, letters
from lstmvis_core.charts.tokens import visible
from lstmvis_core.text import Tokens

TOKEN_CLICK = "token"
BARS_BOTTOM, KEPT_TOP, KEPT_BOTTOM = 180, 206, 266  # px from the top
KEPT = HUES[2]


def ledger_chart(
    tokens: Tokens,
    written: np.ndarray,
    kept: np.ndarray,
    step: int,
    start: int,
    end: int,
    gate: str,
    dark: bool = False,
) -> Drawing:
    """Draw what each token of a window wrote that is still there, above how much each step kept.

    Parameters
    ----------
    tokens : Tokens
    written : numpy.ndarray, (time_step,)
        As `memory_ledger` gives it.
    kept : numpy.ndarray, (time_step,)
        The gate that says which share of the state each step keeps, in [0, 1].
    step : int
        After which token; marked.
    start, end : int
        The window.
    gate : str
        Name of that gate, for what is told of a token.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing
        `TOKEN_CLICK` selects a ``step``.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> trace = lv.trace_text(lv.load_model("parens"), "(1 (2")
    >>> written = lv.memory_ledger(trace, layer=1, unit=3, step=4)
    >>> kept = trace.states(1, "forget_gate")[:, 3]
    >>> drawing = ledger_chart(trace.tokens, written, kept, 4, 2, 5, "forget gate")
    >>> drawing.data["tokens"]["step"].tolist()
    [2, 3, 4]
    """
    window = slice(start, end)
    table = pd.DataFrame(
        {
            "step": range(start, end),
            "x": range(end - start),
            "x2": range(1, end - start + 1),
            "middle": np.arange(end - start) + 0.5,
            "token": [visible(string) for string in tokens.strings[window]],
            "written": written[window].astype(float),
            "kept": kept[window].astype(float),
            "here": np.arange(start, end) == step,
        }
    )
    # In steps, so that another token seldom needs another axis.
    roofs = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
    low, high = (
        next((roof for roof in roofs if roof >= side), float(side))
        for side in (-table["written"].min(), table["written"].max())
    )
    limits = (-low if table["written"].min() < -0.02 * high else 0.0, float(high))
    widest = min(4, max(map(len, table["token"])))
    return Drawing(_layout(end - start, limits, widest, gate, dark), {"tokens": table})


@lru_cache(maxsize=64)
def _layout(
    steps: int, limits: tuple[float, float], widest: int, gate: str, dark: bool
) -> dict[str, Any]:
    groups = [
        alt.layer(*_written(steps, limits, gate), _names(steps, widest, gate, letters(dark))),
        _kept(steps, gate),
    ]
    chart = alt.layer(*groups).resolve_scale(y="independent")
    return chart.properties(
        height=KEPT_BOTTOM,
        width="container",
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        view=alt.ViewBackground(stroke=None),
    ).to_dict()


def _of_tokens() -> alt.Chart:
    return alt.Chart(alt.NamedData(name="tokens"))


def _position(field: str, steps: int) -> alt.X:
    scale = alt.Scale(domain=[0, steps], nice=False, zero=False)
    return alt.X(f"{field}:Q", axis=None, scale=scale)


def _told(gate: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("token:N"),
        alt.Tooltip("step:Q", format=",d"),
        alt.Tooltip("written:Q", title="wrote, still there", format="+.3f"),
        alt.Tooltip("kept:Q", title=gate, format=".3f"),
    ]


def _written(steps: int, limits: tuple[float, float], gate: str) -> list[alt.Chart]:
    """Bars, and behind them columns: they can be clicked however small the bar is."""
    x, until = _position("x", steps), "x2:Q"
    y = alt.Y(
        "written:Q",
        title="still there",
        scale=alt.Scale(domain=limits, range=[BARS_BOTTOM, 4], nice=False),
        axis=alt.Axis(tickCount=5, minExtent=40, gridColor=NEUTRAL, gridOpacity=STRONG_AT_0),
    )
    column = (
        _of_tokens()
        .mark_rect(cursor="pointer")
        .encode(
            x=x,
            x2=until,
            y=alt.value(0),
            y2=alt.value(KEPT_BOTTOM),
            color=alt.condition("datum.here", alt.value(NEUTRAL), alt.value("transparent")),
            opacity=alt.value(0.25),
            tooltip=_told(gate),
        )
        .add_params(alt.selection_point(name=TOKEN_CLICK, fields=["step"], on="click"))
    )
    colour = alt.condition("datum.written < 0", alt.value(CONTRAST), alt.value(ACCENT))
    bars = (
        _of_tokens()
        .mark_rect(cursor="pointer", strokeWidth=0)
        .encode(x=x, x2=until, y=y, y2=alt.datum(0), color=colour, tooltip=_told(gate))
    )
    return [column, bars]


def _names(steps: int, widest: int, gate: str, colour: str) -> alt.Chart:
    # A monospaced letter is 0.6 times as wide as it is high.
    size = f"clamp(width / {steps} / 0.62 / {widest}, 4, 16)"
    return (
        _of_tokens()
        .mark_text(
            font="monospace",
            color=colour,
            fontSize=alt.ExprRef(size),
            limit=alt.ExprRef(f"width / {steps}"),
            baseline="middle",
            cursor="pointer",
        )
        .encode(
            x=_position("middle", steps),
            y=alt.value((BARS_BOTTOM + KEPT_TOP) / 2),
            text="token:N",
            tooltip=_told(gate),
        )
    )


def _kept(steps: int, gate: str) -> alt.Chart:
    y = alt.Y(
        "kept:Q",
        title="kept",
        scale=alt.Scale(domain=[0, 1], range=[KEPT_BOTTOM, KEPT_TOP], nice=False),
        axis=alt.Axis(
            orient="left", values=[0, 0.5, 1], minExtent=40, gridOpacity=0.35, format=".0%"
        ),
    )
    return (
        _of_tokens()
        .mark_line(color=KEPT, interpolate="step", strokeWidth=1.8, tooltip=None)
        .encode(x=_position("middle", steps), y=y)
    )
