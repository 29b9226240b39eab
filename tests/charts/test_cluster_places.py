"""Where the parts of the Clusters view stand: nothing may overlap, and all has to be in view."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.analysis.response_clusters import describe_clusters
from lstmvis_core.charts.cluster_chart import HALF, WIDTH
from lstmvis_core.charts.cluster_places import (
    BETWEEN_CHIPS,
    BETWEEN_CLOUDS,
    BETWEEN_SENTENCES,
    CHIP_HEAD,
    HEAD,
    PADDING,
    POLES_APART,
    SQUARE,
    Places,
)

NEAR = 1e-6
Span = tuple[float, float]


def clusters_of(seed: int, k: int, units: int, tree: bool) -> lv.ResponseClusters:
    """From a tree; or any at all, of which some lack units or words, in any order."""
    draws = np.random.default_rng(seed)
    table = draws.normal(size=(9, units))
    if tree:
        return lv.response_tree(table).cut(min(k, units))
    labels, of_words = draws.integers(0, k, units), draws.integers(0, k, 9)
    return describe_clusters(table, labels, draws.permutation(k), of_words)


@st.composite
def arrangements(draw: st.DrawFn) -> Places:
    seed, k, units = draw(st.tuples(st.integers(0, 2**32), st.integers(1, 20), st.integers(1, 60)))
    width, most = draw(st.sampled_from([(WIDTH, 3), (HALF, 1)]))
    rows = draw(st.lists(st.integers(1, 24), max_size=most))
    clusters, draws = clusters_of(seed, k, units, draw(st.booleans())), np.random.default_rng(seed)
    clouds = {
        (cluster, pole): float(draws.uniform(10, 200))
        for cluster in range(clusters.number)
        for pole in (-1, 1)
        if draws.random() < 0.6
    }
    return Places(clusters, tuple(rows), clouds, width)


def chip_span(places: Places, cluster: int) -> Span:
    chip = places.chips[cluster]
    return chip.y, chip.y + chip.height


def cloud_spans(places: Places, cluster: int) -> list[Span]:
    """Top and foot of the clouds of a cluster, that of the words which raise it first."""
    found = [places.cloud_places.get((cluster, pole)) for pole in (1, -1)]
    return [(cloud.y, cloud.y + cloud.height) for cloud in found if cloud]


def extents(places: Places) -> list[Span]:
    """Top and foot of what belongs to each cluster, as they are listed."""
    together = [[chip_span(places, c), *cloud_spans(places, c)] for c in places.chips]
    return [(min(top for top, _ in one), max(foot for _, foot in one)) for one in together]


@given(arrangements())
def test_every_unit_has_one_square_in_the_chip_of_its_cluster(places: Places):
    found = [(unit, cluster) for cluster, chip in places.chips.items() for unit in chip.squares]
    assert sorted(found) == list(enumerate(places.clusters.units.tolist()))


@given(arrangements())
def test_squares_lie_in_their_chip_below_its_head_and_apart(places: Places):
    for chip in places.chips.values():
        for x, y in chip.squares.values():
            assert chip.x + PADDING <= x + NEAR
            assert x + SQUARE <= chip.x + places.widths.chip - PADDING + NEAR
            assert chip.y + CHIP_HEAD <= y + NEAR
            assert y + SQUARE <= chip.y + chip.height - PADDING + NEAR
        for (x, y), (x2, y2) in combinations(chip.squares.values(), 2):
            assert max(abs(x - x2), abs(y - y2)) > SQUARE - NEAR


@given(arrangements())
def test_the_poles_of_a_chip_are_apart(places: Places):
    poles = places.clusters.poles
    for chip in places.chips.values():
        up = [y for unit, (_, y) in chip.squares.items() if poles[unit] > 0]
        down = [y for unit, (_, y) in chip.squares.items() if poles[unit] < 0]
        if up and down:
            assert min(down) - max(up) == pytest.approx(SQUARE + POLES_APART)


@given(arrangements())
def test_clusters_follow_each_other_in_their_order_and_apart(places: Places):
    clusters, with_words = places.clusters, {cluster for cluster, _ in places.clouds}
    assert list(places.chips) == [
        c for c in clusters.order.tolist() if c in clusters.units or c in with_words
    ]
    for (_, foot), (top, _) in pairwise(extents(places)):
        assert top - foot >= BETWEEN_CHIPS - NEAR


@given(arrangements())
def test_every_cloud_has_its_height_beside_its_chip(places: Places):
    assert {key: cloud.height for key, cloud in places.cloud_places.items()} == places.clouds
    for cluster in places.chips:
        spans = cloud_spans(places, cluster)
        for (_, foot), (top, _) in pairwise(spans):
            assert top - foot == pytest.approx(BETWEEN_CLOUDS)
        if spans:
            middle = (spans[0][0] + spans[-1][1]) / 2
            assert middle == pytest.approx(sum(chip_span(places, cluster)) / 2)


@given(arrangements())
def test_the_view_is_as_high_as_its_longest_part(places: Places):
    spans = extents(places)
    assert spans[0][0] >= HEAD - NEAR
    last_row = [places.row_y(rows - 1) + places.row[0] for rows in places.rows]
    needed = HEAD + sum(foot - top for top, foot in spans) + BETWEEN_CHIPS * (len(spans) - 1)
    assert places.height == pytest.approx(max([needed, *last_row]))
    assert spans[-1][1] <= places.height + NEAR


@given(arrangements())
def test_what_is_left_beside_a_long_sentence_is_shared_by_all_clusters(places: Places):
    spans = extents(places)
    above = [spans[0][0] - HEAD, places.height - spans[-1][1]]
    between = [(top - foot - BETWEEN_CHIPS) / 2 for (_, foot), (top, _) in pairwise(spans)]
    assert [*above, *between] == pytest.approx([above[0]] * (1 + len(spans)), abs=NEAR)


@given(arrangements())
def test_rows_of_a_sentence_do_not_overlap(places: Places):
    row, box = places.row
    assert places.row_y(0) == HEAD
    assert places.row_y(5) - places.row_y(4) == row > box


@given(arrangements())
def test_columns_stand_side_by_side(places: Places):
    widths, numbers = places.widths, range(len(places.rows))
    right = 0.0
    for left in map(places.sentence_x, numbers):
        assert left - widths.name == pytest.approx(right)
        right = left + places.glyph + BETWEEN_SENTENCES
    if places.rows:
        assert places.chip_x - widths.left == pytest.approx(right - BETWEEN_SENTENCES)
    else:
        assert places.chip_x == 0
    assert places.cloud_x == places.chip_x + widths.chip + widths.right
    assert places.right == pytest.approx(places.cloud_x + places.cloud_width)


@pytest.mark.parametrize(
    ("width", "sentences", "k", "right"),
    [
        (WIDTH, 1, 20, WIDTH),
        (WIDTH, 2, 5, WIDTH),
        (WIDTH, 2, 20, 702 + 240),
        (WIDTH, 3, 2, 596 + 240),
        (WIDTH, 3, 20, 968 + 240),
        (HALF, 0, 20, HALF),
        (HALF, 1, 8, HALF),
        (HALF, 1, 20, 358 + 120),
    ],
)
def test_words_have_room_even_beside_many_long_glyphs(
    width: float, sentences: int, k: int, right: float
):
    places = Places(clusters_of(0, k, 30, True), (6,) * sentences, {}, width)
    assert places.right == right


@given(arrangements())
def test_the_view_is_wider_than_asked_only_where_words_would_have_no_room(places: Places):
    assert places.cloud_width >= places.widths.cloud
    assert places.right == places.width or places.cloud_width == places.widths.cloud


@pytest.mark.parametrize(
    ("k", "width", "bar"),
    [(2, WIDTH, 18), (6, WIDTH, 18), (7, WIDTH, 15), (20, WIDTH, 8), (3, HALF, 18), (5, HALF, 10)],
)
def test_bars_of_more_clusters_are_narrower(k: int, width: float, bar: float):
    places = Places(clusters_of(0, k, 30, True), (6,), {}, width)
    assert (places.bar, places.glyph) == (bar, bar * k)


def test_the_longest_sentence_says_how_close_the_rows_of_all_are():
    clusters = clusters_of(0, 2, 9, True)
    rows = [Places(clusters, (length,), {}, WIDTH).row for length in range(1, 40)]
    assert rows == sorted(rows, reverse=True)
    assert rows[0] > rows[-1]
    assert all(box < row for row, box in rows)
    for length in (1, 12, 39):
        assert Places(clusters, (length, 3, 1), {}, WIDTH).row == rows[max(length, 3) - 1]


def test_a_cluster_without_units_or_without_words_by_hand():
    labels = np.array([0, 0, 2, 2, 2])  # of cluster 1 there are words only, of 3 nothing at all
    table = np.array([[1.0, -1, 2, 2, -2]])
    clusters = describe_clusters(table, labels, np.array([3, 1, 0, 2]), np.array([1]))
    places = Places(clusters, (), {(1, 1): 60.0}, WIDTH)
    squares = {cluster: chip.squares for cluster, chip in places.chips.items()}
    assert {c: list(own) for c, own in squares.items()} == {1: [], 0: [0, 1], 2: [2, 3, 4]}
    # 60 px of words; 17 above two rows of squares, 4 between them and 5 below; 16 between.
    assert extents(places) == [(40, 100), (116, 160), (176, 220)]
    assert squares[0] == {0: (5, 133), 1: (5, 146)}
    assert squares[2] == {2: (5, 193), 3: (14, 193), 4: (5, 206)}
    assert chip_span(places, 1) == (59, 81)
    assert places.height == 220
