"""How much the clusters are worth: blocks, stability, and whether labels stand together."""

import numpy as np
import pandas as pd
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.analysis.cluster_quality import METHODS
from lstmvis_core.charts import block_table, label_table
from lstmvis_core.charts.cluster_table import cloud_names
from lstmvis_core.tracks import NONE
from pages.ui import frame
from pages.ui.cluster_controls import METHOD_NAMES
from pages.ui.clusters import Tint, quality, responses
from pages.ui.figure import figure
from pages.ui.shown_clusters import Shown
from pages.ui.view import View
from pages.ui.words import plain, unmarked

NAMED = 4  # labels in the sentence
NOTHING = (NONE, "outside")  # labels that say nothing of a word


def quality_panel(view: View, what: Shown, tint: Tint | None) -> None:
    """Draw what tells good clusters from bad ones."""
    st.subheader("Are these clusters worth anything?", anchor=False)
    found = quality(what.of, view.method, what.found.number)
    usual = responses(what.of)
    st.markdown(
        f"Words of a cloud move the units of their own cluster **{found.ratio:.2f}** times as much "
        f"as other units; by chance, with the responses dealt out among the words anew, clusters "
        f"found in the same way reach {found.by_chance:.2f}. In other corpora of this kind (drawn "
        f"from stretches of this one) the units fall into the same clusters with an agreement of "
        f"**{found.units_again:.2f}**, the {len(usual.words):,} words with "
        f"{found.words_again:.2f}: 1 is the same, 0 chance."
    )
    left, right = st.columns([5, 6], gap="medium")
    with left:
        st.markdown("**Who drives whom**: mean response of units to the words of a cloud")
        figure(
            block_table(what.found, frame.is_dark()),
            key="block_table",
            width="content",
            alt="Mean response of each cluster of units to the words of each cloud: own units move "
            f"{found.ratio:.2f} times as much as others",
        )
        _methods(what)
    with right:
        if tint is not None:
            _labels(what, tint)


def _methods(what: Shown) -> None:
    """Both ways to find clusters beside each other, if asked: it takes a second or two."""
    if not st.toggle("Beside the other way to find clusters", key="both_methods"):
        return
    rows = {METHOD_NAMES[method]: quality(what.of, method, what.found.number) for method in METHODS}
    table = pd.DataFrame(
        {
            "found by": list(rows),
            "blocks": [one.ratio for one in rows.values()],
            "chance": [one.by_chance for one in rows.values()],
            "units again": [one.units_again for one in rows.values()],
            "words again": [one.words_again for one in rows.values()],
        }
    )
    st.dataframe(
        table.style.format("{:.2f}", subset=table.columns[1:], na_rep="–"), hide_index=True
    )


def _labels(what: Shown, tint: Tint) -> None:
    """In which clouds the words of each label are."""
    track, clusters = tint.track, what.found
    st.markdown(f"**{plain(track.title.capitalize())}** of the words, by cloud")
    numbers = [n for n, label in enumerate(track.labels) if label not in NOTHING]
    known = np.isin(tint.labels, numbers)
    clouds = 2 * clusters.words + (clusters.word_poles < 0)
    # Of words that have a label: what has none is in no group.
    agreement = lv.adjusted_rand_index(clouds[known], tint.labels[known])
    st.markdown(
        f"{_sentence(what, tint)} Clouds and labels agree by {agreement:.2f} (adjusted Rand index)."
    )
    names = [track.meanings.get(label, label) for label in track.labels]
    figure(
        label_table(clusters, tint.labels, names, frame.is_dark()),
        key="label_table",
        width="content",
        alt=f"How many words of each {track.title} are in each cloud. "
        f"{unmarked(_sentence(what, tint))}",
    )


def _sentence(what: Shown, tint: Tint) -> str:
    """The labels that most words have, and the cloud where most of these are."""
    clusters, track = what.found, tint.track
    numbers = [n for n, label in enumerate(track.labels) if label not in NOTHING]
    often = sorted(numbers, key=lambda n: -int((tint.labels == n).sum()))[:NAMED]
    said = []
    for number in often:
        mine = tint.labels == number
        if not mine.any():
            continue
        counts = {
            name: int((mine & (clusters.words == c) & (clusters.word_poles == pole)).sum())
            for (c, pole), name in cloud_names(clusters).items()
        }
        best = max(counts, key=counts.__getitem__)
        label = plain(track.meanings.get(track.labels[number], track.labels[number]))
        said.append(f"{counts[best]} of {int(np.sum(mine))} words *{label}* are in {best}")
    return f"{'; '.join(said)}." if said else ""
