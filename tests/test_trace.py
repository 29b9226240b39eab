"""A trace against torch.nn and against the equations written out step by step in numpy."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_core import KINDS, SelectionError, SequenceModel, TextError, Trace, trace_text

TEXT = "(a b) (ca (b.))\nab?"
CLOSE = {"rtol": 0, "atol": 1e-5}

texts = st.text("abc() .\n?é", min_size=1, max_size=30)


# -- the oracle --------------------------------------------------------------------------------


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def step_by_step(model: SequenceModel, ids: np.ndarray) -> list[dict[str, np.ndarray]]:
    """States of every layer and kind, one time step and one gate after the other, in float64."""
    get = {name: t.numpy().astype(float) for name, t in model.state_dict().items()}
    inputs, layers = get["embedding.weight"][ids], []
    for n in range(model.config.layers):
        w, u = get[f"rnn.weight_ih_l{n}"], get[f"rnn.weight_hh_l{n}"]
        b, d = get[f"rnn.bias_ih_l{n}"], get[f"rnn.bias_hh_l{n}"]
        h = c = np.zeros(model.config.hidden_size)
        steps = []
        for x in inputs:
            after = STEPS[model.config.cell](w @ x + b, u @ h + d, h, c)
            h, c = after["hidden"], after.get("cell", c)
            steps.append(after)
        layers.append({kind: np.array([step[kind] for step in steps]) for kind in steps[0]})
        inputs = layers[-1]["hidden"]
    return layers


def lstm_step(x: np.ndarray, r: np.ndarray, h: np.ndarray, c: np.ndarray) -> dict:
    i, f, g, o = np.split(x + r, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return {
        "hidden": sigmoid(o) * np.tanh(c),
        "cell": c,
        "tanh_cell": np.tanh(c),
        "input_gate": sigmoid(i),
        "forget_gate": sigmoid(f),
        "candidate": np.tanh(g),
        "output_gate": sigmoid(o),
    }


def gru_step(x: np.ndarray, r: np.ndarray, h: np.ndarray, c: np.ndarray) -> dict:
    (xr, xz, xn), (hr, hz, hn) = np.split(x, 3), np.split(r, 3)
    reset, update = sigmoid(xr + hr), sigmoid(xz + hz)
    new = np.tanh(xn + reset * hn)
    hidden = (1 - update) * new + update * h
    return {"hidden": hidden, "reset_gate": reset, "update_gate": update, "candidate": new}


def rnn_step(x: np.ndarray, r: np.ndarray, h: np.ndarray, c: np.ndarray) -> dict:
    return {"hidden": np.tanh(x + r)}


STEPS: dict[str, Callable[..., dict]] = {"lstm": lstm_step, "gru": gru_step, "rnn": rnn_step}


# -- states ------------------------------------------------------------------------------------


def test_every_kind_of_every_layer_follows_the_equations(model: SequenceModel):
    trace = trace_text(model, TEXT)
    expected = step_by_step(model, trace.tokens.ids)
    assert len(expected) == 2
    for layer, states in enumerate(expected, 1):
        assert set(states) == set(KINDS[model.config.cell])
        for kind, values in states.items():
            np.testing.assert_allclose(trace.states(layer, kind), values, **CLOSE, err_msg=kind)


def test_hidden_states_are_those_of_torch(model: SequenceModel):
    trace = trace_text(model, TEXT)
    ids = torch.tensor(trace.tokens.ids)[None]
    outputs, last = model.rnn(model.embedding(ids))
    np.testing.assert_allclose(trace.states(2), outputs[0], **CLOSE)
    for layer, hidden in enumerate(last[0] if isinstance(last, tuple) else last, 1):
        np.testing.assert_allclose(trace.states(layer)[-1], hidden[0], **CLOSE)


def test_cell_states_are_those_of_torch(lstm: SequenceModel):
    trace = trace_text(lstm, TEXT)
    inputs = lstm.embedding(torch.tensor(trace.tokens.ids))
    for layer in (1, 2):
        cell = torch.nn.LSTMCell(inputs.shape[1], lstm.config.hidden_size).requires_grad_(False)
        for name, weight in cell.named_parameters():
            weight.copy_(getattr(lstm.rnn, f"{name}_l{layer - 1}"))
        state, hidden, cells = None, [], []
        for x in inputs:
            state = cell(x, state)
            hidden.append(state[0])
            cells.append(state[1])
        np.testing.assert_allclose(trace.states(layer, "cell"), torch.stack(cells), **CLOSE)
        inputs = torch.stack(hidden)


@pytest.mark.parametrize("cell", KINDS)
@settings(max_examples=25)
@given(text=texts, data=st.data())
def test_what_is_read_later_changes_nothing_before(tiny_model, cell, text, data):
    trace = trace_text(tiny_model(cell), text)
    cut = data.draw(st.integers(1, len(text)))
    prefix = trace_text(tiny_model(cell), text[:cut])
    for layer in (1, 2):
        for kind in KINDS[cell]:
            whole = trace.states(layer, kind)[:cut]
            np.testing.assert_allclose(prefix.states(layer, kind), whole, **CLOSE)
    np.testing.assert_allclose(prefix.log_probabilities, trace.log_probabilities[:cut], **CLOSE)


def test_a_text_of_one_character_has_one_step(model: SequenceModel):
    trace = trace_text(model, "a")
    assert all(trace.states(1, kind).shape == (1, 5) for kind in KINDS[model.config.cell])


# -- predictions -------------------------------------------------------------------------------


def test_probabilities_are_those_of_the_model_and_sum_to_one(model: SequenceModel):
    trace = trace_text(model, TEXT)
    scores, _ = model(torch.tensor(trace.tokens.ids)[None])
    expected = scores[0].double().softmax(dim=-1)
    np.testing.assert_allclose(np.exp(trace.log_probabilities), expected, **CLOSE)
    np.testing.assert_allclose(np.exp(trace.log_probabilities).sum(axis=1), 1, **CLOSE)


def test_surprisal_is_the_negative_log_probability_of_what_came(lstm: SequenceModel):
    trace = trace_text(lstm, "ab(")
    a, b, opened = trace.tokens.ids
    by_hand = [-trace.log_probabilities[0, b], -trace.log_probabilities[1, opened]]
    assert a != b
    assert np.isnan(trace.surprisal[0])
    np.testing.assert_array_equal(trace.surprisal[1:], by_hand)
    assert (trace.surprisal[1:] > 0).all()


def test_the_surprisal_of_a_single_token_is_unknown(lstm: SequenceModel):
    assert np.isnan(trace_text(lstm, "a").surprisal).tolist() == [True]


def test_predictions_begin_with_the_most_probable(lstm: SequenceModel):
    trace = trace_text(lstm, TEXT)
    everything = trace.predictions(3, k=len(lstm.vocabulary))
    probabilities = [probability for _, probability in everything]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)
    assert {token for token, _ in everything} == set(lstm.vocabulary.tokens)
    best, probability = everything[0]
    row = trace.log_probabilities[3]
    assert best == lstm.vocabulary.tokens[int(row.argmax())]
    assert probability == pytest.approx(float(np.exp(row.max())))
    assert trace.predictions(3, k=2) == everything[:2]


# -- what is refused ---------------------------------------------------------------------------


def test_an_empty_text_is_refused(lstm: SequenceModel):
    with pytest.raises(TextError, match="empty"):
        trace_text(lstm, "")


@pytest.mark.parametrize("layer", [0, 3, -1])
def test_a_layer_that_is_not_there_is_refused(lstm: SequenceModel, layer: int):
    with pytest.raises(SelectionError, match=f"layers 1 to 2, not {layer}"):
        trace_text(lstm, "a").states(layer)


def test_a_kind_of_another_cell_is_refused(tiny_model):
    with pytest.raises(SelectionError, match="reset_gate.*not 'cell'"):
        trace_text(tiny_model("gru"), "a").states(1, "cell")


@pytest.mark.parametrize("of", ["states", "gates", "log_probabilities"])
def test_a_trace_cannot_be_written_into(model: SequenceModel, of: str):
    trace: Trace = trace_text(model, "ab")
    array = {
        "states": trace.states(1),
        "gates": trace.states(2, KINDS[model.config.cell][-1]),
        "log_probabilities": trace.log_probabilities,
    }[of]
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 0
