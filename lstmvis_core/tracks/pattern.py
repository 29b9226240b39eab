"""A track by a regular expression of the user's own."""

import numpy as np
import regex

from lstmvis_core.errors import TrackError
from lstmvis_core.tracks.track import GREY, Track, categorical

LONGEST = 200  # characters of a pattern
PATIENCE = 2.0  # seconds for a text: some patterns would take years


def pattern_track(text: str, pattern: str) -> Track:
    """Where a regular expression matches, of every character of a text.

    Parameters
    ----------
    text : str
    pattern : str
        As of the package `regex`, which knows all that Python's own `re` knows. ``^`` and ``$``
        are the ends of lines.

    Returns
    -------
    Track
        Of the labels "no match" and "match".

    Raises
    ------
    TrackError
        The pattern is no regular expression, or takes too long.

    Examples
    --------
    >>> pattern_track("in 1812 or 1813", "[0-9]+").values.tolist()
    [0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1]
    """
    if len(pattern) > LONGEST:
        raise TrackError(
            f"The pattern has {len(pattern):,} characters; at most {LONGEST} are allowed."
        )
    values = np.zeros(len(text), np.int64)
    try:
        for found in regex.compile(pattern, regex.MULTILINE).finditer(text, timeout=PATIENCE):
            values[found.start() : found.end()] = 1
    except regex.error as error:
        raise TrackError(f"The pattern {pattern!r} is no regular expression: {error}.") from error
    except TimeoutError:
        raise TrackError(
            f"The pattern {pattern!r} was stopped after {PATIENCE:g} seconds: it tries too many "
            "ways to match, as (a+)+ does. Write it with fewer repetitions inside each other."
        ) from None
    title = f"own pattern ({pattern})"
    return categorical("pattern", title, values, ("no match", "match"), {"no match": GREY})
