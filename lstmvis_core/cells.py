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
# Of each cell: what is a sum of products, in the order in which torch.nn stacks the weights.
SUMS: dict[str, tuple[str, ...]] = {
    "lstm": ("input_gate", "forget_gate", "candidate", "output_gate"),
    "gru": ("reset_gate", "update_gate", "candidate"),
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
    # W x_t + U h_{t-1} + b of the four gates, which torch.nn stacks in one matrix.
    bias = weights["bias_ih"] + weights["bias_hh"]
    i, f, g, o = _lstm_gates(x @ weights["weight_ih"].T + h_before @ weights["weight_hh"].T + bias)
    c = running(f, i * g, c_0)  # c_t = f_t c_{t-1} + i_t g_t
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
    # W x_t + b and U h_{t-1} + c of all three, which torch.nn stacks in one matrix each.
    r, z, n = _gru_gates(
        x @ weights["weight_ih"].T + weights["bias_ih"],
        h_before @ weights["weight_hh"].T + weights["bias_hh"],
    )
    return {"reset_gate": r, "update_gate": z, "candidate": n}


def rnn(x: Tensor, h_before: Tensor, c_0: Tensor | None, weights: Mapping[str, Tensor]) -> dict:
    """Elman network (1990): h_t = tanh(W x_t + U h_{t-1} + b); nothing inside but the state."""
    return {}


EQUATIONS: dict[str, Callable[..., dict[str, Tensor]]] = {"lstm": lstm, "gru": gru, "rnn": rnn}


def step(
    cell: str,
    of_input: Tensor,
    of_hidden: Tensor,
    h: Tensor,
    c: Tensor | None,
    alter: Callable[[Tensor], Tensor] | None = None,
) -> tuple[Tensor, Tensor | None]:
    """One time step of a cell: the state after it, (batch, unit) each.

    Parameters
    ----------
    cell : {"lstm", "gru", "rnn"}
    of_input, of_hidden : Tensor, (batch, gate and unit)
        W x_t and U h_{t-1}, each with its bias, of all gates as torch.nn stacks them.
    h, c : Tensor, (batch, unit)
        State before the step.
    alter : callable or None
        What becomes of the cell state before it is shown.
    """
    if cell == "gru":
        _, z, n = _gru_gates(of_input, of_hidden)
        return torch.lerp(n, h, z), None  # h_t = (1 - z_t) n_t + z_t h_{t-1}
    if c is None:
        return tanh(of_input + of_hidden), None
    i, f, g, o = _lstm_gates(of_input + of_hidden)
    c = f * c + i * g
    c = c if alter is None else alter(c)
    return o * tanh(c), c  # h_t = o_t tanh(c_t)


def _lstm_gates(before: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    i, f, g, o = before.chunk(4, -1)
    i = sigmoid(i)  # how much of the candidate is written
    f = sigmoid(f)  # how much of the cell is kept
    g = tanh(g)  # what would be written
    o = sigmoid(o)  # how much of the cell is shown
    return i, f, g, o


def _gru_gates(of_input: Tensor, of_hidden: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    ar, az, an = of_input.chunk(3, -1)
    pr, pz, pn = of_hidden.chunk(3, -1)
    r = sigmoid(ar + pr)  # how much of the past the candidate sees
    z = sigmoid(az + pz)  # how much of the past is kept
    n = tanh(an + r * pn)  # what would be written
    return r, z, n


def running(keep: Tensor, write: Tensor, first: Tensor) -> Tensor:
    """Sums of which each step keeps a share and adds to: s_t = keep_t s_{t-1} + write_t."""
    # In numpy, which does a step of so few numbers faster than torch.
    kept, states, state = keep.numpy(), write.numpy().copy(), first.numpy()
    for t in range(states.shape[1]):
        states[:, t] += kept[:, t] * state
        state = states[:, t]
    return torch.from_numpy(states)
