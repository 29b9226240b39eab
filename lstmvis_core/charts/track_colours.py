"""Track values to colours and labels."""

from lstmvis_core.charts.palette import shade, tint
from lstmvis_core.tracks import CATEGORICAL, Track


def track_colour(track: Track, step: int) -> str:
    """The colour of one step of a track."""
    value = track.values[step]
    if track.kind == CATEGORICAL:
        return tint(int(value))
    low, high = track.domain
    return shade(float((value - low) / (high - low)))


def track_legend(track: Track) -> list[tuple[str, str]]:
    """Pairs of colour and label that explain a track."""
    if track.kind == CATEGORICAL:
        return [(tint(i), label) for i, label in enumerate(track.labels)]
    low, high = track.domain
    middle = (low + high) / 2
    return [(shade(0), f"{low:g}"), (shade(0.5), f"{middle:g}"), (shade(1), f"{high:g} or more")]
