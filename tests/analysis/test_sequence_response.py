"""Responses to a text against loops, and what clusters keep against the memory ledger."""

import re
from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.analysis.response_clusters import describe_clusters
from lstmvis_core.analysis.sequence_response import mean_of_clusters
from tests.small import labelling_model

TEXT = "(a b) (ca (b.))\nab? "
LABELS = np.array([0, 2, 0, 2, 2])  # no unit is of cluster 1
SUMS = {"lstm": "cell", "gru": "hidden"}
both_ways = pytest.mark.parametrize("by", ["token", "word"])


def spans_of(text: str, by: str) -> list[tuple[int, int]]:
    """First token of each piece, and the token after its last one; of characters."""
    pattern = r"(?s:.)" if by == "token" else r"\s*(?:\w+|[^\w\s])|\s+"
    return [match.span() for match in re.finditer(pattern, text)]


def before_and_after(
    values: np.ndarray, spans: list[tuple[int, int]], backward: bool
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The states before and after each piece, in the order of the text."""
    found, before = [], np.zeros(values.shape[1])
    for start, end in reversed(spans) if backward else spans:
        after = values[start if backward else end - 1].astype(float)
        found.append((before, after))
        before = after
    return found[::-1] if backward else found


def compare_with_loop(
    trace: lv.Trace,
    layer: int,
    kind: str,
    spans: list[tuple[int, int]],
    labels: np.ndarray,
    by: str,
) -> None:
    found = lv.sequence_response(trace, layer, kind, labels, by)
    backward = trace.model.config.bidirectional and layer % 2 == 0
    pairs = before_and_after(trace.states(layer, kind), spans, backward)
    number = labels.max() + 1
    assert found.positive.shape == found.kept.shape == (len(spans), number)
    for piece, (before, after) in enumerate(pairs):
        np.testing.assert_allclose(found.changes[piece], after - before, atol=1e-6)
        for cluster in range(number):
            own = [(b, a) for b, a, of in zip(before, after, labels, strict=True) if of == cluster]
            size = max(len(own), 1)
            shared = sum(min(abs(b), abs(a)) for b, a in own if b * a > 0)
            there = sum(abs(b) for b, _ in own)
            for field, expected in {
                "positive": sum(a for _, a in own if a > 0) / size,
                "negative": sum(a for _, a in own if a < 0) / size,
                "positive_change": sum(max(a, 0) - max(b, 0) for b, a in own) / size,
                "negative_change": sum(min(a, 0) - min(b, 0) for b, a in own) / size,
                "overlap": shared / there if there else 0,
            }.items():
                value = getattr(found, field)[piece, cluster]
                assert value == pytest.approx(expected, abs=1e-5), field


@both_ways
@pytest.mark.parametrize("layer", [1, 2])
def test_every_field_is_that_of_a_loop(model, layer: int, by: str):
    trace = lv.trace_text(model, TEXT)
    for kind in lv.KINDS[model.config.cell]:
        compare_with_loop(trace, layer, kind, spans_of(TEXT, by), LABELS, by)


@both_ways
@settings(max_examples=25)
@given(text=st.text("abc() .\n?é", min_size=1, max_size=12), labels=st.data())
def test_any_text_and_clusters_are_those_of_a_loop(tiny_model, by: str, text: str, labels):
    of_units = np.array(labels.draw(st.lists(st.integers(0, 3), min_size=5, max_size=5)))
    trace = lv.trace_text(tiny_model("lstm"), text)
    compare_with_loop(trace, 2, "cell", spans_of(text, by), of_units, by)


def test_positive_and_negative_states_add_up_to_the_sum_of_changes(model):
    trace = lv.trace_text(model, TEXT)
    found = lv.sequence_response(trace, 1, "hidden", np.arange(5))
    np.testing.assert_allclose(found.positive + found.negative, trace.states(1), atol=1e-6)
    for part in ("positive", "negative"):
        summed = np.cumsum(getattr(found, f"{part}_change"), axis=0)
        np.testing.assert_allclose(summed, getattr(found, part), atol=1e-6)


def compare_with_ledger(
    trace: lv.Trace, layer: int, spans: list[tuple[int, int]], labels: np.ndarray, by: str
) -> None:
    found = lv.sequence_response(trace, layer, "hidden", labels, by)  # whatever the kind
    memory = trace.states(layer, SUMS[trace.model.config.cell])
    backward = trace.model.config.bidirectional and layer % 2 == 0
    units, number = range(memory.shape[1]), len(trace.tokens)
    for piece, (start, end) in enumerate(spans):
        step, read = (start, slice(end, None)) if backward else (end - 1, slice(start))
        before = (end if end < number else None) if backward else (start - 1 if start else None)
        held = np.zeros(len(units)) if before is None else np.abs(memory[before].astype(float))
        ledgers = [lv.memory_ledger(trace, layer, unit, step)[read].sum() for unit in units]
        for cluster in range(labels.max() + 1):
            own = labels == cluster
            share = found.kept[piece, cluster]
            still = np.abs(ledgers)[own].sum()
            assert share * held[own].sum() == pytest.approx(still, abs=1e-5)
            assert share == 0 or held[own].any()


@both_ways
@pytest.mark.parametrize("cell", SUMS)
@pytest.mark.parametrize("labels", [np.arange(5), LABELS], ids=["each unit", "clusters"])
def test_what_is_kept_is_what_the_ledger_has_of_earlier_tokens(
    tiny_model, cell: str, by: str, labels: np.ndarray
):
    trace = lv.trace_text(tiny_model(cell), TEXT)
    compare_with_ledger(trace, 2, spans_of(TEXT, by), labels, by)
    found = lv.sequence_response(trace, 2, "hidden", labels, by)
    assert not found.kept[0].any()
    assert not found.overlap[0].any()
    assert found.kept[1:].any()


@both_ways
@pytest.mark.parametrize("cell", SUMS)
@pytest.mark.parametrize("layer", [2, 3, 4])
def test_a_backward_layer_keeps_what_follows_in_the_text(cell: str, by: str, layer: int):
    trace = lv.trace_text(labelling_model("tagger", cell, bidirectional=True), TEXT)
    spans = spans_of(TEXT, by)
    compare_with_loop(trace, layer, "hidden", spans, LABELS, by)
    for labels in (np.arange(5), LABELS):
        compare_with_ledger(trace, layer, spans, labels, by)


def test_the_tagger_of_the_zoo_is_read_from_the_end():
    trace = lv.trace_text(lv.load_model("tagger"), "The old man the boats.")
    spans = [(token, token + 1) for token in range(len(trace.tokens))]
    labels = np.arange(96) % 7
    for layer in (1, 2):
        compare_with_loop(trace, layer, "cell", spans, labels, "token")
        compare_with_ledger(trace, layer, spans, labels, "token")
    assert not lv.sequence_response(trace, 2, "cell", labels).kept[-1].any()


def test_a_plain_network_keeps_nothing_by_gates(tiny_model):
    found = lv.sequence_response(lv.trace_text(tiny_model("rnn"), TEXT), 1, "hidden", LABELS)
    assert found.kept.shape == found.overlap.shape
    assert np.isnan(found.kept).all()
    assert found.overlap[1:, [0, 2]].any()


def test_what_is_not_there_is_refused(tiny_model):
    trace = lv.trace_text(tiny_model("gru"), TEXT)
    for wrong in (np.arange(4), np.arange(6), np.zeros((5, 1), int)):
        with pytest.raises(lv.StatesError, match="Layer 1 has 5 units; got clusters of shape"):
            lv.sequence_response(trace, 1, "hidden", wrong)
    with pytest.raises(lv.SelectionError, match="layers 1 to 2"):
        lv.sequence_response(trace, 3, "hidden", LABELS)
    with pytest.raises(lv.SelectionError, match="not 'cell'"):
        lv.sequence_response(trace, 1, "cell", LABELS)
    with pytest.raises(lv.TextError, match="by token or word, not by 'line'"):
        lv.sequence_response(trace, 1, "hidden", LABELS, "line")
    words = lv.trace_text(lv.load_model("tagger"), "A dog.")
    with pytest.raises(lv.TextError, match="words is cut by token, not by 'word'"):
        lv.sequence_response(words, 1, "hidden", np.zeros(96, int), "word")


# -- differences -------------------------------------------------------------------------------

WORDS = "abcab cabba bacca"  # letters as they come, each in a state of its own
UNITS = 4


def usual(seed: int) -> tuple[lv.Responses, dict[str, np.ndarray], lv.ResponseClusters]:
    """Responses of a few units, one of which never moves; the changes themselves; and clusters."""
    draws = np.random.default_rng(seed)
    changes = draws.normal(size=(len(WORDS), UNITS)).astype(np.float32)
    changes[:, 1] = 0
    at = np.arange(len(WORDS))
    pieces = lv.Pieces(tuple(WORDS), at, at + 1, at.copy())  # documents of one letter
    found = lv.expected_responses(lv.CorpusStates.from_array(changes), pieces, least=1)
    of_words = {word: changes[[w == word for w in WORDS]].astype(float) for word in set(WORDS)}
    labels = draws.choice([0, 2], UNITS)  # no unit is of cluster 1
    return found, of_words, describe_clusters(found.scaled, labels, np.arange(3))


def sizes_of(found: lv.Responses) -> np.ndarray:
    return np.array([1 if unit == 1 else found.variation[unit] for unit in range(UNITS)])


@given(st.integers(0, 2**32), st.integers(0, 5))
def test_the_mean_of_a_cluster_counts_its_poles_by_their_sign(seed: int, pieces: int):
    found, _, clusters = usual(seed)
    changes = np.random.default_rng(seed).normal(size=(pieces, UNITS))
    means = mean_of_clusters(changes, found, clusters)
    assert means.shape == (pieces, 3)
    for piece, cluster in product(range(pieces), range(3)):
        own = [
            changes[piece, unit] / sizes_of(found)[unit] * clusters.poles[unit]
            for unit in range(UNITS)
            if clusters.units[unit] == cluster
        ]
        assert means[piece, cluster] == pytest.approx(sum(own) / max(len(own), 1), abs=1e-6)


@given(st.integers(0, 2**32))
def test_usual_responses_have_the_usual_mean(seed: int):
    found, _, clusters = usual(seed)
    # Of words that were read often nothing is shrunk, so that both tables are the same.
    often = replace(found, counts=found.counts * 10**9)
    again = describe_clusters(often.scaled, clusters.units, np.arange(3))
    np.testing.assert_allclose(
        mean_of_clusters(found.mean, found, again), again.responses, atol=1e-5
    )


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.sampled_from("abc "))
def test_places_of_a_word_are_compared_by_hand_and_with_all_pairs_of_places(seed: int, word: str):
    found, of_words, clusters = usual(seed)
    sizes = sizes_of(found)
    one, other = of_words[word][0], of_words[word][-1]
    result = lv.response_difference(one, other, found, clusters, word)
    a, b = (one / sizes).tolist(), (other / sizes).tolist()
    squares = [sum(x * x for x in v) for v in (a, b)]
    assert result.first == pytest.approx((squares[0] / UNITS) ** 0.5, abs=1e-6)
    assert result.second == pytest.approx((squares[1] / UNITS) ** 0.5, abs=1e-6)
    along = sum(x * y for x, y in zip(a, b, strict=True))
    assert result.alike == pytest.approx(along / (squares[0] * squares[1]) ** 0.5, abs=1e-5)
    apart = sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) / UNITS
    assert result.apart == pytest.approx(apart**0.5, abs=1e-6)
    pairs = [(((x - y) / sizes) ** 2).mean() for x, y in permutations(of_words[word], 2)]
    assert result.usually_apart == pytest.approx(np.mean(pairs) ** 0.5, abs=1e-4)
    both = mean_of_clusters(np.stack([one, other]), found, clusters)
    np.testing.assert_array_equal(result.clusters, both)


@pytest.mark.parametrize("word", ["z", "", None])
def test_of_a_word_that_the_corpus_lacks_nothing_is_usual(word: str | None):
    found, of_words, clusters = usual(0)
    one, other = of_words["a"][:2]
    result = lv.response_difference(one, other, found, clusters, word)
    assert np.isnan(result.usually_apart)
    assert result.apart > 0


def test_the_same_the_opposite_and_no_response():
    found, of_words, clusters = usual(1)
    one = of_words["b"][0]
    for other, alike, apart in ((one, 1, 0), (-one, -1, 2), (0 * one, 0, 1), (3 * one, 1, 2)):
        result = lv.response_difference(one, other, found, clusters)
        assert result.alike == pytest.approx(alike)
        assert result.apart == pytest.approx(apart * result.first, abs=1e-9)
    assert lv.response_difference(0 * one, 0 * one, found, clusters).alike == 0
