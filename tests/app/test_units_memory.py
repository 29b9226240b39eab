"""What it remembers: the bars, the sentence and the cursor, for every kind of network."""

import re
from functools import cache

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from tests.app.driver import (
    LONG,
    TEXT,
    check,
    frame,
    html,
    keys,
    markdown,
    open_page,
    select,
    sentences,
    type_text,
    view,
)
from tests.app.test_interrupted import interrupted

UNITS_PAGE = "pages/4_Units.py"
USUAL = {"model": "parens", "text": TEXT, "panel": "memory", "layer": "1", "unit": "3"}
model = cache(lv.load_model)


def opened(**params: str) -> AppTest:
    return open_page(UNITS_PAGE, USUAL | params)


def ledger(at: AppTest) -> tuple[list[float], np.ndarray, float]:
    """What each token wrote, step by step; what each step keeps; and what the unit holds."""
    v = view(at)
    trace = lv.trace_text(model(v.model), v.text)
    steps = len(trace.tokens)
    step = v.cursor(steps)
    config = trace.model.config
    states = {kind: values[:, v.unit] for kind, values in trace.all_states(v.layer).items()}
    if config.cell == "lstm":
        keep, write = states["forget_gate"], states["input_gate"] * states["candidate"]
        held = states["cell"][step]
    else:
        keep, write = states["update_gate"], (1 - states["update_gate"]) * states["candidate"]
        held = states["hidden"][step]
    backward = config.bidirectional and v.layer % 2 == 0
    order = range(steps - 1, step - 1, -1) if backward else range(step + 1)
    written = [0.0] * steps
    for t in order:
        written = [part * float(keep[t]) for part in written]
        written[t] += float(write[t])
    return written, keep, float(held)


def plain(text: str) -> str:
    """What a reader sees of Markdown."""
    return re.sub(r"\\(.)", r"\1", text).replace("**", "").replace("−", "-").replace("±", "+")


def consistent(at: AppTest) -> None:
    """What the page shows is what the gates make of the text."""
    v = view(at)
    written, keep, held = ledger(at)
    step = v.cursor(len(written))
    table = frame(at, "ledger_chart", "step", "written", "kept")
    window = table["step"].tolist()
    assert window == list(range(window[0], window[-1] + 1))
    assert table["written"].tolist() == pytest.approx([written[t] for t in window], abs=1e-5)
    assert table["kept"].tolist() == pytest.approx(keep[window], abs=1e-6)
    assert table["step"][table["here"]].tolist() == [step]
    said = plain(markdown(at))
    assert f"is {held:+.2f}." in said
    outside = sum(written[: window[0]])
    assert table["written"].sum() + outside + sum(written[window[-1] + 1 :]) == pytest.approx(
        held, abs=1e-4
    )
    if window[0]:
        together = re.search(r"Older tokens \(0 to (\d+)\) together: ([-+.\d]+)\. ", said)
        assert together
        assert int(together[1]) == window[0] - 1
        assert float(together[2]) == pytest.approx(outside, abs=0.00051)
    most = int(np.argmax(np.abs(written)))
    up, down = sum(part for part in written if part > 0), -sum(part for part in written if part < 0)
    left = re.escape(f"{written[most]:+.2f}")
    away = abs(step - most)
    when = f"{away} step{'s' if away > 1 else ''} " if away else "that it has just read"
    if max(abs(held), abs(written[most])) < 0.05:
        assert "next to nothing" in said
    elif min(up, down) > 0.7 * max(up, down):
        assert f"nearly cancels out: {up:+.2f} and {-down:+.2f}." in said
        assert re.search(f"left of the token “.*” {when}.*: {left}.", said)
    elif written[most] / held > 0.5:
        assert re.search(f"Most of it was written by the token “.*” {when}.*: {left}", said)
        wrote = f", and the others wrote {held - written[most]:+.2f}." in said
        assert wrote == (written[most] / held > 1.1)
    else:
        assert re.search(f"The most is left of the token “.*” {when}.*: {left}", said)
        many = next(
            n
            for n in range(1, len(written) + 1)
            if sum(sorted(written, key=lambda part: -part * held)[:n]) / held >= 0.9
        )
        assert f"{many} tokens together make up 90% of it" in said


def test_it_opens_at_the_end_of_the_text():
    at = opened()
    consistent(at)
    assert not at.warning


def test_the_unit_that_tells_quotation_remembers_the_quote():
    text = 'He said, "I will come back tomorrow.'
    at = opened(model="prose", text=text, layer="2", unit="12", find="range")
    consistent(at)
    assert 'Most of it was written by the token “"” 26 steps ago: +0.95' in plain(markdown(at))


@pytest.mark.parametrize("unit", range(0, 32, 3))
@pytest.mark.parametrize("step", ["4", "30"])
def test_any_unit_at_any_step(unit: int, step: str):
    consistent(opened(unit=str(unit), step=step, size="15"))


@pytest.mark.parametrize(
    ("unit", "step", "told"),
    [
        ("0", "17", "nearly cancels out"),
        ("4", "8", "nearly cancels out"),
        ("16", "26", "next to nothing"),
        ("31", "14", "next to nothing"),
    ],
)
def test_a_state_near_zero_is_not_a_memory(unit: str, step: str, told: str):
    at = opened(unit=unit, step=step, find="level")
    consistent(at)
    assert told in markdown(at)


def test_a_token_that_is_clicked_is_looked_at():
    at = opened()
    select(at, "ledger_chart", token=[{"step": 20}])
    assert view(at).step == 20
    assert at.slider(key="cursor_37").value == 20
    consistent(at)
    select(at, "ledger_chart", token=[{"step": 20}])
    assert view(at).step == 20


def test_the_last_token_that_is_clicked_is_followed_while_the_text_grows():
    at = opened(step="3")
    consistent(at)
    at.slider(key="cursor_37").set_value(36)
    check(at.run())
    assert view(at).step == -1
    type_text(at, TEXT + " (1")
    assert at.slider(key="cursor_40").value == 39
    consistent(at)


def test_a_cursor_that_is_moved_is_never_lost():
    at = opened()
    for place in range(1, 25):
        with interrupted(place):
            at.slider(key="cursor_37").set_value(place)
            check(at.run())
        assert view(at).step == place, place
        assert at.slider(key="cursor_37").value == place


def test_of_a_long_text_older_tokens_are_told_together():
    at = opened(text=LONG, size="40", unit="7")
    consistent(at)
    assert len(frame(at, "ledger_chart", "step", "written")) == 40
    at.slider(key=f"cursor_{len(LONG)}").set_value(10)
    check(at.run())
    consistent(at)
    assert "Older tokens" not in markdown(at)


@pytest.mark.parametrize(
    ("name", "layer"),
    [("prose-gru", 1), ("prose-gru", 2), ("sentiment", 1), ("tagger", 1), ("tagger", 2)],
)
def test_of_other_networks(name: str, layer: int):
    text = lv.read_examples(name)[0]["text"]
    at = opened(model=name, text=text, layer=str(layer), unit="5", find="range", step="3")
    consistent(at)
    assert ("reads from the end" in markdown(at)) == (name == "tagger" and layer == 2)


def test_a_plain_network_has_no_ledger_and_says_why():
    at = opened(model="prose-rnn", text="He said", find="range")
    assert "has no gates" in sentences(at)
    assert not [key for key in keys(at) if key.startswith("ledger")]


def test_of_one_token_there_is_one_bar():
    at = opened(text="(")
    consistent(at)
    assert not [slider for slider in at.slider if (slider.key or "").startswith("cursor")]


def test_text_is_never_read_as_markup():
    at = opened(model="prose", text='<b>*a*</b> "$x$*', unit="12", find="range")
    consistent(at)
    assert "<b>" not in html(at)
    for match in re.findall(r"“(.*?)”", markdown(at)):
        assert not re.search(r"(?<!\\)[*$<`]", match), match
