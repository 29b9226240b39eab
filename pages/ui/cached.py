"""Cached calls of the library, keyed by strings and numbers, shared by all sessions.

What is cached is frozen: no session may change what another one sees. `cache_resource` hands out
the object itself, where `cache_data` would pickle it each time.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

import numpy as np
import streamlit as st
import torch

import lstmvis_core as lv
from lstmvis_core.analysis.evidence import Share, labelled
from lstmvis_core.analysis.evidence import shares as shares_of
from lstmvis_core.cache import let_go
from lstmvis_core.charts.select_chart import value_domain
from lstmvis_core.trace import TokenStates
from lstmvis_core.tracks import Options, tracks_of
from lstmvis_core.tracks.language import LAYERS
from lstmvis_core.zoo import HUB, model_folder
from pages.ui import network as networks
from pages.ui import projects, waiting
from pages.ui.cores import compute_on_one_thread, draw_on_one_core
from pages.ui.corpora import OWN, own_corpus
from pages.ui.network import Network, is_project
from pages.ui.own_tracks import options_of
from pages.ui.search import Search
from pages.ui.view import View

# Two threads are slower than one for networks of this size, and thirty sessions share the cores.
torch.set_num_threads(1)
compute_on_one_thread()
draw_on_one_core()

_F = TypeVar("_F", bound=Callable[..., Any])


def model(id: str) -> lv.SequenceModel:
    """A model of the zoo, or of the Hub."""
    return model_of_hub(id) if id.startswith(HUB) else model_of_zoo(id)


@st.cache_resource(max_entries=24, show_spinner="Loading the model …")
def model_of_zoo(id: str) -> lv.SequenceModel:
    return lv.load_model(id)


# Few, for strangers' models may be larger than ours.
@st.cache_resource(max_entries=4, show_spinner="Fetching the model from the Hub …")
def model_of_hub(id: str) -> lv.SequenceModel:
    return lv.load_model(id)


@dataclass(frozen=True)
class About:
    """What a model's folder says about it."""

    card: str
    data: lv.Card
    examples: tuple[dict[str, Any], ...]
    units: tuple[dict[str, Any], ...]
    clusters: tuple[dict[str, Any], ...]
    highlight: dict[str, Any]
    history: tuple[tuple[int, float, float], ...]


# To find a folder of the Hub again takes a look at all its files.
@st.cache_resource(max_entries=64, show_spinner=False)
def about(id: str) -> About:
    """The card of a model and what was prepared for it."""
    folder = model_folder(id)
    return About(
        lv.read_card(folder),
        lv.read_card_data(folder),
        tuple(lv.read_examples(folder)),
        tuple(lv.read_unit_examples(folder)),
        tuple(lv.read_cluster_examples(folder)),
        lv.read_highlight(folder),
        tuple(lv.read_history(folder)),
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def trace(model_id: str, text: str) -> lv.Trace:
    """What the model did while it read the text: the only costly line of a keystroke."""
    return lv.trace_text(model(model_id), text)


def corpus(id: str) -> lv.Corpus:
    """An embedded corpus, or one that this session brought.

    Raises
    ------
    CorpusError
        There is none of this id.
    """
    return own_corpus(id) or _embedded(id)


@st.cache_resource(max_entries=12, show_spinner="Opening the corpus …")
def _embedded(id: str) -> lv.Corpus:
    return lv.load_corpus(id)


def network(view: View) -> Network:
    """What there is to look at: of the view's model, or of its project."""
    if is_project(view.model):
        return networks.of_project(projects.project(view.model))
    return networks.of_model(model(view.model), options_of(view))


def colours(view: View) -> dict[str, str]:
    """The tracks that places of the view's corpus can be coloured by, with their titles."""
    found = dict(network(view).tracks)
    if not is_project(view.model):
        of_corpus = corpus(view.corpus)
        names = tracks_of(model(view.model), of_corpus, options_of(view))
        found |= {name: of_corpus.tracks[name].title for name in names if name in of_corpus.tracks}
    return found


def corpus_tokens(model_id: str, corpus_id: str) -> tuple[lv.Tokens, np.ndarray]:
    """The corpus as the model reads it, and the first step of each document."""
    if is_project(model_id):
        found = projects.project(model_id)
        return found.tokens, found.breaks
    return corpus(corpus_id).tokens(model(model_id).vocabulary)


def kept_of_corpora(**options: Any) -> Callable[[_F], _F]:
    """As `cache_resource`, of a function of a model, a corpus and more that gives back words of it.

    Of somebody's own text they go with the session that brought it.
    """

    def keep(function: _F) -> _F:
        of_all = st.cache_resource(**options)(function)
        of_session = st.cache_resource(**options, scope="session")(function)

        @wraps(function)
        def kept(model_id: str, corpus_id: str, *rest: Any) -> Any:
            one = of_session if corpus_id.startswith(OWN) else of_all
            return one(model_id, corpus_id, *rest)

        return cast(_F, kept)

    return keep


def corpus_states(model_id: str, corpus_id: str, layer: int, kind: str) -> lv.CorpusStates:
    """States of one layer and kind over a corpus; the first time, with a bar."""
    key = (model_id, corpus_id, layer, kind)
    with _progress(key, corpus_id) as report:
        if report is not None:
            try:
                _states(*key, report)
            except lv.StatesError:  # a damaged file, which is removed by now
                _states(*key, report)
    return _mapped_states(*key)


# Few, for each maps a whole corpus of states into memory.
@st.cache_resource(max_entries=4, show_spinner=False)
def _mapped_states(model_id: str, corpus_id: str, layer: int, kind: str) -> lv.CorpusStates:
    return _states(model_id, corpus_id, layer, kind)


def ranked_states(model_id: str, corpus_id: str, layer: int, kind: str) -> lv.RankedStates:
    """As `corpus_states`, with the ranks that units are compared by; the first time, with a bar."""
    key = ("ranks", model_id, corpus_id, layer, kind)
    with _progress(key, corpus_id) as report:
        if report is not None:
            try:
                lv.rank_corpus(model(model_id), corpus(corpus_id), layer, kind, report)
            except lv.StatesError:  # a damaged file, which is removed by now
                lv.rank_corpus(model(model_id), corpus(corpus_id), layer, kind, report)
    return _mapped_ranks(model_id, corpus_id, layer, kind)


@st.cache_resource(max_entries=8, show_spinner=False)
def _mapped_ranks(model_id: str, corpus_id: str, layer: int, kind: str) -> lv.RankedStates:
    return lv.rank_corpus(model(model_id), corpus(corpus_id), layer, kind)


def _states(
    model_id: str,
    corpus_id: str,
    layer: int,
    kind: str,
    report: Callable[[lv.Progress], object] | None = None,
) -> lv.CorpusStates:
    if is_project(model_id):
        found = projects.project(model_id)
        return found.states(found.sources[layer - 1].name, report)
    return lv.corpus_states(model(model_id), corpus(corpus_id), layer, kind, report)


def project_trace(view: View) -> lv.CorpusTrace:
    """The states of a project over its own words, in which a pattern is selected."""
    tokens, _ = corpus_tokens(view.model, view.corpus)
    return lv.CorpusTrace(tokens, corpus_states(view.model, view.corpus, view.layer, view.kind))


def value_limits(view: View, trace: TokenStates) -> tuple[float, float]:
    """Limits of the axis for the states in view."""
    if isinstance(trace, lv.CorpusTrace):
        return _limits_of_all(view.model, view.corpus, view.layer, view.kind)
    return value_domain(trace.states(view.layer, view.kind))


@st.cache_resource(max_entries=64, show_spinner="Looking for the largest state …")
def _limits_of_all(model_id: str, corpus_id: str, layer: int, kind: str) -> tuple[float, float]:
    values = _mapped_states(model_id, corpus_id, layer, kind).values
    extremes = np.array([[unit.min(), unit.max()] for unit in values])  # one unit after the other
    let_go(values)
    return value_domain(extremes)


def text_track(view: View, trace: TokenStates, name: str) -> lv.Track:
    """One annotation track of the text, or of the words of a project."""
    if isinstance(trace, lv.Trace):
        return lv.track_of_trace(trace, name, options_of(view))
    return corpus_track(view, name)


def corpus_track(view: View, name: str) -> lv.Track:
    """One annotation track over the view's corpus; the first time, with a bar."""
    key = model_id, corpus_id, _, options = view.model, view.corpus, name, options_of(view)
    with _progress(key, corpus_id, name) as report:
        if report is not None and not is_project(model_id):
            lv.track_of_corpus(model(model_id), corpus(corpus_id), name, options, report)
    return _whole_track(*key)


def is_at_hand(view: View, name: str) -> bool:
    """Whether a track over the view's corpus needs no parser, or has been parsed already."""
    key = view.model, view.corpus, name, options_of(view)
    return name not in LAYERS or waiting.is_computed(key)


# Options may hold a long file of labels, whose id tells it.
BY_ID: dict[str | type[Any], Callable[[Any], Any]] = {
    Options: lambda options: (options.pattern, options.pipeline, hash(options.labels))
}


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=BY_ID)
def _whole_track(model_id: str, corpus_id: str, name: str, options: Options) -> lv.Track:
    if is_project(model_id):
        return networks.annotation(projects.project(model_id), name)
    return lv.track_of_corpus(model(model_id), corpus(corpus_id), name, options)


def _progress(
    key: tuple, corpus_id: str, track: str = ""
) -> AbstractContextManager[Callable[[lv.Progress], object] | None]:
    """A bar for what takes a while, in the queue of its kind; None if it was computed before."""
    if track in LAYERS:
        queue = waiting.PARSERS
    else:
        brought = corpus_id.startswith((OWN, HUB))
        queue = waiting.OWN_TEXTS if brought else waiting.EMBEDDED
    return waiting.progress(key, queue)


def states_of(search: Search) -> lv.CorpusStates:
    """The states that are searched in."""
    return corpus_states(search.model, search.corpus, search.layer, search.kind)


def matches(search: Search) -> tuple[lv.Match, ...]:
    """The best places of the corpus for some units."""
    states_of(search)  # with its bar, which a cached function does not draw
    return _matches(search)


@st.cache_resource(max_entries=128, show_spinner=False)
def _matches(search: Search) -> tuple[lv.Match, ...]:
    states = states_of(search)
    found = lv.find_matches(states, np.array(search.units, np.int64), **search.options())
    let_go(states.values)
    return tuple(found)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=BY_ID)
def _shares(
    model_id: str, corpus_id: str, name: str, options: Options, places: tuple[tuple[int, int], ...]
) -> list[Share]:
    none = np.zeros(0, np.int64)
    found = [lv.Match(start, end, none, none, none) for start, end in places]
    _, breaks = corpus_tokens(model_id, corpus_id)
    return shares_of(_labelled(model_id, corpus_id, name, options), breaks, found)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=BY_ID)
def _labelled(model_id: str, corpus_id: str, name: str, options: Options) -> lv.Track:
    return labelled(_whole_track(model_id, corpus_id, name, options))


def shares(view: View, found: tuple[lv.Match, ...], name: str) -> list[Share]:
    """What the matches have in common by a track."""
    places = tuple((match.start, match.end) for match in found)
    return _shares(view.model, view.corpus, name, options_of(view), places)


def gate_counts(model_id: str, corpus_id: str) -> lv.GateCounts:
    """How often the gates are shut and open over a corpus; the first time, with a bar."""
    key = ("gates", model_id, corpus_id)
    with _progress(key, corpus_id) as report:
        if report is not None:
            try:
                _gate_counts(model_id, corpus_id, report)
            except lv.StatesError:  # a damaged file, which is removed by now
                _gate_counts(model_id, corpus_id, report)
    return _known_gate_counts(model_id, corpus_id)


@st.cache_resource(max_entries=32, show_spinner=False)
def _known_gate_counts(model_id: str, corpus_id: str) -> lv.GateCounts:
    return _gate_counts(model_id, corpus_id)


def _gate_counts(
    model_id: str, corpus_id: str, report: Callable[[lv.Progress], object] | None = None
) -> lv.GateCounts:
    return lv.gate_counts(model(model_id), corpus(corpus_id), report)
