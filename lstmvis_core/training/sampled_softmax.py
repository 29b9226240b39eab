"""Learn to predict words from some of them: most of the cost of a large vocabulary is its tail."""

import math

import torch
from torch import nn

FREQUENT = 1_000  # tokens that are always looked at


class SampledSoftmax:
    """Cross-entropy in which a random sample stands for all rare tokens.

    The sum over the vocabulary, Z, is that over the frequent tokens, plus that over `size` rare
    ones scaled up by how many there are (the estimator of Horvitz and Thompson), plus the right
    token itself.

    Parameters
    ----------
    ids : torch.Tensor of int64
        The training text, which says what is frequent.
    vocabulary_size, size : int
    """

    def __init__(self, ids: torch.Tensor, vocabulary_size: int, size: int) -> None:
        order = torch.bincount(ids, minlength=vocabulary_size).argsort(descending=True)
        self._frequent, self._rare = order[:FREQUENT], order[FREQUENT:]
        self._size = min(size, len(self._rare))

    def loss(self, hidden: torch.Tensor, head: nn.Linear, targets: torch.Tensor) -> torch.Tensor:
        """Mean loss in nats, estimated.

        Parameters
        ----------
        hidden : torch.Tensor, (step, unit)
        head : torch.nn.Linear
        targets : torch.Tensor of int64, (step,)
        """
        rare = self._rare[torch.randperm(len(self._rare))[: self._size]]
        chosen = torch.cat([self._frequent, rare])
        scores = nn.functional.linear(hidden, head.weight[chosen], head.bias[chosen])
        scale = torch.zeros(len(chosen))
        if self._size:
            scale[len(self._frequent) :] = math.log(len(self._rare) / self._size)
        # The right token has its own place in the sum, and only there.
        others = (scores + scale).masked_fill(chosen == targets[:, None], float("-inf"))
        right = (hidden * head.weight[targets]).sum(1) + head.bias[targets]
        return (torch.logsumexp(torch.cat([others, right[:, None]], 1), 1) - right).mean()
