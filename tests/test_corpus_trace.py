"""States over a whole corpus as what units are selected in."""

import numpy as np
import pytest

import lstmvis_core as lv
from lstmvis_core.charts import Window, select_chart

TEXT = "0 (1 (2 (3 (4 4 4) 3) 2) 1) 0 ((2) 1)"


@pytest.fixture(scope="module")
def trace() -> lv.CorpusTrace:
    """One document, read by `parens`."""
    model, corpus = lv.load_model("parens"), lv.Corpus("one", "One", (TEXT,))
    return lv.CorpusTrace(
        corpus.tokens(model.vocabulary)[0], lv.corpus_states(model, corpus, 2, "hidden")
    )


def test_units_selected_in_a_corpus_are_those_of_the_text(trace: lv.CorpusTrace):
    read = lv.trace_text(lv.load_model("parens"), TEXT)
    for start in range(0, 30, 3):
        selection = lv.Selection(layer=2, start=start, end=start + 3, off_before=1, threshold=0.2)
        found, wanted = (lv.select_units(one, selection) for one in (trace, read))
        assert found.tolist() == wanted.tolist()


def test_a_selection_of_a_corpus_is_found_in_it(trace: lv.CorpusTrace):
    selection = lv.Selection(layer=2, start=11, end=17, threshold=0.2)
    units = lv.select_units(trace, selection)
    found = lv.find_matches(trace.corpus_states, units, threshold=0.2)
    best = [match for match in found if len(match.shared) == len(units)]
    assert any(match.start <= 11 and match.end >= 17 for match in best)


def test_a_piece_of_a_corpus_is_drawn(trace: lv.CorpusTrace):
    selection = lv.Selection(layer=2, start=11, end=17)
    window, domain = Window(8, 15), (-2.0, 2.0)
    drawing = select_chart(trace, selection, [1], window=window, domain=domain)
    assert drawing.data["tokens"]["token"].tolist()[:3] == ["(", "3", "·"]
    assert "[-2.0, 2.0]" in str(drawing.layout)
    assert set(drawing.data["tokens"]["told"]) == {"not recorded"}


def test_tokens_and_states_are_of_the_same_steps(trace: lv.CorpusTrace):
    states = lv.CorpusStates.from_array(np.zeros((5, 3), np.float32))
    with pytest.raises(lv.StatesError, match="37 tokens and states of 5 steps"):
        lv.CorpusTrace(trace.tokens, states)
