"""From a unit to what explains it best: tokens, words, regular expressions and tracks.

Karpathy, Johnson and Li (2016, section 4.2) named units by looking at what they are high at. Here
all that can be named is held against a unit, exactly, and the best names come first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lstmvis_core.analysis.candidates import (
    Candidate,
    Unit,
    of_groups,
    of_patterns,
    of_track,
    told_apart,
)
from lstmvis_core.analysis.text_properties import TextProperties
from lstmvis_core.errors import StatesError
from lstmvis_core.text import Tokens
from lstmvis_core.tracks.track import CATEGORICAL, SCALAR, Track

LEAST = 20  # steps
MOST = 10
_LOOKED = 4  # candidates that are looked at for each that is given back


@dataclass(frozen=True)
class Explanation:
    """A property of the steps, and how well a unit goes with it.

    Attributes
    ----------
    name : str
        For people.
    family : {"token", "before", "pair", "triple", "word", "pattern", "label", "number"}
    r : float
        Pearson's correlation of the unit with the property, in [−1, 1]; of a property that a step
        has or has not, it counts as 1 or 0 (point-biserial).
    auc : float
        The probability that the unit is higher at a step with the property than at one without,
        ties counting half; NaN for numbers.
    count : int
        Steps with the property; of numbers those at which they are known.
    share : float
        The same as a share of all steps.
    pattern : str
        A regular expression for it; nothing for a track.
    track, label : str
        Name of the track, and which of its labels; nothing for the others.
    """

    name: str
    family: str
    r: float
    auc: float
    count: int
    share: float
    pattern: str = ""
    track: str = ""
    label: str = ""

    @property
    def explained(self) -> float:
        """Share of the unit's variance that goes with the property: r²."""
        return self.r**2


def explain_unit(
    values: np.ndarray,
    text: TextProperties | Tokens,
    tracks: Sequence[Track] = (),
    *,
    least: int = LEAST,
    most: int = MOST,
) -> list[Explanation]:
    """Find the properties of the steps that go best with a unit.

    Tried are: each token, the token before, the last two and three tokens, of characters each word
    while it is read, a list of regular expressions (`lstmvis_core.analysis.patterns`), each label
    of the tracks, and their numbers.

    Parameters
    ----------
    values : numpy.ndarray, (time_step,)
        Of one unit over a text or corpus; finite.
    text : TextProperties or Tokens
        What the unit has read; tokens alone are one document of characters.
    tracks : sequence of Track
        Over the same steps. Those of several guesses a step are left out.
    least : int
        Properties that fewer steps have, or lack, are left out.
    most : int
        How many are given back at most.

    Returns
    -------
    list of Explanation
        The largest |r| first. Of properties that say nearly the same (correlation of 0.9 or more)
        only the simplest is there. Nothing for a constant unit.

    Raises
    ------
    StatesError
        There is not one finite value for each step, or a track is of other steps.

    Notes
    -----
    The AUC alone would praise what is rare, and how much of the variance is explained praises what
    is frequent enough to matter to the unit: hence the order. The best of thousands of
    properties goes with any unit a little; a small r² says that nothing here explains the unit.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> tokens = lv.Vocabulary.from_text("ab1").encode("a1ba" * 30)
    >>> is_digit = np.array([string == "1" for string in tokens.strings])
    >>> best = explain_unit(is_digit * 0.5, tokens)[0]
    >>> best.name, best.pattern, round(best.r, 6), best.auc, best.share
    ('“1”', '1', 1.0, 1.0, 0.25)
    """
    if isinstance(text, Tokens):
        text = TextProperties(text, np.zeros(1, np.int64))
    values = checked_values(values, len(text.tokens))
    tracks = [track for track in tracks if track.kind in (CATEGORICAL, SCALAR)]
    for track in tracks:
        if track.values.shape != values.shape:
            raise StatesError(
                f"The track {track.name!r} has {len(track.values):,} values, and the unit has "
                f"{len(values):,} steps. Take a track over the same text."
            )
    if not len(values) or values.min() == values.max():
        return []
    unit, enough = Unit(values, least), _LOOKED * most
    candidates = [
        *(one for groups in text.groups for one in of_groups(unit, text, groups, enough)),
        *of_patterns(unit, text),
        *(one for track in tracks for one in of_track(unit, track, enough)),
    ]
    order = sorted(candidates, key=lambda one: (-round(abs(one.r), 9), one.simple))
    kept = told_apart(unit, order[:enough], most)
    return [_explanation(unit, one) for one in kept]


def checked_values(values: np.ndarray, steps: int) -> np.ndarray:
    """One finite value a step as float64; or a StatesError."""
    values = np.asarray(values, np.float64)
    if values.shape != (steps,) or not np.isfinite(values).all():
        raise StatesError(
            f"Needed is one finite value of a unit for each of the {steps:,} steps; got an array "
            f"of shape {values.shape}{', not all finite' if values.shape == (steps,) else ''}."
        )
    return values


def _explanation(unit: Unit, found: Candidate) -> Explanation:
    has = found.property()
    if has.dtype == bool:
        auc, count = unit.auc(has), int(has.sum())
    else:
        auc, count = np.nan, int((~np.isnan(has)).sum())
    share = count / unit.steps
    return Explanation(r=found.r, auc=auc, count=count, share=share, **found.tell())
