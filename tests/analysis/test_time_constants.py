"""Time constants of gates that keep a known share."""

import numpy as np
import pytest

import lstmvis_core as lv


@pytest.mark.parametrize("steps", [1, 7, 40.5])
def test_what_is_left_after_so_many_steps_is_one_in_e(steps: float):
    keep = np.exp(-1 / steps)
    (found,) = lv.time_constants(np.full((9, 1), keep))
    assert found == pytest.approx(steps)
    assert keep**found == pytest.approx(1 / np.e)


def test_a_few_steps_at_which_all_is_forgotten_do_not_count():
    gate = np.full((101, 2), 0.95)
    gate[::3, 0] = 0
    assert lv.time_constants(gate)[0] == lv.time_constants(gate)[1]
    gate[::2, 0] = 0  # 67 of 101
    assert lv.time_constants(gate)[0] == 0


def test_units_that_keep_nothing_or_everything_have_bounds():
    assert lv.time_constants(np.array([[0.0, 1.0]])).tolist() == [0, np.inf]


def test_a_corpus_and_an_array_are_the_same():
    gate = np.random.default_rng(0).random((30, 4), np.float32)
    states = lv.CorpusStates.from_array(gate)
    assert lv.time_constants(states).tolist() == lv.time_constants(gate).tolist()


def test_what_is_no_gate_is_refused():
    with pytest.raises(lv.SelectionError, match="from 0 to 1"):
        lv.time_constants(np.array([[0.5], [-0.1], [0.7]]))
    with pytest.raises(lv.SelectionError, match="from 0 to 1"):
        lv.time_constants(np.array([[0.5, np.nan]]))
    with pytest.raises(lv.SelectionError, match="no time step"):
        lv.time_constants(np.zeros((0, 3)))
