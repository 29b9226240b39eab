"""The loss of a model on texts: against torch's own, and how sure the figure is."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core import (
    Evaluation,
    ModelConfig,
    ModelError,
    SequenceModel,
    TextError,
    Vocabulary,
    evaluate,
    evaluation,
)
from lstmvis_core.evaluation import mean_with_interval, token_losses

TEXT = "(a b) (ca (b.))\nab?"


def by_hand(model: SequenceModel, *documents: str) -> list[float]:
    """Cross-entropy of each token but the first of each document, one step after the other."""
    losses = []
    for document in documents:
        ids = torch.tensor(model.vocabulary.encode(document).ids)
        state = None
        for now, after in pairwise(ids):
            scores, state = model(now.view(1, 1), state)
            loss = torch.nn.functional.cross_entropy(scores[0].double(), after.view(1))
            losses.append(loss.item())
    return losses


# -- the loss ----------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [1, 2, 18, 19, 4096])
def test_the_loss_is_the_cross_entropy_of_torch(model: SequenceModel, monkeypatch, chunk: int):
    monkeypatch.setattr(evaluation, "CHUNK", chunk)
    expected = by_hand(model, TEXT)
    found = evaluate(model, TEXT)
    assert found.value == pytest.approx(np.mean(expected), abs=1e-5)
    assert found.count == len(TEXT) - 1
    ids = model.vocabulary.encode(TEXT).ids
    np.testing.assert_allclose(token_losses(model, ids), expected, rtol=0, atol=1e-5)


def test_each_document_is_read_from_a_state_of_zeros(lstm: SequenceModel):
    documents = (TEXT, "", "b", "ab", "(a b)")
    found = evaluate(lstm, *documents)
    expected = by_hand(lstm, *documents)
    assert found.value == pytest.approx(np.mean(expected), abs=1e-5)
    assert found.count == len(expected) == 18 + 0 + 0 + 1 + 4
    assert found.value != pytest.approx(evaluate(lstm, "".join(documents)).value, abs=1e-5)


def test_unknown_tokens_are_predicted_and_counted(lstm: SequenceModel):
    found = evaluate(lstm, "a?b", "?", "!?")
    assert found.unknown == 2  # not those at which a document begins
    assert found.count == 3
    assert found.value == pytest.approx(np.mean(by_hand(lstm, "a?b", "!?")), abs=1e-5)
    assert evaluate(lstm, "ab").unknown == 0


# -- the interval ------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 20), min_size=1, max_size=300))
def test_the_interval_is_around_the_mean(values: list[float]):
    found = mean_with_interval(values)
    assert found.value == pytest.approx(np.mean(values))
    assert found.low <= found.value + 1e-9
    assert found.high >= found.value - 1e-9
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found.count == len(values)


def test_the_interval_shrinks_with_the_text():
    values = np.random.default_rng(1).exponential(size=90_000)
    widths = []
    for count in (100, 900, 90_000):
        found = mean_with_interval(values[:count])
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True)
    # Of independent values it is 2 × 1.96 standard errors wide.
    np.testing.assert_allclose(widths, 3.92 / np.sqrt([100, 900, 90_000]), rtol=0.35)


def test_neighbours_that_are_alike_make_the_interval_wider():
    values = np.random.default_rng(1).exponential(size=200)
    found = mean_with_interval(np.repeat(values, 50))
    apart = mean_with_interval(np.random.default_rng(2).permutation(np.repeat(values, 50)))
    assert found.high - found.low > 3 * (apart.high - apart.low)


def test_a_single_value_has_no_width():
    assert mean_with_interval([2.5]) == Evaluation(2.5, 2.5, 2.5, 1)


def test_the_interval_is_drawn_by_a_seed(lstm: SequenceModel):
    assert evaluate(lstm, TEXT * 9) == evaluate(lstm, TEXT * 9)


def test_a_figure_is_written_with_its_interval():
    assert str(Evaluation(1.23456, 1.2, 1.3, 9)) == "1.2346 [1.2000, 1.3000]"


# -- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize("task", ["tagger", "classifier"])
def test_only_a_language_model_has_a_loss_over_tokens(task: str):
    vocabulary = Vocabulary.from_text("ab")
    config = ModelConfig("gru", len(vocabulary), 3, 5, 1, task, ("yes", "no"))
    with pytest.raises(ModelError, match=f"small is a {task}"):
        evaluate(SequenceModel(config, vocabulary, id="small"), "ab")


@pytest.mark.parametrize("documents", [(), ("",), ("a",), ("", "b", "")])
def test_texts_in_which_nothing_is_predicted_are_refused(lstm, documents: tuple[str, ...]):
    with pytest.raises(TextError, match="fewer than two tokens"):
        evaluate(lstm, *documents)
