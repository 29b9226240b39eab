"""The chart of one step: its numbers, what each was made of, where it stands, the equation."""

import re

import numpy as np
import pandas as pd
import pytest

import lstmvis_core as lv
from lstmvis_core.analysis.one_step import ROWS
from lstmvis_core.charts import step_chart, step_equation
from lstmvis_core.charts.palette import letters
from lstmvis_core.charts.step_blocks import number
from lstmvis_core.charts.step_chart import MOST_UNITS
from lstmvis_core.charts.step_frames import WIDTH, StepFrames
from tests.small import labelling_model

TEXT = "(a b) (ca (b.))\nab?"
each_cell = pytest.mark.parametrize("cell", lv.KINDS)


@pytest.fixture
def found(tiny_model, cell: str) -> lv.OneStep:
    return lv.one_step(lv.trace_text(tiny_model(cell), TEXT), 2, 6)


def squares(found: lv.OneStep, part: str = "", unit: int = 0, dark: bool = False) -> pd.DataFrame:
    return step_chart(found, "(", part, unit, dark).data["squares"]


def sources(table: pd.DataFrame, one: pd.Series) -> pd.DataFrame:
    """The squares that one was made of."""
    ids = [int(id) for id in re.findall(r"\d+", one["sources"])]
    return table.set_index("id", drop=False).loc[ids]


def value_at(table: pd.DataFrame, part: str, unit: int, line: int = -1) -> pd.Series:
    """A square of a part: the last one of the unit, or that of another line."""
    mine = table[(table["part"] == part) & (table["unit"] == unit)].sort_values(["y", "x"])
    return mine.iloc[line]


@each_cell
def test_every_number_is_there_and_written_with_two_decimals(found):
    table = squares(found)
    assert table["id"].tolist() == list(range(len(table)))
    for part, row in found.rows.items():
        shown = [value_at(table, part, unit) for unit in range(len(row))]
        np.testing.assert_allclose([one["value"] for one in shown], row, atol=1e-9)
    assert table["text"].tolist() == [number(value) for value in table["value"]]
    assert set(table["part"]) == set(ROWS[found.cell])


@each_cell
def test_each_number_comes_from_numbers_above_or_left_of_it_that_lead_to_it(found):
    table = squares(found)
    for _, one in table.iterrows():
        of = sources(table, one)
        assert ((of["y"] < one["y"]) | (of["x"] < one["x"])).all()
        given = one["part"] in ("input", "hidden_before", "cell_before")
        assert of.empty == (given or one["told"].startswith("b, "))
        wide = of["part"].isin(["input", "hidden_before"])
        assert set(of.loc[~wide, "unit"]) <= {one["unit"]}
        if one["told"].startswith(("sum, ", "c, ", "h, ")) and "tanh(" not in one["told"]:
            assert of["value"].sum() == pytest.approx(one["value"], abs=1e-6)
        if one["told"].startswith(("f × c", "i × g", "h = o")):
            assert of["value"].prod() == pytest.approx(one["value"], abs=1e-6)


@each_cell
def test_a_matrix_product_comes_from_all_of_its_vector(found):
    table = squares(found)
    of_input = table[table["told"].str.startswith("W x, ")]
    assert len(of_input) == len(found.gates) * 5
    for _, one in of_input.iterrows():
        assert sources(table, one)["value"].tolist() == found.input.tolist()
        assert "×" in one["told"]
        assert one["told"].endswith(f"= {number(one['value'], 4)}")
    of_hidden = table[table["told"].str.startswith("U h")]
    assert all(
        sources(table, one)["value"].tolist() == found.hidden_before.tolist()
        for _, one in of_hidden.iterrows()
    )


@each_cell
def test_the_number_looked_at_is_framed_with_those_it_was_made_of(found):
    for part, row in found.rows.items():
        table = squares(found, part, 3)
        picked = table[table["picked"]]
        if part == "input":
            assert picked["value"].tolist() == row.tolist()
            assert not table["used"].any()
            continue
        assert picked["value"].tolist() == [row[3]]
        assert not table[table["picked"]]["used"].any()
        used = table[table["used"]]
        if part in found.gates:
            assert used[used["part"] == "input"]["value"].tolist() == found.input.tolist()
            same = used[used["part"] == "hidden_before"]["value"].tolist()
            assert same == found.hidden_before.tolist()
        elif part.endswith("_before"):
            assert used.empty
        else:
            assert set(used["unit"]) == {3}
            if part == "cell":
                gates = {"forget_gate", "input_gate", "candidate", "cell_before", "cell"}
                assert set(used["part"]) == gates
    assert not squares(found)[["picked", "used"]].any(axis=None)


@each_cell
def test_no_square_covers_another_and_all_are_inside(found):
    frames = StepFrames(found, "(", "", 0, False)
    table = frames.tables()["squares"]
    assert table["x"].min() >= 0
    assert table["x2"].max() <= frames.width
    assert table["y2"].max() <= frames.height
    places = table[["x", "x2", "y", "y2"]].values
    for n, (x, x2, y, y2) in enumerate(places):
        others = np.delete(places, n, 0)
        apart = (
            (others[:, 0] >= x2) | (others[:, 1] <= x) | (others[:, 2] >= y2) | (others[:, 3] <= y)
        )
        assert apart.all()


@pytest.mark.parametrize("id", ["tiny-rnn", "tiny-lstm", "tiny-gru", "prose", "prose-gru"])
def test_a_step_needs_no_more_than_the_page_is_wide(id: str):
    found = lv.one_step(lv.trace_text(lv.load_model(id), "(1"), 1, 1)
    assert StepFrames(found, "1", "", 0, False).width == WIDTH


@pytest.mark.parametrize("id", ["parens", "prose-gru", "prose-rnn"])
def test_of_a_large_layer_the_first_units_are_drawn(id: str):
    found = lv.one_step(lv.trace_text(lv.load_model(id), "(1 (2"), 2, 3)
    table = squares(found, "hidden", 40)
    assert table["unit"].max() == MOST_UNITS - 1
    assert not table["picked"].any()
    assert set(table.groupby(["part", "y"])["unit"].count()) == {MOST_UNITS}
    told = table[table["told"].str.startswith("W x, ")].iloc[0]["told"]
    assert f"a sum of {len(found.input)} products" in told


@each_cell
@pytest.mark.parametrize("dark", [False, True])
def test_blue_is_above_zero_and_orange_below_and_the_numbers_can_be_read(found, dark):
    def channels(colour: str) -> list[int]:
        return [int(colour[k : k + 2], 16) for k in (1, 3, 5)]

    def luminance(colour: str) -> float:
        parts = [c / 255 for c in channels(colour)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    ink = luminance(letters(dark))
    for _, one in squares(found, dark=dark).iterrows():
        red, _, blue = channels(one["colour"])
        if abs(one["value"]) > 1.5:
            assert (blue > red) == (one["value"] > 0)
        low, high = sorted((ink, luminance(one["colour"])))
        assert (high + 0.05) / (low + 0.05) >= 4.5


def test_first_steps_and_backward_layers_say_where_their_state_is_from():
    model = labelling_model("tagger", "lstm", bidirectional=True)
    trace = lv.trace_text(model, TEXT)

    def said(layer: int, step: int) -> list[str]:
        titles = step_chart(lv.one_step(trace, layer, step), "a").data["titles"]
        return titles["text"].tolist()

    assert "after the token before" in said(1, 4)
    assert "after the next token" in said(2, 4)
    assert "all 0: nothing was read" in said(1, 0)
    assert "all 0: nothing was read" in said(2, len(TEXT) - 1)
    assert "stands for “a”" in said(1, 4)
    assert "from the layer below" in said(3, 4)


# -- the equation ------------------------------------------------------------------------------


def numbers(latex: str) -> list[float]:
    return [float(one) for one in re.findall(r"-?\d+\.\d+", latex)]


@each_cell
def test_an_equation_ends_in_the_number(found):
    for part, row in found.rows.items():
        for unit in range(5):
            latex = step_equation(found, part, unit)
            assert latex.count("{") == latex.count("}")
            assert latex.count("\\big(") == latex.count("\\big)")
            expected = row if part == "input" else [row[unit]]
            assert numbers(latex)[-len(expected) :] == pytest.approx(expected, abs=5e-4)


@each_cell
def test_the_sum_of_a_gate_has_all_its_products(found):
    for name in found.gates:
        latex = step_equation(found, name, 2)
        for term in found.terms(name, 2):
            if term.of != "bias":
                weight, value = (f"{one:.3f}" for one in (term.weight, term.value))
                shown = [f"({one})" if one.startswith("-") else one for one in (weight, value)]
                assert f"{shown[0]} \\cdot {shown[1]}" in latex.replace("-0.000", "0.000")


def test_a_long_sum_has_its_largest_products_and_the_rest():
    found = lv.one_step(lv.trace_text(lv.load_model("parens"), "(1 (2"), 2, 3)
    latex = step_equation(found, "forget_gate", 7)
    assert latex.count("20 smaller ones together") == 2
    for line in ("W_f", "U_f"):
        written = latex[latex.index(f"({line}", latex.index("big)")) :]
        written = written[: written.index("together")]
        products = np.array(numbers(written)[:-1]).reshape(12, 2).prod(1)
        gate = found.gates["forget_gate"]
        whole = gate.of_input[7] if line == "W_f" else gate.of_hidden[7]
        assert products.sum() + numbers(written)[-1] == pytest.approx(whole, abs=0.05)


def test_what_has_no_equation_is_refused(tiny_model):
    found = lv.one_step(lv.trace_text(tiny_model("gru"), "abc"), 1, 1)
    with pytest.raises(lv.SelectionError, match="not 'cell'"):
        step_equation(found, "cell", 0)
    with pytest.raises(lv.SelectionError, match="from 0 to 4, not 5"):
        step_equation(found, "hidden", 5)


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, "0.00"), (-0.004, "0.00"), (-1.0, "−1.00"), (12.345, "12.35")]
)
def test_numbers_have_a_true_minus_and_no_minus_zero(value: float, shown: str):
    assert number(value) == shown
