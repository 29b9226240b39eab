"""When in its training a unit became what it is."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lstmvis_core.analysis.ranked import pieces
from lstmvis_core.analysis.unit_scores import rank_units
from lstmvis_core.cache import Progress, Report
from lstmvis_core.corpus import Corpus
from lstmvis_core.errors import ModelError, StatesError
from lstmvis_core.grammars import KnownTrack
from lstmvis_core.states import corpus_states
from lstmvis_core.text import Vocabulary
from lstmvis_core.zoo import list_checkpoints, load_model

STEPS = 20_000


@dataclass(frozen=True)
class OverTraining:
    """What the units of a layer were at each checkpoint.

    Attributes
    ----------
    steps : tuple of int
        Of the training: one a checkpoint, the last one the model as it is.
    likeness : numpy.ndarray of float64, (checkpoint, unit)
        Correlation of a unit with itself at the end of the training, over the same text; 0 where
        it is constant.
    scores : numpy.ndarray of float64, (checkpoint, unit)
        How well it tells a property, as of `rank_units`; NaN where none was asked for.
    """

    steps: tuple[int, ...]
    likeness: np.ndarray
    scores: np.ndarray

    def sharpest_rise(self, unit: int, neutral: float) -> tuple[int, int] | None:
        """Between which checkpoints a unit began to tell the property.

        Parameters
        ----------
        unit : int
            Counted from 0.
        neutral : float
            The score that says nothing: 0.5 of an AUC, 0 of a correlation.

        Returns
        -------
        (int, int) or None
            Places in `steps`, one after the other, between which the score went away from the
            neutral one most, to either side; None where scores are not known, or none did.
        """
        strength = np.abs(self.scores[:, unit] - neutral)
        rises = np.diff(strength)
        if not len(rises) or np.isnan(rises).any() or rises.max() <= 0:
            return None
        place = int(rises.argmax())
        return place, place + 1


def over_training(
    id: str,
    corpus: Corpus,
    layer: int = 1,
    kind: str = "hidden",
    *,
    values: np.ndarray | None = None,
    known: np.ndarray | None = None,
    steps: int = STEPS,
    progress: Report | None = None,
) -> OverTraining:
    """Compare the units of all checkpoints of a model with those it has in the end.

    Units keep their number while they learn, so this says when each became what it is; the loss
    says how good the model was by then.

    Parameters
    ----------
    id : str
        A model with checkpoints (`list_checkpoints`).
    corpus : Corpus
        Its first `steps` tokens are read by each checkpoint, once; the states are kept on disk.
    layer : int
        Counted from 1.
    kind : str
    values : numpy.ndarray, (time_step,), or None
        A property of the corpus or of that piece of it, as for `rank_units`.
    known : numpy.ndarray of bool, (time_step,), or None
        As for `rank_units`.
    steps : int
    progress : callable or None
        Called with a `Progress` while texts are read.

    Returns
    -------
    OverTraining

    Raises
    ------
    ModelError
        The model has no checkpoints.
    SelectionError
        There is no such layer or kind, or as `rank_units`.
    StatesError
        There are fewer values than steps that are read.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> found = over_training("prose-epochs", lv.load_corpus("stories"), layer=1, steps=500)
    >>> len(found.steps), found.likeness.shape, bool(found.likeness[-1].min() > 0.999)
    (9, (9, 128), True)
    """
    checkpoints = list_checkpoints(id)
    if not checkpoints:
        raise ModelError(
            f"{id} has no checkpoints, so nothing is known of its training. "
            "A folder checkpoints/ beside its weights would hold them."
        )
    models = [load_model(f"{id}@{step}") for step in checkpoints]
    piece = beginning(corpus, models[-1].vocabulary, steps)
    read = []
    for place, model in enumerate(models):
        report = progress and _of_several(progress, place, len(models))
        read.append(corpus_states(model, piece, layer, kind, report))
    last = read[-1].values
    likeness = np.array([_likeness(states.values, last) for states in read])
    scores = np.full(likeness.shape, np.nan)
    if values is not None:
        wanted = last.shape[1]
        if len(values) < wanted:
            raise StatesError(
                f"{wanted:,} steps are read, and the property has {len(values):,} values. Give "
                "one for each step of the corpus."
            )
        some = None if known is None else known[:wanted]
        scores = np.array([rank_units(one, values[:wanted], known=some) for one in read])
    return OverTraining(tuple(checkpoints), likeness, scores)


def beginning(corpus: Corpus, vocabulary: Vocabulary, steps: int) -> Corpus:
    """The first tokens of a corpus as one of its own; a shorter corpus is given back as it is.

    Parameters
    ----------
    corpus : Corpus
    vocabulary : Vocabulary
        What a token is.
    steps : int
        At least 1.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> corpus = Corpus("two", "Two", ("ab", "cd", "ef"))
    >>> beginning(corpus, Vocabulary.from_text("abc"), 3).documents
    ('ab', 'c')
    """
    tokens, breaks = corpus.tokens(vocabulary)
    if len(tokens) <= steps:
        return corpus
    documents = list(corpus.documents[: int(np.searchsorted(breaks, steps))])
    before = sum(map(len, documents[:-1]))
    documents[-1] = documents[-1][: int(tokens.offsets[steps]) - before]
    size = before + len(documents[-1])
    tracks = {
        name: KnownTrack(track.title, track.labels, tuple(track[:size]))
        for name, track in corpus.tracks.items()
    }
    return replace(corpus, documents=tuple(documents), tracks=tracks)


def _likeness(values: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Correlation of each unit with the same one of other states: (unit, time_step) both."""
    sums = np.zeros((5, len(values)))
    for at in pieces(values.shape[1]):
        # About the first value of each, so that large means cost no digits.
        a = values[:, at].astype(np.float64) - values[:, :1]
        b = last[:, at].astype(np.float64) - last[:, :1]
        sums += [one.sum(axis=1) for one in (a, b, a * a, b * b, a * b)]
    steps = values.shape[1]
    a, b, aa, bb, ab = sums
    spread = np.sqrt(np.maximum(aa - a * a / steps, 0) * np.maximum(bb - b * b / steps, 0))
    found = np.divide(ab - a * b / steps, spread, out=np.zeros(len(a)), where=spread > 0)
    return np.clip(found, -1, 1)


def _of_several(progress: Report, place: int, number: int) -> Callable[[Progress], object]:
    """What one of several tasks reports, as a share of all of them."""

    def report(now: Progress) -> object:
        doing = f"Reading with checkpoint {place + 1} of {number}"
        return progress(replace(now, done=(place + now.done) / number, remaining=None, doing=doing))

    return report
