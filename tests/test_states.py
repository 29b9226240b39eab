"""States of a corpus against traces of its documents; what is kept of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_tensors

from lstmvis_core import (
    KINDS,
    Corpus,
    CorpusStates,
    ModelConfig,
    Progress,
    SelectionError,
    SequenceModel,
    StatesError,
    Vocabulary,
    corpus_states,
    outputs,
    outputs_of_corpus,
    reading,
    trace_text,
)
from lstmvis_core.states import computing
from tests.small import DOCUMENTS, labelling_model

CLOSE = {"rtol": 0, "atol": 1e-5}
# -- states ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("cold")
def test_states_of_a_corpus_are_those_of_each_document(model: SequenceModel, texts: Corpus):
    traces = [trace_text(model, document) for document in DOCUMENTS if document]
    for layer in (1, 2):
        for kind in KINDS[model.config.cell]:
            found = corpus_states(model, texts, layer, kind)
            expected = np.concatenate([trace.states(layer, kind) for trace in traces])
            np.testing.assert_allclose(found.values, expected.T, **CLOSE, err_msg=kind)


@settings(max_examples=40)
@given(
    documents=st.lists(st.text("abc() .\n?", max_size=20), min_size=1, max_size=12).filter(any),
    chunk=st.integers(1, 40),
    lanes=st.integers(1, 5),
)
def test_however_documents_are_read_their_states_are_the_same(lstm, documents, chunk, lanes):
    corpus = Corpus("any", "Any", tuple(documents))
    parts = [trace_text(lstm, document).states(2, "cell") for document in documents if document]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "CHUNK", chunk)
        patch.setattr(reading, "LANES", lanes)
        patch.setenv("HIDDEN_STATES_CACHE", "/dev/null/nowhere")
        found = corpus_states(lstm, corpus, 2, "cell")
    np.testing.assert_allclose(found.values, np.concatenate(parts).T, **CLOSE)


@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("chunk", [4096, 60])
def test_a_model_of_both_directions_reads_whole_documents(
    cell, chunk, texts, monkeypatch, tmp_path
):
    monkeypatch.setenv("HIDDEN_STATES_CACHE", str(tmp_path / "cold"))
    monkeypatch.setattr(reading, "CHUNK", chunk)
    model = labelling_model("tagger", cell, bidirectional=True)
    traces = [trace_text(model, document) for document in DOCUMENTS if document]
    for layer in range(1, 5):
        for kind in KINDS[cell]:
            found = corpus_states(model, texts, layer, kind)
            expected = np.concatenate([trace.states(layer, kind) for trace in traces])
            np.testing.assert_allclose(found.values, expected.T, **CLOSE, err_msg=f"{layer} {kind}")


@pytest.mark.usefixtures("cold")
def test_a_model_of_both_directions_reads_long_documents_in_pieces(texts: Corpus):
    model = labelling_model("tagger", bidirectional=True)
    pieces = [
        document[i : i + reading.CHUNK]
        for document in DOCUMENTS
        for i in range(0, len(document), reading.CHUNK)
    ]
    traces = [trace_text(model, piece) for piece in pieces]
    for layer in (2, 3):
        expected = np.concatenate([trace.states(layer) for trace in traces])
        np.testing.assert_allclose(corpus_states(model, texts, layer).values, expected.T, **CLOSE)
    best = np.concatenate([trace.log_probabilities.argmax(1) for trace in traces])
    assert outputs_of_corpus(model, texts).guesses[:, 0].tolist() == best.tolist()


def test_breaks_are_the_first_steps_of_the_documents(lstm: SequenceModel, texts: Corpus):
    lengths = [len(document) for document in DOCUMENTS]
    expected = [sum(lengths[:i]) for i in range(len(lengths))]
    assert corpus_states(lstm, texts).breaks.tolist() == expected


def test_a_model_whose_weights_are_not_frozen_is_read_too(texts: Corpus):
    vocabulary = Vocabulary.from_text("abc() .\n")
    model = SequenceModel(ModelConfig("lstm", len(vocabulary), 2, 3, 1), vocabulary).eval()
    expected = trace_text(model, DOCUMENTS[0]).states(1, "cell").T
    found = corpus_states(model, texts, 1, "cell").values[:, : len(DOCUMENTS[0])]
    np.testing.assert_allclose(found, expected, **CLOSE)


def test_the_number_of_threads_is_as_before(
    lstm: SequenceModel, texts: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HIDDEN_STATES_CACHE", str(tmp_path))
    before = torch.get_num_threads()
    within: list[int] = []
    try:
        torch.set_num_threads(2)
        corpus_states(lstm, texts, 2, "output_gate", lambda _: within.append(1))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    assert within


@pytest.mark.parametrize("documents", [("  ",), ("the", " ", "cat the")])
def test_documents_without_a_token_have_no_states(documents: tuple[str, ...]):
    words = Vocabulary.from_text("the cat", level="word")
    model = SequenceModel(ModelConfig("gru", len(words), 2, 3, 1), words).eval()
    texts = Corpus("words", "Words", documents)
    count = sum(len(document.split()) for document in documents)
    assert corpus_states(model, texts).values.shape == (3, count)


def test_a_layer_or_kind_that_is_not_there_is_refused(lstm: SequenceModel, texts: Corpus):
    with pytest.raises(SelectionError, match="layers 1 to 2, not 3"):
        corpus_states(lstm, texts, layer=3)
    with pytest.raises(SelectionError, match="not 'reset_gate'"):
        corpus_states(lstm, texts, kind="reset_gate")


# -- what is kept ------------------------------------------------------------------------------


@pytest.fixture
def no_reading(monkeypatch) -> Callable[[], None]:
    """From when it is called on, reading a corpus fails."""

    def refuse(*_):
        raise AssertionError("the corpus was read again")

    def forbid() -> None:
        for module in (computing, outputs):
            monkeypatch.setattr(module, "read_corpus", refuse)

    return forbid


def test_a_corpus_is_read_once(lstm, texts, cold, no_reading):
    first = corpus_states(lstm, texts, 2, "cell")
    surprisal = outputs_of_corpus(lstm, texts).surprisal
    no_reading()
    np.testing.assert_array_equal(corpus_states(lstm, texts, 2, "cell").values, first.values)
    np.testing.assert_array_equal(outputs_of_corpus(lstm, texts).surprisal, surprisal)
    with pytest.raises(AssertionError, match="read again"):
        corpus_states(lstm, texts, 1, "cell")
    assert len(list(cold.glob("*.npy"))) == len(list(cold.iterdir())) == 2


@pytest.mark.usefixtures("cold")
def test_thirty_sessions_that_ask_at_once_read_a_corpus_once(lstm, texts, monkeypatch):
    calls = []
    monkeypatch.setattr(
        computing, "read_corpus", lambda *a: calls.append(1) or reading.read_corpus(*a)
    )
    with ThreadPoolExecutor(30) as sessions:
        found = list(
            sessions.map(lambda _: corpus_states(lstm, texts, 2, "cell").values, range(30))
        )
    assert len(calls) == 1
    assert all(np.array_equal(values, found[0]) for values in found)
    np.testing.assert_allclose(
        found[0][:, : len(DOCUMENTS[0])],
        trace_text(lstm, DOCUMENTS[0]).states(2, "cell").T,
        **CLOSE,
    )


def test_an_interrupted_reading_leaves_nothing_behind(lstm, texts, cold):
    def stop(progress: Progress) -> None:
        if progress.done > 0.2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corpus_states(lstm, texts, progress=stop)
    assert not list(cold.glob("*.part"))
    assert np.isfinite(corpus_states(lstm, texts).values).all()


def test_a_damaged_file_is_reported_once_and_made_anew(lstm, texts, cold):
    whole = corpus_states(lstm, texts).values.copy()
    (path,) = cold.glob("*.npy")
    path.write_bytes(path.read_bytes().replace(b"(5, ", b"(4, "))
    with pytest.raises(StatesError, match=f"{path.name} was damaged.* try again"):
        corpus_states(lstm, texts)
    np.testing.assert_array_equal(corpus_states(lstm, texts).values, whole)


def test_models_without_a_revision_do_not_share_a_cache(tiny_model, texts):
    one, other = tiny_model("lstm", seed=1), tiny_model("lstm", seed=2)
    one.revision = other.revision = ""
    for model in (one, other):
        expected = trace_text(model, DOCUMENTS[0]).states(1).T
        found = corpus_states(model, texts).values[:, : len(DOCUMENTS[0])]
        np.testing.assert_allclose(found, expected, **CLOSE)


@pytest.mark.usefixtures("cold")
def test_progress_goes_up_to_one_and_says_what_is_read(lstm, texts):
    told: list[Progress] = []
    corpus_states(lstm, texts, progress=told.append)
    shares = [progress.done for progress in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    assert told[0].doing == f"Reading Texts: {len(texts.text)} tokens"


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


def test_a_safetensors_file_holds_states(tmp_path: Path):
    H = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
    save_file({"hidden": H}, tmp_path / "one.safetensors")
    save_file({"hidden": H, "cell": 2 * H}, tmp_path / "two.safetensors")
    states = CorpusStates.from_safetensors(tmp_path / "one.safetensors", breaks=[0, 4])
    np.testing.assert_array_equal(states.values, H.T)
    assert states.breaks.tolist() == [0, 4]
    states = CorpusStates.from_safetensors(str(tmp_path / "two.safetensors"), "cell")
    np.testing.assert_array_equal(states.values, 2 * H.T)


def test_safetensors_files_that_do_not_fit_are_refused(tmp_path: Path):
    path = tmp_path / "a.safetensors"
    with pytest.raises(StatesError, match=r"a.safetensors is no safetensors file"):
        CorpusStates.from_safetensors(path)
    path.write_bytes(b"no such thing")
    with pytest.raises(StatesError, match=r"a.safetensors is no safetensors file"):
        CorpusStates.from_safetensors(path)
    save_file({"h": np.zeros((2, 2)), "c": np.zeros(2)}, path)
    with pytest.raises(StatesError, match=r"holds the arrays c, h; say which one"):
        CorpusStates.from_safetensors(path)
    with pytest.raises(StatesError, match=r"holds the arrays c, h; not 'x'"):
        CorpusStates.from_safetensors(path, "x")
    with pytest.raises(StatesError, match=r"two-dimensional"):
        CorpusStates.from_safetensors(path, "c")
    save_tensors({"h": torch.zeros(2, 2, dtype=torch.bfloat16)}, path)
    with pytest.raises(StatesError, match=r"h is of a type that NumPy does not have"):
        CorpusStates.from_safetensors(path)
