"""What matches have in common, by hand and against counting one by one."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core import Match, Track
from lstmvis_core.analysis.evidence import PLACES, Share, labelled, shares, tail
from lstmvis_core.tracks.track import TOP_K, categorical, scalar

NONE = np.zeros(0, np.int64)
LABELS = ("a", "b", "c")


def match(start: int, end: int) -> Match:
    return Match(start, end, NONE, NONE, NONE)


def by_key(found: list[Share]) -> dict[tuple[str, str], Share]:
    return {(one.label, one.place): one for one in found}


def test_shares_by_hand():
    track = categorical("x", "x", [0, 1, 1, 0, 0, 0, 1, 1, 0, 0], LABELS)
    found = by_key(shares(track, np.array([0]), [match(1, 3), match(6, 8)]))
    assert set(found) == {("b", place) for place in PLACES}
    start, through = found["b", "start"], found["b", "throughout"]
    assert (start.count, start.matches, start.share) == (2, 2, 1.0)
    assert start.corpus == pytest.approx(0.4)
    assert start.lift == pytest.approx(2.5)
    assert through.corpus == pytest.approx(2 / 9), "two of nine stretches of two steps"
    assert start.probability == 1.0, "0.4 squared, times three labels at three places"


def test_a_stretch_lies_within_one_document():
    track = categorical("x", "x", [0, 1, 1, 0], LABELS)
    found = by_key(shares(track, np.array([0, 2]), [match(0, 2)]))
    assert ("b", "throughout") not in found
    inside = by_key(shares(track, np.array([0, 1, 3]), [match(1, 3)]))
    assert inside["b", "throughout"].corpus == 1.0, "the only stretch of two in a document"


def test_what_chance_does_not_explain_comes_first():
    values = [1] * 60 + [0] * 9_940
    found = shares(
        categorical("x", "x", values, LABELS), np.array([0]), [match(i, i + 1) for i in range(50)]
    )
    assert found[0].label == "b"
    assert found[0].clear
    assert found[0].lift == pytest.approx(1 / 0.006)
    few = shares(categorical("x", "x", [1, 0, 0, 0], LABELS), np.array([0]), [match(0, 1)])
    assert not few[0].clear


@given(
    st.lists(st.integers(0, 2), min_size=3, max_size=40),
    st.sets(st.integers(0, 39), max_size=3),
    st.lists(st.tuples(st.integers(0, 39), st.integers(1, 4)), min_size=1, max_size=6),
)
def test_shares_are_what_counting_gives(values, breaks, places):
    size = len(values)
    firsts = sorted({0, *(b for b in breaks if b < size)})
    spans = list(zip(firsts, [*firsts[1:], size], strict=True))
    matches = []
    for start, length in places:
        _, b = next(span for span in spans if span[0] <= start % size < span[1])
        matches.append(match(start % size, min(start % size + length, b)))
    found = by_key(shares(categorical("x", "x", values, LABELS), np.array(firsts), matches))
    for number, label in enumerate(LABELS):
        start = [values[m.start] == number for m in matches]
        end = [values[m.end - 1] == number for m in matches]
        through = [all(v == number for v in values[m.start : m.end]) for m in matches]
        for place, has in zip(PLACES, (start, end, through), strict=True):
            assert (
                found[label, place].count == sum(has) if any(has) else (label, place) not in found
            )
        if any(through):
            expected = []
            for length in map(len, matches):
                all_of = [
                    all(v == number for v in values[i : i + length])
                    for a, b in spans
                    for i in range(a, b - length + 1)
                ]
                expected.append(np.mean(all_of))
            assert found[label, "throughout"].corpus == pytest.approx(np.mean(expected))


@given(st.integers(0, 12), st.integers(1, 12), st.floats(0.01, 0.99))
def test_the_tail_is_that_of_the_binomial_distribution(count: int, number: int, share: float):
    exact = sum(
        comb(number, k) * share**k * (1 - share) ** (number - k) for k in range(count, number + 1)
    )
    assert tail(count, number, share) == pytest.approx(exact, abs=1e-12)


def test_few_numbers_are_labels_and_many_are_quarters():
    few = labelled(scalar("x", "x", [2, 0, 2, np.nan], 0, 4))
    assert (few.values.tolist(), few.labels) == ([1, 0, 1, -1], ("0", "2"))
    many = labelled(scalar("x", "x", np.arange(100), 0, 99))
    assert len(many.labels) == 4
    assert np.bincount(many.values).tolist() == [25, 25, 25, 25]
    assert labelled(many) is many


def test_of_guesses_the_first_one_counts():
    values = np.array([[0, 1]] * 9 + [[1, 0]])
    track = Track("g", "g", TOP_K, values, ("a", "b"), shares=np.full((10, 2), 0.5, np.float32))
    best = shares(track, np.array([0]), [match(9, 10)])[0]
    assert (best.label, best.count, best.corpus) == ("b", 1, pytest.approx(0.1))


def test_a_vocabulary_of_thousands_is_looked_at_only_where_matches_are():
    labels = tuple(map(str, range(5_000)))
    track = categorical("x", "x", np.arange(20_000) % 5_000, labels)
    found = shares(track, np.array([0]), [match(3, 5), match(5_003, 5_005)])
    assert {share.label for share in found} == {"3", "4"}
    assert found[0].probability == pytest.approx(
        min(1, len(labels) * 3 * tail(2, 2, found[0].corpus))
    )
