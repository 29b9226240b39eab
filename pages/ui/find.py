"""Which property is asked for, and how well every unit tells it: computed once for all sessions."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.cache import let_go
from lstmvis_core.tracks import CATEGORICAL, TOP_K, Options
from lstmvis_core.tracks.track import GREY, NONE
from pages.ui import cached
from pages.ui.cached import BY_ID
from pages.ui.network import Network
from pages.ui.own_tracks import options_of
from pages.ui.parameters import RANGE
from pages.ui.view import View

PATTERN = "pattern"
TITLES = {RANGE: "the range marked in your text", PATTERN: "a pattern of your own"}


@dataclass(frozen=True, eq=False)
class Found:
    """How well the units of all layers tell a property.

    Attributes
    ----------
    binary : bool
        Whether a step has the property or not; otherwise it is a number.
    scores : tuple of numpy.ndarray, (unit,)
        Of each layer, as `lv.rank_units` gives them.
    chance : float
        What the best of all units stays below in 95 of 100 cases: AUC − 0.5, or r.
    share : float
        Of the steps that have the property; of a number NaN.
    probes : tuple of lv.Probe
        Of each layer; none where the text is too short to learn from.
    """

    binary: bool
    scores: tuple[np.ndarray, ...]
    chance: float
    share: float
    probes: tuple[lv.Probe, ...]

    @property
    def neutral(self) -> float:
        """The score of a unit that says nothing."""
        return 0.5 if self.binary else 0.0

    def best(self, number: int) -> list[tuple[int, int, float]]:
        """Layer, unit and score of the most telling ones, the best first."""
        every = [
            (layer, unit, float(score))
            for layer, scores in enumerate(self.scores, 1)
            for unit, score in enumerate(scores)
            if not np.isnan(score)
        ]
        return sorted(every, key=lambda one: (-abs(one[2] - self.neutral), one[:2]))[:number]


def properties(view: View) -> dict[str, str]:
    """Names of the properties that can be asked for, and their titles."""
    names = {n: title for n, title in cached.colours(view).items() if n not in ("guesses", PATTERN)}
    return {**names, **TITLES}


def with_property(
    view: View, network: Network, trace: lv.Trace | None
) -> tuple[View, tuple[str, ...], list[str]]:
    """The view with a property that there is; the labels to choose from; sentences."""
    said = []
    if view.find not in properties(view):
        said.append(f"This corpus has no track {view.find!r} to find units for.")
        view = replace(view, find="character", label="")
    if view.find in TITLES or (trace is None and view.find in network.tracks):
        return view, (), said
    if trace is not None and view.find in network.tracks:
        track = cached.text_track(view, trace, view.find)
    else:
        track = cached.corpus_track(view, view.find)
    if track.kind != CATEGORICAL:
        return replace(view, label=""), (), said
    if view.label not in track.labels:
        if view.label:
            said.append(f"{track.title} has no label {view.label!r}.")
        telling = [one for one in track.labels if one != NONE and track.hues.get(one) != GREY]
        view = replace(view, label=(telling or list(track.labels))[0])
    return view, track.labels, said


def found(view: View, network: Network, trace: lv.Trace) -> Found:
    """How well the units tell the property of the view.

    Raises
    ------
    TrackError
        The property cannot be made.
    """
    if view.find == RANGE:
        return _in_text(view, network, trace)
    cached.corpus_track(view, view.find)  # with a bar, which a cached function cannot draw
    layers = len(network.layers)
    for layer in range(1, layers + 1):
        cached.ranked_states(view.model, view.corpus, layer, view.kind)
    key = view.model, view.corpus, view.kind, layers, view.find, view.label
    return _in_corpus(*key, options_of(view), view)


@st.cache_resource(max_entries=128, show_spinner="Asking all units …", hash_funcs=BY_ID)
def _in_corpus(
    model_id: str,
    corpus_id: str,
    kind: str,
    layers: int,
    find: str,
    label: str,
    options: Options,
    _view: View,
) -> Found:
    values = values_of(cached.corpus_track(_view, find), label)
    tokens, _ = cached.corpus_tokens(model_id, corpus_id)
    every = [
        cached.ranked_states(model_id, corpus_id, layer, kind) for layer in range(1, layers + 1)
    ]
    result = _found(every, values, tokens.ids)
    for ranked in every:
        let_go(ranked.states.values)
        let_go(ranked.ranks)
    return result


def _in_text(view: View, network: Network, trace: lv.Trace) -> Found:
    values = np.zeros(len(trace.tokens), bool)
    values[view.start : view.end] = True
    every = [
        lv.RankedStates(lv.CorpusStates.from_array(trace.states(layer, view.kind)))
        for layer in range(1, len(network.layers) + 1)
    ]
    return _found(every, values, None)


def _found(every: list[lv.RankedStates], values: np.ndarray, ids: np.ndarray | None) -> Found:
    binary = values.dtype == bool
    scores = tuple(lv.rank_units(ranked, values) for ranked in every)
    # The same shifts for every layer, so the best of all is the largest of each shift.
    by_chance = (
        np.max([lv.best_by_chance(ranked, values) for ranked in every], axis=0)
        if len(values) > 1
        else np.array([np.nan])
    )
    return Found(
        binary,
        scores,
        float(np.quantile(by_chance, 0.95)),
        float(values.mean()) if binary else np.nan,
        () if ids is None else tuple(lv.probe(ranked, values, ids=ids) for ranked in every),
    )


def values_of(track: lv.Track, label: str) -> np.ndarray:
    """A track as a property of each step: whether it has the label, or a number."""
    if track.name == PATTERN:
        return track.values > 0
    if track.kind == CATEGORICAL:
        return track.values == track.labels.index(label)
    if track.kind == TOP_K:
        raise lv.TrackError(f"{track.title} gives several values a token; choose another property.")
    return track.values
