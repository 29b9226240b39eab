"""What the network says next, before and after something was changed: two bars a token."""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.analysis.ablation import most_changed
from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, CONTRAST, letters
from lstmvis_core.charts.prediction_chart import NAMES
from lstmvis_core.charts.tokens import visible
from lstmvis_core.trace import Trace

BEFORE, AFTER = "as it is", "held"
ROW, LEGEND = 40, 50  # px


def change_chart(before: Trace, after: Trace, step: int, k: int = 5, dark: bool = False) -> Drawing:
    """Draw the probabilities of the likeliest tokens or labels, and of the one that changes most.

    Parameters
    ----------
    before, after : Trace
        Of the same text, by models with the same outputs.
    step : int
        After which token, counted from 0.
    k : int
        How many of each trace, which may share some.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing
        The token that was likeliest before comes first.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> model = lv.load_model("parens")
    >>> without = lv.ablate(model, "(1 (2", layer=1, units=[3])
    >>> drawing = change_chart(lv.trace_text(model, "(1 (2"), without, step=4, k=2)
    >>> drawing.data["change"]["which"].unique().tolist()
    ['as it is', 'held']
    """
    both = [np.exp(trace.log_probabilities[step].astype(np.float64)) for trace in (before, after)]
    best = {most_changed(before, after, step)}
    best |= {int(i) for row in both for i in np.argsort(-row, kind="stable")[:k]}
    shown = sorted(best, key=lambda i: (-both[0][i], i))
    names = _told_apart([before.model.outputs[i] for i in shown])
    rows = [
        (name, which, row[i], percent(row[i]))
        for i, name in zip(shown, names, strict=True)
        for which, row in zip((BEFORE, AFTER), both, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["token", "which", "probability", "label"])
    return Drawing(_layout(len(shown), dark), {"change": table})


def percent(share: float) -> str:
    """A probability as it is printed, with another digit where it is small.

    Examples
    --------
    >>> percent(0.178), percent(0.0004), percent(1e-9), percent(0)
    ('17.8%', '0.04%', '<0.01%', '0.0%')
    """
    if 0 < share < 0.0001:
        return "<0.01%"
    return f"{share:.2%}" if 0 < share < 0.01 else f"{share:.1%}"


def _told_apart(tokens: list[str]) -> list[str]:
    """Names to see, different even where two tokens cannot be drawn."""
    names: list[str] = []
    for token in tokens:
        name = NAMES.get(visible(token), visible(token))
        while name in names:
            name += "\u200b"  # which has no width
        names.append(name)
    return names


_NAMES = alt.Axis(labelFont="monospace", labelFontSize=15, ticks=False, labelLimit=140)


@lru_cache(maxsize=32)
def _layout(rows: int, dark: bool) -> dict[str, Any]:
    colour = alt.Color(
        "which:N",
        scale=alt.Scale(domain=[BEFORE, AFTER], range=[ACCENT, CONTRAST]),
        legend=alt.Legend(title=None, orient="top", symbolType="square"),
    )
    base = alt.Chart(alt.NamedData(name="change")).encode(
        y=alt.Y("token:N", sort=None, title=None, axis=_NAMES),
        yOffset=alt.YOffset("which:N", sort=[BEFORE, AFTER], scale=alt.Scale(paddingInner=0.1)),
        x=alt.X("probability:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1.15])),
        tooltip=[
            "token:N",
            alt.Tooltip("which:N", title="units"),
            alt.Tooltip("probability:Q", format=".2%"),
        ],
    )
    bars = base.mark_bar().encode(color=colour)
    numbers = base.mark_text(align="left", dx=4, color=letters(dark)).encode(text="label:N")
    whole = alt.layer(bars, numbers)
    return whole.properties(
        height=ROW * rows + LEGEND,
        width="container",
        view=alt.ViewBackground(stroke=None),
    ).to_dict()
