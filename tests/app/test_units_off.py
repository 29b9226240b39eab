"""Switch it off: each control changes the page, and each number is what the library says."""

import re
from functools import cache
from html import unescape
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from pages.ui import effects_panel
from tests.app.driver import (
    TEXT,
    check,
    click,
    frame,
    html,
    keys,
    markdown,
    open_page,
    picture,
    select,
    sentences,
    shown_range,
    type_text,
    view,
)

UNITS_PAGE = "pages/4_Units.py"
CHANGES = "Probabilities after this step, as it is and with the units held"
USUAL = {"model": "parens", "text": TEXT, "panel": "off", "layer": "2", "unit": "3"}
NAMES = {" ": "· (space)", "\n": "⏎ (line break)", "\ufffd": "(unknown)"}
QUICK = {"find": "range"}  # for which no corpus is read
model = cache(lv.load_model)


def opened(**params: str) -> AppTest:
    return open_page(UNITS_PAGE, USUAL | params)


@cache
def mean(name: str, corpus: str, layer: int, kind: str, unit: int) -> float:
    states = lv.corpus_states(model(name), lv.load_corpus(corpus), layer, kind)
    return float(states.values[unit].mean(dtype=np.float64))


def held(at: AppTest) -> tuple[lv.Trace, lv.Trace, dict[str, Any]]:
    """The trace of the link's text as it is, with units held, and how they are."""
    v = view(at)
    units = [v.unit, *v.held]
    at_what = {
        "zero": lambda unit: 0.0,
        "mean": lambda unit: mean(v.model, v.corpus, v.layer, v.hold, unit),
        "value": lambda unit: v.value,
    }[v.by]
    hold: dict[str, Any] = {
        "layer": v.layer,
        "units": units,
        "kind": v.hold,
        "value": [at_what(unit) for unit in units],
        "steps": list(range(v.start, v.end)) if v.inside else None,
    }
    return lv.trace_text(model(v.model), v.text), lv.ablate(model(v.model), v.text, **hold), hold


def percent(share: float) -> str:
    if share < 0.0001:
        return "<0.01%"
    return f"{share * 100:.2f}%" if share < 0.01 else f"{share * 100:.1f}%"


def plain(text: str) -> str:
    """What a reader sees of Markdown."""
    return re.sub(r"\\(.)", r"\1", text).replace("**", "").replace("−", "-").replace("±", "+")


def consistent(at: AppTest) -> None:
    """What the page shows is what the library says about the view of the link."""
    v = view(at)
    before, after, hold = held(at)
    change = after.surprisal - before.surprisal
    said = plain(markdown(at))
    total = change[1:].sum(dtype=float)
    if abs(total) >= 0.005:
        assert f"changes by {total:+.2f} nats in all, {total / (len(change) - 1):+.3f} a" in said
    worst = int(np.nanargmax(change))
    if change[worst] >= 0.005:
        assert f"token {worst}: {change[worst]:+.2f} nats, a probability of" in said
        p, q = np.exp(-before.surprisal[worst]), np.exp(-after.surprisal[worst])
        assert f"{percent(q)} instead of {percent(p)}" in said
    told = [float(value) for value in re.findall(r'title="([-+.0-9]+)"', html(at))]
    assert told == pytest.approx([0, *change[1:]], abs=0.0051)
    _prediction(at, before, after)
    _samples(at, hold)
    bars = frame(at, "effects_chart", "unit", "exact").set_index("unit")["exact"].sort_index()
    assert bars.tolist() == pytest.approx(each_alone(at, before, hold), abs=1e-4)
    assert at.session_state["hold"] == v.hold
    assert tuple(at.session_state["held"]) == v.held


def _prediction(at: AppTest, before: lv.Trace, after: lv.Trace) -> None:
    step = view(at).cursor(len(before.tokens))
    table = frame(at, CHANGES, "token", "which", "probability")
    outputs = [NAMES.get(output, output) for output in before.model.outputs]
    for which, trace in (("as it is", before), ("held", after)):
        shown = table[table["which"] == which]
        wanted = [np.exp(trace.log_probabilities[step, outputs.index(t)]) for t in shown["token"]]
        assert shown["probability"].tolist() == pytest.approx(wanted, abs=1e-6)
    p, q = (np.exp(trace.log_probabilities[step].astype(float)) for trace in (before, after))
    most = int(((p - q) * np.log(p / q)).argmax())
    assert f": {percent(p[most])} → {percent(q[most])}." in plain(markdown(at))


def _samples(at: AppTest, hold: dict[str, Any]) -> None:
    v = view(at)
    read = v.text[: v.cursor(len(v.text)) + 1]
    options = {"seed": v.seed, "temperature": v.temperature}
    by_itself = "".join(lv.sample(model(v.model), read, 120, **options))
    steps = hold["steps"]
    hold = hold | {"steps": None if steps is None else [s for s in steps if s < len(read)]}
    without = "".join(lv.sample(model(v.model), read, 120, **options, **hold))
    drawn = re.findall(r"opacity:.7\">.*?</span>(.*?)</div>", html(at), re.S)
    assert [unescape(re.sub("<[^>]*>", "", text)) for text in drawn] == [by_itself, without]
    pairs = zip(by_itself, without, strict=True)
    place = next((n for n, (one, other) in enumerate(pairs, 1) if one != other), None)
    told = "The two are the same" if place is None else f"They part at token {place}."
    assert told in plain(markdown(at))


def each_alone(at: AppTest, before: lv.Trace, hold: dict[str, Any]) -> list[float]:
    """The effect of each unit by itself, one ablation after the other."""
    v = view(at)
    start, end = (v.start, v.end) if v.on == "range" else (0, None)
    effects = []
    for unit in range(before.model.config.hidden_size):
        at_its_mean = v.by == "mean"
        value = mean(v.model, v.corpus, v.layer, v.hold, unit) if at_its_mean else hold["value"][0]
        after = lv.ablate(
            before.model, v.text, layer=v.layer, units=[unit], kind=v.hold, value=value
        )
        effects.append(float(np.nansum((after.surprisal - before.surprisal)[start:end])))
    return effects


# -- opening -----------------------------------------------------------------------------------


def test_it_opens_with_one_unit_held_at_zero():
    at = opened()
    consistent(at)
    assert not at.warning


def test_without_the_unit_that_tells_quotation_the_closing_quote_is_not_expected():
    text = 'He said, "I will come back tomorrow.'
    at = opened(model="prose", text=text, unit="12", hold="cell", **QUICK)
    consistent(at)
    assert 'Most affected is “"”: 17.8% → 1.7%.' in plain(markdown(at))
    assert "correlates with the exact effect" in plain(markdown(at))


# -- controls ----------------------------------------------------------------------------------

CONTROLS = [
    ("segmented_control", "hold", ["cell", "hidden"]),
    ("multiselect", "held", [[4], [4, 9, 1], []]),
    ("selectbox", "by", ["mean", "value", "zero"]),
    ("toggle", "inside", [True, False]),
    ("number_input", "seed", [7, 0]),
    ("slider", "temperature", [1.0, 0.0]),
    ("number_input", "unit", [30, 0]),
    ("segmented_control", "layer", [1, 2]),
]


@pytest.mark.parametrize(("widget", "key", "values"), CONTROLS, ids=[key for _, key, _ in CONTROLS])
def test_a_control_changes_the_page_and_the_link(widget: str, key: str, values: list):
    at = opened(start="11", end="17", value="0.7")
    for value in values:
        before = picture(at), html(at), markdown(at)
        getattr(at, widget)(key=key).set_value(value)
        check(at.run())
        shown = getattr(view(at), key)
        assert (sorted(value) == list(shown)) if isinstance(value, list) else shown == value
        assert (picture(at), html(at), markdown(at)) != before
        consistent(at)


def test_the_value_at_which_a_unit_is_held_is_set():
    at = opened(by="value")
    for value in (-1.5, 0.25):
        at.number_input(key="value").set_value(value)
        check(at.run())
        assert view(at).value == value
        consistent(at)


def test_units_are_held_in_the_range_alone_which_a_slider_moves():
    at = opened(inside="1", start="11", end="17")
    assert shown_range(at) == (11, 17)
    at.slider(key="range").set_value((3, 6))
    check(at.run())
    assert (view(at).start, view(at).end) == (3, 6)
    consistent(at)
    assert "While it writes, the units are free." in markdown(at)


@pytest.mark.parametrize("span", [(11, 17), (20, 25), (0, 3)])
def test_a_sample_after_an_early_step_is_held_as_far_as_it_was_read(span: tuple[int, int]):
    consistent(opened(inside="1", start=str(span[0]), end=str(span[1]), step="12"))


def test_the_step_that_is_looked_at_moves_and_at_the_end_follows_the_text():
    at = opened()
    at.slider(key="cursor_37").set_value(12)
    check(at.run())
    assert view(at).step == 12
    consistent(at)
    type_text(at, TEXT + " ")
    assert at.slider(key="cursor_38").value == 12
    at.slider(key="cursor_38").set_value(37)
    check(at.run())
    assert view(at).step == -1
    type_text(at, TEXT + "  ")
    assert at.slider(key="cursor_39").value == 38
    consistent(at)


def test_other_random_numbers_are_drawn():
    at = opened()
    before = html(at)
    click(at, "draw_again")
    assert view(at).seed == 1
    assert html(at) != before
    consistent(at)


# -- all units ---------------------------------------------------------------------------------


def test_effects_on_the_range_alone():
    at = opened(start="11", end="17")
    at.segmented_control(key="on").set_value("range")
    check(at.run())
    consistent(at)
    assert view(at).on == "range"
    assert shown_range(at) == (11, 17)
    at.slider(key="range").set_value((0, 1))
    check(at.run())
    assert "Nothing predicts the first token" in sentences(at)


def test_a_dot_and_a_button_choose_their_unit():
    at = opened()
    select(at, "effects_chart", unit=[{"unit": 17}])
    assert view(at).unit == 17
    consistent(at)
    before, _, hold = held(at)
    effects = each_alone(at, before, hold)
    best = int(np.argmax(effects))
    click(at, f"effects_unit_{best}")
    assert view(at).unit == best
    consistent(at)
    assert f"Unit {best} has an effect of {effects[best]:+.2f} nats, the largest of" in plain(
        markdown(at)
    )


def test_estimates_are_there_while_nothing_is_known_exactly(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(effects_panel, "PATIENCE", 0)
    monkeypatch.setattr(effects_panel, "PAUSE", 0)
    drawn = []
    chart = effects_panel.effects_chart

    def noted(exact: np.ndarray, guess: np.ndarray, *rest: object, **named: object) -> object:
        drawn.append((np.isnan(exact).sum(), guess))
        return chart(exact, guess, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(effects_panel, "effects_chart", noted)
    at = opened(text=TEXT + " (1", by="value", value="0.125")  # which no other test asks for
    assert [unknown for unknown, _ in drawn] == [32, 16, 0]
    wanted = lv.first_order_effects(model("parens"), TEXT + " (1", layer=2, value=0.125)
    assert drawn[0][1] == pytest.approx(wanted)
    assert sum(key.startswith("effects_chart") for key in keys(at)) == 1


def test_units_stand_by_how_well_they_tell_the_property():
    at = opened(find="level")
    track = lv.track_of_corpus(model("parens"), lv.load_corpus("parens"), "level")
    states = lv.corpus_states(model("parens"), lv.load_corpus("parens"), 2, "hidden")
    wanted = np.abs(lv.rank_units(states, track.values))
    shown = frame(at, "effects_chart", "unit", "x").set_index("unit")["x"].sort_index()
    assert shown.tolist() == pytest.approx(wanted.tolist())
    best = int(wanted.argmax())
    assert f"tells the property best, unit {best}, has" in markdown(at)


# -- other models ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tagger", "sentiment"])
def test_of_a_network_that_labels_divergence_is_shown_and_nothing_is_written(name: str):
    text = lv.read_examples(name)[0]["text"]
    layer = len(model(name).config.layer_names)
    at = opened(model=name, text=text, unit="5", layer=str(layer), by="value", value="3", **QUICK)
    before, after, _ = held(at)
    p, q = (trace.log_probabilities.astype(float) for trace in (before, after))
    apart = (np.exp(p) * (p - q)).sum(axis=1)
    told = [float(value) for value in re.findall(r'title="([-+.0-9]+)"', html(at))]
    assert told == pytest.approx(apart.tolist(), abs=0.0051)
    flipped = int((p.argmax(1) != q.argmax(1)).sum())
    said = plain(markdown(at))
    assert f"{flipped or 'none'} of {len(p)} tokens get" in said
    assert f"changes by {apart.mean():.2g} nats a token" in said
    assert "It would go on" not in said
    assert "writes no text" in said
    _prediction(at, before, after)
    shown = frame(at, "effects_chart", "unit", "exact").set_index("unit")["exact"]
    assert shown[5] == pytest.approx(apart.sum(), abs=1e-4)


@pytest.mark.parametrize("name", ["prose-gru", "prose-rnn"])
def test_of_a_network_without_a_cell_state_the_hidden_state_is_held(name: str):
    at = opened(model=name, text='"No," he said', hold="cell", **QUICK)
    assert view(at).hold == "hidden"
    assert not [one for one in at.segmented_control if one.key == "hold"]
    _prediction(at, *held(at)[:2])
    _samples(at, held(at)[2])


def test_of_words_a_sample_has_blanks():
    at = opened(model="english", text="She gave the book", unit="5", **QUICK)
    before, after, hold = held(at)
    _prediction(at, before, after)
    words = lv.sample(model("english"), "She gave the book", 30, temperature=0.5, **hold)
    assert " ".join(words) in unescape(re.sub("<[^>]*>", "", html(at)))


def test_of_one_token_there_is_nothing_to_compare_yet():
    at = opened(text="(")
    assert "type a second token" in markdown(at)
    assert "Nothing predicts the first token" in sentences(at)


def test_text_is_never_read_as_markup():
    at = opened(model="prose", text='<b>*a*</b> "$x$', unit="12", **QUICK)
    assert "<b>" not in html(at)
    for match in re.findall(r"“(.*?)”", markdown(at)):
        assert not re.search(r"(?<!\\)[*$<`]", match), match
