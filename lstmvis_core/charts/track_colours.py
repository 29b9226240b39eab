"""Track values to colours and labels."""

import numpy as np

from lstmvis_core.charts.palette import SEQUENTIAL, UNKNOWN, shade, tint
from lstmvis_core.tracks import CATEGORICAL, Track

_SHADES = np.array([*SEQUENTIAL, UNKNOWN])


def shades(shares: np.ndarray) -> np.ndarray:
    """Sequential colours for shares from 0 to 1; grey where unknown (`palette.shade`, in bulk)."""
    unknown = np.isnan(shares)
    place = (np.clip(np.where(unknown, 0, shares), 0, 1) * (len(SEQUENTIAL) - 1) + 0.5).astype(int)
    return _SHADES[np.where(unknown, len(SEQUENTIAL), place)]


def track_colours(track: Track, steps: np.ndarray) -> np.ndarray:
    """The colours of some steps of a track, (step,)."""
    values = track.values[steps]
    if track.kind == CATEGORICAL:
        return np.array([tint(i) for i in range(len(track.labels))])[values]
    low, high = track.domain
    return shades((values - low) / (high - low))


def track_values(track: Track, steps: np.ndarray) -> np.ndarray:
    """What a tooltip says of some steps of a track: labels or rounded numbers, (step,)."""
    values = track.values[steps]
    if track.kind == CATEGORICAL:
        return np.array(track.labels)[values]
    return np.round(values, 2)


def track_legend(track: Track) -> list[tuple[str, str]]:
    """Pairs of colour and label that explain a track."""
    if track.kind == CATEGORICAL:
        return [(tint(i), label) for i, label in enumerate(track.labels)]
    low, high = track.domain
    middle = (low + high) / 2
    return [(shade(0), f"{low:g}"), (shade(0.5), f"{middle:g}"), (shade(1), f"{high:g} or more")]
