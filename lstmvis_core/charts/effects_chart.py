"""What holding each unit does, beside how well the unit tells a property: a dot a unit."""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import (
    ACCENT,
    CONTRAST,
    NEUTRAL,
    ORANGE,
    STRONG_AT_0,
    hue_of_letters,
)

UNIT_CLICK = "unit"
HEIGHT = 330
EXACT, ESTIMATED = "exact", "estimate"


def effects_chart(
    exact: np.ndarray,
    estimated: np.ndarray | None = None,
    scores: np.ndarray | None = None,
    *,
    unit: int | None = None,
    score_title: str = "how well the unit tells the property",
    dark: bool = False,
) -> Drawing:
    """Draw the effect of each unit over its score, or over its rank where there are no scores.

    Parameters
    ----------
    exact : numpy.ndarray, (unit,)
        In nats; NaN where it is not known yet: there the estimate is drawn, hollow.
    estimated : numpy.ndarray, (unit,) or None
        A quick guess at the same; None where there is none.
    scores : numpy.ndarray, (unit,) or None
        As `rank_units` gives them. A unit whose score is NaN is not drawn.
    unit : int or None
        Marked.
    score_title : str
        Of the axis.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing
        `UNIT_CLICK` selects a ``unit``.

    Examples
    --------
    >>> drawing = effects_chart(np.array([0.1, np.nan]), np.array([0.3, -0.2]))
    >>> drawing.data["units"][["unit", "effect", "how"]].values.tolist()
    [[0, 0.1, 'exact'], [1, -0.2, 'estimate']]
    """
    known = ~np.isnan(exact)
    guess = np.full(len(exact), np.nan) if estimated is None else estimated
    table = pd.DataFrame(
        {
            "unit": np.arange(len(exact)),
            "effect": np.where(known, exact, guess),
            "exact": exact,
            "estimate": guess,
            "how": np.where(known, EXACT, ESTIMATED),
            "here": np.arange(len(exact)) == unit,
        }
    )
    rank = table["effect"].rank(ascending=False, method="first")
    table["x"] = rank if scores is None else scores
    # The marked one is drawn last, above the others.
    table = table.dropna(subset=["x", "effect"]).sort_values("here", kind="stable")
    title = "rank by effect" if scores is None else score_title
    return Drawing(_layout(title, scores is None, dark), {"units": table})


@lru_cache(maxsize=32)
def _layout(title: str, ranked: bool, dark: bool) -> dict[str, Any]:
    x = alt.X(
        "x:Q",
        title=title,
        scale=alt.Scale(zero=False, padding=14, nice=False),
        axis=alt.Axis(format="d" if ranked else ".2~f", tickMinStep=1 if ranked else 0, grid=False),
    )
    y = alt.Y(
        "effect:Q",
        title="effect of holding it, nats",
        scale=alt.Scale(zero=True, padding=14, nice=False),
        axis=alt.Axis(gridColor=NEUTRAL, gridOpacity=STRONG_AT_0),
    )
    said = [
        alt.Tooltip("unit:Q", title="unit"),
        alt.Tooltip("exact:Q", title="effect, nats", format="+.3f"),
        alt.Tooltip("estimate:Q", title="first-order estimate", format="+.3f"),
    ]
    if not ranked:
        said.append(alt.Tooltip("x:Q", title=title, format=".3f"))
    click = alt.selection_point(name=UNIT_CLICK, fields=["unit"], on="click", nearest=True)
    units = alt.Chart(alt.NamedData(name="units"))
    colour = alt.condition("datum.here", alt.value(CONTRAST), alt.value(ACCENT))
    dots = (
        units.mark_point(cursor="pointer", strokeWidth=1.4)
        .encode(
            x=x,
            y=y,
            stroke=colour,
            fill=colour,
            fillOpacity=alt.condition(f"datum.how == '{EXACT}'", alt.value(0.75), alt.value(0)),
            size=alt.condition("datum.here", alt.value(140), alt.value(45)),
            tooltip=said,
        )
        .add_params(click)
    )
    name = (
        units.transform_filter("datum.here")
        .mark_text(align="left", dx=9, dy=-7, fontWeight="bold", color=hue_of_letters(ORANGE, dark))
        .encode(x=x, y=y, text="unit:Q")
    )
    whole = alt.layer(dots, name)
    return whole.properties(
        height=HEIGHT, width="container", view=alt.ViewBackground(stroke=None)
    ).to_dict()
