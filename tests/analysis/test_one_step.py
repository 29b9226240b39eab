"""One step against torch.nn's own cells, against the trace, and against sums made by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import lstmvis_core as lv
from lstmvis_core.analysis.one_step import ROWS, SUMS
from tests.small import labelling_model

TEXT = "(a b) (ca (b.))\nab?"
CELLS = {"lstm": nn.LSTMCell, "gru": nn.GRUCell, "rnn": nn.RNNCell}
each_cell = pytest.mark.parametrize("cell", CELLS)


def backward(model: lv.SequenceModel, layer: int) -> bool:
    return model.config.bidirectional and layer % 2 == 0


def networks(tiny_model, cell: str) -> list[lv.SequenceModel]:
    return [tiny_model(cell), labelling_model("tagger", cell, bidirectional=True)]


@each_cell
def test_every_step_of_every_layer_is_what_the_network_did(tiny_model, cell):
    for model in networks(tiny_model, cell):
        trace = lv.trace_text(model, TEXT)
        for layer in range(1, len(model.config.layer_names) + 1):
            states = trace.all_states(layer)
            for step in range(len(TEXT)):
                found = lv.one_step(trace, layer, step)
                assert tuple(found.rows) == ROWS[cell]
                for kind, values in states.items():
                    np.testing.assert_allclose(found.rows[kind], values[step], atol=1e-5)
                before = step + 1 if backward(model, layer) else step - 1
                assert found.backward == backward(model, layer)
                assert found.first == (not 0 <= before < len(TEXT))
                known = np.zeros(5) if found.first else states["hidden"][before]
                np.testing.assert_array_equal(found.hidden_before, known)
                if cell == "lstm":
                    known = np.zeros(5) if found.first else states["cell"][before]
                    np.testing.assert_array_equal(found.cell_before, known)


@each_cell
def test_torchs_own_cell_comes_to_the_same(tiny_model, cell):
    for model in networks(tiny_model, cell):
        trace = lv.trace_text(model, TEXT)
        for layer in range(1, len(model.config.layer_names) + 1):
            directions = 1 + model.config.bidirectional
            suffix = f"_l{(layer - 1) // directions}"
            suffix += "_reverse" if backward(model, layer) else ""
            found = lv.one_step(trace, layer, 6)
            own = CELLS[cell](len(found.input), 5).double().requires_grad_(False)
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
                getattr(own, name).copy_(getattr(model.rnn, name + suffix))
            x, h = (torch.from_numpy(v)[None] for v in (found.input, found.hidden_before))
            if found.cell_before is None or found.cell_state is None:
                np.testing.assert_allclose(own(x, h)[0], found.hidden, atol=1e-12)
            else:
                hidden, state = own(x, (h, torch.from_numpy(found.cell_before)[None]))
                np.testing.assert_allclose(hidden[0], found.hidden, atol=1e-12)
                np.testing.assert_allclose(state[0], found.cell_state, atol=1e-12)


@each_cell
@settings(max_examples=40)
@given(text=st.text("abc() .\n?é", min_size=1, max_size=20), data=st.data())
def test_the_products_of_a_number_add_up_to_it(tiny_model, cell, text, data):
    trace = lv.trace_text(tiny_model(cell), text)
    layer, step = data.draw(st.integers(1, 2)), data.draw(st.integers(0, len(text) - 1))
    found = lv.one_step(trace, layer, step)
    assert tuple(found.gates) == SUMS[cell]
    for name, gate in found.gates.items():
        unit = data.draw(st.integers(0, 4))
        terms = found.terms(name, unit)
        assert sum(term.product for term in terms) == pytest.approx(gate.total[unit], abs=1e-9)
        of_input = [term for term in terms if term.of == "input"]
        of_hidden = [term for term in terms if term.of == "hidden"]
        assert [term.value for term in of_input] == found.input.tolist()
        assert [term.value for term in of_hidden] == found.hidden_before.tolist()
        assert sum(t.product for t in of_input) == pytest.approx(gate.of_input[unit], abs=1e-9)
        past = sum(term.weight * term.value for term in of_hidden)
        assert past == pytest.approx(gate.of_hidden[unit], abs=1e-9)
        squashed = np.tanh(gate.total) if gate.squash == "tanh" else 1 / (1 + np.exp(-gate.total))
        np.testing.assert_allclose(gate.value, squashed, atol=1e-9)


def test_only_the_candidate_of_a_gru_has_a_bias_inside(tiny_model):
    found = lv.one_step(lv.trace_text(tiny_model("gru"), TEXT), 1, 4)
    for name, gate in found.gates.items():
        inside = name == "candidate"
        assert (gate.inner_bias is not None) == (gate.reset is not None) == inside
        biases = [term for term in found.terms(name, 2) if term.of == "bias"]
        assert [term.number for term in biases] == ([0, 1] if inside else [0])
    candidate, reset = found.gates["candidate"], found.gates["reset_gate"].value
    assert candidate.inner_bias is not None
    np.testing.assert_array_equal(candidate.reset, reset)
    by_hand = (
        candidate.of_input + candidate.bias + reset * (candidate.of_hidden + candidate.inner_bias)
    )
    np.testing.assert_allclose(candidate.total, by_hand, atol=1e-12)
    of_past = [term for term in found.terms("candidate", 2) if term.of == "hidden"]
    assert {term.times for term in of_past} == {reset[2]}


def test_one_product_by_hand():
    """A network of one unit, whose weights are 1, 2, 3 …"""
    vocabulary = lv.Vocabulary.from_text("a")
    model = lv.SequenceModel(lv.ModelConfig("rnn", len(vocabulary), 1, 1, 1), vocabulary).eval()
    with torch.no_grad():
        model.embedding.weight.fill_(0.5)
        for number, weight in enumerate(model.rnn.parameters(), 1):
            weight.fill_(number / 10)
    trace = lv.trace_text(model, "aa")
    found = lv.one_step(trace, 1, 1)
    before = np.tanh(0.1 * 0.5 + 0.3 + 0.4)
    assert found.hidden_before[0] == pytest.approx(before)
    products = [round(term.product, 5) for term in found.terms("hidden", 0)]
    assert products == [0.05, round(0.2 * before, 5), 0.7]
    assert found.hidden[0] == pytest.approx(np.tanh(0.05 + 0.2 * before + 0.7))


def test_what_goes_into_a_layer_is_the_embedding_or_the_layers_below(tiny_model):
    model = labelling_model("tagger", "gru", bidirectional=True)
    trace = lv.trace_text(model, TEXT)
    embedding = model.embedding.weight[int(trace.tokens.ids[6])]
    for layer in (1, 2):
        np.testing.assert_allclose(lv.one_step(trace, layer, 6).input, embedding)
    below = [*trace.states(1)[6], *trace.states(2)[6]]
    for layer in (3, 4):
        np.testing.assert_allclose(lv.one_step(trace, layer, 6).input, below)


def test_what_is_not_there_is_refused(tiny_model):
    trace = lv.trace_text(tiny_model("gru"), "abc")
    with pytest.raises(lv.SelectionError, match="layers 1 to 2"):
        lv.one_step(trace, 3, 0)
    for step in (-1, 3):
        with pytest.raises(lv.SelectionError, match=f"from 0 to 2, not {step}"):
            lv.one_step(trace, 1, step)
    found = lv.one_step(trace, 1, 0)
    with pytest.raises(lv.SelectionError, match="reset_gate, update_gate, candidate; not 'cell'"):
        found.terms("cell", 0)
    with pytest.raises(lv.SelectionError, match="from 0 to 4, not 5"):
        found.terms("candidate", 5)


def test_states_that_were_held_are_refused(tiny_model):
    held = lv.ablate(tiny_model("lstm"), TEXT, layer=1, units=2, value=3.0)
    with pytest.raises(lv.SelectionError, match="held from outside"):
        lv.one_step(held, 1, 4)
