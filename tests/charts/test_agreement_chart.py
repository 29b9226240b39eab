"""The tables behind the bars of agreement, of lengths, and the minimap."""

import numpy as np

from lstmvis_core import Agreement, Match
from lstmvis_core.charts import MatchRow, agreement_chart, lengths_chart, minimap


def found(*ranges: int, lengths: list[int]) -> Agreement:
    return Agreement(np.array(ranges), np.array(lengths))


def test_levels_go_down_from_all_units_and_end():
    table = agreement_chart(found(0, 9, 8, 7, 6, 5, 4, 3, lengths=[0, 3])).data["levels"]
    assert table["what"].tolist() == ["all 7", "6 of 7", "5 of 7", "4 of 7", "3 of 7", "2 of 7"]
    assert table["ranges"].tolist() == [3, 4, 5, 6, 7, 8]


def test_the_band_is_of_the_same_levels():
    drawn = np.array([[0, n, 10 * n] for n in range(21)])
    band = agreement_chart(found(0, 1234, 5, lengths=[0, 5]), drawn).data["chance"]
    assert band.to_dict("records") == [
        {"what": "all 2", "low": 10.0, "middle": 100.0, "high": 190.0},
        {"what": "1 of 2", "low": 1.0, "middle": 10.0, "high": 19.0},
    ]


def test_there_is_no_band_where_nothing_was_counted():
    drawn = np.array([[0, 0, 3, 1], [0, 0, 5, 1]])
    band = agreement_chart(found(0, 9, 8, 7, lengths=[7]), drawn, least=2).data["chance"]
    assert band["what"].tolist() == ["all 3", "2 of 3"]


def test_there_is_no_band_before_the_first_draw():
    for drawn in (None, np.zeros((0, 3), int)):
        assert agreement_chart(found(0, 2, 1, lengths=[1]), drawn).data["chance"].empty


def test_the_axis_holds_counts_and_band():
    drawn = np.array([[0, 20_000, 3]])
    layout = agreement_chart(found(0, 7, 1, lengths=[1]), drawn).layout
    assert layout["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 100_000]


def test_long_ranges_share_a_bar():
    lengths = [0, 0, 4, *[0] * 27, 1, 0, 2]  # of 2, of 30 and of 32 steps
    table = lengths_chart(found(0, 7, lengths=lengths)).data["lengths"]
    assert table.to_dict("records") == [
        {"length": 2, "ranges": 4, "what": "2"},
        {"length": 30, "ranges": 3, "what": "30 or more"},
    ]


def test_a_mark_of_the_minimap_is_a_row():
    def row(start: int, shared: int) -> MatchRow:
        none = np.zeros(0, np.int64)
        match = Match(start, start + 2, np.arange(shared), none, none)
        return MatchRow(match, start, start + 2, np.zeros(2, np.int64))

    table = minimap([row(500, 4), row(20, 2)], 1000).data["places"]
    assert table["start"].tolist() == [500, 20]
    assert table["rank"].tolist() == [1, 2]
    assert table["strength"].tolist() == [1.0, 0.5]
