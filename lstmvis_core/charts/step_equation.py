"""One number of a step written out: the equation, and the same with all numbers in it, as LaTeX."""

from collections.abc import Iterator, Sequence

import numpy as np

from lstmvis_core.analysis.one_step import GateSum, OneStep, Term
from lstmvis_core.charts.step_blocks import letter_of
from lstmvis_core.errors import SelectionError

IN_A_LINE, MOST_TERMS = 3, 12  # products
DIGITS = 3


def step_equation(found: OneStep, part: str, unit: int) -> str:
    """How one number came about, as LaTeX.

    Parameters
    ----------
    found : OneStep
    part : str
        A name of `OneStep.rows`.
    unit : int
        Which number of that row, counted from 0; of the input all are written.

    Returns
    -------
    str
        Lines that are aligned at their equals signs. A sum of more than `MOST_TERMS` products has
        the largest of them, and what the others are together.

    Raises
    ------
    SelectionError
        There is no such row or unit.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> found = lv.one_step(lv.trace_text(lv.load_model("tiny-lstm"), "(1"), layer=1, step=1)
    >>> print(step_equation(found, "tanh_cell", 0).splitlines()[1])
    \\tanh(c)_{0} &= \\tanh(c_{0}) \\\\
    """
    if part not in found.rows:
        raise SelectionError(f"Rows are {', '.join(found.rows)}; not {part!r}.")
    if not 0 <= unit < len(found.hidden):
        last = len(found.hidden) - 1
        raise SelectionError(f"unit is a whole number from 0 to {last}, not {unit}.")
    lines = list(_lines(found, part, unit))
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def _lines(found: OneStep, part: str, unit: int) -> Iterator[str]:
    if part in found.gates:
        yield from _gate(found, found.gates[part], unit)
    elif part == "input":
        shown = ",\\ ".join(_number(value) for value in found.input[:MOST_TERMS])
        rest = ",\\ \\dots" if len(found.input) > MOST_TERMS else ""
        yield f"x_t &= ({shown}{rest})"
    elif part in ("hidden_before", "cell_before"):
        yield f"{part[0]}_{{t-1,{unit}}} &= {_number(found.rows[part][unit])}"
    elif part == "tanh_cell":
        yield f"\\tanh(c)_{{{unit}}} &= \\tanh(c_{{{unit}}})"
        yield f"&= \\tanh({_number(found.rows['cell'][unit])}) = {_value(found, part, unit)}"
    elif part == "cell":
        yield from _cell(found, unit)
    else:
        yield from _hidden(found, unit)


def _gate(found: OneStep, gate: GateSum, unit: int) -> Iterator[str]:
    """The sum in its parts, and what becomes of it."""
    letter = letter_of(found, gate.name)
    squash = "\\sigma" if gate.squash == "sigmoid" else "\\tanh"
    w = f"(W_{letter}\\,x_t)_{{{unit}}}"
    u = f"(U_{letter}\\,h_{{t-1}})_{{{unit}}}"
    b = f"b_{{{letter},{unit}}}"
    now = f"{letter}_{{t,{unit}}}" if found.cell == "rnn" else f"{letter}_{{{unit}}}"
    terms = found.terms(gate.name, unit)
    of_input, of_hidden = gate.of_input[unit], gate.of_hidden[unit]
    if gate.inner_bias is None or gate.reset is None:
        yield f"{now} &= {squash}\\big({w} + {u} + {b}\\big)"
        added = [of_input, of_hidden, gate.bias[unit]]
    else:
        inner = f"b'_{{{letter},{unit}}}"
        yield f"{now} &= {squash}\\big({w} + {b} + r_{{{unit}}}\\,({u} + {inner})\\big)"
        added = [of_input, gate.bias[unit]]
    yield from _sum(w, [term for term in terms if term.of == "input"], of_input)
    yield from _sum(u, [term for term in terms if term.of == "hidden"], of_hidden)
    shown = " + ".join(_bracketed(value) for value in added)
    if gate.inner_bias is not None and gate.reset is not None:
        inside = f"{_number(of_hidden)} + {_bracketed(gate.inner_bias[unit])}"
        shown += f" + {_bracketed(gate.reset[unit])} \\cdot ({inside})"
    yield f"{now} &= {squash}({shown})"
    yield f"&= {squash}({_number(gate.total[unit])}) = {_value(found, gate.name, unit)}"


def _sum(name: str, terms: Sequence[Term], total: float) -> Iterator[str]:
    """A matrix product as a sum of products, some a line."""
    chosen = sorted(range(len(terms)), key=lambda n: -abs(terms[n].weight * terms[n].value))
    shown = [terms[n] for n in sorted(chosen[:MOST_TERMS])]
    products = [f"{_bracketed(term.weight)} \\cdot {_bracketed(term.value)}" for term in shown]
    rest = len(terms) - len(shown)
    if rest:
        left = total - sum(term.weight * term.value for term in shown)
        products.append(f"{_bracketed(left)}\\ \\text{{({rest} smaller ones together)}}")
    for first in range(0, len(products), IN_A_LINE):
        begin = f"{name} &= " if not first else "&\\quad + "
        end = f" = {_number(total)}" if first + IN_A_LINE >= len(products) else ""
        yield begin + " + ".join(products[first : first + IN_A_LINE]) + end


def _cell(found: OneStep, unit: int) -> Iterator[str]:
    values = {name: float(row[unit]) for name, row in found.rows.items() if name != "input"}
    u = f"{{{unit}}}"
    yield f"c_{{t,{unit}}} &= f_{u} \\cdot c_{{t-1,{unit}}} + i_{u} \\cdot g_{u}"
    kept = _product(values["forget_gate"], values["cell_before"])
    yield f"&= {kept} + {_product(values['input_gate'], values['candidate'])}"
    written = values["input_gate"] * values["candidate"]
    kept_value = values["forget_gate"] * values["cell_before"]
    yield f"&= {_number(kept_value)} + {_bracketed(written)} = {_value(found, 'cell', unit)}"


def _hidden(found: OneStep, unit: int) -> Iterator[str]:
    values = {name: float(row[unit]) for name, row in found.rows.items() if name != "input"}
    u, result = f"{{{unit}}}", _value(found, "hidden", unit)
    if found.cell == "lstm":
        yield f"h_{{t,{unit}}} &= o_{u} \\cdot \\tanh(c_{{t,{unit}}})"
        yield f"&= {_product(values['output_gate'], values['tanh_cell'])} = {result}"
        return
    z, n, h = values["update_gate"], values["candidate"], values["hidden_before"]
    yield f"h_{{t,{unit}}} &= (1 - z_{u}) \\cdot n_{u} + z_{u} \\cdot h_{{t-1,{unit}}}"
    yield f"&= (1 - {_number(z)}) \\cdot {_bracketed(n)} + {_product(z, h)}"
    yield f"&= {_number((1 - z) * n)} + {_bracketed(z * h)} = {result}"


def _value(found: OneStep, part: str, unit: int) -> str:
    """What comes out, to be seen at once."""
    return f"\\mathbf{{{_number(found.rows[part][unit])}}}"


def _product(one: float, other: float) -> str:
    return f"{_bracketed(one)} \\cdot {_bracketed(other)}"


def _number(value: float | np.floating) -> str:
    shown = f"{value:.{DIGITS}f}"
    return shown.removeprefix("-") if float(shown) == 0 else shown


def _bracketed(value: float | np.floating) -> str:
    """A number that can stand after a sign."""
    shown = _number(value)
    return f"({shown})" if shown.startswith("-") else shown
