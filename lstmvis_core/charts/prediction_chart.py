"""What the network expects to come next."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, letters
from lstmvis_core.charts.tokens import visible

NAMES = {"·": "· (space)", "⏎": "⏎ (line break)", "\ufffd": "(unknown)"}


def prediction_chart(predictions: Sequence[tuple[str, float]], dark: bool = False) -> Drawing:
    """Draw the most probable next tokens as bars, most probable first.

    Parameters
    ----------
    predictions : sequence of (token, probability)
        As `Trace.predictions` gives them.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing
    """
    frame = pd.DataFrame(
        {
            "token": [NAMES.get(visible(t), visible(t)) for t, _ in predictions],
            "probability": [p for _, p in predictions],
        }
    )
    return Drawing(_layout(len(frame), dark), {"predictions": frame})


@lru_cache(maxsize=32)
def _layout(rows: int, dark: bool) -> dict[str, Any]:
    base = alt.Chart(alt.NamedData(name="predictions")).encode(
        y=alt.Y("token:N", sort=None, title=None, axis=alt.Axis(labelFontSize=14)),
        x=alt.X("probability:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1.12])),
        tooltip=["token:N", alt.Tooltip("probability:Q", format=".1%")],
    )
    bars = base.mark_bar(color=ACCENT, height=16)
    numbers = base.mark_text(align="left", dx=5, color=letters(dark)).encode(
        text=alt.Text("probability:Q", format=".0%")
    )
    drawn = alt.layer(bars, numbers).properties(
        height=28 * rows, width="container", view=alt.ViewBackground(stroke=None)
    )
    return drawn.to_dict()
