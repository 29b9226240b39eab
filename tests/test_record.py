"""States of any PyTorch module against torch.nn and against its cells, step by step."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import lstmvis_core as lv
from lstmvis_core.charts import Window, match_chart, match_rows, select_chart, threshold_chart
from lstmvis_core.model import CELLS

CLOSE: dict[str, Any] = {"rtol": 0, "atol": 1e-5}
LENGTHS = [4, 7, 1, 7]


class Network(nn.Module):
    """Two recurrent modules, the one packed or not, between other layers."""

    def __init__(self, packed: bool = True) -> None:
        super().__init__()
        self.embedding = nn.Embedding(9, 3)
        self.low = nn.GRU(3, 4, bidirectional=True, batch_first=True)
        self.high = nn.LSTM(8, 5, num_layers=2)
        self.head = nn.Linear(5, 2)
        self.packed = packed

    def forward(self, ids: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Scores, (sequence, time_step, 2)."""
        read: Any = self.embedding(ids)
        if self.packed:
            assert lengths is not None
            read = pack_padded_sequence(read, lengths, batch_first=True, enforce_sorted=False)
        low = self.low(read)[0]
        if self.packed:
            return self.head(pad_packed_sequence(self.high(low)[0], batch_first=True)[0])
        return self.head(self.high(low.transpose(0, 1))[0].transpose(0, 1))


@pytest.fixture
def network() -> Network:
    torch.manual_seed(0)
    return Network()


IDS = torch.arange(28).reshape(4, 7) % 9


def stack(cell: str, seed: int = 0, **options: Any) -> nn.RNNBase:
    """Large random weights, so that gates open and close."""
    rnn = CELLS[cell](3, 5, **options)
    generator = torch.Generator().manual_seed(seed)
    for parameter in rnn.parameters():
        nn.init.normal_(parameter, std=0.8, generator=generator)
    return rnn


# -- the oracle --------------------------------------------------------------------------------


def lstm_by_hand(rnn: nn.RNNBase, inputs: Tensor, h: Tensor, c: Tensor, end: str) -> dict:
    """One layer with nn.LSTMCell, its gates written out step by step."""
    cell = nn.LSTMCell(inputs.shape[1], rnn.hidden_size, bias=rnn.bias)
    for name, weight in cell.named_parameters():
        weight.data.copy_(getattr(rnn, name + end))
    w_ih, w_hh = cell.weight_ih, cell.weight_hh
    b = cell.bias_ih + cell.bias_hh if rnn.bias else torch.zeros(4 * rnn.hidden_size)
    steps: dict[str, list[Tensor]] = {kind: [] for kind in lv.KINDS["lstm"]}
    for x in inputs:
        i, f, g, o = (w_ih @ x + w_hh @ h + b).chunk(4)
        h, c = cell(x, (h, c))
        for kind, value in zip(
            ("input_gate", "forget_gate", "candidate", "output_gate"),
            (i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()),
            strict=True,
        ):
            steps[kind].append(value)
        for kind, value in (("hidden", h), ("cell", c), ("tanh_cell", c.tanh())):
            steps[kind].append(value)
    return {kind: torch.stack(values) for kind, values in steps.items()}


def gru_by_hand(rnn: nn.RNNBase, inputs: Tensor, h: Tensor, c: Tensor, end: str) -> dict:
    cell = nn.GRUCell(inputs.shape[1], rnn.hidden_size, bias=rnn.bias)
    for name, weight in cell.named_parameters():
        weight.data.copy_(getattr(rnn, name + end))
    zeros = torch.zeros(3 * rnn.hidden_size)
    b_ih, b_hh = (cell.bias_ih, cell.bias_hh) if rnn.bias else (zeros, zeros)
    steps: dict[str, list[Tensor]] = {kind: [] for kind in lv.KINDS["gru"]}
    for x in inputs:
        (r, z, n), (hr, hz, hn) = (
            (cell.weight_ih @ x + b_ih).chunk(3),
            (cell.weight_hh @ h + b_hh).chunk(3),
        )
        reset = (r + hr).sigmoid()
        new = {"reset_gate": reset, "update_gate": (z + hz).sigmoid()}
        h = cell(x, h)
        for kind, value in {**new, "candidate": (n + reset * hn).tanh(), "hidden": h}.items():
            steps[kind].append(value)
    return {kind: torch.stack(values) for kind, values in steps.items()}


def rnn_by_hand(rnn: nn.RNNBase, inputs: Tensor, h: Tensor, c: Tensor, end: str) -> dict:
    cell = nn.RNNCell(inputs.shape[1], rnn.hidden_size, bias=rnn.bias)
    for name, weight in cell.named_parameters():
        weight.data.copy_(getattr(rnn, name + end))
    hidden = []
    for x in inputs:
        h = cell(x, h)
        hidden.append(h)
    return {"hidden": torch.stack(hidden)}


BY_HAND: dict[str, Callable[..., dict]] = {
    "lstm": lstm_by_hand,
    "gru": gru_by_hand,
    "rnn": rnn_by_hand,
}


@torch.no_grad()
def by_hand(rnn: nn.RNNBase, cell: str, inputs: Tensor, h_0: Tensor, c_0: Tensor) -> list[dict]:
    """Every layer and direction over one sequence, (time_step, input)."""
    found = []
    for n in range(rnn.num_layers):
        halves = []
        for way in ("", "_reverse")[: 1 + rnn.bidirectional]:
            k = len(found) + len(halves)
            read = inputs.flip(0) if way else inputs
            states = BY_HAND[cell](rnn, read, h_0[k], c_0[k], f"_l{n}{way}")
            halves.append({kind: of.flip(0) if way else of for kind, of in states.items()})
        found += halves
        inputs = torch.cat([half["hidden"] for half in halves], dim=1)
    return found


# -- states ------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(data=st.data())
@pytest.mark.parametrize("cell", lv.KINDS)
def test_every_kind_of_every_layer_is_that_of_the_cells_step_by_step(cell: str, data):
    """Whatever the shape of what the module takes."""
    draw, flag = data.draw, st.booleans()
    layers, both, bias, first = draw(st.integers(1, 3)), draw(flag), draw(flag), draw(flag)
    rnn = stack(cell, num_layers=layers, bidirectional=both, bias=bias, batch_first=first)
    form = draw(st.sampled_from(["batch", "packed", "one"]))
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    if form != "packed":
        lengths = [lengths[0]] * len(lengths) if form == "batch" else lengths[:1]
    generator = torch.Generator().manual_seed(draw(st.integers(0, 9)))
    values = torch.randn(len(lengths), max(lengths), 3, generator=generator)
    h_0, c_0 = torch.randn(2, layers * (1 + both), len(lengths), 5, generator=generator)
    given_state = draw(flag)
    if not given_state:
        h_0, c_0 = torch.zeros_like(h_0), torch.zeros_like(c_0)
    ordered: Any = values if first else values.transpose(0, 1)
    state = (h_0, c_0) if cell == "lstm" else h_0
    if form == "one":
        ordered = values[0]
        state = (h_0[:, 0], c_0[:, 0]) if cell == "lstm" else h_0[:, 0]
    if form == "packed":
        ordered = pack_padded_sequence(ordered, torch.tensor(lengths), first, enforce_sorted=False)
    recording = lv.record(rnn, (ordered, state) if given_state else ordered)

    ways = (" forward", " backward") if both else ("",)
    assert recording.layer_names == tuple(f"{n + 1}{way}" for n in range(layers) for way in ways)
    assert [len(trace.tokens) for trace in recording.traces] == lengths
    for row, (trace, length) in enumerate(zip(recording.traces, lengths, strict=True)):
        expected = by_hand(rnn, cell, values[row, :length], h_0[:, row], c_0[:, row])
        for layer, states in enumerate(expected, 1):
            assert set(states) == set(lv.KINDS[cell])
            for kind, of in states.items():
                np.testing.assert_allclose(trace.states(layer, kind), of, **CLOSE, err_msg=kind)


@pytest.mark.parametrize("cell", lv.KINDS)
def test_hidden_states_of_the_top_layer_are_the_very_output(cell: str):
    rnn = stack(cell, num_layers=2, bidirectional=True)
    inputs = torch.randn(6, 2, 3, generator=torch.Generator().manual_seed(1))
    recording = lv.record(rnn, inputs)
    with torch.no_grad():  # with gradients torch computes it in another way
        output = rnn(inputs)[0].numpy()
    np.testing.assert_array_equal(recording.output[0], output)
    for row, trace in enumerate(recording.traces):
        both = np.concatenate([trace.states(3), trace.states(4)], axis=1)
        np.testing.assert_array_equal(both, output[:, row])


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
def test_a_projected_lstm_has_fewer_hidden_than_cell_states():
    rnn = stack("lstm", num_layers=2, proj_size=2, batch_first=True)
    inputs = torch.randn(1, 6, 3, generator=torch.Generator().manual_seed(1))
    trace = lv.record(rnn, inputs).traces[0]
    _, (_, last) = rnn(inputs)
    for layer in (1, 2):
        assert trace.states(layer).shape == (6, 2)
        cells = last[layer - 1, 0].detach()
        np.testing.assert_allclose(trace.states(layer, "cell")[-1], cells, **CLOSE)
    shown = trace.states(2, "output_gate") * trace.states(2, "tanh_cell")
    projected = shown @ rnn.get_parameter("weight_hr_l1").detach().numpy().T
    np.testing.assert_allclose(trace.states(2), projected, **CLOSE)


def test_rectified_units_are_recorded():
    rnn = stack("rnn", nonlinearity="relu", num_layers=2)
    recording = lv.record(rnn, torch.ones(5, 3))
    np.testing.assert_array_equal(recording.traces[0].states(2), recording.output[0])


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_other_precisions_are_recorded(dtype: torch.dtype):
    rnn = stack("lstm", num_layers=2).to(dtype)
    recording = lv.record(rnn, torch.ones(5, 3, dtype=dtype))
    states = recording.traces[0].states(2)
    assert states.dtype == (np.float64 if dtype is torch.float64 else np.float32)
    np.testing.assert_array_equal(states, recording.output[0].to(torch.float64))


def test_what_autocast_made_is_recorded():
    network = nn.Sequential(nn.Linear(3, 3), stack("gru", num_layers=2))
    with torch.autocast("cpu", torch.bfloat16):
        recording = lv.record(network, torch.ones(5, 1, 3))
    output, trace = recording.output[0], recording.traces[0]
    assert output.dtype == torch.bfloat16
    np.testing.assert_array_equal(trace.states(2), output[:, 0].float())
    exact = lv.record(network, torch.ones(5, 1, 3)).traces[0]
    for kind in lv.KINDS["gru"]:
        np.testing.assert_allclose(trace.states(1, kind), exact.states(1, kind), rtol=0, atol=0.02)


def test_a_model_of_the_zoo_is_recorded_as_it_is_traced(model: lv.SequenceModel):
    trace = lv.trace_text(model, "(a b) (ca (b.))")
    ids = torch.tensor(trace.tokens.ids)[None]
    recorded = lv.record(model, ids, tokens=trace.tokens.strings).traces[0]
    assert recorded.layer_names == ("rnn 1", "rnn 2")
    assert recorded.tokens.text == trace.tokens.text
    for layer in (1, 2):
        for kind in lv.KINDS[model.config.cell]:
            expected = trace.states(layer, kind)
            np.testing.assert_allclose(recorded.states(layer, kind), expected, **CLOSE)


# -- modules with more inside ------------------------------------------------------------------


def test_all_recurrent_modules_are_recorded_in_the_order_of_their_calls(network: Network):
    lengths = torch.tensor(LENGTHS)
    recording = lv.record(network, {"lengths": lengths, "ids": IDS})
    assert recording.layer_names == ("low 1 forward", "low 1 backward", "high 1", "high 2")
    assert [layer.cell for layer in recording.traces[0].layers] == ["gru", "gru", "lstm", "lstm"]
    assert torch.equal(recording.output, network(IDS, lengths))
    for row, (trace, length) in enumerate(zip(recording.traces, LENGTHS, strict=True)):
        low = network.low(network.embedding(IDS[row, :length]))[0]
        np.testing.assert_allclose(trace.states(1), low[:, :4].detach(), **CLOSE)
        np.testing.assert_allclose(trace.states(2), low[:, 4:].detach(), **CLOSE)
        np.testing.assert_allclose(trace.states(4), network.high(low)[0].detach(), **CLOSE)


def test_the_ends_of_padded_sequences_can_be_told():
    torch.manual_seed(0)
    network = Network(packed=False)
    whole, cut = (lv.record(network, IDS, lengths=ends) for ends in (None, LENGTHS))
    assert [len(trace.tokens) for trace in whole.traces] == [7] * 4
    assert cut.corpus_states().breaks.tolist() == [0, 4, 11, 12]
    for layer in (1, 2, 4):
        for trace, other, length in zip(cut.traces, whole.traces, LENGTHS, strict=True):
            np.testing.assert_array_equal(trace.states(layer), other.states(layer)[:length])


class Translator(nn.Module):
    """An encoder, and a decoder that is called step by step."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.LSTM(3, 5, batch_first=True)
        self.decoder = nn.LSTM(3, 5, batch_first=True)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """States of the decoder."""
        _, state = self.encoder(source)
        found = []
        for step in range(target.shape[1]):
            output, state = self.decoder(target[:, step : step + 1], state)
            found.append(output)
        return torch.cat(found, dim=1)


def test_a_loop_over_steps_is_recorded_as_the_sequences_it_reads():
    translator = Translator()
    source, target = torch.randn(2, 2, 6, 3, generator=torch.Generator().manual_seed(1))
    recording = lv.record(translator, (source, target[:, :4]), only="decoder")
    assert recording.layer_names == ("decoder 1",)
    _, state = translator.encoder(source)
    at_once = lv.record(translator.decoder, (target[:, :4], state))
    for trace, expected in zip(recording.traces, at_once.traces, strict=True):
        for kind in lv.KINDS["lstm"]:
            np.testing.assert_allclose(trace.states(1, kind), expected.states(1, kind), **CLOSE)


def test_modules_that_read_different_sequences_are_recorded_one_at_a_time():
    source, target = torch.randn(2, 2, 6, 3)
    with pytest.raises(lv.StatesError, match=r"encoder: 2 of 6, 6.*decoder: 2 of 4, 4.*only='enc"):
        lv.record(Translator(), (source, target[:, :4]))


class Twice(nn.Module):
    """One LSTM that reads both of its inputs from zeros, or the second from where it was."""

    def __init__(self, carry: bool) -> None:
        super().__init__()
        self.rnn = nn.LSTM(3, 5)
        self.carry = carry

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        """What it made of the second."""
        _, state = self.rnn(a)
        return self.rnn(b, hx=state if self.carry else None)[0]


def test_a_module_that_is_called_again_goes_on_or_reads_more_sequences():
    a, b = torch.ones(4, 2, 3), torch.zeros(3, 2, 3)
    carried, again = (lv.record(Twice(carry), (a, b)) for carry in (True, False))
    assert [len(trace.tokens) for trace in carried.traces] == [7, 7]
    assert [len(trace.tokens) for trace in again.traces] == [4, 4, 3, 3]


def test_zeros_begin_a_sequence_even_where_the_last_one_ended_with_them():
    rnn = stack("rnn", nonlinearity="relu")
    for parameter in rnn.parameters():
        nn.init.zeros_(parameter)
    inputs = torch.ones(4, 2, 3), torch.zeros(1, 2, 5)
    recording = lv.record(rnn, [inputs, inputs])
    assert [len(trace.tokens) for trace in recording.traces] == [4, 4, 4, 4]


def test_a_text_read_in_chunks_is_one_sequence():
    rnn = stack("gru", num_layers=2)
    inputs = torch.randn(9, 3, generator=torch.Generator().manual_seed(1))
    _, state = rnn(inputs[:4])
    whole = lv.record(rnn, inputs).traces[0]
    (parts,) = lv.record(rnn, [inputs[:4], (inputs[4:], state.detach())]).traces
    for layer in (1, 2):
        for kind in lv.KINDS["gru"]:
            np.testing.assert_allclose(
                parts.states(layer, kind), whole.states(layer, kind), **CLOSE
            )


def test_weights_that_are_computed_are_those_that_count():
    rnn = stack("lstm")
    plain = lv.record(rnn, torch.ones(4, 3)).traces[0]
    nn.utils.parametrizations.weight_norm(rnn, "weight_hh_l0")
    normed = lv.record(rnn, torch.ones(4, 3)).traces[0]
    for kind in lv.KINDS["lstm"]:
        np.testing.assert_allclose(normed.states(1, kind), plain.states(1, kind), **CLOSE)


def test_a_list_holds_inputs_that_are_read_one_after_the_other():
    rnn = stack("lstm", batch_first=True)
    parts = [torch.ones(2, 3, 3), torch.zeros(1, 5, 3)]
    recording = lv.record(rnn, parts)
    assert [len(trace.tokens) for trace in recording.traces] == [3, 3, 5]
    assert len(recording.output) == 2
    states = torch.cat([rnn(part)[0].flatten(0, 1) for part in parts]).detach()
    np.testing.assert_allclose(recording.corpus_states(1).values.T, states, **CLOSE)


# -- nothing else changes ----------------------------------------------------------------------


class Failing(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.LSTM(3, 5)

    def forward(self, inputs: Tensor) -> None:
        """Reads, and fails."""
        self.rnn(inputs)
        raise ArithmeticError("of the user's own")


def hooks_of(module: nn.Module) -> list[Any]:
    return [hook for part in module.modules() for hook in part._forward_hooks.values()]


def test_hooks_are_removed_even_when_forward_fails(network: Network):
    lv.record(network, (IDS, torch.tensor(LENGTHS)))
    failing = Failing()
    with pytest.raises(ArithmeticError, match="own"):
        lv.record(failing, torch.ones(2, 3))
    assert hooks_of(network) == hooks_of(failing) == []


@pytest.mark.parametrize("training", [True, False])
def test_recording_changes_nothing(network: Network, training: bool):
    network.train(training)
    lengths = torch.tensor(LENGTHS)
    network(IDS, lengths).sum().backward()
    before = {name: p.detach().clone() for name, p in network.named_parameters()}
    grads = {name: p.grad.clone() for name, p in network.named_parameters() if p.grad is not None}
    random = torch.get_rng_state()
    recording = lv.record(network, (IDS, lengths))
    assert torch.equal(torch.get_rng_state(), random)
    assert [part.training for part in network.modules()] == [training] * 5
    assert not recording.output.requires_grad
    for name, parameter in network.named_parameters():
        assert parameter.requires_grad and parameter.grad is not None
        assert torch.equal(parameter, before[name]) and torch.equal(parameter.grad, grads[name])


def test_later_training_does_not_change_a_recording():
    rnn = stack("lstm")
    inputs, state = torch.ones(4, 1, 3), (torch.ones(1, 1, 5), torch.ones(1, 1, 5))
    trace = lv.record(rnn, (inputs, state)).traces[0]
    other = lv.record(rnn, (inputs.clone(), tuple(part.clone() for part in state))).traces[0]
    for tensor in (inputs, *state, *rnn.parameters()):
        tensor.data.zero_()
    for kind in lv.KINDS["lstm"]:
        np.testing.assert_array_equal(trace.states(1, kind), other.states(1, kind))


def test_a_recording_cannot_be_written_into():
    trace = lv.record(stack("lstm"), torch.ones(4, 3)).traces[0]
    for kind in ("hidden", "cell"):
        with pytest.raises(ValueError, match="read-only"):
            trace.states(1, kind)[0] = 0


def test_a_hook_of_the_user_may_change_what_the_network_sees():
    """As who takes a unit away: what is recorded is what the layer itself did."""
    rnn = stack("lstm")
    rnn.register_forward_hook(lambda module, args, output: (output[0] * 0, output[1]))
    recording = lv.record(rnn, torch.ones(4, 3))
    assert not recording.output[0].any()
    assert recording.traces[0].states(1).all()


# -- what can be done with it ------------------------------------------------------------------


@pytest.fixture
def recording(network: Network) -> lv.Recording:
    tokens = [
        [f"w{id}" for id in row[:end]] for row, end in zip(IDS.tolist(), LENGTHS, strict=True)
    ]
    return lv.record(network, (IDS, torch.tensor(LENGTHS)), tokens=tokens)


def test_tokens_label_the_steps(recording: lv.Recording):
    first = recording.traces[0].tokens
    assert first.strings == ("w0", "w1", "w2", "w3")
    assert (first.text, first.span(1, 3)) == ("w0 w1 w2 w3", "w1 w2")
    assert recording.tokens.strings[4:6] == recording.traces[1].tokens.strings[:2] == ("w7", "w8")
    assert recording.tokens.span(4, 6) == "w7 w8"
    same = {string: set() for string in recording.tokens.strings}
    for string, id in zip(recording.tokens.strings, recording.tokens.ids.tolist(), strict=True):
        same[string].add(id)
    assert all(len(ids) == 1 for ids in same.values())


@pytest.mark.parametrize("tokens", ["abcd", ["a", "b", "c", "d"], ["abcd"], [list("abcd")]])
def test_tokens_of_one_sequence_may_stand_in_a_list_of_their_own(tokens):
    if tokens == ["abcd"]:
        with pytest.raises(lv.StatesError, match="1 of 4 steps"):
            lv.record(stack("rnn"), torch.ones(4, 3), tokens=tokens)
    else:
        trace = lv.record(stack("rnn"), torch.ones(4, 3), tokens=tokens).traces[0]
        assert trace.tokens.text == "abcd"


def test_units_are_selected_and_matched(recording: lv.Recording):
    trace, layer, kind = recording.traces[1], 4, "tanh_cell"
    selection = lv.Selection(layer=layer, kind=kind, start=2, end=4, sign="abs")
    threshold = lv.suggest_threshold(trace, selection, units=2)
    assert threshold is not None
    selection = lv.Selection(
        layer=layer, kind=kind, start=2, end=4, sign="abs", threshold=threshold
    )
    units = lv.select_units(trace, selection)
    assert lv.is_on(trace.states(layer, kind)[2:4, units], threshold, "abs").all()
    states = recording.corpus_states(layer, kind)
    found = lv.find_matches(states, units, threshold=threshold, sign="abs", min_length=1)
    documents = np.searchsorted(states.breaks, [(m.start, m.end - 1) for m in found], "right")
    assert any(match.start <= 6 and match.end >= 8 for match in found)  # where it was selected
    assert (documents[:, 0] == documents[:, 1]).all()


def test_a_recording_is_drawn(recording: lv.Recording):
    trace, selection = recording.traces[1], lv.Selection(layer=3, start=2, end=4, threshold=0.05)
    drawing = select_chart(trace, selection, [0, 2], window=Window(1, 4))
    assert drawing.data["tokens"]["token"].tolist() == list(trace.tokens.strings[1:5])
    assert drawing.data["lines"].shape == (5, 2)
    assert drawing.chart().to_dict()
    assert threshold_chart(trace, selection, 1.0, None).data["curve"]["units"].max() <= 5
    states = recording.corpus_states(3)
    found = lv.find_matches(states, np.arange(5), threshold=0.01, min_length=1)
    rows = match_rows(states, np.arange(5), found, threshold=0.01, sign="+", before=2, after=3)
    matches = match_chart(rows, recording.tokens, {}, before=2, after=3, selected=5)
    assert matches.chart().to_dict()


# -- what is refused ---------------------------------------------------------------------------


class Normed(nn.LSTM):
    """Says it is an LSTM, and does more."""

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        output, state = super().forward(*args, **kwargs)
        return output * 2, state


class Bare(nn.LSTM):
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return super().forward(*args, **kwargs)[0]


class Idle(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.GRU(3, 5)

    def forward(self, inputs: Tensor) -> Tensor:
        """Lets the network rest."""
        return inputs


@pytest.mark.parametrize(
    ("module", "error", "message"),
    [
        (torch.tanh, lv.ModelError, "torch.nn.Module, not a builtin"),
        (nn.Linear(3, 3), lv.ModelError, "Linear has no nn.LSTM.*from_array"),
        (nn.LSTMCell(3, 3), lv.ModelError, "LSTMCell has no nn.LSTM"),
        (Idle(), lv.ModelError, "Idle called none of 'rnn'"),
        (nn.GRU(3, 5, 2, dropout=0.5), lv.ModelError, r"The module is in training.*\.eval\(\)"),
        (Normed(3, 5), lv.ModelError, r"the module \(Normed\) gave is not what LSTM"),
        (Bare(3, 5), lv.ModelError, r"the module \(Bare\) gave is not what LSTM"),
    ],
)
def test_what_cannot_be_recorded_is_refused(module: Any, error: type[Exception], message: str):
    with pytest.raises(error, match=message):
        lv.record(module, torch.ones(4, 2, 3))


def test_dropout_between_layers_is_none_when_evaluating():
    rnn = stack("gru", num_layers=2, dropout=0.5).eval()
    assert lv.record(rnn, torch.ones(4, 2, 3)).layer_names == ("1", "2")


def test_a_submodule_without_recurrent_layers_is_refused(network: Network):
    with pytest.raises(lv.ModelError, match="Inside 'hi' is no.*'low', 'high'"):
        lv.record(network, IDS, only="hi")


@pytest.mark.parametrize(
    "tokens", [["abcd"], ["abcd", "abc"], ["abcd", "abcd", "abcd"], [[1, 2, 3, 4]] * 2, ["a", "b"]]
)
def test_tokens_that_do_not_fit_are_refused(tokens):
    with pytest.raises(lv.StatesError, match=r"Sequences were 2 of 4, 4 steps, of tokens"):
        lv.record(stack("rnn"), torch.ones(4, 2, 3), tokens=tokens)


@pytest.mark.parametrize("lengths", [[4], [4, 5], [0, 4], [4, 4, 4]])
def test_lengths_that_do_not_fit_are_refused(lengths: list[int]):
    with pytest.raises(lv.StatesError, match=r"got .* steps for what was read \(the module: 2 of"):
        lv.record(stack("rnn"), torch.ones(4, 2, 3), lengths=lengths)


@pytest.mark.parametrize("layer", [0, 5])
def test_a_layer_that_is_not_there_is_refused(recording: lv.Recording, layer: int):
    with pytest.raises(lv.SelectionError, match=f"no layer {layer}. It has 1: low 1 forward; 2:"):
        recording.corpus_states(layer)


def test_a_kind_of_another_cell_is_refused(recording: lv.Recording):
    with pytest.raises(lv.SelectionError, match="reset_gate.*not 'cell'"):
        recording.traces[0].states(1, "cell")
