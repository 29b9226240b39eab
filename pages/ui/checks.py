"""What a step of a lesson can check: each by computing it from what the student did.

A check says whether it holds for a view, and why. No answer is stored anywhere: what is right comes
from the network, the text and the corpus in view.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import regex

import lstmvis_core as lv
from lstmvis_core.tracks import CATEGORICAL
from pages.ui import cached
from pages.ui.find import found, with_property
from pages.ui.search import Search
from pages.ui.select_panel import selected_units
from pages.ui.text_panel import read
from pages.ui.view import View
from pages.ui.words import count


@dataclass(frozen=True)
class Verdict:
    """Whether a check holds, and what was computed, in a sentence."""

    holds: bool
    said: str


# Of the view that was prepared, and the one that is there now.
Compute = Callable[[View, View], Verdict]


@dataclass(frozen=True)
class Check:
    """A check with what it was told."""

    name: str
    value: Any
    compute: Compute

    def verdict(self, prepared: View, view: View) -> Verdict:
        """Whether it holds now."""
        return self.compute(prepared, view)


CHECKS: dict[str, Callable[[Any], Check]] = {}


def _check(make: Callable[[Any], Compute]) -> Callable[[Any], Compute]:
    """Register what makes a check of the value that a lesson gives it, under its own name."""
    name = make.__name__
    CHECKS[name] = lambda value: Check(name, value, make(value))
    return make


_FIELDS = {one.name for one in fields(View)}


@_check
def changed(value: Any) -> Compute:
    """The student has changed a setting: `changed: text`, or several in a list."""
    names = [value] if isinstance(value, str) else list(value)
    if unknown := set(names) - _FIELDS:
        raise ValueError(f"there is no setting {sorted(unknown)[0]!r}")

    def compute(prepared: View, view: View) -> Verdict:
        same = [name for name in names if getattr(prepared, name) == getattr(view, name)]
        if same:
            return Verdict(False, f"Still as it was prepared: {', '.join(same)}.")
        return Verdict(True, f"Changed: {', '.join(names)}.")

    return compute


@_check
def setting(value: Any) -> Compute:
    """Settings have these values: `setting: {panel: off, unit: 12}`."""
    wanted = dict(value)
    if unknown := set(wanted) - _FIELDS:
        raise ValueError(f"there is no setting {sorted(unknown)[0]!r}")

    def compute(_: View, view: View) -> Verdict:
        wrong = [name for name, one in wanted.items() if getattr(view, name) != one]
        if wrong:
            return Verdict(False, f"Not yet: {wrong[0]} is {getattr(view, wrong[0])}.")
        return Verdict(True, f"Set: {', '.join(wanted)}.")

    return compute


@_check
def text_has(value: Any) -> Compute:
    """The text has something that a regular expression matches: `text_has: '".+"'`."""
    if not isinstance(value, str):
        raise ValueError("a regular expression is a piece of text")
    try:
        pattern = regex.compile(value)
    except regex.error as error:
        raise ValueError(f"{value!r} is no regular expression ({error})") from error

    def compute(_: View, view: View) -> Verdict:
        try:
            match = pattern.search(view.text, timeout=0.2)
        except TimeoutError:
            match = None  # a stranger's expression may have no end
        if match is None:
            return Verdict(False, "Your text does not have it yet.")
        return Verdict(True, f"Your text has “{match.group()[:40]}”.")

    return compute


@_check
def selects(value: Any) -> Compute:
    """So many units are selected: `selects: [1, 5]`, at least and at most."""
    least, most = (int(one) for one in value)

    def compute(_: View, view: View) -> Verdict:
        units = selected_units(view, read(view))
        said = f"{count(len(units), 'unit')} {'is' if len(units) == 1 else 'are'} selected."
        return Verdict(least <= len(units) <= most, said)

    return compute


@_check
def matches_have(value: Any) -> Compute:
    """Of the best places of the corpus so many have a label: `{track: level, is: 4, share: 0.9}`.

    With `at_most` in place of `share` they must have it that seldom: a guess refuted. Of a track of
    numbers the value at every step counts.
    """
    told = dict(value)
    name, label = str(told["track"]), told["is"]
    share, most = told.get("share"), told.get("at_most")
    if (share is None) == (most is None):
        raise ValueError("it needs either 'share' or 'at_most'")

    def compute(_: View, view: View) -> Verdict:
        units = selected_units(view, read(view))
        if not len(units):
            return Verdict(False, "No unit is selected, so there are no places.")
        places = cached.matches(Search.of(view, units))
        if not places:
            return Verdict(False, "There is no place where these units do the same.")
        track = cached.corpus_track(view, name)
        of_steps = _is_label(track, label)
        inside = np.concatenate([of_steps[one.start : one.end] for one in places])
        have = float(inside.mean())
        said = f"{have:.0%} of the steps in the {len(places)} best places are *{label}*."
        return Verdict(have >= share if share is not None else have <= float(most or 0), said)

    return compute


def _is_label(track: lv.Track, label: Any) -> np.ndarray:
    if track.kind != CATEGORICAL:
        return track.values == float(label)
    if label not in track.labels:
        return np.zeros(len(track.values), bool)
    return track.values == track.labels.index(label)


@_check
def unit_tells(value: Any) -> Compute:
    """The unit in view tells the property that is asked for so well: `unit_tells: 0.9`.

    An AUC, either way round, or |r| of a number.
    """
    least = float(value)

    def compute(_: View, view: View) -> Verdict:
        trace, network = read(view), cached.network(view)
        if trace is None:
            return Verdict(False, "There is no text.")
        asked = with_property(view, network, trace)[0]
        result = found(asked, network, trace)
        score = float(result.scores[view.layer - 1][view.unit])
        told = max(score, 1 - score) if result.binary else abs(score)
        name = "AUC" if result.binary else "|r|"
        said = f"Unit {view.unit} of layer {network.layers[view.layer - 1]}: {name} {told:.2f}."
        return Verdict(told >= least, said)

    return compute
