"""The view: every setting of the pages in one frozen value, and the same value as a link.

Pages that look at the same text share its text, layer, range and so on. No Streamlit here.
"""

from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from lstmvis_core import Selection
from lstmvis_core.charts.match_frames import COUNT
from lstmvis_core.tracks import Labels, Options
from lstmvis_core.tracks.options import EMBEDDED
from pages.ui.packing import packed
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
    SIZES,
    written,
    written_words,
)

FIRST_MODEL = "prose"
VIEW = "view"  # the parameter of a link that holds all others, packed
MAX_QUERY = 1_600  # characters of a link that is not packed


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
