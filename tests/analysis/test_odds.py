"""With which probabilities a token is drawn, against drawing it."""

from collections import Counter

import numpy as np
import pytest

import lstmvis_core as lv
from lstmvis_core.analysis.odds import drawing_odds
from tests.small import labelling_model


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.0])
def test_odds_are_how_often_a_token_is_drawn(lstm: lv.SequenceModel, temperature: float):
    odds = dict(drawing_odds(lv.trace_text(lstm, "(a b"), 3, temperature, k=99))
    draws = 1_500
    drawn = Counter(
        lv.sample(lstm, "(a b", 1, seed=seed, temperature=temperature)[0] for seed in range(draws)
    )
    assert sum(odds.values()) == pytest.approx(1)
    assert list(odds.values()) == sorted(odds.values(), reverse=True)
    for token, share in odds.items():
        assert drawn[token] / draws == pytest.approx(share, abs=0.05)
    assert lstm.vocabulary.unknown not in odds


def test_at_zero_the_most_probable_token_is_taken(lstm: lv.SequenceModel):
    trace = lv.trace_text(lstm, "(a b")
    for step in range(4):
        [token] = lv.sample(lstm, "(a b"[: step + 1], 1, temperature=0)
        assert drawing_odds(trace, step, 0) == [(token, 1.0)]
    assert drawing_odds(trace, 0, 1e-9)[0][1] == pytest.approx(1)


def test_the_hotter_the_more_alike(lstm: lv.SequenceModel):
    trace = lv.trace_text(lstm, "(a b")
    tops = [drawing_odds(trace, 3, t, 1)[0][1] for t in (0.1, 0.5, 1, 2, 9)]
    assert tops == sorted(tops, reverse=True)
    assert len(drawing_odds(trace, 3, 1.0, k=2)) == 2
    assert np.exp(trace.log_probabilities[3]).max() <= tops[2] + 1e-6


def test_what_cannot_be_drawn_is_refused(lstm: lv.SequenceModel):
    trace = lv.trace_text(lstm, "ab")
    for temperature in (-0.1, np.inf, np.nan):
        with pytest.raises(lv.SelectionError, match="temperature"):
            drawing_odds(trace, 0, temperature)
    with pytest.raises(lv.SelectionError, match="steps 0 to 1"):
        drawing_odds(trace, 2)
    with pytest.raises(lv.ModelError):
        drawing_odds(lv.trace_text(labelling_model("tagger"), "ab"), 0)
