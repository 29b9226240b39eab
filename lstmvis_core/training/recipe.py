"""Recipe: everything that makes a training run what it is."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from lstmvis_core.errors import ModelError
from lstmvis_core.model import LANGUAGE_MODEL


@dataclass(frozen=True)
class Recipe:
    """What `recipe.toml` says.

    Attributes
    ----------
    dataset : str
        One of `datasets.DATASETS`.
    cell, embedding_size, hidden_size, layers, task, bidirectional, tied
        As in `ModelConfig`.
    level, min_count, lowercase
        As in `Vocabulary.from_text`.
    lanes : bool
        Read the training text as one, cut into `batch` lanes side by side, with truncated
        back-propagation; otherwise `batch` documents at a time, each whole.
    batch, steps, passes : int
        Lanes or documents read side by side, time steps of one truncated back-propagation (of the
        pieces in which long documents are read), and passes over the training text.
    learning_rate, clip, dropout, edge_dropout, weight_decay : float
        Peak of the one-cycle rate, largest gradient norm, and as in `SequenceModel` and Adam.
    sampled : int
        Learn from a sample of so many rare tokens; 0 = all of them (`sampled_softmax.py`).
    keep_best : bool
        Keep the weights that were best on the validation part, not the last ones.
    every_step : bool
        A classifier learns from its score at each step, not only from the last.
    half : bool
        Keep 16 of the 32 bits of each weight.
    checkpoints : list of int
        Steps after which the weights are kept in the folder `checkpoints`.
    seed : int
    grammar : str or None
        The grammar that generates the text, and how many `documents`.
    """

    cell: str
    embedding_size: int
    hidden_size: int
    layers: int
    level: str
    batch: int
    steps: int
    passes: int
    learning_rate: float
    seed: int
    dataset: str = "text"
    task: str = LANGUAGE_MODEL
    bidirectional: bool = False
    tied: bool = False
    min_count: int = 1
    lowercase: bool = False
    lanes: bool = True
    clip: float = 1.0
    dropout: float = 0.0
    edge_dropout: float = 0.0
    weight_decay: float = 0.0
    sampled: int = 0
    keep_best: bool = False
    every_step: bool = False
    half: bool = False
    checkpoints: tuple[int, ...] = ()
    grammar: str | None = None
    documents: int = 0


def read_recipe(folder: Path) -> Recipe:
    """The recipe of a model folder."""
    path = folder / "recipe.toml"
    try:
        return Recipe(**tomllib.loads(path.read_text("utf-8")))
    except (TypeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"{path.name} of {folder.name!r} is no recipe: {error}.") from error
