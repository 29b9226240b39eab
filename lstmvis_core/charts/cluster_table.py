"""Which words drive which clusters, as a table; and which labels stand in which cloud."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.analysis.response_clusters import ResponseClusters
from lstmvis_core.charts.cluster_scene import letter_of
from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, CONTRAST, NEUTRAL, letters

ROW = 23  # px
NARROWEST, WIDEST, ROOM = 23, 42, 310  # px of a column, and of all


def cloud_names(clusters: ResponseClusters) -> dict[tuple[int, int], str]:
    """Of each cloud that has words, by cluster and pole: its name, in the order of the view.

    >>> import lstmvis_core as lv
    >>> table = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    >>> list(cloud_names(lv.response_tree(table).cut(2)).values())
    ['A▲', 'B▲', 'B▼']
    """
    return {
        (cluster, pole): f"{letter_of(cluster)}{'▲' if pole > 0 else '▼'}"
        for cluster in clusters.order.tolist()
        for pole in (1, -1)
        if ((clusters.words == cluster) & (clusters.word_poles == pole)).any()
    }


def block_table(clusters: ResponseClusters, dark: bool = False) -> Drawing:
    """Draw the mean response of each cluster of units (column) to the words of each cloud (row).

    Parameters
    ----------
    clusters : ResponseClusters
    dark : bool
        Whether the page's ground is dark.
    """
    links = clusters.links()
    rows = [
        {"row": name, "column": letter_of(other), "value": links[cluster, (1 - pole) // 2, other]}
        for (cluster, pole), name in cloud_names(clusters).items()
        for other in clusters.order.tolist()
    ]
    table = pd.DataFrame(rows)
    limit = max(1e-9, float(table["value"].abs().max()))
    table["share"] = table["value"].abs() / limit
    table["told"] = [f"{value:+.2f}" for value in table["value"]]
    columns = tuple(letter_of(cluster) for cluster in clusters.order.tolist())
    names = tuple(cloud_names(clusters).values())
    return Drawing(_layout(names, columns, "words of", "cluster of units", dark), {"cells": table})


def label_table(
    clusters: ResponseClusters,
    labels: np.ndarray,
    names: Sequence[str],
    dark: bool = False,
) -> Drawing:
    """Draw how many words of each label (row) are in each cloud (column).

    Parameters
    ----------
    clusters : ResponseClusters
    labels : numpy.ndarray of int, (word,)
        Of each word the place of its label in `names`; −1 for none.
    names : sequence of str
        Labels that no word has are left out.
    dark : bool
        Whether the page's ground is dark.
    """
    clouds = cloud_names(clusters)
    rows = []
    present = [number for number in range(len(names)) if (labels == number).any()]
    for number in present:
        mine = labels == number
        for (cluster, pole), cloud in clouds.items():
            inside = mine & (clusters.words == cluster) & (clusters.word_poles == pole)
            found = int(inside.sum())
            rows.append(
                {
                    "row": names[number],
                    "column": cloud,
                    "value": found,
                    "share": found / int(mine.sum()),
                    "told": str(found) if found else "",
                }
            )
    table = pd.DataFrame(rows, columns=pd.Index(["row", "column", "value", "share", "told"]))
    of_rows = tuple(dict.fromkeys(names[number] for number in present))
    layout = _layout(of_rows, tuple(clouds.values()), "", "cloud of words", dark)
    return Drawing(layout, {"cells": table})


@lru_cache(maxsize=64)
def _layout(
    rows: tuple[str, ...], columns: tuple[str, ...], y_title: str, x_title: str, dark: bool
) -> dict[str, Any]:
    cells = alt.Chart(alt.NamedData(name="cells"))
    x = alt.X(
        "column:N",
        sort=list(columns),
        title=x_title,
        axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False, labelOverlap=False),
    )
    y = alt.Y(
        "row:N",
        sort=list(rows),
        title=y_title or None,
        axis=alt.Axis(domain=False, ticks=False, labelLimit=110, labelOverlap=False),
    )
    colour = alt.condition("datum.value < 0", alt.value(CONTRAST), alt.value(ACCENT))
    told = [alt.Tooltip("row:N"), alt.Tooltip("column:N"), alt.Tooltip("value:Q", format=".2~f")]
    ground = cells.mark_rect(color=NEUTRAL, opacity=0.1, cornerRadius=3).encode(x=x, y=y)
    full = cells.mark_rect(cornerRadius=3).encode(
        x=x,
        y=y,
        color=colour,
        opacity=alt.Opacity(
            "share:Q", scale=alt.Scale(domain=[0, 1], range=[0, 0.75]), legend=None
        ),
        tooltip=told,
    )
    text = cells.mark_text(fontSize=10, color=letters(dark)).encode(
        x=x, y=y, text="told:N", tooltip=told
    )
    wide = max(NARROWEST, min(WIDEST, ROOM // len(columns)))
    return (
        alt.layer(ground, full, text)
        .properties(
            width=wide * len(columns),
            height=ROW * len(rows),
            view=alt.ViewBackground(stroke=None),
            autosize=alt.AutoSizeParams(type="pad"),
        )
        .to_dict()
    )
