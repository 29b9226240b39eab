"""The window of a ledger: tokens, what they wrote, and the axis."""

import numpy as np
import pytest

import lstmvis_core as lv
from lstmvis_core.charts import ledger_chart

TOKENS = lv.Vocabulary.from_text("ab ").encode("a b ab")


def drawn(written: list[float], step: int = 5, start: int = 0, end: int = 6):
    kept = np.linspace(0, 1, 6)
    return ledger_chart(TOKENS, np.array(written), kept, step, start, end, "forget gate f")


def test_each_token_of_the_window_has_its_own_numbers():
    table = drawn([0, 1, 2, -3, 4, 5], step=4, start=2, end=5).data["tokens"]
    assert table["step"].tolist() == [2, 3, 4]
    assert table["token"].tolist() == ["b", "·", "a"]
    assert table["written"].tolist() == [2, -3, 4]
    assert table["kept"].tolist() == pytest.approx([0.4, 0.6, 0.8])
    assert table["x"].tolist() == [0, 1, 2]
    assert table["here"].tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("written", "limits"),
    [
        ([0, 0, 0.95, -0.01, 0, 0], [0.0, 1]),  # what is hardly below 0 needs no room
        ([0, 0, 0.95, -0.06, 0, 0], [-0.1, 1]),
        ([0, 0, -0.3, -0.06, 0, 0], [-0.5, 0.1]),
        ([0, 0, 33.0, 0, 0, 0], [0.0, 33.0]),
        ([0, 0, 0, 0, 0, 0], [0.0, 0.1]),
    ],
)
def test_the_axis_holds_all_bars(written, limits):
    layers = drawn(written).layout["layer"][0]["layer"]
    scales = [layer["encoding"]["y"].get("scale", {}) for layer in layers]
    assert [scale["domain"] for scale in scales if "domain" in scale] == [limits]
