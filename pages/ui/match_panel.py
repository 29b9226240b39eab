"""The Match view: where in the corpus the same units do the same."""

from functools import partial
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import Drawing, MatchRow, match_chart, match_rows, minimap
from lstmvis_core.charts.match_chart import COUNT_TITLE, ROW_CLICK
from lstmvis_core.charts.match_frames import COUNT
from lstmvis_core.charts.minimap import PLACE_CLICK
from lstmvis_core.charts.track_colours import track_legend
from pages.ui import cached, session
from pages.ui.corpora import bring_a_text, corpora_to_choose
from pages.ui.evidence_panel import evidence_panel
from pages.ui.figure import figure, fresh_key, note_click
from pages.ui.network import Network, is_project
from pages.ui.parameters import MAX_TEXT
from pages.ui.search import Search
from pages.ui.track_panel import searchable
from pages.ui.view import View
from pages.ui.words import count, named_apart

# Context shown for each kind of token: steps before a match, and steps from its start on.
REACH = {"character": (24, 56), "word": (5, 11), "symbol": (5, 11)}
QUOTED = 80  # characters of the best place, for who does not see it
LEAD = 600  # characters read before a place in the middle of a long document
_CLICKED = "matches_number"


def match_panel(view: View, network: Network, units: np.ndarray, said: set[str]) -> None:
    """Draw the places, or the sentence that says why there are none."""
    st.subheader("Match: where else do these units do the same?", anchor=False)
    _controls(view)
    if not len(units):
        st.info(
            "No unit is selected, so there is nothing to match. Lower the threshold or brush a "
            "shorter range above.",
            icon=":material/filter_alt_off:",
        )
        return
    rows = matching_rows(view, network, units)
    if not rows:
        st.info(
            "No place of this corpus matches. Lower the threshold, ask for fewer steps off, or "
            "allow other lengths.",
            icon=":material/search_off:",
        )
        return
    view = searchable(view, said)
    tokens, _ = cached.corpus_tokens(view.model, view.corpus)
    _summary(rows, len(units))
    _legend(view)
    _matrix(view, network, rows, len(units))
    _minimap(view, rows, len(tokens))
    _open_and_download(view, rows, tokens)
    evidence_panel(view, tuple(row.match for row in rows))


def matching_rows(view: View, network: Network, units: np.ndarray) -> list[MatchRow]:
    """The best places for the selected units, with what is shown of each."""
    before, after = REACH[network.level]
    return match_rows(
        cached.corpus_states(view.model, view.corpus, view.layer, view.kind),
        units,
        cached.matches(Search.of(view, units)),
        threshold=view.threshold,
        sign=view.sign,
        before=before,
        after=after,
    )


def _matrix(view: View, network: Network, rows: list[MatchRow], selected: int) -> None:
    key = fresh_key("match_chart", _CLICKED)
    figure(
        matrix_drawing(view, network, rows, selected),
        key=key,
        on_select=partial(_click, key, ROW_CLICK, view, rows),
        selection_mode=ROW_CLICK,
        alt=places_in_words(view, rows),
    )


def places_in_words(view: View, rows: list[MatchRow]) -> str:
    """What the word matrix shows, for who does not see it."""
    tokens, _ = cached.corpus_tokens(view.model, view.corpus)
    best = tokens.span(rows[0].match.start, rows[0].match.end)
    return (
        f"{count(len(rows), 'place')} of the corpus, one a row, aligned at their start; the best "
        f"one is “{best[:QUOTED]}”"
    )


def _minimap(view: View, rows: list[MatchRow], steps: int) -> None:
    st.caption("Where they lie in the corpus, from its first step to its last (click to open):")
    starts = [row.match.start for row in rows]
    key = fresh_key("minimap", _CLICKED)
    figure(
        minimap(rows, steps),
        key=key,
        on_select=partial(_click, key, PLACE_CLICK, view, rows),
        selection_mode=PLACE_CLICK,
        alt=f"{count(len(rows), 'place')} along the {steps:,} steps of the corpus, the first at "
        f"step {min(starts):,}, the last at {max(starts):,}",
    )


def matrix_drawing(view: View, network: Network, rows: list[MatchRow], selected: int) -> Drawing:
    """The word matrix and the heat maps of the view's tracks."""
    before, after = REACH[network.level]
    tokens, _ = cached.corpus_tokens(view.model, view.corpus)
    names = {view.colour, *view.tracks} - {COUNT}
    return match_chart(
        rows,
        tokens,
        {name: cached.corpus_track(view, name) for name in names},
        colour_by=view.colour,
        heat_maps=(COUNT, *view.tracks),
        before=before,
        after=after,
        selected=selected,
    )


def _controls(view: View) -> None:
    corpora, own, colour, shortest, longest = st.columns(
        [4, 2.4, 4, 1.8, 1.8], vertical_alignment="bottom"
    )
    if is_project(view.model):
        tokens, _ = cached.corpus_tokens(view.model, view.corpus)
        corpora.markdown(f"In the project itself: {count(len(tokens), 'step')}.")
    else:
        with own:
            bring_a_text()
        ids = corpora_to_choose()
        corpora.selectbox(
            "Corpus",
            ids,
            key="corpus",
            format_func=named_apart(ids, lambda id: cached.corpus(id).title),
        )
    titles = {COUNT: COUNT_TITLE, **cached.colours(view)}
    colour.selectbox(
        "Colour the words by", list(titles), key="colour", format_func=titles.__getitem__
    )
    shortest.number_input(
        "Shortest",
        0,
        1000,
        key="shortest",
        help="Steps of a match; 0 asks for two where the range has two or more.",
    )
    longest.number_input("Longest", 0, 1000, key="longest", help="Steps of a match; 0 for any.")


def _summary(rows: list[MatchRow], selected: int) -> None:
    found = [row.match for row in rows]
    places = count(len(found), "best place")
    everything = sum(len(match.shared) == selected for match in found)
    least = min(len(match.shared) for match in found)
    if selected == 1:
        st.markdown(f"The {places} where the selected unit does the same.")
    elif everything == len(found):
        st.markdown(f"The {places} where all {selected} selected units do the same.")
    else:
        st.markdown(
            f"The {places} where selected units do the same: {everything} with all {selected}, "
            f"the rest with at least {least}."
        )
    st.caption(
        "The outlined part of a row is the match. Do the rows have in common what you expected? "
        "Point at a row for its units; click it to open its place above."
    )


def _legend(view: View) -> None:
    if view.colour == COUNT:
        return
    track = cached.corpus_track(view, view.colour)
    pieces = "".join(
        '<span style="white-space:nowrap;margin-right:.9em;display:inline-block">'
        f'<span style="background:{colour};width:.8em;height:.8em;display:inline-block;'
        f'border-radius:2px;margin-right:.35em"></span>{escape(label)}</span>'
        for colour, label in track_legend(track)
    )
    st.html(f'<div style="font-size:.85rem">{escape(track.title)}:&ensp;{pieces}</div>')


@session.uninterrupted
def _click(key: str, name: str, view: View, rows: list[MatchRow]) -> None:
    """Callback of a chart: open the place that was clicked."""
    points: Any = st.session_state[key]["selection"].get(name, [])
    if points:
        _open(view, rows[int(points[0]["row"])])


@session.uninterrupted
def _open(view: View, row: MatchRow) -> None:
    """Show a place of the corpus in the Select view: its text, and the match as the range."""
    tokens, breaks = cached.corpus_tokens(view.model, view.corpus)
    match, offsets = row.match, tokens.offsets
    note_click(_CLICKED)
    if is_project(view.model):
        first = max(0, match.start - view.size // 3)
        session.change(start=match.start, end=match.end, at=first)
        return
    document = int(np.searchsorted(breaks, match.start, side="right")) - 1
    start = int(breaks[document])
    if offsets[match.end - 1] - offsets[start] >= MAX_TEXT:
        # The network then begins in the middle; some hundred characters later it has caught up.
        start = int(np.searchsorted(offsets, offsets[match.start] - LEAD))
    end = int(breaks[document + 1]) if document + 1 < len(breaks) else len(tokens)
    text = tokens.span(start, end)[:MAX_TEXT]
    first = match.start - start
    session.change(
        text=text,
        lines="\n" in text,
        start=first,
        end=first + len(match),
        at=max(0, first - view.size // 3),
    )


def _open_and_download(view: View, rows: list[MatchRow], tokens: lv.Tokens) -> None:
    left, middle, right = st.columns([3, 2, 2], vertical_alignment="bottom")
    number = left.number_input(
        "Open a place above, by its row", 1, len(rows), key="open_row", step=1
    )
    middle.button(
        "Open", key="open_button", on_click=_open, args=(view, rows[min(number, len(rows)) - 1])
    )
    # Written when somebody asks for it: of a file that waits, the browser fetches every version to
    # see whether it is there, and logs an error if the next run has already removed it.
    right.download_button(
        "Download as CSV",
        lambda: _table(rows, tokens).to_csv(index=False),
        "matches.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _table(rows: list[MatchRow], tokens: lv.Tokens) -> pd.DataFrame:
    def listed(units: np.ndarray) -> str:
        return " ".join(map(str, units.tolist()))

    return pd.DataFrame(
        {
            "rank": range(1, len(rows) + 1),
            "start": [row.match.start for row in rows],
            "end": [row.match.end for row in rows],
            "text": [tokens.span(row.match.start, row.match.end) for row in rows],
            "before": [tokens.span(row.first, row.match.start) for row in rows],
            "after": [tokens.span(row.match.end, max(row.last, row.match.end)) for row in rows],
            "shared": [listed(row.match.shared) for row in rows],
            "missing": [listed(row.match.missing) for row in rows],
            "extra": [listed(row.match.extra) for row in rows],
        }
    )
