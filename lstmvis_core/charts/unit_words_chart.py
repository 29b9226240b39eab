"""Which words raise a unit most and which lower it most: a box plot a word."""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.analysis.responses import Responses
from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, CONTRAST, NEUTRAL, STRONG_AT_0, letters
from lstmvis_core.charts.tokens import visible

WORD_CLICK = "word_of_unit"
ROW = 21  # px
EACH = 7  # words of either sign


def extreme_words(responses: Responses, unit: int, each: int = EACH) -> list[int]:
    """Words that raise a unit most, then those that lower it most, by their shrunk means.

    Parameters
    ----------
    responses : Responses
    unit : int
    each : int
        At most so many of either sign.

    Returns
    -------
    list of int
        From the largest response to the smallest; words without any are left out.
    """
    scaled = responses.scaled[:, unit]
    order = np.argsort(-scaled, kind="stable")
    up = [int(word) for word in order[:each] if scaled[word] > 0]
    down = [int(word) for word in order[::-1][:each] if scaled[word] < 0]
    return [*up, *down[::-1]]


def unit_words_chart(responses: Responses, unit: int, dark: bool = False) -> Drawing:
    """Draw how a unit changes at the words that change it most.

    Parameters
    ----------
    responses : Responses
    unit : int
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing
        A row a word: box from 25 to 75 %, whiskers from 9 to 91 % of its changes, a line for the
        mean; in the unit's own numbers. `WORD_CLICK` selects a ``number``, the word's.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> found = lv.responses_of_corpus(lv.load_model("parens"), lv.load_corpus("parens"), layer=1)
    >>> sorted(unit_words_chart(found, 3).data["words"]["word"])
    ['(', ')', '0', '1', '2', '3', '4', '·']
    """
    words = extreme_words(responses, unit)
    low, first, third, high = responses.percentiles[words][:, :, unit].T
    table = pd.DataFrame(
        {
            "row": np.arange(len(words)),
            "number": words,
            "word": [visible(responses.words[word]) for word in words],
            "count": responses.counts[words],
            "mean": responses.mean[words, unit],
            "low": low,
            "first": first,
            "third": third,
            "high": high,
        }
    )
    return Drawing(_layout(max(1, len(words)), dark), {"words": table})


@lru_cache(maxsize=32)
def _layout(rows: int, dark: bool) -> dict[str, Any]:
    words = alt.Chart(alt.NamedData(name="words")).transform_calculate(
        top="datum.row - 0.32", foot="datum.row + 0.32"
    )
    rows_scale = alt.Scale(domain=[-0.5, rows - 0.5], reverse=True, nice=False, zero=False)
    y = alt.Y("row:Q", axis=None, scale=rows_scale)

    def x(field: str) -> alt.X:
        axis = alt.Axis(gridColor=NEUTRAL, gridOpacity=STRONG_AT_0, title="change of the unit")
        return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(zero=True, nice=False, padding=12))

    told = [
        alt.Tooltip("word:N"),
        alt.Tooltip("count:Q", title="read", format=",d"),
        alt.Tooltip("mean:Q", format="+.3f"),
        alt.Tooltip("first:Q", title="a quarter is below", format="+.3f"),
        alt.Tooltip("third:Q", title="a quarter is above", format="+.3f"),
    ]
    colour = alt.condition("datum.mean < 0", alt.value(CONTRAST), alt.value(ACCENT))
    whisker = words.mark_rule(color=NEUTRAL).encode(x=x("low"), x2="high:Q", y=y)
    box = words.mark_rect(opacity=0.55).encode(
        x=x("first"),
        x2="third:Q",
        y=alt.Y("top:Q", axis=None, scale=rows_scale),
        y2="foot:Q",
        color=colour,
    )
    mean = words.mark_rule(color=letters(dark), strokeWidth=2).encode(
        x=x("mean"), y=alt.Y("top:Q", axis=None, scale=rows_scale), y2="foot:Q"
    )
    names = words.mark_text(align="right", dx=-8, baseline="middle", color=letters(dark)).encode(
        x=alt.value(0), y=y, text="word:N"
    )
    touch = (
        words.mark_rect(opacity=0, cursor="pointer")
        .encode(
            x=alt.value(-70),
            x2=alt.value("width"),
            y=alt.Y("top:Q", axis=None, scale=rows_scale),
            y2="foot:Q",
            tooltip=told,
        )
        .add_params(alt.selection_point(name=WORD_CLICK, fields=["number"], on="click"))
    )
    return (
        alt.layer(whisker, box, mean, names, touch)
        .properties(
            height=ROW * rows,
            width="container",
            view=alt.ViewBackground(stroke=None),
            padding={"left": 84, "right": 8, "top": 6, "bottom": 6},
        )
        .to_dict()
    )
