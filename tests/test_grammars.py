"""The grammars: what each of them promises of every text it generates."""

import re
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_core.grammars import (
    GRAMMARS,
    Generated,
    chord_progressions,
    counting_language,
    intron_genes,
    nesting_level,
)
from lstmvis_core.grammars.chords import PROGRESSIONS, VARIANTS


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


# -- genes -------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_every_gene_has_the_parts_of_a_gene(seed: int):
    genes = intron_genes(seed, 1)
    (gene,), track = genes, genes.tracks["exon"]
    parts = [
        (int(label), "".join(base for base, _ in run))
        for label, run in groupby(zip(gene, track, strict=True), key=lambda pair: pair[1])
    ]
    assert [label for label, _ in parts] in ([0], [0, 1, 0])
    exons = [part for label, part in parts if label == 0]
    assert all(60 <= len(exon) <= 400 for exon in exons)
    coding = "".join(exons)
    assert set(gene) == set("ACGT")
    assert coding.startswith("ATG")
    assert len(coding) % 3 == 0
    assert not {coding[i : i + 3] for i in range(0, len(coding), 3)} & {"TAA", "TAG", "TGA"}
    for label, intron in parts:
        if label == 1:
            assert 80 <= len(intron) <= 350
            assert re.fullmatch(
                "(GTATGT|GTACGT|GTATGA)[ACGT]+TACTAAC(?=.{10,40}$)[ACT]+[CT]AG", intron
            )


def test_introns_are_in_most_genes_and_rich_in_a_and_t():
    genes = intron_genes(3, 300)
    pairs = list(zip("".join(genes), genes.tracks["exon"], strict=True))
    share = {
        label: sum(base in "AT" for base, of in pairs if of == label)
        / sum(of == label for _, of in pairs)
        for label in (0, 1)
    }
    assert 0.55 < share[0] < 0.65 < share[1] < 0.75
    with_intron = sum("TACTAAC" in gene for gene in genes)
    assert 0.75 < with_intron / 300 < 0.95
    assert sum("GTATGT" in gene for gene in genes) > 0.7 * 300
