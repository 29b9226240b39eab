"""Text to tokens: nothing typed is altered, and nothing typed is refused."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lstmvis_core import TextError, Tokens, Vocabulary

CHARACTERS = Vocabulary.from_text("abc e'\"-.\n")
WORDS = Vocabulary.from_text("the cat isn't here , .\n", level="word")
SYMBOLS = Vocabulary.from_text("C Am F G7 C", level="symbol")

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


@pytest.mark.parametrize(
    ("typed", "strings"),
    [
        ("don't", ("do", "n't")),
        ("DON'T", ("DO", "N'T")),
        ("can't won’t", ("ca", "n't", "wo", "n’t")),
        ("do n't", ("do", "n't")),
        ("the dog's tail", ("the", "dog", "'s", "tail")),
        ("it’s", ("it", "’s")),
        ("dogs' tails", ("dogs", "'", "tails")),
        ("I'll I'd've", ("I", "'ll", "I", "'d", "'ve")),
        ("we're I'm they've", ("we", "'re", "I", "'m", "they", "'ve")),
        ("café's caféne\u0301n't", ("café", "'s", "caféne\u0301", "n't")),
        ("o'clock rock'n'roll y'all", ("o'clock", "rock'n'roll", "y'all")),
        ("don'ts 's", ("don'ts", "'", "s")),
        ("'quoted'", ("'", "quoted", "'")),
        ("n't", ("n't",)),
    ],
)
def test_short_forms_are_tokens_of_their_own(typed: str, strings: tuple[str, ...]):
    assert WORDS.encode(typed).strings == strings


def test_a_short_form_is_the_same_whichever_apostrophe_is_typed():
    assert read_as(WORDS, "isn't isn’t") == ("is", "n't", "is", "n't")


@pytest.mark.parametrize(
    ("typed", "strings"),
    [
        ("1,812 men", ("1,812", "men")),
        ("3.14, 2.", ("3.14", ",", "2", ".")),
        ("1,234,567.89", ("1,234,567.89",)),
        ("in 1812.", ("in", "1812", ".")),
        ("1, 2", ("1", ",", "2")),
        ("2nd 90s 4x4", ("2nd", "90s", "4x4")),
        ("7-8 £5 10%", ("7", "-", "8", "£", "5", "10", "%")),
    ],
)
def test_numbers_keep_together(typed: str, strings: tuple[str, ...]):
    assert WORDS.encode(typed).strings == strings


@pytest.mark.parametrize(
    ("typed", "strings"),
    [
        ("wait... no -- yes", ("wait", "...", "no", "--", "yes")),
        ("e\u0301te\u0301", ("e\u0301te\u0301",)),
        ("a-b_c", ("a", "-", "b_c")),
        ("!?", ("!", "?")),
        ("\u0301", ("\u0301",)),
    ],
)
def test_marks_are_tokens_and_accents_stay_with_their_letter(typed, strings):
    assert WORDS.encode(typed).strings == strings


def test_a_capitalised_word_is_read_as_the_small_one_where_only_that_is_known():
    assert read_as(WORDS, "The") == ("the",)


def test_an_unknown_word_is_one_unknown_token():
    assert WORDS.encode("the dog").unknown.tolist() == [False, True]


# -- symbols -----------------------------------------------------------------------------------


def test_a_symbol_is_what_stands_between_blanks():
    tokens = SYMBOLS.encode(" C  F#m7b5\nG7 ")
    assert tokens.strings == ("C", "F#m7b5", "G7")
    assert tokens.offsets.tolist() == [1, 4, 11]
    assert tokens.unknown.tolist() == [False, True, False]


def test_a_symbol_is_not_read_as_another():
    assert SYMBOLS.encode("am AM c g0").unknown.all()
    assert read_as(SYMBOLS, "Am") == ("Am",)


# -- every text --------------------------------------------------------------------------------


@given(any_text)
@example("e\u0301")
def test_the_characters_of_any_text_give_it_back(text: str):
    tokens = CHARACTERS.encode(text)
    assert "".join(tokens.strings) == text
    assert tokens.offsets.tolist() == list(range(len(text)))


@pytest.mark.parametrize("vocabulary", [CHARACTERS, WORDS, SYMBOLS], ids=lambda v: v.level)
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


@given(any_text)
def test_nothing_but_blanks_stands_between_words(text: str):
    for vocabulary in (WORDS, SYMBOLS):
        rest = list(text)
        tokens = vocabulary.encode(text)
        for string, offset in zip(tokens.strings, tokens.offsets.tolist(), strict=True):
            rest[offset : offset + len(string)] = [""] * len(string)
        assert not "".join(rest).strip()


@pytest.mark.parametrize("part", ["a", "n't", "'s", "1,", "1.", "e\u0301", "a'", "1,a", ".", "don"])
def test_long_texts_are_split_in_time(part: str):
    """A pattern that tried every way to split a text would not come to an end."""
    text = part * 20_000
    assert WORDS.encode(text + "!").strings[-1] == "!"


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


def test_words_of_a_vocabulary_may_all_be_small():
    text = "The Cat saw THE cat. O'Brien"
    small = Vocabulary.from_text(text, level="word", lowercase=True)
    assert small.tokens[1:] == (".", "cat", "o'brien", "saw", "the")
    assert read_as(small, "THE Cat O’BRIEN") == ("the", "cat", "o'brien")
    assert Vocabulary.from_text("aA", lowercase=True).tokens[1:] == ("a",)


def test_both_counts_of_a_word_are_one_where_all_are_small():
    assert "the" in Vocabulary.from_text("The the", "word", min_count=2, lowercase=True).tokens
    assert "the" not in Vocabulary.from_text("The the", "word", min_count=2).tokens


def test_rare_numbers_are_counted_and_read_by_their_shape():
    text = "1812 1812 1,813 5,020 1914 1945 7th 8th"
    vocabulary = Vocabulary.from_text(text, level="word", min_count=2)
    assert vocabulary.tokens[1:] == ("0,000", "0000", "0th", "1812")
    assert read_as(vocabulary, "1812 1789 9,999 6th") == ("1812", "0000", "0,000", "0th")
    assert vocabulary.encode("12 3.5 1,00").unknown.all()


def test_every_time_that_a_rare_number_comes_its_shape_is_counted():
    assert Vocabulary.from_text("12 12 34", "word", min_count=3).tokens[1:] == ("00",)
    assert Vocabulary.from_text("12 12 34", "word", min_count=4).tokens[1:] == ()


def test_a_number_is_not_counted_by_its_shape_where_it_is_frequent():
    vocabulary = Vocabulary.from_text("1812 1812 1914", level="word", min_count=2)
    assert vocabulary.tokens[1:] == ("1812",)


def test_a_rare_number_that_is_its_own_shape_is_counted_once():
    assert "0" not in Vocabulary.from_text("0 a a", level="word", min_count=2).tokens
    assert "0" in Vocabulary.from_text("0 7 a a", level="word", min_count=2).tokens


@pytest.mark.parametrize("level", ["character", "symbol"])
def test_numbers_of_other_levels_have_no_shape(level: str):
    assert Vocabulary.from_text("1 2 3", level, min_count=2).tokens[1:] in ((), (" ",))


def test_the_unknown_token_in_a_text_is_no_token_to_learn():
    vocabulary = Vocabulary.from_text("a \ufffd \ufffd b", level="word")
    assert vocabulary.tokens == ("\ufffd", "a", "b")
    assert vocabulary.encode("a \ufffd").unknown.tolist() == [False, True]


def test_joined_tokens_are_those_of_the_texts_one_after_the_other():
    vocabulary = Vocabulary.from_text("a b c", level="word")
    parts = [vocabulary.encode(text) for text in ("a b", "", " c ?a")]
    both = Tokens.joined(parts)
    assert (both.text, both.strings) == ("a b c ?a", ("a", "b", "c", "?", "a"))
    assert [both.text[at] for at in both.offsets] == list(both.strings)
    assert both.ids.tolist() == [1, 2, 3, 0, 1]
    assert both.unknown.tolist() == [False, False, False, True, False]


@pytest.mark.parametrize(
    ("tokens", "level", "message"),
    [
        (("\ufffd", "a", "a"), "character", "'a'.* come twice"),
        (("a", "b"), "character", "unknown token"),
        (("\ufffd", "ab"), "character", "single characters, not .'ab'"),
        (("\ufffd", "a"), "syllable", "'character', 'word', 'symbol'"),
    ],
)
def test_a_malformed_vocabulary_is_refused(tokens: tuple[str, ...], level: str, message: str):
    with pytest.raises(TextError, match=message):
        Vocabulary(tokens, level)
