"""Every page with a box for a text, on networks that are quick, and how to put a text into it."""

from dataclasses import dataclass, field

from streamlit.testing.v1 import AppTest

from pages.ui.doors import CLUSTERS, GATES, GRADIENTS, LEARN, ONE_STEP, OUTPUTS, UNITS
from tests.app.driver import SELECT_PAGE, open_page

PARENS = {"model": "parens", "text": "(1 (2))", "corpus": "parens", "layer": "2"}


@dataclass(frozen=True)
class Box:
    """One of them: the page, and the link that opens it."""

    name: str
    page: str | None = None
    link: dict[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = ("text_line", "text_area")  # of the box, in one line or in several

    def open(self) -> AppTest:
        """A fresh session."""
        return open_page(self.page, self.link)

    def put(self, at: AppTest, text: str) -> AppTest:
        """Replace what is in the box, and let the page answer."""
        boxes = [one for one in (*at.text_input, *at.text_area) if one.key in self.keys]
        assert boxes, f"no box for a text on {self.name}"
        boxes[0].set_value(text)
        return at.run()


BOXES = (
    Box("Home", keys=("home_text_prose",)),
    Box("Select and Match", SELECT_PAGE, PARENS | {"tracks": "surprisal,level,kind"}),
    Box("Units: find", UNITS, PARENS | {"find": "level"}),
    Box("Units: of a range", UNITS, PARENS | {"find": "range", "end": "3"}),
    Box("Units: about", UNITS, PARENS | {"panel": "about"}),
    Box("Units: off", UNITS, PARENS | {"panel": "off", "guesses": "1"}),
    Box("Units: memory", UNITS, PARENS | {"panel": "memory"}),
    Box("Gates", GATES, PARENS | {"over": "text"}),
    Box("Clusters", CLUSTERS, PARENS),
    Box("Gradients", GRADIENTS, {"model": "tiny-rnn", "text": "(1 (2))"}),
    Box("One step", ONE_STEP, {"model": "tiny-lstm", "text": "(1 (2))"}),
    Box("Outputs: a language model", OUTPUTS, PARENS),
    Box("Outputs: a classifier", OUTPUTS, {"model": "sentiment", "text": "a", "corpus": "reviews"}),
    Box("Outputs: a tagger", OUTPUTS, {"model": "dna", "text": "ACGT", "corpus": "dna"}),
    Box("Learn", LEARN, keys=("lesson_text",)),
)
