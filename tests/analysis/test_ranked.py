"""Ranks and moments of states against counting all pairs."""

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import lstmvis_core as lv
from lstmvis_core.analysis import ranked as module
from lstmvis_core.analysis.ranked import RankedStates, ranked
from lstmvis_core.states import Part

# Few different values, so that there are ties.
small = hnp.arrays(
    np.float32, st.tuples(st.integers(1, 20), st.integers(1, 3)), elements=st.integers(-3, 3)
)


def counted(values: np.ndarray) -> list[int]:
    return [sum(v < one for v in values) + sum(v <= one for v in values) for one in values]


@given(small, st.data())
def test_ranks_count_smaller_and_not_larger_steps(states: np.ndarray, data: st.DataObject):
    given_ = ranked(states)
    assert given_.ranks.tolist() == [counted(unit) for unit in states.T]
    known = data.draw(hnp.arrays(bool, len(states)))
    assert given_.ranks_of(known).tolist() == [counted(unit[known]) for unit in states.T]


@given(small, st.data(), st.integers(1, 5))
def test_spreads_are_those_of_numpy_whatever_the_size_of_pieces(states, data, size):
    known = data.draw(hnp.arrays(bool, len(states)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_STEPS", size)
        given_ = ranked(states)
        some = given_.spreads_of(known)
        np.testing.assert_allclose(given_.means, states.mean(axis=0), atol=1e-6)
        np.testing.assert_allclose(
            given_.spreads, states.std(axis=0) * len(states) ** 0.5, atol=1e-5
        )
    expected = (
        states[known].std(axis=0) * known.sum() ** 0.5 if known.any() else np.zeros(states.shape[1])
    )
    np.testing.assert_allclose(some, expected, atol=1e-5)


def test_a_constant_unit_has_no_spread_at_all():
    states = np.full((1000, 2), 0.1, np.float32)
    states[7, 1] = np.nextafter(np.float32(0.1), np.float32(1))
    assert (ranked(states).spreads > 0).tolist() == [False, True]


@pytest.mark.parametrize(("steps", "count", "value"), [(51, 33, -0.13), (7, 3, 1.04)])
def test_a_unit_that_is_constant_where_it_counts_has_none_there(steps, count, value):
    states = np.full((steps, 1), value)
    states[count:] = 5  # so the mean is another, and rounding would leave a spread of 1e-7
    given_ = ranked(states)
    assert given_.spreads_of(np.arange(steps) < count).tolist() == [0]
    assert given_.spreads > 1


def test_states_of_a_corpus_and_arrays_are_the_same():
    array = np.random.default_rng(0).normal(size=(9, 2))
    states = lv.CorpusStates.from_array(array)
    assert ranked(array).ranks.tolist() == ranked(states).ranks.tolist()
    assert ranked(RankedStates(states)).states is states
    assert (ranked(array).units, ranked(array).steps) == (2, 9)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_states_that_are_not_finite_are_refused(bad: float):
    states = np.zeros((5, 3), np.float32)
    states[2, 1] = bad
    with pytest.raises(lv.StatesError, match="infinite or no numbers"):
        _ = ranked(states).ranks
    with pytest.raises(lv.StatesError, match="unit 1"):
        _ = ranked(states).means


def test_states_in_several_files_are_refused():
    part = Part("x.npy", 2, 3, np.array([0]))
    with pytest.raises(lv.StatesError, match=r"parts\[0\]"):
        ranked(cast(Any, lv.PartitionedStates((part,))))


def test_ranks_of_a_corpus_are_kept_and_are_those_of_its_states(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HIDDEN_STATES_CACHE", str(tmp_path))
    model, corpus = lv.load_model("parens"), lv.load_corpus("parens")
    said: list[str] = []
    found = lv.rank_corpus(model, corpus, 1, "cell", lambda now: said.append(now.doing))
    states = lv.corpus_states(model, corpus, 1, "cell")
    assert found.ranks.dtype == np.int32
    assert np.array_equal(found.ranks, RankedStates(states).ranks)
    assert any("Ranking" in one for one in said)
    [path] = tmp_path.glob("*ranks-1-cell*")
    before = path.stat().st_ino
    again = lv.rank_corpus(model, corpus, 1, "cell")
    assert np.array_equal(again.ranks, found.ranks)
    assert path.stat().st_ino == before
    has = corpus_level(corpus) > 2
    assert lv.rank_units(found, has).tolist() == lv.rank_units(states, has).tolist()


def corpus_level(corpus: lv.Corpus) -> np.ndarray:
    return np.array(corpus.tracks["level"].values)
