"""Ablated traces against torch's cells, stepped by hand with a mask."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.analysis.ablation import most_changed
from lstmvis_core.analysis.holding import CAN_BE_HELD, Held
from lstmvis_core.trace import read_layers
from tests.small import labelling_model

TEXT = "(a b) (ca (b.))\nab?"
CLOSE: dict[str, Any] = {"rtol": 0, "atol": 1e-5}
KINDS = [(cell, kind) for cell, kinds in CAN_BE_HELD.items() for kind in kinds]
CELLS = {"lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell, "rnn": torch.nn.RNNCell}

units = st.lists(st.integers(0, 4), unique=True, max_size=4)


# -- the oracle --------------------------------------------------------------------------------


def masked_forward(
    model: lv.SequenceModel, ids: np.ndarray, where: str, hold: tuple, steps: set[int]
) -> tuple[dict[str, dict[str, torch.Tensor]], np.ndarray]:
    """Hidden and cell states of each layer by its name in torch, and log-probabilities.

    ``hold`` is the kind, the units and their values; the gates of torch's cells stay inside them.
    """
    kind, at, values = hold
    inputs, found = model.embedding(torch.tensor(ids)), {}
    for n in range(model.config.layers):
        halves = []
        for way in ("", "_reverse")[: 1 + model.config.bidirectional]:
            cell = CELLS[model.config.cell](inputs.shape[1], model.config.hidden_size)
            cell.requires_grad_(False)
            for name, weight in cell.named_parameters():
                weight.copy_(getattr(model.rnn, f"{name}_l{n}{way}"))
            h = c = torch.zeros(model.config.hidden_size)
            hidden, cells = torch.zeros(len(ids), len(h)), torch.zeros(len(ids), len(h))
            for t in reversed(range(len(ids))) if way else range(len(ids)):
                h_before = h
                if isinstance(cell, torch.nn.LSTMCell):
                    h, c = cell(inputs[t], (h, c))
                else:
                    h = cell(inputs[t], h)
                if where == f"{n}{way}" and t in steps:
                    if kind == "hidden":
                        h = h.clone()
                        h[at] = values
                    else:
                        c = c.clone()
                        c[at] = values
                        gates = cell.weight_ih @ inputs[t] + cell.bias_ih
                        gates = gates + cell.weight_hh @ h_before + cell.bias_hh
                        h = torch.sigmoid(gates.chunk(4)[3]) * torch.tanh(c)
                hidden[t], cells[t] = h, c
            halves.append(hidden)
            found[f"{n}{way}"] = {"hidden": hidden, "cell": cells}
        inputs = torch.cat(halves, dim=1)
    return found, torch.log_softmax(model.head(inputs), dim=1).numpy()


def check(model: lv.SequenceModel, text: str, layer: int, hold: tuple, steps: list | None) -> None:
    kind, at, values = hold
    trace = lv.ablate(model, text, layer=layer, units=at, kind=kind, value=values, steps=steps)
    names = [
        f"{n}{way}"
        for n in range(model.config.layers)
        for way in ("", "_reverse")[: 1 + model.config.bidirectional]
    ]
    within = set(range(len(text)) if steps is None else steps)
    states, scores = masked_forward(
        model, trace.tokens.ids, names[layer - 1], (kind, at, torch.tensor(values)), within
    )
    np.testing.assert_allclose(trace.log_probabilities, scores, **CLOSE)
    for number, name in enumerate(names, 1):
        np.testing.assert_allclose(trace.states(number), states[name]["hidden"], **CLOSE)
        if model.config.cell == "lstm":
            cells = np.asarray(states[name]["cell"])
            np.testing.assert_allclose(trace.states(number, "cell"), cells, **CLOSE)
            tanh_cell = trace.states(number, "tanh_cell")
            np.testing.assert_allclose(tanh_cell, np.tanh(cells), **CLOSE)
            shown = trace.states(number, "output_gate") * tanh_cell
            if number != layer or kind == "cell":
                np.testing.assert_allclose(shown, trace.states(number), **CLOSE)


# -- what is read ------------------------------------------------------------------------------


@pytest.mark.parametrize(("cell", "kind"), KINDS)
@settings(max_examples=25)
@given(text=st.text("abc() .\n?é", min_size=1, max_size=20), at=units, data=st.data())
def test_everything_follows_from_what_is_held(tiny_model, cell, kind, text, at, data):
    values = [data.draw(st.floats(-2, 2, width=16)) for _ in at]
    steps = data.draw(st.none() | st.lists(st.integers(0, len(text) - 1), unique=True))
    check(tiny_model(cell), text, data.draw(st.integers(1, 2)), (kind, at, values), steps)


@pytest.mark.parametrize(("cell", "kind"), KINDS)
@pytest.mark.parametrize("layer", [1, 2, 3, 4])
@pytest.mark.parametrize("steps", [None, [0, 5, 6, 18]])
def test_a_direction_of_a_bidirectional_network_is_held_alone(cell, kind, layer, steps):
    model = labelling_model("tagger", cell, bidirectional=True)
    check(model, TEXT, layer, (kind, [1, 4], [0.5, -1.0]), steps)


@pytest.mark.parametrize(("cell", "kind"), KINDS)
def test_gates_are_those_that_the_held_states_lead_to(tiny_model, cell, kind):
    """Each gate again from the equations of torch.nn, with the states before it as they were."""
    model = tiny_model(cell)
    steps = [2, 3, 9]
    trace = lv.ablate(model, TEXT, layer=1, units=[0, 3], kind=kind, value=0.7, steps=steps)
    rnn = model.rnn
    for layer, inputs in ((1, model.embedding(torch.tensor(trace.tokens.ids)).numpy()), (2, None)):
        inputs = trace.states(1) if inputs is None else inputs
        before = np.vstack([np.zeros(5), trace.states(layer)[:-1]])
        w, u = (getattr(rnn, f"weight_{k}_l{layer - 1}").numpy() for k in ("ih", "hh"))
        b, d = (getattr(rnn, f"bias_{k}_l{layer - 1}").numpy() for k in ("ih", "hh"))
        x, r = inputs @ w.T + b, before @ u.T + d
        if cell == "lstm":
            named = zip(("input", "forget", "output"), (0, 1, 3), strict=True)
        else:
            named = zip(("reset", "update"), (0, 1), strict=True) if cell == "gru" else ()
        for name, k in named:
            gate = 1 / (1 + np.exp(-(x + r)[:, 5 * k : 5 * (k + 1)]))
            np.testing.assert_allclose(trace.states(layer, f"{name}_gate"), gate, **CLOSE)


def test_of_no_units_the_trace_is_that_of_the_text(model: lv.SequenceModel):
    trace, same = lv.trace_text(model, TEXT), lv.ablate(model, TEXT, layer=1, units=[])
    np.testing.assert_array_equal(same.log_probabilities, trace.log_probabilities)
    at_no_step = lv.ablate(model, TEXT, layer=1, units=[1], value=3.0, steps=[])
    np.testing.assert_allclose(at_no_step.log_probabilities, trace.log_probabilities, **CLOSE)


def test_a_step_changes_nothing_before_it(model: lv.SequenceModel):
    trace = lv.trace_text(model, TEXT)
    changed = lv.ablate(model, TEXT, layer=1, units=[1, 2], value=0.9, steps=[7])
    np.testing.assert_allclose(changed.log_probabilities[:7], trace.log_probabilities[:7], **CLOSE)
    assert np.abs(changed.log_probabilities[7:] - trace.log_probabilities[7:]).max() > 1e-3


def test_several_texts_can_be_read_with_other_units_held_in_each(model: lv.SequenceModel):
    ids = torch.tensor(model.vocabulary.encode(TEXT).ids)[None].expand(5, -1)
    for kind in CAN_BE_HELD[model.config.cell]:
        hold = Held(1, kind, torch.eye(5, dtype=torch.bool), torch.full((5,), 0.3))
        readings = read_layers(model, ids, read=hold.reader(model))
        for unit in range(5):
            one = lv.ablate(model, TEXT, layer=1, units=unit, kind=kind, value=0.3)
            for layer in (1, 2):
                for name, states in readings[layer - 1].all_states(model.config.cell).items():
                    np.testing.assert_allclose(states[unit], one.states(layer, name), **CLOSE)


def test_the_ledger_of_a_cell_that_was_held_is_refused(lstm: lv.SequenceModel):
    trace = lv.ablate(lstm, TEXT, layer=2, units=[3], kind="cell", value=5.0)
    with pytest.raises(lv.SelectionError, match="Unit 3 of layer 2 was held"):
        lv.memory_ledger(trace, 2, 3, 9)
    assert lv.memory_ledger(trace, 2, 2, 9).sum() == pytest.approx(
        trace.states(2, "cell")[9, 2], abs=1e-5
    )


# -- what it changes ---------------------------------------------------------------------------


def test_changes_are_differences_of_what_was_predicted(model: lv.SequenceModel):
    trace = lv.trace_text(model, TEXT)
    without = lv.ablate(model, TEXT, layer=2, units=[0, 1], steps=[4])
    change = lv.surprisal_change(trace, without)
    ids = trace.tokens.ids
    by_hand = trace.log_probabilities[4, ids[5]] - without.log_probabilities[4, ids[5]]
    assert np.isnan(change[0])
    assert change[5] == pytest.approx(by_hand, abs=1e-5)
    assert np.abs(change[1:5]).max() < 1e-5 < np.abs(change[5])
    p, q = (np.exp(one.log_probabilities[4].astype(float)) for one in (trace, without))
    divergence = lv.prediction_change(trace, without)
    assert divergence[4] == pytest.approx(float((p * np.log(p / q)).sum()), abs=1e-6)
    assert divergence[:4].max() < 1e-6


def test_only_traces_of_one_text_are_compared(tiny_model):
    trace, other = (lv.trace_text(tiny_model("gru"), text) for text in ("ab", "ac"))
    with pytest.raises(lv.SelectionError, match="different texts"):
        lv.surprisal_change(trace, other)
    labels = lv.trace_text(labelling_model("tagger"), "ab")
    with pytest.raises(lv.SelectionError, match="different tokens or labels"):
        lv.prediction_change(trace, labels)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"layer": 3}, "layers 1 to 2"),
        ({"units": [5]}, "units are whole numbers from 0 to 4"),
        ({"units": [0, 0]}, "differ from each other"),
        ({"units": [0.5]}, "whole numbers"),
        ({"units": [True, False]}, "whole numbers"),
        ({"units": -1}, "whole numbers"),
        ({"kind": "cell"}, "can be held of a model of type gru is hidden"),
        ({"value": [1.0, 2.0]}, "one for each of the 1 units"),
        ({"value": np.nan}, "finite"),
        ({"steps": [4]}, "steps are whole numbers from 0 to 3"),
    ],
)
def test_what_cannot_be_held_is_refused(tiny_model, wrong: dict[str, Any], told: str):
    asked: dict[str, Any] = {"layer": 1, "units": [2]}
    with pytest.raises(lv.SelectionError, match=told):
        lv.ablate(tiny_model("gru"), "ab()", **(asked | wrong))


def test_there_is_nothing_to_ablate_in_no_text(tiny_model):
    with pytest.raises(lv.TextError, match="empty"):
        lv.ablate(tiny_model("rnn"), "", layer=1, units=[0])


def test_the_token_that_changes_most_is_neither_the_rarest_nor_the_commonest(model):
    before, after = lv.trace_text(model, "(a b)"), lv.ablate(model, "(a b)", layer=1, units=[0, 2])
    for step in range(5):
        parts = []
        for p, q in zip(
            np.exp(before.log_probabilities[step].astype(float)),
            np.exp(after.log_probabilities[step].astype(float)),
            strict=True,
        ):
            parts.append((p - q) * np.log(p / q))
        assert most_changed(before, after, step) == parts.index(max(parts))
