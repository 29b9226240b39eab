"""Counts over a corpus: the same as looking at all states, for every threshold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.analysis.gate_counts import _EDGES, _bins
from tests.small import labelling_model

HUNDREDTHS = [k / 100 for k in range(101)]
# What may go wrong lies at the thresholds and just beside them.
BESIDE = [
    float(np.nextafter(np.float32(edge), np.float32(side)))
    for edge in HUNDREDTHS
    for side in (edge, 0, 1)
]


@given(st.lists(st.floats(0, 1, width=32) | st.sampled_from(BESIDE), min_size=1, max_size=50))
def test_a_bin_says_how_many_edges_are_at_or_below_a_value(values: list[float]):
    expected = [sum(edge <= np.float32(value) for edge in _EDGES) for value in values]
    assert _bins(np.array(values, np.float32)).tolist() == expected


def by_looking(model: lv.SequenceModel, corpus: lv.Corpus, left: float, right: float) -> list:
    """Shares of each layer and gate, counted in all states, one by one."""
    found = []
    for layer in range(1, len(model.config.layer_names) + 1):
        gates = [kind for kind in lv.KINDS[model.config.cell] if kind.endswith("_gate")]
        states = {gate: lv.corpus_states(model, corpus, layer, gate).values for gate in gates}
        low, high = np.float32(left), np.float32(right)
        found.append(
            {
                gate: (
                    [sum(v < low for v in unit) / len(unit) for unit in values],
                    [sum(v > high for v in unit) / len(unit) for unit in values],
                )
                for gate, values in states.items()
            }
        )
    return found


def as_lists(found: list[dict[str, lv.Saturation]]) -> list:
    return [
        {gate: (one.left.tolist(), one.right.tolist()) for gate, one in layer.items()}
        for layer in found
    ]


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize(("left", "right"), [(0.1, 0.9), (0.37, 0.58), (0.5, 0.5), (0, 1)])
def test_counts_are_those_of_all_states(tiny_model, texts, cold, cell, left, right):
    model = tiny_model(cell)
    counts = lv.gate_counts(model, texts)
    assert counts.steps == len(texts.tokens(model.vocabulary)[0])
    assert as_lists(counts.saturation(left, right)) == by_looking(model, texts, left, right)


def test_a_network_that_reads_both_ways_has_each_way(texts):
    model = labelling_model("tagger", bidirectional=True)
    counts = lv.gate_counts(model, texts)
    assert len(counts.saturation()) == 4
    assert as_lists(counts.saturation()) == by_looking(model, texts, 0.1, 0.9)


def test_what_was_counted_is_kept_and_not_counted_again(tiny_model, texts, cold, monkeypatch):
    model = tiny_model("lstm")
    before = as_lists(lv.gate_counts(model, texts).saturation())
    monkeypatch.setattr("lstmvis_core.analysis.gate_counts.read_corpus", None)
    assert as_lists(lv.gate_counts(model, texts).saturation()) == before
    assert [path.name for path in cold.glob("*gates.npy")]


def test_the_progress_says_how_many_tokens_are_read(tiny_model, texts, cold):
    said: list[lv.Progress] = []
    counts = lv.gate_counts(tiny_model("gru"), texts, said.append)
    assert said[-1].done == 1
    assert f"{counts.steps:,} tokens" in said[0].doing


def test_what_cannot_be_counted_is_refused(tiny_model, texts):
    with pytest.raises(lv.SelectionError, match="has no gates"):
        lv.gate_counts(tiny_model("rnn"), texts)
    with pytest.raises(lv.SelectionError, match="no time step"):
        lv.gate_counts(lv.load_model("tagger"), lv.Corpus("blank", "Blank", ("  ",)))


@pytest.mark.parametrize(("left", "right"), [(0.123, 0.9), (0.6, 0.9), (-0.1, 0.9), (0.1, 0.4)])
def test_thresholds_are_the_hundredths_that_were_counted(tiny_model, texts, left, right):
    with pytest.raises(lv.SelectionError, match=r"in steps of 0\.01 from"):
        lv.gate_counts(tiny_model("gru"), texts).saturation(left, right)
