"""Find units: all of them ranked by how well they tell a property, and whether one is enough."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import coloured_text, probe_chart, ranking_chart
from lstmvis_core.charts.ranking_chart import UNIT_CLICK
from lstmvis_core.tracks.pattern import LONGEST
from pages.ui import cached, frame, session
from pages.ui.figure import figure, fresh_key, note_click
from pages.ui.find import PATTERN, Found, found, properties
from pages.ui.heat_panel import limit_of
from pages.ui.network import Network
from pages.ui.parameters import RANGE
from pages.ui.view import View
from pages.ui.words import count, plain, quote

BEST = 12  # units with a bar and a picture
STEPS = 240  # of a text in a small picture
COLUMNS = 3
SAID = 3  # of the most telling units, in words
_CLICKED = "ranking_number"


def find_panel(view: View, network: Network, trace: lv.Trace, labels: tuple[str, ...]) -> None:
    """Ask which units tell a property, and show those that do."""
    _controls(view, trace, labels)
    if view.find == PATTERN and not view.pattern:
        st.info("Type a pattern: which units are higher where it matches?", icon=":material/edit:")
        return
    try:
        result = found(view, network, trace)
    except lv.TrackError as error:
        st.warning(plain(str(error)), icon=":material/block:")
        return
    best = result.best(BEST)
    if not best:
        st.info(
            "There is nothing to tell: all steps are the same in this. Choose another property, "
            "or another corpus in the sidebar.",
            icon=":material/search_off:",
        )
        return
    _sentence(view, network, result, best[0])
    left, right = st.columns([6, 5], gap="large")
    with left:
        _ranking(view, network, result, best)
    with right:
        _one_or_many(network, result)
    _pictures(view, network, trace, best)


def _controls(view: View, trace: lv.Trace, labels: tuple[str, ...]) -> None:
    titles = properties(view)
    what, which = st.columns([3, 4], vertical_alignment="bottom")
    what.selectbox(
        "Which unit follows this?",
        list(titles),
        key="find",
        format_func=titles.__getitem__,
        help="A track of the corpus, a pattern, or a range that you marked by dragging over your "
        "text.",
    )
    with which:
        if labels:
            st.selectbox("It is", labels, key="label")
        elif view.find == PATTERN:
            st.text_input(
                "Pattern (a regular expression)",
                key="pattern",
                max_chars=LONGEST,
                placeholder="[0-9]+",
                help="[0-9]+ is a number, \\bthe\\b a word, [aeiou] a vowel, (?<=, ).* all that "
                "follows a comma in its line.",
            )
        elif view.find == RANGE:
            quote("Marked:", trace.tokens.span(view.start, view.end))


def _sentence(view: View, network: Network, result: Found, best: tuple[int, int, float]) -> None:
    layer, unit, score = best
    name = f"Unit {unit} of layer {network.layers[layer - 1]}"
    where = "your text" if view.find == RANGE else plain(cached.corpus(view.corpus).title)
    title = plain(properties(view)[view.find])
    what = f"*{title}: {plain(view.label)}*" if view.label else f"*{title}*"
    apart = abs(score - result.neutral)
    if result.binary:
        higher = "higher" if score > 0.5 else "lower"
        first = (
            f"**{name}** tells {what} best, of all units over {where}: of two steps, one with it "
            f"and one without, it is {higher} at the one with it in {max(score, 1 - score):.1%} of "
            f"all pairs ({result.share:.1%} of the steps have it)."
        )
    else:
        rises = "rises" if score > 0 else "falls"
        first = (
            f"**{name}** follows {what} best, of all units over {where}: it {rises} with it, "
            f"r = {score:+.3f}."
        )
    st.markdown(f"{first} {_trust(result, apart)}")


def _trust(result: Found, apart: float) -> str:
    if np.isnan(result.chance):
        return ""
    by_chance = f"{0.5 + result.chance:.3f}" if result.binary else f"{result.chance:.3f}"
    band = f"By chance the best of all units would reach {by_chance}"
    if apart <= result.chance:
        return f"{band}: **it says no more than chance does**."
    return f"{band} (grey)."


def _ranking(
    view: View, network: Network, result: Found, best: list[tuple[int, int, float]]
) -> None:
    st.markdown("**The most telling units** (click one to see it)")
    drawing = ranking_chart(
        result.scores,
        best,
        network.layers,
        binary=result.binary,
        chance=result.chance,
        chosen=(view.layer, view.unit),
        dark=frame.is_dark(),
    )
    first = ", ".join(
        f"unit {unit} of layer {network.layers[layer - 1]} {score:.3f}"
        for layer, unit, score in best[:SAID]
    )
    key = fresh_key("ranking", _CLICKED)
    figure(
        drawing,
        key=key,
        on_select=partial(_clicked, key),
        selection_mode=UNIT_CLICK,
        alt=f"The {count(len(best), 'most telling unit')}, the best first: {first}",
    )
    st.caption("Blue: higher where the property is; orange: lower.")


@session.uninterrupted
def _clicked(key: str) -> None:
    """Callback of the chart: look at that unit."""
    points = st.session_state[key]["selection"].get(UNIT_CLICK)
    if points:
        session.change(layer=int(points[0]["layer"]), unit=int(points[0]["unit"]))
        note_click(_CLICKED)


def _one_or_many(network: Network, result: Found) -> None:
    """Whether one unit is enough."""
    st.markdown("**One unit, or many together?**")
    if not result.probes:
        st.caption("A text is too short to learn from. Choose a property of the corpus for this.")
        return
    one, everything = max((probe.curve[0], probe.everything) for probe in result.probes)
    figure(
        probe_chart(result.probes, network.layers, binary=result.binary),
        key="probe_chart",
        alt=f"How well a property is told from one unit, from a few, and from all: "
        f"{one:.2f}, {everything:.2f} with all of the layer",
    )
    table = pd.DataFrame(
        {
            "layer": network.layers,
            "best unit": [probe.curve[0] for probe in result.probes],
            "all units": [probe.everything for probe in result.probes],
            "token alone": [probe.by_token for probe in result.probes],
            "control": [probe.control for probe in result.probes],
        }
    )
    # Formats of columns take a tenth of the time that a Styler takes.
    two_digits = st.column_config.NumberColumn(format="%.2f")
    st.dataframe(
        table,
        hide_index=True,
        column_config=dict.fromkeys(table.columns[1:], two_digits),
        placeholder="–",
    )
    st.caption(
        ("AUC" if result.binary else "R²")
        + " on stretches of the corpus that were not learned from. A line that is high from the "
        "start: one unit knows it. One that climbs: many know it together. *Token alone*: what "
        "the token at that step says without any state. *Control*: the same for a property drawn "
        "at random for each token, which a probe could only learn by heart."
    )


def _pictures(
    view: View, network: Network, trace: lv.Trace, best: list[tuple[int, int, float]]
) -> None:
    """Your text by each of the most telling units."""
    st.markdown(f"**Your text by the {len(best)} most telling units**")
    steps = len(trace.tokens)
    first = max(0, min(view.cursor(steps) - STEPS // 2, steps - STEPS))
    span = first, min(steps, first + STEPS)
    for at in range(0, len(best), COLUMNS):
        for column, (layer, unit, score) in zip(
            st.columns(COLUMNS), best[at : at + COLUMNS], strict=False
        ):
            with column:
                st.button(
                    f"Unit {unit}, layer {network.layers[layer - 1]}: {score:.3f}",
                    key=f"picture_{layer}_{unit}",
                    type="tertiary",
                    on_click=session.change,
                    kwargs={"layer": layer, "unit": unit},
                    disabled=(layer, unit) == (view.layer, view.unit),
                )
                values = trace.states(layer, view.kind)[:, unit]
                st.html(coloured_text(trace.tokens, values, limit_of(values), 0.72, span))
    if span[1] - span[0] < steps:
        st.caption(f"Steps {span[0]:,} to {span[1] - 1:,}, around the one that you clicked.")
