"""States of a corpus against traces of its documents; the cache; the embedded corpora."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from lstmvis_core import (
    KINDS,
    Corpus,
    CorpusError,
    CorpusStates,
    ModelConfig,
    SelectionError,
    SequenceModel,
    StatesError,
    Vocabulary,
    corpus,
    corpus_states,
    corpus_surprisal,
    list_corpora,
    load_corpus,
    trace_text,
)
from lstmvis_core.grammars import nesting_level

CLOSE = {"rtol": 0, "atol": 1e-5}
DOCUMENTS = ("(a b) (c (b.))\nab" * 3, "b", "", "(ab.)" * 4, "a" * 16)


@pytest.fixture
def texts() -> Corpus:
    """Documents of unequal length, one of them empty."""
    return Corpus("texts", "Texts", DOCUMENTS)


@pytest.fixture(params=[4, 512], ids=["many chunks", "one chunk"])
def cold(request, monkeypatch, tmp_path) -> Path:
    """An empty cache, and a chunk shorter or longer than the documents."""
    monkeypatch.setenv("HIDDEN_STATES_CACHE", str(tmp_path / "cold"))
    monkeypatch.setattr(corpus, "CHUNK", request.param)
    return tmp_path / "cold"


# -- states ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("cold")
def test_states_of_a_corpus_are_those_of_each_document(model: SequenceModel, texts: Corpus):
    traces = [trace_text(model, document) for document in DOCUMENTS if document]
    for layer in (1, 2):
        for kind in KINDS[model.config.cell]:
            states = corpus_states(model, texts, layer, kind)
            expected = np.concatenate([trace.states(layer, kind) for trace in traces])
            np.testing.assert_allclose(states.values, expected.T, **CLOSE, err_msg=kind)


def test_breaks_are_the_first_steps_of_the_documents(lstm: SequenceModel, texts: Corpus):
    lengths = [len(document) for document in DOCUMENTS]
    expected = [sum(lengths[:i]) for i in range(len(lengths))]
    assert corpus_states(lstm, texts).breaks.tolist() == expected


@pytest.mark.usefixtures("cold")
def test_surprisal_of_a_corpus_is_that_of_each_document(model: SequenceModel, texts: Corpus):
    expected = [trace_text(model, document).surprisal for document in DOCUMENTS if document]
    surprisal = corpus_surprisal(model, texts)
    np.testing.assert_allclose(surprisal, np.concatenate(expected), **CLOSE)


@pytest.mark.parametrize("documents", [("  ",), ("the", " ", "cat the")])
def test_documents_without_a_token_have_no_states(documents: tuple[str, ...]):
    words = Vocabulary.from_text("the cat", level="word")
    model = SequenceModel(ModelConfig("gru", len(words), 2, 3, 1), words).eval()
    texts = Corpus("words", "Words", documents)
    count = sum(len(document.split()) for document in documents)
    assert corpus_states(model, texts).values.shape == (3, count)
    assert np.isnan(corpus_surprisal(model, texts)).sum() == sum(
        map(bool, map(str.strip, documents))
    )


def test_tokens_of_a_corpus_stand_in_its_text(texts: Corpus):
    tokens, breaks = texts.tokens(Vocabulary.from_text("abc() .\n"))
    assert tokens.text == "".join(DOCUMENTS)
    assert [tokens.text[offset] for offset in tokens.offsets] == list(tokens.strings)
    assert [int(tokens.offsets[b]) for b in breaks[:2]] == [0, len(DOCUMENTS[0])]


def test_a_layer_or_kind_that_is_not_there_is_refused(lstm: SequenceModel, texts: Corpus):
    with pytest.raises(SelectionError, match="layers 1 to 2, not 3"):
        corpus_states(lstm, texts, layer=3)
    with pytest.raises(SelectionError, match="not 'reset_gate'"):
        corpus_states(lstm, texts, kind="reset_gate")


# -- the cache ---------------------------------------------------------------------------------


@pytest.fixture
def no_reading(monkeypatch):
    """From when it is called on, reading a corpus fails."""

    def refuse(*_):
        raise AssertionError("the corpus was read again")

    return lambda: monkeypatch.setattr(corpus, "_read_corpus", refuse)


def test_a_corpus_is_read_once(lstm, texts, cold, no_reading):
    first = corpus_states(lstm, texts, 2, "cell")
    surprisal = corpus_surprisal(lstm, texts)
    no_reading()
    np.testing.assert_array_equal(corpus_states(lstm, texts, 2, "cell").values, first.values)
    np.testing.assert_array_equal(corpus_surprisal(lstm, texts), surprisal)
    with pytest.raises(AssertionError, match="read again"):
        corpus_states(lstm, texts, 1, "cell")
    assert len(list(cold.glob("*.npy"))) == 2


def test_an_interrupted_reading_leaves_nothing_behind_that_counts(lstm, texts, cold):
    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corpus_states(lstm, texts, progress=stop)
    assert not list(cold.glob("*.npy"))
    assert np.isfinite(corpus_states(lstm, texts).values).all()


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: b"no array",
        lambda content: content[:40],
        lambda content: content[:-4],
        lambda content: content.replace(b"<f4", b"<i4"),
        lambda content: content.replace(b"(5, ", b"(4, "),
    ],
    ids=["empty", "no array", "half a header", "short", "integers", "fewer units"],
)
def test_a_damaged_cache_is_reported_once_and_made_anew(lstm, texts, cold, damage):
    whole = corpus_states(lstm, texts).values.copy()
    (path,) = cold.glob("*.npy")
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(StatesError, match=f"{path.name} was damaged.* try again"):
        corpus_states(lstm, texts)
    np.testing.assert_array_equal(corpus_states(lstm, texts).values, whole)


def test_models_without_a_revision_do_not_share_a_cache(tiny_model, texts):
    one, other = tiny_model("lstm", seed=1), tiny_model("lstm", seed=2)
    one.revision = other.revision = ""
    for model in (one, other):
        expected = trace_text(model, DOCUMENTS[0]).states(1).T
        states = corpus_states(model, texts).values[:, : len(DOCUMENTS[0])]
        np.testing.assert_allclose(states, expected, **CLOSE)


def test_another_text_is_another_revision():
    revisions = {
        Corpus("a", "A", d).revision for d in [("ab",), ("a", "b"), ("a", "", "b"), ("b",)]
    }
    assert len(revisions) == 4


@pytest.mark.usefixtures("cold")
def test_progress_goes_up_to_one(lstm, texts):
    shares: list[float] = []
    corpus_states(lstm, texts, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert all(0 < share <= 1 for share in shares)


def test_states_of_a_corpus_cannot_be_written_into(lstm, texts):
    with pytest.raises(ValueError, match="read-only"):
        corpus_states(lstm, texts).values[0, 0] = 1


# -- states from elsewhere ---------------------------------------------------------------------


def test_an_array_of_steps_by_units_is_seen_unit_by_unit():
    states = CorpusStates.from_array(np.array([[1, 2], [3, 4], [5, 6]]), breaks=[0, 2])
    assert states.values.tolist() == [[1, 3, 5], [2, 4, 6]]
    assert states.values.dtype == np.float32
    assert states.breaks.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("shape", "breaks", "message"),
    [
        ((4,), [0], r"two-dimensional.*shape \(4,\)"),
        ((4, 2, 2), [0], "two-dimensional"),
        ((4, 2), [], "beginning with 0"),
        ((4, 2), [1], r"got \[1\]"),
        ((4, 2), [0, 5], "none beyond the 4 steps"),
        ((4, 2), [0, 3, 2], "sorted"),
        ((4, 2), [0, -1], "sorted"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(shape, breaks, message):
    with pytest.raises(StatesError, match=message):
        CorpusStates.from_array(np.zeros(shape), breaks)


# -- embedded corpora --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stories() -> Corpus:
    return load_corpus("stories")


@pytest.fixture(scope="module")
def parens() -> Corpus:
    return load_corpus("parens")


@pytest.mark.parametrize("id", list_corpora())
def test_every_embedded_corpus_loads(id: str):
    loaded = load_corpus(id)
    assert loaded.id == id
    assert loaded.title
    assert all(document.strip() for document in loaded.documents)
    assert all(len(values) == len(loaded.text) for values in loaded.tracks.values())


def test_stories_are_plain_text_in_short_lines(stories: Corpus):
    assert len(stories.text) >= 60_000
    assert stories.text.isascii()
    assert max(map(len, stories.text.split("\n"))) <= 70
    assert set(stories.text) & set("\t\r") == set()


def test_no_long_sentence_of_the_stories_comes_twice(stories: Corpus):
    sentences = [
        " ".join(re.findall(r"[\w']+", sentence.lower()))
        for document in stories.documents
        for sentence in re.split(r"[.!?]+\W|\n\n", document)
    ]
    long = Counter(sentence for sentence in sentences if len(sentence.split()) > 5)
    assert len(long) > 900
    assert [sentence for sentence, count in long.items() if count > 1] == []


def test_levels_of_the_counting_language_are_counted_document_by_document(parens: Corpus):
    levels = list(parens.tracks["level"])
    assert levels == [n for document in parens.documents for n in nesting_level(document)]
    assert set(levels) == {0, 1, 2, 3, 4}


def test_an_unknown_corpus_is_refused():
    with pytest.raises(CorpusError, match="no corpus 'bible'. Known are .*stories"):
        load_corpus("bible")


@pytest.mark.parametrize("documents", [(), ("",), ("", "")])
def test_a_corpus_without_text_is_refused(documents: tuple[str, ...]):
    with pytest.raises(CorpusError, match="'nothing' holds no text"):
        Corpus("nothing", "Nothing", documents)
