"""What somebody sees who waits: how far a computation is, how many come first, and a way out.

There is one queue for what the embedded corpora need, one for texts that somebody brought, one for
parsers, one for the Hub: so a long text of one's own keeps nobody else from working.
"""

import threading
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import CancelledError, Future, wait
from contextlib import contextmanager
from typing import TypeVar

import streamlit as st

import lstmvis_core as lv
from pages.ui import session
from pages.ui.cores import all_cores
from pages.ui.turns import POLL, Turns
from pages.ui.words import count, plain

T = TypeVar("T")

EMBEDDED, OWN_TEXTS, PARSERS = Turns(), Turns(), Turns()
HUB = Turns(at_once=3)  # which wait for the network rather than compute

# What this server has computed: `cache_resource` would hide the progress from all who wait.
_COMPUTED: set[Hashable] = set()


def is_computed(key: Hashable) -> bool:
    """Whether this server has computed it already."""
    return key in _COMPUTED


@contextmanager
def progress(key: Hashable, queue: Turns) -> Iterator[Callable[[lv.Progress], object] | None]:
    """A bar for what takes a while, from its place in the queue on; None if it was computed."""
    if key in _COMPUTED:
        yield None
        return
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        bar = st.empty()
        _way_out(key)

    def report(now: lv.Progress) -> None:
        left = "" if now.remaining is None else f", about {now.remaining:.0f} s left"
        bar.progress(min(1.0, now.done), f"{plain(now.doing)}: {now.done:.0%}{left}")

    with queue.turn(key, lambda ahead: bar.progress(0.0, _before(ahead))), all_cores():
        yield report
    place.empty()
    _COMPUTED.add(key)


def fetched(what: str, fetch: Callable[[], T], show: Callable[[], object] | None = None) -> T:
    """What comes from the Hub, in its turn; says how many come first.

    A thread of its own waits for the network. So its user can go elsewhere: a newer request ends
    the run at its next look whether it has come. Once begun it keeps its turn, and ends.

    Parameters
    ----------
    what : str
        Those who want the same share a turn.
    fetch : callable
        Must not draw on the page.
    show : callable or None
        Called again and again while it is fetched; may draw how far it is.
    """
    place, came, gone = st.empty(), Future[T](), threading.Event()
    ahead = 0

    def report(number: int) -> None:
        nonlocal ahead
        ahead = number
        if gone.is_set():
            raise CancelledError

    def run() -> None:
        try:
            with HUB.turn(what, report):
                report(0)
                came.set_result(fetch())
        except BaseException as error:  # raised where it is asked for
            came.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        while wait([came], POLL).not_done:
            if ahead:
                place.info(_before(ahead), icon=":material/hourglass:")
            else:
                place.empty()
                if show is not None:
                    show()
    finally:
        gone.set()
    place.empty()
    return came.result()


def _before(ahead: int) -> str:
    verb = "comes" if ahead == 1 else "come"
    return f"Waiting: {count(ahead, 'other task')} of this server {verb} first"


def _way_out(key: Hashable) -> None:
    """A button that leaves the computation, where there is something to go back to."""
    before = session.retreat()
    if before is not None:
        st.button(
            "Cancel",
            key=f"cancel_{hash(key)}",
            icon=":material/close:",
            on_click=session.show,
            args=(before,),
            help="Goes back to what was shown before.",
        )
