"""How the state of a layer after one step depends on the state before it: exact Jacobians.

The state of an LSTM is hidden and cell state together, (h, c); of a GRU and an RNN it is h. Inputs
from below are held fixed. Everything is computed with 64 bits.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from lstmvis_core.cells import SUMS
from lstmvis_core.errors import SelectionError
from lstmvis_core.layers import read_with, single_layer
from lstmvis_core.model import SequenceModel
from lstmvis_core.trace import check_layer, read_layers

MOST_SCALE = 100.0


@dataclass(frozen=True)
class RecurrentMatrix:
    """How strong a matrix W_hh is, by which a gate (or the state) sees the state before.

    Attributes
    ----------
    norm : float
        Its 2-norm, the largest singular value: by how much it stretches what it stretches most.
    radius : float
        Its spectral radius, the largest modulus of an eigenvalue: by how much it stretches, in the
        long run, what it is applied to again and again.
    """

    norm: float
    radius: float


def recurrent_matrices(
    model: SequenceModel, layer: int, scale: float = 1.0
) -> dict[str, RecurrentMatrix]:
    """2-norm and spectral radius of the recurrent matrices of a layer.

    Parameters
    ----------
    model : SequenceModel
    layer : int
        Counted from 1: an entry of `ModelConfig.layer_names`.
    scale : float
        What they are multiplied by.

    Returns
    -------
    dict of str to RecurrentMatrix
        By gate, ``"candidate"`` included; of a plain RNN its only one is ``"hidden"``.

    Raises
    ------
    SelectionError
        There is no such layer, or the scale is out of bounds.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> found = recurrent_matrices(lv.load_model("prose-rnn"), layer=2)
    >>> {gate: (round(w.norm, 1), round(w.radius, 1)) for gate, w in found.items()}
    {'hidden': (7.7, 6.3)}
    """
    check_layer(model, layer)
    check_scale(scale)
    suffix = _suffix(model, layer)
    stacked = getattr(model.rnn, f"weight_hh{suffix}").detach().double().numpy()
    gates = SUMS[model.config.cell]
    return {
        gate: RecurrentMatrix(
            scale * float(np.linalg.norm(matrix, 2)),
            scale * float(np.abs(np.linalg.eigvals(matrix)).max()),
        )
        for gate, matrix in zip(gates, np.split(stacked, len(gates)), strict=True)
    }


def check_scale(scale: float) -> None:
    """Raise `SelectionError` unless recurrent weights may be multiplied by this."""
    if not 0 <= scale <= MOST_SCALE:
        raise SelectionError(f"scale is a number from 0 to {MOST_SCALE:g}, not {scale!r}.")


def _suffix(model: SequenceModel, layer: int) -> str:
    number, backward = divmod(layer - 1, 1 + model.config.bidirectional)
    return f"_l{number}_reverse" if backward else f"_l{number}"


@dataclass(frozen=True)
class ScaledReading:
    """What a layer did with a text while its recurrent weights were scaled, with 64 bits.

    Attributes
    ----------
    cell : {"lstm", "gru", "rnn"}
    weights : dict of str to numpy.ndarray
        ``weight_hh`` is scaled.
    states : dict of str to numpy.ndarray, (time_step, unit)
        Of every kind, in the order in which the layer reads.
    """

    cell: str
    weights: dict[str, np.ndarray]
    states: dict[str, np.ndarray]

    @property
    def units(self) -> int:
        """Number of units of the layer."""
        return self.states["hidden"].shape[1]

    @property
    def steps(self) -> int:
        """Number of time steps that it read."""
        return len(self.states["hidden"])

    def before(self, kind: str, step: int) -> np.ndarray:
        """The state of a kind before a step, (unit,); zeros before the first."""
        return self.states[kind][step - 1] if step else np.zeros(self.units)

    def jacobian(self, step: int) -> np.ndarray:
        """∂s_t/∂s_{t−1} of the state s that the layer hands on: (state, state) of a step t.

        A row says how one number of the new state depends on all numbers of the state before. Of
        an LSTM the hidden states come first, then the cell states.
        """
        return _JACOBIANS[self.cell](self, step)


@torch.no_grad()
def read_scaled(model: SequenceModel, ids: torch.Tensor, layer: int, scale: float) -> ScaledReading:
    """Let one layer read, its recurrent weights multiplied; layers below are as they were trained.

    Parameters
    ----------
    model : SequenceModel
    ids : torch.Tensor of int64, (time_step,)
    layer : int
    scale : float
        What ``weight_hh`` of all gates is multiplied by; biases stay.
    """
    check_layer(model, layer)
    check_scale(scale)
    usual = read_layers(model, ids[None])[layer - 1]
    number, backward = divmod(layer - 1, 1 + model.config.bidirectional)
    module, _ = single_layer(model.rnn, number, bool(backward))
    weights = {name: weight.detach().double() for name, weight in usual.weights.items()}
    weights["weight_hh"] = weights["weight_hh"] * scale
    for name, weight in weights.items():
        setattr(module, f"{name}_l0", nn.Parameter(weight, requires_grad=False))
    zeros = torch.zeros(1, model.config.hidden_size, dtype=torch.float64)
    begin = (zeros, zeros if model.config.cell == "lstm" else None)
    # Inputs stand in the order in which the layer reads, and so do the states.
    states = read_with(module, weights, usual.inputs.double(), begin).all_states(model.config.cell)
    return ScaledReading(
        model.config.cell,
        {name: weight.numpy() for name, weight in weights.items()},
        {kind: values[0].numpy() for kind, values in states.items()},
    )


def _rows(factors: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """diag(factors) · matrix."""
    return factors[:, None] * matrix


def _rnn(reading: ScaledReading, step: int) -> np.ndarray:
    """h_t = tanh(… + W h_{t−1}): the slope of tanh is 1 − h_t²."""
    return _rows(1 - reading.states["hidden"][step] ** 2, reading.weights["weight_hh"])


def _gru(reading: ScaledReading, step: int) -> np.ndarray:
    """h_t = (1 − z) n + z h_{t−1}, n = tanh(… + r (W_n h_{t−1} + b))."""
    r, z, n = (reading.states[gate][step] for gate in SUMS["gru"])
    w_r, w_z, w_n = np.split(reading.weights["weight_hh"], 3)
    h = reading.before("hidden", step)
    past = w_n @ h + np.split(reading.weights["bias_hh"], 3)[2]
    to_n = (1 - z) * (1 - n**2)
    found = _rows(to_n * r, w_n)
    found += _rows(to_n * past * r * (1 - r), w_r)
    found += _rows((h - n) * z * (1 - z), w_z)
    found[np.diag_indices_from(found)] += z
    return found


def _lstm(reading: ScaledReading, step: int) -> np.ndarray:
    """c_t = f c_{t−1} + i g and h_t = o tanh(c_t)."""
    i, f, g, o = (reading.states[gate][step] for gate in SUMS["lstm"])
    w_i, w_f, w_g, w_o = np.split(reading.weights["weight_hh"], 4)
    tanh_c, units = reading.states["tanh_cell"][step], reading.units
    c_to_h = _rows(reading.before("cell", step) * f * (1 - f), w_f)
    c_to_h += _rows(g * i * (1 - i), w_i)
    c_to_h += _rows(i * (1 - g**2), w_g)
    shown = o * (1 - tanh_c**2)  # ∂h_t/∂c_t
    found = np.zeros((2 * units, 2 * units))
    found[:units, :units] = _rows(tanh_c * o * (1 - o), w_o) + _rows(shown, c_to_h)
    found[units:, :units] = c_to_h
    np.fill_diagonal(found[:units, units:], shown * f)
    np.fill_diagonal(found[units:, units:], f)
    return found


_JACOBIANS = {"rnn": _rnn, "gru": _gru, "lstm": _lstm}
