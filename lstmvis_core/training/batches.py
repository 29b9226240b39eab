"""Documents to batches of inputs and targets."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from lstmvis_core.errors import ModelError
from lstmvis_core.model import CLASSIFIER, LANGUAGE_MODEL
from lstmvis_core.text import Vocabulary
from lstmvis_core.training.datasets import Document
from lstmvis_core.training.recipe import Recipe

IGNORED = -100  # cross-entropy leaves out such targets


@dataclass(frozen=True)
class Batch:
    """What the network reads at once, and what it should have said.

    Attributes
    ----------
    inputs, targets : torch.Tensor of int64, (lane or document, time_step)
    begins : bool
        Whether the state starts from zeros.
    lengths : torch.Tensor of int64, (document,), or None
        Where documents end that are padded.
    """

    inputs: torch.Tensor
    targets: torch.Tensor
    begins: bool
    lengths: torch.Tensor | None = None


@dataclass(frozen=True)
class Lesson:
    """One document as ids, and after each of them the id or label to be told."""

    inputs: torch.Tensor
    targets: torch.Tensor


def lesson(
    document: Document, vocabulary: Vocabulary, task: str, every_step: bool = False
) -> Lesson:
    """A document as a network reads it.

    Parameters
    ----------
    document : Document
    vocabulary : Vocabulary
    task : str
        Of `ModelConfig`: the targets are the next tokens, a label for each token, or one label
        after the last token.
    every_step : bool
        The one label is asked for after every token.
    """
    tokens = vocabulary.encode(document.text)
    ids = torch.from_numpy(tokens.ids.copy())
    if task == LANGUAGE_MODEL:
        return Lesson(ids[:-1], ids[1:])
    labels = document.labels[tokens.offsets].astype(np.int64)
    if task == CLASSIFIER and not every_step:
        labels[:-1] = IGNORED
    return Lesson(ids, torch.from_numpy(labels))


class Lanes:
    """One long text, cut into lanes that are read side by side, a window at a time."""

    def __init__(self, ids: torch.Tensor, recipe: Recipe) -> None:
        width, needed = len(ids) // recipe.batch, recipe.steps + 1
        if width < needed:
            raise ModelError(
                f"The training text has {len(ids):,} tokens; {recipe.batch} lanes of "
                f"{recipe.steps} steps need at least {recipe.batch * needed:,}."
            )
        self.ids = ids
        self._lanes = ids[: recipe.batch * width].view(recipe.batch, width)
        self._steps = recipe.steps

    def __len__(self) -> int:
        return (self._lanes.shape[1] - 1) // self._steps

    def __getitem__(self, step: int) -> Batch:
        a = step % len(self) * self._steps
        b = a + self._steps
        return Batch(self._lanes[:, a:b], self._lanes[:, a + 1 : b + 1], a == 0)


class Whole:
    """Documents that are read whole (very long ones in pieces), in another order in each pass."""

    def __init__(self, lessons: Sequence[Lesson], recipe: Recipe) -> None:
        self._lessons = [piece for one in lessons for piece in _pieces(one, recipe.steps)]
        self._recipe = recipe

    def __len__(self) -> int:
        return math.ceil(len(self._lessons) / self._recipe.batch)

    def __getitem__(self, step: int) -> Batch:
        number, place = divmod(step, len(self))
        shuffled = torch.Generator().manual_seed(self._recipe.seed + number)
        order = torch.randperm(len(self._lessons), generator=shuffled).tolist()
        size = self._recipe.batch
        return side_by_side([self._lessons[i] for i in order[place * size : (place + 1) * size]])


def side_by_side(lessons: Sequence[Lesson]) -> Batch:
    """Documents of different lengths in one batch."""
    pad = nn.utils.rnn.pad_sequence
    inputs = pad([one.inputs for one in lessons], batch_first=True)
    targets = pad([one.targets for one in lessons], batch_first=True, padding_value=IGNORED)
    return Batch(inputs, targets, True, torch.tensor([len(one.inputs) for one in lessons]))


def _pieces(one: Lesson, steps: int) -> list[Lesson]:
    starts = range(0, len(one.inputs), steps)
    return [Lesson(one.inputs[a : a + steps], one.targets[a : a + steps]) for a in starts]
