"""About one unit: what explains it, what its values are, where it is high and low."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import example_rows, unit_histogram
from pages.ui import about_cached, cached, session
from pages.ui.figure import figure
from pages.ui.memory_of_unit import memory_of_unit, promoted_by_unit, training_of_unit
from pages.ui.network import Network
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, plain, signed

WEAK, SHOWN = 0.1, 0.01  # shares of the variance
FEWEST = 3  # explanations that are shown, however weak
KNOWS = 0.8  # share that the last tokens explain, from which the rest hardly matters
TOKENS = {"character": ("character", "characters"), "word": ("word", "words")}
WINDOW = {"character": (60, 35), "word": (12, 7), "symbol": (12, 7)}  # tokens before and after
TOP, EACH = 4, 2  # examples
RANKS = ("the highest tenth", *(f"tenth {place}" for place in range(2, 10)), "the lowest tenth")


def about_panel(view: View, network: Network, trace: lv.Trace) -> None:
    """Say all there is to say of the unit in view, over the corpus of the view."""
    over = about_cached.unit_over_corpus(view)
    language = view.parsed and about_cached.is_language(view)
    found = about_cached.explanations(view, language)
    _in_a_sentence(view, network, found)
    left, right = st.columns([7, 5], gap="large")
    with left:
        _table(view, found)
    with right:
        _histogram(view, over, trace)
    _examples(view, network, over)
    st.divider()
    best = found[0] if found else None
    parts = [partial(promoted_by_unit, view, network), partial(memory_of_unit, view, network)]
    if about_cached.checkpointed(view.model):
        parts.append(partial(training_of_unit, view, best))
    for place, part in zip(st.columns(len(parts), gap="large"), parts, strict=True):
        with place:
            part()


def _in_a_sentence(view: View, network: Network, found: list[lv.Explanation]) -> None:
    """What explains it best, and how far back it looks."""
    if not found:
        st.info(
            "This unit has the same value at every step of the corpus, or the corpus is too short "
            "to say what goes with it.",
            icon=":material/horizontal_rule:",
        )
        return
    best = found[0]
    there = f"it is {'higher' if best.r > 0 else 'lower'} there"
    if best.family == "number":
        there = f"it {'rises' if best.r > 0 else 'falls'} with it"
    told = (
        f"**{plain(best.name)}**: {there} (r = {best.r:+.2f}, which is {best.explained:.0%} of its "
        "ups and downs)"
    )
    weak = "No single property that was tried explains much of it. The best is"
    st.markdown(
        f"{'Explained best by' if best.explained >= WEAK else weak} {told}. "
        f"{_how_far_back(view, network)}"
    )


def _how_far_back(view: View, network: Network) -> str:
    """Whether the last tokens alone explain it."""
    one, several = TOKENS.get(network.level, ("token", "tokens"))
    depth = 3 if network.level == "character" else 2  # longer runs of words seldom come again
    shares = about_cached.lookback(view)[:depth]
    if np.isnan(shares).any():  # no context comes twice
        return ""
    shares = np.clip(shares, 0, 1).tolist()
    first = f"the {one} that it reads explains {shares[0]:.0%}"
    last = f"the last {('two', 'three')[depth - 2]} {several} {shares[-1]:.0%}"
    if shares[0] >= KNOWS:
        return f"**It need not remember**: {first}."
    if shares[-1] >= KNOWS:
        return f"**It need not look far back**: {first}, {last}."
    return f"**It remembers**: {first}, {last}; the rest comes from further back."


# -- what explains it --------------------------------------------------------------------------


def _table(view: View, found: list[lv.Explanation]) -> None:
    st.markdown("**What goes with it**")
    # Of the rest there are thousands.
    found = [one for place, one in enumerate(found) if one.explained >= SHOWN or place < FEWEST]
    if found:
        table = pd.DataFrame(
            {
                "it is high (or low) at": [one.name for one in found],
                "r": [one.r for one in found],
                "explains": [one.explained for one in found],
                "AUC": ["–" if one.family == "number" else f"{one.auc:.2f}" for one in found],
                "of all steps": [one.share for one in found],
            }
        )
        st.dataframe(
            table.style.format("{:+.2f}", subset=["r"])
            .format("{:.0%}", subset=["explains"])
            .format("{:.1%}", subset=["of all steps"]),
            hide_index=True,
            column_config={
                "r": st.column_config.Column(
                    width=60,
                    help="Correlation, from −1 to 1: does the unit go up (or down) with it?",
                ),
                "explains": st.column_config.Column(
                    width=70, help="r²: the share of its ups and downs."
                ),
                "AUC": st.column_config.Column(
                    width=60,
                    alignment="right",
                    help="How often the unit is higher at a step with this than at one without: "
                    "0.5 by chance, 1 always, 0 never.",
                ),
                "of all steps": st.column_config.Column(width=90, help="How frequent it is."),
            },
        )
        _to_find(found)
    if about_cached.is_language(view):
        st.toggle(
            "Also parts of speech, names and phrases",
            key="parsed",
            help="A small parser has to read the corpus first, which may take a minute.",
        )


def _to_find(found: list[lv.Explanation]) -> None:
    """From an explanation to all units that tell the same."""
    names = {place: one.name for place, one in enumerate(found)}
    pick, go = st.columns([5, 3], vertical_alignment="bottom")
    place = pick.selectbox(
        "Do other units know this, too?",
        list(names),
        key="about_property",
        format_func=names.__getitem__,
    )
    one = found[place or 0] if (place or 0) < len(found) else found[0]
    go.button(
        "Find all that do",
        key="about_find",
        icon=":material/manage_search:",
        on_click=session.change,
        kwargs=found_by(one),
        width="stretch",
    )


def found_by(one: lv.Explanation) -> dict[str, str]:
    """The fields of the view that make an explanation the property to find."""
    if one.track:
        return {"panel": "find", "find": one.track, "label": one.label}
    return {"panel": "find", "find": "pattern", "label": "", "pattern": one.pattern}


# -- its values --------------------------------------------------------------------------------


def _histogram(view: View, over: about_cached.UnitOverCorpus, trace: lv.Trace) -> None:
    st.markdown("**Its values over the corpus**")
    typed = trace.states(view.layer, view.kind)[:, view.unit]
    low, first, third, high = np.quantile(over.values, [0, 0.25, 0.75, 1])
    figure(
        unit_histogram(over.values, typed),
        key="unit_histogram",
        alt=f"Histogram of the values of the unit over the corpus: from {signed(low)} to "
        f"{signed(high)}, half of them between {signed(first)} and {signed(third)}",
    )
    title = plain(cached.corpus(view.corpus).title)
    steps = f"{'all' if over.whole else 'the first'} {len(over.values):,} steps of *{title}*"
    st.caption(
        f"Bars: {steps}; grey ticks: your text. Two hills mean that it switches between two "
        f"states; one hill at zero, that it is seldom used."
    )


def _examples(view: View, network: Network, over: about_cached.UnitOverCorpus) -> None:
    before, after = WINDOW[network.level]
    found = lv.unit_examples(
        over.values,
        over.breaks,
        top=TOP,
        each=EACH,
        before=before,
        after=after,
        seed=view.seed,
    )
    limit = max(1.0, float(abs(over.values).max()))

    def rows(examples: tuple[lv.Example, ...]) -> None:
        st.html(example_rows(over.tokens, over.values, examples, limit))

    st.markdown("**Where it is highest, and where it is lowest**")
    rows((*found.top, *found.bottom))
    st.caption(
        f"The number in front is the {KIND_NAMES[view.kind]} at the framed step. Do the highest "
        "places share what the table says, and do the lowest lack it?"
    )
    with st.expander("And in between: places drawn at random from every tenth of its values"):
        st.caption(
            "The highest places alone can mislead. If the table is right, it should show here, too."
        )
        for place, examples in enumerate(found.tenths):
            if not examples:  # the corpus is short
                continue
            high, low = found.edges[place : place + 2]
            st.caption(f"{RANKS[place]}: from {high:+.2f} to {low:+.2f}")
            rows(examples)
