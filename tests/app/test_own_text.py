"""A text of one's own as the corpus of Select and Match: a file, or one of a Hub data set."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from pages.ui.corpora import MOST
from pages.ui.link import default_corpus
from pages.ui.words import plain
from tests.app.driver import (
    ZOO_PAGE,
    check,
    click,
    go_to,
    html,
    markdown,
    matches,
    open_select,
    sentences,
    toasts,
    units,
    upload,
    view,
)
from tests.app.test_select_and_match import consistent
from tests.hub.standin import Hub
from tests.hub.test_hub_text import FILE, NAME, Change

SELECT = "pages/1_Select_and_Match.py"
NOTES = b"0 (1 (2 (3 (4 4) 3) 2) 1) 0\n\n((2 2) 1) 0 (1)\n\n0 (1 (2 (3 (4 4 4 4) 3) 2) 1)\n"


def places_of(at: AppTest, corpus: lv.Corpus) -> list[float]:
    """Lengths of the places that the library finds in a corpus for the page's selection."""
    v = view(at)
    states = lv.corpus_states(lv.load_model(v.model), corpus, v.layer, v.kind)
    found = lv.find_matches(
        states,
        np.array(units(at)),
        threshold=v.threshold,
        sign=v.sign,
        off_before=v.before > 0,
        off_after=v.after > 0,
        min_length=v.min_length,
    )
    assert found
    return [match.end - match.start - 0.5 for match in found]


def fetch(at: AppTest, repository: str, file: str) -> None:
    """Ask for a file of a Hub data set."""
    at.text_input(key="hub_text_name").set_value(repository)
    at.text_input(key="hub_text_file").set_value(file)
    click(at, "FormSubmitter:hub_text-Fetch")


# -- a file ------------------------------------------------------------------------------------


def test_a_file_becomes_the_corpus_and_stays_on_offer(unhurried: None):
    at = open_select()
    upload(at, "notes.txt", NOTES)
    own = lv.corpus_from_bytes(NOTES, "notes.txt")
    assert view(at).corpus == own.id
    assert "notes.txt" in at.selectbox(key="corpus").options
    assert matches(at)["b"].tolist() == places_of(at, own)
    assert all(place in NOTES.decode().replace("\n", "⏎") for place in matches(at)["text"])
    consistent(at)
    at.selectbox(key="corpus").set_value("parens")
    check(at.run())
    assert matches(at)["b"].tolist() == places_of(at, lv.load_corpus("parens"))
    go_to(at, ZOO_PAGE)
    go_to(at, SELECT)
    assert view(at).corpus == "parens"
    at.selectbox(key="corpus").set_value(own.id)
    check(at.run())
    assert matches(at)["b"].tolist() == places_of(at, own)
    consistent(at)


def test_each_paragraph_can_be_a_document_of_its_own():
    at = open_select()
    upload(at, "notes.txt", NOTES)
    whole = view(at).corpus
    at.checkbox(key="own_at_blank_lines").check()
    check(at.run())
    apart = lv.corpus_from_bytes(NOTES, "notes.txt", at_blank_lines=True)
    assert len(apart.documents) == 3
    assert view(at).corpus == apart.id != whole
    assert matches(at)["b"].tolist() == places_of(at, apart)
    consistent(at)
    at.checkbox(key="own_at_blank_lines").uncheck()
    check(at.run())
    assert view(at).corpus == whole


def test_texts_of_the_same_name_are_told_apart(unhurried: None):
    at = open_select()
    title = lv.load_corpus("stories").title
    ids = []
    for content in (NOTES, NOTES * 2, NOTES * 3):
        upload(at, title, content)
        ids.append(view(at).corpus)
        consistent(at)
    assert len(set(ids)) == 3
    assert len(set(at.selectbox(key="corpus").options)) == len(at.selectbox(key="corpus").options)
    for id in (*ids, "stories", *ids):
        at.selectbox(key="corpus").set_value(id)
        check(at.run())
        assert view(at).corpus == id
        consistent(at)


def test_the_choice_of_paragraphs_counts_for_the_next_file_and_alone_does_nothing():
    at = open_select()
    before = view(at)
    at.checkbox(key="own_at_blank_lines").check()
    check(at.run())
    assert view(at) == before
    upload(at, "notes.txt", NOTES)
    assert view(at).corpus == lv.corpus_from_bytes(NOTES, "x", at_blank_lines=True).id


def test_a_place_of_a_file_opens_in_the_text_box():
    at = open_select()
    upload(at, "notes.txt", NOTES)
    place = matches(at)["text"][0]
    click(at, "open_button")
    v = view(at)
    assert v.text[v.start : v.end].replace("\n", "⏎") == place
    assert v.text == NOTES.decode()
    consistent(at)


def test_a_file_stays_the_corpus_when_another_model_can_read_the_text():
    at = open_select()
    upload(at, "notes.txt", NOTES)
    own = view(at).corpus
    at.selectbox(key="model").set_value("prose")
    check(at.run())
    assert (view(at).model, view(at).corpus) == ("prose", own)
    consistent(at)


REFUSED = [
    ("large.txt", b"a " * (lv.MAX_UPLOAD // 2 + 1), "at most 5 MB"),
    ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "not look like text"),
    ("nothing.txt", b"", "is empty"),
    ("blank.txt", b" \n\n \n", "is empty"),
    ("![x](http://a.example/b.png) **b**.txt", b"", "is empty"),
]


@pytest.mark.parametrize(("name", "content", "said"), REFUSED, ids=[name for name, *_ in REFUSED])
def test_a_file_that_is_no_text_is_a_sentence_and_changes_nothing(name, content, said):
    at = open_select()
    before = view(at)
    upload(at, name, content)
    assert view(at) == before
    assert said in toasts(at)
    assert plain(name) in toasts(at)
    assert "](http" not in markdown(at)
    consistent(at)


def test_the_name_of_a_file_is_never_read_as_markup():
    at = open_select()
    upload(at, "<img src=x> **bold** ![x](http://a.example).txt", NOTES)
    assert view(at).corpus.startswith("own-")
    assert "<img" not in html(at)
    assert "](http" not in markdown(at)
    consistent(at)


def test_a_file_of_bytes_in_another_encoding_is_read():
    at = open_select()
    upload(at, "notes.txt", NOTES.decode().encode("utf-16"))
    assert matches(at)["b"].tolist() == places_of(at, lv.corpus_from_bytes(NOTES, "notes.txt"))


@pytest.mark.parametrize("model", ["parens", "sentiment"])
def test_a_link_to_a_file_of_somebody_else_opens_with_a_sentence(model: str):
    at = open_select(model=model, corpus="own-0123456789ab", kind="hidden", threshold="0.1")
    assert "somebody's own" in at.warning[0].value.replace("\\", "")
    assert view(at).corpus == default_corpus(model)
    consistent(at)


# -- a file of the Hub -------------------------------------------------------------------------


def test_a_file_of_a_data_set_becomes_the_corpus_and_its_link_names_the_commit(
    hub: Hub, letters: Change
):
    commit = letters(NOTES)
    at = open_select()
    fetch(at, NAME, FILE)
    assert view(at).corpus == f"hub:{NAME}@{commit}/{FILE}"
    assert f"{FILE} of {NAME}" in at.selectbox(key="corpus").options
    expected = places_of(at, lv.corpus_from_bytes(NOTES, "x"))
    assert matches(at)["b"].tolist() == expected
    consistent(at)
    elsewhere = open_select(corpus=view(at).corpus)
    assert not elsewhere.warning
    assert matches(elsewhere)["b"].tolist() == expected


@pytest.mark.parametrize(
    ("repository", "file", "said"),
    [
        ("", "", "does not name a file"),
        ("letters", FILE, "no data set"),
        ("../letters", FILE, "no data set"),
        (NAME, "../secret.txt", "does not name a file"),
        (NAME, "none.txt", "has no file"),
        ("someone/none", FILE, "has no repository"),
        (f"{NAME}@v9", FILE, "no revision"),
        ("<b>x</b> **y**", FILE, "no data set"),
    ],
)
def test_what_is_no_file_of_the_hub_is_a_sentence_and_what_was_typed_stays(
    hub: Hub, letters: Change, repository: str, file: str, said: str
):
    at = open_select()
    before = view(at)
    fetch(at, repository, file)
    assert said in toasts(at).replace("\\", "")
    assert "<b>" not in toasts(at)
    assert view(at) == before
    assert at.text_input(key="hub_text_name").value == repository
    assert at.text_input(key="hub_text_file").value == file
    consistent(at)


def test_a_link_to_a_file_that_the_hub_does_not_have_opens_with_a_sentence(
    hub: Hub, letters: Change
):
    for corpus in (f"hub:{NAME}@{'0' * 40}/{FILE}", f"hub:a/b@{'1' * 40}/c.txt", "hub:x"):
        at = open_select(corpus=corpus)
        assert len(at.warning) == 1
        assert view(at).corpus == default_corpus("parens")
        consistent(at)


def test_without_the_hub_a_text_of_it_is_a_sentence(hub: Hub, letters: Change):
    hub.stop()
    at = open_select()
    fetch(at, NAME, FILE)
    assert toasts(at)
    assert view(at).corpus == "parens"
    assert not sentences(at)


# -- limits ------------------------------------------------------------------------------------


def test_a_session_keeps_the_last_texts(unhurried: None):
    at = open_select()
    notes = [NOTES + b"(%d)" % number for number in range(MOST + 1)]
    for number, content in enumerate(notes):
        upload(at, f"{number}.txt", content)
    offered = at.selectbox(key="corpus").options
    assert [f"{number}.txt" in offered for number in range(MOST + 1)] == [False, *[True] * MOST]


def test_a_class_with_one_file_keeps_it_once_and_a_full_server_says_so(
    monkeypatch: pytest.MonkeyPatch, unhurried: None
):
    size = len(NOTES) / 1e6
    upload(open_select(), "gone.txt", NOTES + b"(0)")  # of a session that has left
    monkeypatch.setenv("HIDDEN_STATES_TEXTS_MB", str(1.5 * size))
    students = [open_select() for _ in range(2)]
    for at in students:
        upload(at, "notes.txt", NOTES)
        assert view(at).corpus.startswith("own-")
    [other, _] = students
    upload(other, "other.txt", NOTES + b"(1)")
    assert plain("there is room for 0.0 MB now") in toasts(other)
    assert view(other).corpus == lv.corpus_from_bytes(NOTES, "notes.txt").id
    monkeypatch.setenv("HIDDEN_STATES_TEXTS_MB", "plenty")
    upload(other, "other.txt", NOTES + b"(1)")
    assert "other.txt" in other.selectbox(key="corpus").options
