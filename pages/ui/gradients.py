"""Gradients of the text: which networks are set beside each other, and what is computed of each."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts.gradient_frames import HUE_OF_CELL
from pages.ui import cached, session
from pages.ui.models import embedded, loaded, readable
from pages.ui.parameters import MAX_TEXT
from pages.ui.text_panel import read
from pages.ui.view import View

MOST = 200  # tokens that are drawn, the target included
OF = ("hidden", "cell", "product", "bound")  # what a number may be asked for of


@dataclass(frozen=True)
class OneOf:
    """One of the networks that read the text, and which of its layers."""

    id: str
    cell: str
    layer: int


def plain_first(view: View) -> View:
    """The view; a newcomer's begins with the plain RNN among the networks that read its text."""
    if not session.is_new():
        return view
    plain = beside(view).get("rnn")
    return view if plain is None else replace(view, model=plain.id, kind=lv.KINDS["rnn"][0])


def with_usable_scale(view: View) -> tuple[View, list[str]]:
    """The view, with a scale that the slider has, and a sentence if it was another one."""
    scale = round(view.scale, 1)
    if scale == view.scale:
        return view, []
    return replace(view, scale=scale), [f"Scales go in steps of 0.1; shown is {scale:g}."]


def beside(view: View) -> dict[str, OneOf]:
    """By cell, the network in view, and of each other cell one that reads the same tokens."""
    own = cached.model(view.model)
    text = view.text[:MAX_TEXT]
    strings = own.vocabulary.encode(text).strings
    found = {own.config.cell: OneOf(view.model, own.config.cell, view.layer)}
    others = [model for id in embedded() if not isinstance(model := loaded(id), str)]
    # Those that learned from the same text have the same vocabulary.
    for model in sorted(others, key=lambda one: one.vocabulary != own.vocabulary):
        alike = (
            model.config.task == own.config.task
            and model.config.bidirectional == own.config.bidirectional
            and model.vocabulary.level == own.vocabulary.level
        )
        if not alike or model.config.cell in found or not readable(model, text):
            continue
        if model.vocabulary.encode(text).strings == strings:
            layer = min(view.layer, len(model.config.layer_names))
            found[model.config.cell] = OneOf(model.id, model.config.cell, layer)
    return {cell: found[cell] for cell in HUE_OF_CELL if cell in found}


def gradients_of(view: View, one: OneOf, step: int, single: bool = False) -> lv.Gradients:
    """Of one of the networks, towards a step of the text, at the scale in view."""
    text = view.text[:MAX_TEXT]
    return _gradients(one.id, text, one.layer, step, view.scale, single)


# Of a short text that is some kilobytes; every place of a slider asks for another one.
@st.cache_resource(max_entries=512, show_spinner=False)
def _gradients(
    model_id: str, text: str, layer: int, step: int, scale: float, single: bool
) -> lv.Gradients:
    return lv.gradients_through_time(
        cached.model(model_id),
        text,
        layer=layer,
        step=step,
        scale=scale,
        back=MOST - 1,
        single_steps=single,
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def matrices(model_id: str, layer: int) -> dict[str, lv.RecurrentMatrix]:
    """Norm and spectral radius of the recurrent matrices, as they were trained."""
    return lv.recurrent_matrices(cached.model(model_id), layer)


def reach(found: lv.Gradients) -> int:
    """How many steps before the target are known."""
    return int((~np.isnan(found.hidden)).sum()) - 1


def left_after(found: lv.Gradients, steps: int, of: str = "hidden") -> float:
    """What arrives at the target of a change so many steps before it."""
    values = getattr(found, of)
    before = found.step - steps
    backward = before < 0 or np.isnan(values[before])  # of a layer that reads from the end
    return float(values[found.step + steps if backward else before])


def asked_for(view: View, cell: str, steps: int, of: str) -> float | None:
    """The number that a check asks for; None if there is no such network, or no such step."""
    trace = read(view)
    one = beside(view).get(cell) if trace is not None else None
    if trace is None or one is None:
        return None
    # As the page has computed it already, of the network in view.
    single = one.id == view.model or of in ("product", "bound")
    found = gradients_of(view, one, view.cursor(len(trace.tokens)), single)
    if getattr(found, of) is None or steps > reach(found):
        return None
    return left_after(found, steps, of)
