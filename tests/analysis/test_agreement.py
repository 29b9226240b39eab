"""Counts of ranges against brute force over all ranges, and units drawn at random."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.analysis import agreement as module
from lstmvis_core.matching.query import Query
from tests.test_matching import Search, all_candidates, searches


def states_of(search: Search) -> lv.CorpusStates:
    return lv.CorpusStates.from_array(search.states, search.breaks)


def asked(search: Search) -> dict[str, Any]:
    return {name: value for name, value in search.options.items() if name != "limit"}


@settings(max_examples=300)
@given(searches())
def test_counts_equal_brute_force_over_all_ranges(search: Search):
    found = lv.agreement(states_of(search), np.array(search.units, int), **asked(search))
    every = all_candidates(search, **asked(search))
    shared = Counter(-row[0] for row in every)
    assert found.ranges.tolist() == [shared[level] for level in range(len(search.units) + 1)]
    assert found.most == max(shared, default=0)
    lengths = Counter(-row[2] for row in every if -row[0] == found.most)
    assert {n: c for n, c in enumerate(found.lengths.tolist()) if c} == lengths


@given(searches())
def test_the_size_of_pieces_changes_nothing(search: Search):
    units = np.array(search.units, int)
    whole = lv.agreement(states_of(search), units, **asked(search))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_STEPS", 1)
        pieces = lv.agreement(states_of(search), units, **asked(search))
    assert pieces.ranges.tolist() == whole.ranges.tolist()
    assert pieces.lengths.tolist() == whole.lengths.tolist()


@given(searches(), st.integers(1, 5))
def test_only_ranges_that_share_enough_are_counted(search: Search, least: int):
    units = np.unique(search.units).astype(int)
    query = Query(states_of(search), **asked(search))
    if not len(units):
        return
    *shares, found = module.counted(query, units, least)
    whole = lv.agreement(states_of(search), units, **asked(search))
    assert isinstance(found, lv.Agreement)
    wanted = np.where(np.arange(len(units) + 1) >= least, whole.ranges, 0)
    assert found.ranges.tolist() == wanted.tolist()
    if whole.most >= least:
        assert found.lengths.tolist() == whole.lengths.tolist()
    done = [share for share in shares if isinstance(share, float)]
    assert len(done) == len(shares)
    assert done == sorted(done)


def test_draws_of_high_levels_are_those_of_all_and_work_comes_in_pieces():
    rng = np.random.default_rng(3)
    states = lv.CorpusStates.from_array(rng.normal(size=(800, 12)).astype(np.float32))
    units, query = np.array([1, 2, 3]), Query(states, 0.3, "+", False, False, 1, None)
    of_all = list(lv.by_chance(states, units, min_length=1, draws=4))
    of_high = list(lv.by_chance(states, units, min_length=1, draws=4, least=2))
    assert [row[2:].tolist() for row in of_high] == [row[2:].tolist() for row in of_all]
    assert not any(row[:2].any() for row in of_high)
    steps = list(module.drawn(query, units, 4))
    assert sum(step is None for step in steps) >= 12, "a piece for the rate of each unit"
    assert [step.tolist() for step in steps if step is not None] == [row.tolist() for row in of_all]


def rows(*units: list[int]) -> lv.CorpusStates:
    return lv.CorpusStates.from_array(np.array(units, np.float32).T)


def test_units_that_are_drawn_are_not_the_selected_ones():
    states = rows([1, 1, 0, 1, 1], [1, 1, 0, 1, 1], [0, 0, 0, 1, 1], [0, 1, 1, 1, 0])
    selected = np.array([0, 1])
    assert lv.agreement(states, selected).ranges.tolist() == [0, 0, 2]
    (drawn,) = lv.by_chance(states, selected, draws=1)
    assert drawn.tolist() == lv.agreement(states, np.array([2, 3])).ranges.tolist() == [0, 2, 0]


def test_units_that_are_drawn_are_on_about_as_often():
    rng = np.random.default_rng(4)
    often, seldom = rng.random((10, 2000)) < 0.6, rng.random((10, 2000)) < 0.02
    states = rows(*[row.tolist() for row in (*often, *seldom)])
    units = np.array([3, 12])
    rates = states.values.mean(axis=1)
    for _ in range(50):
        others = np.setdiff1d(np.arange(20), units)
        drawn = np.sort(module._alike(units, others, rates, rng))
        assert drawn[0] < 10 <= drawn[1]
        assert not np.isin(drawn, units).any()


def test_the_same_seed_draws_the_same_units():
    rng = np.random.default_rng(1)
    states = lv.CorpusStates.from_array(rng.normal(size=(500, 20)).astype(np.float32))
    first, again, other = (
        np.array(list(lv.by_chance(states, np.array([1, 2, 3]), draws=6, seed=seed)))
        for seed in (7, 7, 8)
    )
    assert first.tolist() == again.tolist() != other.tolist()
    assert first.shape == (6, 4)


def test_chance_needs_as_many_other_units():
    states = rows([1, 1], [1, 1], [1, 1])
    with pytest.raises(lv.SelectionError, match="2 units are selected, and only 1 are left"):
        next(lv.by_chance(states, np.array([0, 1])))


def test_independent_units_agree_no_more_than_chance():
    rng = np.random.default_rng(11)
    states = lv.CorpusStates.from_array(rng.normal(size=(3000, 40)).astype(np.float32))
    units = np.array([0, 5, 9])
    here = lv.agreement(states, units).ranges
    low, high = np.quantile(list(lv.by_chance(states, units, draws=100)), [0.005, 0.995], axis=0)
    assert (low <= here).all()
    assert (here <= high).all()
