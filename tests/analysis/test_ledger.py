"""Ledgers against the trace, and against a text read with one gate opened by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lstmvis_core as lv
from tests.small import labelling_model

TEXT = "(a b) (ca (b.))\nab?"
SUMS = {"lstm": "cell", "gru": "hidden"}


@pytest.mark.parametrize("cell", SUMS)
@settings(max_examples=40)
@given(text=st.text("abc() .\n?é", min_size=1, max_size=40), data=st.data())
def test_a_ledger_sums_to_what_the_unit_remembers(tiny_model, cell, text, data):
    trace = lv.trace_text(tiny_model(cell), text)
    step, unit = data.draw(st.integers(0, len(text) - 1)), data.draw(st.integers(0, 4))
    layer = data.draw(st.integers(1, 2))
    ledger = lv.memory_ledger(trace, layer, unit, step)
    assert ledger.shape == (len(text),)
    assert ledger.sum() == pytest.approx(trace.states(layer, SUMS[cell])[step, unit], abs=1e-5)
    assert not ledger[step + 1 :].any()


@pytest.mark.parametrize("cell", SUMS)
def test_each_token_has_what_it_wrote_times_what_was_kept(tiny_model, cell):
    trace = lv.trace_text(tiny_model(cell), TEXT)
    states = {kind: values.astype(float) for kind, values in trace.all_states(2).items()}
    step, unit = 7, 3
    by_hand = []
    for k in range(step + 1):
        if cell == "lstm":
            wrote = states["input_gate"][k, unit] * states["candidate"][k, unit]
            kept = [states["forget_gate"][j, unit] for j in range(k + 1, step + 1)]
        else:
            wrote = (1 - states["update_gate"][k, unit]) * states["candidate"][k, unit]
            kept = [states["update_gate"][j, unit] for j in range(k + 1, step + 1)]
        for share in kept:
            wrote *= share
        by_hand.append(wrote)
    ledger = lv.memory_ledger(trace, 2, unit, step)
    np.testing.assert_allclose(ledger[: step + 1], by_hand, rtol=1e-9)


@pytest.mark.parametrize("cell", SUMS)
def test_a_backward_layer_is_written_by_what_comes_later(cell):
    trace = lv.trace_text(labelling_model("tagger", cell, bidirectional=True), TEXT)
    for layer in (1, 2, 3, 4):
        ledger = lv.memory_ledger(trace, layer, unit=1, step=6)
        assert ledger.sum() == pytest.approx(trace.states(layer, SUMS[cell])[6, 1], abs=1e-5)
        unread = ledger[:6] if layer % 2 == 0 else ledger[7:]
        assert not unread.any()
        assert np.count_nonzero(ledger) == len(TEXT) - len(unread)


@pytest.mark.parametrize("cell", SUMS)
def test_what_a_token_wrote_does_not_change_with_what_follows_but_shrinks(tiny_model, cell):
    trace = lv.trace_text(tiny_model(cell), TEXT)
    sooner, later = (lv.memory_ledger(trace, 1, 2, step) for step in (5, 12))
    assert (np.abs(later[:6]) <= np.abs(sooner[:6])).all()
    assert (np.sign(later[:6]) == np.sign(sooner[:6])).all()


def test_a_plain_network_and_what_is_not_there_are_refused(tiny_model):
    with pytest.raises(lv.SelectionError, match="needs an lstm or a gru"):
        lv.memory_ledger(lv.trace_text(tiny_model("rnn"), TEXT), 1, 0, 0)
    trace = lv.trace_text(tiny_model("lstm"), "abc")
    with pytest.raises(lv.SelectionError, match="layers 1 to 2"):
        lv.memory_ledger(trace, 3, 0, 0)
    with pytest.raises(lv.SelectionError, match="unit is a whole number from 0 to 4, not 5"):
        lv.memory_ledger(trace, 1, 5, 0)
    with pytest.raises(lv.SelectionError, match="step is a whole number from 0 to 2, not -1"):
        lv.memory_ledger(trace, 1, 0, -1)
