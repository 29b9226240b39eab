"""The tables of the Match view."""

import numpy as np
import pytest

from lstmvis_core import CorpusStates, Tokens, Vocabulary, find_matches
from lstmvis_core.charts.match_frames import COUNT, match_frames, match_rows


def written(text: str, level: str) -> list[str]:
    """What is written of a corpus whose third and fourth tokens match."""
    tokens: Tokens = Vocabulary.from_text(text, level).encode(text)
    states = np.zeros((len(tokens), 1), np.float32)
    states[2:4] = 1.0
    corpus = CorpusStates.from_array(states)
    units = np.array([0])
    found = find_matches(corpus, units, threshold=0.5, min_length=2)
    rows = match_rows(corpus, units, found, threshold=0.5, sign="+", before=2, after=4)
    return match_frames(rows, tokens, {}, COUNT, (COUNT,), 1)["words"]["text"].tolist()


@pytest.mark.parametrize(
    ("text", "level", "expected"),
    [
        ("Bb F C F G Am", "symbol", ["Bb", "F", "C", "F", "G", "Am"]),
        ("I saw a, b", "word", ["I", "saw", "a", ",", "b"]),
        # Characters of one colour stand together: those around the match, and those of it.
        ("abcdef", "character", ["ab", "cd", "ef"]),
        ("a cdef", "character", ["a", "cd", "ef"]),
    ],
)
def test_every_word_has_its_cell_and_characters_are_put_together(
    text: str, level: str, expected: list[str]
):
    assert written(text, level) == expected
