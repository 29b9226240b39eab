"""Select: by hand, and against a loop over the definition."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lstmvis_core import (
    SIGNS,
    Selection,
    SelectionError,
    Trace,
    is_on,
    longest_run,
    select_units,
    suggest_threshold,
    trace_text,
    units_at_thresholds,
)

# Few values, so that thresholds hit them exactly; most are no binary fractions.
LEVELS = [-1.0, -0.7, -0.29, -0.1, 0.0, 0.1, 0.29, 0.3, 0.7, 1.0]


def trace_of(states: Any) -> Trace:
    """A trace whose one layer has these states, (time_step, unit)."""
    array = np.asarray(states, np.float32)
    return cast(Trace, SimpleNamespace(states=lambda layer, kind="hidden": array))


@st.composite
def hypotheses(draw: st.DrawFn) -> tuple[np.ndarray, Selection]:
    """Random states, and a selection in them whose margins may reach beyond the text."""
    shape = draw(st.tuples(st.integers(1, 10), st.integers(1, 6)))
    states = draw(hnp.arrays(np.float32, shape, elements=st.sampled_from(LEVELS).map(np.float32)))
    start = draw(st.integers(0, shape[0] - 1))
    selection = Selection(
        start=start,
        end=draw(st.integers(start + 1, shape[0])),
        threshold=draw(st.sampled_from(LEVELS)),
        sign=draw(st.sampled_from(SIGNS)),
        off_before=draw(st.integers(0, 3)),
        off_after=draw(st.integers(0, 3)),
    )
    return states, selection


def follows(values: np.ndarray, selection: Selection) -> bool:
    """Whether one unit follows, step by step as the definition says it."""

    def on(step: int) -> bool:
        if not 0 <= step < len(values):
            return False
        value, threshold = values[step], np.float32(selection.threshold)
        if selection.sign == "+":
            return bool(value >= threshold)
        if selection.sign == "-":
            return bool(value <= -threshold)
        return bool(abs(value) >= threshold)

    inside = range(selection.start, selection.end)
    before = range(selection.start - selection.off_before, selection.start)
    after = range(selection.end, selection.end + selection.off_after)
    return all(map(on, inside)) and not any(map(on, before)) and not any(map(on, after))


# -- select ------------------------------------------------------------------------------------

STATES = np.array(
    [  # unit 0    1    2     3
        [0.0, 0.9, 0.0, -0.5],
        [0.5, 0.9, 0.0, -0.5],
        [0.5, 0.9, 0.9, -0.5],
        [0.0, 0.9, 0.0, 0.0],
    ]
)


@pytest.mark.parametrize(
    ("fields", "units"),
    [
        ({}, [0, 1]),
        ({"off_before": 1}, [0]),
        ({"off_after": 1}, []),
        ({"end": 3, "off_after": 1}, [0]),
        ({"end": 3, "off_after": 2}, [0]),
        ({"end": 3, "off_before": 1, "off_after": 1}, [0]),
        ({"threshold": 0.51}, [1]),
        ({"sign": "-"}, [3]),
        ({"sign": "abs"}, [0, 1, 3]),
        ({"sign": "abs", "end": 3, "off_after": 1}, [0, 3]),
        ({"start": 2, "end": 3}, [0, 1, 2]),
    ],
)
def test_units_that_are_on_inside_and_off_around_are_selected(fields: dict, units: list[int]):
    selection = Selection(**{"start": 1, "end": 2, "threshold": 0.5} | fields)
    assert select_units(trace_of(STATES), selection).tolist() == units


def test_steps_outside_the_text_count_as_off():
    selection = Selection(start=0, end=4, threshold=0.9, off_before=3, off_after=3)
    assert select_units(trace_of(STATES), selection).tolist() == [1]


@given(hypotheses())
def test_selected_units_are_those_of_the_definition(hypothesis):
    states, selection = hypothesis
    expected = [u for u in range(states.shape[1]) if follows(states[:, u], selection)]
    assert select_units(trace_of(states), selection).tolist() == expected


@given(hypotheses())
def test_a_threshold_of_numpy_selects_as_one_of_python(hypothesis):
    states, selection = hypothesis
    same = Selection(**vars(selection) | {"threshold": np.float64(selection.threshold)})
    trace = trace_of(states)
    assert select_units(trace, same).tolist() == select_units(trace, selection).tolist()
    on = is_on(states, selection.threshold, selection.sign)
    assert (is_on(states, same.threshold, selection.sign) == on).all()


def test_a_selection_reads_the_layer_and_kind_it_names(lstm):
    trace = trace_text(lstm, "(ab (c)) a")
    selection = Selection(layer=2, kind="forget_gate", start=2, end=4, threshold=0.5)
    gate = trace.states(2, "forget_gate")
    assert select_units(trace, selection).tolist() == [
        u for u in range(gate.shape[1]) if gate[2, u] >= 0.5 and gate[3, u] >= 0.5
    ]


# -- thresholds --------------------------------------------------------------------------------


@given(hypotheses(), st.lists(st.sampled_from(LEVELS) | st.floats(-1, 1), max_size=8))
def test_counts_at_thresholds_are_counts_of_selected_units(hypothesis, thresholds):
    states, selection = hypothesis
    trace = trace_of(states)
    expected = [
        len(select_units(trace, Selection(**vars(selection) | {"threshold": threshold})))
        for threshold in thresholds
    ]
    assert units_at_thresholds(trace, selection, np.array(thresholds)).tolist() == expected


@given(hypotheses(), st.integers(1, 4))
def test_the_suggested_threshold_is_the_highest_that_selects_enough(hypothesis, wanted):
    states, selection = hypothesis
    trace = trace_of(states)
    counts = {
        hundredths / 100: len(
            select_units(trace, Selection(**vars(selection) | {"threshold": hundredths / 100}))
        )
        for hundredths in range(1, 121)
    }
    most = max(counts.values())
    suggested = suggest_threshold(trace, selection, units=wanted)
    if most == 0:
        assert suggested is None
    else:
        assert suggested == max(t for t, n in counts.items() if n >= min(wanted, most))


# -- on ----------------------------------------------------------------------------------------


def test_the_threshold_itself_is_on():
    states = np.array([-0.3, -0.2, 0.2, 0.3], np.float32)
    assert is_on(states, 0.3, "+").tolist() == [False, False, False, True]
    assert is_on(states, 0.3, "-").tolist() == [True, False, False, False]
    assert is_on(states, 0.3, "abs").tolist() == [True, False, False, True]


# -- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"start": 2, "end": 2}, "from 2 to 2"),
        ({"start": 3, "end": 2}, "from 3 to 2"),
        ({"start": -1}, "from -1 to 1"),
        ({"sign": "±"}, "one of .*not '±'"),
        ({"threshold": float("nan")}, "finite number, not nan"),
        ({"threshold": float("inf")}, "finite number, not inf"),
        ({"off_before": -1}, "not -1 and 0"),
        ({"off_after": -2}, "not 0 and -2"),
    ],
)
def test_an_impossible_selection_is_refused(fields: dict, message: str):
    with pytest.raises(SelectionError, match=message):
        Selection(**fields)


def test_a_range_beyond_the_text_is_refused():
    with pytest.raises(SelectionError, match="ends at step 5; the text has 4 steps"):
        select_units(trace_of(STATES), Selection(start=1, end=5))


def test_a_layer_that_is_not_there_is_refused(lstm):
    with pytest.raises(SelectionError, match="layers 1 to 2, not 3"):
        select_units(trace_text(lstm, "ab"), Selection(layer=3))


def test_an_unknown_sign_is_refused():
    with pytest.raises(SelectionError, match="one of"):
        is_on(np.zeros(2), 0.3, "both")


# -- the longest stretch -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "run"),
    [
        ("", None),
        ("00", None),
        ("1", (0, 1)),
        ("0110", (1, 3)),
        ("1101110", (3, 6)),
        ("1011", (2, 4)),
        ("11011", (0, 2)),
    ],
)
def test_the_longest_run_is_the_first_of_the_longest(on: str, run: tuple[int, int] | None):
    assert longest_run(np.array([character == "1" for character in on], bool)) == run
