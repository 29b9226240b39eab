"""How many units are selected at each threshold: what a threshold means for this range."""

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.charts.palette import ACCENT, CONTRAST
from lstmvis_core.selection import Selection, units_at_thresholds
from lstmvis_core.trace import Trace


def threshold_chart(
    trace: Trace, selection: Selection, highest: float, suggested: float | None
) -> alt.LayerChart | alt.FacetChart:
    """Draw the number of selected units over the threshold, the current value marked.

    Parameters
    ----------
    trace : Trace
    selection : Selection
    highest : float
        End of the threshold axis.
    suggested : float or None
        Marked with a triangle.

    Returns
    -------
    altair.LayerChart
    """
    thresholds = np.round(np.linspace(0, highest, 201), 4)
    counts = units_at_thresholds(trace, selection, thresholds)
    curve = pd.DataFrame({"threshold": thresholds, "units": counts})
    x = alt.X("threshold:Q", title="threshold", scale=alt.Scale(domain=[0, highest], nice=False))
    y = alt.Y("units:Q", title="units", axis=alt.Axis(tickMinStep=1, tickCount=3))
    layers = [
        alt.Chart(curve)
        .mark_area(color=ACCENT, opacity=0.35, line={"color": ACCENT}, interpolate="step-after")
        .encode(x=x, y=y, tooltip=["threshold:Q", "units:Q"]),
        alt.Chart(pd.DataFrame({"threshold": [selection.threshold]}))
        .mark_rule(color=CONTRAST, strokeDash=[6, 4], strokeWidth=1.6)
        .encode(x=x),
    ]
    if suggested is not None:
        layers.append(
            alt.Chart(pd.DataFrame({"threshold": [suggested], "units": [0]}))
            .mark_point(shape="triangle-up", filled=True, size=90, color=CONTRAST)
            .encode(x=x, y=y, tooltip=[alt.Tooltip("threshold:Q", title="suggested")])
        )
    return alt.layer(*layers).properties(height=110, view=alt.ViewBackground(stroke=None))
