"""Views and the networks that show them, for the tests."""

from collections.abc import Collection

from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core import (
    KINDS,
    SIGNS,
    list_corpora,
    list_models,
)
from lstmvis_core.charts.match_chart import COUNT
from lstmvis_core.charts.select_frames import MAX_MARGIN
from lstmvis_core.tracks import SOURCES
from pages.ui.fit import fit
from pages.ui.network import of_model
from pages.ui.parameters import (
    BEFORE,
    CUTS,
    FEWEST,
    FREQUENT,
    HELD_BY,
    HOLDABLE,
    LAST,
    MAX_THRESHOLD,
    METHODS,
    MOST_CLUSTERS,
    MOST_PICKED,
    NO_CLUSTER,
    NO_TINT,
    ON,
    OVER,
    PANELS,
    RANGE,
    SIZES,
)
from pages.ui.view import View

ALL_KINDS = sorted({kind for kinds in KINDS.values() for kind in kinds})
TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)
UNITS = st.lists(st.integers(0, 99_999), unique=True, max_size=5).map(tuple)
WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20) | st.sampled_from(",% &")
STEPS = st.integers(0, 1_000_000 - 1)
COMMIT = "0123456789abcdef" * 2 + "01234567"
MODELS = [
    *list_models(),
    *(f"{name}@300" for name in list_models()),
    *("hub:somebody/tales", f"hub:somebody/tales@{COMMIT}", "hub:somebody/tales@v1.0"),
]
CORPORA = [*list_corpora(), "own-0123456789ab", f"hub:somebody/letters@{COMMIT}/data/a b.txt"]
PIPELINES = ["en_tiny", "en_core_web_sm", f"hub:spacy/de_core_news_sm@{COMMIT}"]
KNOWN_OF_A_CORPUS = ["progression", "exon", "some_track"]  # whatever its names


@st.composite
def views(draw: st.DrawFn) -> View:
    """Any view that a link can carry."""
    start = draw(STEPS)
    return View(
        model=draw(st.sampled_from(MODELS)),
        text=draw(TEXTS),
        lines=draw(st.booleans()),
        layer=draw(st.integers(1, 9)),
        kind=draw(st.sampled_from(ALL_KINDS)),
        start=start,
        end=draw(st.integers(start + 1, 1_000_000)),
        threshold=draw(st.integers(0, int(MAX_THRESHOLD) * 1000)) / 1000,
        sign=draw(st.sampled_from(SIGNS)),
        before=draw(st.integers(0, MAX_MARGIN)),
        after=draw(st.integers(0, MAX_MARGIN)),
        exclude=draw(UNITS),
        pin=draw(UNITS),
        tracks=tuple(draw(st.permutations(list(SOURCES))))[: draw(st.integers(0, len(SOURCES)))],
        pattern=draw(st.text(max_size=20)),
        pipeline=draw(st.sampled_from(PIPELINES)),
        labels=draw(st.sampled_from(["", "own-0123456789ab"])),
        size=draw(st.sampled_from(SIZES)),
        at=draw(STEPS),
        corpus=draw(st.sampled_from(["", *CORPORA])),
        colour=draw(st.sampled_from([COUNT, *SOURCES, *KNOWN_OF_A_CORPUS])),
        shortest=draw(st.integers(0, 1000)),
        longest=draw(st.integers(0, 1000)),
        panel=draw(st.sampled_from(PANELS)),
        unit=draw(st.integers(0, 99_999)),
        step=draw(st.just(LAST) | STEPS),
        guesses=draw(st.booleans()),
        find=draw(st.sampled_from(["", RANGE, *SOURCES, *KNOWN_OF_A_CORPUS])),
        label=draw(st.text(max_size=20)),
        parsed=draw(st.booleans()),
        hold=draw(st.sampled_from(HOLDABLE)),
        held=draw(UNITS),
        by=draw(st.sampled_from(HELD_BY)),
        value=draw(st.integers(-50_000, 50_000)) / 1000,
        inside=draw(st.booleans()),
        on=draw(st.sampled_from(ON)),
        seed=draw(st.integers(0, 9_999)),
        temperature=draw(st.integers(0, 200)) / 100,
        gate=draw(st.sampled_from(["", *(kind for kind in ALL_KINDS if kind.endswith("_gate"))])),
        over=draw(st.sampled_from(OVER)),
        left=draw(st.integers(0, 100)) / 100,
        right=draw(st.integers(0, 100)) / 100,
        dots=draw(UNITS),
        cut=draw(st.sampled_from(["", *CUTS])),
        method=draw(st.sampled_from(METHODS)),
        clusters=draw(st.integers(FEWEST, MOST_CLUSTERS)),
        frequent=draw(st.sampled_from(FREQUENT)),
        weakest=draw(st.integers(0, 100)) / 100,
        cluster=draw(st.just(NO_CLUSTER) | st.integers(0, MOST_CLUSTERS - 1)),
        words=tuple(draw(st.lists(WORDS, unique=True, max_size=MOST_PICKED))),
        tint=draw(st.sampled_from(["", NO_TINT, *SOURCES, *KNOWN_OF_A_CORPUS])),
        large=draw(st.booleans()),
        other=draw(st.sampled_from(["", *MODELS])),
        other_layer=draw(st.integers(0, 9)),
        part=draw(st.sampled_from(["", *BEFORE, *ALL_KINDS])),
        scale=draw(st.integers(2, 30)) / 10,
        token=draw(st.just("") | WORDS),
    )


def fit_to(
    view: View, model: lv.SequenceModel, steps: int, colours: Collection[str] | None = None
) -> tuple[View, list[str]]:
    """What is shown of a view by a model, and what was changed."""
    return fit(view, of_model(model, view.options()), steps, colours)
