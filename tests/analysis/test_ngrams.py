"""The n-gram model against sums by hand and against a slow one that shares no code.

The slow one counts tuples in dicts, takes the definition word by word, and reckons in fractions,
so that its distributions sum to 1 exactly.
"""

from collections import Counter, defaultdict
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_core import HiddenStatesError, TextError
from lstmvis_core.analysis.ngrams import NgramModel

Document = list[int]
Gram = tuple[int, ...]


def probabilities(model: NgramModel, context: Document) -> np.ndarray:
    return np.exp(model.log_probabilities(context))


# -- by hand -----------------------------------------------------------------------------------

# Left contexts: of 0 the start; of 1 the start, 0 and 1; of 2 the 0. Too few for the estimates.
SMALL = [[0, 1], [0, 1], [0, 2], [1, 1]]
UNIGRAMS = np.array([4, 7, 4]) / 15


def test_a_small_corpus_by_hand():
    model = NgramModel.fit(SMALL, vocabulary_size=3, order=2)
    assert model.order == 2
    assert [order.discounts for order in model.orders] == [(0.5, 1.0, 1.5)] * 2
    np.testing.assert_allclose(probabilities(model, []), UNIGRAMS)
    np.testing.assert_allclose(probabilities(model, [0]), np.array([4, 17, 9]) / 30)
    np.testing.assert_allclose(probabilities(model, [1]), np.array([4, 22, 4]) / 30)
    np.testing.assert_allclose(probabilities(model, [2]), UNIGRAMS)  # nothing ever followed 2
    np.testing.assert_allclose(
        model.surprisal([0, 1, 2, 0]), -np.log([4 / 15, 17 / 30, 4 / 30, 4 / 15])
    )


def test_an_order_of_one_counts_occurrences():
    model = NgramModel.fit(SMALL, vocabulary_size=3, order=1)
    shares = np.array([3 - 1.5, 4 - 1.5, 1 - 0.5]) / 8
    np.testing.assert_allclose(probabilities(model, []), shares + 3.5 / 8 / 3)
    np.testing.assert_array_equal(probabilities(model, [1, 0]), probabilities(model, []))


def test_discounts_from_counts_of_counts_by_hand():
    # Four tokens once, two twice, one three times, one four times; token 8 never.
    document = np.repeat(np.arange(8), [1, 1, 1, 1, 2, 2, 3, 4])
    model = NgramModel.fit([document], vocabulary_size=9, order=1)
    assert model.orders[0].discounts == (0.5, 1.25, 1.0)
    expected = np.array([11, 11, 11, 11, 13.25, 13.25, 24.5, 33.5, 6.5]) / 135
    np.testing.assert_allclose(probabilities(model, []), expected)


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param([2, 2, 3, 4], id="no n1"),
        pytest.param([1, 1, 3, 4], id="no n2"),
        pytest.param([1, 1, 2, 4], id="no n3"),
        pytest.param([1, 1, 2, 3, 5], id="no n4"),
        pytest.param([1, 1, 1, 1, 2, 3, 3, 4], id="D2 = -2"),
        pytest.param([1, 1, 2, 3, 4, 4, 4], id="D3 = -3"),
    ],
)
def test_discounts_fall_back_where_too_little_was_counted(counts: list[int]):
    document = np.repeat(np.arange(len(counts)), counts)
    model = NgramModel.fit([document], vocabulary_size=9, order=1)
    assert model.orders[0].discounts == (0.5, 1.0, 1.5)


# -- the oracle: dicts of tuples, in fractions -------------------------------------------------


class Slow:
    """Interpolated modified Kneser-Ney as it is defined, one probability at a time."""

    def __init__(self, documents: list[Document], size: int, order: int) -> None:
        self.size, self.order = size, order
        self.counts: dict[int, dict[Gram, int]] = {}
        for length in range(1, order + 1):
            occurrences: dict[Gram, list[str]] = defaultdict(list)
            for document in documents:
                for end in range(length, len(document) + 1):
                    start = end - length
                    left = str(document[start - 1]) if start > 0 else "start"
                    occurrences[tuple(document[start:end])].append(left)
            self.counts[length] = {
                gram: len(lefts) if length == order else len(set(lefts))
                for gram, lefts in occurrences.items()
            }
        self.discounts = {n: self._discounts(n) for n in self.counts}

    def _discounts(self, length: int) -> list[Fraction]:
        n = Counter(self.counts[length].values())
        if all(n[count] for count in (1, 2, 3, 4)):
            y = Fraction(n[1], n[1] + 2 * n[2])
            found = [k - (k + 1) * y * Fraction(n[k + 1], n[k]) for k in (1, 2, 3)]
            if all(discount > 0 for discount in found):
                return found
        return [Fraction(1, 2), Fraction(1), Fraction(3, 2)]

    def probability(self, token: int, context: Gram) -> Fraction:
        context = context[max(0, len(context) - self.order + 1) :]
        shorter = self.probability(token, context[1:]) if context else Fraction(1, self.size)
        length = len(context) + 1
        followers = {g[-1]: n for g, n in self.counts[length].items() if g[:-1] == context}
        if not followers:
            return shorter
        taken = {w: self.discounts[length][min(n, 3) - 1] for w, n in followers.items()}
        own = followers[token] - taken[token] if token in followers else Fraction(0)
        return (own + sum(taken.values()) * shorter) / sum(followers.values())

    def surprisal(self, document: Document) -> np.ndarray:
        chances = [self.probability(w, tuple(document[:t])) for t, w in enumerate(document)]
        return np.array([-np.log(float(chance)) for chance in chances])


@st.composite
def corpora(draw: st.DrawFn) -> tuple[list[Document], int, int, Document]:
    """Documents, vocabulary size, order, and a document that is none of them."""
    size, order = draw(st.integers(2, 5)), draw(st.integers(1, 4))
    by_hand = st.lists(st.integers(0, size - 1), max_size=12)
    documents = draw(st.lists(by_hand, max_size=6))
    # Longer ones, in which some n-grams are frequent and others are rare.
    lengths = draw(st.lists(st.sampled_from([0, 1, 2, 40, 150]), max_size=3))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    weights = 0.5 ** np.arange(size)
    for length in lengths:
        documents.append(rng.choice(size, length, p=weights / weights.sum()).tolist())
    if not any(documents):
        documents.append([draw(st.integers(0, size - 1))])
    return documents, size, order, draw(by_hand)


@settings(max_examples=150)
@given(corpora())
def test_surprisal_agrees_with_the_oracle(corpus: tuple[list[Document], int, int, Document]):
    documents, size, order, other = corpus
    model, slow = NgramModel.fit(documents, size, order), Slow(documents, size, order)
    for n, known in enumerate(model.orders, start=1):
        np.testing.assert_allclose(known.discounts, [float(d) for d in slow.discounts[n]])
        assert len(known.keys) == len(slow.counts[n])
    for document in (*documents, other):
        np.testing.assert_allclose(
            model.surprisal(document), slow.surprisal(document), rtol=1e-9, atol=1e-12
        )


@settings(max_examples=50)
@given(corpora())
def test_distributions_agree_with_the_oracle(corpus: tuple[list[Document], int, int, Document]):
    documents, size, order, _ = corpus
    model, slow = NgramModel.fit(documents, size, order), Slow(documents, size, order)
    for length in range(order):
        for context in list(product(range(size), repeat=length))[:30]:
            expected = [float(slow.probability(w, context)) for w in range(size)]
            np.testing.assert_allclose(probabilities(model, list(context)), expected, rtol=1e-9)


def test_the_oracle_is_met_where_every_order_estimates_its_discounts():
    weights = 1 / np.arange(1, 31) ** 1.3
    rng = np.random.default_rng(5)
    document = rng.choice(30, 1500, p=weights / weights.sum()).tolist()
    model, slow = NgramModel.fit([document], 30, 3), Slow([document], 30, 3)
    assert all(order.discounts != (0.5, 1.0, 1.5) for order in model.orders[1:])
    other = rng.integers(0, 30, 60).tolist()
    np.testing.assert_allclose(model.surprisal(other), slow.surprisal(other), rtol=1e-9)


# -- what holds for all ------------------------------------------------------------------------


@given(corpora())
def test_every_distribution_sums_to_one_and_has_no_zero(
    corpus: tuple[list[Document], int, int, Document],
):
    documents, size, order, other = corpus
    model = NgramModel.fit(documents, size, order)
    for end in range(len(other) + 1):
        found = model.log_probabilities(other[:end])
        assert found.shape == (size,)
        assert found.dtype == np.float64
        assert np.isfinite(found).all()
        assert np.exp(found).sum() == pytest.approx(1, abs=1e-12)


@given(corpora())
def test_surprisal_is_minus_the_log_probability_of_the_token(
    corpus: tuple[list[Document], int, int, Document],
):
    documents, size, order, other = corpus
    model = NgramModel.fit(documents, size, order)
    expected = [-model.log_probabilities(other[:t])[token] for t, token in enumerate(other)]
    np.testing.assert_allclose(model.surprisal(other), expected, rtol=1e-12)


@given(corpora())
def test_a_token_does_not_depend_on_later_ones(corpus: tuple[list[Document], int, int, Document]):
    documents, size, order, other = corpus
    model = NgramModel.fit(documents, size, order)
    whole = model.surprisal(other)
    for end in range(len(other)):
        np.testing.assert_array_equal(model.surprisal(other[:end]), whole[:end])


# -- documents ---------------------------------------------------------------------------------


def test_no_n_gram_crosses_documents():
    apart = NgramModel.fit([[0, 1], [2, 3]], vocabulary_size=4, order=3)
    assert [order.keys.tolist() for order in apart.orders] == [[0, 1, 2, 3], [1, 11], []]
    np.testing.assert_array_equal(apart.log_probabilities([1]), apart.log_probabilities([]))
    together = NgramModel.fit([[0, 1, 2, 3]], vocabulary_size=4, order=3)
    assert [len(order.keys) for order in together.orders] == [4, 3, 2]
    assert probabilities(together, [1])[2] > probabilities(apart, [1])[2]


@given(corpora(), st.randoms(use_true_random=False))
def test_neither_the_order_of_documents_nor_empty_ones_matter(
    corpus: tuple[list[Document], int, int, Document], random
):
    documents, size, order, other = corpus
    shuffled = random.sample([*documents, [], []], len(documents) + 2)
    np.testing.assert_allclose(
        NgramModel.fit(documents, size, order).surprisal(other),
        NgramModel.fit(shuffled, size, order).surprisal(other),
        rtol=1e-12,
    )


def test_the_start_of_documents_is_one_left_context_however_many_there_are():
    # 0 stands at three starts and 1 after it three times: each has one left context.
    model = NgramModel.fit([[0, 1]] * 3, vocabulary_size=2, order=2)
    np.testing.assert_allclose(probabilities(model, []), [0.5, 0.5])
    # The first token has no context, though all documents begin alike.
    np.testing.assert_allclose(model.surprisal([0, 1])[0], np.log(2))


@pytest.mark.parametrize("order", [2, 5])
def test_an_order_longer_than_every_document(order: int):
    model = NgramModel.fit([[2]], vocabulary_size=3, order=order)
    expected = np.array([1, 1, 4]) / 6  # half of the only token's count is shared by all three
    np.testing.assert_allclose(probabilities(model, []), expected)
    np.testing.assert_allclose(probabilities(model, [2, 2, 2, 2, 2]), expected)


def test_no_text_has_no_surprisal():
    found = NgramModel.fit([[0, 1]], vocabulary_size=2, order=2).surprisal([])
    assert found.shape == (0,)
    assert found.dtype == np.float64


def test_documents_may_have_any_type_of_whole_numbers():
    plain = NgramModel.fit(SMALL, vocabulary_size=3, order=2)
    for dtype in (np.uint8, np.int32, np.int64):
        arrays = [np.array(document, dtype) for document in SMALL]
        model = NgramModel.fit(arrays, vocabulary_size=3, order=2)
        np.testing.assert_array_equal(model.surprisal(arrays[0]), plain.surprisal(SMALL[0]))


def test_a_large_vocabulary_does_not_overflow_small_types():
    document = np.array([250, 251, 250, 251], np.uint8)
    model = NgramModel.fit([document], vocabulary_size=100_000, order=3)
    assert model.orders[1].keys.tolist() == [251, 100_250]
    assert probabilities(model, [250, 251])[250] > 0.5


def test_a_model_cannot_be_changed():
    model = NgramModel.fit(SMALL, vocabulary_size=3, order=2)
    with pytest.raises(ValueError, match="read-only"):
        model.orders[1].shares[0] = 1.0


# -- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [0, -2])
def test_an_order_below_one(order: int):
    with pytest.raises(TextError, match=f"at least 1 .* not {order}"):
        NgramModel.fit([[0]], vocabulary_size=2, order=order)


def test_a_vocabulary_without_tokens():
    with pytest.raises(TextError, match="at least one token, not 0"):
        NgramModel.fit([[]], vocabulary_size=0, order=1)


@pytest.mark.parametrize("documents", [[], [[]], [[], np.zeros(0, np.int64)]])
def test_documents_without_tokens(documents: list[Document]):
    with pytest.raises(TextError, match=f"no token in the {len(documents)} documents"):
        NgramModel.fit(documents, vocabulary_size=2, order=1)


@pytest.mark.parametrize(("ids", "named"), [([0, 3], "3"), ([0, -1, 1], "-1")])
def test_ids_outside_the_vocabulary(ids: Document, named: str):
    model = NgramModel.fit([[0, 1, 2]], vocabulary_size=3, order=2)
    message = f"has the ids 0 to 2; a document holds {named}"
    with pytest.raises(TextError, match=message):
        NgramModel.fit([[0], ids], vocabulary_size=3, order=2)
    with pytest.raises(TextError, match=message):
        model.surprisal(ids)
    with pytest.raises(TextError, match=message):
        model.log_probabilities(ids)


def test_ids_that_are_no_sequence_of_whole_numbers():
    with pytest.raises(TextError, match="whole numbers, not float64"):
        NgramModel.fit([np.array([0.0, 1.0])], vocabulary_size=2, order=1)
    with pytest.raises(HiddenStatesError, match=r"shape \(1, 2\)"):
        NgramModel.fit([np.array([[0, 1]])], vocabulary_size=2, order=1)
