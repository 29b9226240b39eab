"""Tracks of the language, by a spaCy pipeline: parts of speech, entities and phrases.

Each is a function from what spaCy makes of a text to stretches of characters with a label. How
spaCy splits a text does not matter to the tokens of a model: see `of_tokens`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import groupby
from typing import Any

import numpy as np

from lstmvis_core.pipelines.phrases import LABELS, rule_for, words_of
from lstmvis_core.pipelines.phrases import NONE as NO_PHRASE
from lstmvis_core.pipelines.pipeline import Pipeline
from lstmvis_core.tracks.registry import LANGUAGE, SOURCES, Source
from lstmvis_core.tracks.track import CATEGORICAL, NONE, Track

Spans = Iterator[tuple[int, int, str]]  # first character, end, label
Meanings = Mapping[str, str]

# Universal Dependencies: what the labels stand for, and which of them are drawn in one hue.
UPOS = {
    "NOUN": "noun",
    "PROPN": "name",
    "PRON": "pronoun",
    "VERB": "verb",
    "AUX": "auxiliary verb",
    "ADJ": "adjective",
    "ADV": "adverb",
    "DET": "determiner",
    "NUM": "number",
    "ADP": "preposition",
    "PART": "particle",
    "CCONJ": "conjunction",
    "SCONJ": "subordinating conjunction",
    "INTJ": "interjection",
    "PUNCT": "punctuation",
    "SYM": "symbol",
    "X": "other",
}
PHRASES = {"NP": "noun phrase", "VP": "verb phrase"}
_HUES_OF_POS = dict(zip(UPOS, (0, 0, 0, 5, 5, 2, 1, 3, 3, 4, 4, 4, 4, 6, 6, 6, 6), strict=True))


@dataclass(frozen=True)
class Layer:
    """One thing that a pipeline says of a text.

    Attributes
    ----------
    title : str
    spans : callable
        From a `spacy.tokens.Doc` to labelled stretches of its characters.
    meanings : callable
        From a pipeline to its labels and what they stand for.
    hues : mapping of str to int
        As of a `Track`.
    """

    title: str
    spans: Callable[[Any], Spans]
    meanings: Callable[[Pipeline], Meanings]
    hues: Mapping[str, int] = field(default_factory=dict)


LAYERS: dict[str, Layer] = {}


@dataclass(frozen=True)
class Annotation:
    """What a pipeline says of each character.

    Attributes
    ----------
    pipeline : Pipeline
    rows : numpy.ndarray, (layer, character)
        Indices of labels, in the order of `LAYERS`; 0 for none.
    """

    pipeline: Pipeline
    rows: np.ndarray


def _track(name: str, annotation: Annotation) -> Track:
    layer = LAYERS[name]
    meanings = layer.meanings(annotation.pipeline)
    values = annotation.rows[list(LAYERS).index(name)].astype(np.int64)
    labels = (NONE, *meanings)
    return Track(name, layer.title, CATEGORICAL, values, labels, meanings=meanings, hues=layer.hues)


def _layer(
    title: str,
    meanings: Callable[[Pipeline], Meanings],
    hues: Mapping[str, int] | None = None,
) -> Callable[[Callable[[Any], Spans]], Callable[[Any], Spans]]:
    """Register a function as a layer, and as a track of its own name."""

    def register(spans: Callable[[Any], Spans]) -> Callable[[Any], Spans]:
        name = spans.__name__
        LAYERS[name] = Layer(title, spans, meanings, hues or {})
        SOURCES[name] = Source(name, title, LANGUAGE, partial(_track, name))
        return spans

    return register


@_layer("part of speech", lambda pipeline: UPOS, _HUES_OF_POS)
def pos(doc: Any) -> Spans:
    """Of every word, as Universal Dependencies tell them apart."""
    for token in doc:
        if token.pos_ in UPOS:
            yield token.idx, token.idx + len(token), token.pos_


@_layer("entity", lambda pipeline: pipeline.entities)
def entity(doc: Any) -> Spans:
    """Names of people, places and whatever else the pipeline knows."""
    for found in doc.ents:
        yield found.start_char, found.end_char, found.label_


@_layer("phrase", lambda pipeline: PHRASES)
def phrase(doc: Any) -> Spans:
    """Noun and verb phrases (Strobelt et al. 2018, section 6.2)."""
    labels = rule_for(doc.lang_)(words_of(doc))
    for label, group in groupby(range(len(doc)), key=labels.__getitem__):
        words = list(group)
        if label != NO_PHRASE:
            last = doc[words[-1]]
            yield doc[words[0]].idx, last.idx + len(last), LABELS[label]


def annotate(text: str, pipeline: Pipeline) -> Iterator[tuple[int, np.ndarray]]:
    """What a pipeline says of the characters of a text, piece by piece.

    Yields
    ------
    start : int
        The first character of the piece; what no piece covers has no label.
    rows : numpy.ndarray of int8, (layer, character)
    """
    numbers = [
        {label: number for number, label in enumerate(layer.meanings(pipeline), 1)}
        for layer in LAYERS.values()
    ]

    def extract(doc: Any) -> np.ndarray:
        rows = np.zeros((len(LAYERS), len(doc.text)), np.int8)
        for row, layer, number_of in zip(rows, LAYERS.values(), numbers, strict=True):
            for start, end, label in layer.spans(doc):
                row[start:end] = number_of.get(label, 0)
        return rows

    for start, _, rows in pipeline.read(text, extract):
        yield start, rows


@lru_cache(maxsize=256)
def annotation_of(text: str, pipeline: Pipeline) -> Annotation:
    """What a pipeline says of a typed text."""
    rows = np.zeros((len(LAYERS), len(text)), np.int8)
    for start, found in annotate(text, pipeline):
        rows[:, start : start + found.shape[1]] = found
    rows.flags.writeable = False
    return Annotation(pipeline, rows)
