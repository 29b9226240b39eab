"""The embedded zoo: every folder is whole, says what it can do, and shows it by an example.

Nothing here names a model. A folder of the zoo that lacks something fails.
"""

import csv
import json
import math
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lstmvis_core import (
    KINDS,
    Corpus,
    SequenceModel,
    Trace,
    corpus_states,
    is_on,
    list_checkpoints,
    list_corpora,
    list_models,
    load_corpus,
    load_model,
    rank_units,
    read_card,
    read_card_data,
    read_cluster_examples,
    read_examples,
    read_highlight,
    read_history,
    read_unit_examples,
    responses_of_corpus,
    select_units,
    sequence_response,
    trace_text,
    track_of_corpus,
    tracks_of,
)
from lstmvis_core.tracks import CATEGORICAL
from lstmvis_core.training.recipe import read_recipe
from lstmvis_core.zoo import ZOO
from pages.ui.cluster_examples import fit_clusters
from pages.ui.fit import fit_units
from pages.ui.link import from_example, from_params
from pages.ui.network import of_model
from pages.ui.parameters import MAX_TEXT, SIZES
from pages.ui.view import FIRST_MODEL, View
from tests.views import fit_to

MB = 10**6
LARGEST, TOTAL = 8 * MB, 26.5 * MB  # 7.5 of them the pipeline
MOST_UNITS = 40  # that an example selects: more say nothing
MOST_UNKNOWN = 0.1  # of the tokens of a prepared text

IDS = list_models()
EXAMPLES = [(id, n) for id in IDS for n in range(len(read_examples(id)))]

KNOWN_FILES = {
    "config.json",
    "vocab.json",
    "model.safetensors",
    "README.md",
    "recipe.toml",
    "history.csv",
    "examples.toml",
    "loss.svg",
}
IN_TRAINING = {"checkpoint.safetensors", "best.safetensors", "checkpoint.part"}
MORE_OF_EXAMPLES = {"title", "look_for"}
OF_HIGHLIGHTS = {"text", "layer", "kind", "unit", "threshold", "says"}

each_model = pytest.mark.parametrize("id", IDS)
each_example = pytest.mark.parametrize(("id", "number"), EXAMPLES)
UNIT_EXAMPLES = [(id, n) for id in IDS for n in range(len(read_unit_examples(id)))]
CLUSTER_EXAMPLES = [(id, n) for id in IDS for n in range(len(read_cluster_examples(id)))]
each_cluster_example = pytest.mark.parametrize(("id", "number"), CLUSTER_EXAMPLES)
each_unit_example = pytest.mark.parametrize(("id", "number"), UNIT_EXAMPLES)


def kept(folder: Path) -> list[Path]:
    """All files below a folder but those that are only there while a model is trained."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in files if path.name not in IN_TRAINING)


def header(path: Path) -> dict[str, Any]:
    """What a safetensors file says about its tensors."""
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    return {n: t for n, t in json.loads(content[8 : 8 + size]).items() if n != "__metadata__"}


@pytest.fixture(autouse=True)
def computed_once(shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' tests compute the same."""
    monkeypatch.setenv("HIDDEN_STATES_CACHE", str(shared_cache))


@pytest.fixture(scope="module")
def models() -> dict[str, SequenceModel]:
    """Every model, loaded once."""
    torch.set_num_threads(1)  # as the pages do: two are slower at these sizes
    return {id: load_model(id) for id in IDS}


@pytest.fixture(scope="module")
def corpora() -> dict[str, Corpus]:
    """Every corpus that an example names."""
    named = {read_examples(id)[n].get("corpus", "") for id, n in EXAMPLES}
    return {name: load_corpus(name) for name in named & set(list_corpora())}


# -- the shelf as a whole ----------------------------------------------------------------------


def test_there_are_models_and_the_first_one_is_among_them():
    assert FIRST_MODEL in IDS
    assert len(IDS) >= 2


def test_every_folder_with_a_recipe_holds_a_model():
    assert {path.parent.name for path in ZOO.glob("*/recipe.toml")} == set(IDS)


def test_the_shelf_is_small():
    files = kept(ZOO)
    too_large = [path.name for path in files if path.stat().st_size > LARGEST]
    assert too_large == []
    assert sum(path.stat().st_size for path in files) <= TOTAL


@each_model
def test_a_folder_holds_what_belongs_into_it_and_nothing_else(id: str):
    names = {str(path.relative_to(ZOO / id)) for path in kept(ZOO / id)}
    steps = {f"checkpoints/{step}.safetensors" for step in list_checkpoints(id)}
    assert names <= KNOWN_FILES | steps
    assert names >= KNOWN_FILES - {"loss.svg", "history.csv"}
    assert ("loss.svg" in names) == ("history.csv" in names), "a curve and its picture"


# -- weights -----------------------------------------------------------------------------------


@each_model
def test_a_model_loads_and_reads(id: str, models: dict[str, SequenceModel]):
    trace = trace_text(models[id], "A C\n")
    assert models[id].id == id
    assert np.isfinite(trace.log_probabilities).all()
    assert re.fullmatch(r"[a-z0-9-]+", id)


@each_model
def test_checkpoints_load_and_are_other_models(id: str, models: dict[str, SequenceModel]):
    revisions = {models[id].revision}
    for step in list_checkpoints(id):
        early = load_model(f"{id}@{step}")
        assert early.config == models[id].config
        assert np.isfinite(trace_text(early, "A C\n").log_probabilities).all()
        revisions.add(early.revision)
    assert len(revisions) == 1 + len(list_checkpoints(id))


@each_model
def test_weights_are_numbers_of_32_or_16_bits_as_the_recipe_says(id: str):
    half = read_recipe(ZOO / id).half
    for path in (ZOO / id).rglob("*.safetensors"):
        if path.name not in IN_TRAINING:
            assert {t["dtype"] for t in header(path).values()} == {"F16" if half else "F32"}


@each_model
def test_a_model_is_what_its_recipe_makes(id: str, models: dict[str, SequenceModel]):
    recipe, model = read_recipe(ZOO / id), models[id]
    for name in (
        "cell",
        "embedding_size",
        "hidden_size",
        "layers",
        "task",
        "bidirectional",
        "tied",
    ):
        assert getattr(recipe, name) == getattr(model.config, name), name
    assert recipe.level == model.vocabulary.level
    if recipe.lowercase:
        assert all(token == token.lower() for token in model.vocabulary.tokens)
    assert list_checkpoints(id) == list(recipe.checkpoints)


@pytest.mark.parametrize("id", [id for id in IDS if read_history(id)])
def test_a_history_falls_from_the_first_step_to_the_last(id: str):
    rows = list(csv.reader((ZOO / id / "history.csv").read_text("utf-8").splitlines()))
    assert rows[0] == ["step", "training", "validation"]
    curve = read_history(id)
    assert len(curve) == len(rows) - 1 >= 3
    steps = [step for step, _, _ in curve]
    assert steps == sorted(set(steps))
    assert steps[0] == 0
    assert all(math.isfinite(loss) for _, *losses in curve[1:] for loss in losses)
    assert curve[-1][2] < curve[0][2]
    assert max([0, *list_checkpoints(id)]) <= steps[-1]


# -- cards -------------------------------------------------------------------------------------


@each_model
def test_a_card_says_what_the_model_is_and_whose(id: str):
    card = read_card_data(id)
    assert len(card.summary) > 40
    assert re.fullmatch(r"[a-z0-9.-]+", card.licence)
    assert card.data
    text = read_card(id)
    assert text.startswith(f"# {id}\n")
    for word in ("architecture", "data", "licence", "recipe", "What to look for", "Limits"):
        assert word in text, word


@each_model
def test_no_figure_of_a_card_is_still_to_be_filled_in(id: str):
    assert re.findall(r"@[A-Z]+@|TODO|XXX", (ZOO / id / "README.md").read_text("utf-8")) == []


@each_model
def test_a_card_names_the_number_of_weights(id: str, models: dict[str, SequenceModel]):
    assert f"{models[id].parameter_count():,} parameters" in read_card(id)


@each_model
def test_a_card_has_measured_figures_beside_a_baseline(id: str):
    card = read_card_data(id)
    assert card.measure
    own = [figure for figure in card.figures if not figure.baseline]
    assert own
    assert own[0].low is not None
    assert own[0].high is not None
    assert own[0].low <= own[0].value <= own[0].high
    assert [figure for figure in card.figures if figure.baseline]
    for figure in card.figures:
        assert figure.name
        assert math.isfinite(figure.value)


@each_model
def test_the_figures_of_a_card_stand_in_its_text_too(id: str):
    text, figures = read_card(id), read_card_data(id).figures
    assert figures
    own = figures[0]
    written = {f"{own.value:.4f}", f"{own.value:.3f}", f"{own.value:.2f}", f"{own.value:.1%}"}
    written |= {f"{100 * own.value:.1f} %", f"{100 * own.value:.2f} %", f"{own.value:.1f} %"}
    assert any(figure in text for figure in written), sorted(written)


@each_model
def test_the_table_of_the_readme_repeats_the_card(id: str):
    readme = (ZOO.parent / "README.md").read_text("utf-8")
    (row,) = re.findall(rf"^\| `{id}` \|.*$", readme, re.MULTILINE)
    own = read_card_data(id).figures[0]
    assert f"{own.value:.3f} nats" in row or f"{100 * own.value:.1f} % right" in row


@each_model
def test_the_pictures_of_a_card_are_there(id: str):
    for name in re.findall(r"!\[[^\]]*\]\(([^)]*)\)", read_card(id)):
        assert (ZOO / id / name).is_file(), name


# -- highlights --------------------------------------------------------------------------------


@each_model
def test_a_highlight_is_a_unit_that_is_on_somewhere_and_not_everywhere(
    id: str, models: dict[str, SequenceModel]
):
    highlight, config = read_highlight(id), models[id].config
    assert set(highlight) == OF_HIGHLIGHTS
    assert len(highlight["says"]) > 20
    assert 1 <= highlight["layer"] <= len(config.layer_names)
    assert highlight["kind"] in KINDS[config.cell]
    assert 0 <= highlight["unit"] < config.hidden_size
    trace = trace_text(models[id], highlight["text"])
    assert trace.tokens.unknown.mean() <= MOST_UNKNOWN
    states = trace.states(highlight["layer"], highlight["kind"])[:, highlight["unit"]]
    on = is_on(states, highlight["threshold"])
    assert 0 < on.sum() < len(on)


# -- examples ----------------------------------------------------------------------------------


@each_model
def test_a_model_has_an_example(id: str):
    assert len(read_examples(id)) >= 1
    content = tomllib.loads((ZOO / id / "examples.toml").read_text("utf-8"))
    assert set(content) == {"example", "highlight", "unit", "cluster"}
    assert len(content["cluster"]) == len(read_cluster_examples(id)) >= 1, "each has a title"
    assert len(content["unit"]) == len(read_unit_examples(id)) >= 1, "each has a title"
    assert len(content["example"]) == len(read_examples(id)), "each has a title"
    titles = [example["title"] for example in read_examples(id)]
    assert len(set(titles)) == len(titles)


def prepared(id: str, number: int, models: dict[str, SequenceModel]) -> tuple[View, Trace]:
    view = from_example(id, read_examples(id)[number])
    return view, trace_text(models[id], view.text)


@each_example
def test_the_settings_of_an_example_are_those_of_the_page(id: str, number: int):
    example, fresh = read_examples(id)[number], View()
    known = {field.name for field in fields(View)} - {"model"}
    assert MORE_OF_EXAMPLES < set(example) <= known | MORE_OF_EXAMPLES
    assert len(example["look_for"]) > 20
    for name in known & set(example):
        usual = getattr(fresh, name)
        assert isinstance(example[name], list if isinstance(usual, tuple) else type(usual)), name


@each_example
def test_an_example_fits_its_text_without_a_change(id: str, number: int, models, corpora):
    view, trace = prepared(id, number, models)
    corpus = corpora[view.corpus]
    tracks = tracks_of(models[id], corpus)
    assert fit_to(view, models[id], len(trace.tokens), tracks) == (view, [])
    assert len(view.text) <= MAX_TEXT
    assert view.size in SIZES
    assert view.at <= view.start < view.end <= view.at + view.size, "the range is in view"
    assert set(view.tracks) <= set(tracks_of(models[id]))


@each_example
def test_the_text_of_an_example_is_known_to_the_model(id: str, number: int, models):
    _, trace = prepared(id, number, models)
    unknown = [s for s, u in zip(trace.tokens.strings, trace.tokens.unknown, strict=True) if u]
    assert len(unknown) <= MOST_UNKNOWN * len(trace.tokens), unknown


@each_example
def test_the_corpus_of_an_example_is_known_to_the_model(id: str, number: int, models, corpora):
    corpus = corpora[read_examples(id)[number]["corpus"]]
    tokens, _ = corpus.tokens(models[id].vocabulary)
    assert tokens.unknown.mean() <= 2 * MOST_UNKNOWN


@each_example
def test_an_example_selects_a_few_units(id: str, number: int, models):
    view, trace = prepared(id, number, models)
    units = set(select_units(trace, view.selection()).tolist())
    selected = (units - set(view.exclude)) | set(view.pin)
    assert 1 <= len(selected) <= MOST_UNITS
    assert set(view.exclude) <= units, "who is left out would have been in"
    assert not set(view.pin) & units, "who is taken in would have been out"


# -- corpora -----------------------------------------------------------------------------------


def licences() -> Iterator[tuple[str, str]]:
    for id in list_corpora():
        about = json.loads((ZOO / "corpora" / id / "corpus.json").read_text("utf-8"))
        yield id, about.get("licence", "")


@pytest.mark.parametrize(("id", "licence"), list(licences()))
def test_a_corpus_says_whose_it_is(id: str, licence: str):
    assert licence


# -- examples of single units ------------------------------------------------------------------


@each_unit_example
def test_the_settings_of_a_unit_example_are_those_of_the_page(id: str, number: int, models):
    example, fresh = read_unit_examples(id)[number], View()
    assert {"text", "layer", "kind", "unit", "find", "corpus"} <= set(example)
    assert len(example["look_for"]) > 20
    for name in set(example) - MORE_OF_EXAMPLES:
        assert isinstance(example[name], type(getattr(fresh, name))), name
    view = from_example(id, example)
    assert from_params(view.to_params()) == (view, [])
    trace = trace_text(models[id], view.text)
    assert trace.tokens.unknown.mean() <= MOST_UNKNOWN
    steps = len(trace.tokens)
    fitted, changes = fit_to(view, models[id], steps)
    _, more = fit_units(fitted, of_model(models[id], view.options()), steps)
    assert changes == more == []


@each_unit_example
def test_a_unit_example_opens_on_the_unit_that_tells_its_property_best(
    id: str, number: int, models: dict[str, SequenceModel]
):
    view, model = from_example(id, read_unit_examples(id)[number]), models[id]
    corpus = load_corpus(view.corpus)
    track = track_of_corpus(model, corpus, view.find)
    values = track.values
    if track.kind == CATEGORICAL:
        values = track.values == track.labels.index(view.label)
    layers = range(1, len(model.config.layer_names) + 1)
    scores = [rank_units(corpus_states(model, corpus, n, view.kind), values) for n in layers]
    apart = np.abs(np.array(scores) - (0.5 if values.dtype == bool else 0))
    best = np.unravel_index(apart.argmax(), apart.shape)
    assert (view.layer, view.unit) == (best[0] + 1, best[1])


# -- examples of clusters ----------------------------------------------------------------------


@each_cluster_example
def test_the_settings_of_a_cluster_example_are_those_of_the_page(id: str, number: int, models):
    example, fresh = read_cluster_examples(id)[number], View()
    assert {"text", "layer", "kind", "clusters", "unit", "step", "corpus"} <= set(example)
    assert len(example["look_for"]) > 20
    for name in set(example) - MORE_OF_EXAMPLES:
        assert isinstance(example[name], type(getattr(fresh, name))), name
    view = from_example(id, example)
    assert from_params(view.to_params()) == (view, [])
    trace = trace_text(models[id], view.text)
    assert trace.tokens.unknown.mean() <= 2 * MOST_UNKNOWN
    steps = len(trace.tokens)
    fitted, changes = fit_to(view, models[id], steps)
    network = of_model(models[id], view.options())
    fitted, more = fit_units(fitted, network, steps)
    shown, still_more = fit_clusters(fitted, network)
    assert changes == more == still_more == []
    assert shown.other == view.other
    assert shown.other_layer == view.other_layer


@each_cluster_example
def test_a_cluster_example_looks_at_a_word_of_the_corpus_and_the_unit_that_it_moves_most(
    id: str, number: int, models: dict[str, SequenceModel]
):
    view, model = from_example(id, read_cluster_examples(id)[number]), models[id]
    by = view.cut or "token"
    usual = responses_of_corpus(model, load_corpus(view.corpus), view.layer, view.kind, by)
    trace = trace_text(model, view.text.split("\n")[0])
    found = sequence_response(trace, view.layer, view.kind, np.zeros(len(usual.variation), int), by)
    piece = found.pieces.at(view.step)
    assert found.pieces.names[piece] in usual.words
    assert np.abs(found.changes[piece] / usual.divisors).argmax() == view.unit
