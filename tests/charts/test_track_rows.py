"""Tracks as they are drawn: rows, colours, letters and legends."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core import Labels, Options, Track, trace_text, track_of_trace, tracks_of
from lstmvis_core.charts.palette import HUES, NOTHING, UNKNOWN, tint
from lstmvis_core.charts.track_colours import (
    COLOURS,
    INKS,
    MOST,
    needs_letters,
    track_colours,
    track_legend,
    track_values,
)
from lstmvis_core.charts.track_rows import row_frames, row_titles
from lstmvis_core.tracks.track import GREY, TOP_K, categorical, scalar

ALL = np.arange


def colours(track: Track) -> list[str]:
    return [COLOURS[number] for number in track_colours(track, ALL(len(track.values)))]


# -- colours -----------------------------------------------------------------------------------


def test_labels_have_one_hue_after_the_other_and_none_has_none():
    track = categorical("x", "x", [0, 1, 2, 3], ["none", "a", "b", "c"])
    assert colours(track) == [NOTHING, tint(0), tint(1), tint(2)]


def test_a_track_may_say_its_hues():
    labels = ("none", "NOUN", "PROPN", "VERB")
    hues = {"NOUN": 3, "PROPN": 3, "VERB": 5}
    track = Track("x", "x", "categorical", np.array([1, 2, 3]), labels, hues=hues)
    assert colours(track) == [tint(3), tint(3), tint(5)]
    assert needs_letters(track)


def test_labels_that_say_little_are_grey_and_not_written():
    track = categorical("x", "x", [0, 1, 2], ["outside", "a", "b"], {"outside": GREY})
    assert colours(track) == [NOTHING, tint(0), tint(1)]
    (frame,) = row_frames(track, slice(0, 3))
    assert frame["text"].tolist() == ["", "a", "b"]
    assert frame["value"].tolist() == ["outside", "a", "b"]


@given(st.integers(1, 60))
def test_colours_are_those_of_the_legend(number: int):
    labels = [f"x{i}" for i in range(number)]
    track = categorical("x", "x", list(range(number)), labels)
    legend = [(colour, label) for colour, label in track_legend(track) if label in labels]
    assert legend == list(zip(colours(track), labels, strict=True))[:MOST]
    assert len(set(colours(track))) == min(number, len(HUES))
    assert needs_letters(track) == (number > len(HUES))
    assert (track_legend(track)[-1][1] == f"and {number - MOST} more") == (number > MOST)


def test_numbers_are_shades_and_unknown_is_grey():
    track = scalar("x", "x", [0, 10, 99, np.nan], 0, 10)
    assert colours(track) == [COLOURS[0], COLOURS[8], COLOURS[8], UNKNOWN]
    assert [label for _, label in track_legend(track)] == ["0", "5", "10 or more"]


def test_a_tooltip_says_what_a_label_means():
    track = Track("x", "x", "categorical", np.array([1, 0]), ("\n", "DET"), meanings={"DET": "the"})
    assert track_values(track, ALL(2)).tolist() == ["DET: the", "⏎"]


def test_guesses_are_shaded_by_the_best():
    track = guesses()
    assert colours(track) == [COLOURS[8], COLOURS[4]]
    assert track_values(track, ALL(2)).tolist() == ["a 100%, · 0%", "· 50%, a 50%"]


def guesses() -> Track:
    values, shares = np.array([[1, 0], [0, 1]]), np.array([[1.0, 0.0], [0.5, 0.5]], np.float32)
    return Track("g", "guesses (next)", TOP_K, values, (" ", "a"), shares=shares)


# -- rows --------------------------------------------------------------------------------------


def test_a_label_is_written_once_over_its_stretch():
    track = categorical("x", "x", [1, 1, 0, 2, 2, 2], ["none", "ab", "c"])
    (frame,) = row_frames(track, slice(0, 6))
    assert frame["text"].tolist() == ["ab", "", "", "c", "", ""]
    assert frame["until"].tolist() == [1.5, 0, 2.5, 5.5, 0, 0]
    assert frame["least"].tolist() == [2, 0, 0, 1, 0, 0], "all letters have to fit"
    assert frame["ink"].tolist() == [str(INKS[number]) for number in frame["colour"]]


def test_where_colours_are_shared_a_letter_is_enough():
    labels = [f"label{i}" for i in range(9)]
    (frame,) = row_frames(categorical("x", "x", [0, 7], labels), slice(0, 2))
    assert frame["least"].tolist() == [1, 1]


def test_only_the_steps_in_view_are_in_the_table():
    track = categorical("x", "x", [0, 0, 0, 1, 1], ["a", "b"])
    (frame,) = row_frames(track, slice(2, 4))
    assert frame["a"].tolist() == [-0.5, 0.5]
    assert frame["text"].tolist() == ["a", "b"]


def test_numbers_have_no_letters():
    (frame,) = row_frames(scalar("x", "x", [1, 2], 0, 2), slice(0, 2))
    assert frame["value"].tolist() == [1, 2]
    assert "text" not in frame


def test_guesses_have_a_row_each():
    first, second = row_frames(guesses(), slice(0, 2))
    assert first["text"].tolist() == ["a", "·"]
    assert second["text"].tolist() == ["·", "a"]
    assert first["value"].tolist() == ["a 100%", "· 50%"]
    assert [title.label for title in row_titles(guesses())] == ["guess 1", "guess 2"]


def test_a_rows_name_has_its_legend():
    (title,) = row_titles(categorical("x", "kind (of word)", [0], ["none", 'a"b']))
    assert title.label == "kind"
    assert json.loads(title.legend) == {"title": "kind: of word", "none": "", 'a"b': ""}
    (title,) = row_titles(categorical("x", "mine", [0], ["a: b", "a: c", "title"]))
    assert json.loads(title.legend) == {"title": "mine", "a: b": "", "a: c": ""}
    (title,) = row_titles(scalar("x", "depth", [0], 0, 4))
    assert json.loads(title.legend) == {"title": "depth", "pale": "0", "dark": "4 or more"}


@pytest.mark.parametrize("text", ["a", "(ab) (c)\nab", "😀"])
def test_every_track_there_is_can_be_drawn(lstm, text: str):
    trace = trace_text(lstm, text)
    steps = len(trace.tokens)
    options = Options("a", labels=Labels("x", ("y",) * steps))
    for name in tracks_of(lstm, options=options):
        track = track_of_trace(trace, name, options)
        frames = list(row_frames(track, slice(0, steps)))
        assert len(frames) == len(list(row_titles(track)))
        assert all(len(frame) == steps for frame in frames)
        assert track_legend(track)


def test_several_words_a_step_have_rows_of_their_own_name():
    words = Track(
        "near", "neighbours", TOP_K, guesses().values, (" ", "a"), shares=guesses().shares
    )
    assert [title.label for title in row_titles(words)] == ["neighbours 1", "neighbours 2"]
