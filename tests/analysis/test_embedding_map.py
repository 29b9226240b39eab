"""The map against the eigenvectors of the covariance, neighbours against brute force."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.analysis.embedding_map import (
    cosine_by_chance,
    embedding_map,
    nearest_ids,
    neighbours,
    with_nearest_neighbour,
)


def of_vectors(vectors: np.ndarray) -> lv.SequenceModel:
    """A model with these embeddings; its first token stands for unknown ones."""
    letters = "abcdefghijklmnopqrstuvwxyz"[: len(vectors) - 1]
    vocabulary = lv.Vocabulary(("\ufffd", *letters))
    config = lv.ModelConfig("rnn", len(vocabulary), vectors.shape[1], 3, 1)
    model = lv.SequenceModel(config, vocabulary, id="letters")
    with torch.no_grad():
        model.embedding.weight.copy_(torch.from_numpy(vectors.astype(np.float32)))
    return model.eval().requires_grad_(False)


def random_model(seed: int, tokens: int = 20, size: int = 6) -> lv.SequenceModel:
    return of_vectors(np.random.default_rng(seed).normal(size=(tokens, size)))


def vectors_of(model: lv.SequenceModel) -> np.ndarray:
    return model.embedding.weight.numpy().astype(np.float64)


# -- the map -----------------------------------------------------------------------------------


@given(st.integers(0, 200), st.integers(3, 26), st.integers(2, 9))
def test_places_are_projections_on_the_eigenvectors_of_the_covariance(seed, tokens, size):
    model = random_model(seed, tokens, size)
    centred = vectors_of(model) - vectors_of(model).mean(axis=0)
    variances, directions = np.linalg.eigh(np.cov(centred.T))
    shown = embedding_map(model)
    for at in range(2):
        expected = centred @ directions[:, -1 - at]
        sign = np.sign(expected @ shown.places[:, at])
        np.testing.assert_allclose(shown.places[:, at], sign * expected, atol=1e-5)
    shares = variances[::-1][:2] / variances.sum()
    np.testing.assert_allclose(shown.shares, shares, atol=1e-9)
    np.testing.assert_allclose(shown.places.mean(axis=0), 0, atol=1e-9)


def test_the_sign_is_that_of_the_largest_weight():
    model = random_model(1)
    places, centred = embedding_map(model).places, vectors_of(model)
    centred = centred - centred.mean(axis=0)
    for at in range(2):
        weights, *_ = np.linalg.lstsq(centred, places[:, at], rcond=None)
        assert weights[np.abs(weights).argmax()] > 0
    mirrored = of_vectors(vectors_of(model) * [-1, 1, 1, 1, 1, 1])
    assert embedding_map(mirrored).places.shape == places.shape
    np.testing.assert_array_equal(embedding_map(model).places, places)


def test_vectors_on_a_line_and_equal_ones_have_no_second_direction():
    line = of_vectors(np.outer(np.arange(5.0), [3.0, 4.0]))
    shown = embedding_map(line)
    np.testing.assert_allclose(shown.shares, [1, 0], atol=1e-12)
    np.testing.assert_allclose(np.abs(np.diff(shown.places[:, 0])), 5, atol=1e-9)
    one = embedding_map(of_vectors(np.arange(4.0)[:, None]))
    assert one.shares == (1.0, 0.0)
    assert not one.places[:, 1].any()
    same = embedding_map(of_vectors(np.ones((4, 3))))
    assert same.shares == (0.0, 0.0)
    assert np.isfinite(same.places).all()


def test_what_is_near_on_the_map_is_near_by_brute_force():
    shown = embedding_map(random_model(3))
    away = [float(np.hypot(*(place - shown.places[4]))) for place in shown.places]
    order = sorted((i for i in range(20) if i not in (4, 0)), key=away.__getitem__)
    assert shown.nearest(4, 5, leave_out=[0]) == order[:5]
    assert len(shown.nearest(4, 99)) == 19


def test_the_map_is_nobodys_to_change():
    with pytest.raises(ValueError, match="read-only"):
        embedding_map(random_model(0)).places[0] = 1


# -- neighbours --------------------------------------------------------------------------------


@given(st.integers(0, 200), st.integers(1, 19), st.integers(0, 30))
def test_neighbours_are_those_of_brute_force(seed: int, id: int, k: int):
    model = random_model(seed)
    vectors = vectors_of(model)
    here = vectors[id]
    cosines = {
        other: float(here @ one / (np.linalg.norm(here) * np.linalg.norm(one)))
        for other, one in enumerate(vectors)
        if other not in (0, id)
    }
    expected = sorted(cosines, key=lambda other: -cosines[other])[:k]
    found = neighbours(model, model.vocabulary.tokens[id], k)
    assert [token for token, _ in found] == [model.vocabulary.tokens[i] for i in expected]
    np.testing.assert_allclose([c for _, c in found], [cosines[i] for i in expected], atol=1e-9)
    assert nearest_ids(model, id, k) == list(zip(expected, [c for _, c in found], strict=True))


def test_a_vector_of_zeros_is_like_no_other():
    model = of_vectors(np.array([[1, 1], [0, 0], [1, 0], [-1, 0]], float))
    assert neighbours(model, "a", 5) == (("b", 0.0), ("c", 0.0))
    assert neighbours(model, "b", 5) == (("a", 0.0), ("c", -1.0))


@pytest.mark.parametrize("token", ["", "A", "ab", "\ufffd\ufffd"])
def test_a_token_that_is_not_there_is_refused(token: str):
    with pytest.raises(lv.TextError, match="letters has no token"):
        neighbours(random_model(0), token)


def test_so_is_a_negative_number_of_them():
    with pytest.raises(lv.SelectionError, match="not -1"):
        neighbours(random_model(0), "a", -1)


def test_the_most_telling_token_has_the_nearest_neighbour():
    model = random_model(5)
    best = max((2, 7, 9), key=lambda id: nearest_ids(model, id, 1)[0][1])
    assert with_nearest_neighbour(model, [9, 7, 2, 9]) == best
    assert with_nearest_neighbour(model, []) is None
    assert with_nearest_neighbour(of_vectors(np.ones((2, 2))), [1]) is None


# -- chance ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tokens", "size"), [(1, 2), (5, 2), (10, 3), (74, 64), (200, 8)])
def test_by_chance_is_what_random_directions_reach(tokens: int, size: int):
    rng = np.random.default_rng(0)
    others = rng.normal(size=(2_000, tokens, size))
    largest = (others[:, :, 0] / np.linalg.norm(others, axis=2)).max(axis=1)
    assert (largest <= cosine_by_chance(tokens, size)).mean() == pytest.approx(0.95, abs=0.02)
    assert (largest <= cosine_by_chance(tokens, size, 0.5)).mean() == pytest.approx(0.5, abs=0.05)


def test_one_number_points_one_way_or_the_other_and_nobody_is_no_neighbour():
    assert cosine_by_chance(5, 1) == 1
    assert cosine_by_chance(0, 7) == 0
    assert cosine_by_chance(1_000, 20) > cosine_by_chance(1_000, 200) > 0
