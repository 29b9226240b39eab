"""Checks of units: which are selected, where else they are on, what they tell."""

from typing import Any

import numpy as np

import lstmvis_core as lv
from lstmvis_core.tracks import CATEGORICAL
from pages.ui import cached
from pages.ui.checks.check import Compute, Verdict, check
from pages.ui.find import found, with_property
from pages.ui.gate_shares import shares
from pages.ui.search import Search
from pages.ui.select_panel import selected_units
from pages.ui.text_panel import read
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, count


@check
def selects(value: Any) -> Compute:
    """So many units are selected: `selects: [1, 5]`, at least and at most."""
    least, most = (int(one) for one in value)

    def compute(_: View, view: View) -> Verdict:
        units = selected_units(view, read(view))
        said = f"{count(len(units), 'unit')} {'is' if len(units) == 1 else 'are'} selected."
        return Verdict(least <= len(units) <= most, said)

    return compute


@check
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
        said = f"{have:.0%} of the steps in the {len(places)} best places are “{label}”."
        return Verdict(have >= share if share is not None else have <= float(most or 0), said)

    return compute


def _is_label(track: lv.Track, label: Any) -> np.ndarray:
    if track.kind != CATEGORICAL:
        return track.values == float(label)
    if label not in track.labels:
        return np.zeros(len(track.values), bool)
    return track.values == track.labels.index(label)


@check
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


@check
def gates_open(value: Any) -> Compute:
    """A gate of each picked unit is open so often: `gates_open: {gate: forget_gate, share: 0.9}`.

    That is the share of the time, over what the page Gates shows.
    """
    told = dict(value)
    gate, least = str(told["gate"]), float(told["share"])
    if not gate.endswith("_gate"):
        raise ValueError(f"there is no gate {gate!r}")

    def compute(_: View, view: View) -> Verdict:
        layer = shares(view, cached.network(view), read(view))[view.layer - 1]
        if gate not in layer:
            return Verdict(False, f"This network has no {KIND_NAMES[gate]}.")
        if not view.dots:
            return Verdict(False, "No unit is picked yet.")
        share = float(layer[gate].right[list(view.dots)].min())
        which = f"unit {view.dots[0]}" if len(view.dots) == 1 else "each of these units"
        return Verdict(
            share >= least,
            f"The {KIND_NAMES[gate]} of {which} is open {share:.0%} of the time"
            + (" or more." if len(view.dots) > 1 else "."),
        )

    return compute
