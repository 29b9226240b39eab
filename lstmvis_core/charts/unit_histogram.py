"""How the values of a unit are spread over a corpus, and where those of a text lie."""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, CONTRAST, NEUTRAL

BINS = 40
_ROOM = 1.12  # above the highest bar, for the ticks


def unit_histogram(values: np.ndarray, typed: np.ndarray) -> Drawing:
    """Draw a histogram of a unit over a corpus, with a tick for each token of a text.

    Parameters
    ----------
    values : numpy.ndarray, (time_step,)
        Over a corpus; at least one, finite.
    typed : numpy.ndarray, (time_step,)
        Over the text.

    Returns
    -------
    Drawing
        Blue bars above zero and orange ones below, as the text is coloured.

    Examples
    --------
    >>> drawing = unit_histogram(np.array([-0.9, 0.11, 0.12, 0.9]), np.array([0.5]))
    >>> bars = drawing.data["bars"]
    >>> float(bars["share"].sum()), bars["share"][bars["low"] == 0.1].tolist()
    (1.0, [0.5])
    """
    lowest = min(values.min(), typed.min(initial=0.0))
    highest = max(values.max(), typed.max(initial=0.0))
    # From −1 to 1 as a hidden state, from 0 to 1 as a gate, to whole numbers as a cell state.
    domain = float(np.floor(lowest)), float(max(np.ceil(highest), np.floor(lowest) + 1))
    counts, edges = np.histogram(values, BINS, domain)
    edges = np.round(edges, 6)
    bars = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "share": counts / len(values)})
    bars["above"] = bars["low"] + bars["high"] > 0
    ticks = pd.DataFrame({"value": np.unique(np.round(typed.astype(float), 3))})
    # Rounded up, so that another unit seldom needs another axis.
    roof = float(np.ceil(bars["share"].max() * _ROOM * 20) / 20)
    return Drawing(_layout(domain, roof), {"bars": bars, "ticks": ticks})


@lru_cache(maxsize=64)
def _layout(domain: tuple[float, float], roof: float) -> dict[str, Any]:
    scale = alt.Scale(domain=list(domain), nice=False)
    bars = (
        alt.Chart(alt.NamedData(name="bars"))
        .mark_bar(opacity=0.75)
        .encode(
            x=alt.X(
                "low:Q",
                bin="binned",
                scale=scale,
                title="value of the unit",
                axis=alt.Axis(tickCount=8),
            ),
            x2="high:Q",
            y=alt.Y(
                "share:Q",
                title="share of the steps",
                scale=alt.Scale(domain=[0, roof], nice=False),
                axis=alt.Axis(format="%", tickCount=4),
            ),
            color=alt.condition("datum.above", alt.value(ACCENT), alt.value(CONTRAST)),
            tooltip=[
                alt.Tooltip("low:Q", format=".2f", title="from"),
                alt.Tooltip("high:Q", format=".2f", title="to"),
                alt.Tooltip("share:Q", format=".1%", title="of the steps"),
            ],
        )
    )
    ticks = (
        alt.Chart(alt.NamedData(name="ticks"))
        .mark_tick(color=NEUTRAL, thickness=1.5, height=10)
        .encode(
            x=alt.X("value:Q", scale=scale),
            y=alt.value(7),
            tooltip=[alt.Tooltip("value:Q", title="in your text")],
        )
    )
    return alt.layer(bars, ticks).properties(height=240, width="container").to_dict()
