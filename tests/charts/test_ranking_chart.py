"""Ranked units and probes as they are drawn."""

import numpy as np
import pytest

import lstmvis_core as lv
from lstmvis_core.charts import probe_chart, ranking_chart

SCORES = [np.array([0.9, np.nan, 0.2]), np.array([0.5])]
BEST = [(1, 0, 0.9), (1, 2, 0.2)]


def test_the_best_units_get_bars_and_all_get_ticks():
    data = ranking_chart(SCORES, BEST, ["1", "2"], binary=True, chance=0.05, chosen=(1, 2)).data
    assert data["best"]["what"].tolist() == ["unit 0 · layer 1", "unit 2 · layer 1"]
    assert data["best"]["label"].tolist() == ["0.900", "0.200"]
    assert data["best"]["chosen"].tolist() == [False, True]
    assert data["best"]["neutral"].tolist() == [0.5, 0.5]
    rows = data["every"][["layer", "unit", "score"]].to_numpy().tolist()
    assert rows == [[1, 0, 0.9], [1, 2, 0.2], [2, 0, 0.5]], "what has no score has no tick"
    assert data["band"].to_numpy().tolist() == [[0.45, 0.55]]


def test_correlations_have_a_sign_and_a_band_about_zero():
    data = ranking_chart(SCORES, BEST, ["1", "2"], binary=False, chance=0.1).data
    assert data["best"]["label"].tolist() == ["+0.900", "+0.200"]
    assert data["best"]["neutral"].tolist() == [0.0, 0.0]
    assert data["band"].to_numpy().tolist() == [[-0.1, 0.1]]


def test_no_band_is_drawn_where_chance_is_not_known():
    assert ranking_chart(SCORES, BEST, ["1", "2"], binary=True, chance=np.nan).data["band"].empty


@pytest.mark.parametrize("binary", [True, False])
def test_a_ranking_can_be_drawn(binary: bool):
    ranking_chart(SCORES, BEST, ["1", "2"], binary=binary, chance=0.1).chart()


def one(curve: list[float], everything: float) -> lv.Probe:
    nothing = np.zeros(0)
    return lv.Probe(everything, np.arange(len(curve)), np.array(curve), nothing, None, None)


def test_a_probe_is_drawn_unit_by_unit_and_then_all():
    probes = [one([0.6, 0.7], 0.9), one([-0.5, np.nan], 0.2)]
    table = probe_chart(probes, ["1", "2"], binary=False).data["curve"]
    assert table["units"].tolist() == ["1", "2", "all", "1", "all"]
    assert table["score"].tolist() == [0.6, 0.7, 0.9, -0.5, 0.2]
    assert table["drawn"].tolist() == [0.6, 0.7, 0.9, 0.0, 0.2]
    assert set(table["layer"]) == {"layer 1", "layer 2"}
    probe_chart(probes, ["1", "2"], binary=True).chart()
