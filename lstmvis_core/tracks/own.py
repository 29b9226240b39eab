"""Tracks that the user brings: a regular expression, or a label for each token."""

import numpy as np

from lstmvis_core.errors import TrackError
from lstmvis_core.text import Tokens
from lstmvis_core.tracks.labels import Labels, numbers_of
from lstmvis_core.tracks.options import Options
from lstmvis_core.tracks.pattern import pattern_track
from lstmvis_core.tracks.registry import LABELS, OPTIONS, source
from lstmvis_core.tracks.track import NONE, Track, categorical, scalar


@source("own pattern", OPTIONS, when=lambda model, options: bool(options.pattern))
def pattern(text: str, options: Options) -> Track:
    """Where a regular expression matches."""
    return pattern_track(text, options.pattern)


@source("own labels", LABELS, when=lambda model, options: options.labels is not None)
def labels(own: Labels, tokens: Tokens) -> Track:
    """What a file says of each token; an empty label is none."""
    if len(own.values) != len(tokens):
        raise TrackError(
            f"{own.title} has {len(own.values):,} labels, and the model reads this text as "
            f"{len(tokens):,} tokens. Needed is one label for each token."
        )
    title = f"own labels ({own.title})"
    numbers = numbers_of(own)
    if numbers is not None:
        known = [number for number in numbers if not np.isnan(number)]
        low, high = min(0.0, *known), max(known)
        return scalar("labels", title, numbers, low, high if high > low else low + 1)
    values = [value or NONE for value in own.values]
    names = sorted(set(values), key=lambda value: (value != NONE, value))
    index = {value: number for number, value in enumerate(names)}
    return categorical("labels", title, [index[value] for value in values], names)
