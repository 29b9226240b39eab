"""Tracks: which are shown under the states, and what some need to be told."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts.match_frames import COUNT
from lstmvis_core.trace import TokenStates
from lstmvis_core.tracks.pattern import LONGEST
from pages.ui import cached
from pages.ui.network import Network, is_project
from pages.ui.own_tracks import bring_labels_and_pipelines
from pages.ui.view import View
from pages.ui.words import plain


def track_controls(view: View, network: Network) -> None:
    """Pick tracks, in any order, and say what some of them need."""
    with st.sidebar:
        st.multiselect(
            "Tracks",
            list(network.tracks),
            key="tracks",
            format_func=network.tracks.__getitem__,
            help="One row each below the plot, in this order, and a heat map of each below. Point "
            "at a row's name for its legend.",
        )
        if is_project(view.model):
            return  # it has annotations of its own
        st.text_input(
            "Own pattern",
            key="pattern",
            max_chars=LONGEST,
            placeholder="[0-9]+",
            help="A regular expression, such as [0-9]+ for numbers or \\bthe\\b for a word. It "
            "becomes a track: pick *own pattern* above.",
        )
        bring_labels_and_pipelines(view)


def tracks_of_view(view: View, trace: TokenStates, said: set[str]) -> list[lv.Track]:
    """The tracks under the states; for one that cannot be made, a sentence that was not `said`."""
    made = _made(view.tracks, lambda name: cached.text_track(view, trace, name), said)
    return list(made.values())


def searchable(view: View, said: set[str]) -> View:
    """The view with those tracks alone that can be made of its corpus."""
    names = [name for name in dict.fromkeys((*view.tracks, view.colour)) if name != COUNT]
    made = _made(names, lambda name: cached.corpus_track(view, name), said)
    colour = view.colour if view.colour in made else COUNT
    return replace(view, tracks=tuple(name for name in view.tracks if name in made), colour=colour)


def _made(
    names: Iterable[str], make: Callable[[str], lv.Track], said: set[str]
) -> dict[str, lv.Track]:
    made = {}
    for name in names:
        try:
            made[name] = make(name)
        except (lv.TrackError, lv.ProjectError) as error:
            sentence = plain(str(error))
            if sentence in said:
                continue
            said.add(sentence)
            if name == "labels":  # they fit the text or the corpus, seldom both
                st.caption(sentence)
            else:
                st.warning(sentence, icon=":material/block:")
    return made
