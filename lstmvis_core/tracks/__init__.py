"""Annotation tracks: one value a token, to hold beside the states.

Of the model (`surprisal`, `prediction`), by rules (`tracks.rules`), by a pattern of the user's
(`tracks.pattern`), and what a corpus knows of itself.
To add one by a rule, write one function in `rules.py`: every view then offers it.
"""

from dataclasses import dataclass

import numpy as np

from lstmvis_core.cache import Report
from lstmvis_core.corpus import Corpus
from lstmvis_core.errors import TrackError
from lstmvis_core.model import LANGUAGE_MODEL, TAGGER, SequenceModel
from lstmvis_core.states import corpus_predictions, corpus_surprisal, predictions_of
from lstmvis_core.trace import Trace
from lstmvis_core.tracks.pattern import pattern_track
from lstmvis_core.tracks.rules import RULES
from lstmvis_core.tracks.track import CATEGORICAL, SCALAR, Track, of_tokens

__all__ = [
    "CATEGORICAL",
    "RULES",
    "SCALAR",
    "TITLES",
    "Options",
    "Track",
    "track_of_corpus",
    "track_of_trace",
    "tracks_of",
]

PATTERN = "pattern"
# Of all models; what else there is, a corpus knows (`Corpus.tracks`).
TITLES = {
    "surprisal": "surprisal",
    "prediction": "prediction",
    **{rule.name: rule.title for rule in RULES.values()},
    PATTERN: "own pattern",
}


@dataclass(frozen=True)
class Options:
    """What some tracks need to be told.

    Attributes
    ----------
    pattern : str
        A regular expression; while it is empty there is no such track.
    """

    pattern: str = ""


USUAL = Options()


def tracks_of(
    model: SequenceModel, corpus: Corpus | None = None, options: Options = USUAL
) -> tuple[str, ...]:
    """Names of the tracks that a model has over a text, or over a corpus and what it knows.

    Parameters
    ----------
    model : SequenceModel
        A language model has a surprisal; a tagger or classifier has predictions.
    corpus : Corpus or None
    options : Options

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> lv.tracks_of(lv.load_model("parens"))[:3]
    ('surprisal', 'level', 'quotation')
    >>> "exon" in lv.tracks_of(lv.load_model("prose"), lv.load_corpus("dna"))
    True
    """
    own = "surprisal" if model.config.task == LANGUAGE_MODEL else "prediction"
    pattern = (PATTERN,) if options.pattern else ()
    names = (own, *RULES, *pattern)
    known = corpus.tracks if corpus is not None else {}
    return (*names, *(name for name in known if name not in names))


def track_of_trace(trace: Trace, name: str, options: Options = USUAL) -> Track:
    """One track of a text that was read.

    Parameters
    ----------
    trace : Trace
    name : str
        One of `tracks_of` the model.
    options : Options

    Returns
    -------
    Track

    Raises
    ------
    TrackError
        There is no such track, or it cannot be made.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> trace = lv.trace_text(lv.load_model("parens"), "(1 (2))")
    >>> lv.track_of_trace(trace, "level").values.tolist()
    [1.0, 1.0, 1.0, 2.0, 2.0, 1.0, 0.0]
    """
    _check(name, tracks_of(trace.model, options=options))
    if name == "surprisal":
        return _surprisal(trace.surprisal)
    if name == "prediction":
        return _prediction(trace.model, predictions_of(trace.model, trace.log_probabilities))
    characters = _track_of_text(trace.tokens.text, name, options)
    return of_tokens(characters, trace.tokens, first=name in RULES and RULES[name].first)


def track_of_corpus(
    model: SequenceModel,
    corpus: Corpus,
    name: str,
    options: Options = USUAL,
    progress: Report | None = None,
) -> Track:
    """One track over a corpus, document by document; the corpus's own truth where it has it.

    Parameters
    ----------
    model : SequenceModel
    corpus : Corpus
    name : str
        One of `tracks_of` model and corpus.
    options : Options
    progress : callable or None
        Called with a `Progress` while the model reads the corpus.

    Returns
    -------
    Track

    Raises
    ------
    TrackError
        There is no such track, or it cannot be made.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> track = lv.track_of_corpus(lv.load_model("parens"), lv.load_corpus("chords"), "progression")
    >>> track.label(0) in track.labels
    True
    """
    _check(name, tracks_of(model, corpus, options))
    if name == "surprisal" and name not in corpus.tracks:
        return _surprisal(corpus_surprisal(model, corpus, progress))
    if name == "prediction" and name not in corpus.tracks:
        return _prediction(model, corpus_predictions(model, corpus, progress))
    tokens, _ = corpus.tokens(model.vocabulary)
    characters = _track_of_characters(corpus, name, options)
    return of_tokens(characters, tokens, first=name in RULES and RULES[name].first)


def _check(name: str, names: tuple[str, ...]) -> None:
    if name not in names:
        raise TrackError(f"The tracks are {', '.join(names)}; not {name!r}.")


def _surprisal(values: np.ndarray) -> Track:
    """The surprisal of each token, in nats."""
    return Track("surprisal", "surprisal (nats)", SCALAR, values.copy(), domain=(0.0, 8.0))


def _prediction(model: SequenceModel, values: np.ndarray) -> Track:
    """What a tagger says of each token, or how probable the last label of a classifier is."""
    if model.config.task == TAGGER:
        labels = values.astype(np.int64)
        return Track("prediction", "prediction", CATEGORICAL, labels, model.outputs)
    title = f"probability of {model.outputs[-1]!r}"
    return Track("prediction", title, SCALAR, values.copy(), domain=(0.0, 1.0))


def _track_of_text(text: str, name: str, options: Options) -> Track:
    if name == PATTERN:
        return pattern_track(text, options.pattern)
    return RULES[name].of(text)


def _track_of_characters(corpus: Corpus, name: str, options: Options) -> Track:
    """One value for each character of a corpus."""
    if name in corpus.tracks:
        return _known(corpus, name)
    parts = [_track_of_text(document, name, options) for document in corpus.documents]
    values = np.concatenate([part.values for part in parts])
    return Track(name, parts[0].title, parts[0].kind, values, parts[0].labels, parts[0].domain)


def _known(corpus: Corpus, name: str) -> Track:
    known = corpus.tracks[name]
    if known.labels:
        values = np.asarray(known.values, np.int64)
        return Track(name, known.title, CATEGORICAL, values, known.labels)
    domain = min(0.0, *known), max(known)
    if name in RULES:  # drawn as where it is computed
        domain = RULES[name].of("").domain
    values = np.asarray(known.values, np.float32)
    return Track(name, known.title, SCALAR, values, domain=domain)
