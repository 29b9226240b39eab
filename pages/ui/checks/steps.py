"""Checks of single steps, and of what arrives of a change many steps later."""

from dataclasses import replace
from typing import Any

import numpy as np

import lstmvis_core as lv
from lstmvis_core.analysis.one_step import ROWS
from lstmvis_core.charts.gradient_frames import share_left
from lstmvis_core.charts.tokens import visible
from pages.ui.checks.check import Compute, Verdict, check
from pages.ui.gradients import OF, asked_for
from pages.ui.step_words import ROW_NAMES
from pages.ui.text_panel import read
from pages.ui.view import View
from pages.ui.words import count


@check
def number(value: Any) -> Compute:
    """A number of the step in view lies so: `number: {part: forget_gate, most: 0.2}`, or `least`.

    It is that of the unit in view.
    """
    told = dict(value)
    part = str(told["part"])
    if part not in ROW_NAMES or part == "input":
        raise ValueError(f"there is no row {part!r} of numbers of units")
    if not {"least", "most"} & set(told):
        raise ValueError("it needs 'least' or 'most'")
    least, most = (float(told.get(name, end)) for name, end in (("least", "-inf"), ("most", "inf")))

    def compute(_: View, view: View) -> Verdict:
        trace = read(view)
        if trace is None:
            return Verdict(False, "There is no text.")
        cell = trace.model.config.cell
        if part not in ROWS[cell]:
            return Verdict(False, f"This network has no {ROW_NAMES[part]}.")
        step = view.cursor(len(trace.tokens))
        found = float(lv.one_step(trace, view.layer, step).rows[part][view.unit])
        token = visible(trace.tokens.strings[step])
        said = f"{ROW_NAMES[part].capitalize()} of unit {view.unit} at “{token}”: {found:.2f}."
        return Verdict(least <= found <= most, said)

    return compute


@check
def reordered(value: Any) -> Compute:
    """The same tokens in another order, with the same one last, lead to another hidden state.

    `reordered: 0.3`: some unit of the layer in view differs by at least that much at the end.
    """
    least = float(value)

    def compute(prepared: View, view: View) -> Verdict:
        one, other = read(view), read(replace(view, text=prepared.text))
        if one is None or other is None:
            return Verdict(False, "There is no text.")
        tokens, before = one.tokens.strings, other.tokens.strings
        if sorted(tokens) != sorted(before):
            return Verdict(False, f"These are not the same as in “{prepared.text[:60]}”.")
        if tokens[-1] != before[-1]:
            return Verdict(False, f"It does not end with “{visible(before[-1])}”.")
        if list(tokens) == list(before):
            return Verdict(False, "They are still in the same order.")
        apart = np.abs(one.states(view.layer)[-1] - other.states(view.layer)[-1])
        unit = int(apart.argmax())
        said = f"At the end the hidden state of unit {unit} differs by {apart[unit]:.2f}."
        return Verdict(bool(apart[unit] >= least), said)

    return compute


_ARRIVES = {
    "hidden": "of the hidden state",
    "cell": "of the memory c",
    "product": "by the product of single steps",
    "bound": "by the textbook bound",
}


@check
def gradient_left(value: Any) -> Compute:
    """So much of a change arrives: `gradient_left: {cell: lstm, steps: 20, at_least: 0.1}`.

    `at_most` may be said in place of `at_least`, or beside it; `of: cell` asks for the memory of an
    LSTM, `of: product` and `of: bound` for what is told of single steps.
    """
    told = dict(value)
    cell, steps, of = str(told["cell"]), int(told["steps"]), str(told.get("of", "hidden"))
    least, most = float(told.get("at_least", 0)), float(told.get("at_most", np.inf))
    if not {"at_least", "at_most"} & set(told):
        raise ValueError("it needs 'at_least' or 'at_most'")
    if cell not in lv.KINDS or of not in OF or steps < 1:
        raise ValueError(f"cells are {', '.join(lv.KINDS)}; 'of' is one of {', '.join(OF)}")

    def compute(_: View, view: View) -> Verdict:
        left = asked_for(view, cell, steps, of)
        if left is None:
            return Verdict(
                False, f"There is no {cell.upper()}, or no token {steps} steps before the target."
            )
        said = f"{cell.upper()}, {count(steps, 'step')} before, {_ARRIVES[of]}: {share_left(left)}."
        return Verdict(least <= left <= most, said)

    return compute
