"""How many ranges agree, and how many would by chance, computed while nothing else is to do.

Both take seconds in a long corpus. So one session at a time computes, a little in each turn; what
has been computed is kept for all who ask the same, and a session that leaves loses nothing of it.
"""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.analysis.agreement import DRAWS, Agreement, counted, drawn
from lstmvis_core.cache import let_go
from lstmvis_core.charts.agreement_chart import LEVELS
from lstmvis_core.matching.query import Query
from pages.ui.cached import matches, states_of
from pages.ui.search import Search

TURN = 0.1  # seconds; so long does what its user does next have to wait
BUDGET = 10.0  # seconds of draws for one search
LONG = 1_000_000  # steps of a corpus of which draws count the two highest levels only
_COMPUTING = threading.Lock()


@dataclass
class Trust:
    """What is known of a search so far.

    Attributes
    ----------
    share : float
        Of the ranges that are counted.
    found : Agreement or None
        How many ranges share how many of the units, once all are counted.
    least : int
        Units shared, below which draws count nothing.
    drawn : list of numpy.ndarray, (selected + 1,)
        The same of units drawn at random.
    ended : bool
        Whether that is all.
    """

    share: float = 0.0
    found: Agreement | None = None
    least: int = 1
    drawn: list[np.ndarray] = field(default_factory=list)
    ended: bool = False

    def carry_on(self, steps: Iterator[object], seconds: float) -> None:
        """Compute for a while."""
        began = time.monotonic()
        while not self.ended and time.monotonic() - began < seconds:
            self.ended = next(steps, self) is self


@dataclass
class _Work:
    """A computation that sessions carry on by turns."""

    query: Query
    trust: Trust
    steps: Iterator[object]


def draws() -> int:
    """How many times units are drawn: ``HIDDEN_STATES_DRAWS``, or 200; 0 on a busy server."""
    given = os.environ.get("HIDDEN_STATES_DRAWS", "")
    return int(given) if given.isdecimal() else DRAWS


def trust_in(search: Search, compared: bool) -> Iterator[Trust]:
    """What is known of a search, turn by turn, until all is; draws only where `compared`."""
    work = _work(search, compared)
    try:
        while not work.trust.ended:
            if _COMPUTING.acquire(timeout=TURN):
                try:
                    work.trust.carry_on(work.steps, TURN)
                finally:
                    _COMPUTING.release()
            if not work.trust.ended:
                yield work.trust
    finally:
        let_go(work.query.states.values)
    yield work.trust


# Few, for each holds on to the states of a corpus.
@st.cache_resource(max_entries=16, show_spinner=False)
def _work(search: Search, compared: bool) -> _Work:
    trust, units = Trust(), np.array(search.units, np.int64)
    query = Query(states_of(search), **search.options())
    best = max((len(match.shared) for match in matches(search)), default=1)
    return _Work(query, trust, _steps(query, units, best, trust, draws() if compared else 0))


def _steps(
    query: Query, units: np.ndarray, best: int, trust: Trust, wanted: int
) -> Iterator[object]:
    """Fill in what is known, a piece at a time."""
    # The levels that are drawn; and there is one with a range among them.
    least = max(1, min(len(units) - LEVELS + 1, best))
    for step in counted(query, units, least):
        if isinstance(step, Agreement):
            trust.found = step
        else:
            trust.share = step
        yield step
    trust.least = max(least, best - 1) if query.steps > LONG else least
    began, spent = time.monotonic(), 0.0
    try:
        for ranges in drawn(query, units, wanted, least=trust.least) if wanted else ():
            if ranges is not None:
                trust.drawn.append(ranges)
            spent += time.monotonic() - began
            if spent > BUDGET:
                return
            yield ranges
            began = time.monotonic()
    except lv.SelectionError:  # there are too few other units to draw from
        return
