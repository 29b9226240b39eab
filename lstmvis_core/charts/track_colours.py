"""Track values to colours, labels and legends.

Tables carry the number of a colour, not its name, and `COLOUR` turns numbers into colours: a tenth
of the bytes on the way to the browser.
"""

import altair as alt
import numpy as np

from lstmvis_core.charts.palette import HUES, NOTHING, SEQUENTIAL, UNKNOWN, ink, tint
from lstmvis_core.charts.tokens import visible
from lstmvis_core.tracks import CATEGORICAL, NONE, TOP_K, Track
from lstmvis_core.tracks.track import GREY, told

# Shades from low to high, then greys for unknown and for nothing, then one tint a hue.
COLOURS = (*SEQUENTIAL, UNKNOWN, NOTHING, *(tint(i) for i in range(len(HUES))))
INKS = np.array([ink(colour) for colour in COLOURS])
COLOUR = alt.Color(
    "colour:O", legend=None, scale=alt.Scale(domain=list(range(len(COLOURS))), range=COLOURS)
)
_UNKNOWN = len(SEQUENTIAL)
_NOTHING = _UNKNOWN + 1
MOST = 20  # labels that a legend tells


def shades(shares: np.ndarray) -> np.ndarray:
    """Numbers of sequential colours for shares from 0 to 1; grey where unknown."""
    unknown = np.isnan(shares)
    clipped = np.clip(np.where(unknown, 0, shares), 0, 1)
    return np.where(unknown, _UNKNOWN, clipped * (_UNKNOWN - 1) + 0.5).astype(np.int8)


def track_colours(track: Track, steps: np.ndarray) -> np.ndarray:
    """Numbers of the colours of some steps of a track, (step,); of guesses, by the best one."""
    if track.kind == CATEGORICAL:
        return _label_colours(track)[track.values[steps]]
    if track.kind == TOP_K:
        return shades(track.shares[steps, 0])
    low, high = track.domain
    return shades((track.values[steps] - low) / (high - low))


def track_values(track: Track, steps: np.ndarray) -> np.ndarray:
    """What a tooltip says of some steps of a track: words or rounded numbers, (step,)."""
    if track.kind == CATEGORICAL:
        return np.array([_with_meaning(track, label) for label in track.labels])[
            track.values[steps]
        ]
    if track.kind == TOP_K:
        return np.array([_guessed(track, step) for step in steps.tolist()])
    return np.round(track.values[steps], 2).astype(np.float32)


def track_legend(track: Track) -> list[tuple[str, str]]:
    """Pairs of colour and label that explain a track."""
    if track.kind == CATEGORICAL:
        numbers = _label_colours(track).tolist()[:MOST]
        legend = [
            (COLOURS[number], _with_meaning(track, label))
            for number, label in zip(numbers, track.labels, strict=False)
        ]
        rest = len(track.labels) - len(legend)
        return [*legend, (UNKNOWN, f"and {rest} more")] if rest else legend
    low, high = track.domain
    more = "" if track.kind == TOP_K or track.name == "probability" else " or more"
    words = (f"{low:g}", f"{(low + high) / 2:g}", f"{high:g}{more}")
    numbers = shades(np.array([0.0, 0.5, 1.0])).tolist()
    return [(COLOURS[number], word) for number, word in zip(numbers, words, strict=True)]


def needs_letters(track: Track) -> bool:
    """Whether some of its labels share a colour, so that letters have to tell them apart."""
    colours = _label_colours(track)
    return len(set(colours.tolist())) < len(colours)


def label_hues(track: Track) -> list[int]:
    """The number of the hue of each label: as the track says, or one after the other; or `GREY`."""
    hues, number = [], 0
    for label in track.labels:
        hue = GREY if label == NONE else track.hues.get(label, number)
        number += hue != GREY
        hues.append(hue)
    return hues


def _label_colours(track: Track) -> np.ndarray:
    """The number of the colour of each label."""
    hues = label_hues(track)
    numbers = [_NOTHING if hue == GREY else _NOTHING + 1 + hue % len(HUES) for hue in hues]
    return np.array(numbers, np.int8)


def is_written(track: Track) -> list[bool]:
    """Which labels are written into a row: those that have a colour."""
    return (_label_colours(track) != _NOTHING).tolist()


def _with_meaning(track: Track, label: str) -> str:
    meaning = track.meanings.get(label)
    return f"{label}: {meaning}" if meaning else visible(label)


def _guessed(track: Track, step: int) -> str:
    pairs = zip(track.values[step].tolist(), track.shares[step].tolist(), strict=True)
    return ", ".join(told(visible(track.labels[guess]), share) for guess, share in pairs)
