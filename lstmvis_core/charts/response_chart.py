"""How all units respond to one to three words: means, and where most of the responses lie."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.analysis.responses import Responses
from lstmvis_core.charts.cluster_scene import letter_of
from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import HUES, NEUTRAL, STRONG_AT_0, letters
from lstmvis_core.charts.tokens import visible

UNIT_CLICK = "unit_of_response"
HEIGHT = 250
COLOURS = (HUES[0], HUES[1], HUES[2])


def response_chart(
    responses: Responses,
    words: Sequence[str],
    clusters: np.ndarray,
    actual: np.ndarray | None = None,
    *,
    unit: int | None = None,
    dark: bool = False,
) -> Drawing:
    """Draw the units from left to right by their mean response to the first word.

    Parameters
    ----------
    responses : Responses
    words : sequence of str
        One to three of them.
    clusters : numpy.ndarray of int, (unit,)
        The cluster of each unit.
    actual : numpy.ndarray, (unit,) or None
        Changes of the units at one place, to draw over the usual ones.
    unit : int or None
        Marked.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing
        `UNIT_CLICK` selects a ``unit``.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> found = lv.responses_of_corpus(lv.load_model("parens"), lv.load_corpus("parens"), layer=1)
    >>> drawing = response_chart(found, ["(", ")"], np.zeros(32, int))
    >>> len(drawing.data["responses"])
    64
    """
    rows = [responses.index[word] for word in words]
    order = np.argsort(responses.mean[rows[0]] / responses.divisors, kind="stable")
    tables = []
    for word, row in zip(words, rows, strict=True):
        low, first, third, high = responses.percentiles[row] / responses.divisors
        table = {
            "place": np.arange(len(order)),
            "unit": order,
            "word": visible(word),
            "cluster": [letter_of(int(cluster)) for cluster in clusters[order]],
            "mean": (responses.mean[row] / responses.divisors)[order],
            "low": low[order],
            "first": first[order],
            "third": third[order],
            "high": high[order],
        }
        tables.append(pd.DataFrame(table))
    usual = pd.concat(tables)
    here = pd.DataFrame({"place": np.arange(len(order)), "unit": order})
    values = np.full(len(order), np.nan) if actual is None else actual / responses.divisors
    here["actual"] = values[order]
    here["marked"] = order == unit
    names = tuple(visible(word) for word in words)
    data = {"responses": usual, "here": here}
    return Drawing(_layout(names, actual is not None, dark), data)


@lru_cache(maxsize=64)
def _layout(words: tuple[str, ...], with_actual: bool, dark: bool) -> dict[str, Any]:
    usual, here = (alt.Chart(alt.NamedData(name=name)) for name in ("responses", "here"))
    x = alt.X(
        "place:Q",
        title="units, by their mean response to the first word",
        axis=alt.Axis(labels=False, ticks=False, grid=False, domainColor=NEUTRAL),
        scale=alt.Scale(nice=False),
    )
    y_axis = alt.Axis(gridColor=NEUTRAL, gridOpacity=STRONG_AT_0)
    # A word may come twice where blanks are drawn alike; numbers would not help a reader.
    names = list(dict.fromkeys(words))
    colour = alt.Color(
        "word:N",
        scale=alt.Scale(domain=names, range=list(COLOURS[: len(names)])),
        legend=alt.Legend(title=None, orient="top") if len(names) > 1 else None,
    )

    def band(low: str, high: str, opacity: float) -> alt.Chart:
        y = alt.Y(f"{low}:Q", title="change, of its usual one", axis=y_axis)
        return usual.mark_area(opacity=opacity, interpolate="step").encode(
            x=x, y=y, y2=f"{high}:Q", color=colour
        )

    mean = usual.mark_line(strokeWidth=2, interpolate="step").encode(x=x, y="mean:Q", color=colour)
    ink = letters(dark)
    # Of several words the wide bands would cover each other.
    wide = [band("low", "high", 0.16)] if len(names) == 1 else []
    layers = [*wide, band("first", "third", 0.3 if len(names) == 1 else 0.2), mean]
    if with_actual:
        dots = here.mark_point(size=18, filled=True, color=ink, opacity=0.85)
        layers.append(dots.encode(x=x, y="actual:Q"))
    told = [
        alt.Tooltip("unit:Q"),
        alt.Tooltip("cluster:N"),
        alt.Tooltip("word:N"),
        alt.Tooltip("mean:Q", format="+.2f"),
        alt.Tooltip("first:Q", title="a quarter is below", format="+.2f"),
        alt.Tooltip("third:Q", title="a quarter is above", format="+.2f"),
    ]
    touch = (
        usual.mark_rule(strokeWidth=6, opacity=0, cursor="pointer")
        .encode(x=x, y=alt.value(0), y2=alt.value("height"), tooltip=told)
        .add_params(alt.selection_point(name=UNIT_CLICK, fields=["unit"], on="click"))
    )
    marked = (
        here.transform_filter("datum.marked")
        .mark_rule(color=ink, strokeDash=[4, 3])
        .encode(x=x, y=alt.value(0), y2=alt.value("height"))
    )
    return (
        alt.layer(*layers, marked, touch)
        .properties(height=HEIGHT, width="container", view=alt.ViewBackground(stroke=None))
        .to_dict()
    )
