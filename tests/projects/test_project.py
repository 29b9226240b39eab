"""A project written by hand is opened: what is found in it, and what is said of broken ones."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import h5py
import numpy as np
import pytest

from lstmvis_core import Progress, ProjectError, StatesError, find_matches, open_project
from lstmvis_core.projects import project as module
from tests.projects import by_hand

CLOSE = {"rtol": 0, "atol": 1e-6}


def rewrite(path: Path, **arrays: np.ndarray) -> None:
    """Replace arrays of an HDF5 file."""
    with h5py.File(path, "a") as file:
        for name, values in arrays.items():
            if name in file:
                del file[name]
            file[name] = values


# -- what is found -----------------------------------------------------------------------------


def test_a_project_tells_its_name_and_what_it_offers(written: Path):
    project = open_project(str(written))
    assert (project.name, project.description) == ("children books", "a few words about a cat")
    assert [source.name for source in project.sources] == [
        "states::states1",
        "more::deep/states2",
        "states::output2",
    ]
    assert [source.title for source in project.sources] == [
        "layer 1, cell",
        "layer 2, cell (unsigned)",
        "layer 2, hidden",
    ]
    assert [(s.kind, s.layer, s.units, s.time_steps) for s in project.sources] == [
        ("cell", 1, 4, 10),
        ("cell", 2, 4, 10),
        ("hidden", 2, 3, 10),
    ]
    assert project.track_names == (
        "part_of_speech",
        "group",
        "mood",
        "rarity",
        "guesses",
        "neighbours",
    )


def test_states_pass_through_tanh_unless_the_project_says_none(written: Path):
    project = open_project(written)
    for name, expected in {
        "states::states1": np.tanh(by_hand.RAW),
        "more::deep/states2": np.tanh(np.abs(by_hand.RAW)),
        "states::output2": by_hand.OUTPUT,
    }.items():
        states = project.states(name)
        np.testing.assert_allclose(states.values, expected.T, **CLOSE, err_msg=name)
        assert states.values.dtype == np.float32
        assert states.breaks.tolist() == [0]


def test_words_are_those_of_the_dictionary_with_blanks_between(written: Path):
    tokens = open_project(written).tokens
    assert tokens.strings == tuple(by_hand.WORDS[id] for id in by_hand.IDS)
    assert tokens.text == "the cat sat on the mat <eos> the mat sat"
    assert tokens.ids.tolist() == list(by_hand.IDS)
    assert not tokens.unknown.any()
    starts = tokens.offsets.tolist()
    assert all(
        tokens.text.startswith(word, at) for word, at in zip(tokens.strings, starts, strict=True)
    )


def test_characters_follow_each_other_without_blanks(written: Path):
    (written / "words.dict").write_text("\n 0\n  1\na 2\nb 3\nc 4\nd 5\n", "utf-8")
    tokens = open_project(written).tokens
    assert tokens.text == " abc d\n db"
    assert tokens.span(1, 4) == "abc"


def test_a_match_in_a_project_is_found_where_its_states_say(written: Path):
    states = np.zeros((10, 4), np.float32)
    states[[2, 3, 7, 8], 0] = states[[2, 3, 7, 8], 2] = 1.5  # tanh: 0.905
    states[5, 1] = states[5, 2] = 1.5
    rewrite(written / "cbt_epoch10.h5", states1=states)
    project = open_project(written)
    states = project.states("states::states1")
    found = find_matches(states, np.array([0, 2]), threshold=0.9)
    assert [(match.start, match.end) for match in found] == [(2, 4), (7, 9)]
    assert [project.tokens.span(match.start, match.end) for match in found] == ["sat on", "the mat"]
    assert not find_matches(states, np.array([0, 2]), threshold=0.91)


def test_a_minimal_project_has_no_annotations(tmp_path: Path):
    project = open_project(by_hand.write(tmp_path / "a", description=None, meta=None, etc=None))
    assert (project.description, project.track_names) == ("children books", ())


# -- what is kept ------------------------------------------------------------------------------


@pytest.mark.parametrize("at_once", [1, 8, 10_000])
def test_states_are_converted_once_in_pieces(written, cold, monkeypatch, at_once):
    monkeypatch.setattr(module, "AT_ONCE", at_once)
    told: list[Progress] = []
    first = open_project(written).states("states::output2", told.append)
    np.testing.assert_array_equal(first.values, by_hand.OUTPUT.T)
    shares = [progress.done for progress in told]
    assert (shares[0], shares[-1]) == (0, 1)
    assert shares == sorted(shares)
    assert told[0].doing == "Converting layer 2, hidden: 10 steps"
    monkeypatch.setattr(module, "rows", None)  # nothing is read again
    again = open_project(written).states("states::output2")
    assert isinstance(again.values, np.memmap)
    assert not again.values.flags.writeable
    np.testing.assert_array_equal(again.values, first.values)
    assert len(list(cold.iterdir())) == 1


def test_threads_that_ask_at_once_get_the_same_states(written: Path):
    project = open_project(written)
    with ThreadPoolExecutor(8) as threads:
        found = list(
            threads.map(lambda _: project.states("states::states1").values.copy(), range(16))
        )
    assert all(np.array_equal(values, found[0]) for values in found)


def test_changed_files_are_read_anew(written: Path):
    before = open_project(written)
    before.states("states::states1")
    rewrite(written / "cbt_epoch10.h5", states1=np.ones((10, 4), np.float32))
    os.utime(written / "cbt_epoch10.h5", (1, 1))
    after = open_project(written)
    assert after.revision != before.revision
    np.testing.assert_allclose(after.states("states::states1").values, np.tanh(1), **CLOSE)


def test_an_interrupted_conversion_leaves_nothing_behind(written, monkeypatch, tmp_path):
    monkeypatch.setenv("HIDDEN_STATES_CACHE", str(tmp_path / "cold"))
    monkeypatch.setattr(module, "AT_ONCE", 4)

    def stop(progress: Progress) -> None:
        if progress.done > 0.3:
            raise KeyboardInterrupt

    project = open_project(written)
    with pytest.raises(KeyboardInterrupt):
        project.states("states::states1", stop)
    assert not list((tmp_path / "cold").iterdir())


def test_h5py_is_not_imported_before_a_project_is_opened():
    code = "import sys, lstmvis_core; print('h5py' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


# -- what is wrong -----------------------------------------------------------------------------


def test_names_that_are_not_there_are_answered_with_those_that_are(written: Path):
    project = open_project(written)
    with pytest.raises(ProjectError, match=r"states::states1, more::deep.*; not 'states1'"):
        project.states("states1")
    with pytest.raises(ProjectError, match=r"annotations part_of_speech, .*; not 'mod'"):
        project.track("mod")


def test_a_folder_without_settings_is_no_project(tmp_path: Path):
    with pytest.raises(ProjectError, match=r"has no file 'lstm.yml'"):
        open_project(tmp_path)
    with pytest.raises(ProjectError, match=r"has no file 'lstm.yml'"):
        open_project(tmp_path / "nowhere")


@pytest.mark.parametrize("steps", [9, 11])
def test_states_and_words_have_the_same_number_of_steps(written: Path, steps: int):
    rewrite(written / "cbt_epoch10.h5", states1=np.zeros((steps, 4), np.float32))
    with pytest.raises(ProjectError, match=rf"has {steps} steps and word_ids of train.h5 10"):
        open_project(written)


@pytest.mark.parametrize(
    ("states", "message"),
    [
        (np.zeros(10, np.float32), r"the shape \(10,\); needed is \(time step, unit\)"),
        (np.zeros((10, 2, 2), np.float32), "the shape"),
        (np.zeros((0, 4), np.float32), r"the shape \(0, 4\)"),
        (np.array([[b"a"]] * 10), r"holds \|S1; needed are numbers"),
    ],
)
def test_states_of_another_shape_are_refused(written: Path, states, message: str):
    rewrite(written / "cbt_epoch10.h5", states1=states)
    with pytest.raises(ProjectError, match=message):
        open_project(written)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_states_that_are_not_finite_are_refused(written: Path, value: float):
    states = np.zeros((10, 4))
    states[6, 1] = value
    rewrite(written / "cbt_epoch10.h5", states1=states)
    with pytest.raises(ProjectError, match=r"not finite between the steps 0 and 10"):
        open_project(written).states("states::states1")


def test_states_beyond_the_bound_are_refused(written: Path, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 159)
    with pytest.raises(ProjectError, match="10 steps of 4 units; at most 0 GB"):
        open_project(written).states("states::states1")


def test_a_file_that_changes_after_opening_is_noticed(written: Path):
    project = open_project(written)
    rewrite(written / "cbt_epoch10.h5", states1=np.zeros((8, 4), np.float32))
    with pytest.raises(ProjectError, match="has changed. Open the project again"):
        project.states("states::states1")


def test_a_word_that_the_dictionary_lacks_is_named(written: Path):
    (written / "words.dict").write_text("<eos> 0\nthe 1\ncat 2\non 4\nmat 5\n", "utf-8")
    expected = r"words.dict has no word of id 3, which word_ids of train.h5 holds at step 2"
    with pytest.raises(ProjectError, match=expected):
        _ = open_project(written).tokens


@pytest.mark.parametrize("ids", [np.full(10, 0.5), np.full(10, np.nan)])
def test_word_ids_are_whole_numbers(written: Path, ids: np.ndarray):
    rewrite(written / "train.h5", word_ids=ids)
    with pytest.raises(ProjectError, match="ids, which are whole numbers"):
        _ = open_project(written).tokens


def test_breaks_that_do_not_fit_are_refused(written: Path):
    sequence = {"file": "train", "path": "word_ids", "dict_file": "words", "breaks_path": "breaks"}
    by_hand.write(written, word_sequence=sequence)
    rewrite(written / "train.h5", breaks=np.array([0, 11]))
    with pytest.raises(StatesError, match="none beyond the 10 steps"):
        open_project(written).states("states::states1")


@pytest.mark.parametrize("offsets", [[0] * 10, [0] * 9, [0, 4, 8, 12, 15, 19, 23, 29, 33, 10**9]])
def test_offsets_that_do_not_fit_the_words_are_refused(written: Path, offsets: list[int]):
    sequence = {
        "file": "train",
        "path": "word_ids",
        "dict_file": "words",
        "offsets_path": "offsets",
    }
    by_hand.write(written, word_sequence=sequence)
    rewrite(written / "train.h5", offsets=np.array(offsets))
    with pytest.raises(ProjectError, match="offsets of train.h5 do not fit the words"):
        _ = open_project(written).tokens
