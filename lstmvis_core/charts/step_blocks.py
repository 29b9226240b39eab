"""What the chart of one step shows: equations as blocks of rows of numbers, and their sources."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lstmvis_core.analysis.one_step import GateSum, OneStep

MOST_UNITS = 8  # numbers of a row that are drawn: two rows side by side fit into a page
MOST_PRODUCTS = 6  # that are told of a number
SQUARE, ROW = 37, 23
LABEL, WIDE_LABEL = 44, 92  # px before the squares of a row
TITLE = 45  # px above its rows
ORDER = ("reset_gate", "update_gate", "forget_gate", "input_gate", "candidate", "output_gate")
LETTERS = {
    "input_gate": "i",
    "forget_gate": "f",
    "output_gate": "o",
    "reset_gate": "r",
    "update_gate": "z",
    "hidden": "h",
}
ASKED = {
    "input_gate": "how much is written?",
    "forget_gate": "how much is kept?",
    "output_gate": "how much is shown?",
    "reset_gate": "how much past is seen?",
    "update_gate": "how much is kept?",
    "candidate": "what would be written",
}


@dataclass(frozen=True)
class Row:
    """A vector: what stands before it, its numbers, and of each which others it was made of.

    Attributes
    ----------
    key : str
        Its own name among all rows.
    part : str
        What a click on it chooses: a name of `OneStep.rows`.
    label : str
    values : numpy.ndarray
    sources : sequence of (str, bool)
        Keys of other rows, and whether all of their numbers go in or only that of the same unit.
    limit : {"bounded", "open"}
        Whether it lies between −1 and 1.
    told : sequence of str
        A sentence for each number.
    """

    key: str
    part: str
    label: str
    values: np.ndarray
    sources: Sequence[tuple[str, bool]] = ()
    limit: str = "open"
    told: Sequence[str] = ()


@dataclass(frozen=True)
class Block:
    """Rows below a title."""

    title: str
    asked: str
    rows: Sequence[Row]
    label: float = LABEL

    @property
    def width(self) -> float:
        """In pixels."""
        return self.label + SQUARE * max(min(len(row.values), MOST_UNITS) for row in self.rows)

    @property
    def height(self) -> float:
        """In pixels."""
        return TITLE + ROW * len(self.rows)


def letter_of(found: OneStep, gate: str) -> str:
    """How the equations call a gate: the candidate of an LSTM is g, that of a GRU n."""
    if gate == "candidate":
        return "n" if found.cell == "gru" else "g"
    return LETTERS[gate]


def number(value: float | np.floating, digits: int = 2) -> str:
    """A number as it stands in a square.

    >>> number(0.125), number(-0.5), number(-0.001)
    ('0.12', '−0.50', '0.00')
    """
    shown = f"{value:.{digits}f}"
    return shown.removeprefix("-") if float(shown) == 0 else shown.replace("-", "−")


def sections(found: OneStep, token: str) -> list[tuple[str, list[Block]]]:
    """What stands below each other, each with its heading: what goes in, gates, what comes out."""
    before = "after the next token" if found.backward else "after the token before"
    if found.first:
        before = "all 0: nothing was read"
    source = f"stands for “{token}”" if found.layer == 1 else "from the layer below"
    goes_in = [
        Block("input x", source, [Row("x", "input", "x =", found.input, told=_given(found.input))]),
        Block("hidden state h", before, [_before("h0", "hidden_before", found.hidden_before)]),
    ]
    if found.cell_before is not None:
        cell = _before("c0", "cell_before", found.cell_before, "open")
        goes_in.append(Block("cell state c", before, [cell]))
    if found.cell == "rnn":
        (gate,) = found.gates.values()
        rows = _sum_rows(found, gate)
        return [
            ("What goes in", goes_in),
            (
                "What comes out",
                [Block("new hidden state h", "all worked out anew", rows, WIDE_LABEL)],
            ),
        ]
    gates = [found.gates[name] for name in ORDER if name in found.gates]
    blocks = [
        Block(
            f"{gate.name.replace('_', ' ')} {letter_of(found, gate.name)}",
            ASKED[gate.name],
            _sum_rows(found, gate),
            WIDE_LABEL if found.cell == "gru" and gate.reset is not None else LABEL,
        )
        for gate in gates
    ]
    comes_out = _lstm_out(found) if found.cell == "lstm" else _gru_out(found)
    return [("What goes in", goes_in), ("The gates", blocks), ("What comes out", comes_out)]


def _given(values: np.ndarray) -> list[str]:
    return [f"number {n} of the input: {number(value, 4)}" for n, value in enumerate(values)]


def _before(key: str, part: str, values: np.ndarray, limit: str = "bounded") -> Row:
    told = [f"unit {n} before this step: {number(value, 4)}" for n, value in enumerate(values)]
    return Row(key, part, f"{key[0]} =", values, (), limit, told)


def _sum_rows(found: OneStep, gate: GateSum) -> list[Row]:
    """The rows of a gate, from the two matrix products to its value."""
    name, sign = gate.name, "σ" if gate.squash == "sigmoid" else "tanh"
    letter = letter_of(found, name)

    def made(
        key: str,
        label: str,
        values: np.ndarray,
        *sources: tuple[str, bool],
        how: Sequence[str] = (),
    ) -> Row:
        ways = how or [""] * len(values)
        told = [
            f"{label.strip('+ =')}, unit {n}: {way}{number(value, 4)}"
            for n, (value, way) in enumerate(zip(values, ways, strict=True))
        ]
        return Row(f"{name} {key}", name, label, values, sources, "open", told)

    def own(key: str) -> tuple[str, bool]:
        return f"{name} {key}", False

    of_x = _products(gate.weight_input, found.input)
    of_h = _products(gate.weight_hidden, found.hidden_before)
    rows = [made("wx", "W x", gate.of_input, ("x", True), how=of_x)]
    if gate.reset is None:
        rows += [
            made("uh", "+ U h", gate.of_hidden, ("h0", True), how=of_h),
            made("b", "+ b", gate.bias),
            made("sum", "= sum", gate.total, own("wx"), own("uh"), own("b")),
        ]
    else:
        assert gate.inner_bias is not None
        inner = gate.of_hidden + gate.inner_bias
        rows += [
            made("b", "+ b", gate.bias),
            made("uh", "U h + b′", inner, ("h0", True)),
            made("past", "+ r × (U h + b′)", gate.reset * inner, own("uh"), ("reset_gate", False)),
            made("sum", "= sum", gate.total, own("wx"), own("b"), own("past")),
        ]
    told = [
        f"{letter}, unit {n}: {sign}({number(a, 4)}) = {number(v, 4)}"
        for n, (a, v) in enumerate(zip(gate.total, gate.value, strict=True))
    ]
    label = f"{letter} = {sign}"
    rows.append(Row(name, name, label, gate.value, [own("sum")], "bounded", told))
    return rows


def _products(weights: np.ndarray, values: np.ndarray) -> list[str]:
    """How each number of a matrix product came about, where that is not too long."""
    if len(values) > MOST_PRODUCTS:
        return [f"a sum of {len(values)} products = "] * len(weights)
    return [
        " + ".join(f"{number(w)} × {number(v)}" for w, v in zip(row, values, strict=True)) + " = "
        for row in weights
    ]


def _product(one: np.ndarray, other: np.ndarray, signs: str) -> list[str]:
    pairs = zip(one, other, strict=True)
    return [
        f"{signs}, unit {n}: {number(a, 4)} × {number(b, 4)} = {number(a * b, 4)}"
        for n, (a, b) in enumerate(pairs)
    ]


def _plus(one: np.ndarray, other: np.ndarray, signs: str) -> list[str]:
    pairs = zip(one, other, strict=True)
    return [
        f"{signs}, unit {n}: {number(a, 4)} + {number(b, 4)} = {number(a + b, 4)}"
        for n, (a, b) in enumerate(pairs)
    ]


def _lstm_out(found: OneStep) -> list[Block]:
    gates = {name: gate.value for name, gate in found.gates.items()}
    f, i, g = (gates[name] for name in ("forget_gate", "input_gate", "candidate"))
    o, c, tanh_c = gates["output_gate"], found.cell_state, found.tanh_cell
    assert c is not None
    assert tanh_c is not None
    assert found.cell_before is not None
    kept, written = f * found.cell_before, i * g
    of_kept, of_written = [("forget_gate", False), ("c0", False)], [("input_gate", False)]
    of_written.append(("candidate", False))
    shown = [f"o, unit {n}: {number(v, 4)}" for n, v in enumerate(o)]
    squashed = [
        f"tanh(c), unit {n}: tanh({number(a, 4)}) = {number(v, 4)}"
        for n, (a, v) in enumerate(zip(c, tanh_c, strict=True))
    ]
    cell = [
        Row(
            "kept",
            "cell",
            "f × c before",
            kept,
            of_kept,
            told=_product(f, found.cell_before, "f × c"),
        ),
        Row("written", "cell", "+ i × g", written, of_written, told=_product(i, g, "i × g")),
        Row(
            "cell",
            "cell",
            "= c",
            c,
            [("kept", False), ("written", False)],
            told=_plus(kept, written, "c"),
        ),
    ]
    hidden = [
        Row("tanh", "tanh_cell", "tanh(c)", tanh_c, [("cell", False)], "bounded", squashed),
        Row("shown", "output_gate", "× o", o, [("output_gate", False)], "bounded", shown),
        Row(
            "hidden",
            "hidden",
            "= h",
            found.hidden,
            [("tanh", False), ("shown", False)],
            "bounded",
            _product(o, tanh_c, "h = o × tanh(c)"),
        ),
    ]
    return [
        Block("new cell state c", "the memory", cell, WIDE_LABEL),
        Block("new hidden state h", "what others see of it", hidden, WIDE_LABEL),
    ]


def _gru_out(found: OneStep) -> list[Block]:
    z, n, h = (
        found.gates["update_gate"].value,
        found.gates["candidate"].value,
        found.hidden_before,
    )
    of_new = [("update_gate", False), ("candidate", False)]
    of_old = [("update_gate", False), ("h0", False)]
    rows = [
        Row(
            "written",
            "hidden",
            "(1 − z) × n",
            (1 - z) * n,
            of_new,
            "bounded",
            _product(1 - z, n, "(1 − z) × n"),
        ),
        Row("kept", "hidden", "+ z × h before", z * h, of_old, "bounded", _product(z, h, "z × h")),
        Row(
            "hidden",
            "hidden",
            "= h",
            found.hidden,
            [("written", False), ("kept", False)],
            "bounded",
            _plus((1 - z) * n, z * h, "h"),
        ),
    ]
    return [Block("new hidden state h", "the memory, seen by all", rows, WIDE_LABEL)]
