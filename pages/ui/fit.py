"""The nearest view that a network and a text can show.

No Streamlit here. What changed is said in a sentence each.
"""

from collections.abc import Collection
from dataclasses import replace
from itertools import islice

from lstmvis_core.charts.match_frames import COUNT
from pages.ui.link import default_corpus
from pages.ui.network import Network, is_project
from pages.ui.parameters import HOLDABLE
from pages.ui.view import View


def fit(
    view: View,
    network: Network,
    steps: int,
    colours: Collection[str] | None = None,
) -> tuple[View, list[str]]:
    """The nearest view that this network and a text of so many steps can show, and what changed.

    Parameters
    ----------
    view : View
    network : Network
        Of the view's model.
    steps : int
        Number of tokens of the view's text, at least 1.
    colours : collection of str or None
        Tracks that the view's corpus has, if it was looked up.
    """
    problems = []
    layers = len(network.layers)
    layer = min(max(view.layer, 1), layers)
    if layer != view.layer:
        problems.append(f"{network.id} has layers 1 to {layers}; layer {layer} is shown.")
    kind = view.kind if view.kind in network.kinds else network.kinds[0]
    if kind != view.kind:
        problems.append(f"{network.id} has no states of kind {view.kind!r}; {kind} is shown.")
    start = min(view.start, steps - 1)
    end = max(start + 1, min(view.end, steps))
    known = range(network.units[layer - 1])
    exclude = tuple(sorted({u for u in view.exclude if u in known}))
    pin = tuple(sorted({u for u in view.pin if u in known} - set(exclude)))
    corpus = view.corpus or default_corpus(view.model)
    if is_project(view.model):
        corpus = ""  # it is one
    colour = view.colour if colours is None or view.colour in (COUNT, *colours) else COUNT
    if colour != view.colour:
        problems.append(f"This corpus has no track {view.colour!r} to colour words by.")
    at = min(view.at, max(0, steps - view.size))
    tracks = tuple(name for name in view.tracks if name in network.tracks)
    if len(tracks) < len(view.tracks):
        tracks = tuple(dict.fromkeys((*islice(network.tracks, 1), *tracks)))
    return (
        replace(
            view,
            layer=layer,
            kind=kind,
            threshold=round(view.threshold, 4),
            start=start,
            end=end,
            exclude=exclude,
            pin=pin,
            corpus=corpus,
            at=at,
            tracks=tracks,
            colour=colour,
            lines=view.lines or "\n" in view.text,
        ),
        problems,
    )


def fit_units(view: View, network: Network, steps: int) -> tuple[View, list[str]]:
    """What `fit` leaves to the pages Units and Gates, of a view that it has seen."""
    problems = []
    known = range(network.units[view.layer - 1])
    unit = min(view.unit, known[-1])
    if unit != view.unit:
        problems.append(f"Units of that layer go from 0 to {known[-1]}; unit {unit} is shown.")
    hold = view.hold if view.hold in network.kinds else HOLDABLE[0]
    if hold != view.hold:
        problems.append(f"{network.id} has no states of kind {view.hold!r}; {hold} is held.")
    gates = [kind for kind in network.kinds if kind.endswith("_gate")]
    usual = "forget_gate" if "forget_gate" in gates else next(iter(gates[::-1]), "")
    gate = view.gate if view.gate in gates else usual
    if view.gate not in ("", gate):
        problems.append(f"{network.id} has no {view.gate!r}; {gate or 'nothing'} is shown.")
    left, right = view.left, view.right
    if left > right:
        left, right = View().left, View().right
        problems.append(f"A gate is shut below {left:g} and open above {right:g}: not crosswise.")
    return (
        replace(
            view,
            unit=unit,
            held=tuple(sorted({u for u in view.held if u in known} - {unit})),
            dots=tuple(sorted({u for u in view.dots if u in known})),
            hold=hold,
            gate=gate,
            left=left,
            right=right,
            step=min(view.step, steps - 1),
        ),
        problems,
    )
