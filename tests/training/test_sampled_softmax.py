"""The sampled loss against the whole one, and against all samples that could be drawn."""

import math
from itertools import permutations

import pytest
import torch
from torch import nn

from lstmvis_core.training import sampled_softmax
from lstmvis_core.training.sampled_softmax import SampledSoftmax

# Of seven tokens 5 and 2 are frequent, and 6 does not occur.
IDS = torch.tensor([5] * 9 + [2] * 8 + [0, 0, 1, 3, 3, 4])
TOKENS, RARE = 7, {0, 1, 3, 4, 6}
PLENTY = 100


@pytest.fixture(autouse=True)
def two_are_frequent(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a tiny vocabulary has rare tokens, too."""
    monkeypatch.setattr(sampled_softmax, "FREQUENT", 2)


@pytest.fixture
def head() -> nn.Linear:
    """Scores that differ much, from four units."""
    torch.manual_seed(2)
    head = nn.Linear(4, TOKENS)
    nn.init.normal_(head.weight)
    nn.init.normal_(head.bias)
    return head


@pytest.fixture
def hidden() -> torch.Tensor:
    """One step for each token that could come next."""
    return torch.randn(TOKENS, 4, generator=torch.Generator().manual_seed(3))


def drawn(head: nn.Linear) -> set[int]:
    """The tokens whose scores the last gradient knows of."""
    assert head.weight.grad is not None
    return set(torch.nonzero(head.weight.grad.abs().sum(1)).flatten().tolist())


@pytest.mark.parametrize("size", [len(RARE), PLENTY])
def test_with_all_rare_tokens_it_is_the_cross_entropy(head, hidden, size: int):
    targets = torch.arange(TOKENS)
    sampled = SampledSoftmax(IDS, TOKENS, size).loss(hidden, head, targets)
    torch.testing.assert_close(sampled, nn.functional.cross_entropy(head(hidden), targets))


def test_with_all_rare_tokens_its_gradient_is_that_of_the_cross_entropy(head, hidden):
    targets = torch.tensor([5, 0, 6, 2, 2, 1, 3])
    nn.functional.cross_entropy(head(hidden), targets).backward()
    expected = [parameter.grad.clone() for parameter in head.parameters()]
    head.zero_grad()
    SampledSoftmax(IDS, TOKENS, PLENTY).loss(hidden, head, targets).backward()
    for parameter, gradient in zip(head.parameters(), expected, strict=True):
        torch.testing.assert_close(parameter.grad, gradient)


@pytest.mark.parametrize("size", [1, 2, 4])
@pytest.mark.parametrize("target", range(TOKENS))
def test_the_mean_of_its_sum_over_all_draws_is_the_sum_over_the_vocabulary(
    head, hidden, monkeypatch, size: int, target: int
):
    softmax, one = SampledSoftmax(IDS, TOKENS, size), hidden[target : target + 1]
    scores = head(one)[0].detach().double()
    estimates = []
    for order in permutations(range(len(RARE))):
        monkeypatch.setattr(torch, "randperm", lambda n, order=order: torch.tensor(order))
        loss = softmax.loss(one, head, torch.tensor([target])).item()
        estimates.append(math.exp(loss + scores[target]))  # the loss is log Z - score
    assert len(set(estimates)) > 1
    whole = scores.exp().sum().item()
    assert sum(estimates) / len(estimates) == pytest.approx(whole, rel=1e-5)


def test_rare_tokens_that_were_not_drawn_have_no_gradient(head, hidden):
    targets = torch.tensor([5])
    SampledSoftmax(IDS, TOKENS, 2).loss(hidden[:1], head, targets).backward()
    looked_at = drawn(head)
    assert {5, 2} <= looked_at, "frequent ones are always looked at"
    assert len(looked_at & RARE) == 2
    unseen = sorted(RARE - looked_at)
    assert head.bias.grad is not None
    assert not head.bias.grad[unseen].any()


def test_the_right_token_has_a_gradient_whether_drawn_or_not(head, hidden):
    softmax = SampledSoftmax(IDS, TOKENS, 1)
    for _ in range(10):
        head.zero_grad()
        softmax.loss(hidden[:1], head, torch.tensor([4])).backward()
        assert head.bias.grad is not None
        assert head.bias.grad[4] < 0


def test_draws_differ_and_the_seed_repeats_them(head, hidden):
    softmax, targets = SampledSoftmax(IDS, TOKENS, 2), torch.arange(TOKENS)

    def losses() -> list[float]:
        torch.manual_seed(5)
        return [softmax.loss(hidden, head, targets).item() for _ in range(5)]

    assert len(set(losses())) > 1
    assert losses() == losses()


def test_a_vocabulary_of_frequent_tokens_alone_is_not_sampled(head, hidden, monkeypatch):
    monkeypatch.setattr(sampled_softmax, "FREQUENT", TOKENS)
    targets = torch.arange(TOKENS)
    sampled = SampledSoftmax(IDS, TOKENS, 2).loss(hidden, head, targets)
    torch.testing.assert_close(sampled, nn.functional.cross_entropy(head(hidden), targets))
