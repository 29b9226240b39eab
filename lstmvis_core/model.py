"""A small recurrent network: embedding, stacked recurrent layers, and a linear head."""

from dataclasses import asdict, dataclass, fields
from typing import Any

import torch
from torch import nn

from lstmvis_core.errors import ModelError
from lstmvis_core.text import Vocabulary, is_text

FORMAT = "hidden-states/1"
CELLS: dict[str, Any] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}

# What the head tells after each time step: which token comes next, which of some labels this
# token has, or which of them the whole text has (as far as it was read: a running score).
LANGUAGE_MODEL, TAGGER, CLASSIFIER = TASKS = ("language-model", "tagger", "classifier")

# A folder from elsewhere says how much memory we allocate, so its numbers have bounds.
BOUNDS = {
    "vocabulary_size": (2, 100_000),
    "embedding_size": (1, 1_024),
    "hidden_size": (1, 1_024),
    "layers": (1, 4),
}
MAX_LABELS, MAX_LABEL = 1_000, 60


@dataclass(frozen=True)
class ModelConfig:
    """The architecture: what `config.json` of a model folder says.

    Attributes
    ----------
    cell : {"lstm", "gru", "rnn"}
        The recurrent cell, as torch.nn defines it ("rnn" is the tanh network of Elman).
    vocabulary_size, embedding_size, hidden_size, layers : int
        Numbers of tokens, of input dimensions, of units a layer, and of layers.
    task : {"language-model", "tagger", "classifier"}
        What is predicted after each step: the next token, the label of this token (many-to-many),
        or the label of the text so far (many-to-one with a running score).
    labels : tuple of str
        Of a tagger or classifier.
    bidirectional : bool
        A second stack of units reads from the end to the beginning; for taggers only.
    tied : bool
        The head uses the embedding's matrix (Press and Wolf 2017); for language models only.
    """

    cell: str
    vocabulary_size: int
    embedding_size: int
    hidden_size: int
    layers: int
    task: str = LANGUAGE_MODEL
    labels: tuple[str, ...] = ()
    bidirectional: bool = False
    tied: bool = False

    def __post_init__(self) -> None:
        if self.cell not in tuple(CELLS):
            raise ModelError(f"The cell of a model is one of {tuple(CELLS)}, not {self.cell!r}.")
        for name, (low, high) in BOUNDS.items():
            value = getattr(self, name)
            if type(value) is not int or not low <= value <= high:
                raise ModelError(f"{name} is a whole number from {low} to {high:,}, not {value!r}.")
        if self.task not in TASKS:
            raise ModelError(f"The task of a model is one of {TASKS}, not {self.task!r}.")
        for name in ("bidirectional", "tied"):
            if type(getattr(self, name)) is not bool:
                raise ModelError(f"{name} is true or false, not {getattr(self, name)!r}.")
        self._check_labels()
        if self.bidirectional and self.task != TAGGER:
            raise ModelError(f"Only a tagger reads in both directions; this is a {self.task}.")
        if self.tied and self.task != LANGUAGE_MODEL:
            raise ModelError(f"Only a language model has tied weights; this is a {self.task}.")
        if self.tied and self.embedding_size != self.hidden_size:
            raise ModelError(
                "With tied weights embedding_size and hidden_size are equal; "
                f"they are {self.embedding_size} and {self.hidden_size}."
            )

    def _check_labels(self) -> None:
        if self.task == LANGUAGE_MODEL:
            if self.labels != ():
                raise ModelError("A language model predicts tokens and has no labels.")
            return
        good = type(self.labels) is tuple and all(
            type(label) is str and 1 <= len(label) <= MAX_LABEL and is_text(label)
            for label in self.labels
        )
        if not good or not 2 <= len(self.labels) <= MAX_LABELS:
            raise ModelError(
                f"A {self.task} has 2 to {MAX_LABELS:,} labels of 1 to {MAX_LABEL} characters each."
            )
        if len(set(self.labels)) < len(self.labels):
            raise ModelError("The labels of a model differ from each other; one comes twice.")

    @property
    def output_size(self) -> int:
        """How many tokens or labels the head tells apart."""
        return len(self.labels) or self.vocabulary_size

    @property
    def layer_names(self) -> tuple[str, ...]:
        """What can be looked at, bottom first: layers, or both directions of each."""
        directions = (" forward", " backward") if self.bidirectional else ("",)
        return tuple(f"{n}{way}" for n in range(1, self.layers + 1) for way in directions)

    def as_dict(self) -> dict[str, Any]:
        """The fields as they stand in `config.json`: those with usual values are left out."""
        usual = {field.name: field.default for field in fields(self)}
        written = {name: value for name, value in asdict(self).items() if value != usual[name]}
        return {n: list(v) if isinstance(v, tuple) else v for n, v in written.items()}


class SequenceModel(nn.Module):
    """A recurrent network with the parameter names of torch.nn.

    Parameters
    ----------
    config : ModelConfig
    vocabulary : Vocabulary
    id, revision : str
        The folder's name and a hash of its content: together the key of every cache.
    dropout : float
        Between layers, in training only.
    edge_dropout : float
        Of embeddings and of what the head sees, in training only.
    """

    def __init__(
        self,
        config: ModelConfig,
        vocabulary: Vocabulary,
        *,
        id: str = "",
        revision: str = "",
        dropout: float = 0.0,
        edge_dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if len(vocabulary) != config.vocabulary_size:
            raise ModelError(
                f"The vocabulary has {len(vocabulary):,} tokens; "
                f"the configuration says {config.vocabulary_size:,}."
            )
        self.config = config
        self.vocabulary = vocabulary
        self.id = id
        self.revision = revision
        self.edge_dropout = edge_dropout
        self.embedding = nn.Embedding(config.vocabulary_size, config.embedding_size)
        self.rnn = CELLS[config.cell](
            config.embedding_size,
            config.hidden_size,
            config.layers,
            batch_first=True,
            dropout=dropout if config.layers > 1 else 0.0,
            bidirectional=config.bidirectional,
        )
        self.head = nn.Linear(config.hidden_size * (1 + config.bidirectional), config.output_size)
        if config.tied:
            nn.init.normal_(self.embedding.weight, std=0.1)
            self.head.weight = self.embedding.weight

    def forward(
        self, ids: torch.Tensor, state: Any = None, lengths: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, Any]:
        """Scores after each time step, and the state to carry on with.

        Parameters
        ----------
        ids : torch.Tensor of int64, (batch, time_step)
        state : as torch.nn.LSTM, GRU or RNN take it, or None for zeros
        lengths : torch.Tensor of int64, (batch,), or None
            Where texts end that are padded to the longest: a backward layer begins there.

        Returns
        -------
        scores : torch.Tensor, (batch, time_step, token or label)
            Unnormalised log-probabilities of the next token, or of the labels.
        state
        """
        output, state = self.read(ids, state, lengths)
        return self.head(output), state

    def read(
        self, ids: torch.Tensor, state: Any = None, lengths: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, Any]:
        """What the head sees after each time step, (batch, time_step, unit), and the state."""
        inputs = self._drop(self.embedding(ids))
        if lengths is None:
            output, state = self.rnn(inputs, state)
        else:
            packed = nn.utils.rnn.pack_padded_sequence(
                inputs, lengths, batch_first=True, enforce_sorted=False
            )
            packed, state = self.rnn(packed, state)
            output, _ = nn.utils.rnn.pad_packed_sequence(packed, batch_first=True)
        return self._drop(output), state

    def _drop(self, values: torch.Tensor) -> torch.Tensor:
        if not self.training or not self.edge_dropout:
            return values
        return nn.functional.dropout(values, self.edge_dropout)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The tokens or labels that the head tells apart, in the order of its scores."""
        return self.config.labels or self.vocabulary.tokens

    def weights(self) -> dict[str, torch.Tensor]:
        """What a folder keeps of the model: its state_dict, a shared matrix only once."""
        state = self.state_dict()
        if self.config.tied:
            del state["head.weight"]
        return state

    def parameter_count(self) -> int:
        """Number of trained weights."""
        return sum(parameter.numel() for parameter in self.parameters())
