"""What a unit was at each checkpoint of a training."""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.analysis.over_training import OverTraining
from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, NEUTRAL

LIKENESS = "like itself at the end (r)"


def over_training_chart(found: OverTraining, unit: int, tells: str = "") -> Drawing:
    """Draw over the training how like its later self a unit was, and how well it told a property.

    Parameters
    ----------
    found : OverTraining
    unit : int
        Counted from 0.
    tells : str
        What the scores are, for the legend; without it they are not drawn.

    Returns
    -------
    Drawing

    Examples
    --------
    >>> found = OverTraining((0, 10), np.array([[0.1], [1.0]]), np.array([[0.5], [0.9]]))
    >>> table = over_training_chart(found, 0, "tells quotation (AUC)").data["lines"]
    >>> table["value"].tolist()
    [0.1, 1.0, 0.5, 0.9]
    """
    curves = {LIKENESS: found.likeness[:, unit]}
    if tells:
        curves[tells] = found.scores[:, unit]
    parts = [
        pd.DataFrame({"step": found.steps, "value": curve, "what": what})
        for what, curve in curves.items()
    ]
    table = pd.concat(parts, ignore_index=True).dropna()
    lowest = -1.0 if (table["value"] < 0).any() else 0.0
    return Drawing(_layout(tuple(curves), found.steps, lowest), {"lines": table})


@lru_cache(maxsize=32)
def _layout(names: tuple[str, ...], steps: tuple[int, ...], lowest: float) -> dict[str, Any]:
    ticks = [0, *(int(10**power) for power in np.arange(1, 7) if 10**power <= max(steps))]
    lines = (
        alt.Chart(alt.NamedData(name="lines"))
        .mark_line(point=True)
        .encode(
            # Near 0 as it is, beyond like a logarithm: most is learned early.
            x=alt.X(
                "step:Q",
                title="training step",
                scale=alt.Scale(type="symlog", constant=10, domain=[0, max(1, *steps)]),
                axis=alt.Axis(values=ticks, format=",d"),
            ),
            y=alt.Y("value:Q", title=None, scale=alt.Scale(domain=[lowest, 1], nice=False)),
            color=alt.Color(
                "what:N",
                title=None,
                scale=alt.Scale(domain=list(names), range=[NEUTRAL, ACCENT][-len(names) :]),
                legend=alt.Legend(orient="top", labelLimit=400, direction="vertical"),
            ),
            tooltip=[
                alt.Tooltip("step:Q", title="training step", format=",d"),
                alt.Tooltip("value:Q", format=".2f"),
                alt.Tooltip("what:N", title="what"),
            ],
        )
    )
    return lines.properties(height=280, width="container").to_dict()
