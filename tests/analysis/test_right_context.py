"""What follows taken away, against reading the cut text and against reading backward by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.analysis.right_context import changed_labels, without_right_context
from tests.small import labelling_model

BOTH = labelling_model("tagger", bidirectional=True)
ONE = labelling_model("tagger")
TEXTS = st.text("abc() .", min_size=1, max_size=12)


@given(TEXTS, st.data())
def test_labels_are_those_of_the_cut_text_read_by_torch(text: str, data: st.DataObject):
    step = data.draw(st.integers(0, len(text) - 1))
    whole = lv.trace_text(BOTH, text)
    cut = without_right_context(whole, step)
    assert cut.tokens.text == text[: step + 1]
    ids = [torch.tensor(BOTH.vocabulary.encode(t).ids[None]) for t in (text, text[: step + 1])]
    was, now = (BOTH(one)[0][0].softmax(1).numpy() for one in ids)
    found = {flip.step: flip for flip in changed_labels(whole, cut)}
    differ = np.flatnonzero(was[: step + 1].argmax(1) != now.argmax(1)).tolist()
    assert list(found) == differ
    for at, flip in found.items():
        assert flip.whole == BOTH.outputs[was[at].argmax()]
        assert flip.cut == BOTH.outputs[now[at].argmax()]
        assert flip.whole_share == pytest.approx(was[at].max(), abs=1e-5)
        assert flip.cut_share == pytest.approx(now[at].max(), abs=1e-5)


@given(TEXTS, st.data())
def test_a_network_that_reads_one_way_never_changes_its_mind(text: str, data: st.DataObject):
    whole = lv.trace_text(ONE, text)
    cut = without_right_context(whole, data.draw(st.integers(0, len(text) - 1)))
    assert changed_labels(whole, cut) == ()


def test_after_the_last_token_nothing_is_deleted():
    whole = lv.trace_text(BOTH, "(a b) c")
    cut = without_right_context(whole, 6)
    np.testing.assert_array_equal(cut.log_probabilities, whole.log_probabilities)


@pytest.mark.parametrize("step", [-1, 7, 99])
def test_a_step_that_is_not_there_is_refused(step: int):
    with pytest.raises(lv.SelectionError, match="tokens 0 to 6"):
        without_right_context(lv.trace_text(BOTH, "(a b) c"), step)


def test_only_a_tagger_has_labels_of_tokens(lstm: lv.SequenceModel):
    trace = lv.trace_text(lstm, "ab")
    with pytest.raises(lv.ModelError, match="language-model"):
        changed_labels(trace, trace)
