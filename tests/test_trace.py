"""A trace against torch.nn and against the equations written out step by step in numpy."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_core import (
    KINDS,
    ModelConfig,
    ModelError,
    SelectionError,
    SequenceModel,
    TextError,
    Trace,
    Vocabulary,
    trace_text,
)
from lstmvis_core.model import CELLS

TEXT = "(a b) (ca (b.))\nab?"
CLOSE = {"rtol": 0, "atol": 1e-5}

texts = st.text("abc() .\n?é", min_size=1, max_size=30)


# -- the oracle --------------------------------------------------------------------------------


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def step_by_step(model: SequenceModel, ids: np.ndarray) -> list[dict[str, np.ndarray]]:
    """States of every layer and kind, one time step and one gate after the other, in float64.

    Of a bidirectional model: first the forward, then the backward half of each layer.
    """
    get = {name: t.numpy().astype(float) for name, t in model.state_dict().items()}
    inputs, layers = get["embedding.weight"][ids], []
    for n in range(model.config.layers):
        halves = []
        for way in ("", "_reverse")[: 1 + model.config.bidirectional]:
            w, u = get[f"rnn.weight_ih_l{n}{way}"], get[f"rnn.weight_hh_l{n}{way}"]
            b, d = get[f"rnn.bias_ih_l{n}{way}"], get[f"rnn.bias_hh_l{n}{way}"]
            h = c = np.zeros(model.config.hidden_size)
            steps = {}
            for t in reversed(range(len(ids))) if way else range(len(ids)):
                steps[t] = STEPS[model.config.cell](w @ inputs[t] + b, u @ h + d, h, c)
                h, c = steps[t]["hidden"], steps[t].get("cell", c)
            in_order = [steps[t] for t in range(len(ids))]
            halves.append({kind: np.array([s[kind] for s in in_order]) for kind in steps[0]})
        layers += halves
        inputs = np.concatenate([half["hidden"] for half in halves], axis=1)
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


def test_all_states_of_a_layer_are_those_of_each_kind(model: SequenceModel):
    trace = trace_text(model, TEXT)
    for layer in range(1, len(model.config.layer_names) + 1):
        states = trace.all_states(layer)
        assert list(states) == list(KINDS[model.config.cell])
        for kind, values in states.items():
            np.testing.assert_array_equal(values, trace.states(layer, kind))
            assert not values.flags.writeable
    with pytest.raises(SelectionError, match="layers 1 to"):
        trace.all_states(9)


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


# -- both directions ---------------------------------------------------------------------------

LABELS = ("noun", "verb", "other")
VOCABULARY = Vocabulary.from_text("abc() .\n")


def labelling_model(
    task: str, cell: str, layers: int = 2, bidirectional: bool = False
) -> SequenceModel:
    """A tagger or classifier with large random weights."""
    config = ModelConfig(cell, len(VOCABULARY), 3, 5, layers, task, LABELS, bidirectional)
    model = SequenceModel(config, VOCABULARY, id="labels")
    generator = torch.Generator().manual_seed(4)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.8, generator=generator)
    return model.eval().requires_grad_(False)


@pytest.fixture(scope="module", params=list(KINDS))
def tagger(request: pytest.FixtureRequest) -> SequenceModel:
    """A bidirectional tagger of two layers, once of each cell type."""
    return labelling_model("tagger", request.param, bidirectional=True)


def test_a_bidirectional_trace_follows_the_equations_from_both_ends(tagger: SequenceModel):
    trace = trace_text(tagger, TEXT)
    expected = step_by_step(tagger, trace.tokens.ids)
    assert len(expected) == len(tagger.config.layer_names) == 4
    for layer, states in enumerate(expected, 1):
        assert set(states) == set(KINDS[tagger.config.cell])
        for kind, values in states.items():
            np.testing.assert_allclose(trace.states(layer, kind), values, **CLOSE, err_msg=kind)


def test_a_bidirectional_trace_is_that_of_torch(tagger: SequenceModel):
    config, trace = tagger.config, trace_text(tagger, TEXT)
    inputs = tagger.embedding(torch.tensor(trace.tokens.ids)[None])
    for layers in (1, 2):  # torch gives the states of the last layer alone
        stack = CELLS[config.cell](3, 5, layers, batch_first=True, bidirectional=True)
        stack.requires_grad_(False)
        for name, weight in stack.named_parameters():
            weight.copy_(getattr(tagger.rnn, name))
        forward, backward = stack(inputs)[0][0].split(5, dim=1)
        np.testing.assert_allclose(trace.states(2 * layers - 1), forward, **CLOSE)
        np.testing.assert_allclose(trace.states(2 * layers), backward, **CLOSE)


@pytest.mark.parametrize("cell", KINDS)
def test_the_backward_layer_is_a_forward_one_that_reads_the_text_reversed(cell: str):
    both = labelling_model("tagger", cell, layers=1, bidirectional=True)
    one = labelling_model("tagger", cell, layers=1)
    one.embedding.weight.copy_(both.embedding.weight)
    for name, weight in one.rnn.named_parameters():
        weight.copy_(getattr(both.rnn, f"{name}_reverse"))
    backward, mirrored = trace_text(both, TEXT), trace_text(one, TEXT[::-1])
    for kind in KINDS[cell]:
        expected = mirrored.states(1, kind)[::-1]
        np.testing.assert_allclose(backward.states(2, kind), expected, **CLOSE, err_msg=kind)


@settings(max_examples=15)
@given(text=texts, data=st.data())
@pytest.mark.parametrize("cell", KINDS)
def test_the_lowest_layers_know_one_side_of_the_text_each(cell, text, data):
    model = labelling_model("tagger", cell, bidirectional=True)
    cut = data.draw(st.integers(0, len(text) - 1))
    whole, end = trace_text(model, text), trace_text(model, text[cut:])
    start = trace_text(model, text[: cut + 1])
    for kind in KINDS[cell]:
        np.testing.assert_allclose(whole.states(1, kind)[: cut + 1], start.states(1, kind), **CLOSE)
        np.testing.assert_allclose(whole.states(2, kind)[cut:], end.states(2, kind), **CLOSE)


# -- taggers and classifiers -------------------------------------------------------------------


@pytest.fixture(
    scope="module",
    params=[("tagger", True), ("tagger", False), ("classifier", False)],
    ids=lambda param: f"{param[0]} {'both ways' if param[1] else 'forward'}",
)
def labelling(request: pytest.FixtureRequest) -> SequenceModel:
    """A model that tells labels."""
    task, bidirectional = request.param
    return labelling_model(task, "lstm", bidirectional=bidirectional)


def test_probabilities_of_labels_are_those_of_the_model(labelling: SequenceModel):
    trace = trace_text(labelling, TEXT)
    scores, _ = labelling(torch.tensor(trace.tokens.ids)[None])
    expected = scores[0].log_softmax(dim=-1)
    np.testing.assert_allclose(trace.log_probabilities, expected, **CLOSE)
    assert trace.log_probabilities.shape == (len(TEXT), len(LABELS))


def test_predictions_are_labels(labelling: SequenceModel):
    trace = trace_text(labelling, TEXT)
    told = trace.predictions(2)
    assert {label for label, _ in told} == set(LABELS)
    assert sum(probability for _, probability in told) == pytest.approx(1, abs=1e-5)
    assert told[0][0] == LABELS[int(trace.log_probabilities[2].argmax())]


def test_only_a_language_model_has_surprisal(labelling: SequenceModel):
    with pytest.raises(ModelError, match=f"labels is a {labelling.config.task}"):
        _ = trace_text(labelling, "ab").surprisal


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


@pytest.mark.parametrize("layer", [0, 5])
def test_both_directions_of_a_layer_count(tagger: SequenceModel, layer: int):
    with pytest.raises(SelectionError, match=f"layers 1 to 4, not {layer}"):
        trace_text(tagger, "a").states(layer)


def test_backward_states_cannot_be_written_into(tagger: SequenceModel):
    for layer in (1, 2, 3, 4):
        with pytest.raises(ValueError, match="read-only"):
            trace_text(tagger, "ab").states(layer)[0] = 0
