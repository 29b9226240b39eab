"""Turns for what takes long: one thing at a time, and everybody sees how many come before.

No Streamlit here. Those who wait for the same thing share its turn, as they share the computation;
whoever leaves while waiting gives up the place.
"""

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

POLL = 0.2  # seconds between two looks at the queue
_INSIDE = threading.local()  # whether this thread has a turn, of any queue


class Turns:
    """A queue of things to do.

    Examples
    --------
    >>> turns = Turns()
    >>> with turns.turn("a long text"):
    ...     turns.ahead("another")
    1
    """

    def __init__(self, at_once: int = 1) -> None:
        self._at_once = at_once
        self._wanted: dict[Hashable, int] = {}  # in order, and by how many
        self._changed = threading.Condition()

    def ahead(self, what: Hashable) -> int:
        """How many other things come before it can begin."""
        place = list(self._wanted).index(what) if what in self._wanted else len(self._wanted)
        return max(0, place + 1 - self._at_once)

    @contextmanager
    def turn(self, what: Hashable, report: Callable[[int], object] | None = None) -> Iterator[None]:
        """Wait until it is its turn, and have it as long as the block runs.

        Parameters
        ----------
        what : hashable
            What is to be done. A thread that has a turn, of whatever queue, waits for no other:
            two could wait for each other.
        report : callable or None
            Called with `ahead` again and again while it waits. It may raise, to leave.
        """
        if getattr(_INSIDE, "turn", False):
            yield
            return
        with self._changed:
            self._wanted[what] = self._wanted.get(what, 0) + 1
        try:
            while ahead := self.ahead(what):
                if report is not None:
                    report(ahead)
                with self._changed:
                    self._changed.wait(POLL)
            _INSIDE.turn = True
            try:
                yield
            finally:
                _INSIDE.turn = False
        finally:
            with self._changed:
                self._wanted[what] -= 1
                if not self._wanted[what]:
                    del self._wanted[what]
                self._changed.notify_all()
