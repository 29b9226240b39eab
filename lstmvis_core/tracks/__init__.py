"""Annotation tracks: one value a token, to hold beside the states.

Of the model (`tracks.predicted`), of the language (`tracks.language`), by rules (`tracks.rules`),
of the user's own (`tracks.own`), and what a corpus knows of itself. To add one, write one function
in the module that fits: every view then offers it.
"""

from collections.abc import Iterator

import numpy as np

from lstmvis_core.cache import Report, kept
from lstmvis_core.corpus import Corpus
from lstmvis_core.errors import TrackError
from lstmvis_core.model import SequenceModel
from lstmvis_core.outputs import outputs_of_corpus, outputs_of_trace
from lstmvis_core.pipelines.load import load_pipeline
from lstmvis_core.text import Tokens
from lstmvis_core.trace import Trace

# The order in which these are imported is the order in which tracks are offered.
from lstmvis_core.tracks import predicted, language, rules, own  # isort: skip
from lstmvis_core.tracks.labels import Labels
from lstmvis_core.tracks.language import LAYERS, Annotation, annotate, annotation_of
from lstmvis_core.tracks.options import Options
from lstmvis_core.tracks.registry import LABELS, LANGUAGE, OPTIONS, OUTPUTS, SOURCES, TEXT, Source
from lstmvis_core.tracks.track import CATEGORICAL, NONE, SCALAR, TOP_K, Track, joined, of_tokens

__all__ = [
    "CATEGORICAL",
    "NONE",
    "SCALAR",
    "SOURCES",
    "TOP_K",
    "Labels",
    "Options",
    "Track",
    "language",
    "own",
    "predicted",
    "rules",
    "track_of_corpus",
    "track_of_trace",
    "tracks_of",
]

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
    ('surprisal', 'guesses', 'entropy')
    >>> "exon" in lv.tracks_of(lv.load_model("prose"), lv.load_corpus("dna"))
    True
    """
    names = tuple(name for name, source in SOURCES.items() if source.when(model, options))
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
    source = _source(name, tracks_of(trace.model, options=options))
    if source.needs == OUTPUTS:
        return source.of(outputs_of_trace(trace))
    if source.needs == LABELS:
        return source.of(options.labels, trace.tokens)
    text = trace.tokens.text
    if source.needs == LANGUAGE:
        characters = source.of(annotation_of(text, load_pipeline(options.pipeline)))
    else:
        characters = _of_text(source, text, options)
    return of_tokens(characters, trace.tokens, source.first)


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
        Called with a `Progress` while a model or a pipeline reads the corpus.

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
    names = tracks_of(model, corpus, options)
    if name in corpus.tracks:
        first = name in SOURCES and SOURCES[name].first
        return of_tokens(_known(corpus, name), _tokens(model, corpus), first)
    source = _source(name, names)
    if source.needs == OUTPUTS:
        return source.of(outputs_of_corpus(model, corpus, progress))
    if source.needs == LABELS:
        return source.of(options.labels, _tokens(model, corpus))
    if source.needs == LANGUAGE:
        characters = source.of(_annotation(corpus, options.pipeline, progress))
    else:
        parts = [_of_text(source, document, options) for document in corpus.documents]
        characters = joined(parts)
    return of_tokens(characters, _tokens(model, corpus), source.first)


def _source(name: str, names: tuple[str, ...]) -> Source:
    if name not in names or name not in SOURCES:
        raise TrackError(f"The tracks are {', '.join(names)}; not {name!r}.")
    return SOURCES[name]


def _tokens(model: SequenceModel, corpus: Corpus) -> Tokens:
    return corpus.tokens(model.vocabulary)[0]


def _of_text(source: Source, text: str, options: Options) -> Track:
    return source.of(text, options) if source.needs == OPTIONS else source.of(text)


def _known(corpus: Corpus, name: str) -> Track:
    """What a corpus knows of each of its characters."""
    known = corpus.tracks[name]
    if known.labels:
        values = np.asarray(known.values, np.int64)
        return Track(name, known.title, CATEGORICAL, values, known.labels)
    domain = min(0.0, *known), max(known)
    if name in SOURCES and SOURCES[name].needs == TEXT:  # drawn as where it is computed
        domain = SOURCES[name].of("").domain
    values = np.asarray(known.values, np.float32)
    return Track(name, known.title, SCALAR, values, domain=domain)


def _annotation(corpus: Corpus, pipeline_name: str, progress: Report | None) -> Annotation:
    """What a pipeline says of a corpus: read once, kept on disk."""
    pipeline = load_pipeline(pipeline_name)
    size = sum(map(len, corpus.documents))

    def fill(rows: np.ndarray) -> Iterator[float]:
        before = 0
        for document in corpus.documents:
            for start, found in annotate(document, pipeline):
                end = before + start + found.shape[1]
                rows[:, before + start : end] = found
                yield end / size
            before += len(document)

    doing = f"Parsing {corpus.title}: {size:,} characters"
    name = f"{corpus.revision}-{pipeline.revision}-{'-'.join(LAYERS)}"
    return Annotation(pipeline, kept(name, (len(LAYERS), size), fill, doing, progress))
