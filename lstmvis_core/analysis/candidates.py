"""Properties that may explain a unit: all groups of steps, patterns and tracks, each with its r."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from lstmvis_core.analysis.ranked import RankedStates
from lstmvis_core.analysis.text_properties import Groups, TextProperties
from lstmvis_core.states import CorpusStates
from lstmvis_core.tracks.track import GREY, NONE, SCALAR, Track

SAME = 0.9  # correlation, from which two properties are told apart no more
FAMILIES = ("token", "label", "pattern", "number", "word", "before", "pair", "triple")  # simpler


@dataclass(frozen=True)
class Candidate:
    """A property with its r; the rest is worked out for those that are told."""

    r: float
    simple: tuple[int, int]  # the smaller, the simpler
    property: Callable[[], np.ndarray]  # of each step: bool, or numbers
    tell: Callable[[], dict[str, str]]  # its texts as of an `Explanation`


class Unit:
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
        found = np.clip(sums / np.maximum(spread, np.finfo(float).tiny), -1, 1)
        return np.where(enough, found, np.nan)

    def auc(self, has: np.ndarray) -> float:
        """Of a property that some steps have and some lack: bool, (time_step,)."""
        count = int(has.sum())
        # Ranks are 2 m − 1 of midranks m: Σ rank = p² + 2 · (pairs in which the one with it wins).
        won = (int(self.ranks[has].sum(dtype=np.int64)) - count**2) / 2
        return won / (count * (self.steps - count))


def of_groups(unit: Unit, text: TextProperties, groups: Groups, enough: int) -> Iterator[Candidate]:
    """The best of many groups of steps; all are scored at once."""
    scores = _group_scores(unit, groups.of, len(groups.example))
    simple = (FAMILIES.index(groups.family), 0)
    for group in _best(scores, enough):
        yield Candidate(
            float(scores[group]),
            simple,
            lambda group=group: groups.of == group,
            lambda group=group: {
                "name": text.name(groups, group),
                "family": groups.family,
                "pattern": text.pattern(groups, group),
            },
        )


def _group_scores(unit: Unit, of: np.ndarray, number: int) -> np.ndarray:
    """r of each group of steps at once; steps of group −1 are in none."""
    counts = np.bincount(of + 1, minlength=number + 1)[1:]
    sums = np.bincount(of + 1, unit.values, minlength=number + 1)[1:]
    return unit.correlations(counts, sums)


def _best(scores: np.ndarray, enough: int) -> list[int]:
    """Those that may be among so many of the best."""
    strength = np.nan_to_num(np.abs(scores), nan=-1.0)
    order = np.argsort(-strength, kind="stable")[:enough]
    return [group for group in order.tolist() if strength[group] >= 0]


def of_patterns(unit: Unit, text: TextProperties) -> Iterator[Candidate]:
    """All patterns that match often enough."""
    counts = text.matched.sum(axis=1)
    sums = np.array([unit.values[row].sum() for row in text.matched])
    scores = unit.correlations(counts, sums)
    for number, (name, pattern) in enumerate(text.patterns):
        if not np.isnan(scores[number]):
            told = {"name": name, "family": "pattern", "pattern": pattern}
            yield Candidate(
                float(scores[number]),
                (FAMILIES.index("pattern"), number),
                lambda number=number: text.matched[number],
                lambda told=told: told,
            )


def of_track(unit: Unit, track: Track, enough: int) -> Iterator[Candidate]:
    """The best labels of a track, or its numbers."""
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
        yield Candidate(
            float(scores[number]),
            (FAMILIES.index("label"), int(nothing)),
            lambda number=number: track.values == number,
            lambda told=told: told,
        )


def _of_numbers(unit: Unit, track: Track) -> Iterator[Candidate]:
    known = ~np.isnan(track.values)
    if known.sum() < max(unit.least, 2):
        return
    numbers, values = track.values[known].astype(np.float64), unit.values[known]
    if numbers.min() == numbers.max() or values.min() == values.max():
        return
    told = {"name": track.short, "family": "number", "track": track.name}
    yield Candidate(
        float(np.clip(np.corrcoef(numbers, values)[0, 1], -1, 1)),
        (FAMILIES.index("number"), 0),
        lambda: track.values.astype(np.float64),
        lambda: told,
    )


def told_apart(unit: Unit, order: list[Candidate], most: int) -> list[Candidate]:
    """The best, and of those that say nearly the same the simplest."""
    kept: list[Candidate] = []
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
