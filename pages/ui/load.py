"""Whether many are at work on this server, so that what can wait should wait."""

import time
from collections import deque

MANY, WITHIN = 8, 4.0  # pages begun, and seconds
_BEGUN: deque[float] = deque(maxlen=MANY)


def note_page() -> None:
    """A page is begun."""
    _BEGUN.append(time.monotonic())


def is_busy() -> bool:
    """Whether so many pages were begun within the last seconds."""
    return len(_BEGUN) == MANY and time.monotonic() - _BEGUN[0] < WITHIN
