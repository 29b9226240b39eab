"""What the pages Units and Gates begin with: the view of the link, and what is looked at."""

from collections.abc import Callable

import streamlit as st

import lstmvis_core as lv
from pages.ui import cached, session
from pages.ui.corpora import bring_a_text, corpora_to_choose
from pages.ui.fit import fit, fit_units
from pages.ui.link import first_view
from pages.ui.network import Network, is_project
from pages.ui.own_tracks import with_usable_options
from pages.ui.text_panel import (
    model_box,
    read,
    steps_of,
    with_usable_corpus,
    with_usable_model,
)
from pages.ui.unit_examples import prepared
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, named_apart, plain


def begin_units(
    opening: Callable[[View], View] = prepared,
) -> tuple[View, Network, lv.Trace | None, list[str]]:
    """What to show: the view, its network, the text as it was read, and sentences about a link.

    `opening` says what is shown first of what the link leaves open.
    """
    view, said = session.begin()
    if is_project(view.model):
        view = first_view()
        said.append("A project has no network that could read a text; shown is one of ours.")
    view, broken = with_usable_model(view)
    view, missing = with_usable_corpus(opening(view))
    view, unlabelled = with_usable_options(view)
    network, steps = cached.network(view), steps_of(view)
    view, changes = fit(view, network, steps)
    view, more = fit_units(view, network, steps)
    return view, network, read(view), [*said, *broken, *missing, *unlabelled, *changes, *more]


def choose_network(view: View, network: Network) -> None:
    """In the sidebar: model and layer."""
    with st.sidebar:
        model_box(view)
        st.divider()
        st.segmented_control(
            "Layer",
            range(1, len(network.layers) + 1),
            key="layer",
            format_func=lambda layer: network.layers[layer - 1],
            required=True,
            width="stretch",
            on_change=forget_dots,
        )


@session.uninterrupted
def forget_dots() -> None:
    """Callback: no units of the layer are picked, for those of another have the same numbers."""
    session.change(dots=())


def choose_unit(view: View, network: Network) -> None:
    """In the sidebar: which kind of state of which unit."""
    with st.sidebar:
        st.selectbox("Kind of state", network.kinds, key="kind", format_func=KIND_NAMES.__getitem__)
        st.number_input(
            f"Unit, of {network.units[view.layer - 1]}",
            0,
            network.units[view.layer - 1] - 1,
            key="unit",
            help="Units are counted from 0.",
        )


def choose_corpus() -> None:
    """In the sidebar: what is held against the units."""
    with st.sidebar:
        ids = corpora_to_choose()
        st.selectbox(
            "Corpus",
            ids,
            key="corpus",
            format_func=named_apart(ids, lambda id: cached.corpus(id).title),
        )
        bring_a_text()


def say(sentences: list[str]) -> None:
    """What the link asked for in vain."""
    if sentences:
        listed = "\n".join(f"- {plain(sentence)}" for sentence in sentences)
        st.warning(listed, icon=":material/link_off:")
