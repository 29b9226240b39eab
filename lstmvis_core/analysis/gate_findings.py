"""What Karpathy, Johnson and Li found about gates, checked for the network at hand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lstmvis_core.analysis.saturation import Saturation
from lstmvis_core.errors import SelectionError

# The paper gives no numbers; these say what its words are taken to mean.
OFTEN = 0.5  # at more than this share of the steps
NEARLY_ALWAYS = 0.9
SELDOM = 0.1  # at less than this share
MANY = 0.25  # at least this share of the units
MUCH = 0.5  # times as often, or less


@dataclass(frozen=True)
class Finding:
    """A statement of the paper, and whether it is true of a network.

    Attributes
    ----------
    statement : str
    criterion : str
        What is counted, and from where on the statement holds.
    holds : bool or None
        None where it does not apply.
    because : str
        The numbers that decided, or why it does not apply.
    """

    statement: str
    criterion: str
    holds: bool | None
    because: str


Layers = Sequence[Mapping[str, Saturation]]


def gate_findings(layers: Layers, *, bidirectional: bool = False) -> list[Finding]:
    """Check the paper's findings about gates for a network.

    Parameters
    ----------
    layers : sequence of mapping of str to Saturation
        Of each layer what `gate_saturation` says of a text, or ``GateCounts.saturation`` of a
        corpus.
    bidirectional : bool
        Whether every layer has two entries, forward and backward.

    Returns
    -------
    list of Finding
        Always the same statements in the same order; those about the other cell, or about layers
        that are not there, do not apply.

    Raises
    ------
    SelectionError
        There is no layer, or the layers do not come in pairs if bidirectional.

    Notes
    -----
    The paper's update gate says how much of a GRU's state is overwritten, that of torch.nn how much
    is kept: what the paper calls left-saturated is open here.

    References
    ----------
    Karpathy, Johnson and Li 2016, section 4.2.

    Examples
    --------
    >>> remembers = Saturation(left=np.zeros(4), right=np.ones(4))
    >>> forgets = Saturation(left=np.ones(4), right=np.zeros(4))
    >>> layer = {"input_gate": forgets, "forget_gate": remembers, "output_gate": forgets}
    >>> for finding in gate_findings([layer])[:3]:
    ...     print(finding.holds, finding.because)
    True 4 of 4 are (100 %).
    True 0 of 4 are shut so often.
    False 0 of 4 are open so often, and 4 are shut.
    """
    directions = 1 + bidirectional
    if not layers or len(layers) % directions:
        raise SelectionError(
            f"Findings are of one layer or more, with {directions} entries each; got "
            f"{len(layers)} entries."
        )
    of_depth = [layers[i : i + directions] for i in range(0, len(layers), directions)]
    return [finding(of_depth) for finding in _FINDINGS]


def _gates(of_depth: Sequence[Layers], kind: str) -> Saturation | None:
    """All units of a gate, of several layers; None if there is no such gate."""
    found = [entry[kind] for layer in of_depth for entry in layer if kind in entry]
    if not found:
        return None
    return Saturation(*(np.concatenate([getattr(s, side) for s in found]) for side in _SIDES))


_SIDES = ("left", "right")


def _be(count: int) -> str:
    return "is" if count == 1 else "are"


def _remembering(of_depth: Sequence[Layers]) -> Finding:
    statement = "Many forget gates are often open: their units remember for a long time."
    criterion = (
        "At least a quarter of the forget gates of all layers are open at more than half of the "
        "steps."
    )
    gates = _gates(of_depth, "forget_gate")
    if gates is None:
        return Finding(statement, criterion, None, "A GRU has no forget gate.")
    count, units = int((gates.right > OFTEN).sum()), len(gates.right)
    because = f"{count} of {units} are ({count / units:.0%}).".replace("%", " %")
    return Finding(statement, criterion, count >= MANY * units, because)


def _feeding_forward(of_depth: Sequence[Layers]) -> Finding:
    statement = "No unit forgets everything at every step."
    criterion = "Holds if no forget gate is shut at more than nine of ten steps."
    gates = _gates(of_depth, "forget_gate")
    if gates is None:
        return Finding(statement, criterion, None, "A GRU has no forget gate.")
    count = int((gates.left > NEARLY_ALWAYS).sum())
    because = f"{count} of {len(gates.left)} {_be(count)} shut so often."
    return Finding(statement, criterion, count == 0, because)


def _showing(of_depth: Sequence[Layers]) -> Finding:
    statement = "No output gate always shows its unit, and none always hides it."
    criterion = "Holds if no output gate is open, and none shut, at more than nine of ten steps."
    gates = _gates(of_depth, "output_gate")
    if gates is None:
        return Finding(statement, criterion, None, "A GRU has no output gate.")
    is_open, shut = (int((side > NEARLY_ALWAYS).sum()) for side in (gates.right, gates.left))
    because = (
        f"{is_open} of {len(gates.left)} {_be(is_open)} open so often, and {shut} {_be(shut)} shut."
    )
    return Finding(statement, criterion, is_open == shut == 0, because)


def _binary(of_depth: Sequence[Layers]) -> Finding:
    statement = "Above the first layer gates are nearly binary: mostly either shut or open."
    criterion = (
        "In each layer above the first, gates are shut or open at more than half of the steps, on "
        "average over all gates and units."
    )
    first, *above = _decided(of_depth)
    if not above:
        return Finding(statement, criterion, None, _ONE_LAYER)
    return Finding(statement, criterion, min(above) > OFTEN, _shares([first, *above], 1))


def _diffuse(of_depth: Sequence[Layers]) -> Finding:
    statement = "The gates of the first layer are much more diffuse than those above."
    criterion = (
        "In the first layer gates are shut or open at most half as often as in any layer above, "
        "on average over all gates and units."
    )
    first, *above = _decided(of_depth)
    if not above:
        return Finding(statement, criterion, None, _ONE_LAYER)
    return Finding(statement, criterion, first <= MUCH * min(above), _shares([first, *above], 0))


_ONE_LAYER = "This network has one layer only."


def _decided(of_depth: Sequence[Layers]) -> list[float]:
    """Of each layer the share of time for which its gates are shut or open, on average."""
    return [
        float(np.concatenate([s.left + s.right for one in layer for s in one.values()]).mean())
        for layer in of_depth
    ]


def _shares(shares: list[float], first: int) -> str:
    said = [f"layer {n}: {share:.0%}" for n, share in enumerate(shares, 1)][first:]
    sentence = ", ".join(said).replace("%", " %")
    return f"{sentence[0].upper()}{sentence[1:]}."


def _resetting(of_depth: Sequence[Layers]) -> Finding:
    statement = "In the first layer of a GRU, reset gates are hardly ever open."
    criterion = (
        "The reset gates of the first layer are open at less than one of ten steps, on average "
        "over units."
    )
    return _seldom_open(of_depth, "reset_gate", statement, criterion)


def _keeping(of_depth: Sequence[Layers]) -> Finding:
    statement = "In the first layer of a GRU, update gates hardly ever keep nearly everything."
    criterion = (
        "The update gates of the first layer are open, so that they keep what was there, at less "
        "than one of ten steps, on average over units."
    )
    return _seldom_open(of_depth, "update_gate", statement, criterion)


def _seldom_open(of_depth: Sequence[Layers], kind: str, statement: str, criterion: str) -> Finding:
    gates = _gates(of_depth[:1], kind)
    if gates is None:
        return Finding(statement, criterion, None, "This network is no GRU.")
    share = float(gates.right.mean())
    because = f"They are open at {share:.0%} of the steps.".replace("%", " %")
    return Finding(statement, criterion, share < SELDOM, because)


_FINDINGS: tuple[Callable[[Sequence[Layers]], Finding], ...] = (
    _remembering,
    _feeding_forward,
    _showing,
    _binary,
    _diffuse,
    _resetting,
    _keeping,
)
