"""The running score against the text read word by word."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.analysis.running_score import running_score
from tests.small import LABELS, labelling_model

MODEL = labelling_model("classifier")
TEXTS = st.text("abc() .", min_size=1, max_size=12)


def probabilities(text: str) -> np.ndarray:
    """What torch says of every beginning of a text, (time_step, label)."""
    ids = torch.tensor(MODEL.vocabulary.encode(text).ids[None])
    return np.stack(
        [MODEL(ids[:, :end])[0][0, -1].softmax(0).numpy() for end in range(1, len(text) + 1)]
    )


@given(TEXTS)
def test_each_point_is_the_verdict_on_the_text_so_far(text: str):
    expected = probabilities(text)
    score = running_score(lv.trace_text(MODEL, text))
    last = int(expected[-1].argmax())
    assert score.label == LABELS[last]  # of three labels the one that wins
    np.testing.assert_allclose(score.scores, expected[:, last], atol=1e-5)
    assert score.verdict == (LABELS[last], pytest.approx(expected[-1, last], abs=1e-5))
    best = expected.argmax(axis=1)
    assert score.turns == tuple(t for t in range(1, len(text)) if best[t] != best[t - 1])


@given(TEXTS)
def test_moves_sum_to_the_way_from_the_beginning_to_the_end(text: str):
    score = running_score(lv.trace_text(MODEL, text))
    start = MODEL.head(torch.zeros(1, 5)).softmax(1)[0].numpy()
    assert score.before == pytest.approx(start[LABELS.index(score.label)], abs=1e-6)
    assert score.before + score.moves.sum() == pytest.approx(score.scores[-1])
    assert abs(score.moves[score.strongest]) == np.abs(score.moves).max()


def test_of_two_labels_the_second_one_is_followed_whoever_wins():
    model = lv.load_model("sentiment")
    good, bad = (running_score(lv.trace_text(model, text)) for text in ("wonderful", "boring"))
    assert (good.label, bad.label) == ("positive", "positive")
    assert (good.verdict[0], bad.verdict[0]) == ("positive", "negative")
    assert bad.verdict[1] == pytest.approx(1 - bad.scores[-1])


def test_only_a_classifier_has_a_verdict(lstm: lv.SequenceModel):
    with pytest.raises(lv.ModelError, match="language-model"):
        running_score(lv.trace_text(lstm, "ab"))
