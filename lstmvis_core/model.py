"""A small language model: embedding, stacked recurrent layers, and a linear head."""

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import nn

from lstmvis_core.errors import ModelError
from lstmvis_core.text import Vocabulary

FORMAT = "hidden-states/1"
CELLS: dict[str, Any] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}

# A folder from elsewhere says how much memory we allocate, so its numbers have bounds.
BOUNDS = {
    "vocabulary_size": (2, 100_000),
    "embedding_size": (1, 1_024),
    "hidden_size": (1, 1_024),
    "layers": (1, 4),
}


@dataclass(frozen=True)
class ModelConfig:
    """The architecture: what `config.json` of a model folder says.

    Attributes
    ----------
    cell : {"lstm", "gru", "rnn"}
        The recurrent cell, as torch.nn defines it ("rnn" is the tanh network of Elman).
    vocabulary_size, embedding_size, hidden_size, layers : int
        Numbers of tokens, of input dimensions, of units a layer, and of layers.
    """

    cell: str
    vocabulary_size: int
    embedding_size: int
    hidden_size: int
    layers: int

    def __post_init__(self) -> None:
        if self.cell not in tuple(CELLS):
            raise ModelError(f"The cell of a model is one of {tuple(CELLS)}, not {self.cell!r}.")
        for name, (low, high) in BOUNDS.items():
            value = getattr(self, name)
            if type(value) is not int or not low <= value <= high:
                raise ModelError(f"{name} is a whole number from {low} to {high:,}, not {value!r}.")

    def as_dict(self) -> dict[str, Any]:
        """The fields, as they stand in `config.json`."""
        return asdict(self)


class SequenceModel(nn.Module):
    """A recurrent language model with the parameter names of torch.nn.

    Parameters
    ----------
    config : ModelConfig
    vocabulary : Vocabulary
    id, revision : str
        The folder's name and a hash of its content: together the key of every cache.
    dropout : float
        Between layers, in training only.
    """

    def __init__(
        self,
        config: ModelConfig,
        vocabulary: Vocabulary,
        *,
        id: str = "",
        revision: str = "",
        dropout: float = 0.0,
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
        self.embedding = nn.Embedding(config.vocabulary_size, config.embedding_size)
        self.rnn = CELLS[config.cell](
            config.embedding_size,
            config.hidden_size,
            config.layers,
            batch_first=True,
            dropout=dropout if config.layers > 1 else 0.0,
        )
        self.head = nn.Linear(config.hidden_size, config.vocabulary_size)

    def forward(self, ids: torch.Tensor, state: Any = None) -> tuple[torch.Tensor, Any]:
        """Scores of the next token, and the state to carry on with.

        Parameters
        ----------
        ids : torch.Tensor of int64, (batch, time_step)
        state : as torch.nn.LSTM, GRU or RNN take it, or None for zeros

        Returns
        -------
        scores : torch.Tensor, (batch, time_step, token)
            Unnormalised log-probabilities of the token after each time step.
        state
        """
        output, state = self.rnn(self.embedding(ids), state)
        return self.head(output), state

    def parameter_count(self) -> int:
        """Number of trained weights."""
        return sum(parameter.numel() for parameter in self.parameters())
