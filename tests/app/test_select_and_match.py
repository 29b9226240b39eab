"""Select and Match: each control changes the page, and the link says what the page shows."""

import re
from functools import cache
from html import escape

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from lstmvis_core.charts.match_chart import COUNT
from lstmvis_core.charts.tokens import visible
from lstmvis_core.tracks import SOURCES
from pages.ui import session
from pages.ui.link import default_corpus, from_example
from tests.app.driver import (
    LONG,
    SELECT_PAGE,
    TEXT,
    USUAL,
    check,
    click,
    control,
    drawn_tokens,
    frame,
    html,
    keys,
    markdown,
    matches,
    open_page,
    open_select,
    params,
    picture,
    select,
    sentences,
    shown_range,
    type_text,
    units,
    view,
)

model = cache(lv.load_model)
NEVER = {"threshold": "1"}  # no state of tanh(c) reaches it for a whole range


def consistent(at: AppTest) -> None:
    """What the page shows is what the library says about the view of the link."""
    v = view(at)
    tokens = model(v.model).vocabulary.encode(v.text)
    trace = lv.trace_text(model(v.model), v.text)
    follow = np.setdiff1d(lv.select_units(trace, v.selection()), v.exclude)
    assert units(at) == np.union1d(follow, v.pin).astype(int).tolist()
    assert drawn_tokens(at) == "".join(map(visible, tokens.strings[v.at : v.at + v.size]))
    lo, hi = v.start - v.at, v.end - 1 - v.at
    last = min(len(tokens) - v.at, v.size) - 1
    margins = {"before": v.before, "after": v.after}
    assert control(at) == {"lo": lo, "hi": hi, "last": last} | margins
    assert (at.slider(key="range").value, at.slider(key="range").max) == (
        (v.start, v.end),
        len(tokens),
    )
    assert at.slider(key="threshold").value == at.number_input(key="threshold_exact").value
    assert at.slider(key="threshold").value == v.threshold
    for name in ("model", "layer", "kind", "sign", "before", "after", "size", "corpus", "colour"):
        assert at.session_state[name] == getattr(v, name), name
    for name in ("exclude", "pin", "tracks"):
        assert tuple(at.session_state[name]) == getattr(v, name), name
    assert re.search(f" of {model(v.model).config.hidden_size} follows? this range", markdown(at))
    if units(at):
        table = at.dataframe[0].value
        assert sorted(table["unit"]) == units(at)
        assert table["on in text"].is_monotonic_increasing


# -- opening -----------------------------------------------------------------------------------


def test_without_a_link_the_first_prepared_view_is_shown():
    at = open_page(SELECT_PAGE)
    consistent(at)
    assert view(at) == from_example("prose", lv.read_examples("prose")[0])


def test_a_link_is_shown_as_it_says():
    at = open_select(layer="2", sign="abs", before="2", pin="4", tracks="level,quotation")
    consistent(at)
    wanted = USUAL | {"layer": "2", "sign": "abs", "before": "2", "pin": "4"}
    assert params(at) == wanted | {"tracks": "level,quotation", "corpus": "parens"}
    assert not at.warning


def test_the_view_is_kept_while_another_page_is_visited():
    at = open_select(layer="2", exclude="1")
    before = view(at)
    at.query_params.clear()
    check(at.switch_page("app.py").run())
    check(at.switch_page(SELECT_PAGE).run())
    consistent(at)
    assert view(at) == before


# -- controls ----------------------------------------------------------------------------------

# Each is set to these values, one after the other.
CONTROLS = [
    ("segmented_control", "layer", [2, 1]),
    ("selectbox", "kind", [k for k in lv.KINDS["lstm"] if k != "tanh_cell"]),
    ("segmented_control", "sign", ["-", "abs", "+"]),
    ("number_input", "before", [1, 8, 0]),
    ("number_input", "after", [1, 8, 0]),
    ("select_slider", "size", [20, 120]),
    ("multiselect", "tracks", [[], list(lv.tracks_of(model("parens")))]),
    ("slider", "threshold", [0.7, 0.0]),
    ("selectbox", "corpus", ["stories", "chords", "parens"]),
    ("selectbox", "colour", [*lv.tracks_of(model("parens"), lv.load_corpus("parens")), COUNT]),
    ("number_input", "shortest", [12, 0]),
    ("number_input", "longest", [3, 0]),
]


@pytest.mark.parametrize(("widget", "key", "values"), CONTROLS, ids=[key for _, key, _ in CONTROLS])
def test_a_control_changes_the_picture_and_the_link(widget: str, key: str, values: list):
    at = open_select()
    for value in values:
        before = picture(at), html(at)
        getattr(at, widget)(key=key).set_value(value)
        check(at.run())
        shown = getattr(view(at), key)
        assert (list(shown) if isinstance(value, list) else shown) == value
        assert (picture(at), html(at)) != before
        consistent(at)


def test_a_pattern_of_ones_own_becomes_a_track_to_pick_and_goes_with_its_pattern():
    at = open_select()
    assert "own pattern" not in at.multiselect(key="tracks").options
    at.text_input(key="pattern").set_value("[0-9]")
    check(at.run())
    assert "own pattern" in at.multiselect(key="tracks").options
    assert params(at)["pattern"] == "[0-9]"
    before = picture(at)
    at.multiselect(key="tracks").set_value(["pattern", "level"])
    check(at.run())
    assert picture(at) != before
    assert view(at).tracks == ("pattern", "level")
    consistent(at)
    at.text_input(key="pattern").set_value("")
    check(at.run())
    assert view(at).tracks == ("surprisal", "level"), "a track for one that is gone"
    consistent(at)


@pytest.mark.parametrize("pattern", ["(", "[", "*"])
def test_a_pattern_that_is_none_is_a_sentence_and_the_rest_is_shown(pattern: str):
    at = open_select(pattern=pattern, tracks="level,pattern", colour="pattern")
    assert "no regular expression" in sentences(at)
    assert len(matches(at)) == 50
    assert at.text_input(key="pattern").value == pattern, "nothing of it is lost"


def test_the_page_says_what_the_matches_have_in_common():
    at = open_select(tracks="level", colour="level")
    said = markdown(at)
    assert "What the matches have in common" in said
    assert re.search(r"\d+ of 50 matches (begin on|end on|are) “\d", said)
    at.multiselect(key="tracks").set_value([])
    at.selectbox(key="colour").set_value(COUNT)
    check(at.run())
    assert "Add a track" in markdown(at)


@pytest.mark.parametrize("name", [COUNT, "level"])
def test_colours_of_words_are_explained(name: str):
    at = open_select(colour=name)
    assert ("nesting level:" in html(at)) == (name == "level")


def test_words_can_be_coloured_by_what_only_their_corpus_knows():
    known = lv.load_corpus("chords").tracks["progression"]
    at = open_select(corpus="chords", threshold="0.1", colour="progression")
    assert not at.warning
    assert all(escape(label) in html(at) for label in known.labels)
    assert known.title in at.selectbox(key="colour").options
    consistent(at)
    at.selectbox(key="corpus").set_value("stories")
    check(at.run())
    assert view(at).colour == COUNT
    assert "no track" in sentences(at)
    consistent(at)


@pytest.mark.parametrize("layer", [1, 2])
def test_a_tagger_that_reads_both_ways_shows_each_way_and_its_predictions(layer: int):
    words = "The old man went to the market and sold two of his best horses ."
    at = open_page(
        SELECT_PAGE,
        {"model": "tagger", "text": words, "start": "3", "end": "5", "layer": str(layer)}
        | {"threshold": "0.2", "tracks": "prediction", "colour": "prediction", "corpus": "parens"},
    )
    assert not at.warning
    assert at.segmented_control(key="layer").options == ["1 forward", "1 backward"]
    assert at.multiselect(key="tracks").options[0] == SOURCES["prediction"].title
    assert units(at)
    consistent(at)


def test_the_range_slider_is_the_range():
    at = open_select()
    for range in [(0, 37), (0, 1), (36, 37), (3, 9)]:
        at.slider(key="range").set_value(range)
        check(at.run())
        assert (view(at).start, view(at).end) == range
        consistent(at)


def test_two_handles_at_one_place_are_one_token():
    at = open_select()
    for both, range in [(0, (0, 1)), (9, (9, 10)), (37, (36, 37))]:
        at.slider(key="range").set_value((both, both))
        check(at.run())
        assert (view(at).start, view(at).end) == range
        consistent(at)


def test_the_threshold_can_be_given_exactly():
    at = open_select()
    at.number_input(key="threshold_exact").set_value(0.123)
    check(at.run())
    assert view(at).threshold == 0.123
    consistent(at)


def test_the_threshold_of_a_cell_state_may_be_above_one_and_comes_back():
    at = open_select(kind="cell")
    top = at.slider(key="threshold").max
    assert top > 1
    at.slider(key="threshold").set_value(top)
    check(at.run())
    consistent(at)
    at.selectbox(key="kind").set_value("hidden")
    check(at.run())
    assert view(at).threshold == top
    consistent(at)


def test_the_suggested_threshold_can_be_used():
    at = open_select()
    v = view(at)
    suggested = lv.suggest_threshold(lv.trace_text(model(v.model), v.text), v.selection())
    click(at, "use_suggested")
    assert view(at).threshold == suggested
    assert at.button(key="use_suggested").disabled
    consistent(at)


def test_a_value_that_the_page_has_just_replaced_can_be_set_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(session, "_LATE", 60.0)
    at = open_select()
    before = view(at).threshold
    click(at, "use_suggested")
    assert view(at).threshold != before
    check(at.run())  # now the browser has sent what the page set
    at.slider(key="threshold").set_value(before)
    check(at.run())
    assert view(at).threshold == before


def test_a_unit_can_be_left_out_and_another_included():
    at = open_select()
    out, into = units(at)[0], min(set(range(32)) - set(units(at)))
    at.multiselect(key="exclude").set_value([out])
    at.multiselect(key="pin").set_value([into])
    check(at.run())
    assert out not in units(at)
    assert into in units(at)
    assert (view(at).exclude, view(at).pin) == ((out,), (into,))
    consistent(at)


def test_a_unit_left_out_is_not_included():
    at = open_select(exclude="3", pin="3,4")
    assert 3 not in units(at)
    assert view(at).pin == (4,)
    consistent(at)


# -- brushing ----------------------------------------------------------------------------------


BRUSHES = [
    ([5.2, 8.4], (5, 9)),
    ([5.6, 5.7], (6, 7)),
    ([-0.5, 59.5], (0, 37)),
    ([4.5, 8.49], (5, 9)),
    ([-0.5, -0.2], (0, 1)),
]


def test_the_brush_becomes_the_range_in_whole_steps():
    at = open_select()
    for brush, range in BRUSHES:
        select(at, "select_chart", brush={"t": brush})
        assert (view(at).start, view(at).end) == range
        consistent(at)


def test_the_brush_counts_from_the_start_of_the_window():
    at = open_select(text=LONG, size="40", at="50")
    select(at, "select_chart", brush={"t": [1.8, 4.1]})
    assert (view(at).start, view(at).end) == (52, 55)
    consistent(at)


def test_a_brush_keeps_its_chart_until_the_range_is_changed_elsewhere():
    at = open_select()
    chart = keys(at)[0]
    select(at, "select_chart", brush={"t": [5, 8]})
    at.slider(key="threshold").set_value(0.2)
    check(at.run())
    assert keys(at)[0] == chart, "the brush stays"
    at.slider(key="range").set_value((2, 4))
    check(at.run())
    assert keys(at)[0] != chart, "the old brush is gone"
    consistent(at)


def test_an_empty_brush_leaves_the_range():
    at = open_select()
    select(at, "select_chart", brush={})
    assert (view(at).start, view(at).end) == (11, 17)
    consistent(at)


# -- text --------------------------------------------------------------------------------------


def test_longer_and_shorter_texts_keep_the_range_legal():
    at = open_select()
    for text in (TEXT + " (1)", LONG, TEXT[:17], TEXT[:12], "(1)", "("):
        type_text(at, text)
        v = view(at)
        assert v.text == text
        assert (v.start, v.end) == (min(11, len(text) - 1), min(17, len(text)))
        assert shown_range(at) == (v.start, v.end), "and not the whole width of the new slider"
        consistent(at)


def test_a_longer_text_keeps_the_range():
    at = open_select(text="(1)", start="1", end="2")
    type_text(at, TEXT)
    assert shown_range(at) == (1, 2)
    consistent(at)


def test_several_lines_keep_the_text_and_can_be_left_again():
    at = open_select()
    at.toggle(key="lines").set_value(True)
    check(at.run())
    assert at.text_area(key="text_area").value == TEXT
    type_text(at, "(1) (2)")
    at.toggle(key="lines").set_value(False)
    check(at.run())
    assert at.text_input(key="text_line").value == "(1) (2)"
    assert not view(at).lines
    consistent(at)


def test_a_text_with_line_breaks_stays_in_several_lines():
    at = open_select(lines="1")
    type_text(at, "(1)\n(2)\n")
    assert at.toggle(key="lines").disabled
    assert at.text_area(key="text_area").value == "(1)\n(2)\n"
    consistent(at)


@pytest.mark.parametrize("id", lv.list_models())
def test_an_example_shows_its_prepared_view(id: str):
    at = open_select(model=id, layer="2", pin="1", text=LONG, at="20", lines="1")
    offered = [button.key for button in at.button if (button.key or "").startswith("example_")]
    prepared = lv.read_examples(id)
    assert offered == [f"example_{id}_{number}" for number in range(len(prepared))]
    for key, example in zip(offered, prepared, strict=True):
        click(at, str(key))
        assert view(at) == from_example(id, example)
        assert not at.warning
        consistent(at)


def test_another_model_keeps_a_text_it_can_read():
    at = open_select(exclude="1")
    at.selectbox(key="model").set_value("prose")
    check(at.run())
    v = view(at)
    assert (v.model, v.text, v.exclude, v.corpus) == ("prose", TEXT, (), default_corpus("prose"))
    consistent(at)


def test_another_model_shows_an_example_instead_of_a_text_it_cannot_read():
    at = open_select(model="prose", text="She went out into the rain again.", threshold="0.1")
    at.selectbox(key="model").set_value("parens")
    check(at.run())
    assert view(at) == from_example("parens", lv.read_examples("parens")[0])
    assert "cannot read" in at.toast[0].value
    consistent(at)


# -- moving along ------------------------------------------------------------------------------


def test_forward_and_back_move_half_a_window_and_stop_at_the_ends():
    at = open_select(text=LONG, size="60")
    assert at.button(key="move_back").disabled
    places = []
    while not at.button(key="move_forward").disabled:
        click(at, "move_forward")
        places.append(view(at).at)
    assert places == [30, 60, len(LONG) - 60]
    click(at, "move_back")
    assert view(at).at == len(LONG) - 90
    assert (view(at).start, view(at).end) == (11, 17), "the range stays"
    consistent(at)


def test_the_range_can_be_fetched_into_view():
    at = open_select(text=LONG, size="30", at="90")
    click(at, "move_to_range")
    v = view(at)
    assert v.at <= v.start < v.end <= v.at + v.size
    consistent(at)


def jump(at: AppTest, phrase: str) -> str:
    """Jump to a phrase; the text that is selected then."""
    at.text_input(key="phrase").set_value(phrase)
    check(at.run())
    consistent(at)
    v = view(at)
    assert v.at <= v.start < v.at + v.size
    return v.text[v.start : v.end]


def test_a_jump_selects_the_next_place_of_a_phrase_and_begins_anew_after_the_last():
    at = open_select(text=LONG, size="20", start="0", end="1")
    assert jump(at, "((2) 1)") == "((2) 1)"
    first = view(at).start
    assert jump(at, "(4 4 4)") == "(4 4 4)"
    assert view(at).start > first
    click(at, "move_back")
    assert jump(at, "0 (1) ") == "0 (1) "


def test_a_jump_to_what_is_not_there_says_so_and_moves_nothing():
    at = open_select(text=LONG, size="20")
    before = view(at)
    jump(at, "lamp")
    assert "does not occur" in at.toast[0].value
    assert view(at) == before


def test_a_jump_ignores_case_without_losing_its_place():
    # "İ" in lower case is two characters.
    at = open_select(model="prose", text="İİİİİ She went OUT and never came back.", size="20")
    assert jump(at, "out") == "OUT"


# -- matches -----------------------------------------------------------------------------------


def test_the_places_are_those_of_the_library():
    at = open_select(shortest="3", longest="9")
    v = view(at)
    states = lv.corpus_states(model("parens"), lv.load_corpus("parens"), v.layer, v.kind)
    found = lv.find_matches(
        states,
        np.array(units(at)),
        threshold=v.threshold,
        sign=v.sign,
        min_length=3,
        max_length=9,
    )
    assert matches(at)["b"].tolist() == [m.end - m.start - 0.5 for m in found]
    assert found


def test_matches_are_counted_in_words():
    assert f"The {len(matches(open_select()))} best places" in markdown(open_select())


@pytest.mark.parametrize("row", [1, 50])
def test_a_place_opens_by_its_row(row: int):
    at = open_select()
    place = matches(at)["text"][row - 1]
    at.number_input(key="open_row").set_value(row)
    check(at.run())
    click(at, "open_button")
    v = view(at)
    assert v.text[v.start : v.end] == place
    assert at.text_input(key="text_line").value == v.text
    assert v.at <= v.start < v.at + v.size
    consistent(at)


def match_charts(at: AppTest) -> list[str]:
    return [key for key in keys(at) if key.startswith("match_chart")]


def test_a_place_opens_by_a_click_twice_in_a_row():
    at = open_select()
    for _ in range(2):
        place = matches(at)["text"][1]
        chart = match_charts(at)
        select(at, "match_chart", row=[{"row": 1}])
        v = view(at)
        assert v.text[v.start : v.end] == place
        assert match_charts(at) != chart, "a fresh chart, with no row selected"
        consistent(at)


def test_a_place_in_a_long_document_opens_with_what_goes_before_it():
    at = open_select(model="prose", text="He said it.", start="2", end="4", threshold="0.01")
    places = matches(at)["text"]
    row = len(places)
    at.number_input(key="open_row").set_value(row)
    check(at.run())
    click(at, "open_button")
    v = view(at)
    assert v.text[v.start : v.end][:80] == places[row - 1]
    assert 1000 < len(v.text) <= 2000
    consistent(at)


# -- sentences ---------------------------------------------------------------------------------


def test_many_units_get_a_hint_until_it_is_followed():
    hint = "follow any range"
    at = open_select(threshold="0", end="12")
    assert len(units(at)) > 12
    assert hint in " ".join(caption.value for caption in at.caption)
    at.number_input(key="before").set_value(1)
    check(at.run())
    assert hint not in " ".join(caption.value for caption in at.caption)


def test_no_unit_selected_is_a_sentence():
    at = open_select(**NEVER)
    assert units(at) == []
    assert sentences(at).count("No unit is selected") == 2
    assert len(keys(at)) == 2, "no Match view"
    consistent(at)


def test_no_match_is_a_sentence():
    at = open_select(shortest="1000", longest="1000")
    assert units(at)
    assert "No place of this corpus matches" in sentences(at)
    assert len(keys(at)) == 2


def test_no_threshold_that_selects_is_a_sentence():
    text = "(1)"
    at = open_select(text=text, start="0", end="3", sign="+", before="8", kind="input_gate")
    consistent(at)
    assert "Suggested" in markdown(at) or "No threshold selects a unit" in markdown(at)


# -- how far to trust the matches --------------------------------------------------------------


def test_the_page_says_how_many_places_agree_and_how_many_by_chance():
    at = open_select()
    states = lv.corpus_states(lv.load_model("parens"), lv.load_corpus("parens"), 1, "tanh_cell")
    chosen = np.array(units(at))
    counted = lv.agreement(states, chosen, threshold=0.5)
    assert frame(at, "Lengths of ranges", "length", "ranges")["ranges"].sum() == counted.ranges[-1]
    assert f"{counted.ranges[-1]:,} ranges of the corpus share all {len(chosen)} units" in markdown(
        at
    )
    assert "(3 draws)" in markdown(at)


def test_no_draws_say_nothing_of_chance(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HIDDEN_STATES_DRAWS", "0")
    at = open_select(threshold="0.45")
    assert "of the corpus share" in markdown(at)
    assert "draws)" not in markdown(at)
    assert "Orange" not in markdown(at)


def test_a_single_unit_has_none_to_agree_with():
    alone, *others = units(open_select())
    at = open_select(exclude=",".join(map(str, others)))
    assert units(at) == [alone]
    assert re.search(r"Your unit does the same in [\d,]+ ranges of the corpus", markdown(at))
    assert "A single unit has none to agree with" in markdown(at)
    assert "Orange" not in markdown(at)
    assert "draws)" not in markdown(at)


def test_too_few_other_units_say_nothing_of_chance():
    at = open_select(pin=",".join(map(str, range(20))))
    assert "There are too few other units to draw from." in markdown(at)
    assert "draws)" not in markdown(at)


def test_a_click_on_the_minimap_opens_its_place():
    at = open_select()
    places = frame(at, "minimap", "row", "start", "rank")
    assert places["row"].tolist() == list(range(50))
    select(at, "minimap", place=[{"row": 3}])
    match = view(at)
    opened = matches(open_select())
    assert match.text != TEXT
    assert len(opened) == 50
    tokens, _ = lv.load_corpus("parens").tokens(lv.load_model("parens").vocabulary)
    start = int(places["start"][3])
    assert (
        tokens.span(start, start + match.end - match.start) == match.text[match.start : match.end]
    )
