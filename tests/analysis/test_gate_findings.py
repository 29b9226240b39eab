"""The paper's findings, decided by hand."""

import numpy as np
import pytest

import lstmvis_core as lv

SHUT, OPEN, NEITHER = (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)


def gate(*shares: tuple[float, float]) -> lv.Saturation:
    """A gate, by each unit's share of time shut and open."""
    return lv.Saturation(np.array([s for s, _ in shares]), np.array([o for _, o in shares]))


def lstm(forget=(NEITHER,), output=(NEITHER,), rest=(NEITHER,)) -> dict[str, lv.Saturation]:
    return {"input_gate": gate(*rest), "forget_gate": gate(*forget), "output_gate": gate(*output)}


def gru(reset=(NEITHER,), update=(NEITHER,)) -> dict[str, lv.Saturation]:
    return {"reset_gate": gate(*reset), "update_gate": gate(*update)}


def found(*layers, about: str, bidirectional: bool = False) -> lv.Finding:
    """The one finding whose statement has these words."""
    findings = lv.gate_findings(layers, bidirectional=bidirectional)
    [one] = [finding for finding in findings if about in finding.statement]
    return one


def test_many_is_a_quarter_of_the_units_of_all_layers():
    often, seldom = (0.0, 0.51), (0.0, 0.5)  # half of the time is not more than half
    three = lstm(forget=[often, seldom, seldom, seldom])
    assert found(three, about="Many forget").holds is True
    assert found(three, about="Many forget").because == "1 of 4 are (25 %)."
    assert found(three, lstm(forget=[seldom]), about="Many forget").holds is False
    assert found(lstm(forget=[seldom]), lstm(forget=[often]), about="Many forget").holds is True


def test_one_forget_gate_that_is_always_shut_is_enough_to_refute():
    assert found(lstm(forget=[(0.9, 0.0), OPEN]), about="forgets everything").holds is True
    refuted = found(lstm(forget=[(0.91, 0.0), OPEN]), about="forgets everything")
    assert (refuted.holds, refuted.because) == (False, "1 of 2 is shut so often.")


@pytest.mark.parametrize(
    ("output", "holds", "because"),
    [
        ([NEITHER, (0.5, 0.5)], True, "0 of 2 are open so often, and 0 are shut."),
        ([OPEN, NEITHER], False, "1 of 2 is open so often, and 0 are shut."),
        ([NEITHER, SHUT], False, "0 of 2 are open so often, and 1 is shut."),
    ],
)
def test_one_output_gate_at_either_end_is_enough_to_refute(output, holds, because):
    one = found(lstm(output=output), about="output gate")
    assert (one.holds, one.because) == (holds, because)


def test_layers_are_compared_by_the_mean_over_all_gates_and_units():
    first = lstm(forget=[(0.2, 0.1)], output=[(0.0, 0.3)], rest=[(0.24, 0.0)])  # 0.28
    above = lstm(forget=[(0.3, 0.6)], output=[(0.2, 0.4)], rest=[(0.1, 0.2)])  # 0.9, 0.6, 0.3
    binary, diffuse = (found(first, above, about=words) for words in ("binary", "diffuse"))
    assert (binary.holds, binary.because) == (True, "Layer 2: 60 %.")
    assert (diffuse.holds, diffuse.because) == (True, "Layer 1: 28 %, layer 2: 60 %.")
    # Any layer above counts, here one that is diffuse itself.
    third = lstm(rest=[(0.1, 0.2)])  # 0.1
    assert found(first, above, third, about="binary").holds is False
    assert found(first, above, third, about="diffuse").holds is False


def test_the_first_layer_of_a_gru_reset_and_update_are_judged_by_their_mean():
    first, above = gru([(0, 0.15), (1, 0)], [(0, 0.0), (0, 0.3)]), gru([OPEN, OPEN], [OPEN, OPEN])
    reset, update = (found(first, above, about=words) for words in ("reset", "update"))
    assert (reset.holds, reset.because) == (True, "They are open at 8 % of the steps.")
    assert (update.holds, update.because) == (False, "They are open at 15 % of the steps.")


def test_what_a_network_does_not_have_is_neither_true_nor_false():
    of_lstm = {f.statement: f for f in lv.gate_findings([lstm(), lstm()])}
    of_gru = {f.statement: f for f in lv.gate_findings([gru(), gru()])}
    assert list(of_lstm) == list(of_gru)
    none = [s for s, f in of_lstm.items() if f.holds is None]
    assert len(none) == 2
    assert all("GRU" in statement for statement in none)
    assert [f.because for f in of_gru.values() if f.holds is None] == [
        *["A GRU has no forget gate."] * 2,
        "A GRU has no output gate.",
    ]
    alone = [f.statement for f in lv.gate_findings([lstm()]) if "one layer" in f.because]
    assert len(alone) == 2


def test_both_ways_of_a_layer_are_one_layer():
    first, above = lstm(rest=[(0.3, 0.0)]), lstm([OPEN], [OPEN], [OPEN])
    assert found(first, above, about="diffuse", bidirectional=True).holds is None
    both = found(first, first, above, first, about="diffuse", bidirectional=True)
    assert both.because == "Layer 1: 10 %, layer 2: 55 %."
    assert found(first, lstm([OPEN]), about="Many forget", bidirectional=True).holds is True


def test_layers_that_are_none_or_no_pairs_are_refused():
    with pytest.raises(lv.SelectionError, match="one layer or more"):
        lv.gate_findings([])
    with pytest.raises(lv.SelectionError, match="got 3 entries"):
        lv.gate_findings([lstm()] * 3, bidirectional=True)


# -- the embedded networks ---------------------------------------------------------------------


def test_a_trained_network_is_judged_by_its_own_corpus_counts():
    model, corpus = lv.load_model("parens"), lv.load_corpus("parens")
    layers = lv.gate_counts(model, corpus).saturation()
    forget = np.concatenate([layer["forget_gate"].right for layer in layers])
    one = found(*layers, about="Many forget")
    assert one.holds == (np.mean(forget > 0.5) >= 0.25)
    assert one.because.startswith(f"{int((forget > 0.5).sum())} of 64 ")
