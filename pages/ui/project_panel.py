"""A project of LSTMVis in the views: the range it opens with, and what stands where the text is."""

from dataclasses import replace
from typing import Any

import streamlit as st

import lstmvis_core as lv
from pages.ui import cached, projects
from pages.ui.link import first_view
from pages.ui.network import annotation_id, of_project
from pages.ui.view import View
from pages.ui.words import plain

SIZES = {"character": 60, "word": 20}  # tokens in view
TRACKS = 2  # shown at first
LENGTH, BEGINNING = 3, 200  # steps of the first range, and before which it starts
FEW = 4  # units that follow it, if there is such a range


def with_usable_project(view: View) -> tuple[View, list[str]]:
    """The view, of the project as it is now; the first one there is with a sentence if it fails."""
    try:
        found = projects.project(view.model)
        fresh = view == View(model=view.model)
        layer = min(view.layer, len(found.sources))
        view = replace(view, model=projects.revised(view.model, found), corpus="")
        cached.corpus_states(view.model, view.corpus, layer, view.kind)
        view = _opening(view, found) if fresh else view
    except (lv.ProjectError, lv.StatesError) as error:
        return first_view(), [str(error)]
    return view, []


def _opening(view: View, found: lv.Project) -> View:
    """What a project opens with: its first states and annotations, a range that units follow."""
    tracks = tuple(annotation_id(place) for place in range(len(found.track_names)))[:TRACKS]
    size = SIZES[of_project(found).level]
    return replace(view, size=size, tracks=tracks, **_range(cached.project_trace(view)))


def _range(trace: lv.CorpusTrace) -> dict[str, Any]:
    """Near the beginning, the range at which a few units switch on and go highest."""
    steps = len(trace.tokens)
    length = min(LENGTH, steps)
    selections = [
        _with_threshold(trace, lv.Selection(start=start, end=start + length, off_before=1))
        for start in range(min(BEGINNING, steps - length + 1))
    ]

    def told(selection: lv.Selection) -> tuple[int, float]:
        return min(FEW, len(lv.select_units(trace, selection))), selection.threshold

    best = max(selections, key=told)
    return {
        "start": best.start,
        "end": best.end,
        "before": best.off_before,
        "threshold": best.threshold,
        "at": max(0, best.start - length),
    }


def _with_threshold(trace: lv.CorpusTrace, selection: lv.Selection) -> lv.Selection:
    suggested = lv.suggest_threshold(trace, selection)
    return selection if suggested is None else replace(selection, threshold=suggested)


def about_project(view: View) -> None:
    """Say what is looked at, and why nothing can be typed."""
    found = projects.project(view.model)
    st.markdown(f"**{plain(found.name)}**  \n{plain(found.description[:500])}")
    st.caption(
        "This is a project of LSTMVis: states that some network had while it read these words. The "
        "network itself is not here, so it cannot read a text of yours. Move along its words with "
        "the buttons below the plot."
    )
    st.page_link("pages/3_Projects.py", label="Other projects", icon=":material/folder_open:")
