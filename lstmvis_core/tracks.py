"""Annotation tracks: one value a token, to hold beside the states.

To add a track, write one function of the tokens and list it in `TRACKS`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lstmvis_core.corpus import Corpus
from lstmvis_core.errors import HiddenStatesError
from lstmvis_core.grammars import nesting_level
from lstmvis_core.model import LANGUAGE_MODEL, TAGGER, SequenceModel
from lstmvis_core.states import corpus_predictions, corpus_surprisal, predictions_of
from lstmvis_core.text import Tokens
from lstmvis_core.trace import Trace

CATEGORICAL, SCALAR = "categorical", "scalar"


@dataclass(frozen=True)
class Track:
    """One value a token.

    Attributes
    ----------
    name, title : str
        Key and heading.
    kind : {"categorical", "scalar"}
    values : numpy.ndarray, (time_step,)
        Indices into `labels` for a categorical track; numbers for a scalar one, NaN for unknown.
    labels : tuple of str
        Of a categorical track.
    domain : tuple of float
        Smallest and largest value a scalar track is drawn with.
    """

    name: str
    title: str
    kind: str
    values: np.ndarray
    labels: tuple[str, ...] = ()
    domain: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        self.values.flags.writeable = False

    def label(self, step: int) -> str:
        """The value of one step, in words."""
        value = self.values[step]
        if self.kind == CATEGORICAL:
            return self.labels[int(value)]
        return "unknown" if np.isnan(value) else f"{value:.2f}".rstrip("0").rstrip(".")


def _per_token(of_characters: Sequence[float], tokens: Tokens) -> np.ndarray:
    """A token has the value of its last character: what is known once it is read."""
    values = np.asarray(of_characters, np.float32)
    ends = tokens.offsets + np.fromiter(map(len, tokens.strings), np.int64, len(tokens)) - 1
    return values[ends]


def level(tokens: Tokens) -> Track:
    """How many parentheses are open after each token."""
    values = _per_token(nesting_level(tokens.text), tokens)
    return Track("level", "nesting level", SCALAR, values, domain=(0.0, 4.0))


def quotation(tokens: Tokens) -> Track:
    """Whether a double quotation mark is open after each token; a blank line closes it."""
    inside, values = False, []
    for i, character in enumerate(tokens.text):
        if character == '"':
            inside = not inside
        elif character in "“”":
            inside = character == "“"
        elif character == "\n" and tokens.text[i - 1 : i] == "\n":
            inside = False
        values.append(int(inside))
    of_tokens = _per_token(values, tokens).astype(np.int64)
    return Track("quotation", "quotation", CATEGORICAL, of_tokens, ("outside", "inside"))


KINDS_OF_CHARACTER = ("letter", "capital", "digit", "space", "line break", "mark")


def character(tokens: Tokens) -> Track:
    """What kind of character each token begins with."""

    def kind(first: str) -> int:
        if first.isalpha():
            return int(first.isupper())
        return 2 if first.isdigit() else 4 if first == "\n" else 3 if first.isspace() else 5

    values = np.fromiter((kind(string[0]) for string in tokens.strings), np.int64, len(tokens))
    return Track("character", "character", CATEGORICAL, values, KINDS_OF_CHARACTER)


def surprisal_track(values: np.ndarray) -> Track:
    """The surprisal of each token, in nats."""
    return Track("surprisal", "surprisal (nats)", SCALAR, values.copy(), domain=(0.0, 8.0))


def prediction_track(model: SequenceModel, values: np.ndarray) -> Track:
    """What a tagger says of each token, or how probable the last label of a classifier is."""
    if model.config.task == TAGGER:
        labels = values.astype(np.int64)
        return Track("prediction", "prediction", CATEGORICAL, labels, model.outputs)
    title = f"probability of {model.outputs[-1]!r}"
    return Track("prediction", title, SCALAR, values.copy(), domain=(0.0, 1.0))


# From the text alone.
TRACKS: dict[str, Callable[[Tokens], Track]] = {
    "level": level,
    "quotation": quotation,
    "character": character,
}
# Of all models; what else there is, a corpus knows (`Corpus.tracks`).
TITLES = {
    "surprisal": "surprisal",
    "prediction": "prediction",
    "level": "nesting level",
    "quotation": "quotation",
    "character": "character",
}


def tracks_of(model: SequenceModel, corpus: Corpus | None = None) -> tuple[str, ...]:
    """Names of the tracks that a model has over a text, or over a corpus and what it knows.

    Parameters
    ----------
    model : SequenceModel
        A language model has a surprisal; a tagger or classifier has predictions.
    corpus : Corpus or None

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> lv.tracks_of(lv.load_model("parens"))
    ('surprisal', 'level', 'quotation', 'character')
    >>> lv.tracks_of(lv.load_model("prose"), lv.load_corpus("dna"))
    ('surprisal', 'level', 'quotation', 'character', 'exon')
    """
    own = "surprisal" if model.config.task == LANGUAGE_MODEL else "prediction"
    known = corpus.tracks if corpus is not None else {}
    return own, *TRACKS, *(name for name in known if name not in (own, *TRACKS))


def _check(name: str, model: SequenceModel, corpus: Corpus | None = None) -> None:
    names = tracks_of(model, corpus)
    if name not in names:
        raise HiddenStatesError(f"The tracks are {', '.join(names)}; not {name!r}.")


def track_of_trace(trace: Trace, name: str) -> Track:
    """One track of a text that was read.

    Parameters
    ----------
    trace : Trace
    name : str
        One of `tracks_of` the model.

    Returns
    -------
    Track

    Raises
    ------
    HiddenStatesError
        There is no such track.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> trace = lv.trace_text(lv.load_model("parens"), "(1 (2))")
    >>> lv.track_of_trace(trace, "level").values.tolist()
    [1.0, 1.0, 1.0, 2.0, 2.0, 1.0, 0.0]
    """
    _check(name, trace.model)
    if name == "surprisal":
        return surprisal_track(trace.surprisal)
    if name == "prediction":
        return prediction_track(trace.model, predictions_of(trace.model, trace.log_probabilities))
    return TRACKS[name](trace.tokens)


def track_of_corpus(model: SequenceModel, corpus: Corpus, name: str) -> Track:
    """One track over a corpus, document by document; the corpus's own truth where it has it.

    Parameters
    ----------
    model : SequenceModel
    corpus : Corpus
    name : str
        One of `tracks_of` model and corpus.

    Returns
    -------
    Track

    Raises
    ------
    HiddenStatesError
        There is no such track.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> track = lv.track_of_corpus(lv.load_model("parens"), lv.load_corpus("chords"), "progression")
    >>> track.label(0) in track.labels
    True
    """
    _check(name, model, corpus)
    if name in corpus.tracks:
        return _known(model, corpus, name)
    if name == "surprisal":
        return surprisal_track(corpus_surprisal(model, corpus))
    if name == "prediction":
        return prediction_track(model, corpus_predictions(model, corpus))
    parts = [TRACKS[name](model.vocabulary.encode(document)) for document in corpus.documents]
    return replace(parts[0], values=np.concatenate([part.values for part in parts]))


def _known(model: SequenceModel, corpus: Corpus, name: str) -> Track:
    known, (tokens, _) = corpus.tracks[name], corpus.tokens(model.vocabulary)
    values = _per_token(known, tokens)
    if known.labels:
        return Track(name, known.title, CATEGORICAL, values.astype(np.int64), known.labels)
    domain = min(0.0, *known), max(known)
    if name in TRACKS:  # drawn as where it is computed
        domain = TRACKS[name](model.vocabulary.encode("")).domain
    return Track(name, known.title, SCALAR, values, domain=domain)
