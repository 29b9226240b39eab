"""The view: every setting of the pages in one frozen value, and the same value as a link.

Pages that look at the same text share its text, layer, range and so on.

No Streamlit here. A parameter of a link that makes no sense is replaced by the default with a
sentence that says so.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode

from lstmvis_core import ModelError, Selection, list_corpora, read_examples
from lstmvis_core.charts.match_frames import COUNT
from lstmvis_core.tracks import Labels, Options
from lstmvis_core.tracks.options import EMBEDDED
from pages.ui.network import Network, is_project
from pages.ui.packing import packed, unpacked
from pages.ui.parameters import (
    HELD_BY,
    HOLDABLE,
    LAST,
    MAX_TEXT,
    METHODS,
    NO_CLUSTER,
    ON,
    OVER,
    PANELS,
    READ,
    SIZES,
    written,
    written_words,
)

FIRST_MODEL = "prose"
VIEW = "view"  # the parameter of a link that holds all others, packed
MAX_QUERY, MAX_VIEW = 1_600, 40_000  # characters of a link that is not packed; bytes in one that is


@dataclass(frozen=True)
class View:
    """What the page shows. Field names are the names of the link's parameters."""

    model: str = FIRST_MODEL
    text: str = ""
    lines: bool = False  # type the text in several lines
    large: bool = False  # large type, for a projector
    layer: int = 1
    kind: str = "hidden"
    start: int = 0
    end: int = 1
    threshold: float = 0.3
    sign: str = "+"
    before: int = 0
    after: int = 0
    exclude: tuple[int, ...] = ()
    pin: tuple[int, ...] = ()
    tracks: tuple[str, ...] = ("surprisal",)
    pattern: str = ""  # a regular expression, for a track of its own
    pipeline: str = EMBEDDED  # for the tracks of the language
    labels: str = ""  # id of a file that somebody brought
    size: int = 60
    at: int = 0  # first step in view
    corpus: str = ""
    colour: str = COUNT
    shortest: int = 0  # length of matches; 0 = as the selection suggests
    longest: int = 0  # 0 = any
    # Units:
    panel: str = PANELS[0]
    unit: int = 0
    step: int = LAST  # what is looked at closely
    guesses: bool = False  # below each token
    find: str = ""  # a property: a track, or RANGE
    label: str = ""  # of a track with labels
    parsed: bool = False  # whether a unit is explained by tracks of the language, too
    hold: str = HOLDABLE[0]  # which states of units are held,
    held: tuple[int, ...] = ()  # of which units besides the one in view,
    by: str = HELD_BY[0]  # how,
    value: float = 0.0  # at which value, if at one,
    inside: bool = False  # and whether in the range alone
    on: str = ON[0]  # of all tokens or of the range: whose surprisal counts
    seed: int = 0  # of samples
    temperature: float = 0.5
    # Gates:
    gate: str = ""
    over: str = OVER[0]
    left: float = 0.1  # saturated below
    right: float = 0.9  # saturated above
    dots: tuple[int, ...] = ()  # units picked in the plot
    # Clusters:
    cut: str = ""  # what is responded to; as is usual for the model if empty
    method: str = METHODS[0]
    clusters: int = 6
    frequent: int = 300  # words that are looked at
    weakest: float = 0.4  # share of the strongest link from which on links are drawn
    cluster: int = NO_CLUSTER  # that is followed
    words: tuple[str, ...] = ()  # that are compared
    tint: str = ""  # the track that colours words; the usual one if empty
    other: str = ""  # a second model,
    other_layer: int = 0  # and which of its layers; the last one if 0
    # One step:
    part: str = ""  # the row of numbers that is looked at; the usual one of the cell if empty
    # Outputs:
    token: str = ""  # whose neighbours are shown; a telling one of the text if empty
    # Gradients:
    scale: float = 1.0  # what the recurrent weights are multiplied by
    # Of a lesson that is running: its name or its text, packed, and the step, from 1 on.
    lesson: str = ""
    lesson_step: int = 1

    def selection(self) -> Selection:
        """The part that the library calls a selection."""
        return Selection(
            self.layer,
            self.kind,
            self.start,
            self.end,
            self.threshold,
            self.sign,
            self.before,
            self.after,
        )

    def window(self, steps: int) -> int:
        """Steps to draw of a text of so many: a short text is not squeezed into a corner."""
        return min(self.size, next((size for size in SIZES if size >= steps), self.size))

    def options(self, labels: Labels | None = None) -> Options:
        """What its tracks need to be told; with the labels that its id stands for."""
        return Options(self.pattern, self.pipeline, labels)

    def cursor(self, steps: int) -> int:
        """The step that is looked at closely, of a text of so many."""
        return steps - 1 if self.step == LAST else min(self.step, steps - 1)

    @property
    def min_length(self) -> int:
        """Shortest match: a selection of several steps asks for at least two."""
        return self.shortest or min(2, self.end - self.start)

    def to_params(self) -> dict[str, str]:
        """The link's parameters: what differs from a fresh view, and always model and text.

        Those of a link that would be long are packed into one.
        """
        params = self._params()
        query = urlencode(params)
        return params if len(query) <= MAX_QUERY else {VIEW: packed(query)}

    def _params(self) -> dict[str, str]:
        fresh = View()
        params = {"model": self.model, "text": self.text[:MAX_TEXT]}
        for field in fields(self):
            value = getattr(self, field.name)
            if value != getattr(fresh, field.name) and field.name not in params:
                params[field.name] = write_field(field.name, value)
        return params

    def query(self) -> str:
        """The link's query string."""
        return urlencode(self.to_params())


def write_field(name: str, value: Any) -> str:
    """A field as the link has it."""
    return written_words(tuple(map(str, value))) if name == "words" else written(value)


def from_params(params: Mapping[str, str]) -> tuple[View, list[str]]:
    """The view of a link, and a sentence for every parameter that made no sense."""
    values: dict[str, Any] = {}
    params, problems = _unpacked(params)
    for name, raw in params.items():
        if name not in READ:
            problems.append(
                f"The link has a setting {name[:40]!r}, which does not exist; it is ignored."
            )
            continue
        try:
            values[name] = READ[name](raw)
        except ValueError as error:
            usual = written(getattr(View(), name)) or "nothing"
            problems.append(f"{name} is {raw[:40]!r} in the link; {error}. Shown is {usual}.")
    if values.get("start", 0) >= values.get("end", values.get("start", 0) + 1):
        problems.append("The range of the link ends before it begins; its first token is used.")
        values["end"] = values["start"] + 1
    values.setdefault("end", values.get("start", 0) + 1)
    return View(**values), problems


def _unpacked(params: Mapping[str, str]) -> tuple[Mapping[str, str], list[str]]:
    """The parameters, with those that were packed into one."""
    if VIEW not in params:
        return params, []
    others = {name: raw for name, raw in params.items() if name != VIEW}
    try:
        query = unpacked(params[VIEW], MAX_VIEW)
    except ValueError as error:
        return others, [f"The settings of this link cannot be unpacked: {error}."]
    return {**dict(parse_qsl(query, keep_blank_values=True)), **others}, []


def from_example(model: str, example: Mapping[str, Any]) -> View:
    """The view that a model's prepared example describes.

    The example may be a stranger's: it is read as a link is, and what makes no sense is left out.
    """
    names = {field.name for field in fields(View)} - {"model"}
    said = {name: example[name] for name in example if name in names}
    params = {n: write_field(n, tuple(v) if isinstance(v, list) else v) for n, v in said.items()}
    return replace(from_params(params)[0], model=model)


def opened(params: Mapping[str, str]) -> tuple[View, list[str]]:
    """What a link opens: if it has no text, its model's first example, changed as the link says."""
    view, problems = from_params(params)
    params, _ = _unpacked(params)
    example = first_example(view.model) if "text" not in params else None
    if example is None:
        return view, problems
    usual = example.to_params()
    if "start" in params:
        usual.pop("end", None)
    return from_params({**usual, **params})


def first_view() -> View:
    """What is seen when nothing was asked for: the first prepared example."""
    return from_example(FIRST_MODEL, read_examples(FIRST_MODEL)[0])


def first_example(model: str) -> View | None:
    """The first view that was prepared for a model, if there is one."""
    examples: list[dict[str, Any]] = []
    with suppress(ModelError):  # a model of the Hub, whose files are not on the disk
        examples = read_examples(model)
    return from_example(model, examples[0]) if examples else None


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


def default_corpus(model: str) -> str:
    """The embedded corpus that a model's first example names, or the first there is.

    A project is its own: it has none.
    """
    if is_project(model):
        return ""
    example = first_example(model)
    named = example.corpus if example else ""
    return named if named in list_corpora() else list_corpora()[0]
