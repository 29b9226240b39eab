"""Samples against reading the whole text again for each token."""

from typing import Any

import numpy as np
import pytest

import lstmvis_core as lv
from lstmvis_core.analysis.holding import CAN_BE_HELD
from tests.small import labelling_model

KINDS = [(cell, kind) for cell, kinds in CAN_BE_HELD.items() for kind in kinds]
TEXT = "(a b) c"


def read_again(model: lv.SequenceModel, length: int, temperature: float, hold: dict) -> str:
    """Draw each token from a trace of all that came before; `unknown` has id 0."""
    text = ""
    for luck in np.random.default_rng(7).random(length):
        trace = lv.ablate(model, TEXT + text, **hold)
        scores = trace.log_probabilities[-1, 1:].astype(float) / temperature
        shares = np.exp(scores) / np.exp(scores).sum()
        text += model.vocabulary.tokens[1 + int((np.cumsum(shares) <= luck).sum())]
    return text


@pytest.mark.parametrize(("cell", "kind"), KINDS)
@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("units", [[], [0, 3]])
def test_each_token_is_drawn_from_what_a_trace_predicts(tiny_model, cell, kind, layer, units):
    hold: dict[str, Any] = {"layer": layer, "units": units, "kind": kind, "value": 0.5}
    sampled = lv.sample(tiny_model(cell), TEXT, 12, seed=7, temperature=1.5, **hold)
    assert "".join(sampled) == read_again(tiny_model(cell), 12, 1.5, hold)


def test_the_same_seed_draws_the_same_and_a_longer_sample_begins_like_a_shorter(lstm):
    sampled = lv.sample(lstm, TEXT, 40)
    assert sampled == lv.sample(lstm, TEXT, 40)
    assert sampled[:15] == lv.sample(lstm, TEXT, 15)
    assert sampled != lv.sample(lstm, TEXT, 40, seed=1)
    assert lv.sample(lstm, TEXT, 0) == ()


def test_without_temperature_the_most_probable_token_is_taken(lstm):
    (token,) = lv.sample(lstm, TEXT, 1, temperature=0)
    row = lv.trace_text(lstm, TEXT).log_probabilities[-1]
    assert token == lstm.vocabulary.tokens[1 + int(row[1:].argmax())]
    assert lv.sample(lstm, TEXT, 9, temperature=0) == lv.sample(lstm, TEXT, 9, temperature=1e-6)


def test_frequencies_are_the_probabilities_of_the_model(lstm):
    drawn = [lv.sample(lstm, TEXT, 1, seed=seed)[0] for seed in range(800)]
    p = np.exp(lv.trace_text(lstm, TEXT).log_probabilities[-1].astype(float))
    p /= 1 - p[0]
    for id, token in enumerate(lstm.vocabulary.tokens[1:], 1):
        assert drawn.count(token) / 800 == pytest.approx(p[id], abs=0.05)
    assert lstm.vocabulary.unknown not in drawn


def test_words_are_sampled_too():
    sampled = lv.sample(lv.load_model("english"), "The film was", 5)
    assert len(sampled) == 5


def test_what_cannot_be_sampled_is_refused(lstm):
    with pytest.raises(lv.SelectionError, match="got -1 and 1"):
        lv.sample(lstm, TEXT, -1)
    with pytest.raises(lv.SelectionError, match="got 3 and nan"):
        lv.sample(lstm, TEXT, 3, temperature=np.nan)
    with pytest.raises(lv.SelectionError, match="units"):
        lv.sample(lstm, TEXT, 3, units=[9])
    with pytest.raises(lv.TextError, match="empty"):
        lv.sample(lstm, "", 3)
    with pytest.raises(lv.ModelError, match="tagger"):
        lv.sample(labelling_model("tagger"), TEXT, 3)


@pytest.mark.parametrize(("cell", "kind"), KINDS)
def test_a_model_that_was_held_in_the_text_alone_is_free_while_it_writes(tiny_model, cell, kind):
    hold: dict[str, Any] = {"layer": 1, "units": [0, 3], "kind": kind, "value": 0.5}
    hold["steps"] = [1, 2, 5]  # of TEXT: in what is read again they are the same steps
    sampled = lv.sample(tiny_model(cell), TEXT, 12, seed=7, temperature=1.5, **hold)
    assert "".join(sampled) == read_again(tiny_model(cell), 12, 1.5, hold)
    with pytest.raises(lv.SelectionError, match="steps"):
        lv.sample(tiny_model(cell), TEXT, 3, layer=1, units=[0], kind=kind, steps=[len(TEXT)])
