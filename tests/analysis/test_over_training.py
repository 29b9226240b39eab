"""Units of checkpoints, against the checkpoints read one by one."""

import numpy as np
import pytest

import lstmvis_core as lv
from lstmvis_core.analysis.over_training import beginning

ID, STEPS = "prose-epochs", 400


@pytest.fixture(scope="module")
def corpus() -> lv.Corpus:
    documents = lv.load_corpus("stories").documents
    return lv.Corpus("short", "Short", tuple(one[:300] for one in documents[:3]))


def read(corpus: lv.Corpus, layer: int, kind: str) -> list[np.ndarray]:
    """States of the first steps at each checkpoint, by reading the texts: (time_step, unit)."""
    found = []
    for step in lv.list_checkpoints(ID):
        model = lv.load_model(f"{ID}@{step}")
        traces = [lv.trace_text(model, text) for text in corpus.documents]
        found.append(np.concatenate([trace.states(layer, kind) for trace in traces])[:STEPS])
    return found


@pytest.mark.parametrize(("layer", "kind"), [(1, "hidden"), (2, "tanh_cell")])
def test_likeness_is_the_correlation_with_the_last_checkpoint(corpus, layer, kind):
    found = lv.over_training(ID, corpus, layer, kind, steps=STEPS)
    states = read(corpus, layer, kind)
    assert found.steps == tuple(lv.list_checkpoints(ID))
    assert found.likeness.shape == found.scores.shape == (len(states), 128)
    for row, one in zip(found.likeness, states, strict=True):
        for unit in range(0, 128, 9):
            r = np.corrcoef(one[:, unit], states[-1][:, unit])[0, 1]
            assert row[unit] == pytest.approx(r, abs=1e-4)
    assert np.isnan(found.scores).all()


def test_scores_are_those_of_rank_units(corpus):
    quoted = np.array([c in "aeiou" for c in corpus.text])
    known = np.arange(len(quoted)) % 3 > 0
    found = lv.over_training(ID, corpus, 1, values=quoted, known=known, steps=STEPS)
    for row, one in zip(found.scores, read(corpus, 1, "hidden"), strict=True):
        scores = lv.rank_units(one, quoted[:STEPS], known=known[:STEPS])
        assert row == pytest.approx(scores, abs=1e-3)


def test_the_sharpest_rise_is_away_from_what_says_nothing():
    scores = np.array([[0.5, 0.5, 0.9, np.nan], [0.4, 0.6, 0.7, 0.6], [0.1, 0.8, 0.5, 0.7]])
    found = lv.OverTraining((0, 10, 100), np.zeros((3, 4)), scores)
    rises = [found.sharpest_rise(unit, 0.5) for unit in range(4)]
    assert rises == [(1, 2), (1, 2), None, None]
    assert found.sharpest_rise(0, 0.0) is None
    assert found.sharpest_rise(1, 0.0) == (1, 2)


def test_progress_covers_all_checkpoints(corpus, tmp_path, monkeypatch):
    monkeypatch.setenv("HIDDEN_STATES_CACHE", str(tmp_path))
    told: list[lv.Progress] = []
    lv.over_training(ID, corpus, steps=50, progress=told.append)
    done = [one.done for one in told]
    assert done == sorted(done)
    assert done[-1] == 1
    assert "checkpoint 9 of 9" in told[-1].doing


def test_what_cannot_be_is_said(corpus):
    with pytest.raises(lv.ModelError, match="no checkpoints"):
        lv.over_training("parens", corpus)
    with pytest.raises(lv.StatesError, match="400 steps"):
        lv.over_training(ID, corpus, values=np.zeros(10, bool), steps=STEPS)


# -- the beginning of a corpus -----------------------------------------------------------------


@pytest.mark.parametrize("steps", [1, 12, 300, 301, 650, 899])
def test_a_beginning_has_the_first_tokens(corpus, steps):
    model = lv.load_model("prose")
    piece = beginning(corpus, model.vocabulary, steps)
    assert piece.text == corpus.text[:steps]
    assert len(piece.tokens(model.vocabulary)[0]) == steps
    assert [len(one) for one in piece.documents[:-1]] == [300] * (len(piece.documents) - 1)
    assert all(piece.documents)


def test_a_beginning_of_words_has_the_first_words():
    model, corpus = lv.load_model("tagger"), lv.load_corpus("reviews")
    whole, _ = corpus.tokens(model.vocabulary)
    for steps in (1, 7, 100, 1000):
        piece, _ = beginning(corpus, model.vocabulary, steps).tokens(model.vocabulary)
        assert piece.strings == whole.strings[:steps]


def test_a_beginning_keeps_what_the_corpus_knows():
    corpus, model = lv.load_corpus("parens"), lv.load_model("parens")
    piece = beginning(corpus, model.vocabulary, 500)
    assert piece.tracks["level"].values == tuple(corpus.tracks["level"][:500])
    assert beginning(corpus, model.vocabulary, 10**6) is corpus
