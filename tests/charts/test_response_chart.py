"""All units by their response to words: the table against a loop, and what Vega makes of it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.charts import response_chart
from lstmvis_core.charts.response_chart import UNIT_CLICK

WORDS = ("a", " ", "<b>", "\n")
SEEN = {"a": "a", " ": "·", "<b>": "<b>", "\n": "⏎"}
CLUSTERS = np.array([0, 2, 1, 1, 27, 0, 2])


def responses(seed: int) -> lv.Responses:
    """Of seven units, of which one never changes and one changes by halves."""
    draws, units = np.random.default_rng(seed), 7
    changes = draws.normal(size=(len(WORDS), 40, units)).astype(np.float32)
    changes[:, :, 2] = 0
    changes[:, :, 3] = np.round(changes[:, :, 3] * 2) / 2
    percentiles = np.percentile(changes, (9, 25, 75, 91), axis=1).transpose(1, 0, 2)
    return lv.Responses(
        WORDS,
        np.full(len(WORDS), 40),
        changes.mean(axis=1),
        percentiles,
        np.sqrt((changes**2).mean(axis=(0, 1))),
        changes.var(axis=1),
        np.zeros((10, len(WORDS), units)),
        np.zeros((10, len(WORDS)), np.int64),
    )


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True))
def test_units_stand_in_the_order_of_the_first_word(seed: int, words: list[str]):
    found = responses(seed)
    table = response_chart(found, words, CLUSTERS).data["responses"]
    assert table["word"].tolist() == [SEEN[word] for word in words for _ in range(7)]
    first = table[:7]
    assert sorted(first["unit"]) == list(range(7))
    assert first["mean"].tolist() == sorted(first["mean"])
    for number, row in enumerate(table.to_dict("records")):
        unit, word = row["unit"], WORDS.index(words[number // 7])
        assert unit == first["unit"].tolist()[number % 7], "the same for each word"
        assert row["place"] == number % 7
        assert row["cluster"] == {0: "A", 1: "B", 2: "C", 27: "B2"}[int(CLUSTERS[unit])]
        size = 1 if unit == 2 else found.variation[unit]
        assert row["mean"] == pytest.approx(found.mean[word, unit] / size, abs=1e-6)
        for rank, name in enumerate(("low", "first", "third", "high")):
            expected = found.percentiles[word, rank, unit] / size
            assert row[name] == pytest.approx(expected, abs=1e-6), name


def test_units_of_one_response_keep_their_order():
    none = np.zeros((len(WORDS), 4, 50), np.float32)
    mean = none[:, 0] + np.arange(50) % 2
    found = replace(responses(0), mean=mean, percentiles=none, variation=none[0, 0])
    table = response_chart(found, ["a"], np.zeros(50, int)).data["responses"]
    assert table["unit"].tolist() == [*range(0, 50, 2), *range(1, 50, 2)]


def test_one_place_of_a_text_is_drawn_over_it_in_the_same_order():
    found, actual = responses(1), np.arange(7.0)
    data = response_chart(found, ["a", " "], CLUSTERS, actual, unit=4).data
    here = data["here"]
    assert here["unit"].tolist() == data["responses"]["unit"][:7].tolist()
    for unit, value in zip(here["unit"], here["actual"], strict=True):
        size = 1 if unit == 2 else found.variation[unit]
        assert value == pytest.approx(actual[unit] / size)
    assert here[here["marked"]]["unit"].tolist() == [4]


def test_without_a_place_or_a_unit_none_is_marked():
    here = response_chart(responses(1), ["a"], CLUSTERS).data["here"]
    assert here["place"].tolist() == list(range(7))
    assert here["actual"].isna().all()
    assert not here["marked"].any()


def test_the_layout_is_the_same_object_for_other_units():
    one, other = (response_chart(responses(n), ["a", " "], CLUSTERS, unit=n) for n in (1, 2))
    assert one.layout is other.layout
    layouts = [
        response_chart(responses(1), ["a", "\n"], CLUSTERS).layout,
        response_chart(responses(1), ["a", " "], CLUSTERS, np.zeros(7)).layout,
        response_chart(responses(1), ["a", " "], CLUSTERS, dark=True).layout,
    ]
    assert one.layout not in layouts


def compiled(*words: str, actual: np.ndarray | None = None) -> dict[str, Any]:
    drawing = response_chart(responses(3), words, CLUSTERS, actual, unit=1)
    return vl_convert.vegalite_to_vega(drawing.chart().to_dict())


@pytest.mark.parametrize("words", [("a",), ("a", " "), ("<b>", "a", "\n")])
def test_vega_draws_each_word_in_a_colour_of_its_own(words: tuple[str, ...]):
    vega = compiled(*words)
    [colour] = [scale for scale in vega["scales"] if scale["name"] == "color"]
    assert colour["domain"] == [SEEN[word] for word in words]
    assert len(set(colour["range"])) == len(words)
    assert ("legends" in vega) == (len(words) > 1)
    assert UNIT_CLICK in {signal["name"] for signal in vega["signals"]}


def test_vega_draws_the_place_only_where_there_is_one():
    without, with_place = (compiled("a", actual=actual) for actual in (None, np.zeros(7)))
    assert len(with_place["marks"]) == len(without["marks"]) + 1
