"""What a model says over a corpus against the traces of its documents; each number by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core import (
    Corpus,
    ModelConfig,
    ModelError,
    Outputs,
    SequenceModel,
    Vocabulary,
    outputs_of_corpus,
    outputs_of_trace,
    reading,
    trace_text,
)
from lstmvis_core.outputs import GUESSES, NOBODY, measured
from tests.small import DOCUMENTS, labelling_model

CLOSE = {"rtol": 0, "atol": 1e-5}
OF_NEXT = ("surprisal", "rank", "probability")
OF_ALL = ("entropy", "last", "guesses", "shares")


def joined(model: SequenceModel, name: str) -> np.ndarray:
    traces = (trace_text(model, document) for document in DOCUMENTS if document)
    return np.concatenate([getattr(outputs_of_trace(trace), name) for trace in traces])


@pytest.mark.usefixtures("cold")
@pytest.mark.parametrize("name", [*OF_NEXT, *OF_ALL])
def test_a_corpus_has_what_its_documents_have(model: SequenceModel, texts: Corpus, name: str):
    found = getattr(outputs_of_corpus(model, texts), name)
    np.testing.assert_allclose(found, joined(model, name), **CLOSE)


@pytest.mark.usefixtures("cold")
@pytest.mark.parametrize("task", ["tagger", "classifier"])
@pytest.mark.parametrize("name", OF_ALL)
def test_so_has_a_model_of_labels(texts: Corpus, task: str, name: str):
    model = labelling_model(task)
    found = getattr(outputs_of_corpus(model, texts), name)
    np.testing.assert_allclose(found, joined(model, name), **CLOSE)


@pytest.mark.usefixtures("cold")
@pytest.mark.parametrize("bound", [1, 100])
def test_few_scores_at_once_are_the_same_scores(lstm, texts, bound, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", bound)
    found = outputs_of_corpus(lstm, texts).surprisal
    np.testing.assert_allclose(found, joined(lstm, "surprisal"), **CLOSE)


def test_the_surprisal_is_that_of_the_trace(model: SequenceModel):
    trace = trace_text(model, DOCUMENTS[0])
    np.testing.assert_array_equal(outputs_of_trace(trace).surprisal, trace.surprisal)


@pytest.mark.parametrize("name", OF_NEXT)
def test_a_model_of_labels_says_nothing_of_the_next_token(texts: Corpus, name: str):
    with pytest.raises(ModelError, match="Surprisal is a language model's"):
        getattr(outputs_of_corpus(labelling_model("tagger"), texts), name)


@pytest.mark.parametrize("documents", [("  ",), ("the", " ", "cat the")])
def test_documents_without_a_token_have_no_surprisal(documents: tuple[str, ...]):
    words = Vocabulary.from_text("the cat", level="word")
    model = SequenceModel(ModelConfig("gru", len(words), 2, 3, 1), words).eval()
    surprisal = outputs_of_corpus(model, Corpus("words", "Words", documents)).surprisal
    assert np.isnan(surprisal).sum() == sum(map(bool, map(str.strip, documents)))


# -- the numbers -------------------------------------------------------------------------------


def test_the_numbers_by_hand(lstm: SequenceModel):
    scores = np.log(np.array([[0.5, 0.25, 0.125, 0.125], [0.1, 0.2, 0.3, 0.4]], np.float32))
    found = Outputs(lstm, measured(lstm, scores, np.array([1, NOBODY])))
    np.testing.assert_allclose(found.surprisal, [np.nan, np.log(4)], rtol=1e-6)
    np.testing.assert_allclose(found.entropy[0], 1.75 * np.log(2), rtol=1e-6)
    np.testing.assert_array_equal(found.rank, [2, np.nan])
    np.testing.assert_allclose(found.probability, [0.25, np.nan], rtol=1e-6)
    np.testing.assert_allclose(found.last, [0.125, 0.4], rtol=1e-6)
    assert found.guesses.tolist() == [[0, 1, 2], [3, 2, 1]]
    np.testing.assert_allclose(found.shares, [[0.5, 0.25, 0.125], [0.4, 0.3, 0.2]], rtol=1e-6)


def test_what_is_impossible_adds_nothing_to_the_entropy(lstm: SequenceModel):
    scores = np.array([[0.0, -np.inf, -np.inf, -np.inf]], np.float32)
    found = Outputs(lstm, measured(lstm, scores, np.array([NOBODY])))
    assert found.entropy.tolist() == [0]


@given(st.integers(1, 30), st.integers(2, 12), st.integers(0, 10_000))
def test_guesses_are_the_best_in_order(steps: int, outputs: int, seed: int):
    labels = tuple(map(str, range(outputs)))
    model = SequenceModel(
        ModelConfig("rnn", 3, 2, 2, 1, task="tagger", labels=labels), Vocabulary.from_text("ab")
    )
    # Few different values, so that many are equal.
    scores = torch.randint(0, 4, (steps, outputs), generator=torch.Generator().manual_seed(seed))
    log = torch.log_softmax(scores.float(), dim=1).numpy()
    found = Outputs(model, measured(model, log, np.full(steps, NOBODY)))
    for row, guesses in zip(log, found.guesses, strict=True):
        expected = sorted(range(outputs), key=lambda label: (-row[label], label))
        assert row[guesses].tolist() == row[expected[:GUESSES]].tolist()
        assert len(set(guesses.tolist())) == min(GUESSES, outputs)
