"""Text to tokens: nothing typed is altered, and nothing typed is refused."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lstmvis_core import TextError, Vocabulary

CHARACTERS = Vocabulary.from_text("abc e'\"-.\n")
WORDS = Vocabulary.from_text("the cat isn't here , .\n", level="word")

# Any text at all, lone surrogates included, with the difficult characters made likely.
any_text = st.text(
    st.one_of(st.characters(), st.characters(codec=None), st.sampled_from("abe ’“é\u0301ﬁ\n\r\t🙂"))
)


def read_as(vocabulary: Vocabulary, text: str) -> tuple[str, ...]:
    return vocabulary.decode(vocabulary.encode(text).ids)


# -- characters --------------------------------------------------------------------------------


def test_each_character_is_a_token_at_its_place():
    tokens = CHARACTERS.encode("ab c")
    assert tokens.strings == ("a", "b", " ", "c")
    assert tokens.offsets.tolist() == [0, 1, 2, 3]
    assert read_as(CHARACTERS, "ab c") == ("a", "b", " ", "c")
    assert not tokens.unknown.any()


def test_characters_outside_the_vocabulary_are_unknown_and_kept():
    tokens = CHARACTERS.encode("aXb")
    assert tokens.unknown.tolist() == [False, True, False]
    assert tokens.strings == ("a", "X", "b")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("‘a’", "'a'"),
        ("“a”", '"a"'),
        ("«a»", '"a"'),
        ("a–b—c", "a-b-c"),
        ("a…", "a."),
        ("a\u00a0b", "a b"),
    ],
)
def test_typographic_marks_are_read_as_plain_ones(typed: str, read: str):
    tokens = CHARACTERS.encode(typed)
    assert "".join(read_as(CHARACTERS, typed)) == read
    assert "".join(tokens.strings) == typed
    assert not tokens.unknown.any()


def test_an_accent_is_dropped_where_the_plain_letter_is_known():
    assert read_as(CHARACTERS, "é") == ("e",)


def test_a_letter_with_an_accent_is_itself_where_it_is_known():
    assert read_as(Vocabulary.from_text("eé"), "é") == ("é",)


def test_a_combining_accent_is_a_token_of_its_own():
    tokens = CHARACTERS.encode("e\u0301")
    assert tokens.unknown.tolist() == [False, True]
    assert tokens.offsets.tolist() == [0, 1]


def test_a_ligature_is_not_torn_apart():
    assert CHARACTERS.encode("ﬁ").unknown.tolist() == [True]


def test_an_emoji_is_one_unknown_token_a_code_point():
    tokens = CHARACTERS.encode("a👍🏽b")
    assert tokens.strings == ("a", "👍", "🏽", "b")
    assert tokens.offsets.tolist() == [0, 1, 2, 3]
    assert tokens.unknown.tolist() == [False, True, True, False]


def test_right_to_left_text_stays_in_the_order_of_its_characters():
    vocabulary = Vocabulary.from_text("שלום")
    tokens = vocabulary.encode("שלום")
    assert tokens.strings == ("ש", "ל", "ו", "ם")
    assert not tokens.unknown.any()


# -- words -------------------------------------------------------------------------------------


def test_words_marks_and_line_breaks_are_tokens_and_blanks_are_not():
    tokens = WORDS.encode("the  cat,\nhere.")
    assert tokens.strings == ("the", "cat", ",", "\n", "here", ".")
    assert tokens.offsets.tolist() == [0, 5, 8, 9, 10, 14]


def test_a_word_keeps_its_apostrophe_whichever_is_typed():
    assert read_as(WORDS, "isn't isn’t") == ("isn't", "isn't")


def test_a_capitalised_word_is_read_as_the_small_one_where_only_that_is_known():
    assert read_as(WORDS, "The") == ("the",)


def test_an_unknown_word_is_one_unknown_token():
    assert WORDS.encode("the dog").unknown.tolist() == [False, True]


# -- every text --------------------------------------------------------------------------------


@given(any_text)
@example("e\u0301")
def test_the_characters_of_any_text_give_it_back(text: str):
    tokens = CHARACTERS.encode(text)
    assert "".join(tokens.strings) == text
    assert tokens.offsets.tolist() == list(range(len(text)))


@pytest.mark.parametrize("vocabulary", [CHARACTERS, WORDS], ids=["characters", "words"])
@given(text=any_text)
def test_tokens_of_any_text_stand_where_they_say(vocabulary: Vocabulary, text: str):
    tokens = vocabulary.encode(text)
    assert tokens.text == text
    end = 0
    for string, offset in zip(tokens.strings, tokens.offsets.tolist(), strict=True):
        assert offset >= end
        assert text[offset:].startswith(string)
        end = offset + len(string)
    assert set(tokens.ids.tolist()) <= set(range(len(vocabulary)))
    assert ((tokens.ids == 0) == tokens.unknown).all()


@given(text=any_text, data=st.data())
def test_a_span_is_the_typed_text_between_two_tokens(text: str, data: st.DataObject):
    tokens = CHARACTERS.encode(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(0, len(text)))
    assert tokens.span(start, end) == text[start:end]


def test_a_span_of_words_holds_what_stands_between_them():
    tokens = WORDS.encode("the  cat, here")
    assert tokens.span(0, 2) == "the  cat"
    assert tokens.span(1, 1) == ""


@pytest.mark.parametrize("name", ["ids", "offsets", "unknown"])
def test_tokens_cannot_be_written_into(name: str):
    with pytest.raises(ValueError, match="read-only"):
        getattr(CHARACTERS.encode("ab"), name)[0] = 1


# -- vocabularies ------------------------------------------------------------------------------


def test_a_vocabulary_from_text_is_sorted_after_the_unknown_token():
    assert Vocabulary.from_text("cab").tokens == ("\ufffd", "a", "b", "c")


def test_rare_tokens_are_left_out():
    assert Vocabulary.from_text("aab", min_count=2).tokens == ("\ufffd", "a")


@pytest.mark.parametrize(
    ("tokens", "level", "message"),
    [
        (("\ufffd", "a", "a"), "character", "'a'.* come twice"),
        (("a", "b"), "character", "unknown token"),
        (("\ufffd", "ab"), "character", "single characters, not .'ab'"),
        (("\ufffd", "a"), "syllable", "'character', 'word'"),
    ],
)
def test_a_malformed_vocabulary_is_refused(tokens: tuple[str, ...], level: str, message: str):
    with pytest.raises(TextError, match=message):
        Vocabulary(tokens, level)
