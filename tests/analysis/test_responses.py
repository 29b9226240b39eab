"""Expected responses against a loop over all occurrences, and shrinking against a known truth."""

import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.analysis.responses import changes_over
from tests.small import labelling_model

Documents = list[list[tuple[str, int]]]  # words, and how many tokens each has
# More words than one, so that some come once and some documents are empty.
documents = st.lists(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 3)), max_size=8),
    min_size=1,
    max_size=5,
)
both_directions = pytest.mark.parametrize("backward", [False, True])


def pieces_in(documents: Documents) -> lv.Pieces:
    names = tuple(name for document in documents for name, _ in document)
    lengths = np.array([n for document in documents for _, n in document], np.int64)
    breaks = np.cumsum([0, *(len(document) for document in documents)])[:-1]
    return lv.Pieces(names, np.cumsum(lengths) - lengths, np.cumsum(lengths), breaks)


def changes_by_walking(documents: Documents, states: np.ndarray, backward: bool) -> np.ndarray:
    """Of each piece, in the order of the text: (piece, unit)."""
    found, start = [], 0
    for document in documents:
        spans = []
        for _, length in document:
            spans.append((start, start + length))
            start += length
        before, of_document = np.zeros(states.shape[1]), []
        for first, end in reversed(spans) if backward else spans:
            after = states[first if backward else end - 1]
            of_document.append(after - before)
            before = after
        found += reversed(of_document) if backward else of_document
    return np.array(found).reshape(-1, states.shape[1])


def one_word_each(words: np.ndarray, changes: np.ndarray) -> tuple[lv.CorpusStates, lv.Pieces]:
    """Documents of one word, whose state is then its change."""
    at = np.arange(len(words))
    pieces = lv.Pieces(tuple(f"w{word:03}" for word in words), at, at + 1, at.copy())
    return lv.CorpusStates.from_array(changes.astype(np.float32)), pieces


# -- averages ----------------------------------------------------------------------------------

TWO = [[("a", 1), ("b", 1), ("a", 1)], [], [("a", 1), ("b", 1)]]
H_OF_TWO = np.array([[1.0, 0.0], [3.0, -2.0], [2.0, -2.0], [4.0, 0.0], [5.0, 0.0]])


def test_changes_of_two_documents_by_hand():
    found = lv.expected_responses(lv.CorpusStates.from_array(H_OF_TWO), pieces_in(TWO), least=1)
    # Changes of a: 1, −1, 4 and 0, 0, 0; of b: 2, 1 and −2, 0.
    assert found.words == ("a", "b")
    assert found.counts.tolist() == [3, 2]
    np.testing.assert_allclose(found.mean, [[4 / 3, 0], [1.5, -1]], rtol=1e-6)
    np.testing.assert_allclose(found.variation, np.sqrt([23 / 5, 4 / 5]), rtol=1e-6)
    np.testing.assert_allclose(found.within, [(38 / 3 + 1 / 2) / 3, 2 / 3], rtol=1e-6)
    np.testing.assert_allclose(found.percentiles[1, :, 0], [1.09, 1.25, 1.75, 1.91], rtol=1e-6)
    assert found.index == {"a": 0, "b": 1}


def test_a_layer_that_reads_from_the_end_changes_from_what_follows():
    found = lv.expected_responses(
        lv.CorpusStates.from_array(H_OF_TWO), pieces_in(TWO), least=1, backward=True
    )
    # Changes of a: −2, 2, −1 and 2, −2, 0; of b: 1, 5 and 0, 0.
    np.testing.assert_allclose(found.mean, [[-1 / 3, 0], [3, 0]], rtol=1e-6)


@both_directions
@settings(max_examples=60)
@given(documents=documents, seed=st.integers(0, 2**32), units=st.sampled_from([1, 3, 16, 17, 33]))
@example(
    documents=[[("b", 1), ("b", 1)] + 18 * [("a", 1)]], seed=0, units=1
)  # the rarest come first
def test_every_average_is_that_of_a_loop(
    backward: bool, documents: Documents, seed: int, units: int
):
    pieces = pieces_in(documents)
    steps = int(pieces.ends[-1]) if len(pieces) else 0
    H = np.random.default_rng(seed).normal(size=(steps, units)).astype(np.float32)
    states = lv.CorpusStates.from_array(H)
    found = lv.expected_responses(states, pieces, most=None, least=1, backward=backward)
    changes = changes_by_walking(documents, H.astype(float), backward)
    assert sorted(found.words) == sorted(set(pieces.names))
    squares = np.zeros(units)
    for row, word in enumerate(found.words):
        at = [place for place, name in enumerate(pieces.names) if name == word]
        assert found.counts[row] == len(at)
        np.testing.assert_allclose(found.mean[row], changes[at].mean(axis=0), atol=1e-5)
        by_numpy = np.percentile(changes[at], (9, 25, 75, 91), axis=0)
        np.testing.assert_allclose(found.percentiles[row], by_numpy, atol=1e-5)
        np.testing.assert_allclose(found.variances[row], changes[at].var(axis=0), atol=1e-5)
        squares += ((changes[at] - changes[at].mean(axis=0)) ** 2).sum(axis=0)
        for block in range(10):
            inside = [place for place in at if int(place * 10 / len(pieces)) == block]
            assert found.block_counts[block, row] == len(inside)
            expected = changes[inside].sum(axis=0)
            np.testing.assert_allclose(found.sums[block, row], expected, atol=1e-5)
    free = max(len(pieces) - len(found.words), 1)
    np.testing.assert_allclose(found.within, squares / free, atol=1e-5)
    power = (changes**2).sum(axis=0) / max(len(pieces), 1)
    np.testing.assert_allclose(found.variation, np.sqrt(power), atol=1e-5)


@both_directions
@given(documents=documents, seed=st.integers(0, 2**32))
def test_all_changes_of_a_document_add_up_to_its_last_state(
    backward: bool, documents: Documents, seed: int
):
    pieces = pieces_in(documents)
    sizes = [sum(length for _, length in document) for document in documents]
    values = np.random.default_rng(seed).normal(size=(4, sum(sizes)))
    changes = changes_over(values, pieces, backward)
    step = piece = 0
    for document, size in zip(documents, sizes, strict=True):
        if size:
            last = values[:, step if backward else step + size - 1]
            summed = changes[:, piece : piece + len(document)].sum(axis=1)
            np.testing.assert_allclose(summed, last, atol=1e-12)
        step, piece = step + size, piece + len(document)


def test_the_most_frequent_words_come_first_and_rare_ones_not_at_all():
    text = "dbabdacddbacce"  # d 4, b, a and c 3, e 1
    pieces = pieces_in([[(name, 1) for name in text]])
    states = lv.CorpusStates.from_array(np.random.default_rng(0).normal(size=(len(text), 2)))
    limits = [(300, 1, "dabce"), (None, 1, "dabce"), (2, 1, "da"), (9, 3, "dabc")]
    for most, least, words in limits:
        found = lv.expected_responses(states, pieces, most=most, least=least)
        assert "".join(found.words) == words
    assert not lv.expected_responses(states, pieces).words, "all come less than 5 times"
    some, every = (lv.expected_responses(states, pieces, least=n) for n in (4, 1))
    assert some.mean.tolist() == every.mean[:1].tolist()
    assert some.variation.tolist() == every.variation.tolist(), "of all changes, of any word"


def test_states_of_other_steps_and_without_end_are_refused():
    pieces = pieces_in([[("a", 2), ("b", 1)]])
    for steps in (0, 2, 4):
        with pytest.raises(lv.StatesError, match=f"cover 3 steps, and there are states of {steps}"):
            lv.expected_responses(lv.CorpusStates.from_array(np.zeros((steps, 2))), pieces)
    for wrong in (np.nan, np.inf, -np.inf):
        H = np.zeros((3, 20))
        H[1, 18] = wrong
        with pytest.raises(lv.StatesError, match="infinite or no numbers"):
            lv.expected_responses(lv.CorpusStates.from_array(H), pieces)


# -- shrinking ---------------------------------------------------------------------------------


def test_means_are_shrunk_by_what_chance_makes_of_them():
    two = lv.Responses(
        words=("a", "b"),
        counts=np.array([4, 1]),
        mean=np.array([[2.0, 0.5, 0.0], [1.0, -0.5, 0.0]]),
        percentiles=np.zeros((2, 4, 3)),
        variation=np.array([2.0, 1.0, 0.0]),
        variances=np.array([[0.75, 0.75, 0.0], [0.0, 0.0, 0.0]]),
        sums=np.zeros((10, 2, 3)),
        block_counts=np.zeros((10, 2)),
    )
    # σ² is 4 · 0.75 / (5 − 2) = 1, σ²/n is 1/4 and 1, τ² = ((4 − 1/4) + (1 − 1)) / 2 = 15/8.
    # The second unit's means are no larger than chance makes them; the third one never moves.
    expected = [[2 * (15 / 17) / 2, 0, 0], [1 * (15 / 23) / 2, 0, 0]]
    np.testing.assert_allclose(two.scaled, expected, rtol=1e-6)


def noisy(seed: int, words: int = 300) -> tuple[lv.Responses, np.ndarray]:
    """Words read 1 to 60 times; units of a strong, a weak and no effect, and one that is dead."""
    draws = np.random.default_rng(seed)
    truth = draws.normal(size=(words, 4)) * (1.0, 0.3, 0.0, 0.0)
    of = np.repeat(np.arange(words), draws.integers(1, 61, words))
    changes = truth[of] + draws.normal(size=(len(of), 4)) * (1.5, 1.5, 1.5, 0.0)
    shuffled = draws.permutation(len(of))
    states, pieces = one_word_each(of[shuffled], changes[shuffled])
    found = lv.expected_responses(states, pieces, most=None, least=1)
    return found, truth[[int(word[1:]) for word in found.words]]


@pytest.mark.parametrize("seed", range(5))
def test_shrunk_means_are_nearer_to_the_truth(seed: int):
    found, truth = noisy(seed)
    shrunk = found.scaled * found.variation
    raw, better = (((guess - truth) ** 2).mean(axis=0) for guess in (found.mean, shrunk))
    assert better[0] < 0.9 * raw[0]
    assert better[1] < 0.5 * raw[1]
    assert better[2] < 0.1 * raw[2], "no word has an effect, and hardly any is left"
    assert not found.scaled[:, 3].any(), "a unit that never moves"


def test_rare_words_are_shrunk_more_and_as_much_as_is_best():
    found, _ = noisy(0)
    kept = found.scaled[:, 0] * found.variation[0] / found.mean[:, 0]
    assert (np.diff(kept) <= 1e-6).all(), "words stand by frequency"
    assert kept[-1] < 0.4 < 0.9 < kept[0]
    np.testing.assert_allclose(kept, 1 / (1 + 1.5**2 / found.counts), atol=0.06)


# -- corpora drawn anew ------------------------------------------------------------------------


def test_drawing_from_stretches_that_are_alike_changes_nothing():
    draws = np.random.default_rng(0)
    words, changes = draws.integers(0, 5, 40), draws.normal(size=(40, 3))
    states, pieces = one_word_each(np.tile(words, 10), np.tile(changes, (10, 1)))
    found = lv.expected_responses(states, pieces)
    assert found.scaled.any()
    for seed in range(5):
        again = found.resampled(np.random.default_rng(seed))
        np.testing.assert_allclose(again, found.scaled, rtol=1e-4, atol=1e-6)


def test_a_seed_draws_the_same_corpus_again():
    found, _ = noisy(0, words=20)
    one, same, other = (found.resampled(np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(one, same)
    assert not np.allclose(one, other)


def test_a_word_of_one_stretch_is_missing_as_often_as_chance_has_it():
    states, pieces = one_word_each(np.repeat(np.arange(10), 20), np.full((200, 1), 5.0))
    found, draws = lv.expected_responses(states, pieces), np.random.default_rng(0)
    again = np.array([found.resampled(draws) for _ in range(300)])
    assert set(again.ravel()) == {0, 1}, "missing, or as it always is"
    assert (again == 0).mean() == pytest.approx(0.9**10, abs=0.02)


def test_words_that_a_draw_misses_do_not_shrink_the_others():
    draws, of = np.random.default_rng(0), np.repeat(np.arange(30), 10)
    changes = draws.normal(size=(30, 20))[of] / 2 + draws.normal(size=(300, 20))
    found = lv.expected_responses(*one_word_each(of, changes))
    for _ in range(20):
        again = found.resampled(draws)
        there = again.any(axis=1)
        assert 0.8 < (again[there].std() / found.scaled[there].std()) < 1.3


# -- models ------------------------------------------------------------------------------------


def compare_with_traces(
    model: lv.SequenceModel, corpus: lv.Corpus, layer: int, kind: str, by: str
) -> None:
    """The mean change of each word, from a trace of each document."""
    changes: dict[str, list[np.ndarray]] = {}
    pattern = r"(?s:.)" if by == "token" else r"\s*(?:\w+|[^\w\s])|\s+"
    for document in filter(None, corpus.documents):
        states = lv.trace_text(model, document).states(layer, kind).astype(float)
        spans = [(*match.span(), match.group()) for match in re.finditer(pattern, document)]
        before = np.zeros(states.shape[1])
        backward = model.config.bidirectional and layer in (2, 4)
        for start, end, text in reversed(spans) if backward else spans:
            after = states[start if backward else end - 1]
            changes.setdefault(text.strip() or text[0], []).append(after - before)
            before = after
    found = lv.responses_of_corpus(model, corpus, layer, kind, by, least=1)
    assert set(found.words) == set(changes)
    for word, count, mean in zip(found.words, found.counts, found.mean, strict=True):
        assert count == len(changes[word])
        np.testing.assert_allclose(mean, np.mean(changes[word], axis=0), atol=1e-5)


@pytest.mark.parametrize("by", ["token", "word"])
def test_responses_over_a_corpus_are_those_of_its_traces(model, texts, by: str):
    compare_with_traces(model, texts, 1, "hidden", by)
    compare_with_traces(model, texts, 2, list(lv.KINDS[model.config.cell])[-1], by)


@pytest.mark.parametrize("by", ["token", "word"])
@pytest.mark.parametrize("layer", [1, 2, 3, 4])
def test_layers_of_both_directions_are_read_their_own_way(texts, by: str, layer: int):
    compare_with_traces(labelling_model("tagger", bidirectional=True), texts, layer, "cell", by)
