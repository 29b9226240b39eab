"""How much of a small change is left at a later token: a line a network, over the text."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.analysis.gradients import Gradients
from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.gradient_frames import (
    BOUND,
    HEIGHT,
    MEMORY,
    PRODUCT,
    TRUTH,
    Limits,
    Line,
    labels_of,
    limits_of,
    lines_of,
    power_of_ten,
    powers,
    share_left,
)
from lstmvis_core.charts.palette import NEUTRAL, STRONG_AT_0, hue_of_letters, letters
from lstmvis_core.charts.tokens import visible
from lstmvis_core.text import Tokens

TOKEN_CLICK = "token"
NAMES, BOTTOM = HEIGHT + 16, HEIGHT + 30  # px from the top
_DASHES = {TRUTH: [1, 0], MEMORY: [1, 0], PRODUCT: [7, 4], BOUND: [2, 4]}
_WIDTHS = {TRUTH: 2.4, MEMORY: 1.2, PRODUCT: 1.8, BOUND: 2.2}


def gradient_chart(
    tokens: Tokens,
    found: Mapping[str, Gradients],
    start: int,
    end: int,
    dark: bool = False,
) -> Drawing:
    """Draw the norms of ∂h_T/∂h_k over the tokens k of a window, by powers of ten.

    Parameters
    ----------
    tokens : Tokens
    found : mapping of str to Gradients
        By cell: ``"rnn"``, ``"gru"`` or ``"lstm"``, all of the same target step. Where the product
        of single steps and the bound are known, they are drawn dashed.
    start, end : int
        The window.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing
        `TOKEN_CLICK` selects a ``step``.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> model = lv.load_model("parens")
    >>> found = lv.gradients_through_time(model, "(1 (2", layer=1, step=4)
    >>> tokens = lv.trace_text(model, "(1 (2").tokens
    >>> drawing = gradient_chart(tokens, {"lstm": found}, 0, 5)
    >>> drawing.data["lines"]["line"].unique().tolist()
    ['LSTM', 'LSTM, memory c', 'product of single steps']
    """
    lines = lines_of(found)
    limits = limits_of(lines, start, end)
    first = next(iter(found.values()))
    step = first.step
    # The axis stands where the lines begin, and their names where they end.
    axis = "left" if (~np.isnan(first.hidden[step + 1 :])).any() else "right"
    names = tuple(line.name for line in lines)
    styles = tuple((line.kind, line.hue) for line in lines)
    widest = min(4, max(len(visible(string)) for string in tokens.strings[start:end]))
    layout = _layout(end - start, limits, names, styles, axis, widest, dark)
    return Drawing(
        layout,
        {
            "tokens": _tokens(tokens, lines, step, start, end),
            "lines": _points(lines, start, end),
            "labels": labels_of(lines, step, start, end, limits),
        },
    )


def _tokens(tokens: Tokens, lines: list[Line], step: int, start: int, end: int) -> pd.DataFrame:
    steps = np.arange(start, end)
    table = pd.DataFrame(
        {
            "step": steps,
            "x": steps - start,
            "x2": steps - start + 1,
            "middle": steps - start + 0.5,
            "token": [visible(string) for string in tokens.strings[start:end]],
            "away": np.abs(steps - step),
            "here": steps == step,
        }
    )
    for place, line in enumerate(lines):
        table[f"left_{place}"] = [share_left(value) for value in line.values[start:end]]
    return table


def _points(lines: list[Line], start: int, end: int) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "x": np.arange(end - start) + 0.5,
                "y": powers(line.values[start:end]),
                "line": line.name,
                "kind": line.kind,
            }
        )
        for line in lines
    ]
    return pd.concat(parts, ignore_index=True).dropna()


@lru_cache(maxsize=64)
def _layout(
    steps: int,
    limits: Limits,
    names: tuple[str, ...],
    styles: tuple[tuple[str, int], ...],
    axis: str,
    widest: int,
    dark: bool,
) -> dict[str, Any]:
    hues = [hue_of_letters(hue, dark) for _, hue in styles]
    colour = alt.Scale(domain=list(names), range=hues)
    told = [
        alt.Tooltip("token:N"),
        alt.Tooltip("away:Q", title="steps from the target"),
        *(alt.Tooltip(f"left_{place}:N", title=name) for place, name in enumerate(names)),
    ]
    layers = [
        _columns(steps, told),
        *(
            _lines(steps, limits, kind, axis, colour)
            for kind in dict.fromkeys(k for k, _ in styles)
        ),
        *(_labels(steps, align, colour) for align in ("left", "right")),
        _names(steps, widest, told, letters(dark)),
    ]
    return (
        alt.layer(*layers)
        .properties(
            height=HEIGHT,  # lines are cut off there; tokens and labels stand outside
            width="container",
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
            view=alt.ViewBackground(stroke=None),
        )
        .to_dict()
    )


def _of(name: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(name=name))


def _position(field: str, steps: int) -> alt.X:
    scale = alt.Scale(domain=[0, steps], nice=False, zero=False)
    return alt.X(f"{field}:Q", axis=None, scale=scale)


def _columns(steps: int, told: list[alt.Tooltip]) -> alt.Chart:
    """A column behind each token: it can be clicked wherever the lines are."""
    return (
        _of("tokens")
        .mark_rect(cursor="pointer")
        .encode(
            x=_position("x", steps),
            x2="x2:Q",
            y=alt.value(0),
            y2=alt.value(BOTTOM),
            color=alt.condition("datum.here", alt.value(NEUTRAL), alt.value("transparent")),
            opacity=alt.value(0.25),
            tooltip=told,
        )
        .add_params(alt.selection_point(name=TOKEN_CLICK, fields=["step"], on="click"))
    )


def _lines(steps: int, limits: Limits, kind: str, axis: Any, colour: alt.Scale) -> alt.Chart:
    low, high = limits
    ticks = list(range(low, high + 1, 3))
    written = ", ".join(f"'{power_of_ten(power)}'" for power in ticks)
    return (
        _of("lines")
        .transform_filter(f"datum.kind === '{kind}'")
        # No tooltip: the mouse reaches through to the column of a token.
        .mark_line(
            clip=True,
            strokeDash=_DASHES[kind],
            strokeWidth=_WIDTHS[kind],
            strokeJoin="round",
            tooltip=None,
        )
        .encode(
            x=_position("x", steps),
            y=alt.Y(
                "y:Q",
                title="what arrives of a change of 1",
                scale=alt.Scale(domain=[low, high], range=[HEIGHT, 0], nice=False),
                axis=alt.Axis(
                    orient=axis,
                    values=ticks,
                    labelExpr=f"[{written}][round((datum.value - ({low})) / 3)]",
                    gridColor=NEUTRAL,
                    gridOpacity=STRONG_AT_0,
                    domain=False,
                    ticks=False,
                ),
            ),
            color=alt.Color("line:N", scale=colour, legend=None),
        )
    )


def _labels(steps: int, align: Any, colour: alt.Scale) -> alt.Chart:
    """Beside each line, in its colour, what it is."""
    return (
        _of("labels")
        .transform_filter(f"datum.align === '{align}'")
        .mark_text(align=align, baseline="middle", fontSize=12.5, fontWeight=600)
        .encode(
            x=_position("x", steps),
            y=alt.Y("top:Q", axis=None, scale=None),
            text="label:N",
            color=alt.Color("line:N", scale=colour, legend=None),
        )
    )


def _names(steps: int, widest: int, told: list[alt.Tooltip], colour: str) -> alt.Chart:
    # A monospaced letter is 0.6 times as wide as it is high.
    size = f"clamp(width / {steps} / 0.62 / {widest}, 4, 16)"
    return (
        _of("tokens")
        .mark_text(
            font="monospace",
            color=colour,
            fontSize=alt.ExprRef(size),
            limit=alt.ExprRef(f"width / {steps}"),
            baseline="middle",
            cursor="pointer",
        )
        .encode(x=_position("middle", steps), y=alt.value(NAMES), text="token:N", tooltip=told)
    )
