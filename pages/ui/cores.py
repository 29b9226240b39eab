"""Which cores the threads of this server run on, where it has few, and how many compute.

The threads of all sessions pass one interpreter on from one to the other, hundreds of times a page.
From core to core that takes so long that ten pages at once wait for each other for seconds while
both cores are half idle; on one core it takes nothing. So pages are drawn on one core, and what
computes for long, outside the interpreter, on all of them. On a machine of many cores, which it
may share with others, a server goes where the system sends it; so it does anywhere, if
``HIDDEN_STATES_ONE_CORE`` is 0.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from threadpoolctl import threadpool_limits

FEW = 4
_ALL = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set[int]()


def draw_on_one_core() -> None:
    """Let this thread, and all that the server starts from now on, run on one core."""
    if _are_few():
        # A thread begins on the cores of the one that starts it: here, of the process's first.
        for thread in (os.getpid(), 0):
            os.sched_setaffinity(thread, {max(_ALL)})


def compute_on_one_thread() -> None:
    """Let a library of linear algebra use one thread: a second that waits for a core keeps it busy.

    A thread of its own says so. threadpoolctl keeps the one that did, and with the thread of a
    session all that its user typed and brought, for as long as the server runs.
    """
    asks = Thread(target=threadpool_limits, args=(1,))
    asks.start()
    asks.join()


@contextmanager
def all_cores() -> Iterator[None]:
    """Let this thread run on all cores as long as the block runs."""
    if not _are_few():
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, _ALL)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _are_few() -> bool:
    return 1 < len(_ALL) <= FEW and os.environ.get("HIDDEN_STATES_ONE_CORE") != "0"
