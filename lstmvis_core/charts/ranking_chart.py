"""Which units tell a property best, and what the best of them would reach by chance."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, CONTRAST, NEUTRAL, letters

UNIT_CLICK = "unit_click"
ROW, AXIS = 22, 44  # px: one unit; the axis, which the container counts in
ALL = "all units"


def ranking_chart(
    scores: Sequence[np.ndarray],
    best: Sequence[tuple[int, int, float]],
    names: Sequence[str],
    *,
    binary: bool,
    chance: float,
    chosen: tuple[int, int] | None = None,
    dark: bool = False,
) -> Drawing:
    """Draw the scores of the best units as bars, and those of all units as ticks above them.

    Parameters
    ----------
    scores : sequence of numpy.ndarray, (unit,)
        Of each layer.
    best : sequence of (layer, unit, score)
        The units that get a bar, the best first; layers are counted from 1.
    names : sequence of str
        Of the layers.
    binary : bool
        Whether scores are AUC, of which 0.5 says nothing, or correlations.
    chance : float
        Half the width of the band that the best of all units reaches by chance; NaN for none.
    chosen : (layer, unit) or None
        Marked.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing
        With the selection `UNIT_CLICK`, whose points have the fields ``layer`` and ``unit``.

    Examples
    --------
    >>> drawing = ranking_chart(
    ...     [np.array([0.9, 0.4])], [(1, 0, 0.9)], ["1"], binary=True, chance=0.05
    ... )
    >>> drawing.data["best"]["what"].tolist(), drawing.data["band"].iloc[0].tolist()
    (['unit 0 · layer 1'], [0.45, 0.55])
    """
    neutral = 0.5 if binary else 0.0
    every = pd.DataFrame(
        [
            {"layer": layer, "unit": unit, "score": score, "what": ALL}
            for layer, of_layer in enumerate(scores, 1)
            for unit, score in enumerate(of_layer)
            if not np.isnan(score)
        ],
        columns=["layer", "unit", "score", "what"],
    )
    bars = pd.DataFrame(
        [
            {
                "layer": layer,
                "unit": unit,
                "score": score,
                "what": f"unit {unit} · layer {names[layer - 1]}",
                "neutral": neutral,
                "chosen": (layer, unit) == chosen,
                "label": f"{score:.3f}" if binary else f"{score:+.3f}",
            }
            for layer, unit, score in best
        ],
        columns=["layer", "unit", "score", "what", "neutral", "chosen", "label"],
    )
    band = pd.DataFrame({"low": [neutral - chance], "high": [neutral + chance]}).round(6).dropna()
    return Drawing(_layout(len(bars), binary, dark), {"every": every, "best": bars, "band": band})


@lru_cache(maxsize=32)
def _layout(bars: int, binary: bool, dark: bool) -> dict[str, Any]:
    low, high, neutral = (0, 1, 0.5) if binary else (-1, 1, 0)
    title = "AUC (0.5 says nothing, 0 and 1 tell all)" if binary else "correlation r"
    scale = alt.Scale(domain=[low, high], nice=False)
    x = alt.X("score:Q", title=title, scale=scale)
    axis = alt.Axis(ticks=False, labelOverlap=False, labelLimit=180)
    y = alt.Y("what:N", sort=None, title=None, axis=axis)
    colour = alt.condition(f"datum.score > {neutral}", alt.value(ACCENT), alt.value(CONTRAST))

    def of(name: str) -> alt.Chart:
        return alt.Chart(alt.NamedData(name=name))

    said = [
        alt.Tooltip("unit:Q"),
        alt.Tooltip("layer:Q"),
        alt.Tooltip("score:Q", format=".4f", title="AUC" if binary else "r"),
    ]
    click = alt.selection_point(name=UNIT_CLICK, fields=["layer", "unit"], on="click", empty=False)
    band = (
        of("band")
        .mark_rect(color=NEUTRAL, opacity=0.25)
        .encode(
            x=alt.X("low:Q", scale=scale, title=title),
            x2="high:Q",
            tooltip=[
                alt.Tooltip("low:Q", title="by chance, from", format=".3f"),
                alt.Tooltip("high:Q", title="to", format=".3f"),
            ],
        )
    )
    ticks = (
        of("every")
        .mark_tick(thickness=1.2, height=14, cursor="pointer")
        .encode(x=x, y=y, color=colour, opacity=alt.value(0.55), tooltip=said)
        .add_params(click)
    )
    bar = (
        of("best")
        .mark_bar(height=13, cursor="pointer")
        .encode(
            x=x,
            x2="neutral:Q",
            y=y,
            color=colour,
            opacity=alt.condition("datum.chosen", alt.value(1), alt.value(0.6)),
            tooltip=said,
        )
    )
    label = of("best").encode(x=x, y=y, text="label:N")
    right = label.transform_filter(f"datum.score > {neutral}").mark_text(
        align="left", dx=4, color=letters(dark)
    )
    left = label.transform_filter(f"datum.score <= {neutral}").mark_text(
        align="right", dx=-4, color=letters(dark)
    )
    drawn = alt.layer(band, ticks, bar, right, left)
    return drawn.properties(height=ROW * (bars + 1) + AXIS, width="container").to_dict()
