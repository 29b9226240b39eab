"""The curve of a model's loss while it learned."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt
import pandas as pd

from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, NEUTRAL

NAMES = ("training", "validation")


def loss_chart(history: Sequence[tuple[int, float, float]]) -> Drawing:
    """Draw training and validation loss over the steps of the training.

    Parameters
    ----------
    history : sequence of (step, training loss, validation loss)
        As `read_history` gives it, in nats.

    Returns
    -------
    Drawing
    """
    rows = [
        {"step": step, "loss": loss, "part": name}
        for step, *losses in history
        for name, loss in zip(NAMES, losses, strict=True)
        if loss == loss  # the untrained model has no training loss: not a number
    ]
    frame = pd.DataFrame(rows, columns=["step", "loss", "part"])
    return Drawing(_layout(), {"losses": frame})


@cache
def _layout() -> dict[str, Any]:
    return (
        alt.Chart(alt.NamedData(name="losses"))
        .mark_line(clip=True)
        .encode(
            x=alt.X("step:Q", title="training step"),
            y=alt.Y("loss:Q", title="loss (nats)", scale=alt.Scale(zero=False)),
            color=alt.Color(
                "part:N",
                title=None,
                scale=alt.Scale(domain=list(NAMES), range=[NEUTRAL, ACCENT]),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=["part:N", "step:Q", alt.Tooltip("loss:Q", format=".4f")],
        )
        .properties(height=220, width="container")
        .to_dict()
    )
