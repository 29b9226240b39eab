"""Annotations of a project written by hand as tracks."""

from pathlib import Path

import h5py
import numpy as np
import pytest
import yaml

from lstmvis_core import ProjectError, open_project
from lstmvis_core.charts.track_colours import track_colours, track_values
from lstmvis_core.charts.track_rows import row_frames
from lstmvis_core.tracks import Track
from tests.projects import by_hand

CLOSE = {"rtol": 0, "atol": 1e-6}


def track_of(folder: Path, meta: dict, **arrays: np.ndarray) -> Track:
    """The track of a project with this one annotation, whose arrays stand in `extra.h5`."""
    files = {**yaml.safe_load(by_hand.SETTINGS)["files"], "extra": "extra.h5"}
    by_hand.write(folder, files=files, meta={"one": {"file": "extra", "path": "values", **meta}})
    with h5py.File(folder / "extra.h5", "w") as file:
        for name, values in arrays.items():
            file[name] = values
    return open_project(folder).track("one")


def test_a_discrete_annotation_has_the_labels_of_its_dictionary(written: Path):
    track = open_project(written).track("part_of_speech")
    assert (track.kind, track.title) == ("categorical", "part_of_speech")
    assert track.labels == ("O", "ADP", "DET", "NOUN", "VERB")
    assert track.values.tolist() == list(by_hand.POS)
    assert track.label(2) == "VERB"


def test_a_discrete_annotation_without_a_dictionary_has_its_numbers(written: Path):
    track = open_project(written).track("group")  # range: 0...6 leaves out its end
    assert track.labels == ("0", "1", "2", "3", "4", "5")
    assert [track.label(step) for step in range(10)] == [str(value) for value in by_hand.POS]


def test_labels_outside_the_range_are_labels_too(tmp_path: Path):
    values = np.array([7, -1] * 5)
    track = track_of(tmp_path, {"vis": {"type": "discrete", "range": [0, 3]}}, values=values)
    assert track.labels == ("-1", "0", "3", "7")
    assert track.label(0) == "7"
    assert track_of(tmp_path, {"vis": {"type": "discrete"}}, values=values).labels == ("-1", "7")


def test_a_scalar_annotation_is_drawn_over_its_range(written: Path):
    track = open_project(written).track("mood")
    assert (track.kind, track.domain) == ("scalar", (-2.0, 2.0))
    np.testing.assert_allclose(track.values, by_hand.MOOD, **CLOSE)


def test_an_annotation_of_words_is_looked_up_by_their_ids(written: Path):
    project = open_project(written)
    expected = [by_hand.RARITY[id] for id in by_hand.IDS]
    np.testing.assert_allclose(project.track("rarity").values, expected, **CLOSE)
    assert project.track("rarity").domain == (0.0, pytest.approx(0.9))  # no range: of the numbers
    near = project.track("neighbours")
    assert [near.labels[i] for i in near.values[1].tolist()] == ["cat", "sat"]


def test_word_vectors_are_guesses_with_the_best_first(written: Path):
    track = open_project(written).track("guesses")
    assert track.kind == "top-k"
    assert track.labels == by_hand.WORDS
    assert track.label(0) == "the 60%, cat 30%, sat 10%"
    assert track.label(9) == "mat 60%, the 30%, <eos> 10%"  # was written worst first
    np.testing.assert_allclose(track.shares[0], [0.6, 0.3, 0.1], **CLOSE)  # were logarithms


def test_word_vectors_without_weights_are_shown_without(written: Path):
    track = open_project(written).track("neighbours")
    assert np.isnan(track.shares).all()
    assert track.label(0) == "the, cat"
    steps = np.arange(2)
    assert track_values(track, steps).tolist() == ["the, cat", "cat, sat"]
    assert len(set(track_colours(track, steps).tolist())) == 1
    assert [frame["value"].tolist() for frame in row_frames(track, slice(0, 2))] == [
        ["the", "cat"],
        ["cat", "sat"],
    ]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [([0.2, 0.5], [0.5, 0.2]), ([3.0, 1.0], [1.0, 0.0]), ([2.0, 2.0], [1.0, 1.0])],
)
def test_weights_become_shares(tmp_path: Path, weights: list, expected: list):
    track = track_of(
        tmp_path,
        {"type": "wordvec", "weights_path": "weights", "vis": {"type": "wordvec"}},
        values=np.zeros((10, 2), int),
        weights=np.array([weights] * 10),
    )
    np.testing.assert_allclose(track.shares, [expected] * 10, **CLOSE)


@pytest.mark.parametrize(
    ("given", "domain"), [("0...5", (0, 5)), ([-1.5, 3], (-1.5, 3)), (None, (0, 1))]
)
def test_ranges_of_numbers(tmp_path: Path, given, domain: tuple):
    meta = {"vis": {"type": "scalar", "range": given}}
    assert track_of(tmp_path, meta, values=np.zeros(10)).domain == domain


def test_a_number_that_is_not_known_stays_unknown(tmp_path: Path):
    values = np.array([np.nan, 2.0] * 5)
    track = track_of(tmp_path, {"vis": {"type": "scalar"}}, values=values)
    assert (track.label(0), track.label(1), track.domain) == ("unknown", "2", (0, 2))


@pytest.mark.parametrize(
    ("meta", "arrays", "message"),
    [
        ({"type": "discrete"}, {}, r"extra.h5 has no 'values'; it has nothing"),
        ({"type": "discrete"}, {"values": np.zeros(9)}, "9 rows for 10 words"),
        ({"type": "discrete"}, {"values": np.zeros((10, 2))}, r"needed is \(time step,\)"),
        ({"type": "discrete"}, {"values": np.full(10, 0.5)}, "whole numbers"),
        ({"type": "scalar"}, {"values": np.full(10, np.inf)}, "not finite"),
        ({"type": "scalar"}, {"values": np.full(10, np.nan)}, "not finite"),
        ({"type": "wordvec"}, {"values": np.zeros(10)}, r"needed is \(time step, word\)"),
        ({"type": "wordvec"}, {"values": np.full((10, 2), 6)}, "has no word of id 6"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(tmp_path: Path, meta, arrays, message: str):
    with pytest.raises(ProjectError, match=message):
        track_of(tmp_path, {"vis": meta}, **arrays)


def test_rows_of_word_ids_cover_them_all(tmp_path: Path):
    meta = {"index": "word_sequence", "vis": {"type": "scalar"}}
    with pytest.raises(ProjectError, match=r"word ids 0 to 4; the words have ids from 0 to 5"):
        track_of(tmp_path, meta, values=np.zeros(5))


def test_weights_are_one_a_word(tmp_path: Path):
    meta = {"type": "wordvec", "weights_path": "weights", "vis": {"type": "wordvec"}}
    with pytest.raises(ProjectError, match=r"weights of extra.h5 has the shape \(10, 3\)"):
        track_of(tmp_path, meta, values=np.zeros((10, 2)), weights=np.zeros((10, 3)))


def test_a_broken_annotation_leaves_the_others_readable(written: Path):
    with h5py.File(written / "pos.h5", "a") as file:
        del file["pos"]
    project = open_project(written)
    assert project.track("mood").kind == "scalar"
    with pytest.raises(ProjectError, match=r"pos.h5 has no 'pos'; it has group"):
        project.track("part_of_speech")
