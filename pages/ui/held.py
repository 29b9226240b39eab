"""Which units are held, and at what: a key, and what is computed of it once for all sessions."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.analysis.holding import CAN_BE_HELD
from lstmvis_core.cache import let_go
from pages.ui import cached
from pages.ui.parameters import HELD_BY
from pages.ui.view import View

ZERO, MEAN, VALUE = HELD_BY


@dataclass(frozen=True)
class Hold:
    """What is held while a text is read.

    Attributes
    ----------
    model, corpus : str
        Ids; the corpus, whose means are held, only where they are.
    layer : int
    kind : {"hidden", "cell"}
    units : tuple of int
    by : {"zero", "mean", "value"}
    value : float
        Where units are held at one.
    steps : tuple of int or None
        Start and end, where they are held in a range alone.
    """

    model: str
    corpus: str
    layer: int
    kind: str
    units: tuple[int, ...]
    by: str
    value: float
    steps: tuple[int, int] | None

    @classmethod
    def of(cls, view: View) -> "Hold":
        """What a view holds: its unit, and those beside it."""
        return cls(
            view.model,
            view.corpus if view.by == MEAN else "",
            view.layer,
            view.hold,
            (view.unit, *view.held),
            view.by,
            view.value if view.by == VALUE else 0.0,
            (view.start, view.end) if view.inside else None,
        )

    def none(self) -> "Hold":
        """Nothing is held: one key for all that compare with it."""
        return Hold(self.model, "", 1, "hidden", (), ZERO, 0.0, None)

    def each(self) -> "Hold":
        """The same of every unit alone, at all steps."""
        return replace(self, units=(), steps=None)

    def arguments(self, length: int) -> dict[str, Any]:
        """What `ablate` and `sample` take beside model and text, of a text of so many steps."""
        return {
            "layer": self.layer,
            "kind": self.kind,
            "units": list(self.units),
            "value": self.values()[list(self.units)],
            "steps": self.steps and range(self.steps[0], min(self.steps[1], length)),
        }

    def values(self) -> np.ndarray:
        """At what each unit of the layer is held, (unit,)."""
        if self.by == MEAN:
            return means(self.model, self.corpus, self.layer, self.kind)
        return np.full(cached.model(self.model).config.hidden_size, self.value, np.float32)


def kinds_to_hold(model: lv.SequenceModel) -> tuple[str, ...]:
    """Kinds of state that can be held of a model."""
    return CAN_BE_HELD[model.config.cell]


def means(model_id: str, corpus_id: str, layer: int, kind: str) -> np.ndarray:
    """The mean of each unit over a corpus, (unit,); the first time, with a bar."""
    cached.corpus_states(model_id, corpus_id, layer, kind)
    return _means(model_id, corpus_id, layer, kind)


@st.cache_resource(max_entries=64, show_spinner=False)
def _means(model_id: str, corpus_id: str, layer: int, kind: str) -> np.ndarray:
    values = cached.corpus_states(model_id, corpus_id, layer, kind).values
    found = np.array([unit.mean(dtype=np.float64) for unit in values], np.float32)
    let_go(values)
    found.flags.writeable = False
    return found


def ablated(hold: Hold, text: str) -> lv.Trace:
    """What the model does while the units are held."""
    hold.values()  # the first time with a bar, which has no place in what is kept
    return _ablated(hold, text)


# Few, for what a model of words says of a long text is large.
@st.cache_resource(max_entries=8, show_spinner=False)
def _ablated(hold: Hold, text: str) -> lv.Trace:
    model = cached.model(hold.model)
    length = len(model.vocabulary.encode(text))
    return lv.ablate(model, text, **hold.arguments(length))


def carried_on(
    hold: Hold, text: str, length: int, seed: int, temperature: float
) -> tuple[str, ...]:
    """How the model carries a text on while the units are held; of no units, by itself."""
    hold.values()
    return _carried_on(hold, text, length, seed, temperature)


@st.cache_resource(max_entries=64, show_spinner=False)
def _carried_on(
    hold: Hold, text: str, length: int, seed: int, temperature: float
) -> tuple[str, ...]:
    model = cached.model(hold.model)
    held = hold.arguments(len(model.vocabulary.encode(text)))
    return lv.sample(model, text, length, seed=seed, temperature=temperature, **held)
