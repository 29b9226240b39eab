"""The recurrent cells, one line a gate, as textbooks write them and as torch.nn computes them.

Each function takes what went into a layer at every time step and returns what happened inside.
With the hidden states known (torch.nn gives them, fast), the gates of all time steps follow at
once: ``h_before`` holds the hidden state *before* each step.

The gated recurrent unit follows torch.nn: the reset gate acts after the matrix product, and the
update gate says how much is *kept*. Papers differ in both points.
"""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, sigmoid, tanh

from lstmvis_core.errors import SelectionError

# What can be looked at in each cell; the first is the default.
KINDS: dict[str, tuple[str, ...]] = {
    "lstm": (
        "hidden",
        "cell",
        "tanh_cell",
        "input_gate",
        "forget_gate",
        "candidate",
        "output_gate",
    ),
    "gru": ("hidden", "reset_gate", "update_gate", "candidate"),
    "rnn": ("hidden",),
}


def check_kind(cell: str, kind: str) -> None:
    """Raise `SelectionError` unless a cell of this type has states of this kind."""
    if kind not in KINDS[cell]:
        raise SelectionError(
            f"A model of type {cell} has states of kind {', '.join(KINDS[cell])}; not {kind!r}."
        )


def lstm(x: Tensor, h_before: Tensor, c_0: Tensor, weights: Mapping[str, Tensor]) -> dict:
    """Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of 2000).

    Parameters
    ----------
    x : Tensor, (batch, time_step, input)
    h_before : Tensor, (batch, time_step, unit)
        Hidden state before each step.
    c_0 : Tensor, (batch, unit)
        Cell state before the first step.
    weights : mapping
        ``weight_ih``, ``weight_hh``, ``bias_ih``, ``bias_hh`` of torch.nn.LSTM.

    Returns
    -------
    dict of str to Tensor, (batch, time_step, unit)
        ``input_gate``, ``forget_gate``, ``output_gate`` in [0, 1]; ``candidate`` and
        ``tanh_cell`` in [-1, 1]; ``cell`` unbounded.
    """
    (wi, wf, wg, wo), (ui, uf, ug, uo), (bi, bf, bg, bo) = _blocks(weights, 4)
    i = sigmoid(x @ wi.T + h_before @ ui.T + bi)  # how much of the candidate is written
    f = sigmoid(x @ wf.T + h_before @ uf.T + bf)  # how much of the cell is kept
    g = tanh(x @ wg.T + h_before @ ug.T + bg)  # what would be written
    o = sigmoid(x @ wo.T + h_before @ uo.T + bo)  # how much of the cell is shown
    c = _running(f, i * g, c_0)  # c_t = f_t c_{t-1} + i_t g_t
    return {
        "input_gate": i,
        "forget_gate": f,
        "candidate": g,
        "output_gate": o,
        "cell": c,
        "tanh_cell": tanh(c),
    }


def gru(x: Tensor, h_before: Tensor, c_0: Tensor | None, weights: Mapping[str, Tensor]) -> dict:
    """Gated recurrent unit (Cho et al. 2014), in the variant of torch.nn.GRU.

    Parameters and result as for `lstm`; ``reset_gate``, ``update_gate`` in [0, 1] and
    ``candidate`` in [-1, 1], with h_t = (1 - z_t) n_t + z_t h_{t-1}.
    """
    (wr, wz, wn), (ur, uz, un), _ = _blocks(weights, 3)
    br, bz, bn = weights["bias_ih"].chunk(3)
    cr, cz, cn = weights["bias_hh"].chunk(3)
    r = sigmoid(x @ wr.T + br + h_before @ ur.T + cr)  # how much of the past the candidate sees
    z = sigmoid(x @ wz.T + bz + h_before @ uz.T + cz)  # how much of the past is kept
    n = tanh(x @ wn.T + bn + r * (h_before @ un.T + cn))  # what would be written
    return {"reset_gate": r, "update_gate": z, "candidate": n}


def rnn(x: Tensor, h_before: Tensor, c_0: Tensor | None, weights: Mapping[str, Tensor]) -> dict:
    """Elman network (1990): h_t = tanh(W x_t + U h_{t-1} + b); nothing inside but the state."""
    return {}


EQUATIONS: dict[str, Callable[..., dict[str, Tensor]]] = {"lstm": lstm, "gru": gru, "rnn": rnn}


def _blocks(weights: Mapping[str, Tensor], gates: int) -> tuple[tuple, tuple, tuple]:
    """torch.nn stacks the matrices of all gates in one; take them apart."""
    bias = weights["bias_ih"] + weights["bias_hh"]
    return weights["weight_ih"].chunk(gates), weights["weight_hh"].chunk(gates), bias.chunk(gates)


def _running(keep: Tensor, write: Tensor, first: Tensor) -> Tensor:
    states, state = torch.empty_like(write), first
    for t in range(write.shape[1]):
        state = keep[:, t] * state + write[:, t]
        states[:, t] = state
    return states
