"""Texts of the user's own: encodings, line ends, paragraphs, and what is no text."""

import gzip
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core import MAX_UPLOAD, CorpusError, corpus_from_bytes

LETTER = "Ein Brief –\nfür „dich“.\n"


def documents(data: bytes, **options: bool) -> tuple[str, ...]:
    return corpus_from_bytes(data, "letter.txt", **options).documents


# -- encodings ---------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_usual_encodings_are_told_apart(encoding: str):
    assert documents(LETTER.encode(encoding)) == (LETTER,)


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_a_byte_order_mark_says_how_utf_16_is_read(mark: bytes):
    encoding = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    assert documents(mark + LETTER.encode(encoding)) == (LETTER,)


def test_what_windows_has_no_character_for_is_latin_1():
    text = "café\x81 " * 30 + "n" * 3000
    assert documents(text.encode("latin-1")) == (text,)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_any_text_in_utf_8_is_read_as_it_is(text: str):
    if text.strip() and not text.startswith("\ufeff"):
        assert documents(text.encode()) == (text,)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_become_line_feeds(end: str):
    assert documents(f"one{end}two{end}{end}".encode()) == ("one\ntwo\n\n",)


# -- documents ---------------------------------------------------------------------------------


def test_paragraphs_are_documents_on_request():
    text = b"\n \t\nA title\n\nFirst line\nand second.\r\n \r\n\n\n  indented\n\n\n"
    assert documents(text, at_blank_lines=True) == (
        "A title\n",
        "First line\nand second.\n",
        "  indented\n",
    )
    assert len(documents(text)) == 1


@given(st.text(st.sampled_from("ab \t\n\r"), max_size=60))
def test_paragraphs_have_no_blank_line_and_lose_nothing_else(text: str):
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        with pytest.raises(CorpusError, match="empty"):
            documents(text.encode(), at_blank_lines=True)
        return
    found = documents(text.encode(), at_blank_lines=True)
    lines = [line for line in plain.split("\n") if line.strip()]
    assert [line for document in found for line in document.split("\n") if line.strip()] == lines
    for document in found:
        assert not re.search(r"\n[ \t]*\n", document)
        assert document.split("\n")[0].strip()


def test_title_and_id_are_those_of_name_and_content():
    one, same = corpus_from_bytes(b"a\n\nb", "one.txt"), corpus_from_bytes(b"a\r\n\r\nb", "two.txt")
    assert (one.title, same.title) == ("one.txt", "two.txt")
    assert one.id == same.id == f"own-{one.revision}"
    assert re.fullmatch("own-[0-9a-f]{12}", one.id)
    assert corpus_from_bytes(b"a\n\nb", "one.txt", at_blank_lines=True).id != one.id


# -- what is refused ---------------------------------------------------------------------------

PICTURE = b"\x89PNG\r\n\x1a\n" + zlib.compress(bytes(range(256)) * 9)


@pytest.mark.parametrize(
    "data",
    [
        b"a\0b",
        PICTURE,
        gzip.compress(LETTER.encode() * 50).replace(b"\0", b"\1"),
        LETTER.encode("utf-16-le"),
        LETTER.encode("utf-32"),
    ],
    ids=["nul", "picture", "gzip", "utf-16 without a mark", "utf-32"],
)
def test_what_does_not_look_like_text_is_refused(data: bytes):
    with pytest.raises(CorpusError, match=r"^letter.txt does not look like text\. Save it as"):
        documents(data)


@pytest.mark.parametrize("data", [b"", b" \n\n\t", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(data: bytes):
    with pytest.raises(CorpusError, match=r"^letter.txt is empty"):
        documents(data)


def test_a_file_of_more_than_five_megabytes_is_refused():
    assert len(documents(b"a" * MAX_UPLOAD)[0]) == MAX_UPLOAD == 5_000_000
    with pytest.raises(CorpusError, match=r"letter.txt has 5.1 MB; at most 5 MB are read"):
        documents(b"a" * 5_100_000)
