"""One step in words: names of its rows, what a number says, and what each symbol stands for."""

import lstmvis_core as lv
from lstmvis_core.charts.step_blocks import number
from pages.ui.words import plain

ROW_NAMES = {
    "input": "input x",
    "hidden_before": "hidden state h before",
    "cell_before": "cell state c before",
    "input_gate": "input gate i",
    "forget_gate": "forget gate f",
    "candidate": "candidate",
    "output_gate": "output gate o",
    "reset_gate": "reset gate r",
    "update_gate": "update gate z",
    "cell": "new cell state c",
    "tanh_cell": "tanh(c)",
    "hidden": "new hidden state h",
}
GRU_CONVENTIONS = (
    ":material/swap_horiz: **Two ways to write a GRU.** Here, as in PyTorch, $z$ says how much is "
    "*kept*: $h_t = (1 - z)\\,n + z\\,h_{t-1}$. Many books and lectures swap the two, so that "
    "their $z$ is $1 - z$ here: look which one is meant before you compare. PyTorch also lets the "
    "reset "
    "gate act *after* the matrix product, $r\\,(U h_{t-1} + b')$, where the first paper (Cho and "
    "others, 2014) lets it act before, $U (r\\,h_{t-1})$. Those are two different networks."
)
_SIGMA = "$\\sigma$: squeezes any number between 0 and 1; a large one to nearly 1"
_TANH = "$\\tanh$: squeezes any number between −1 and 1"


def meaning(found: lv.OneStep, part: str, unit: int) -> str:
    """What one number says, in a sentence."""
    rows = found.rows
    if part == "input":
        return "The same token always goes in as the same numbers, wherever it stands."
    value = float(rows[part][unit])
    share = f"**{value:.0%}**"
    said = {
        "forget_gate": f"The unit **keeps** {share} of what its cell held before.",
        "input_gate": f"The unit **writes** {share} of the candidate g into its cell.",
        "output_gate": f"The unit **shows** {share} of tanh(c) to the others.",
        "update_gate": f"The unit **keeps** {share} of its hidden state, and takes the rest, "
        f"**{1 - value:.0%}**, of the candidate n.",
        "reset_gate": f"The candidate sees {share} of what the hidden state before says.",
        "tanh_cell": "The cell state, squeezed between −1 and 1 before it is shown.",
    }
    if part in said:
        return said[part]
    if part == "candidate":
        gate = "input gate i" if found.cell == "lstm" else "update gate z"
        return f"This is what *would* be written. How much of it is, the {gate} says."
    return _of_state(found, part, unit)


def _of_state(found: lv.OneStep, part: str, unit: int) -> str:
    """What is said of a state: where it came from, or how it has changed."""
    if part in ("hidden_before", "cell_before"):
        if found.first:
            return "Before the first token every unit is at 0: nothing has been read yet."
        return "It is what came out of the step before: go one step back to see how."
    if part == "cell":
        before, now = (number(found.rows[name][unit]) for name in ("cell_before", "cell"))
        return f"What the unit holds went from {before} to **{now}**."
    before, now = (number(found.rows[name][unit]) for name in ("hidden_before", "hidden"))
    if found.cell == "rnn":
        return (
            f"It was {before} and is **{now}**. A plain RNN has no gates: nothing is kept "
            "as it was, all is worked out anew."
        )
    return f"What others see of the unit went from {before} to **{now}**."


def symbols(found: lv.OneStep, part: str, token: str) -> list[str]:
    """What each symbol of the equation of a row stands for, as Markdown."""
    cell = found.cell
    x = (
        f"the {len(found.input)} numbers that stand for the token “{plain(token)}”; "
        "learned in training"
        if found.layer == 1
        else "the hidden state of the layer below"
    )
    before = "token after, for this layer reads backwards" if found.backward else "token before"
    of = {
        "x": f"$x_t$: {x}",
        "h": f"$h_{{t-1}}$: the hidden state after the {before}",
        "c": f"$c_{{t-1}}$: the cell state after the {before}",
        "w": "$W$, $U$: weights, learned in training; the same ones at every step",
        "b": "$b$: a number that is always added, learned, too",
        "t": "$t$: the number of this step; the small number says which unit",
    }
    sums = [of["x"], of["h"], of["w"], of["b"]]
    if part in found.gates:
        gate = found.gates[part]
        if gate.reset is not None:
            sums.append("$r$: the reset gate; $b'$: a second number that is added, inside")
        return [*sums, _SIGMA if gate.squash == "sigmoid" else _TANH, of["t"]]
    gates = {
        "input": [of["x"]],
        "hidden_before": [of["h"]],
        "cell_before": [of["c"] if cell == "lstm" else ""],
        "cell": [
            of["c"],
            "$f$, $i$: forget and input gate, between 0 and 1",
            "$g$: the candidate, what would be written",
        ],
        "tanh_cell": [_TANH, "$c$: the new cell state"],
        "hidden": ["$o$: the output gate, between 0 and 1", "$c_t$: the new cell state", _TANH]
        if cell == "lstm"
        else [
            of["h"],
            "$z$: the update gate, how much is kept",
            "$n$: the candidate, what would be written",
        ],
    }
    return [*gates[part], of["t"]]
