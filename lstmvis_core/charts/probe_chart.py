"""How many units it takes to tell a property: one, a few, or all of them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lstmvis_core.analysis.probe import Probe
from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import HUES

ALL = "all"


def probe_chart(probes: Sequence[Probe], names: Sequence[str], *, binary: bool) -> Drawing:
    """Draw the score of linear probes over the number of units that they see, a line a layer.

    Parameters
    ----------
    probes : sequence of Probe
        Of each layer.
    names : sequence of str
        Of the layers.
    binary : bool
        Whether scores are AUC or R².

    Returns
    -------
    Drawing
    """
    rows = [
        {"layer": f"layer {name}", "units": units, "score": float(score)}
        for name, probe in zip(names, probes, strict=True)
        for units, score in (
            *((str(number), score) for number, score in enumerate(probe.curve, 1)),
            (ALL, probe.everything),
        )
    ]
    table = pd.DataFrame(rows, columns=["layer", "units", "score"]).dropna()
    most = max((len(probe.curve) for probe in probes), default=0)
    # R² below 0 tells less than the mean does: it is drawn as 0.
    table["drawn"] = table["score"].clip(lower=0.0)
    return Drawing(
        _layout(tuple(f"layer {name}" for name in names), most, binary), {"curve": table}
    )


@lru_cache(maxsize=32)
def _layout(layers: tuple[str, ...], most: int, binary: bool) -> dict[str, Any]:
    order = [*(str(number) for number in range(1, most + 1)), ALL]
    what = "AUC" if binary else "R²"
    base = alt.Chart(alt.NamedData(name="curve")).encode(
        x=alt.X(
            "units:O",
            sort=order,
            scale=alt.Scale(domain=order),
            title="units that the probe sees",
            axis=alt.Axis(labelAngle=0, labelOverlap=True),
        ),
        y=alt.Y(
            "drawn:Q",
            title=what,
            scale=alt.Scale(domain=[0.5 if binary else 0, 1], nice=False, clamp=True),
        ),
        color=alt.Color(
            "layer:N",
            scale=alt.Scale(domain=list(layers), range=list(HUES[: len(layers)])),
            legend=alt.Legend(orient="top", title=None),
        ),
        tooltip=["layer:N", "units:N", alt.Tooltip("score:Q", format=".3f", title=what)],
    )
    return (
        alt.layer(base.mark_line(), base.mark_point(filled=True, size=40))
        .properties(height=200, width="container")
        .to_dict()
    )
