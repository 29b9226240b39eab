"""How many ranges share how many of the selected units, beside chance; and their lengths."""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.analysis.agreement import Agreement
from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, CONTRAST, letters

LEVELS = 6  # from the highest down
LONGEST = 30  # lengths that have a bar of their own
ROW, AXIS = 24, 44  # px: one bar; the axis, which the container counts in
BAND = (0.05, 0.95)


def agreement_chart(
    found: Agreement, drawn: np.ndarray | None = None, least: int = 1, dark: bool = False
) -> Drawing:
    """Draw the number of ranges by the number of units that they share, the highest first.

    Parameters
    ----------
    found : Agreement
    drawn : numpy.ndarray of int, (draw, selected + 1) or None
        What random units share, as `by_chance` yields it; drawn as a band from the 5th to the 95th
        percentile with the median.
    least : int
        Units shared, below which nothing was counted in the draws: no band is drawn there.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing

    Examples
    --------
    >>> drawing = agreement_chart(Agreement(np.array([0, 9, 2]), np.array([0, 0, 2])))
    >>> drawing.data["levels"]["what"].tolist(), drawing.data["levels"]["ranges"].tolist()
    (['all 2', '1 of 2'], [2, 9])
    """
    selected = len(found.ranges) - 1
    levels = range(selected, max(0, selected - LEVELS), -1)
    names = [f"all {level}" if level == selected else f"{level} of {selected}" for level in levels]
    counts = found.ranges[list(levels)]
    table = pd.DataFrame({"what": names, "ranges": counts, "label": [f"{n:,}" for n in counts]})
    band = pd.DataFrame({"what": [], "low": [], "middle": [], "high": []})
    if drawn is not None and len(drawn):
        low, middle, high = np.quantile(drawn[:, list(levels)], [BAND[0], 0.5, BAND[1]], axis=0)
        band = pd.DataFrame({"what": names, "low": low, "middle": middle, "high": high})
        band = band[np.array(levels) >= least]
    highest = max(counts.max(initial=1), band["high"].max() if len(band) else 1)
    roof = 10 ** int(np.ceil(np.log10(max(10, highest))))
    return Drawing(_layout(len(names), roof, dark), {"levels": table, "chance": band})


@lru_cache(maxsize=32)
def _layout(bars: int, roof: int, dark: bool) -> dict[str, Any]:
    y = alt.Y("what:N", sort=None, title=None, axis=alt.Axis(ticks=False, labelOverlap=False))
    # Near 0 as it is, beyond like a logarithm: levels differ by powers of ten.
    scale = alt.Scale(type="symlog", domain=[0, roof], nice=False)
    ticks = [0, *(10**power for power in range(len(str(roof))))]
    axis = alt.Axis(values=ticks, format=",d", title="ranges of the corpus")
    x = alt.X("ranges:Q", scale=scale, axis=axis)
    levels = alt.Chart(alt.NamedData(name="levels"))
    said = [
        alt.Tooltip("what:N", title="units shared"),
        alt.Tooltip("ranges:Q", format=",d", title="ranges"),
    ]
    bar = levels.mark_bar(height=12, color=ACCENT).encode(x=x, y=y, tooltip=said)
    label = levels.mark_text(align="left", dx=4, color=letters(dark))
    label = label.encode(x=x, y=y, text="label:N")
    chance = alt.Chart(alt.NamedData(name="chance"))
    told = [
        alt.Tooltip("low:Q", format=",.0f", title="by chance, 5 %"),
        alt.Tooltip("middle:Q", format=",.0f", title="median"),
        alt.Tooltip("high:Q", format=",.0f", title="95 %"),
    ]
    band = chance.mark_bar(height=20, color=CONTRAST, opacity=0.35).encode(
        x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", y=y, tooltip=told
    )
    middle = chance.mark_tick(height=20, thickness=2, color=CONTRAST).encode(
        x=alt.X("middle:Q", scale=scale, axis=axis), y=y, tooltip=told
    )
    whole = alt.layer(bar, band, middle, label)
    return whole.properties(height=ROW * bars + AXIS, width="container").to_dict()


def lengths_chart(found: Agreement) -> Drawing:
    """Draw how long the ranges are that share the most units.

    Parameters
    ----------
    found : Agreement

    Returns
    -------
    Drawing
        A bar a length; those of 30 steps and more share the last one.

    Examples
    --------
    >>> drawing = lengths_chart(Agreement(np.array([0, 9, 2]), np.array([0, 0, 2])))
    >>> drawing.data["lengths"].to_dict("records")
    [{'length': 2, 'ranges': 2, 'what': '2'}]
    """
    counts = found.lengths.copy()
    if len(counts) > LONGEST:
        counts = np.append(counts[:LONGEST], counts[LONGEST:].sum())
    length = np.flatnonzero(counts)
    names = [f"{n} or more" if n == LONGEST else str(n) for n in length.tolist()]
    table = pd.DataFrame({"length": length, "ranges": counts[length], "what": names})
    return Drawing(_lengths_layout(), {"lengths": table})


@lru_cache(maxsize=1)
def _lengths_layout() -> dict[str, Any]:
    x = alt.X(
        "length:Q",
        title="steps",
        scale=alt.Scale(domain=[0, LONGEST + 1], nice=False),
        axis=alt.Axis(tickMinStep=1, tickCount=6, format="d"),
    )
    y = alt.Y("ranges:Q", title="ranges", axis=alt.Axis(tickMinStep=1, tickCount=3, format="d"))
    said = [alt.Tooltip("what:N", title="steps"), alt.Tooltip("ranges:Q", format=",d")]
    bars = alt.Chart(alt.NamedData(name="lengths")).mark_bar(color=ACCENT, size=8)
    drawn = bars.encode(x=x, y=y, tooltip=said)
    return drawn.properties(height=ROW * LEVELS + AXIS, width="container").to_dict()
