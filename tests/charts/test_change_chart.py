"""The tables behind the bars of a prediction before and after."""

import numpy as np
import pytest

import lstmvis_core as lv
from lstmvis_core.charts import change_chart
from lstmvis_core.charts.change_chart import AFTER, BEFORE

TEXT = "(1 (2 (3"


@pytest.fixture(scope="module")
def traces() -> tuple[lv.Trace, lv.Trace]:
    model = lv.load_model("parens")
    return lv.trace_text(model, TEXT), lv.ablate(model, TEXT, layer=2, units=range(16))


@pytest.mark.parametrize("k", [1, 2, 5])
@pytest.mark.parametrize("step", [0, 4, 7])
def test_rows_are_the_likeliest_of_both_and_the_most_changed(traces, step, k):
    rows = [np.exp(trace.log_probabilities[step].astype(float)) for trace in traces]
    outputs = traces[0].model.outputs
    wanted = {outputs[i] for row in rows for i in sorted(range(9), key=lambda i: -row[i])[:k]}
    parts = [(p - q) * np.log(p / q) for p, q in zip(*rows, strict=True)]
    wanted.add(outputs[parts.index(max(parts))])
    table = change_chart(*traces, step=step, k=k).data["change"]
    assert len(table) == 2 * len(wanted)
    assert table["which"].tolist() == [BEFORE, AFTER] * len(wanted)
    names = {" ": "· (space)", "\ufffd": "(unknown)"}
    assert set(table["token"]) == {names.get(token, token) for token in wanted}
    before = table[table["which"] == BEFORE]["probability"]
    assert before.is_monotonic_decreasing
    for which, row in zip((BEFORE, AFTER), rows, strict=True):
        shown = table[table["which"] == which]["probability"].tolist()
        assert set(np.round(shown, 12)) <= set(np.round(row, 12))


def test_tokens_that_look_alike_have_rows_of_their_own(lstm):
    vocabulary = lv.Vocabulary(("\ufffd", "\x00", "\x01", *"abc() "))
    model = lv.SequenceModel(lstm.config, vocabulary).eval()
    model.load_state_dict(lstm.state_dict())
    trace = lv.trace_text(model, "ab")
    table = change_chart(trace, trace, 1, k=9).data["change"]
    assert table["token"].nunique() == len(vocabulary)
