"""The running score of a classifier: a line over the words, and the one that moved it most."""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.analysis.running_score import RunningScore
from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import (
    ACCENT,
    CONTRAST,
    HUES,
    NEUTRAL,
    ORANGE,
    hue_of_letters,
    letters,
)
from lstmvis_core.charts.tokens import visible
from lstmvis_core.text import Tokens

ACCENT_ON_DARK, CONTRAST_ON_DARK = HUES[4], HUES[1]
HEIGHT = 290  # px
FEW = 60  # tokens, of which each is written


def score_chart(tokens: Tokens, score: RunningScore, dark: bool = False) -> Drawing:
    """Draw the probability of a label after each token.

    Parameters
    ----------
    tokens : Tokens
    score : RunningScore
        Of this text.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing
        The strongest token is marked; a line at a half parts for and against.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> from lstmvis_core.analysis.running_score import running_score
    >>> trace = lv.trace_text(lv.load_model("sentiment"), "The jokes are old, the music is lovely.")
    >>> table = score_chart(trace.tokens, running_score(trace)).data["score"]
    >>> table.loc[table["strongest"], "token"].tolist()
    ['jokes']
    """
    steps = np.arange(len(tokens))
    table = pd.DataFrame(
        {
            "step": steps,
            "token": [visible(string) for string in tokens.strings],
            "score": score.scores,
            "move": score.moves,
            "strongest": steps == score.strongest,
        }
    )
    return Drawing(_layout(score.label, len(tokens) <= FEW, dark), {"score": table})


@lru_cache(maxsize=32)
def _layout(label: str, few: bool, dark: bool) -> dict[str, Any]:
    accent, contrast = (ACCENT_ON_DARK, CONTRAST_ON_DARK) if dark else (ACCENT, CONTRAST)
    # Words may come twice, so steps are the places, and labels are looked up in the data.
    x = alt.X(
        "step:O",
        title=None,
        axis=alt.Axis(labels=False, ticks=False, domain=False),
        scale=alt.Scale(paddingOuter=0.5),
    )
    title = f"probability of {label}"
    scale = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], gridOpacity=0.25)
    y = alt.Y("score:Q", title=title, scale=scale, axis=axis)
    told = [
        alt.Tooltip("token:N"),
        alt.Tooltip("score:Q", title=f"then {label}", format=".0%"),
        alt.Tooltip("move:Q", title="moved by", format="+.0%"),
    ]
    base = alt.Chart(alt.NamedData(name="score")).encode(x=x, tooltip=told)
    half = (
        alt.Chart(alt.NamedData(name="score"))
        .mark_rule(color=NEUTRAL, strokeDash=[4, 4])
        .encode(y=alt.YDatum(0.5, title=title, scale=scale, axis=axis))
    )
    line = base.mark_line(color=accent, strokeWidth=2).encode(y=y)
    dots = base.mark_point(filled=True, opacity=1).encode(
        y=y,
        color=alt.condition("datum.strongest", alt.value(contrast), alt.value(accent)),
        size=alt.condition("datum.strongest", alt.value(140), alt.value(38)),
    )
    words = [
        base.transform_filter(which)
        .mark_text(angle=315, align="right", baseline="middle", fontSize=12, **mark)
        .encode(y=alt.value(alt.expr("height + 8")), text="token:N")
        for which, mark in _words(few, hue_of_letters(ORANGE, dark), letters(dark))
    ]
    return (
        alt.layer(half, line, dots, *words)
        # Vega takes room for the words off the height.
        .properties(height=HEIGHT, width="container")
        .configure_view(stroke=None)
        .to_dict()
    )


def _words(few: bool, contrast: str, ink: str) -> list[tuple[str, dict[str, Any]]]:
    """Which words are written below, and how: of many the strongest alone."""
    strongest = ("datum.strongest", {"color": contrast, "fontWeight": "bold"})
    return [("!datum.strongest", {"color": ink}), strongest] if few else [strongest]
