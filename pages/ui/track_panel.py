"""Tracks: which are shown under the states, and what some need to be told."""

from dataclasses import replace

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts.match_frames import COUNT
from lstmvis_core.tracks import TITLES, tracks_of
from lstmvis_core.tracks.pattern import LONGEST
from pages.ui import cached
from pages.ui.view import View
from pages.ui.words import plain


def track_controls(view: View, model: lv.SequenceModel) -> None:
    """Pick tracks, in any order, and a pattern of one's own."""
    with st.sidebar:
        st.multiselect(
            "Tracks",
            tracks_of(model, options=view.options()),
            key="tracks",
            format_func=TITLES.__getitem__,
            help="One row each below the plot, in this order, and a heat map of each below.",
        )
        st.text_input(
            "Own pattern",
            key="pattern",
            max_chars=LONGEST,
            placeholder="[0-9]+",
            help="A regular expression, such as [0-9]+ for numbers or \\bthe\\b for a word. It "
            "becomes a track: pick *own pattern* above.",
        )


def tracks_of_view(view: View, trace: lv.Trace) -> tuple[list[lv.Track], View]:
    """The tracks under the states, and the view with those alone that can be made.

    For one that cannot, a sentence says why.
    """
    made = []
    for name in view.tracks:
        try:
            made.append(lv.track_of_trace(trace, name, view.options()))
        except lv.TrackError as error:
            st.warning(plain(str(error)), icon=":material/block:")
    return made, replace(view, tracks=tuple(track.name for track in made))


def searchable(view: View) -> View:
    """The view with those tracks alone that can be made of its corpus."""
    broken = set()
    for name in {view.colour, *view.tracks} - {COUNT}:
        try:
            cached.corpus_track(view.model, view.corpus, name, view.options())
        except lv.TrackError as error:
            st.warning(plain(str(error)), icon=":material/block:")
            broken.add(name)
    tracks = tuple(name for name in view.tracks if name not in broken)
    return replace(view, tracks=tracks, colour=COUNT if view.colour in broken else view.colour)
