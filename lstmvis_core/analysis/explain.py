"""From a unit to what explains it best: tokens, words, regular expressions and tracks.

Karpathy, Johnson and Li (2016, section 4.2) named units by looking at what they are high at. Here
all that can be named is held against a unit, exactly, and the best names come first.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lstmvis_core.analysis.ranked import RankedStates
from lstmvis_core.analysis.text_properties import Groups, TextProperties
from lstmvis_core.errors import StatesError
from lstmvis_core.states import CorpusStates
from lstmvis_core.text import Tokens
from lstmvis_core.tracks.track import CATEGORICAL, GREY, NONE, SCALAR, Track

LEAST = 20  # steps
MOST = 10
SAME = 0.9  # correlation, from which two properties are told apart no more
FAMILIES = ("token", "label", "pattern", "number", "word", "before", "pair", "triple")  # simpler
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
    unit, enough = _Unit(values, least), _LOOKED * most
    candidates = [
        *(one for groups in text.groups for one in _of_groups(unit, text, groups, enough)),
        *_of_patterns(unit, text),
        *(one for track in tracks for one in _of_track(unit, track, enough)),
    ]
    order = sorted(candidates, key=lambda one: (-round(abs(one.r), 9), one.simple))
    kept = _told_apart(unit, order[:enough], most)
    return [unit.explanation(one) for one in kept]


def checked_values(values: np.ndarray, steps: int) -> np.ndarray:
    """One finite value a step as float64; or a StatesError."""
    values = np.asarray(values, np.float64)
    if values.shape != (steps,) or not np.isfinite(values).all():
        raise StatesError(
            f"Needed is one finite value of a unit for each of the {steps:,} steps; got an array "
            f"of shape {values.shape}{', not all finite' if values.shape == (steps,) else ''}."
        )
    return values


@dataclass(frozen=True)
class _Candidate:
    """A property with its r; the rest is worked out for those that are given back."""

    r: float
    simple: tuple[int, int]  # the smaller, the simpler
    property: Callable[[], np.ndarray]  # of each step: bool, or numbers
    tell: Callable[[], dict[str, str]]  # its texts as of an `Explanation`


class _Unit:
    """The values of a unit, and what is needed of them again and again."""

    def __init__(self, values: np.ndarray, least: int) -> None:
        self.steps = len(values)
        self.least = max(1, least)
        self.values = values - values.mean()
        self.length = np.sqrt((self.values**2).sum())
        whole = CorpusStates(values[None], np.zeros(1, np.int64))
        self.ranks = RankedStates(whole).ranks[0]

    def correlations(self, counts: np.ndarray, sums: np.ndarray) -> np.ndarray:
        """r of properties that so many steps have, whose values add up to so much; NaN for those
        that too few steps have or lack."""
        enough = (counts >= self.least) & (self.steps - counts >= self.least)
        counts = np.where(enough, counts, 1)
        spread = np.sqrt(counts * (self.steps - counts) / self.steps) * self.length
        return np.where(enough, sums / np.maximum(spread, np.finfo(float).tiny), np.nan)

    def explanation(self, found: _Candidate) -> Explanation:
        has = found.property()
        if has.dtype != bool:
            known = int((~np.isnan(has)).sum())
            return Explanation(
                r=found.r, auc=np.nan, count=known, share=known / self.steps, **found.tell()
            )
        count = int(has.sum())
        # Ranks are 2 m − 1 of midranks m: Σ rank = p² + 2 · (pairs in which the one with it wins).
        won = (int(self.ranks[has].sum(dtype=np.int64)) - count**2) / 2
        auc = won / (count * (self.steps - count))
        return Explanation(
            r=found.r, auc=auc, count=count, share=count / self.steps, **found.tell()
        )


def _of_groups(
    unit: _Unit, text: TextProperties, groups: Groups, enough: int
) -> Iterator[_Candidate]:
    scores = _group_scores(unit, groups.of, len(groups.example))
    simple = (FAMILIES.index(groups.family), 0)
    for group in _best(scores, enough):
        yield _Candidate(
            float(scores[group]),
            simple,
            lambda group=group: groups.of == group,
            lambda group=group: {
                "name": text.name(groups, group),
                "family": groups.family,
                "pattern": text.pattern(groups, group),
            },
        )


def _group_scores(unit: _Unit, of: np.ndarray, number: int) -> np.ndarray:
    """r of each group of steps at once; steps of group −1 are in none."""
    counts = np.bincount(of + 1, minlength=number + 1)[1:]
    sums = np.bincount(of + 1, unit.values, minlength=number + 1)[1:]
    return unit.correlations(counts, sums)


def _best(scores: np.ndarray, enough: int) -> list[int]:
    """Those that may be among so many of the best."""
    strength = np.nan_to_num(np.abs(scores), nan=-1.0)
    order = np.argsort(-strength, kind="stable")[:enough]
    return [group for group in order.tolist() if strength[group] >= 0]


def _of_patterns(unit: _Unit, text: TextProperties) -> Iterator[_Candidate]:
    counts = text.matched.sum(axis=1)
    sums = np.array([unit.values[row].sum() for row in text.matched])
    scores = unit.correlations(counts, sums)
    for number, (name, pattern) in enumerate(text.patterns):
        if not np.isnan(scores[number]):
            told = {"name": name, "family": "pattern", "pattern": pattern}
            yield _Candidate(
                float(scores[number]),
                (FAMILIES.index("pattern"), number),
                lambda number=number: text.matched[number],
                lambda told=told: told,
            )


def _of_track(unit: _Unit, track: Track, enough: int) -> Iterator[_Candidate]:
    if track.kind == SCALAR:
        yield from _of_numbers(unit, track)
        return
    scores = _group_scores(unit, track.values, len(track.labels))
    for number in _best(scores, enough):
        label = track.labels[number]
        nothing = label == NONE or track.hues.get(label) == GREY
        told = {
            "name": f"{track.short}: {track.meanings.get(label, label)}",
            "family": "label",
            "track": track.name,
            "label": label,
        }
        yield _Candidate(
            float(scores[number]),
            (FAMILIES.index("label"), int(nothing)),
            lambda number=number: track.values == number,
            lambda told=told: told,
        )


def _of_numbers(unit: _Unit, track: Track) -> Iterator[_Candidate]:
    known = ~np.isnan(track.values)
    if known.sum() < max(unit.least, 2):
        return
    numbers, values = track.values[known].astype(np.float64), unit.values[known]
    if numbers.min() == numbers.max() or values.min() == values.max():
        return
    told = {"name": track.short, "family": "number", "track": track.name}
    yield _Candidate(
        float(np.clip(np.corrcoef(numbers, values)[0, 1], -1, 1)),
        (FAMILIES.index("number"), 0),
        lambda: track.values.astype(np.float64),
        lambda: told,
    )


def _told_apart(unit: _Unit, order: list[_Candidate], most: int) -> list[_Candidate]:
    """The best, and of those that say nearly the same the simplest."""
    kept: list[_Candidate] = []
    directions = np.empty((min(most, len(order)), unit.steps), np.float32)
    for one in order:
        direction = _direction(one.property())
        alike = np.abs(directions[: len(kept)] @ direction) >= SAME
        if alike.any():
            place = int(np.flatnonzero(alike)[0])
            if one.simple < kept[place].simple:
                kept[place], directions[place] = one, direction
        elif len(kept) < most:
            kept.append(one)
            directions[len(kept) - 1] = direction
    return sorted(kept, key=lambda one: -abs(one.r))


def _direction(property: np.ndarray) -> np.ndarray:
    """A property of mean 0 and length 1, so that products are correlations."""
    filled = property.astype(np.float32)
    unknown = np.isnan(filled)
    filled[unknown] = filled[~unknown].mean(dtype=np.float64)
    filled -= filled.mean(dtype=np.float64)
    return filled / np.sqrt(np.dot(filled, filled))
