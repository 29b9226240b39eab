"""What holding each unit of a layer does, and how well each tells the property that is asked for.

As the draws of `chance.py`: one session at a time computes, a piece in each turn; what has been
computed is kept for all who ask the same, and a session that leaves loses nothing of it.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.analysis.effects_in_pieces import effects_in_pieces
from pages.ui import cached
from pages.ui.find import PATTERN, found, properties
from pages.ui.held import Hold
from pages.ui.network import Network
from pages.ui.view import View

TURN = 0.1  # seconds of waiting for another session's turn
_COMPUTING = threading.Lock()


@dataclass
class Effects:
    """What is known so far.

    Attributes
    ----------
    values : numpy.ndarray of float32, (unit, time_step)
        As `effects_in_pieces` gives them; of units not yet held, NaN.
    done : int
        Units, from the first on.
    """

    values: np.ndarray
    done: int = 0

    @property
    def ended(self) -> bool:
        """Whether all units were held."""
        return self.done == len(self.values)

    def on(self, steps: slice) -> np.ndarray:
        """The effect of each unit on some tokens together, (unit,); NaN where not known yet."""
        found = np.full(len(self.values), np.nan)
        found[: self.done] = np.nansum(self.values[: self.done, steps], axis=1, dtype=np.float64)
        return found


@dataclass
class _Work:
    """A computation that sessions carry on by turns."""

    effects: Effects
    pieces: Iterator[tuple[slice, np.ndarray]]


def effects_of(hold: Hold, text: str) -> Iterator[Effects]:
    """The effects of all units of a layer, piece by piece; the last time when all are known.

    Parameters
    ----------
    hold : Hold
        Of no units: each is held alone.
    text : str
    """
    hold.values()  # the first time with a bar, which has no place in what is kept
    work = _work(hold, text)
    while not work.effects.ended:
        yield work.effects
        if _COMPUTING.acquire(timeout=TURN):
            try:
                if not work.effects.ended:  # another session may have come to the end
                    _carry_on(work)
            finally:
                _COMPUTING.release()
    yield work.effects


def _carry_on(work: _Work) -> None:
    """One piece more; it counts as known once it is all there."""
    units, values = next(work.pieces)
    work.effects.values[units] = values
    work.effects.done = units.stop


@st.cache_resource(max_entries=8, show_spinner=False)
def _work(hold: Hold, text: str) -> _Work:
    model = cached.model(hold.model)
    length, values = len(model.vocabulary.encode(text)), hold.values()
    effects = Effects(np.full((len(values), length), np.nan, np.float32))
    pieces = effects_in_pieces(model, text, layer=hold.layer, kind=hold.kind, values=values)
    return _Work(effects, pieces)


@st.cache_resource(max_entries=32, show_spinner=False)
def estimated(hold: Hold, text: str, start: int, end: int) -> np.ndarray:
    """The same at once, to the first order, for a language model: (unit,)."""
    return lv.first_order_effects(
        cached.model(hold.model),
        text,
        layer=hold.layer,
        kind=hold.kind,
        value=hold.values(),
        tokens=range(start, end),
    )


def told(view: View, network: Network, trace: lv.Trace) -> tuple[np.ndarray | None, str]:
    """How well each unit of the layer tells the property of the view, and what that is called.

    None where there is nothing to tell. It may take a while the first time.
    """
    if view.find == PATTERN and not view.pattern:
        return None, ""
    try:
        result = found(view, network, trace)
    except lv.TrackError:
        return None, ""
    scores = np.abs(result.scores[view.layer - 1] - result.neutral) + result.neutral
    if np.isnan(scores).all():
        return None, ""
    title = properties(view)[view.find] + (f": {view.label}" if view.label else "")
    return scores, f"{'AUC' if result.binary else '|r|'}, {title}"
