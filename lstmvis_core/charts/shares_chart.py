"""What matches have in common, as bars: their share of each label, and a mark at the corpus's."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lstmvis_core.analysis.evidence import Share
from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, CONTRAST, NEUTRAL

SAID = {"start": "begin on", "end": "end on", "throughout": "all through"}
ROW, AXIS = 22, 30  # px: one bar; the axis, which the container counts in


def shares_chart(found: Sequence[Share]) -> Drawing:
    """Draw shares of labels among matches.

    Parameters
    ----------
    found : sequence of Share

    Returns
    -------
    Drawing
        A bar a label and place, grey where chance explains it, with a mark at the corpus's share.

    Examples
    --------
    >>> drawing = shares_chart([Share("DET", "start", 41, 50, 0.09, 1e-9)])
    >>> drawing.data["shares"]["what"].tolist(), drawing.layout["height"]
    (['begin on DET'], 52)
    """
    table = pd.DataFrame(
        {
            "what": [f"{SAID[one.place]} {one.label}" for one in found],
            "share": [one.share for one in found],
            "corpus": [one.corpus for one in found],
            "clear": [one.clear for one in found],
            "count": [f"{one.count} of {one.matches}" for one in found],
        }
    )
    return Drawing(_layout(len(found)), {"shares": table})


@lru_cache(maxsize=16)
def _layout(bars: int) -> dict[str, Any]:
    base = alt.Chart(alt.NamedData(name="shares")).encode(
        y=alt.Y(
            "what:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelLimit=220, labelOverlap=False, ticks=False),
        ),
        tooltip=[
            alt.Tooltip("what:N", title="matches"),
            alt.Tooltip("count:N"),
            alt.Tooltip("share:Q", format=".0%"),
            alt.Tooltip("corpus:Q", format=".1%", title="of the corpus"),
        ],
    )
    x = alt.X(
        "share:Q",
        title=None,
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", tickCount=5),
    )
    bar = base.mark_bar(height=11).encode(
        x=x, color=alt.condition("datum.clear", alt.value(ACCENT), alt.value(NEUTRAL))
    )
    mark = base.mark_tick(color=CONTRAST, thickness=3, height=15).encode(x="corpus:Q")
    return alt.layer(bar, mark).properties(height=ROW * bars + AXIS, width="container").to_dict()
