"""One step of a layer with every number of its equations."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from lstmvis_core.cells import EQUATIONS, SUMS
from lstmvis_core.cells import step as step_of
from lstmvis_core.errors import SelectionError
from lstmvis_core.layers import single_layer
from lstmvis_core.trace import Trace, check_layer

# Of each cell: all vectors of a step, in the order of the equations; those before it first.
ROWS: dict[str, tuple[str, ...]] = {
    "lstm": ("input", "hidden_before", "cell_before", *SUMS["lstm"], "cell", "tanh_cell", "hidden"),
    "gru": ("input", "hidden_before", *SUMS["gru"], "hidden"),
    "rnn": ("input", "hidden_before", "hidden"),
}
_NEAR = 1e-3  # rounding of the network's 32 bits stays far below


@dataclass(frozen=True)
class Term:
    """One of the products whose sum goes into a gate.

    Attributes
    ----------
    of : {"input", "hidden", "bias"}
        Whether the weight stands before a number of the input or of the hidden state before, or
        is added as it is (then `value` is 1).
    number : int
        Which number of it, from 0; of a bias 0, of the one inside the reset gate's brackets 1.
    weight, value, times : float
        The product is all three multiplied; `times` is 1 but for what the reset gate of a GRU
        lets through.
    """

    of: str
    number: int
    weight: float
    value: float
    times: float = 1.0

    @property
    def product(self) -> float:
        """What it adds to the sum."""
        return self.times * self.weight * self.value


@dataclass(frozen=True)
class GateSum:
    """How one gate (or candidate, or the state of a plain RNN) came to its value.

    Attributes
    ----------
    name : str
        A kind of state: one of `lstmvis_core.KINDS`.
    squash : {"sigmoid", "tanh"}
    weight_input : numpy.ndarray, (unit, input)
        W.
    weight_hidden : numpy.ndarray, (unit, unit)
        U.
    of_input, of_hidden : numpy.ndarray, (unit,)
        W x and U h, where h is the hidden state before.
    bias : numpy.ndarray, (unit,)
        b; torch.nn keeps it in two parts, which are added here.
    inner_bias : numpy.ndarray, (unit,), or None
        b′, of the candidate of a GRU alone: the part of the bias that the reset gate acts on.
    reset : numpy.ndarray, (unit,), or None
        r, of the candidate of a GRU alone.
    total : numpy.ndarray, (unit,)
        W x + U h + b; of the candidate of a GRU W x + b + r ⊙ (U h + b′).
    value : numpy.ndarray, (unit,)
        Sigmoid or tanh of it.
    """

    name: str
    squash: str
    weight_input: np.ndarray
    weight_hidden: np.ndarray
    of_input: np.ndarray
    of_hidden: np.ndarray
    bias: np.ndarray
    inner_bias: np.ndarray | None
    reset: np.ndarray | None
    total: np.ndarray
    value: np.ndarray


@dataclass(frozen=True)
class OneStep:
    """All that happened in one step, in the order of the equations.

    Attributes
    ----------
    cell : {"lstm", "gru", "rnn"}
    layer, step : int
    backward : bool
        Whether the layer reads backwards: the step before is then that of the token after.
    first : bool
        Whether it is the layer's first step, before which all states are 0.
    input : numpy.ndarray of float64, (input,)
        x: the embedding of the token, or the hidden state of the layer below.
    hidden_before : numpy.ndarray of float64, (unit,)
    cell_before : numpy.ndarray of float64, (unit,), or None
        Of an LSTM.
    gates : mapping of str to GateSum
        What is a sum of products, by name; of a plain RNN that is ``"hidden"``.
    cell_state, tanh_cell : numpy.ndarray of float64, (unit,), or None
        After the step, of an LSTM.
    hidden : numpy.ndarray of float64, (unit,)
        After the step.
    """

    cell: str
    layer: int
    step: int
    backward: bool
    first: bool
    input: np.ndarray
    hidden_before: np.ndarray
    cell_before: np.ndarray | None
    gates: Mapping[str, GateSum]
    cell_state: np.ndarray | None
    tanh_cell: np.ndarray | None
    hidden: np.ndarray

    @property
    def rows(self) -> dict[str, np.ndarray]:
        """Every vector with a name, as the equations go: (unit,) each, ``"input"`` (input,)."""
        all_of_them = {
            "input": self.input,
            "hidden_before": self.hidden_before,
            "cell_before": self.cell_before,
            **{name: gate.value for name, gate in self.gates.items()},
            "cell": self.cell_state,
            "tanh_cell": self.tanh_cell,
            "hidden": self.hidden,
        }
        return {name: row for name in ROWS[self.cell] if (row := all_of_them[name]) is not None}

    def terms(self, gate: str, unit: int) -> tuple[Term, ...]:
        """The single products whose sum is one number of a gate before sigmoid or tanh.

        Parameters
        ----------
        gate : str
            One of `gates`.
        unit : int
            Counted from 0.

        Returns
        -------
        tuple of Term
            One for each number of the input, one for each unit of the hidden state before, and
            the bias: their products add up to ``gates[gate].total[unit]``.

        Raises
        ------
        SelectionError
            There is no such gate or unit.
        """
        if gate not in self.gates:
            raise SelectionError(
                f"Sums of a cell of type {self.cell} are {', '.join(self.gates)}; not {gate!r}."
            )
        one, units = self.gates[gate], len(self.hidden)
        if not 0 <= unit < units:
            raise SelectionError(f"unit is a whole number from 0 to {units - 1}, not {unit}.")
        let_through = 1.0 if one.reset is None else float(one.reset[unit])
        of_input = zip(one.weight_input[unit].tolist(), self.input.tolist(), strict=True)
        of_hidden = zip(one.weight_hidden[unit].tolist(), self.hidden_before.tolist(), strict=True)
        terms = [Term("input", n, w, x) for n, (w, x) in enumerate(of_input)]
        terms += [Term("hidden", n, w, h, let_through) for n, (w, h) in enumerate(of_hidden)]
        terms.append(Term("bias", 0, float(one.bias[unit]), 1.0))
        if one.inner_bias is not None:
            terms.append(Term("bias", 1, float(one.inner_bias[unit]), 1.0, let_through))
        return tuple(terms)


@torch.no_grad()
def one_step(trace: Trace, layer: int, step: int) -> OneStep:
    """Everything that a layer computed in one time step.

    Gates and states come from the equations of `cells.py`; W x, U h and the sums are worked out
    beside them, in 64 bits.

    Parameters
    ----------
    trace : Trace
    layer : int
        Counted from 1: an entry of `ModelConfig.layer_names`.
    step : int
        Counted from 0.

    Returns
    -------
    OneStep

    Raises
    ------
    SelectionError
        There is no such layer or step; or states were held from outside, as `ablate` does, so that
        the equations do not lead to them.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> trace = lv.trace_text(lv.load_model("tiny-lstm"), "(1 (2")
    >>> found = one_step(trace, layer=1, step=4)
    >>> list(found.rows)  # doctest: +NORMALIZE_WHITESPACE
    ['input', 'hidden_before', 'cell_before', 'input_gate', 'forget_gate', 'candidate',
     'output_gate', 'cell', 'tanh_cell', 'hidden']
    >>> f = found.gates["forget_gate"]
    >>> products = sum(term.product for term in found.terms("forget_gate", unit=2))
    >>> bool(abs(products - f.total[2]) < 1e-9), bool(abs(f.value[2] - 1) <= 1)
    (True, True)
    """
    model = trace.model
    check_layer(model, layer)
    steps, config = len(trace.tokens), model.config
    if not 0 <= step < steps:
        raise SelectionError(f"step is a whole number from 0 to {steps - 1}, not {step}.")
    number, backward = divmod(layer - 1, 2) if config.bidirectional else (layer - 1, 0)
    _, shared = single_layer(model.rnn, number, bool(backward))
    weights = {name: weight.detach().double() for name, weight in shared.items()}
    before = step + 1 if backward else step - 1
    first = not 0 <= before < steps
    kinds = ("hidden", "cell") if config.cell == "lstm" else ("hidden",)
    states = {
        kind: np.zeros(config.hidden_size)
        if first
        else trace.states(layer, kind)[before].astype(float)
        for kind in kinds
    }
    x = _input(trace, number, step)
    made, hidden = _computed(config.cell, x, states, weights)
    if np.abs(hidden - trace.states(layer)[step]).max() > _NEAR:
        raise SelectionError(
            f"States of layer {layer} were held from outside in this trace, so its equations do "
            "not lead to them. Take a trace in which they are its own."
        )
    return OneStep(
        config.cell,
        layer,
        step,
        bool(backward),
        first,
        x,
        states["hidden"],
        states.get("cell"),
        _sums(config.cell, x, states["hidden"], weights, {**made, "hidden": hidden}),
        made.get("cell"),
        made.get("tanh_cell"),
        hidden,
    )


def _input(trace: Trace, number: int, step: int) -> np.ndarray:
    """What goes into a layer, counted from 0, in one step."""
    model = trace.model
    if number == 0:
        token = int(trace.tokens.ids[step])
        return model.embedding.weight[token].detach().double().numpy()
    # Of a network of two directions both layers below.
    directions = 1 + model.config.bidirectional
    below = range((number - 1) * directions + 1, number * directions + 1)
    return np.concatenate([trace.states(one)[step] for one in below]).astype(float)


def _computed(
    cell: str, x: np.ndarray, before: Mapping[str, np.ndarray], weights: Mapping[str, torch.Tensor]
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """What the equations of the cell make of it: all that is inside, and the hidden state."""
    of_x, h = (torch.from_numpy(values)[None] for values in (x, before["hidden"]))
    c = torch.from_numpy(before["cell"])[None] if "cell" in before else None
    # A batch of one text of one step.
    inside = EQUATIONS[cell](of_x[None], h[None], c, weights)
    of_input = of_x @ weights["weight_ih"].T + weights["bias_ih"]
    of_hidden = h @ weights["weight_hh"].T + weights["bias_hh"]
    hidden, _ = step_of(cell, of_input, of_hidden, h, c)
    return {name: values[0, 0].numpy() for name, values in inside.items()}, hidden[0].numpy()


def _sums(
    cell: str,
    x: np.ndarray,
    h: np.ndarray,
    weights: Mapping[str, torch.Tensor],
    values: Mapping[str, np.ndarray],
) -> dict[str, GateSum]:
    """Each gate taken apart: torch.nn stacks the weights of all of them."""
    parts = {n: np.split(weight.numpy(), len(SUMS[cell])) for n, weight in weights.items()}
    found = {}
    for place, name in enumerate(SUMS[cell]):
        w, u, b, c = (parts[n][place] for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        reset = values["reset_gate"] if (cell, name) == ("gru", "candidate") else None
        bias = b + c if reset is None else b
        past = u @ h if reset is None else reset * (u @ h + c)
        found[name] = GateSum(
            name,
            "sigmoid" if name.endswith("_gate") else "tanh",
            w,
            u,
            w @ x,
            u @ h,
            bias,
            None if reset is None else c,
            reset,
            w @ x + bias + past,
            values[name],
        )
    return found
