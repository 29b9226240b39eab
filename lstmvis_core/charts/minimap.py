"""Where in the corpus the matches lie, on one line from its first step to its last."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.match_frames import MatchRow
from lstmvis_core.charts.palette import ACCENT, NEUTRAL

PLACE_CLICK = "place"
HEIGHT, AXIS = 20, 24  # px; the container counts the axis in


def minimap(rows: Sequence[MatchRow], steps: int) -> Drawing:
    """Draw the places of the matches.

    Parameters
    ----------
    rows : sequence of MatchRow
        As `match_chart` gets them.
    steps : int
        Time steps of the corpus.

    Returns
    -------
    Drawing
        A mark a match, fainter the fewer units it shares; `PLACE_CLICK` selects its ``row``.
    """
    shared = [len(row.match.shared) for row in rows]
    table = pd.DataFrame(
        {
            "row": range(len(rows)),
            "start": [row.match.start for row in rows],
            "rank": range(1, len(rows) + 1),
            "shared": shared,
            "strength": [count / max(shared, default=1) for count in shared],
        }
    )
    return Drawing(_layout(steps), {"places": table})


@lru_cache(maxsize=32)
def _layout(steps: int) -> dict[str, Any]:
    x = alt.X(
        "start:Q",
        scale=alt.Scale(domain=[0, steps], nice=False),
        axis=alt.Axis(title=None, format="~s", tickCount=6, domainColor=NEUTRAL),
    )
    marks = alt.Chart(alt.NamedData(name="places")).mark_tick(
        color=ACCENT, thickness=3, height=HEIGHT - 4, cursor="pointer"
    )
    drawn = marks.encode(
        x=x,
        opacity=alt.Opacity("strength:Q", scale=alt.Scale(domain=[0, 1], range=[0.15, 1])).legend(
            None
        ),
        tooltip=[
            alt.Tooltip("rank:Q", title="match"),
            alt.Tooltip("start:Q", title="step", format=",d"),
            alt.Tooltip("shared:Q", title="units shared"),
        ],
    ).add_params(alt.selection_point(name=PLACE_CLICK, fields=["row"], on="click"))
    return drawn.properties(height=HEIGHT + AXIS, width="container").to_dict()
