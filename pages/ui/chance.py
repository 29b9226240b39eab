"""How many ranges agree, and how many would by chance, computed while nothing else is to do.

A band of chance takes seconds. So one session at a time draws, a little in each turn; what has been
drawn is kept for all who ask the same, and a session that leaves loses nothing of it.
"""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.analysis.agreement import DRAWS, Agreement, agreement, by_chance
from lstmvis_core.cache import let_go
from pages.ui.cached import states_of
from pages.ui.search import Search

TURN = 0.1  # seconds; so long does what its user does next have to wait
BUDGET = 10.0  # seconds for one search
_DRAWING = threading.Lock()


@dataclass
class _Drawn:
    """What has been drawn for a search so far."""

    more: Iterator[np.ndarray]
    ranges: list[np.ndarray] = field(default_factory=list)
    took: float = 0.0
    ended: bool = False

    def draw(self, seconds: float) -> None:
        """Draw for a while."""
        began = time.monotonic()
        while not self.ended and time.monotonic() - began < seconds:
            try:
                self.ranges.append(next(self.more))
            except (StopIteration, lv.SelectionError):  # enough, or too few units to draw from
                self.ended = True
        self.took += time.monotonic() - began
        self.ended = self.ended or self.took > BUDGET


def draws() -> int:
    """How many times units are drawn: ``HIDDEN_STATES_DRAWS``, or 200; 0 on a busy server."""
    given = os.environ.get("HIDDEN_STATES_DRAWS", "")
    return int(given) if given.isdecimal() else DRAWS


@st.cache_resource(max_entries=128, show_spinner=False)
def agreement_of(search: Search) -> Agreement:
    """How many ranges of the corpus share how many of the units."""
    states = states_of(search)
    found = agreement(states, np.array(search.units, np.int64), **search.options())
    let_go(states.values)
    return found


def chance(search: Search) -> Iterator[tuple[np.ndarray, bool]]:
    """What units drawn at random share, (draw, selected + 1), so far; and whether that is all.

    There are no draws where there are too few other units to draw from.
    """
    drawn = _drawn(search)
    while True:
        if not drawn.ended and _DRAWING.acquire(timeout=TURN):
            try:
                drawn.draw(TURN)
            finally:
                let_go(states_of(search).values)
                _DRAWING.release()
        ended = drawn.ended
        yield np.array(drawn.ranges).reshape(-1, len(search.units) + 1), ended
        if ended:
            return


# Few, for each holds on to the states of a corpus.
@st.cache_resource(max_entries=16, show_spinner=False)
def _drawn(search: Search) -> _Drawn:
    units = np.array(search.units, np.int64)
    return _Drawn(by_chance(states_of(search), units, draws=draws(), **search.options()))
