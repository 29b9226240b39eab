"""What the page Clusters shows of a model: clusters, sentences, and the word that is looked at."""

from dataclasses import dataclass

import numpy as np

import lstmvis_core as lv
from pages.ui.clusters import Layer, clusters, layer_of, responses
from pages.ui.sentences import MOST, Read, looked_at, read_sentences
from pages.ui.view import View


@dataclass(frozen=True, eq=False)
class Shown:
    """What a view shows of one model.

    Attributes
    ----------
    of : Layer
    usual : Responses
    found : ResponseClusters
    read : list of Read
        Sentences.
    sentence, piece : int
        The word of a sentence that is looked at.
    picked : tuple of str
        Words that are compared, of those there are.
    """

    of: Layer
    usual: lv.Responses
    found: lv.ResponseClusters
    read: list[Read]
    sentence: int
    piece: int
    picked: tuple[str, ...]

    @property
    def name(self) -> str:
        """The word that is looked at, as responses know it."""
        return self.read[self.sentence].sentence.response.pieces.names[self.piece]

    @property
    def typed(self) -> str:
        """The same as it was typed."""
        return self.read[self.sentence].sentence.names[self.piece]

    @property
    def changes(self) -> np.ndarray:
        """What it did to each unit: (unit,)."""
        return self.read[self.sentence].sentence.response.changes[self.piece]

    @property
    def actual(self) -> bool:
        """Whether units are coloured by the word of the sentence, not by one of a cloud."""
        return not self.picked or self.picked[-1] == self.name


def shown(view: View, whole: lv.Trace, most: int = MOST) -> Shown | None:
    """All that is drawn of the view's model; None if it has nothing to show."""
    of = layer_of(view)
    usual = responses(of)
    if not usual.words:
        return None
    found = clusters(of, view.method, min(view.clusters, len(usual.variation)))
    read = read_sentences(view, of, found, whole, most)
    if not read:
        return None
    sentence, piece = looked_at(view, read, whole)
    picked = tuple(word for word in view.words if word in usual.index)
    return Shown(of, usual, found, read, sentence, piece, picked)
