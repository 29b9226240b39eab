"""Shares of saturated time, counted by hand."""

import numpy as np
import pytest

import lstmvis_core as lv

GATE = np.array(
    [[0.05, 0.91, 0.1], [0.0, 0.9, 0.9], [0.5, 1.0, 0.2], [0.95, 0.95, 0.0], [0.09, 0.0, 1.0]]
)


def test_shares_are_counted_strictly_beyond_the_thresholds():
    found = lv.saturation(GATE)
    assert found.left.tolist() == [3 / 5, 1 / 5, 1 / 5]  # 0.1 itself is not below
    assert found.right.tolist() == [1 / 5, 3 / 5, 1 / 5]  # 0.9 itself is not above
    moved = lv.saturation(GATE, left=0.2, right=0.5)
    assert moved.left.tolist() == [3 / 5, 1 / 5, 2 / 5]
    assert moved.right.tolist() == [1 / 5, 4 / 5, 2 / 5]


def test_a_corpus_and_an_array_are_the_same():
    of_corpus = lv.saturation(lv.CorpusStates.from_array(GATE))
    assert of_corpus.left.tolist() == lv.saturation(GATE).left.tolist()
    assert of_corpus.right.tolist() == lv.saturation(GATE).right.tolist()


@pytest.mark.parametrize(
    ("cell", "gates"),
    [
        ("lstm", ["input_gate", "forget_gate", "output_gate"]),
        ("gru", ["reset_gate", "update_gate"]),
    ],
)
def test_every_gate_of_a_layer_is_counted_over_the_text(tiny_model, cell, gates):
    trace = lv.trace_text(tiny_model(cell), "(a b) (ca (b.))\nab?")
    found = lv.gate_saturation(trace, 2, left=0.3, right=0.6)
    assert list(found) == gates
    for gate, one in found.items():
        rows = trace.states(2, gate).T.tolist()
        assert one.left.tolist() == [sum(v < 0.3 for v in row) / 19 for row in rows]
        assert one.right.tolist() == [sum(v > 0.6 for v in row) / 19 for row in rows]


def test_what_has_no_gates_or_no_order_is_refused(tiny_model):
    with pytest.raises(lv.SelectionError, match="has no gates"):
        lv.gate_saturation(lv.trace_text(tiny_model("rnn"), "ab"), 1)
    with pytest.raises(lv.SelectionError, match=r"got 0\.9 and 0\.1"):
        lv.saturation(GATE, left=0.9, right=0.1)
    with pytest.raises(lv.SelectionError, match="no time step"):
        lv.saturation(GATE[:0])


def test_telling_units_are_open_then_open_but_for_moments_then_switching():
    left = np.array([0.0, 0.45, 0.03, 0.5, 0.9, 0.01])
    right = np.array([1.0, 0.40, 0.90, 0.3, 0.1, 0.95])
    found = lv.Saturation(left, right)
    assert lv.telling_units(found, 1).tolist() == [0, 2, 1]
    assert lv.telling_units(found, 2).tolist() == [0, 5, 2, 1, 3, 4]
    assert sorted(lv.telling_units(found, 9).tolist()) == list(range(6)), "each unit once"
