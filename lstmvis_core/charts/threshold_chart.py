"""How many units are selected at each threshold: what a threshold means for this range."""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, CONTRAST
from lstmvis_core.selection import Selection, units_at_thresholds
from lstmvis_core.trace import TokenStates


def threshold_chart(
    trace: TokenStates, selection: Selection, highest: float, suggested: float | None
) -> Drawing:
    """Draw the number of selected units over the threshold, the current value marked.

    Parameters
    ----------
    trace : Trace or other TokenStates
    selection : Selection
    highest : float
        End of the threshold axis.
    suggested : float or None
        Marked with a triangle.

    Returns
    -------
    Drawing
    """
    thresholds = np.round(np.linspace(0, highest, 201), 4)
    counts = units_at_thresholds(trace, selection, thresholds)
    data = {
        "curve": pd.DataFrame({"threshold": thresholds, "units": counts}),
        "current": pd.DataFrame({"threshold": [selection.threshold]}),
        "suggested": pd.DataFrame(
            {"threshold": [] if suggested is None else [suggested]}, dtype=float
        ),
    }
    # Rounded up, so that another range seldom needs another axis.
    roofs = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1024)
    roof = next((top for top in roofs if counts.max() <= top), int(counts.max()))
    return Drawing(_layout(highest, roof), data)


@lru_cache(maxsize=64)
def _layout(highest: float, roof: int) -> dict[str, Any]:
    x = alt.X("threshold:Q", title="threshold", scale=alt.Scale(domain=[0, highest], nice=False))
    y = alt.Y(
        "units:Q",
        title="units",
        scale=alt.Scale(domain=[0, roof], nice=False),
        axis=alt.Axis(tickMinStep=1, tickCount=3, format="d"),
    )

    def of(name: str) -> alt.Chart:
        return alt.Chart(alt.NamedData(name=name))

    curve = (
        of("curve")
        .mark_area(color=ACCENT, opacity=0.35, line={"color": ACCENT}, interpolate="step-after")
        .encode(x=x, y=y, tooltip=["threshold:Q", "units:Q"])
    )
    current = (
        of("current").mark_rule(color=CONTRAST, strokeDash=[6, 4], strokeWidth=1.6).encode(x=x)
    )
    suggested = (
        of("suggested")
        .mark_point(shape="triangle-up", filled=True, size=90, color=CONTRAST)
        .encode(x=x, y=alt.datum(0), tooltip=[alt.Tooltip("threshold:Q", title="suggested")])
    )
    return (
        alt.layer(curve, current, suggested)
        .properties(height=110, view=alt.ViewBackground(stroke=None))
        .to_dict()
    )
