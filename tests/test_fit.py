"""The nearest view that a network and a text can show."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lstmvis_core import (
    KINDS,
    ModelConfig,
    SequenceModel,
    Vocabulary,
    load_corpus,
    load_model,
)
from lstmvis_core.charts.match_chart import COUNT
from lstmvis_core.tracks import SOURCES, tracks_of
from pages.ui.fit import fit, fit_units
from pages.ui.link import default_corpus
from pages.ui.network import of_model
from pages.ui.view import View
from tests.views import KNOWN_OF_A_CORPUS, fit_to, views


def of_labels(task: str) -> SequenceModel:
    """A tagger of two layers in each direction, or a classifier of two layers."""
    vocabulary = Vocabulary.from_text("ab")
    config = ModelConfig("gru", len(vocabulary), 3, 5, 2, task, ("X", "Y"), task == "tagger")
    return SequenceModel(config, vocabulary, id=task).eval()


@pytest.fixture(scope="session", params=[*KINDS, "tagger", "classifier"])
def model(request: pytest.FixtureRequest, tiny_model) -> SequenceModel:
    """A tiny model of each cell and of each task."""
    return tiny_model(request.param) if request.param in KINDS else of_labels(request.param)


@given(
    view=views(),
    steps=st.integers(1, 500),
    colours=st.none() | st.lists(st.sampled_from([*SOURCES, *KNOWN_OF_A_CORPUS])),
)
@example(view=View(start=999_999, end=1_000_000, at=999_999), steps=1, colours=None)
@example(view=View(exclude=(2, 1, 99_999), pin=(1, 3, 0)), steps=20, colours=None)
@example(view=View(model="parens", colour="exon"), steps=20, colours=[])
def test_a_fitted_view_can_be_shown(
    model: SequenceModel, view: View, steps: int, colours: list[str] | None
):
    if not view.corpus:  # the usual one of a model of the Hub says its folder
        view = replace(view, model=view.model if "/" not in view.model else "parens")
    fitted, changes = fit_to(view, model, steps, colours)
    assert 1 <= fitted.layer <= len(model.config.layer_names)
    assert fitted.kind in KINDS[model.config.cell]
    assert 0 <= fitted.start < fitted.end <= steps
    assert 0 <= fitted.at <= max(0, steps - fitted.size)
    assert fitted.corpus == (view.corpus or default_corpus(view.model))
    units = [*fitted.exclude, *fitted.pin]
    assert len(set(units)) == len(units)
    assert all(0 <= unit < model.config.hidden_size for unit in units)
    assert set(fitted.tracks) <= set(tracks_of(model, options=view.options()))
    assert bool(fitted.tracks) == bool(view.tracks), "a track for one that the model lacks"
    assert colours is None or fitted.colour in (COUNT, *colours)
    told = [getattr(fitted, name) != getattr(view, name) for name in ("layer", "kind", "colour")]
    assert sum(told) == len(changes)
    assert fit_to(fitted, model, steps, colours) == (fitted, []), "a second time changes nothing"


@given(view=views())
def test_fitting_leaves_alone_what_can_be_shown(lstm: SequenceModel, view: View):
    view = replace(view, corpus=view.corpus or "stories")
    fitted, _ = fit_to(view, lstm, 2_000_000)
    keep = ("model", "text", "start", "end", "threshold", "sign", "before", "after", "size", "at")
    keep += ("corpus", "colour")
    assert [getattr(fitted, name) for name in keep] == [getattr(view, name) for name in keep]


def test_a_network_of_two_directions_has_a_layer_for_each():
    both = of_labels("tagger")
    assert fit_to(View(layer=4, kind="hidden"), both, 9)[0].layer == 4
    fitted, [sentence] = fit_to(View(layer=5), both, 9)
    assert fitted.layer == 4
    assert "layers 1 to 4" in sentence


def test_a_model_that_predicts_no_tokens_has_a_prediction_for_a_surprisal():
    both = of_labels("tagger")
    assert fit_to(View(tracks=("surprisal", "level")), both, 9)[0].tracks == ("prediction", "level")
    assert fit_to(View(tracks=("level",)), both, 9)[0].tracks == ("level",)
    assert fit_to(View(tracks=()), both, 9)[0].tracks == ()


def test_a_corpus_without_the_track_colours_by_the_count_and_says_so():
    model, known = load_model("parens"), load_corpus("dna")
    view = View(model="parens", colour="exon")
    assert fit_to(view, model, 9, tracks_of(model, known)) == (fit_to(view, model, 9)[0], [])
    fitted, [sentence] = fit_to(view, model, 9, tracks_of(model))
    assert fitted.colour == COUNT
    assert "no track 'exon'" in sentence


@given(view=views(), steps=st.integers(1, 500))
@example(view=View(layer=2, unit=99_999, held=(2, 1), hold="cell", gate="reset_gate"), steps=1)
@example(view=View(left=0.9, right=0.1, step=7), steps=3)
def test_units_and_gates_can_show_a_fitted_view(model: SequenceModel, view: View, steps: int):
    network = of_model(model, view.options())
    before, _ = fit(view, network, steps)
    after, changes = fit_units(before, network, steps)
    kinds, size = KINDS[model.config.cell], model.config.hidden_size
    assert after.unit == min(view.unit, size - 1)
    assert all(unit < size for unit in (*after.held, *after.dots))
    assert after.unit not in after.held
    assert after.hold in kinds
    assert after.gate in kinds or (after.gate == "" and model.config.cell == "rnn")
    assert after.left <= after.right
    assert 0 <= after.cursor(steps) < steps
    named = ("unit", "hold", "gate", "left")
    told = [getattr(after, name) != getattr(view, name) for name in named]
    told[2] &= view.gate != ""
    assert sum(told) <= len(changes)
    assert fit_units(after, network, steps) == (after, [])


def test_a_text_with_line_breaks_is_shown_in_several_lines(lstm: SequenceModel):
    assert fit_to(View(text="a\nb"), lstm, 3)[0].lines
