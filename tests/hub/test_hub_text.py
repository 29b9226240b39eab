"""A text of a data set of the Hub by the real client."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lstmvis_core import MAX_UPLOAD, Corpus, CorpusError, load_hub_text
from tests.hub import standin
from tests.hub.standin import Hub

NAME = "someone/letters"
FILE = "data/letter.txt"
TEXT = "Ein Brief\nfür dich.\n"
Change = Callable[[bytes], str]


@pytest.fixture
def letters(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Change:
    """Publish a letter as a data set; the stand-in has one shelf for models and data sets."""
    answer = standin._Answer._answer

    def answer_as_of_a_model(self: standin._Answer) -> None:
        assert self.path.startswith("/datasets/") or "/datasets/" in self.path
        self.path = self.path.replace("/datasets/", "/", 1)
        answer(self)

    monkeypatch.setattr(standin._Answer, "_answer", answer_as_of_a_model)

    def publish(content: bytes) -> str:
        path = tmp_path / "letters" / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return hub.add(NAME, tmp_path / "letters")

    publish(TEXT.encode())
    return publish


def refusal(*arguments: str) -> str:
    with pytest.raises(CorpusError) as caught:
        load_hub_text(*(arguments or (NAME, FILE)))
    return str(caught.value)


def parts(corpus: Corpus) -> tuple[str, str, tuple[str, ...]]:
    return corpus.id, corpus.title, corpus.documents


# -- what comes --------------------------------------------------------------------------------


def test_a_file_of_a_data_set_is_a_corpus_of_its_commit(hub: Hub, letters: Change):
    commit = letters(TEXT.encode("utf-16"))
    expected = (f"hub:{NAME}@{commit}/{FILE}", f"{FILE} of {NAME}", (TEXT,))
    assert parts(load_hub_text(NAME, FILE)) == expected
    assert parts(load_hub_text(NAME, FILE, commit)) == expected
    assert parts(load_hub_text(NAME, FILE, "main")) == expected


def test_an_older_commit_stays_what_it_was(letters: Change):
    old = letters(b"old")
    new = letters(b"new")
    assert load_hub_text(NAME, FILE, old).text == "old"
    assert load_hub_text(NAME, FILE).text == "new"
    assert load_hub_text(NAME, FILE, new).text == "new"


@pytest.mark.parametrize("trouble", ["gone", "busy", "offline"])
def test_what_was_fetched_is_there_without_the_hub(hub, letters, monkeypatch, trouble: str):
    commit = letters(b"kept")
    load_hub_text(NAME, FILE)
    if trouble == "gone":
        hub.stop()
    elif trouble == "busy":
        hub.status = 503
    else:
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for revision in (None, commit):
        assert load_hub_text(NAME, FILE, revision).text == "kept"
    assert "The cache does not have other.txt" in refusal(NAME, "other.txt")


# -- what is refused ---------------------------------------------------------------------------


def test_a_large_file_is_refused_before_it_is_fetched(hub: Hub, letters: Change):
    letters(b"a" * (MAX_UPLOAD + 1))
    assert "has 5.0 MB; at most 5 MB are read" in refusal()
    assert not any(line.startswith("GET") for line in hub.log)


def test_what_is_no_text_is_refused(letters: Change):
    letters(b"\0\1\2")
    assert f"{FILE} of {NAME} does not look like text" in refusal()


def test_what_is_not_there_is_said(hub: Hub, letters: Change):
    assert refusal(NAME, "no.txt").startswith(f"The data set {NAME} has no file no.txt.")
    assert "has no repository datasets/someone/none" in refusal("someone/none", FILE)
    assert "no revision 'v9'" in refusal(NAME, FILE, "v9")
    hub.gated.add(NAME)
    assert f"Ask for access at {hub.url}/datasets/{NAME}" in refusal()


def test_a_download_that_breaks_off_leaves_no_corpus(hub: Hub, letters: Change):
    letters(b"a" * 10_000)
    hub.sent = 0.5
    assert "broke off before it was whole" in refusal()
    hub.sent = 1.0
    assert len(load_hub_text(NAME, FILE).text) == 10_000


@pytest.mark.parametrize(
    ("repository", "filename", "revision", "said"),
    [
        ("letters", FILE, None, "is no data set"),
        ("../letters", FILE, None, "is no data set"),
        ("a/b/c", FILE, None, "is no data set"),
        (NAME, FILE, "../main", "is no data set"),
        (NAME, "", None, "does not name a file"),
        (NAME, "../secret.txt", None, "does not name a file"),
        (NAME, "/etc/passwd", None, "does not name a file"),
        (NAME, "a\\b.txt", None, "does not name a file"),
        (NAME, "a?b#c", None, "does not name a file"),
        (NAME, "a\nb", None, "does not name a file"),
    ],
)
def test_names_that_name_nothing_are_never_asked_for(hub, repository, filename, revision, said):
    with pytest.raises(CorpusError, match=said):
        load_hub_text(repository, filename, revision)
    assert hub.log == []
