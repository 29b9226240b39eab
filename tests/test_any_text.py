"""Any text, by every model of the zoo: read, told of by rules, drawn, and escaped."""

import json
from functools import cache
from html.parser import HTMLParser
from random import Random

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.charts import (
    Drawing,
    Window,
    coloured_text,
    guessed_text,
    select_chart,
    tagged_text,
    text_heat,
    threshold_chart,
)
from lstmvis_core.model import LANGUAGE_MODEL
from lstmvis_core.tracks import LANGUAGE, SOURCES, Options
from pages.ui.link import from_params
from pages.ui.parameters import MAX_TEXT
from pages.ui.view import View
from tests.odd_texts import odd_text

TEXTS = 20  # for each model
WINDOW = Window(0, 60)  # of each text as much is read as is drawn
RULES = Options(pattern=r"\w+|(?P<mark>\W)")
TAGS = {"div", "span", "br", "mark"}


def odd_texts() -> st.SearchStrategy[str]:
    """Texts of Hypothesis's own, and pieces that trouble pages."""
    return st.text(st.characters(exclude_categories=["Cs"])) | st.builds(
        lambda seed: odd_text(Random(seed)), st.integers(0, 2**32)
    )


@cache
def model_of(id: str) -> lv.SequenceModel:
    return lv.load_model(id)


class Shown(HTMLParser):
    """The tags of a piece of HTML, and what a reader sees of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"style", "title"}

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def travels(drawing: Drawing) -> None:
    """The browser gets the layout as JSON, and the tables as Arrow or, in a notebook, as JSON."""
    json.loads(json.dumps(drawing.layout, allow_nan=False))
    for table in drawing.data.values():
        assert isinstance(table, pd.DataFrame)
        rows = json.loads(table.to_json(orient="records"))
        assert len(rows) == len(table)
        pa.Table.from_pandas(table).validate(full=True)


@pytest.mark.parametrize("id", lv.list_models())
@settings(max_examples=TEXTS, phases=[Phase.reuse, Phase.generate])  # shrinking takes minutes
@given(odd_texts())
def test_any_text_is_read_told_of_and_drawn(id: str, text: str):
    text, model = text[: WINDOW.size], model_of(id)
    try:
        trace = lv.trace_text(model, text)
    except lv.TextError:
        assert model.vocabulary.level != "character" or not text
        return
    steps = len(trace.tokens)
    values = trace.states(1, "hidden")[:, 0]
    names = [name for name in lv.tracks_of(model, options=RULES) if SOURCES[name].needs != LANGUAGE]
    tracks = [lv.track_of_trace(trace, name, RULES) for name in names]
    assert all(len(track.values) == steps for track in tracks)
    pattern = lv.Selection(1, "hidden", 0, min(3, steps), 0.1)
    units = lv.select_units(trace, pattern)
    travels(select_chart(trace, pattern, units.tolist(), window=WINDOW, tracks=tracks))
    travels(threshold_chart(trace, pattern, 1.0, lv.suggest_threshold(trace, pattern)))
    travels(text_heat(trace.tokens, values, cursor=steps - 1, span=(0, 1)))
    shown = Shown(coloured_text(trace.tokens, values))
    assert shown.text == text
    assert shown.tags <= TAGS
    if model.config.task == LANGUAGE_MODEL:
        guesses = [trace.predictions(step, 2) for step in range(steps)]
        assert Shown(guessed_text(trace.tokens, guesses)).tags <= TAGS
    else:
        labels = list(model.outputs)
        said = [labels[0]] * steps
        assert Shown(tagged_text(trace.tokens, said, [0.5] * steps, labels)).tags <= TAGS


@given(odd_texts())
def test_any_text_comes_back_from_its_link(text: str):
    view = View(text=text[:MAX_TEXT])
    assert from_params(view.to_params()) == (view, [])
