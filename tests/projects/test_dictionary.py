"""Dictionaries: as LSTMVis and its users wrote them, and as ours are read back."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core import ProjectError
from lstmvis_core.projects.dictionary import (
    Dictionary,
    escape,
    read_dictionary,
    unescape,
    write_dictionary,
)

ANY = st.text(st.characters(), max_size=6)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("the 1\ncat 2\n", {1: "the", 2: "cat"}),
        ("\ufeffthe 1\r\ncat 2", {1: "the", 2: "cat"}),
        ("the\t1\ncat  2 \n", {1: "the", 2: "cat"}),
        ("  5\na 6\n", {5: " ", 6: "a"}),  # the blank, as LSTMVis writes it
        ("a 6\n 5\n", {5: " ", 6: "a"}),  # and as it reads it, too
        ("\t 5\n\xa0 6\n", {5: "\t", 6: "\xa0"}),
        ("a 6\n\n 5\n", {5: "\n", 6: "a"}),
        ("New York 3\n7 4\n", {3: "New York", 4: "7"}),
        ("a 1\nb 1\n", {1: "b"}),
        (r"\n 1", {1: r"\n"}),
    ],
)
def test_a_line_is_a_word_and_its_id(tmp_path: Path, written: str, words: dict):
    (tmp_path / "a.dict").write_text(written, "utf-8", newline="")
    assert read_dictionary(tmp_path / "a.dict").words == words


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "a.dict is empty"),
        (b"the 1\ncat\n", r"Line 2 of a.dict is 'cat'. A dictionary has a word, a blank and its"),
        (b"the 1.5", "Line 1"),
        (b"17", "Line 1"),
        (b"\xff 1", "not written in UTF-8"),
    ],
)
def test_what_is_no_dictionary_says_why(tmp_path: Path, data: bytes, message: str):
    (tmp_path / "a.dict").write_bytes(data)
    with pytest.raises(ProjectError, match=message):
        read_dictionary(tmp_path / "a.dict")


def test_words_of_several_ids_are_one_label():
    words = Dictionary("a.dict", {7: "a", 2: "b", 9: "a"})
    assert words.labels == ("b", "a")
    assert words.indices(np.array([[9, 2], [7, 7]]), "x").tolist() == [[1, 0], [1, 1]]


# -- escapes -----------------------------------------------------------------------------------


@given(ANY)
def test_an_escaped_word_is_read_back(word: str):
    assert unescape(escape(word)) == word
    assert word == " " or escape(word).split() == [escape(word)]


@given(st.lists(ANY, min_size=1, max_size=20, unique=True))
def test_a_dictionary_that_we_wrote_is_read_back(tmp_path_factory, words: list[str]):
    path = tmp_path_factory.mktemp("dictionary") / "a.dict"
    write_dictionary(path, words, first=3)
    found = read_dictionary(path, escaped=True)
    assert found.words == dict(enumerate(words, 3))


def test_usual_words_stay_as_they_are():
    for word in ("the", "don't", "ß", "日本", "<eos>", "7", " ", "(", "#"):
        assert escape(word) == word


@pytest.mark.parametrize("written", ["\\", "\\x", "\\uzzzz", "\\U00110000", "a\\"])
def test_what_no_escape_is_stays(written: str):
    assert unescape(written) == written
