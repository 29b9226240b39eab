"""Labels of the user's own: which files are read, and what is said of the others."""

import csv
import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core import Options, TrackError, read_labels, trace_text, track_of_trace
from lstmvis_core.tracks.labels import LARGEST, LONGEST, MOST_LABELS, Labels
from lstmvis_core.tracks.own import labels as labels_track

LABEL = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9)


# -- reading -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "token,label\nthe,DET\ndog,NOUN\n",
        "label;token\r\nDET;the\r\nNOUN;dog\r\n",
        "Token\tLabel\nthe\tDET\ndog\tNOUN",
        "label\nDET\nNOUN\n\n",
        "DET\nNOUN\n",
        '"label"\n"DET"\n"NOUN"',
        "\ufefflabel\nDET\nNOUN",
    ],
)
def test_a_csv_file_has_a_row_for_each_token(text: str):
    assert read_labels(text.encode(), "mine.csv").values == ("DET", "NOUN")


@pytest.mark.parametrize(
    "content", [["DET", "NOUN"], [{"token": "the", "label": "DET"}, {"label": "NOUN"}]]
)
def test_a_json_file_is_a_list_of_labels_or_of_objects(content: list):
    labels = read_labels(json.dumps(content).encode(), "folder/mine.JSON")
    assert (labels.title, labels.values) == ("mine.JSON", ("DET", "NOUN"))


@given(st.lists(LABEL, min_size=1, max_size=30))
def test_what_is_written_is_read(labels: list[str]):
    expected = tuple(label.strip() for label in labels)
    written = json.dumps(labels).encode()
    assert read_labels(written, "a.json").values == expected
    file = io.StringIO(newline="")
    csv.writer(file).writerows([["step", "label"], *enumerate(labels)])
    assert read_labels(file.getvalue().encode(), "a.csv").values == expected


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "a.csv", "a.csv has no labels"),
        (b"[]", "a.json", "a.json has no labels"),
        (b"{", "a.json", "is no JSON"),
        (b"[" * 100_000, "a.json", "is no JSON"),
        (b'{"label": 1}', "a.json", "holds no list"),
        (b'["a", null]', "a.json", "Entry 2 of a.json"),
        (b'[{"tag": "a"}]', "a.json", "Entry 1 of a.json"),
        (b"token,tag\nthe,DET", "a.csv", 'no column "label", but token, tag'),
        (b"token,label\nthe,DET\ndog", "a.csv", "Row 3 of a.csv has no label"),
        (b"\xff\xfe", "a.csv", "not written in UTF-8"),
        (b"x" * (LARGEST + 1), "a.csv", "5.0 MB; a file of labels has at most 5 MB"),
        (b"x" * (LONGEST + 1), "a.csv", f"label of {LONGEST + 1} characters"),
        (
            "\n".join(f"x{i}" for i in range(MOST_LABELS + 1)).encode(),
            "a.csv",
            "101 different labels",
        ),
    ],
)
def test_what_is_no_file_of_labels_says_why(data: bytes, name: str, message: str):
    with pytest.raises(TrackError, match=message):
        read_labels(data, name)


@given(st.binary(max_size=200), st.sampled_from(["a.csv", "a.json", "a"]))
def test_any_bytes_are_labels_or_a_sentence(data: bytes, name: str):
    try:
        labels = read_labels(data, name)
    except TrackError:
        return
    assert labels.values


def test_an_empty_row_of_a_single_column_is_an_empty_label():
    assert read_labels(b"label\na\n\nb\n\n", "x.csv").values == ("a", "", "b")
    assert read_labels(b"a\n\nb\n", "x.csv").values == ("a", "", "b")


def test_labels_are_the_same_by_what_they_say():
    one, same = read_labels(b"a\nb", "x.csv"), read_labels(b"a\nb", "x.csv")
    other = read_labels(b"a\nc", "x.csv")
    assert (one, one.id, hash(one)) == (same, same.id, hash(same))
    assert one != other
    assert one.id != other.id


# -- as a track --------------------------------------------------------------------------------


def track_of(lstm, text: str, *values: str):
    options = Options(labels=Labels("mine.csv", values))
    return track_of_trace(trace_text(lstm, text), "labels", options)


def test_each_token_has_its_label_and_an_empty_one_is_none(lstm):
    track = track_of(lstm, "ab()", "x", "", "b", "x")
    assert track.labels == ("none", "b", "x")
    assert [track.label(step) for step in range(4)] == ["x", "none", "b", "x"]
    assert track.title == "own labels (mine.csv)"


def test_numbers_are_a_track_of_numbers(lstm):
    track = track_of(lstm, "abab", "1", "-2.5", "", "3e1")
    np.testing.assert_array_equal(track.values, np.array([1, -2.5, np.nan, 30], np.float32))
    assert (track.kind, track.domain) == ("scalar", (-2.5, 30))
    assert track_of(lstm, "a", "0").domain == (0, 1)


def test_too_many_or_too_few_labels_are_a_sentence(lstm):
    with pytest.raises(TrackError, match="mine.csv has 2 labels.* as 3 tokens"):
        track_of(lstm, "aba", "x", "y")


@given(st.lists(st.text(max_size=4), min_size=1, max_size=8))
def test_any_labels_make_a_track(lstm, values: list[str]):
    tokens = lstm.vocabulary.encode("a" * len(values))
    track = labels_track(Labels("mine", tuple(values)), tokens)
    assert all(track.label(step) for step in range(len(values)))
