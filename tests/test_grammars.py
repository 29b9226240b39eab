"""The grammars: what each of them promises of every text it generates."""

import re
from collections import Counter
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_core.grammars import (
    GRAMMARS,
    Generated,
    chord_progressions,
    counting_language,
    nesting_level,
    opinions,
    splice_windows,
)
from lstmvis_core.grammars.chords import PROGRESSIONS, VARIANTS
from lstmvis_core.grammars.opinions import ANY, LABELS, LIKING, TOPICS
from lstmvis_core.zoo import load_model


def test_nesting_level_counts_what_is_open_after_each_character():
    assert nesting_level("0 (1 (2 2) ()) 0") == [0, 0, 1, 1, 1, 2, 2, 2, 2, 1, 1, 2, 1, 0, 0, 0]
    assert nesting_level("") == []


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_every_string_is_well_formed(seed: int, documents: int):
    strings = counting_language(seed, documents)
    assert len(strings) == documents
    for string in strings:
        levels = nesting_level(string)
        assert set(string) <= set("01234 ()")
        assert levels[-1] == 0
        assert all(0 <= level <= 4 for level in levels)
        for character, level in zip(string, levels, strict=True):
            assert not character.isdigit() or int(character) == level
        assert "  " not in string
        assert "( " not in string
        assert " )" not in string
        assert 8 <= top_level_items(string) <= 16


def top_level_items(string: str) -> int:
    return 1 + sum(
        character == " " and level == 0
        for character, level in zip(string, nesting_level(string), strict=True)
    )


def test_levels_are_known_of_every_character():
    strings = counting_language(7, 3)
    assert list(strings.tracks["level"]) == [n for text in strings for n in nesting_level(text)]


# -- all grammars ------------------------------------------------------------------------------

by_grammar = pytest.mark.parametrize("name", GRAMMARS)


@by_grammar
def test_a_seed_gives_the_same_documents_again(name: str):
    generate = GRAMMARS[name]
    assert generate(7, 5) == generate(7, 5)
    assert generate(7, 5).tracks == generate(7, 5).tracks
    assert generate(7, 5) != generate(8, 5)


@by_grammar
def test_more_documents_begin_with_the_same_ones(name: str):
    assert GRAMMARS[name](7, 9)[:5] == GRAMMARS[name](7, 5)


@by_grammar
def test_every_grammar_generates_documents_and_knows_them(name: str):
    documents = GRAMMARS[name](1, 3)
    assert isinstance(documents, Generated)
    assert len(documents) == 3
    assert all(documents)
    assert documents.tracks
    for track in documents.tracks.values():
        assert len(track) == len("".join(documents))
        assert all(0 <= value < (len(track.labels) or 5) for value in track)


# -- chords ------------------------------------------------------------------------------------

PLAIN = {variant: chord for chord, variant in VARIANTS.items()}


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_every_song_is_made_of_whole_progressions_that_are_known(seed: int):
    songs = chord_progressions(seed, 1)
    track, (song,) = songs.tracks["progression"], songs
    starts = [0, *(match.end() for match in re.finditer(" ", song))]
    chords = song.split(" ")
    assert 40 <= len(chords) <= 120
    assert set(song) <= set("ABCDEFGabjm7 ")
    known = [int(track[start]) for start in starts]
    assert 2 <= len(set(known)) <= 3
    for start, chord in zip(starts, chords, strict=True):
        assert set(track[start : start + len(chord) + 1]) == {track[start]}
    place = 0
    for label, run in groupby(known):
        played = chords[place : place + len(list(run))]
        place += len(played)
        assert played == played[: len(progression(label))] * (
            len(played) // len(progression(label))
        )
        for chord, plain in zip(played, progression(label), strict=False):
            assert chord == plain or PLAIN.get(chord) == plain


def progression(label: int) -> list[str]:
    return list(PROGRESSIONS.values())[label].split()


def test_all_progressions_and_variants_are_played():
    songs = chord_progressions(5, 200)
    assert set(songs.tracks["progression"]) == set(range(len(PROGRESSIONS)))
    chords = set(" ".join(songs).split())
    assert chords >= {*VARIANTS, *VARIANTS.values(), "Bb", "E7", "A7", "C7", "F7"}


# -- splicing ----------------------------------------------------------------------------------


@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_every_stretch_has_at_most_one_border_with_its_signal(seed: int):
    windows = splice_windows(seed, 1)
    (window,), track = windows, windows.tracks["exon"]
    parts = [
        (int(label), "".join(base for base, _ in run))
        for label, run in groupby(zip(window, track, strict=True), key=lambda pair: pair[1])
    ]
    assert len(window) == 60
    assert set(window) <= set("ACGT")
    assert [label for label, _ in parts] in ([2], [0, 1], [1, 0])
    assert len(parts) == 1 or min(len(part) for _, part in parts) >= 12
    if parts[0][0] == 0:
        assert parts[1][1].startswith("GT")
    if parts[0][0] == 1:
        assert parts[0][1].endswith("AG")


def test_half_of_the_stretches_have_a_border_and_introns_end_in_pyrimidines():
    windows = splice_windows(3, 400)
    track = windows.tracks["exon"].values
    kinds = Counter(
        track[60 * i : 60 * i + 60][:1] + track[60 * i : 60 * i + 60][-1:] for i in range(400)
    )
    assert set(kinds) == {(0, 1), (1, 0), (2, 2)}
    assert 160 < kinds[2, 2] < 240
    assert min(kinds[0, 1], kinds[1, 0]) > 70
    before = [
        base
        for i, window in enumerate(windows)
        if track[60 * i] == 1
        for base in window[: track[60 * i : 60 * i + 60].index(0.0) - 4][-10:]
    ]
    assert 0.7 < sum(base in "CT" for base in before) / len(before) < 0.9


# -- opinions ----------------------------------------------------------------------------------

GOOD_WORDS, BAD_WORDS = (
    set(" ".join([ANY[kind], LIKING[kind], *(fits[kind] for fits in TOPICS.values())]).split())
    for kind in (0, 1)
)
CONTRASTS, AGREEMENTS = ("though", "but", "although", "yet", "while"), ("and", "because")


def words_of_opinion(text: str, values: tuple[float, ...]) -> list[tuple[str, str]]:
    """Each word with what the track says of it."""
    found = []
    for match in re.finditer(r"\w+", text):
        (value,) = set(values[match.start() : match.end()])
        found.append((match.group(), LABELS[int(value)]))
    return found


def meaning(words: list[tuple[str, str]]) -> bool:
    """Whether a clause is for its subject, which one word and perhaps a "not" tell."""
    (word,) = (word for word, label in words if label != "none")
    return (word in GOOD_WORDS) != ("not" in dict(words))


@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_every_opinion_is_a_sentence_whose_clauses_fit_together(seed: int):
    documents = opinions(seed, 1)
    (text,), track = documents, documents.tracks["opinion"]
    assert re.fullmatch(r"[A-Z][a-z]* [a-z ]+(, [a-zI ]+)?\.\n", text)
    assert "  " not in text
    words = words_of_opinion(text, track.values)
    for word, label in words:
        expected = "good" if word in GOOD_WORDS else "bad" if word in BAD_WORDS else "none"
        assert label == expected
    clauses = re.split(", ", text)
    first = len(re.findall(r"\w+", clauses[0]))
    if len(clauses) == 1:
        meaning(words)
    else:
        joined = words[first][0]
        assert joined in CONTRASTS + AGREEMENTS
        same = meaning(words[:first]) == meaning(words[first:])
        assert same == (joined in AGREEMENTS)


def test_all_words_are_said_both_ways_and_the_model_knows_them():
    documents = opinions(2, 3000)
    text, track = "".join(documents), documents.tracks["opinion"]
    words = words_of_opinion(text, track.values)
    assert {word for word, label in words if label == "good"} == GOOD_WORDS
    assert {word for word, label in words if label == "bad"} == BAD_WORDS
    assert {label for word, label in words if word == "not"} == {"none"}
    denied = re.findall(r"not (\w+)", text)
    assert GOOD_WORDS & set(denied)
    assert BAD_WORDS & set(denied)
    assert not load_model("sentiment").vocabulary.encode(text).unknown.any()


def test_most_opinions_have_two_clauses_which_mostly_disagree():
    documents = opinions(4, 3000)
    two = [text for text in documents if ", " in text]
    alike = [text for text in two if re.search(r", (and|because) ", text)]
    assert len(two) / 3000 == pytest.approx(0.65, abs=0.04)
    assert len(alike) / len(two) == pytest.approx(0.3, abs=0.04)
