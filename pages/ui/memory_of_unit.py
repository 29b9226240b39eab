"""What a unit promotes, how long it remembers, and when it learned what it does."""

from html import escape

import numpy as np
import pandas as pd
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.analysis.ledger import KEEPS
from lstmvis_core.analysis.text_properties import shown
from lstmvis_core.charts import over_training_chart
from lstmvis_core.model import LANGUAGE_MODEL
from lstmvis_core.text import UNKNOWN
from lstmvis_core.tracks.predicted import UNKNOWN_NAME
from pages.ui import about_cached, cached
from pages.ui.figure import figure
from pages.ui.network import Network
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, plain, unmarked

PROMOTED = 6  # tokens each way
FOREVER = 1_000  # steps
TOKENS = {"character": "characters", "word": "words"}


def promoted_by_unit(view: View, network: Network) -> None:
    """Tokens or labels that the unit makes more and less probable."""
    model = cached.model(view.model)
    does = "expect" if model.config.task == LANGUAGE_MODEL else "say"
    st.markdown(f"**What it makes the network {does}**")
    try:
        found = lv.promoted_tokens(model, view.unit, PROMOTED, view.layer)
    except lv.SelectionError:
        st.caption(
            "Only the top layer speaks to the output. This unit acts through the layers above it: "
            "*Switch it off* shows what it does."
        )
        return
    st.html(
        _chips("More probable while it is high:", [one for one in found.promoted if one[1] > 0])
        + _chips("Less probable:", [one for one in found.suppressed if one[1] < 0])
    )
    st.caption(
        "How many times as probable each becomes, beside the average one, for every 1 that "
        "its hidden state rises."
    )


def _chips(heading: str, tokens: list[tuple[str, float]]) -> str:
    """Tokens in a row, each with a factor."""
    told = " ".join(
        f'<span style="white-space:nowrap;margin-right:.7em"><code>{escape(_named(token))}</code> '
        f'<span style="opacity:.7">×{np.exp(added):.3g}</span></span>'
        for token, added in tokens
    )
    return f'<div style="font-size:.9rem;line-height:2">{heading}<br>{told}</div>'


def _named(token: str) -> str:
    return UNKNOWN_NAME if token == UNKNOWN else shown(token)


def memory_of_unit(view: View, network: Network) -> None:
    """For how long it remembers, and how often its gates are shut or open."""
    st.markdown("**How long it remembers**")
    gates = about_cached.gates_of_unit(view)
    if not gates:
        st.caption(
            "A plain RNN has no gates: it writes its whole state anew at each step, so there is no "
            "time for which it keeps it."
        )
        return
    keeper = KEEPS[cached.model(view.model).config.cell]
    name = keeper.replace("_", " ")
    lasting = float(lv.time_constants(gates[keeper][:, None])[0])
    tokens = TOKENS.get(network.level, "tokens")
    typical = float(np.median(gates[keeper]))
    if lasting > FOREVER:
        told = f"Typically it forgets hardly anything within {FOREVER:,} {tokens}"
    elif lasting < 1:
        told = f"Typically most of its memory is gone with the next of the {tokens}"
    else:
        told = f"Typically a third of its memory is left after **{lasting:.3g} {tokens}**"
    st.markdown(f"{told} (median {name}: {typical:.3f}).")
    rows = []
    for kind, values in gates.items():
        one = lv.saturation(values[:, None], left=view.left, right=view.right)
        rows.append((KIND_NAMES[kind], float(one.left[0]), float(one.right[0])))
    shut, open_ = f"shut (< {view.left:g})", f"open (> {view.right:g})"
    table = pd.DataFrame(rows, columns=["gate", shut, open_])
    st.dataframe(table.style.format("{:.0%}", subset=[shut, open_]), hide_index=True)
    steps = len(next(iter(gates.values())))
    st.caption(
        f"Shares of the first {steps:,} steps of the corpus. If the {name} is mostly "
        "open, the unit keeps what it has, until it shuts."
    )


def training_of_unit(view: View, best: lv.Explanation | None) -> None:
    """When in the training it became what it is."""
    st.markdown("**When it learned this**")
    found = about_cached.training_of_layer(view, best)
    tells, said = "", ""
    if best is not None:
        number = best.family == "number"
        tells = f"tells “{best.name}” ({'r' if number else 'AUC'})"
        said = _rise(found, view.unit, 0.0 if number else 0.5)
    figure(
        over_training_chart(found, view.unit, tells),
        key="over_training",
        alt=f"What the unit was at each checkpoint of the training. {unmarked(said)}",
    )
    st.caption(
        f"{said}Checkpoints of {plain(about_cached.checkpointed(view.model))} over the first "
        f"{about_cached.GATE_STEPS:,} steps of the corpus. A sudden rise: the network found "
        "something out."
    )


def _rise(found: lv.OverTraining, unit: int, neutral: float) -> str:
    """Between which checkpoints it came to tell the property, in words."""
    between = found.sharpest_rise(unit, neutral)
    if between is None:
        return ""
    (a, b), scores = between, found.scores[:, unit]
    return (
        f"**The sharpest rise is between steps {found.steps[a]:,} and {found.steps[b]:,}** "
        f"(from {scores[a]:.2f} to {scores[b]:.2f}). "
    )
