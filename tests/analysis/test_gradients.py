"""Gradients through time against torch's autograd and finite differences, and by hand."""

import numpy as np
import pytest
import torch
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

import lstmvis_core as lv
from lstmvis_core.analysis.path_norms import PathNorms, spectral_norm
from tests.small import labelling_model

TEXT = "(a b) (ca (b.))\nab?"
CELLS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
TEXTS = st.text("abc() .\n?é", min_size=1, max_size=16)
SCALES = st.sampled_from([0.0, 0.2, 1.0, 1.7, 3.0])


class Oracle:
    """One layer as a module of torch.nn with 64 bits, and its inputs in the order of reading."""

    def __init__(self, model: lv.SequenceModel, text: str, layer: int, scale: float) -> None:
        config = model.config
        number, self.backward = divmod(layer - 1, 1 + config.bidirectional)
        self.module = CELLS[config.cell](
            config.embedding_size
            if number == 0
            else config.hidden_size * (1 + config.bidirectional),
            config.hidden_size,
            batch_first=True,
        ).double()
        suffix = f"_l{number}" + ("_reverse" if self.backward else "")
        own = {
            name: model.rnn.state_dict()[name.replace("_l0", suffix)].double()
            for name in self.module.state_dict()
        }
        own["weight_hh_l0"] = scale * own["weight_hh_l0"]
        self.module.load_state_dict(own)
        ids = torch.from_numpy(model.vocabulary.encode(text).ids.copy())
        below = model.embedding(ids)[None]
        if number:  # what the layers below say, of the network as it was trained
            under = CELLS[config.cell](
                config.embedding_size,
                config.hidden_size,
                number,
                batch_first=True,
                bidirectional=config.bidirectional,
            )
            names = under.state_dict()
            under.load_state_dict({name: model.rnn.state_dict()[name] for name in names})
            below = under(below)[0]
        self.inputs = (below.flip(1) if self.backward else below).double().detach()
        self.first = not number
        self.is_lstm = config.cell == "lstm"
        self.units = config.hidden_size

    def reads(self, first: int, last: int, state: Tensor) -> Tensor:
        """The state after the steps of [first, last): h, of an LSTM h and c."""
        if first == last:
            return state
        parts = tuple(part[None, None] for part in state.split(self.units))
        _, after = self.module(self.inputs[:, first:last], parts if self.is_lstm else parts[0])
        return torch.cat([part[0, 0] for part in (after if self.is_lstm else (after,))])

    def state(self, step: int) -> Tensor:
        with torch.no_grad():
            zeros = torch.zeros(self.units * (1 + self.is_lstm), dtype=torch.float64)
            return self.reads(0, step + 1, zeros)

    def jacobian(self, k: int, last: int) -> np.ndarray:
        """∂s_T/∂s_k by autograd through the module."""

        def read(state: Tensor) -> Tensor:
            return self.reads(k + 1, last + 1, state)

        found = torch.autograd.functional.jacobian(read, self.state(k))
        assert isinstance(found, Tensor)
        return found.numpy()

    def differences(self, k: int, last: int, by: float = 1e-6) -> np.ndarray:
        """The same by central differences."""
        state = self.state(k)
        columns = []
        with torch.no_grad():
            for one in torch.eye(len(state), dtype=torch.float64) * by:
                up = self.reads(k + 1, last + 1, state + one)
                columns.append((up - self.reads(k + 1, last + 1, state - one)) / (2 * by))
        return torch.stack(columns, 1).numpy()


def norms(matrix: np.ndarray) -> tuple[float, float]:
    return float(np.linalg.norm(matrix, 2)), float(np.linalg.norm(matrix))


def agree(found: lv.Gradients, oracle: Oracle, length: int, step: int) -> None:
    """All that was found is what autograd says of the module of torch.nn."""
    # Inputs from layers below have 32 bits, and torch may add up what they are of in another order.
    near = 1e-9 if oracle.first else 1e-5
    units, turned = oracle.units, length - 1 - step
    last = turned if oracle.backward else step
    single = {}
    for t in range(1, last + 1):
        single[t] = norms(oracle.jacobian(t - 1, t))[0]
    for k in range(last + 1):
        at = length - 1 - k if oracle.backward else k
        whole = oracle.jacobian(k, last)
        expected = norms(whole[:units, :units])
        assert (found.hidden[at], found.hidden_frobenius[at]) == pytest.approx(expected, rel=near)
        if found.cell is not None:
            assert found.cell_frobenius is not None
            of_cell = norms(whole[units:, units:])
            assert (found.cell[at], found.cell_frobenius[at]) == pytest.approx(of_cell, rel=near)
        assert found.single is not None
        assert found.product is not None
        if k:
            assert found.single[at] == pytest.approx(single[k], rel=near)
        product = float(np.prod([single[t] for t in range(k + 1, last + 1)]))
        assert found.product[at] == pytest.approx(product, rel=near)
    unread = np.isnan(found.hidden)
    assert unread.sum() == length - last - 1
    assert not unread[step:].any() if oracle.backward else not unread[: step + 1].any()


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("scale", [0.3, 1.0, 2.5])
def test_norms_are_those_of_autograd_through_torch(model, layer: int, scale: float):
    for step in (0, 1, len(TEXT) - 1):
        found = lv.gradients_through_time(model, TEXT, layer=layer, step=step, scale=scale)
        agree(found, Oracle(model, TEXT, layer, scale), len(TEXT), step)


@pytest.mark.parametrize("cell", list(CELLS))
def test_a_layer_of_two_directions_reads_from_its_own_end(cell: str):
    model = labelling_model("tagger", cell, bidirectional=True)
    for layer in (1, 2, 3, 4):
        found = lv.gradients_through_time(model, TEXT, layer=layer, step=6)
        agree(found, Oracle(model, TEXT, layer, 1.0), len(TEXT), 6)


@pytest.mark.parametrize("id", ["prose-rnn", "prose-gru", "prose"])
def test_networks_of_the_zoo_agree_with_autograd(id: str):
    model, text = lv.load_model(id), 'He said, "I will come'
    found = lv.gradients_through_time(model, text, layer=2, step=20)
    oracle = Oracle(model, text, 2, 1.0)
    for k in (0, 11, 19):
        whole = oracle.jacobian(k, 20)
        of_hidden = norms(whole[: oracle.units, : oracle.units])[0]
        assert found.hidden[k] == pytest.approx(of_hidden, rel=1e-5)
        if found.cell is not None:
            of_cell = norms(whole[oracle.units :, oracle.units :])[0]
            assert found.cell[k] == pytest.approx(of_cell, rel=1e-5)


def test_norms_are_those_of_finite_differences(model):
    found = lv.gradients_through_time(model, TEXT, layer=2, step=9, scale=1.4)
    oracle = Oracle(model, TEXT, 2, 1.4)
    for k in (2, 7, 8):
        whole = oracle.differences(k, 9)
        expected = norms(whole[: oracle.units, : oracle.units])
        assert (found.hidden[k], found.hidden_frobenius[k]) == pytest.approx(expected, rel=1e-4)
        if found.cell is not None and found.cell_frobenius is not None:
            of_cell = norms(whole[oracle.units :, oracle.units :])
            assert (found.cell[k], found.cell_frobenius[k]) == pytest.approx(of_cell, rel=1e-4)


@settings(max_examples=40)
@given(text=TEXTS, scale=SCALES, data=st.data())
def test_no_norm_is_larger_than_the_product_and_no_product_than_the_bound(
    model, text: str, scale: float, data
):
    step = data.draw(st.integers(0, len(text) - 1))
    found = lv.gradients_through_time(model, text, layer=2, step=step, scale=scale)
    read = slice(step + 1)
    assert found.product is not None
    product = found.product[read]
    assert (found.hidden[read] <= product * (1 + 1e-9)).all()
    assert (found.hidden[read] <= found.hidden_frobenius[read] * (1 + 1e-9)).all()
    assert (found.hidden_frobenius[read] <= np.sqrt(5) * found.hidden[read] * (1 + 1e-9)).all()
    assert (found.hidden[step], found.product[step]) == (pytest.approx(1), 1)
    if found.cell is not None:
        assert (found.cell[read] <= product * (1 + 1e-9)).all()
    plain = model.config.cell == "rnn"
    assert plain == (found.bound is not None) == (found.slope is not None)
    if found.bound is not None and found.slope is not None:
        assert (product <= found.bound[read] * (1 + 1e-9)).all()
        assert ((found.slope[1:step] >= 0) & (found.slope[1:step] <= 1)).all()


# -- by hand -----------------------------------------------------------------------------------


def test_without_recurrent_weights_only_what_gates_keep_is_left(tiny_model):
    """Then ∂c_T/∂c_k is diagonal: Π f, of a GRU Π z; an RNN forgets at once."""
    plain = lv.gradients_through_time(tiny_model("rnn"), TEXT, layer=1, step=8, scale=0)
    assert plain.hidden[:9].tolist() == pytest.approx([*[0] * 8, 1])
    assert plain.bound is not None
    assert plain.bound[:9].tolist() == [*[0] * 8, 1]
    long = lv.gradients_through_time(tiny_model("lstm"), TEXT, layer=1, step=8, scale=0)
    assert long.cell is not None
    forget = gates_alone(tiny_model("lstm"), 1)
    for k in range(9):
        assert long.cell[k] == pytest.approx(forget[k + 1 : 9].prod(axis=0).max())
    # h_k itself goes nowhere when no gate looks at it.
    assert long.hidden[:8].tolist() == [0] * 8
    gated = lv.gradients_through_time(tiny_model("gru"), TEXT, layer=1, step=8, scale=0)
    update = gates_alone(tiny_model("gru"), 1)
    for k in range(9):
        assert gated.hidden[k] == pytest.approx(update[k + 1 : 9].prod(axis=0).max())


def gates_alone(model: lv.SequenceModel, gate: int) -> np.ndarray:
    """The gate of a first layer that sees its input only, (time_step, unit)."""
    inputs = model.embedding(torch.from_numpy(model.vocabulary.encode(TEXT).ids.copy())).double()
    units, state = model.config.hidden_size, model.rnn.state_dict()
    rows = slice(gate * units, (gate + 1) * units)
    before = inputs @ state["weight_ih_l0"][rows].double().T
    before = before + state["bias_ih_l0"][rows] + state["bias_hh_l0"][rows]
    return torch.sigmoid(before).numpy()


def test_the_bound_of_a_plain_network_is_a_power_of_its_norm(tiny_model):
    model = tiny_model("rnn")
    norm = float(np.linalg.norm(model.rnn.weight_hh_l1.numpy().astype(float), 2))
    found = lv.gradients_through_time(model, TEXT, layer=2, step=6, scale=1.5)
    assert found.bound is not None
    assert found.bound[:7] == pytest.approx((1.5 * norm) ** np.arange(6, -1, -1))


def test_a_window_is_the_end_of_the_whole(model):
    whole = lv.gradients_through_time(model, TEXT, layer=2, step=12)
    part = lv.gradients_through_time(model, TEXT, layer=2, step=12, back=4, single_steps=False)
    assert np.flatnonzero(~np.isnan(part.hidden)).tolist() == [8, 9, 10, 11, 12]
    np.testing.assert_allclose(part.hidden[8:13], whole.hidden[8:13], rtol=1e-9)
    assert part.single is None
    assert part.product is None
    assert part.bound is None


def test_matrices_of_gates_are_those_of_torch_in_its_order(model):
    found = lv.recurrent_matrices(model, 2, scale=2.0)
    gates = {
        "lstm": ["input_gate", "forget_gate", "candidate", "output_gate"],
        "gru": ["reset_gate", "update_gate", "candidate"],
        "rnn": ["hidden"],
    }[model.config.cell]
    assert list(found) == gates
    for gate, weight in zip(gates, model.rnn.weight_hh_l1.chunk(len(gates)), strict=True):
        assert found[gate].norm == pytest.approx(2 * float(torch.linalg.svdvals(weight)[0]))
        radius = 2 * float(torch.linalg.eigvals(weight).abs().max())
        assert found[gate].radius == pytest.approx(radius, rel=1e-4)
        assert found[gate].radius <= found[gate].norm * (1 + 1e-6)


# -- norms of many products --------------------------------------------------------------------


@given(seed=st.integers(0, 10_000), rows=st.integers(1, 7), columns=st.integers(1, 7))
@example(seed=1, rows=1, columns=1)
def test_the_largest_singular_value_is_that_of_numpy_whatever_is_guessed(seed, rows, columns):
    random = np.random.default_rng(seed)
    matrix = random.normal(size=(rows, columns)) * 10.0 ** random.integers(-200, 100)
    assume(matrix.any())
    guess = random.normal(size=rows)
    expected = np.linalg.norm(matrix / np.abs(matrix).max(), 2) * np.abs(matrix).max()
    for guessed in (None, guess / np.linalg.norm(guess), np.eye(rows)[0]):
        norm, direction = spectral_norm(matrix, guessed)
        assert norm == pytest.approx(expected, rel=1e-9)
        assert direction is not None
        assert np.linalg.norm(direction) == pytest.approx(1)


@pytest.mark.parametrize("guess", [np.array([0.0, 1.0]), np.array([1.0, 0.0])])
def test_a_guess_at_the_smaller_direction_is_not_believed(guess):
    assert spectral_norm(np.diag([2.0, 1.0]), guess)[0] == pytest.approx(2)
    assert spectral_norm(np.diag([1.0, 1.0]), guess)[0] == pytest.approx(1)
    assert spectral_norm(np.diag([1.0, 0.0]), guess)[0] == pytest.approx(1)
    assert spectral_norm(np.zeros((2, 2)), guess) == (0.0, None)


def test_norms_of_a_growing_product_are_those_of_each():
    random = np.random.default_rng(5)
    norms_of, product = PathNorms(30), np.eye(20)
    for step in range(29, -1, -1):
        norms_of.note(step, product)
        assert norms_of.spectral[step] == pytest.approx(np.linalg.norm(product, 2), rel=1e-9)
        assert norms_of.frobenius[step] == pytest.approx(np.linalg.norm(product))
        product = product @ random.normal(size=(20, 20)) / 7


# -- what makes no sense -----------------------------------------------------------------------


def test_what_is_not_there_is_refused(model):
    with pytest.raises(lv.TextError, match="Type at least one token"):
        lv.gradients_through_time(model, "", layer=1, step=0)
    with pytest.raises(lv.SelectionError, match="layers 1 to 2"):
        lv.gradients_through_time(model, "abc", layer=3, step=0)
    for step in (-1, 3):
        with pytest.raises(lv.SelectionError, match="whole number from 0 to 2"):
            lv.gradients_through_time(model, "abc", layer=1, step=step)
    for scale in (-0.1, 101.0, float("nan")):
        with pytest.raises(lv.SelectionError, match="scale is a number from 0 to 100"):
            lv.gradients_through_time(model, "abc", layer=1, step=2, scale=scale)
        with pytest.raises(lv.SelectionError, match="scale is a number from 0 to 100"):
            lv.recurrent_matrices(model, 1, scale)
    with pytest.raises(lv.SelectionError, match="layers 1 to 2"):
        lv.recurrent_matrices(model, 0)
