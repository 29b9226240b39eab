"""Clusters: units in groups, the words that drive them, and how they respond to a text."""

import streamlit as st

from pages.ui import cached, frame, session
from pages.ui.cluster_controls import choose_beside, choose_what, cluster_controls
from pages.ui.cluster_examples import (
    beside,
    cluster_examples,
    fit_clusters,
    look_for,
    prepared_clusters,
)
from pages.ui.cluster_panel import cluster_panel, tint_or_warning
from pages.ui.cluster_quality_panel import quality_panel
from pages.ui.guide import guide
from pages.ui.sentences import MOST, lines_of
from pages.ui.share import heading
from pages.ui.shown_clusters import shown
from pages.ui.text_panel import remarks, text_box
from pages.ui.unit_words_panel import unit_words_panel
from pages.ui.units_page import begin_units, choose_corpus, choose_network, say
from pages.ui.word_panel import difference_panel, word_panel
from pages.ui.words import plain

frame.open_page("Clusters")
view, network, trace, said = begin_units(opening=prepared_clusters)
view, changed = fit_clusters(view, network)
limits = (view.model, network, view.corpus, view.layer, view.cut, view.clusters, view.other)
session.seed(view, "Clusters", limits)
session.remember(view)
choose_network(view, network)
choose_what(view, network)
choose_corpus()
choose_beside(view)

heading(
    "Clusters",
    view,
    "Each word that is read moves all units a little, some of them much. **Units that move "
    "together** are packed into one chip; beside it are **the words that drive them**. Look for a "
    "kind of words that has a cloud of its own, then click a word of your text.",
)
say([*said, *changed])
text_box(view, [(title, example) for title, _, example in cluster_examples(view.model)])
remarks(view, trace)
if len(lines_of(view)) > MOST:
    st.caption(f"Each line is a sentence of its own; shown are the first {MOST}.")
if not view.lesson and (sentence := look_for(view)):
    st.markdown(f":material/search: {plain(sentence)}")
what = None
if trace is not None:
    cluster_controls(view, network)
    what = shown(view, trace, 1 if view.other else MOST)
    other = None
    if what is not None and view.other:
        second = beside(view)
        its = shown(second, trace, 1)
        other = None if its is None else (second, its)
    if what is None:
        st.info(
            "No word comes five times in this corpus, so there is nothing to average. Choose a "
            "longer corpus in the sidebar.",
            icon=":material/search_off:",
        )
    else:
        tint = tint_or_warning(view) if cached.is_at_hand(view, view.tint) else None
        cluster_panel(view, what, tint, other)
        difference_panel(what)
        words, unit = st.columns([3, 2], gap="large")
        with words:
            word_panel(view, what)
        with unit:
            unit_words_panel(view, network, what)
        quality_panel(view, what, tint)
guide(view, "Clusters")
last = st.container()
frame.close_page()
session.drawn("Clusters", limits)
if what is not None and not cached.is_at_hand(view, view.tint):
    with last:  # what takes seconds comes when all else is drawn, and then the colours
        parsed = tint_or_warning(view) is not None
    if parsed:
        st.rerun()
