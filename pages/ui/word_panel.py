"""The word that is looked at: how all units respond to it, and how differently in two sentences."""

from functools import partial

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import response_chart
from lstmvis_core.charts.cluster_scene import letter_of
from lstmvis_core.charts.response_chart import UNIT_CLICK
from lstmvis_core.charts.tokens import visible
from pages.ui import frame, session
from pages.ui.figure import figure, fresh_key, note_click
from pages.ui.parameters import MOST_PICKED
from pages.ui.shown_clusters import Shown
from pages.ui.view import View
from pages.ui.words import count, plain, quote, signed

_CLICKED = "responses_number"


def word_panel(view: View, what: Shown) -> None:
    """Draw the responses to the words that are compared, or to that which is looked at."""
    st.markdown("**Words**: how each unit responds")
    _look_at(view, what)
    st.multiselect(
        "Compare words of the corpus",
        _choices(view, what),
        key="words",
        max_selections=MOST_PICKED,
        format_func=visible,
        placeholder="the word of your text that is looked at",
        help="Up to three, in any order; or click them in the clouds.",
    )
    words = what.picked or ((what.name,) if what.name in what.usual.index else ())
    actual = what.changes if what.name in words or not words else None
    if not words:
        quote(
            "The corpus has too few examples to say what usually follows from",
            what.typed,
            "Shown in the figure is what it did here.",
        )
        return
    drawing = response_chart(
        what.usual,
        words,
        what.found.units,
        actual,
        unit=view.unit,
        dark=frame.is_dark(),
    )
    responses = [(word, what.usual.scaled[what.usual.index[word]]) for word in words]
    most = "; ".join(
        f"to {word} most in unit {np.abs(values).argmax()}, "
        f"{signed(float(values[np.abs(values).argmax()]))}"
        for word, values in responses
    )
    key = fresh_key("responses", _CLICKED)
    figure(
        drawing,
        key=key,
        on_select=partial(_clicked, key),
        selection_mode=UNIT_CLICK,
        alt=f"Responses of {count(len(what.found.units), 'unit')} to {', '.join(words)}: {most}",
    )
    dots = " Dots: what it did at the place that you look at." if actual is not None else ""
    st.caption(
        "Line: the mean over the corpus; bands: half of all responses, and four fifths of them. "
        f"1 is a unit's usual change.{dots} Click a unit to see its words."
    )


def _choices(view: View, what: Shown) -> list[str]:
    """Words to choose from; those that another model knows stay in the list."""
    return list(dict.fromkeys([*view.words, *what.usual.words]))


@session.uninterrupted
def _clicked(key: str) -> None:
    """Callback of the chart: see that unit's words."""
    points = st.session_state[key]["selection"].get(UNIT_CLICK)
    if points:
        session.change(unit=int(points[0]["unit"]))
        note_click(_CLICKED)


def _look_at(view: View, what: Shown) -> None:
    """A list of the words of all sentences, for the keyboard."""
    places = [
        (n, piece) for n, one in enumerate(what.read) for piece in range(len(one.sentence.names))
    ]
    here = what.sentence, what.piece
    # Of another text it is another list: the browser sends no old value for it.
    key = f"look_at_{hash(tuple(one.trace.tokens.text for one in what.read))}"
    if st.session_state.get(key) != here:
        st.session_state[key] = here

    def named(place: tuple[int, int]) -> str:
        sentence, piece = place
        name = f"{piece + 1}. {visible(what.read[sentence].sentence.names[piece])}"
        return f"{name} (sentence {sentence + 1})" if len(what.read) > 1 else name

    @session.uninterrupted
    def move() -> None:
        sentence, piece = st.session_state[key]
        session.change(step=int(what.read[sentence].steps[piece]), words=())

    st.selectbox("Look at the word", places, key=key, format_func=named, on_change=move)


def difference_panel(what: Shown) -> None:
    """Say by how much a word does something else in another sentence that has it, too."""
    pair = _pair(what)
    if pair is None:
        if len(what.read) > 1:
            st.caption(
                "Look at a word that comes in two of the sentences, to see how differently the "
                "network responds to it."
            )
        return
    (a, first), (b, second) = pair
    one, other = (what.read[n].sentence.response.changes[piece] for n, piece in pair)
    difference = lv.response_difference(one, other, what.usual, what.found, what.name)
    word = f"**{plain(visible(what.typed))}**"
    usual = (
        ""
        if np.isnan(difference.usually_apart)
        else f" (two places of the corpus with this word: {difference.usually_apart:.2f})"
    )
    apart = difference.clusters[1] - difference.clusters[0]
    most = int(np.abs(apart).argmax())
    st.markdown(
        f"{word} comes in sentence {a + 1} and in sentence {b + 1}. It changes a unit by "
        f"{difference.first:.2f} of its usual change in the one and by {difference.second:.2f} in "
        f"the other (root mean square); the two responses are alike by "
        f"{signed(difference.alike)} (cosine) and differ by {difference.apart:.2f}{usual}. "
        f"Most apart is cluster {letter_of(most)}: {signed(difference.clusters[0, most])} against "
        f"{signed(difference.clusters[1, most])}.{_verdicts(what, ((a, first), (b, second)))}"
    )


def _pair(what: Shown) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Sentence and piece of the word that is looked at, and of its first place elsewhere."""
    for n, one in enumerate(what.read):
        names = one.sentence.response.pieces.names
        if n != what.sentence and what.name in names:
            found = (n, names.index(what.name))
            here = (what.sentence, what.piece)
            return (here, found) if here < found else (found, here)
    return None


def _verdicts(what: Shown, pair: tuple[tuple[int, int], tuple[int, int]]) -> str:
    """What a classifier thought before and after the word."""
    model = what.read[0].trace.model
    if model.config.task != "classifier":
        return ""
    label = len(model.outputs) - 1
    said = []
    for n, piece in pair:
        pieces = what.read[n].sentence.response.pieces
        chances = np.exp(what.read[n].trace.log_probabilities[:, label])
        before = chances[pieces.starts[piece] - 1] if piece else None
        now = f"{chances[pieces.ends[piece] - 1]:.2f}"
        said.append(now if before is None else f"{before:.2f} → {now}")
    return f" The verdict *{plain(model.outputs[label])}* goes {said[0]} and {said[1]}."
