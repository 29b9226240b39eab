"""Units: the coloured text, and finding units that tell a property."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.runtime.caching.cache_resource_api import clear_session_cache
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from lstmvis_core.zoo import ZOO
from pages.ui import about_cached
from pages.ui.link import from_example
from pages.ui.parameters import LAST, RANGE
from pages.ui.view import View
from tests.app.driver import (
    SELECT_PAGE,
    TEXT,
    UNITS_PAGE,
    check,
    click,
    frame,
    go_to,
    html,
    keys,
    links,
    markdown,
    open_page,
    open_select,
    open_units,
    params,
    select,
    sentences,
    toasts,
    type_text,
    upload,
    view,
)
from tests.hub.standin import Hub

MODEL = lv.load_model("parens")
PROBES = "How well a property is told from one unit, from a few, and from all"


def heat(at: AppTest) -> np.ndarray:
    """The values by which the text is coloured."""
    return frame(at, "heat", "token", "value")["value"].to_numpy()


def states(at: AppTest) -> np.ndarray:
    """What they should be."""
    shown = view(at)
    trace = lv.trace_text(lv.load_model(shown.model), shown.text)
    return trace.states(shown.layer, shown.kind)[:, shown.unit]


def ranked(at: AppTest) -> list[tuple[int, int, float]]:
    """Layer, unit and score of the bars."""
    table = frame(at, "ranking", "layer", "chosen", "score")
    return list(zip(table["layer"], table["unit"], table["score"], strict=True))


def cursor(at: AppTest) -> list[int]:
    """The step that has a frame."""
    return frame(at, "heat", "cursor")["cursor"].tolist()


def scores(values: np.ndarray) -> np.ndarray:
    """Of all units of both layers of `parens`, by the library: (layer, unit)."""
    corpus = lv.load_corpus("parens")
    return np.array([lv.rank_units(lv.corpus_states(MODEL, corpus, n), values) for n in (1, 2)])


def best_of(scores: np.ndarray, neutral: float) -> list[tuple[int, int, float]]:
    """The twelve best, as bars show them."""
    order = np.argsort(-np.abs(scores - neutral), axis=None, kind="stable")[:12]
    places = [np.unravel_index(place, scores.shape) for place in order]
    return [(int(a) + 1, int(b), float(scores[a, b])) for a, b in places]


# -- opening -----------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["prose", "parens"])
def test_without_a_link_the_first_example_of_the_model_is_shown(id: str):
    at = open_page(UNITS_PAGE, {"model": id} if id != "prose" else {})
    first = from_example(id, lv.read_unit_examples(id)[0])
    shown = view(at)
    names = ("model", "layer", "kind", "unit", "find", "label", "corpus")
    assert [getattr(shown, n) for n in names] == [getattr(first, n) for n in names]
    assert not sentences(at)
    assert np.allclose(heat(at), states(at), atol=1e-6)
    assert (shown.layer, shown.unit) == ranked(at)[0][:2], "it tells the property best"


@pytest.mark.parametrize("id", ["prose-rnn", "prose-gru", "tagger", "sentiment", "chords"])
def test_every_kind_of_model_is_shown(id: str):
    at = open_page(UNITS_PAGE, {"model": id})
    assert not sentences(at)
    assert np.allclose(heat(at), states(at), atol=1e-5)
    assert view(at).unit == ranked(at)[0][1]


def test_a_link_is_shown_as_it_says():
    at = open_units(layer="2", kind="cell", unit="7", find="column", step="4")
    shown = view(at)
    assert (shown.layer, shown.kind, shown.unit, shown.find) == (2, "cell", 7, "column")
    assert cursor(at) == [4]
    assert np.allclose(heat(at), states(at), atol=1e-6)
    assert at.number_input(key="unit").value == 7


def test_a_link_that_asks_too_much_is_told():
    at = open_units(unit="500", find="exon", hold="cell", gate="update_gate")
    said = sentences(at).replace("\\", "")
    assert "Units of that layer go from 0 to 31; unit 31 is shown." in said
    assert "This corpus has no track 'exon' to find units for." in said
    assert "parens has no 'update_gate'; forget_gate is shown." in said
    assert view(at).unit == 31


def test_a_project_cannot_read_a_text_and_a_model_is_shown():
    at = open_page(UNITS_PAGE, {"model": "project:example"})
    assert "A project has no network" in sentences(at)
    assert view(at).model == "prose"


def test_what_a_stranger_has_prepared_may_make_no_sense(
    hub_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(ZOO / "parens", tmp_path / "odd")
    odd = '[[unit]]\ntitle = "<b>x</b> **y**"\nunit = "many"\nlayer = 99\nfind = "../x"\n'
    (tmp_path / "odd" / "examples.toml").write_text(odd, "utf-8")
    with Hub({"someone/odd": tmp_path / "odd"}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        at = open_units(model="hub:someone/odd")
        assert len(ranked(at)) == 12
        [example] = [one for one in at.button if (one.key or "").startswith("example_hub")]
        assert "<b>" not in example.label
        example.click()
        check(at.run())
        assert np.allclose(heat(at), states(at), atol=1e-6) if view(at).text else keys(at) == []


def test_an_empty_text_is_a_sentence_and_the_page_comes_back():
    at = open_units()
    type_text(at, "")
    assert "text is empty" in sentences(at)
    assert keys(at) == []
    type_text(at, "(1 (2))")
    assert len(heat(at)) == 7


def test_what_the_user_types_is_never_markup():
    at = open_page(UNITS_PAGE, {"model": "prose", "text": "<script>alert(1)</script> **b**"})
    assert "<script>" not in html(at)
    assert "**b**" not in markdown(at).replace("**blue", "").replace("**b**lue", "")


# -- the coloured text -------------------------------------------------------------------------


def test_a_click_on_a_token_moves_the_cursor():
    at = open_units()
    assert cursor(at) == [len(TEXT) - 1]
    select(at, "heat", pick=[{"step": 5, "guess": -1}])
    assert view(at).step == 5
    assert cursor(at) == [5]


def test_a_brush_over_tokens_is_the_range():
    at = open_units()
    select(at, "heat", span={"x": [2.5, 6.5], "y": [3, 20]})
    assert (view(at).start, view(at).end) == (2, 7)
    select(at, "heat", span={"x": [70, 75], "y": [3, 20]})
    assert (view(at).start, view(at).end) == (2, 7), "nothing was touched"


def test_a_guess_is_put_in_and_read_on():
    at = open_units(text="(1 (2", guesses="1")
    trace = lv.trace_text(MODEL, "(1 (2")
    best = trace.predictions(4, 1)[0][0]
    select(at, "heat", pick=[{"step": 4, "guess": 0}])
    assert view(at).text == "(1 (2" + best
    assert view(at).step == LAST, "the cursor stays at the end"
    second = lv.trace_text(MODEL, view(at).text).predictions(1, 2)[1][0]
    select(at, "heat", pick=[{"step": 1, "guess": 1}])
    assert view(at).text == "(1" + second + " (2" + best
    assert view(at).step == 2


def test_words_are_put_in_with_a_blank():
    at = open_page(UNITS_PAGE, {"model": "chords", "text": "C F", "guesses": "1"})
    best = lv.trace_text(lv.load_model("chords"), "C F").predictions(1, 1)[0][0]
    select(at, "heat", pick=[{"step": 1, "guess": 0}])
    assert view(at).text == f"C F {best}"


def test_labels_are_guesses_that_cannot_be_put_in():
    at = open_page(UNITS_PAGE, {"model": "tagger", "text": "They can fish", "guesses": "1"})
    select(at, "heat", pick=[{"step": 1, "guess": 0}])
    assert (view(at).text, view(at).step) == ("They can fish", 1)


def test_a_full_text_takes_no_more():
    at = open_units(text="1" * 2000, guesses="1")
    select(at, "heat", pick=[{"step": 7, "guess": 0}])
    assert view(at).text == "1" * 2000
    assert "2,000 characters already" in toasts(at)


def test_guesses_are_shown_where_asked_for():
    at = open_units()
    assert frame(at, "heat", "token", "full").empty
    at.toggle(key="guesses").set_value(True)
    check(at.run())
    assert view(at).guesses
    table = frame(at, "heat", "token", "full")
    assert len(table) == 5 * len(TEXT)


@pytest.mark.parametrize(
    ("widget", "key", "values"),
    [
        ("segmented_control", "layer", [2, 1]),
        ("selectbox", "kind", ["cell", "forget_gate", "hidden"]),
        ("number_input", "unit", [5, 31, 0]),
    ],
)
def test_a_control_changes_the_colours_and_the_link(widget: str, key: str, values: list):
    at = open_units(unit="3")
    for value in values:
        getattr(at, widget)(key=key).set_value(value)
        check(at.run())
        assert getattr(view(at), key) == value
        assert np.allclose(heat(at), states(at), atol=1e-6)


def test_another_model_begins_with_what_was_prepared_for_it():
    at = open_units(unit="9", step="3")
    at.selectbox(key="model").set_value("prose")
    check(at.run())
    first = from_example("prose", lv.read_unit_examples("prose")[0])
    assert (view(at).unit, view(at).find) == (first.unit, first.find)
    assert view(at).step == LAST


# -- finding units -----------------------------------------------------------------------------


def test_units_are_ranked_by_a_number_as_the_library_does():
    at = open_units(find="level")
    level = np.array(lv.load_corpus("parens").tracks["level"].values, float)
    expected = best_of(scores(level), 0.0)
    assert ranked(at) == [(a, b, pytest.approx(s)) for a, b, s in expected]
    assert f"r = {expected[0][2]:+.3f}" in markdown(at)
    assert "label" not in [box.key for box in at.selectbox]


def test_units_are_ranked_by_a_label_and_another_label_ranks_anew():
    at = open_units(find="character", label="digit")
    corpus = lv.load_corpus("parens")
    track = lv.track_of_corpus(MODEL, corpus, "character")
    for label in ("digit", "space"):
        at.selectbox(key="label").set_value(label)
        check(at.run())
        assert view(at).label == label
        has = track.values == track.labels.index(label)
        expected = best_of(scores(has), 0.5)
        assert ranked(at) == [(a, b, pytest.approx(s)) for a, b, s in expected]
        assert f"{has.mean():.1%} of the steps" in markdown(at)


def test_the_band_of_chance_and_the_probes_are_those_of_the_library():
    at = open_units(find="level")
    corpus = lv.load_corpus("parens")
    level = np.array(corpus.tracks["level"].values, float)
    every = [lv.corpus_states(MODEL, corpus, n) for n in (1, 2)]
    by_chance = np.max([lv.best_by_chance(one, level) for one in every], axis=0)
    band = frame(at, "ranking", "low", "high").iloc[0]
    assert band["high"] == pytest.approx(np.quantile(by_chance, 0.95), abs=1e-5)
    ids = corpus.tokens(MODEL.vocabulary)[0].ids
    table = at.dataframe[0].value
    probes = [lv.probe(one, level, ids=ids) for one in every]
    assert table["all units"].tolist() == pytest.approx([probe.everything for probe in probes])
    assert table["token alone"].tolist() == pytest.approx([probe.by_token for probe in probes])
    curve = frame(at, PROBES, "units", "drawn")
    assert len(curve) == sum(len(probe.curve) + 1 for probe in probes)


def test_a_property_that_no_unit_tells_is_said_to_be_chance():
    at = open_units(find=RANGE, start="5", end="6")
    assert "it says no more than chance does" in markdown(at)


def test_a_pattern_of_ones_own_is_a_property():
    at = open_units(find="pattern")
    assert "Type a pattern" in sentences(at)
    at.text_input(key="pattern").set_value(r"\)+")
    check(at.run())
    has = np.array([c == ")" for c in "".join(lv.load_corpus("parens").documents)])
    assert ranked(at)[0][2] == pytest.approx(best_of(scores(has), 0.5)[0][2])
    at.text_input(key="pattern").set_value("(")
    check(at.run())
    assert "regular expression" in sentences(at)
    assert len(heat(at)) == len(TEXT)


def test_a_marked_range_is_a_property_of_the_text():
    at = open_units(find=RANGE, start="11", end="17")
    trace = lv.trace_text(MODEL, TEXT)
    inside = np.zeros(len(TEXT), bool)
    inside[11:17] = True
    both = np.array([lv.rank_units(trace.states(n), inside) for n in (1, 2)])
    assert [one[2] for one in ranked(at)] == pytest.approx([s for *_, s in best_of(both, 0.5)])
    assert "your text" in markdown(at)
    select(at, "heat", span={"x": [0, 3], "y": [3, 20]})
    assert (view(at).start, view(at).end) == (0, 3)


def test_what_is_the_same_everywhere_has_nothing_to_tell():
    assert "nothing to tell" in sentences(open_units(find="quotation", label="inside"))


def test_a_bar_or_a_picture_chooses_its_unit():
    at = open_units(find="level")
    second, third = ranked(at)[1], ranked(at)[2]
    select(at, "ranking", unit_click=[{"layer": second[0], "unit": second[1]}])
    assert (view(at).layer, view(at).unit) == second[:2]
    assert np.allclose(heat(at), states(at), atol=1e-6)
    click(at, f"picture_{third[0]}_{third[1]}")
    assert (view(at).layer, view(at).unit) == third[:2]


def test_pictures_of_a_long_text_are_around_the_cursor():
    at = open_units(text=TEXT * 12, find="level", step="200")
    assert "Steps 80 to 319" in "\n".join(one.value for one in at.caption)


# -- a text of one's own as the corpus ---------------------------------------------------------

OWN = ("(1 (2 (3 3) 2) 1) 0 " * 40).encode()


def test_units_are_found_in_a_text_of_ones_own():
    at = open_units(find="level")
    before = ranked(at)
    upload(at, "brackets.txt", OWN)
    assert view(at).corpus.startswith("own-")
    assert ranked(at) != before
    assert "brackets" in markdown(at)


def test_words_of_somebodys_own_text_go_with_their_session(monkeypatch: pytest.MonkeyPatch):
    read: list[str] = []

    def beginning(corpus: lv.Corpus, *rest: Any) -> lv.Corpus:
        read.append(corpus.id)
        return corpus

    monkeypatch.setattr(about_cached, "beginning", beginning)
    for visit in (1, 2):
        at = open_units(panel="about", unit="3")
        upload(at, "brackets.txt", OWN)
        assert "Explained best by" in markdown(at)
        own = view(at).corpus
        once = read.count(own)
        assert once == 2 * visit, "its first 300,000 steps, and its first 20,000"
        click(at, "about_find")
        check(at.run())
        assert read.count(own) == once, "kept as long as the session lasts"
        clear_session_cache("test session id")  # as when somebody leaves
    assert read.count("parens") <= 2, "what is ours is read once for all"


# -- between the pages -------------------------------------------------------------------------


def test_a_unit_is_used_in_select():
    at = open_units(unit="3", find="level")
    [there] = [one for one in links(at) if one.pin == (3,)]
    trace = lv.trace_text(MODEL, TEXT)
    chosen = lv.select_units(trace, there.selection())
    assert 3 in chosen, "the unit is on in all of the range"
    other = open_page(SELECT_PAGE, there.to_params())
    assert not sentences(other)


def test_a_unit_that_is_low_is_used_by_its_low_side():
    trace = lv.trace_text(MODEL, TEXT)
    low = int(trace.states(1).min(axis=0).argmin())
    assert abs(trace.states(1)[:, low].min()) > trace.states(1)[:, low].max()
    at = open_units(unit=str(low), layer="1", find="level")
    [there] = [one for one in links(at) if one.pin == (low,)]
    assert there.sign == "-"
    assert low in lv.select_units(trace, there.selection())


def test_a_selected_unit_is_opened_in_units():
    at = open_select()
    doors = [one for one in links(at) if one.panel == "about"]
    assert doors
    assert all(one.find == RANGE for one in doors)
    shown = view(open_page(UNITS_PAGE, doors[0].to_params()))
    assert (shown.unit, shown.start, shown.end) == (doors[0].unit, 11, 17)


def test_the_view_is_kept_while_another_page_is_visited():
    at = open_units(unit="9", find="level", kind="cell")
    before = params(at)
    go_to(at, SELECT_PAGE)
    assert view(at) == View(**{**vars(view(at)), "unit": 9, "find": "level"})
    go_to(at, UNITS_PAGE)
    assert params(at) == before
