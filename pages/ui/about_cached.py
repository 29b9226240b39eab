"""What the panel about a unit asks of the library, kept for all who ask the same."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.analysis.over_training import STEPS, beginning
from lstmvis_core.cache import let_go
from lstmvis_core.tracks.language import LAYERS
from pages.ui import cached
from pages.ui.cached import kept_of_corpora
from pages.ui.view import View

MOST_STEPS = 300_000  # of a corpus that are looked at: of longer ones the beginning
GATE_STEPS = STEPS  # read for its gates and its training, which takes less than a second
_LANGUAGE = tuple(LAYERS)


@dataclass(frozen=True, eq=False)
class UnitOverCorpus:
    """One unit over a corpus, or the beginning of a long one.

    Attributes
    ----------
    values : numpy.ndarray of float32, (time_step,)
    tokens : Tokens
    breaks : numpy.ndarray of int64, (document,)
    whole : bool
        Whether that is all of the corpus.
    """

    values: np.ndarray
    tokens: lv.Tokens
    breaks: np.ndarray
    whole: bool


def unit_over_corpus(view: View) -> UnitOverCorpus:
    """The unit in view; the first time its layer is read, with a bar."""
    states = cached.corpus_states(view.model, view.corpus, view.layer, view.kind)
    piece = _beginning(view, MOST_STEPS)
    tokens, breaks = piece.tokens(cached.model(view.model).vocabulary)
    values = np.array(states.values[view.unit, : len(tokens)])
    let_go(states.values)
    return UnitOverCorpus(values, tokens, breaks, len(tokens) == states.values.shape[1])


def explanations(view: View, language: bool) -> list[lv.Explanation]:
    """What explains the unit best; with tracks of the language the corpus is parsed first."""
    if language:
        for name in _LANGUAGE:  # here, since a cached function draws no bar
            cached.corpus_track(replace(view, pattern="", labels=""), name)
    return _explanations(*_key(view), language, view.pipeline)


def is_language(view: View) -> bool:
    """Whether the corpus is a text that a parser of English may read: no chords, no code."""
    known = {track.name for track in _tracks(view.model, view.corpus)}
    if cached.model(view.model).vocabulary.level == "symbol" or "python" in known:
        return False
    return not cached.corpus(view.corpus).tracks  # a grammar made it, which knows more


@kept_of_corpora(max_entries=256, show_spinner="Holding all that has a name against the unit …")
def _explanations(
    model_id: str, corpus_id: str, layer: int, kind: str, unit: int, language: bool, pipeline: str
) -> list[lv.Explanation]:
    view = View(
        model=model_id, corpus=corpus_id, layer=layer, kind=kind, unit=unit, pipeline=pipeline
    )
    over = unit_over_corpus(view)
    tracks = list(_tracks(model_id, corpus_id))
    if language:
        parsed = [cached.corpus_track(view, name) for name in _LANGUAGE]
        size = len(over.values)
        tracks += [replace(track, values=track.values[:size]) for track in parsed]
    return lv.explain_unit(over.values, _properties(*_text_of(view)), tracks)


@st.cache_resource(max_entries=256, show_spinner=False)
def _lookback(model_id: str, corpus_id: str, layer: int, kind: str, unit: int) -> list[float]:
    view = View(model=model_id, corpus=corpus_id, layer=layer, kind=kind, unit=unit)
    over = unit_over_corpus(view)
    return lv.explained_by_tokens(over.values, _properties(*_text_of(view))).tolist()


def lookback(view: View) -> list[float]:
    """What the last token, two, and three explain of the unit."""
    return _lookback(*_key(view))


# Few, for each takes some 60 bytes a step.
@kept_of_corpora(max_entries=2, show_spinner="Looking at the tokens of the corpus …")
def _properties(model_id: str, corpus_id: str, backward: bool) -> lv.TextProperties:
    model = cached.model(model_id)
    piece = _beginning(View(model=model_id, corpus=corpus_id), MOST_STEPS)
    tokens, breaks = piece.tokens(model.vocabulary)
    found = lv.TextProperties(tokens, breaks, model.vocabulary.level, backward)
    _ = found.groups, found.matched  # here, where it is said what takes a moment
    return found


@kept_of_corpora(max_entries=4, show_spinner="Looking at the corpus by rules …")
def _tracks(model_id: str, corpus_id: str) -> tuple[lv.Track, ...]:
    piece = _beginning(View(model=model_id, corpus=corpus_id), MOST_STEPS)
    made = lv.explaining_tracks(cached.model(model_id), piece)
    # Labels are few: in fewer bytes.
    return tuple(
        replace(one, values=one.values.astype(np.int16)) if one.labels else one for one in made
    )


def _text_of(view: View) -> tuple[str, str, bool]:
    config = cached.model(view.model).config
    return view.model, view.corpus, config.bidirectional and view.layer % 2 == 0


def _key(view: View) -> tuple[str, str, int, str, int]:
    return view.model, view.corpus, view.layer, view.kind, view.unit


# The same piece each time, for it knows its tokens once it was asked for them.
@kept_of_corpora(max_entries=8, show_spinner=False)
def _piece(model_id: str, corpus_id: str, steps: int) -> lv.Corpus:
    return beginning(cached.corpus(corpus_id), cached.model(model_id).vocabulary, steps)


def _beginning(view: View, steps: int) -> lv.Corpus:
    return _piece(view.model, view.corpus, steps)


# -- gates and training ------------------------------------------------------------------------


def gates_of_unit(view: View) -> dict[str, np.ndarray]:
    """The gates of the unit over the beginning of the corpus, by kind: (time_step,) each."""
    model = cached.model(view.model)
    piece = _beginning(view, GATE_STEPS)
    found = {}
    for kind in lv.KINDS[model.config.cell]:
        if kind.endswith("_gate"):
            states = lv.corpus_states(model, piece, view.layer, kind)
            found[kind] = np.array(states.values[view.unit])
            let_go(states.values)
    return found


def checkpointed(model_id: str) -> str:
    """The model that this is or is a checkpoint of, if it has some; else nothing."""
    name = model_id.partition("@")[0]
    return name if name in lv.list_models() and lv.list_checkpoints(name) else ""


def training_of_layer(view: View, best: lv.Explanation | None) -> lv.OverTraining:
    """What the units of the layer were at each checkpoint, and how well they told a property."""
    name = checkpointed(view.model)
    return _training(name, view.corpus, view.layer, view.kind, view.pipeline, best)


@st.cache_resource(max_entries=16, show_spinner="Reading with each checkpoint …")
def _training(
    name: str, corpus_id: str, layer: int, kind: str, pipeline: str, best: lv.Explanation | None
) -> lv.OverTraining:
    view = View(model=name, corpus=corpus_id, pipeline=pipeline)
    values = None if best is None else _property(view, best)
    return lv.over_training(name, _beginning(view, GATE_STEPS), layer, kind, values=values)


def _property(view: View, best: lv.Explanation) -> np.ndarray:
    """Which of the first steps have a property, or how much of it."""
    name, model = best.track or "pattern", cached.model(view.model)
    piece = _beginning(view, GATE_STEPS)
    if name in _LANGUAGE:  # parsed as a whole
        track = cached.corpus_track(view, name)
    else:
        track = lv.track_of_corpus(model, piece, name, lv.Options(best.pattern))
    values = track.values[: len(piece.tokens(model.vocabulary)[0])]
    if best.family == "number":
        return values
    return values == track.labels.index(best.label or "match")
