"""A text in pieces: nothing is left over, and nothing reaches over the end of a document."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.analysis.pieces import pieces_of_trace, ways

VOCABULARY = lv.Vocabulary.from_text("ab c'e,.\"\n")
ANY = st.text(max_size=20)
PLAIN = st.text("ab_1é \n\t'’-,.", max_size=30)

both_ways = pytest.mark.parametrize("by", ["token", "word"])


def cut(*documents: str, by: str = "word") -> lv.Pieces:
    breaks = [sum(map(len, documents[:i])) for i in range(len(documents))]
    return lv.pieces_of(VOCABULARY.encode("".join(documents)), VOCABULARY, by, breaks)


def stretches(pieces: lv.Pieces) -> list[tuple[int, int]]:
    return list(zip(pieces.starts.tolist(), pieces.ends.tolist(), strict=True))


def walked(text: str) -> list[str]:
    """Words with the blanks before them, character by character."""

    def in_word(place: int) -> bool:
        return place < len(text) and (text[place].isalnum() or text[place] == "_")

    found, start = [], 0
    while start < len(text):
        end = start
        while end < len(text) and text[end].isspace():
            end += 1
        if in_word(end):
            while in_word(end) or (text[end : end + 1] in tuple("'’-") and in_word(end + 1)):
                end += 1
        elif end < len(text):
            end += 1
        found.append(text[start:end])
        start = end
    return found


@both_ways
@given(text=ANY)
def test_pieces_follow_each_other_without_a_gap(by: str, text: str):
    pieces = cut(text, by=by)
    assert [place for start, end in stretches(pieces) for place in range(start, end)] == list(
        range(len(text))
    )
    assert len(pieces) == len(pieces.names) == len(pieces.starts)
    assert (pieces.ends > pieces.starts).all()


@both_ways
@given(documents=st.lists(ANY | PLAIN, min_size=1, max_size=5))
def test_documents_are_cut_as_if_each_stood_alone(by: str, documents: list[str]):
    together = cut(*documents, by=by)
    names, breaks, spans, place = [], [], [], 0
    for document in documents:
        alone = cut(document, by=by)
        breaks.append(len(names))
        names += alone.names
        spans += [(start + place, end + place) for start, end in stretches(alone)]
        place += len(document)
    assert together.names == tuple(names)
    assert together.breaks.tolist() == breaks
    assert stretches(together) == spans


@both_ways
@given(documents=st.lists(PLAIN, min_size=1, max_size=5))
def test_the_edges_are_the_first_and_last_piece_of_each_document(by: str, documents: list[str]):
    first, last = [], []
    for document in documents:
        number = len(cut(document, by=by))
        first += [place == 0 for place in range(number)]
        last += [place == number - 1 for place in range(number)]
    found = cut(*documents, by=by).edges()
    assert [edge.tolist() for edge in found] == [first, last]


@both_ways
@given(text=PLAIN)
def test_every_token_is_at_one_piece(by: str, text: str):
    pieces = cut(text, by=by)
    for number, (start, end) in enumerate(stretches(pieces)):
        assert {pieces.at(token) for token in range(start, end)} == {number}


@given(PLAIN)
def test_words_are_found_by_walking_through_the_text(text: str):
    pieces = cut(text)
    assert [text[start:end] for start, end in stretches(pieces)] == walked(text)
    assert pieces.names == tuple(piece.strip() or piece[0] for piece in walked(text))


def test_words_are_named_without_the_blanks_before_them():
    assert cut("don’t  stop-here -- x\n\n").names == (
        *("don’t", "stop-here", "-", "-", "x"),
        "\n",
    )
    assert cut("'a' b-'c'").names == ("'", "a", "'", "b", "-", "'", "c", "'")
    assert cut("cafe\u0301s \n").names == ("cafe\u0301s", " ")  # an accent belongs to its letter


def test_tokens_are_named_by_what_the_model_reads():
    pieces = cut("á“xX\tb", by="token")
    assert pieces.names == ("a", '"', "\ufffd", "\ufffd", "\ufffd", "b")
    words = lv.Vocabulary(("\ufffd", "do", "n't", "0,000"), "word")
    found = lv.pieces_of(words.encode("Don’t  1,234 go"), words)
    assert found.names == ("do", "n't", "0,000", "\ufffd")
    assert stretches(found) == [(0, 1), (1, 2), (2, 3), (3, 4)]


@both_ways
@given(text=PLAIN)
def test_names_are_numbered_as_they_come(by: str, text: str):
    pieces = cut(text, by=by)
    names, of = pieces.numbers
    assert names == tuple(dict.fromkeys(pieces.names))
    assert [names[number] for number in of] == list(pieces.names)


@both_ways
def test_a_corpus_and_a_trace_are_cut_like_their_texts(lstm, texts, by: str):
    corpus = lv.pieces_of_corpus(lstm, texts, by)
    alone = [pieces_of_trace(lv.trace_text(lstm, text), by) for text in texts.documents if text]
    assert corpus.names == tuple(name for one in alone for name in one.names)
    sizes = iter([len(one) for one in alone])
    of_documents = [next(sizes) if document else 0 for document in texts.documents]
    assert corpus.breaks.tolist() == [sum(of_documents[:i]) for i in range(len(of_documents))]
    assert int(corpus.ends[-1]) == len(texts.text)


def test_only_characters_make_words():
    assert ways(VOCABULARY) == ("token", "word")
    for level in ("word", "symbol"):
        vocabulary = lv.Vocabulary.from_text("a b", level)
        assert ways(vocabulary) == ("token",)
        with pytest.raises(lv.TextError, match=f"{level}s is cut by token, not by 'word'"):
            lv.pieces_of(vocabulary.encode("a b"), vocabulary, "word")
    with pytest.raises(lv.TextError, match="by token or word, not by 'line'"):
        cut("a b", by="line")


# -- labels of words ---------------------------------------------------------------------------


def labelled(pieces: lv.Pieces, values: list[int]) -> lv.Track:
    """A track of as many values as the pieces have tokens."""
    of_tokens = np.array(values[: sum(pieces.ends - pieces.starts)], np.int64)
    return lv.Track("mine", "mine", "categorical", of_tokens, ("x", "y", "z"))


@both_ways
@given(text=st.text("ab ,", max_size=30), values=st.lists(st.integers(0, 2), min_size=30))
def test_a_word_has_the_label_that_most_of_its_pieces_end_with(
    by: str, text: str, values: list[int]
):
    pieces = cut(text, by=by)
    asked = ["a", "b", "ab", ",", " ", "nobody", "a"]
    found = lv.labels_of_words(pieces, asked, labelled(pieces, values))
    assert found.dtype == np.int64
    for word, label in zip(asked, found.tolist(), strict=True):
        ends = [
            end
            for (_, end), name in zip(stretches(pieces), pieces.names, strict=True)
            if name == word
        ]
        counts = Counter(values[end - 1] for end in ends)
        most = max(counts.values(), default=0)
        assert label == min((of for of, n in counts.items() if n == most), default=-1)


def test_the_label_of_a_word_is_that_of_its_last_token():
    pieces = cut("ab a ab")
    track = labelled(pieces, [0, 1, 0, 2, 0, 0, 1])
    assert lv.labels_of_words(pieces, ["a", "ab"], track).tolist() == [2, 1]
    assert lv.labels_of_words(pieces, [], track).tolist() == []


@pytest.mark.parametrize("kind", ["scalar", "top-k"])
def test_words_have_no_label_of_a_track_without_labels(kind: str):
    track = lv.Track("depth", "depth", kind, np.zeros(3))
    with pytest.raises(lv.TrackError, match="the track 'depth' has none"):
        lv.labels_of_words(cut("a b"), ["a"], track)
