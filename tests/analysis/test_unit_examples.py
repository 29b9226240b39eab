"""Examples of what a unit does: where they come from, and that they are apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lstmvis_core as lv


def all_of(found: lv.UnitExamples) -> list[lv.Example]:
    return [*found.top, *found.bottom, *(one for tenth in found.tenths for one in tenth)]


@given(
    st.lists(st.integers(-3, 3), min_size=1, max_size=200),
    st.sets(st.integers(1, 199), max_size=4),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 5),
)
def test_examples_lie_in_their_documents_and_apart(numbers, cuts, before, after, seed):
    values = np.array(numbers, float)
    breaks = np.array([0, *sorted(cut for cut in cuts if cut < len(values))])
    found = lv.unit_examples(values, breaks, top=3, each=2, before=before, after=after, seed=seed)
    taken = np.zeros(len(values), int)
    edges = [*breaks.tolist(), len(values)]
    for one in all_of(found):
        taken[one.start : one.end] += 1
        start = max(edge for edge in edges if edge <= one.at)
        end = min(edge for edge in edges if edge > one.at)
        assert one.start == max(start, one.at - before)
        assert one.end == min(end, one.at + after + 1)
    assert taken.max() <= 1
    assert found.top[0].at in np.flatnonzero(values == values.max())


def test_every_tenth_gives_steps_of_its_own_values():
    values = np.random.default_rng(0).normal(size=3000)
    found = lv.unit_examples(values, np.array([0]), top=4, each=3, before=2, after=1)
    ordered = np.sort(values)[::-1]
    assert [len(tenth) for tenth in found.tenths] == [3] * 10
    for place, tenth in enumerate(found.tenths):
        for one in tenth:
            assert ordered[300 * place + 299] <= values[one.at] <= ordered[300 * place]
            assert found.edges[place] >= values[one.at] >= found.edges[place + 1]
    tops = [values[one.at] for one in found.top]
    assert tops == sorted(tops, reverse=True)
    assert tops[0] == values.max()
    assert values[found.bottom[0].at] == values.min()


def test_the_top_is_the_highest_step_that_has_room_again_and_again():
    values = np.random.default_rng(1).normal(size=400)
    found = lv.unit_examples(values, np.array([0, 150]), top=6, each=0, before=5, after=3)
    free = np.ones(400, bool)
    for one in found.top:
        room = []
        for at in range(400):
            low, high = (0, 150) if at < 150 else (150, 400)
            room.append(free[max(low, at - 5) : min(high, at + 4)].all())
        assert one.at == np.flatnonzero(room)[np.argmax(values[room])]
        free[one.start : one.end] = False


def test_the_seed_decides_between_equal_values():
    values = np.repeat([0.0, 1.0], 500)
    draws = [lv.unit_examples(values, np.array([0]), seed=seed) for seed in (0, 0, 1)]
    assert draws[0].top == draws[1].top
    assert draws[0].tenths == draws[1].tenths
    assert draws[0].top != draws[2].top
    at = [one.at for one in draws[2].top]
    assert max(at) - min(at) > 100, "and not the first of them"


def test_a_short_corpus_has_fewer():
    found = lv.unit_examples(np.array([0.1, 0.2, 0.3]), np.array([0]))
    assert found.top == (lv.Example(0, 3, 2),)
    assert found.bottom == ()
    assert found.tenths == ((),) * 10


def test_wrong_values_are_said():
    with pytest.raises(lv.StatesError, match="finite"):
        lv.unit_examples(np.zeros(0), np.array([0]))
    with pytest.raises(lv.StatesError, match="finite"):
        lv.unit_examples(np.array([np.inf]), np.array([0]))
    with pytest.raises(lv.SelectionError, match="before"):
        lv.unit_examples(np.zeros(5), np.array([0]), before=-1)
