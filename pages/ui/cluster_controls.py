"""The controls of the page Clusters: what is clustered, how, and what stands beside it."""

import streamlit as st

from lstmvis_core.analysis.cluster_quality import SPECTRAL, WARD
from lstmvis_core.analysis.pieces import TOKEN, WORD, ways
from lstmvis_core.charts.cluster_scene import letter_of
from pages.ui import cached, models, session
from pages.ui.clusters import tints
from pages.ui.network import Network
from pages.ui.parameters import FEWEST, FREQUENT, LAST, METHODS, MOST_CLUSTERS, NO_CLUSTER
from pages.ui.sentences import MOST, lines_of
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, named_apart

METHOD_NAMES = {WARD: "tree", SPECTRAL: "spectral"}
CUT_NAMES = {TOKEN: "characters", WORD: "words"}


def choose_what(view: View, network: Network) -> None:
    """In the sidebar: which states, of which words, how they are clustered and drawn."""
    with st.sidebar:
        st.selectbox("Kind of state", network.kinds, key="kind", format_func=KIND_NAMES.__getitem__)
        cuts = ways(cached.model(view.model).vocabulary)
        if len(cuts) > 1:
            st.segmented_control(
                "Responses to",
                cuts,
                key="cut",
                format_func=CUT_NAMES.__getitem__,
                required=True,
                width="stretch",
                help="How the states change while one character is read, or a whole word.",
            )
        st.select_slider(
            "Of the most frequent words",
            FREQUENT,
            key="frequent",
            format_func=lambda number: f"{number:,}",
            help="Words that come less than five times in the corpus are left out.",
        )
        st.segmented_control(
            "Clusters found by",
            METHODS,
            key="method",
            format_func=METHOD_NAMES.__getitem__,
            required=True,
            width="stretch",
            help="*Tree*: units are joined one by one by how alike they respond (Ward). "
            "*Spectral*: words and units are cut into blocks at once, anew for every number (as "
            "in RNNVis).",
        )
        names = tints(view)
        st.selectbox("Words coloured by", list(names), key="tint", format_func=names.__getitem__)
        st.slider(
            "Links from this share of the strongest",
            0.0,
            1.0,
            key="weakest",
            step=0.05,
            format="percent",
        )


def choose_beside(view: View) -> None:
    """In the sidebar: a second model."""
    with st.sidebar:
        st.divider()
        ids = ["", *models.models_to_choose(view.other or view.model)]
        name = named_apart(ids, lambda id: models.model_name(id) if id else "no other model")
        st.selectbox("Put beside it", ids, key="other", format_func=name, on_change=_last_layer)
        if view.other:
            names = cached.model(view.other).config.layer_names
            st.segmented_control(
                "Its layer",
                range(1, len(names) + 1),
                key="other_layer",
                format_func=lambda layer: names[layer - 1],
                required=True,
                width="stretch",
            )


@session.uninterrupted
def _last_layer() -> None:
    """Callback: another model begins with its last layer."""
    session.change(other_layer=0)


def cluster_controls(view: View, network: Network) -> None:
    """Above the figure: how many clusters, which one is followed, another sentence."""
    most = min(MOST_CLUSTERS, network.units[view.layer - 1])
    number, follow, more = st.columns([4.6, 2.8, 2.6], gap="medium", vertical_alignment="bottom")
    number.slider(
        "Clusters",
        min(FEWEST, most - 1),
        most,
        key="clusters",
        help="One more splits one of the clusters of units, and leaves the others as they are. A "
        "word goes over if a new cluster fits it better.",
    )
    follow.selectbox(
        "Follow the cluster",
        [NO_CLUSTER, *range(view.clusters)],
        key="cluster",
        format_func=lambda cluster: "none" if cluster == NO_CLUSTER else letter_of(cluster),
        help="Its links stand out. A click on a chip does the same.",
    )
    more.button(
        "Add a sentence",
        key="add_sentence",
        icon=":material/add:",
        on_click=_add_sentence,
        disabled=not 0 < len(lines_of(view)) < MOST,
        help="Each line of the text box is a sentence of its own, read from an empty memory; "
        f"up to {MOST} stand beside each other.",
    )


@session.uninterrupted
def _add_sentence() -> None:
    """Callback: the last line once more, to change a word of it."""
    view = session.current()
    last = lines_of(view)[-1][1].strip()
    session.change(text=f"{view.text.rstrip()}\n{last}", lines=True, step=LAST)
