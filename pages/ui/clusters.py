"""What the page Clusters asks of the library, kept for all who ask the same."""

from dataclasses import dataclass

import numpy as np

import lstmvis_core as lv
from lstmvis_core.analysis.cluster_quality import WARD
from lstmvis_core.analysis.pieces import TOKEN, WORD, ways
from lstmvis_core.analysis.responses import reads_backward
from lstmvis_core.tracks.language import LAYERS
from pages.ui import cached
from pages.ui.cached import kept_of_corpora
from pages.ui.parameters import NO_TINT
from pages.ui.view import View

OF_TEXT = ("character", "python")  # tracks with labels that rules of characters make


@dataclass(frozen=True)
class Layer:
    """Whose units are clustered, by which words: the key of all that is computed of it."""

    model: str
    corpus: str
    layer: int
    kind: str
    cut: str
    frequent: int

    @property
    def key(self) -> tuple[str, str, int, str, str, int]:
        """As plain values, by which caches go."""
        return self.model, self.corpus, self.layer, self.kind, self.cut, self.frequent


def layer_of(view: View) -> Layer:
    """What the view shows."""
    cut = usual_cut(view.model, view.corpus, view.cut)
    return Layer(view.model, view.corpus, view.layer, view.kind, cut, view.frequent)


def usual_cut(model_id: str, corpus_id: str, asked: str) -> str:
    """What is responded to, unless it was asked for: words, where a model of characters reads some.

    A corpus that knows something of each of its characters is in no language of words.
    """
    allowed = ways(cached.model(model_id).vocabulary)
    usual = TOKEN if cached.corpus(corpus_id).tracks else allowed[-1]
    return asked if asked in allowed else usual


def responses(of: Layer) -> lv.Responses:
    """Expected responses over the corpus; the first time, with a bar."""
    cached.corpus_states(of.model, of.corpus, of.layer, of.kind)
    return _responses(*of.key)


@kept_of_corpora(max_entries=5, show_spinner="Averaging what each word does …")
def _responses(
    model_id: str, corpus_id: str, layer: int, kind: str, cut: str, frequent: int
) -> lv.Responses:
    states = cached.corpus_states(model_id, corpus_id, layer, kind)
    backward = reads_backward(cached.model(model_id), layer)
    return lv.expected_responses(
        states, _pieces(model_id, corpus_id, cut), most=frequent, backward=backward
    )


@kept_of_corpora(max_entries=6, show_spinner=False)
def _pieces(model_id: str, corpus_id: str, cut: str) -> lv.Pieces:
    return lv.pieces_of_corpus(cached.model(model_id), cached.corpus(corpus_id), cut)


def clusters(of: Layer, method: str, number: int) -> lv.ResponseClusters:
    """The clusters where there are so many."""
    if method == WARD:
        return _cut(*of.key, number)
    return _spectral(*of.key, number)


@kept_of_corpora(max_entries=10, show_spinner=False)
def _tree(
    model_id: str, corpus_id: str, layer: int, kind: str, cut: str, frequent: int
) -> lv.ResponseTree:
    of = Layer(model_id, corpus_id, layer, kind, cut, frequent)
    return lv.response_tree(responses(of).scaled)


@kept_of_corpora(max_entries=64, show_spinner=False)
def _cut(
    model_id: str, corpus_id: str, layer: int, kind: str, cut: str, frequent: int, number: int
) -> lv.ResponseClusters:
    return _tree(model_id, corpus_id, layer, kind, cut, frequent).cut(number)


@kept_of_corpora(max_entries=32, show_spinner="Cutting words and units at once …")
def _spectral(
    model_id: str, corpus_id: str, layer: int, kind: str, cut: str, frequent: int, number: int
) -> lv.ResponseClusters:
    of = Layer(model_id, corpus_id, layer, kind, cut, frequent)
    return lv.spectral_clusters(responses(of).scaled, number)


@kept_of_corpora(max_entries=64, show_spinner="Clustering again, in corpora drawn anew …")
def _quality(
    model_id: str,
    corpus_id: str,
    layer: int,
    kind: str,
    cut: str,
    frequent: int,
    number: int,
    method: str,
) -> lv.ClusterQuality:
    of = Layer(model_id, corpus_id, layer, kind, cut, frequent)
    return lv.cluster_quality(responses(of), number, method)


def quality(of: Layer, method: str, number: int) -> lv.ClusterQuality:
    """How much clusters are worth; takes some tenths of a second the first time."""
    responses(of)  # with its bar, which a cached function does not draw
    return _quality(*of.key, number, method)


def tints(view: View) -> dict[str, str]:
    """Tracks with labels that words can be coloured by, with their titles."""
    known = [name for name, track in cached.corpus(view.corpus).tracks.items() if track.labels]
    titles = cached.colours(view)
    names = [name for name in (*known, *LAYERS, *OF_TEXT) if name in titles]
    return {**{name: titles[name] for name in names}, NO_TINT: "nothing"}


def usual_tint(view: View) -> str:
    """What the corpus knows of its words; parts of speech, or of characters their kind."""
    names = tints(view)
    if view.tint in names:
        return view.tint
    first = next(iter(names))
    if first in cached.corpus(view.corpus).tracks:
        return first
    level = cached.model(view.model).vocabulary.level
    usual = "pos" if level == "word" or layer_of(view).cut == WORD else "character"
    return usual if usual in names else NO_TINT


@dataclass(frozen=True, eq=False)
class Tint:
    """What colours words: a track, and the label that each word has most often; −1 for none."""

    track: lv.Track
    labels: np.ndarray


def tint_of(view: View) -> Tint | None:
    """How the view's words are coloured; a corpus that has to be parsed first is, with a bar.

    Raises
    ------
    TrackError
        The track cannot be made.
    """
    if view.tint == NO_TINT:
        return None
    of = layer_of(view)
    track = cached.corpus_track(view, view.tint)
    pieces = _pieces(of.model, of.corpus, of.cut)
    return Tint(track, lv.labels_of_words(pieces, responses(of).words, track))
