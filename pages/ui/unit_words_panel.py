"""The unit that is looked at: the words that raise it most, and those that lower it most."""

from functools import partial

import streamlit as st

from lstmvis_core.charts import unit_words_chart
from lstmvis_core.charts.cluster_scene import letter_of
from lstmvis_core.charts.unit_words_chart import WORD_CLICK
from pages.ui import frame, session
from pages.ui.doors import open_in_units
from pages.ui.figure import figure, fresh_key, note_click
from pages.ui.network import Network
from pages.ui.parameters import MOST_PICKED
from pages.ui.shown_clusters import Shown
from pages.ui.view import View
from pages.ui.words import signed

_CLICKED = "unit_words_number"


def unit_words_panel(view: View, network: Network, what: Shown) -> None:
    """Draw the words of a unit."""
    units = network.units[view.layer - 1]
    cluster = letter_of(int(what.found.units[view.unit]))
    pole = "upper" if what.found.poles[view.unit] > 0 else "lower"
    st.markdown(f"**A unit**: what raises and lowers unit {view.unit} ({cluster}, {pole} half)")
    number, door = st.columns([2, 3], vertical_alignment="bottom")
    number.number_input("Unit", 0, units - 1, key="unit", help="Or click a square in a chip.")
    with door:
        open_in_units(view, view.unit, f"All about unit {view.unit}")
    drawing = unit_words_chart(what.usual, view.unit, frame.is_dark())
    words = drawing.data["words"]
    if not len(words):
        st.info("No word changes this unit more than chance does.", icon=":material/info:")
        return
    said = ", ".join(
        f"{word} {signed(mean)}" for word, mean in zip(words["word"], words["mean"], strict=True)
    )
    key = fresh_key("unit_words", _CLICKED)
    figure(
        drawing,
        key=key,
        on_select=partial(_clicked, key, what),
        selection_mode=WORD_CLICK,
        alt=f"The words that change unit {view.unit} most, with the spread of its changes: {said}",
    )
    st.caption(
        "Box: half of the changes at this word; thin line: four fifths; black line: their mean. "
        "Words are ordered by a mean that trusts rare words less. Click one to compare it."
    )


@session.uninterrupted
def _clicked(key: str, what: Shown) -> None:
    """Callback of the chart: compare that word."""
    points = st.session_state[key]["selection"].get(WORD_CLICK)
    if not points:
        return
    word = what.usual.words[int(points[0]["number"])]
    words = tuple(one for one in session.current().words if one != word)
    session.change(words=(*words, word)[-MOST_PICKED:])
    note_click(_CLICKED)
