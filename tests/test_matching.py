"""Match against brute force over all ranges, which shares no code with the library.

The definition is in DESIGN terms: S1 the selected units; A those of S1 on at every step of a
range; S2 all units that follow the pattern there.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from benchmarks.recipe import make_states
from lstmvis_core import SIGNS, CorpusStates, SelectionError, find_matches

LEVELS = [-1.0, -0.5, 0.0, 0.5, 1.0]  # exact in binary, so thresholds hit values exactly

Row = tuple[int, int, list[int], list[int], list[int]]


class Search(NamedTuple):
    """States (time_step, unit) and what is asked of them."""

    states: np.ndarray
    breaks: list[int]
    units: list[int]
    options: dict[str, Any]


def ours(search: Search) -> list[Row]:
    states = CorpusStates.from_array(search.states, search.breaks)
    options: dict[str, Any] = {"min_length": 1} | search.options
    return [
        (m.start, m.end, m.shared.tolist(), m.missing.tolist(), m.extra.tolist())
        for m in find_matches(states, np.array(search.units, int), **options)
    ]


# -- the oracle: all ranges, one by one --------------------------------------------------------


def brute_force(search: Search, *, limit: int = 50, **options: Any) -> list[Row]:
    s1 = set(search.units)
    found: list[Row] = []
    for *_, a, b, s2 in sorted(all_candidates(search, **options), key=lambda row: row[:4]):
        if len(found) < limit and all(b <= row[0] or row[1] <= a for row in found):
            found.append((a, b, sorted(s1 & s2), sorted(s1 - s2), sorted(s2 - s1)))
    return found


def all_candidates(
    search: Search,
    *,
    threshold: float = 0.3,
    sign: str = "+",
    off_before: bool = False,
    off_after: bool = False,
    min_length: int = 1,
    max_length: int | None = None,
) -> list[tuple[int, int, int, int, int, set[int]]]:
    """-|S1 and S2|, |S1 or S2|, -length, start, end and S2 of every candidate, in no order."""
    steps, count = search.states.shape
    s1 = set(search.units)

    def on(t: int, u: int) -> bool:
        value = float(search.states[t, u])
        return {
            "+": value >= threshold,
            "-": value <= -threshold,
            "abs": abs(value) >= threshold,
        }[sign]

    def on_throughout(a: int, b: int, units: set[int]) -> set[int]:
        return {u for u in units if all(on(t, u) for t in range(a, b))}

    ranked = []
    for first, last in pairwise([*search.breaks, steps]):
        for a in range(first, last):
            for b in range(a + 1, last + 1):
                together = on_throughout(a, b, s1)
                longer_before = on_throughout(a - 1, b, s1) if a > first else None
                longer_after = on_throughout(a, b + 1, s1) if b < last else None
                if not together or together in (longer_before, longer_after):
                    continue
                if b - a < min_length or (max_length is not None and b - a > max_length):
                    continue
                s2 = on_throughout(a, b, set(range(count)))
                if off_before and a > first:
                    s2 = {u for u in s2 if not on(a - 1, u)}
                if off_after and b < last:
                    s2 = {u for u in s2 if not on(b, u)}
                if s1 & s2:
                    ranked.append((-len(s1 & s2), len(s1 | s2), a - b, a, b, s2))
    return ranked


@st.composite
def searches(draw: st.DrawFn) -> Search:
    steps, count = draw(st.tuples(st.integers(1, 14), st.integers(1, 5)))
    # A state repeats the one before it now and then, so that runs are long enough to nest.
    fresh = draw(
        hnp.arrays(np.float32, (steps, count), elements=st.sampled_from(LEVELS).map(np.float32))
    )
    keep = draw(hnp.arrays(np.bool_, (steps, count)))
    for t in range(1, steps):
        fresh[t] = np.where(keep[t], fresh[t - 1], fresh[t])
    min_length = draw(st.integers(1, 3))
    return Search(
        states=fresh,
        breaks=[0, *sorted(draw(st.lists(st.integers(0, steps), max_size=4)))],
        units=draw(st.lists(st.integers(0, count - 1), unique=True, max_size=count)),
        options={
            "threshold": draw(st.sampled_from([*LEVELS, 0.25])),
            "sign": draw(st.sampled_from(SIGNS)),
            "off_before": draw(st.booleans()),
            "off_after": draw(st.booleans()),
            "min_length": min_length,
            "max_length": draw(st.none() | st.integers(min_length, 8)),
            "limit": draw(st.integers(0, 4) | st.just(50)),
        },
    )


@settings(max_examples=600)
@given(searches())
def test_matches_equal_brute_force_over_all_ranges(search: Search):
    assert ours(search) == brute_force(search, **search.options)


@given(searches())
def test_matches_stand_in_the_order_of_their_ranks(search: Search):
    states = CorpusStates.from_array(search.states, search.breaks)
    ranks = [match.rank for match in find_matches(states, np.array(search.units, int))]
    assert ranks == sorted(ranks)


# -- a second oracle, quick enough for a mid-size corpus ---------------------------------------


def by_bit_masks(search: Search, threshold: float, off_before: bool, off_after: bool, limit: int):
    """Sets of units are whole numbers; ranges grow step by step until no unit of S1 is left."""
    on = [sum(1 << int(u) for u in np.flatnonzero(row >= threshold)) for row in search.states]
    s1 = sum(1 << u for u in search.units)
    ranked = []
    for first, last in pairwise([*search.breaks, len(on)]):
        for a in range(first, last):
            before = on[a - 1] if a > first else 0
            throughout = on[a]
            for b in range(a + 1, last + 1):
                throughout &= on[b - 1]
                together, after = throughout & s1, on[b] if b < last else 0
                if not together:
                    break
                if not together & ~before or not together & ~after:
                    continue
                s2 = throughout & ~(before * off_before) & ~(after * off_after)
                if s1 & s2:
                    rank = (-(s1 & s2).bit_count(), (s1 | s2).bit_count(), a - b, a)
                    ranked.append((rank, a, b, s2))
    found, free = [], np.ones(len(on), bool)
    for _, a, b, s2 in sorted(ranked):
        if free[a:b].all() and len(found) < limit:
            free[a:b] = False
            found.append((a, b, *(units_in(s) for s in (s1 & s2, s1 & ~s2, s2 & ~s1))))
    return found


def units_in(mask: int) -> list[int]:
    return [u for u in range(mask.bit_length()) if mask >> u & 1]


@pytest.mark.parametrize("limit", [50, 5000])
@pytest.mark.parametrize("off_after", [False, True])
@pytest.mark.parametrize("off_before", [False, True])
def test_matches_in_a_mid_size_corpus_equal_a_second_method(off_before, off_after, limit):
    rng = np.random.default_rng(20261120)
    states = np.zeros((2000, 12), np.float32)
    for t in range(1, 2000):
        states[t] = 0.85 * states[t - 1] + rng.normal(0, 0.3, 12)
    asked = {"threshold": 0.3, "off_before": off_before, "off_after": off_after, "limit": limit}
    search = Search(states, [0, 700, 701, 1500], [0, 2, 3, 7, 11], asked)
    found = ours(search)
    assert found == by_bit_masks(search, **asked)
    assert len(found) == 50 or limit == 5000


@pytest.fixture(scope="module")
def realistic() -> np.ndarray:
    """States (time_step, unit) with the statistics of an LSTM's: 100,000 steps of 256 units."""
    return make_states(100_000, 256).values.T


@pytest.mark.parametrize(
    ("units", "off_before", "off_after"),
    [
        ([9, 35, 46, 52, 220], False, False),
        ([8, 17, 65, 76, 102, 127, 136, 174, 200, 201], True, False),
        ([131, 162, 187, 196, 228], True, True),
    ],
)
def test_matches_in_realistic_states_equal_a_second_method(
    realistic: np.ndarray, units: list[int], off_before: bool, off_after: bool
):
    asked = {"threshold": 0.3, "off_before": off_before, "off_after": off_after, "limit": 50}
    search = Search(realistic, [0], units, asked)
    assert ours(search) == by_bit_masks(search, **asked)


# -- by hand -----------------------------------------------------------------------------------

X = 1.0  # on


def in_rows(*units: list[float], breaks: tuple[int, ...] = (0,), **options: Any) -> list[Row]:
    """Search for the first two units (or the one) in states given unit by unit."""
    chosen = list(range(min(2, len(units))))
    search = Search(np.array(units, np.float32).T, list(breaks), chosen, options)
    assert ours(search) == brute_force(search, **options)
    return ours(search)


def test_the_best_range_shares_the_most_units():
    assert in_rows([0, X, X, X, 0], [0, 0, X, 0, 0]) == [(2, 3, [0, 1], [], [])]


def test_fewer_extra_units_come_first():
    found = in_rows([X, 0, X, 0], [X, 0, X, 0], [X, 0, 0, 0])
    assert found == [(2, 3, [0, 1], [], []), (0, 1, [0, 1], [], [2])]


def test_longer_ranges_come_first_and_then_earlier_ones():
    found = in_rows([X, 0, X, X, 0, X, X, 0, X])
    assert [row[:2] for row in found] == [(2, 4), (5, 7), (0, 1), (8, 9)]


def test_ranges_in_the_answer_do_not_overlap():
    found = in_rows([X, X, X, 0, X], [0, X, X, X, X])  # not (0, 3) and (1, 5), of one unit each
    assert [row[:2] for row in found] == [(1, 3), (4, 5)]


def test_a_document_ends_a_range():
    assert [row[:2] for row in in_rows([X, X, X, X], breaks=(0, 1))] == [(1, 4), (0, 1)]


def test_empty_documents_change_nothing():
    assert in_rows([X, X, X, X], breaks=(0, 0, 1, 1, 4, 4)) == in_rows([X, X, X, X], breaks=(0, 1))


def test_outside_a_document_counts_as_off():
    found = in_rows([X, X, X, X], breaks=(0, 2), off_before=True, off_after=True)
    assert found == [(0, 2, [0], [], []), (2, 4, [0], [], [])]


def test_a_unit_that_was_on_before_is_missing_where_off_before_is_asked():
    found = in_rows([0, X, X, 0], [X, X, X, 0], off_before=True, max_length=2)
    assert found == [(1, 3, [0], [1], [])]


def test_a_unit_that_stays_on_is_missing_where_off_after_is_asked():
    found = in_rows([0, X, X, 0], [0, X, X, X], off_after=True, max_length=2)
    assert found == [(1, 3, [0], [1], [])]


def test_lengths_bound_the_ranges():
    row = [X, 0, X, X, 0, X, X, X]
    assert [r[:2] for r in in_rows(row, min_length=2)] == [(5, 8), (2, 4)]
    assert [r[:2] for r in in_rows(row, max_length=2)] == [(2, 4), (0, 1)]
    assert [r[:2] for r in in_rows(row, min_length=2, max_length=2)] == [(2, 4)]


def test_a_match_has_two_steps_or_more_unless_one_is_asked_for():
    states = CorpusStates.from_array(np.array([[X, 0, X, X]]).T)
    assert [(m.start, m.end) for m in find_matches(states, np.array([0]))] == [(2, 4)]


def test_no_more_than_the_limit_are_returned():
    assert [row[:2] for row in in_rows([X, 0, X, X, 0, X], limit=2)] == [(2, 4), (0, 1)]
    assert in_rows([X, 0, X], limit=0) == []


def test_a_corpus_of_one_step_can_match():
    assert in_rows([X], [X]) == [(0, 1, [0, 1], [], [])]


def test_units_that_are_always_on_match_the_whole_corpus():
    assert in_rows([X] * 5, [X] * 5, [X] * 5) == [(0, 5, [0, 1], [], [2])]


def test_units_that_are_never_on_match_nothing():
    assert in_rows([0.0] * 5, [0.0] * 5) == []


def test_no_selected_units_match_nothing():
    assert find_matches(CorpusStates.from_array(np.ones((4, 2))), np.array([], int)) == []


def test_states_in_single_precision_meet_a_threshold_of_double_precision():
    states = CorpusStates.from_array(np.full((3, 1), 0.7, np.float32))
    for threshold in (0.7, np.float64(0.7)):
        (match,) = find_matches(states, np.array([0]), threshold=threshold)
        assert (match.start, match.end, len(match)) == (0, 3, 3)


def test_a_unit_named_twice_counts_once():
    states = CorpusStates.from_array(np.ones((3, 2), np.float32))
    (match,) = find_matches(states, np.array([1, 1]))
    assert (match.shared.tolist(), match.missing.tolist()) == ([1], [])


# -- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"units": [0, 2]}, r"units 0 to 1; asked for \[0, 2\]"),
        ({"units": [-1]}, r"units 0 to 1; asked for \[-1\]"),
        ({"threshold": float("nan")}, "finite number, not nan"),
        ({"sign": "both"}, "one of"),
        ({"units": [], "sign": "both"}, "one of"),
        ({"min_length": 0}, "got 0 and None"),
        ({"min_length": 3, "max_length": 2}, "got 3 and 2"),
        ({"limit": -1}, "0 or more; not -1"),
    ],
)
def test_an_impossible_search_is_refused(options: dict[str, Any], message: str):
    states = CorpusStates.from_array(np.ones((4, 2), np.float32))
    asked: dict[str, Any] = {"units": [0], **options}
    with pytest.raises(SelectionError, match=message):
        find_matches(states, **asked)
