"""Track values to colours and labels.

Tables carry the number of a colour, not its name, and `COLOUR` turns numbers into colours: a tenth
of the bytes on the way to the browser.
"""

import altair as alt
import numpy as np

from lstmvis_core.charts.palette import HUES, SEQUENTIAL, UNKNOWN, ink, tint
from lstmvis_core.tracks import CATEGORICAL, Track

# Shades from low to high, then grey for unknown, then one tint a category.
COLOURS = (*SEQUENTIAL, UNKNOWN, *(tint(i) for i in range(len(HUES))))
INKS = np.array([ink(colour) for colour in COLOURS])
COLOUR = alt.Color(
    "colour:O", legend=None, scale=alt.Scale(domain=list(range(len(COLOURS))), range=COLOURS)
)
_UNKNOWN = len(SEQUENTIAL)


def shades(shares: np.ndarray) -> np.ndarray:
    """Numbers of sequential colours for shares from 0 to 1; grey where unknown."""
    unknown = np.isnan(shares)
    clipped = np.clip(np.where(unknown, 0, shares), 0, 1)
    return np.where(unknown, _UNKNOWN, clipped * (_UNKNOWN - 1) + 0.5).astype(np.int8)


def track_colours(track: Track, steps: np.ndarray) -> np.ndarray:
    """Numbers of the colours of some steps of a track, (step,)."""
    values = track.values[steps]
    if track.kind == CATEGORICAL:
        return (_UNKNOWN + 1 + values % len(HUES)).astype(np.int8)
    low, high = track.domain
    return shades((values - low) / (high - low))


def track_values(track: Track, steps: np.ndarray) -> np.ndarray:
    """What a tooltip says of some steps of a track: labels or rounded numbers, (step,)."""
    values = track.values[steps]
    if track.kind == CATEGORICAL:
        return np.array(track.labels)[values]
    return np.round(values, 2).astype(np.float32)


def track_legend(track: Track) -> list[tuple[str, str]]:
    """Pairs of colour and label that explain a track."""
    if track.kind == CATEGORICAL:
        return [(tint(i), label) for i, label in enumerate(track.labels)]
    low, high = track.domain
    middle = (low + high) / 2
    words = (f"{low:g}", f"{middle:g}", f"{high:g} or more")
    numbers = shades(np.array([0.0, 0.5, 1.0])).tolist()
    return [(COLOURS[number], word) for number, word in zip(numbers, words, strict=True)]
