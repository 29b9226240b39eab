"""The lines of the text box as sentences: each is read by itself, from an empty memory."""

from dataclasses import dataclass

import numpy as np

import lstmvis_core as lv
from lstmvis_core.charts.cluster_scene import Sentence, read_sentence
from pages.ui import cached
from pages.ui.clusters import Layer, responses
from pages.ui.parameters import MAX_TEXT
from pages.ui.view import View

MOST = 3  # sentences beside each other


@dataclass(frozen=True, eq=False)
class Read:
    """A line that was read.

    Attributes
    ----------
    sentence : Sentence
        As it is drawn; its words are called by the step of the whole text at which they end.
    trace : Trace
    steps : numpy.ndarray of int64, (piece,)
        These steps.
    """

    sentence: Sentence
    trace: lv.Trace
    steps: np.ndarray

    def piece_at(self, step: int) -> int | None:
        """The piece that ends at a step of the whole text."""
        found = np.flatnonzero(self.steps == step)
        return int(found[0]) if len(found) else None


def lines_of(view: View) -> list[tuple[int, str]]:
    """Where each line that says something begins in the text, and the line."""
    found, place = [], 0
    for line in view.text[:MAX_TEXT].split("\n"):
        if line.strip():
            found.append((place, line))
        place += len(line) + 1
    return found


def read_sentences(
    view: View, of: Layer, clusters: lv.ResponseClusters, whole: lv.Trace, most: int = MOST
) -> list[Read]:
    """Let a layer read the first lines, and its clusters respond.

    Parameters
    ----------
    view : View
        Whose text it is, and the step that is looked at.
    of : Layer
        Of the view's model, or of a second one.
    clusters : ResponseClusters
        Of this layer.
    whole : Trace
        Of the whole text, by which steps are counted.
    most : int
    """
    usual, model = responses(of), cached.model(of.model)
    cursor = view.cursor(len(whole.tokens))
    found = []
    for place, line in lines_of(view)[:most]:
        if not len(model.vocabulary.encode(line)):
            continue
        trace = cached.trace(of.model, line)
        pieces = lv.pieces_of(trace.tokens, model.vocabulary, of.cut)
        last = trace.tokens.offsets[pieces.ends - 1] + place
        steps = np.searchsorted(whole.tokens.offsets, last, side="right") - 1
        around = int(np.clip(np.searchsorted(steps, cursor), 0, len(steps) - 1))
        sentence = read_sentence(
            trace, of.layer, of.kind, usual, clusters, of.cut, steps=steps, around=around
        )
        found.append(Read(sentence, trace, steps))
    return found


def looked_at(view: View, read: list[Read], whole: lv.Trace) -> tuple[int, int]:
    """Sentence and piece of the word that is looked at: that with the cursor, or the one before."""
    cursor = view.cursor(len(whole.tokens))
    ends = [
        (int(step), n, piece) for n, one in enumerate(read) for piece, step in enumerate(one.steps)
    ]
    after = [(n, piece) for step, n, piece in ends if step >= cursor]
    return after[0] if after else ends[-1][1:]
