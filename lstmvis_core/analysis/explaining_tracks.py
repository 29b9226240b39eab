"""Tracks by which a unit may be explained, of those that cost little."""

import numpy as np

from lstmvis_core.corpus import Corpus
from lstmvis_core.model import LANGUAGE_MODEL, SequenceModel
from lstmvis_core.tracks import Track, track_of_corpus, tracks_of

# Rules that make sense where a token is a character, or a word; of symbols a corpus knows more.
RULES = {
    "character": (
        "level",
        "quotation",
        "character",
        "word_position",
        "column",
        "indentation",
        "python",
    ),
    "word": ("level", "quotation", "character"),
    "symbol": (),
}
_COMMENTS = 0.01  # of the steps: text with fewer is hardly Python
_BETWEEN = 0.05  # of the steps that are in no word: text with fewer has no words


def explaining_tracks(model: SequenceModel, corpus: Corpus) -> tuple[Track, ...]:
    """Make the tracks by rules, what a corpus knows, and the labels that a model predicts.

    Left out are those that say nothing here: a track that is the same everywhere, Python's syntax
    where there are no comments, for it takes speech for strings, and the place in a word where
    nothing divides words.

    Parameters
    ----------
    model : SequenceModel
    corpus : Corpus

    Returns
    -------
    tuple of Track
        Over the corpus, for `explain_unit`.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> tracks = explaining_tracks(lv.load_model("parens"), lv.load_corpus("parens"))
    >>> [track.name for track in tracks]
    ['level', 'character', 'word_position', 'column']
    """
    of_model = () if model.config.task == LANGUAGE_MODEL else ("prediction",)
    wanted = {*RULES[model.vocabulary.level], *corpus.tracks, *of_model}
    names = [name for name in tracks_of(model, corpus) if name in wanted]
    tracks = (track_of_corpus(model, corpus, name) for name in names)
    return tuple(track for track in tracks if _says_something(track))


def _says_something(track: Track) -> bool:
    if track.name == "python":
        return bool((track.values == track.labels.index("comment")).mean() >= _COMMENTS)
    if track.name == "word_position" and (track.values == 0).mean() < _BETWEEN:
        return False
    known = track.values[~np.isnan(track.values)]
    return bool(len(known) and known.min() < known.max())
