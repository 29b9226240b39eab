"""Outputs: what comes out in each wiring, the right context deleted, the map of the embedding."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from lstmvis_core.analysis.embedding_map import cosine_by_chance, embedding_map, neighbours
from lstmvis_core.charts import sample_text
from lstmvis_core.charts.tokens import visible
from pages.ui.checks import CHECKS
from pages.ui.outputs import MOST_WORDS
from pages.ui.parameters import LAST
from pages.ui.view import View
from tests.app.driver import (
    SELECT_PAGE,
    check,
    click,
    frame,
    go_to,
    html,
    keys,
    links,
    markdown,
    open_page,
    select,
    sentences,
    type_text,
    view,
)

PAGE = "pages/10_Outputs.py"
TAGGED = "They saw that she can fish, but a can of fish was all that they could find."
REVIEW = "The plot is slow and the jokes are old, though the music is wonderful."
model = cache(lv.load_model)


def open_outputs(**params: str) -> AppTest:
    """A fresh session on Outputs."""
    return open_page(PAGE, {"model": "parens", "text": "(1 (2 (3"} | params)


def said(at: AppTest) -> str:
    """What the page says, without the marks that Markdown needs."""
    return re.sub(r"\\(.)", r"\1", markdown(at))


def drawn(at: AppTest, begins: str, *columns: str) -> pd.DataFrame:
    """The data of the chart whose description begins so: one that nobody can click has no key."""
    told = [element.proto.alt for element in at.get("vega_lite_chart")]
    [found] = [alt for alt in told if alt.startswith(begins)]
    return frame(at, found, *columns)


def wiring(at: AppTest, what: str) -> list[str]:
    """What stands in the boxes of one kind."""
    boxes = drawn(at, "Wiring", "text", "what")
    return [str(text) for text in boxes.loc[boxes["what"] == what, "text"]]


def words(at: AppTest) -> pd.DataFrame:
    return frame(at, "embedding_chart", "id", "name", "what")


def consistent(at: AppTest) -> None:
    """What the page shows is what the library says about the view of the link."""
    v = view(at)
    trace = lv.trace_text(model(v.model), v.text)
    {
        "language-model": language,
        "classifier": classifier,
        "tagger": tagger,
    }[trace.model.config.task](at, v, trace)
    embedding(at, v)


def language(at: AppTest, v: View, trace: lv.Trace) -> None:
    step = v.cursor(len(trace.tokens))
    read = trace.tokens.span(0, step + 1)
    written = [
        lv.sample(trace.model, read, 120, seed=(v.seed + n) % 10_000, temperature=v.temperature)
        for n in range(3)
    ]
    end = read if len(read) <= 16 else "…" + read[-16:]
    for one in written:
        assert sample_text(end, one, written[0], trace.model.vocabulary.level) in html(at)
    first = max(0, step - 2)
    inputs = [*trace.tokens.strings[first : step + 1], *written[0][:3]]
    assert wiring(at, "read") == [visible(t)[:13] for t in inputs]
    assert wiring(at, "said")[-4:] == [visible(t) for t in written[0][:4]]
    right = lv.outputs_of_trace(trace).rank[:-1] == 1
    if len(trace.tokens) > 1:
        assert f"For {right.sum()} of {len(right)} tokens the first guess" in said(at)


def classifier(at: AppTest, v: View, trace: lv.Trace) -> None:
    probabilities = np.exp(trace.log_probabilities.astype(float))
    table = drawn(at, "Probability of", "score", "token", "strongest")
    np.testing.assert_allclose(table["score"], probabilities[:, 1], atol=1e-6)
    assert table["token"].tolist() == list(trace.tokens.strings)
    last = probabilities[-1]
    label = trace.model.outputs[last.argmax()]
    assert f"In the end: **{label}**, {last.max():.0%}" in said(at)
    assert wiring(at, "said") == [f"{label} {last.max():.0%}"]
    best = probabilities.argmax(1)
    turns = int((best[1:] != best[:-1]).sum())
    if not turns:
        assert "never changed its mind" in said(at)
    [strongest] = table.loc[table["strongest"], "token"]
    assert f"**“{strongest}”** moved it most" in said(at)


def tagger(at: AppTest, v: View, trace: lv.Trace) -> None:
    outputs, strings = trace.model.outputs, trace.tokens.strings
    best = trace.log_probabilities.argmax(1)
    for at_, string in enumerate(strings[:50]):
        share = np.exp(trace.log_probabilities[at_].max())
        told = f'title="{string}: {outputs[best[at_]]}, {share:.0%}"'
        assert told in html(at)
    step = v.cursor(len(strings))
    if step == len(strings) - 1:
        assert "Nothing is deleted yet" in said(at)
        return
    end = int(trace.tokens.offsets[step]) + len(strings[step])
    cut = lv.trace_text(trace.model, v.text[:end])
    now = cut.log_probabilities.argmax(1)
    changed = [t for t in range(step + 1) if now[t] != best[t]]
    for t in changed:
        share = np.exp(cut.log_probabilities[t, now[t]])
        told = (
            f'title="{strings[t]}: {outputs[now[t]]}, {share:.0%}, instead of {outputs[best[t]]}"'
        )
        assert told in html(at)
    assert html(at).count("instead of") == len(changed)
    assert html(at).count("line-through") == len(strings) - 1 - step
    if changed:
        assert f"{len(changed)} of {step + 1} labels change" in said(at)
    else:
        assert "**No label changes**" in said(at)


def embedding(at: AppTest, v: View) -> None:
    table = words(at)
    vocabulary = model(v.model).vocabulary
    [chosen] = table.loc[table["what"] == "chosen", "id"]
    token = vocabulary.tokens[chosen]
    if v.token:
        assert token == v.token
    bars = frame(at, "neighbours", "row", "cosine")
    found = neighbours(model(v.model), token, 10)
    assert [vocabulary.tokens[id] for id in bars["id"]] == [token for token, _ in found]
    np.testing.assert_allclose(bars["cosine"], [cosine for _, cosine in found])
    near = set(bars["id"])
    assert set(table.loc[table["what"] == "near", "id"]) == near
    assert len(table) == len(set(table["id"])) <= MOST_WORDS
    shares = embedding_map(model(v.model)).shares
    assert f"shows {sum(shares):.0%} of all differences" in said(at)
    chance = cosine_by_chance(len(vocabulary) - 2, model(v.model).config.embedding_size)
    assert f"reach {chance:.2f} by chance" in said(at)
    assert at.session_state["token"] == v.token


# -- opening -----------------------------------------------------------------------------------


@pytest.mark.parametrize("id", lv.list_models())
def test_every_network_shows_what_comes_out_of_it(id: str):
    at = open_page(PAGE, {"model": id})
    assert not at.warning
    consistent(at)


def test_without_a_link_the_first_network_writes_on():
    at = open_page(PAGE)
    assert view(at).model == "prose"
    assert "Look at the arrows" in markdown(at)
    assert "One to many" in markdown(at)
    consistent(at)


def test_other_wirings_lead_to_this_page_with_their_example():
    there = {v.model: v for v in links(open_outputs(model="tagger", text=TAGGED))}
    assert set(there) == {"prose", "chords", "sentiment", "dna"}
    for v in there.values():
        at = open_page(PAGE, v.to_params())
        assert not at.warning
        assert view(at).text == v.text


# -- a language model --------------------------------------------------------------------------


@pytest.mark.parametrize("temperature", [0.0, 2.0, 0.7])
def test_the_temperature_changes_the_samples(temperature: float):
    at = open_outputs()
    before = html(at)
    at.slider(key="temperature").set_value(temperature)
    check(at.run())
    assert view(at).temperature == temperature
    assert html(at) != before
    consistent(at)


def test_at_zero_all_samples_are_the_same():
    at = open_outputs(temperature="0")
    assert "All are the same" in said(at)
    assert html(at).count("background:color-mix(in srgb, #D55E00 22%") == 0


def test_seeds_are_neighbours_and_drawing_again_takes_three_new_ones():
    at = open_outputs(seed="9998")
    assert [n for n in (9998, 9999, 0) if f"Random numbers {n}" in said(at)] == [9998, 9999, 0]
    consistent(at)
    click(at, "draw_again")
    assert view(at).seed == 1
    consistent(at)
    at.number_input(key="seed").set_value(7)
    check(at.run())
    assert view(at).seed == 7
    consistent(at)


@pytest.mark.parametrize("step", [0, 3, 7])
def test_the_cursor_says_from_where_the_text_is_carried_on(step: int):
    at = open_outputs()
    at.slider(key="cursor_8").set_value(step)
    check(at.run())
    assert view(at).step == (LAST if step == 7 else step)
    consistent(at)


def test_one_token_is_enough_to_write_from():
    at = open_outputs(model="chords", text="G")
    assert not at.warning
    consistent(at)


def test_typing_changes_what_is_guessed():
    at = open_outputs()
    type_text(at, "(1) 0")
    consistent(at)


def test_of_a_long_text_a_part_is_shown_with_its_guesses():
    at = open_outputs(text=("(1) 0 " * 400)[:2000])
    assert "Shown are tokens 1840 to 1999" in said(at)
    consistent(at)


# -- a classifier ------------------------------------------------------------------------------


def test_the_score_follows_the_text():
    at = open_outputs(model="sentiment", text=REVIEW)
    consistent(at)
    type_text(at, "wonderful")
    consistent(at)
    type_text(at, "boring, " * 90)
    consistent(at)


def test_a_verdict_that_turns_names_the_last_word_at_which_it_does():
    at = open_outputs(model="sentiment", text="The music is lovely, but the end is boring.")
    p = np.exp(lv.trace_text(model("sentiment"), view(at).text).log_probabilities)
    turns = np.flatnonzero(np.diff(p.argmax(1))) + 1
    word = lv.trace_text(model("sentiment"), view(at).text).tokens.strings[turns[-1]]
    assert len(turns)
    assert f"at “{word}”." in said(at)


# -- a tagger ----------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [0, 4, 9, 14, 18])
def test_deleting_the_right_context_is_reading_the_cut_text(step: int):
    at = open_outputs(model="tagger", text=TAGGED)
    at.slider(key="cursor_19").set_value(step)
    check(at.run())
    consistent(at)
    boxes = drawn(at, "Wiring", "gone", "what")
    assert boxes["gone"].any() == (step < 18)
    if step < 18:  # its label in the text that was cut
        tokens = lv.trace_text(model("tagger"), TAGGED).tokens
        cut = lv.trace_text(model("tagger"), tokens.span(0, step + 1))
        [(label, share)] = cut.predictions(step, 1)
        assert wiring(at, "said")[-1] == f"{label} {share:.0%}"


def test_a_change_is_found_one_after_the_other_and_then_from_the_beginning():
    at = open_outputs(model="tagger", text=TAGGED)
    found = []
    for _ in range(3):
        click(at, "next_change")
        found.append(view(at).step)
        consistent(at)
        assert "1 of" in said(at)
    assert found == [9, 14, 9]
    assert "“can” (token 9) is **AUX** (95%) instead of NOUN (97%)" in said(at)


def test_where_no_label_changes_it_is_said():
    at = open_outputs(model="tagger", text="She went.")
    click(at, "next_change")
    assert "No label changes" in at.toast[0].value
    assert view(at).step == LAST


def test_a_gene_is_labelled_in_runs():
    at = open_page(PAGE, {"model": "dna", "step": "26"})
    consistent(at)
    assert "on average" in said(at)


def test_a_single_token_has_nothing_to_delete():
    at = open_outputs(model="tagger", text="fish")
    assert at.button(key="next_change").disabled
    consistent(at)


# -- the embedding -----------------------------------------------------------------------------


def test_a_click_shows_the_neighbours_of_a_token():
    at = open_outputs(model="english", text="She gave a book to the boy.")
    consistent(at)
    vocabulary = model("english").vocabulary
    for token in ("book", "the", "the"):
        id = vocabulary.tokens.index(token)
        select(at, "embedding_chart", token_click=[{"id": id}])
        assert view(at).token == token
        consistent(at)
    id = int(frame(at, "neighbours", "id")["id"].iloc[0])
    select(at, "neighbours", neighbour_click=[{"id": id}])
    assert view(at).token == vocabulary.tokens[id]
    consistent(at)


def test_a_click_beside_the_tokens_changes_nothing():
    at = open_outputs(token="(")
    select(at, "embedding_chart", token_click=[])
    assert view(at).token == "("
    consistent(at)


def test_the_list_does_the_same():
    at = open_outputs()
    for token in ("(", " ", "1", ""):
        at.selectbox(key="token").set_value(token)
        check(at.run())
        assert view(at).token == token
        consistent(at)


def test_those_of_the_text_are_bold():
    at = open_outputs(model="english", text="She gave a book to a boy.")
    table = words(at)
    bold = set(table.loc[table["bold"], "name"])
    assert bold == {"she", "gave", "a", "book", "to", "boy", "."}


def test_a_token_is_read_as_the_model_reads_it():
    at = open_outputs(model="english", text="She went.", token="London")
    assert view(at).token == "london"
    consistent(at)


@pytest.mark.parametrize("token", ["Qqqxy", "two words", "<b>", "\ufffd", "\x00", " "])
def test_a_token_that_the_model_lacks_is_a_sentence(token: str):
    at = open_outputs(model="english", text="She went.", token=token)
    assert "has no token" in sentences(at)
    assert "<b>" not in markdown(at)
    assert view(at).token == ""
    consistent(at)


def test_another_network_shows_one_of_its_own_tokens():
    at = open_outputs(token="(")
    at.selectbox(key="model").set_value("chords")
    check(at.run())
    assert view(at).model == "chords"
    assert view(at).token == ""
    consistent(at)


def test_another_corpus_brings_other_frequent_tokens():
    at = open_outputs(model="english", text="She went.")
    before = set(words(at)["name"])
    at.selectbox(key="corpus").set_value("reviews")
    check(at.run())
    assert set(words(at)["name"]) != before
    consistent(at)


def test_token_and_cursor_are_kept_while_another_page_is_visited():
    at = open_outputs(token="(", step="2", seed="4", temperature="1.3")
    before = view(at)
    go_to(at, SELECT_PAGE)
    go_to(at, PAGE)
    assert view(at) == before
    consistent(at)


# -- what does not fit -------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["parens", "sentiment", "tagger", "english"])
def test_an_empty_text_is_said_and_the_map_is_shown(id: str):
    at = open_outputs(model=id, text="")
    assert "text is empty" in sentences(at)
    assert [key.rpartition("_")[0] for key in keys(at)] == ["embedding_chart", "neighbours"]
    embedding(at, view(at))
    type_text(at, "(1)")
    consistent(at)


def test_blanks_are_no_words():
    at = open_outputs(model="tagger", text="   ")
    assert "text is empty" in sentences(at)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("token", "x" * 201, "at most 200 characters"),
        ("temperature", "3", "temperature is '3'"),
        ("seed", "-1", "seed is '-1'"),
        ("step", "x", "step is 'x'"),
        ("layer", "9", "layers 1 to 2"),
        ("model", "nobody", "model is 'nobody'"),
        ("corpus", "nothing", "corpus is 'nothing'"),
    ],
)
def test_a_link_that_makes_no_sense_is_a_sentence_and_the_rest_is_shown(name, value, told):
    at = open_outputs(**{name: value})
    assert told in re.sub(r"\\(.)", r"\1", at.warning[0].value)
    consistent(at)


def test_a_step_beyond_the_text_is_its_last():
    at = open_outputs(step="99999")
    assert view(at).step == 7
    consistent(at)


def test_a_project_is_replaced_with_a_sentence():
    at = open_page(PAGE, {"model": "project:nothing"})
    assert "project" in at.warning[0].value
    assert view(at).model == "prose"


@pytest.mark.parametrize("id", ["prose", "sentiment", "tagger"])
def test_hostile_text_is_shown_and_never_read_as_markup(id: str):
    at = open_outputs(model=id, text="<script>alert(1)</script> <b>[x](y)</b>", step="3")
    assert "<script" not in html(at)
    assert "<b>" not in html(at)
    assert "[x](y)" not in markdown(at)


# -- checks of lessons -------------------------------------------------------------------------

USUAL = View(model="prose", text="The old man went to the", corpus="stories")


def verdict(name: str, value: object, v: View) -> tuple[bool, str]:
    found = CHECKS[name](value).verdict(v, v)
    return found.holds, found.said


def test_checks_say_what_was_computed():
    cold, hot = replace(USUAL, temperature=0.1), replace(USUAL, temperature=2.0)
    assert verdict("written_words", {"at_least": 0.9}, cold)[0]
    assert not verdict("written_words", {"at_least": 0.9}, hot)[0]
    assert verdict("written_words", {"at_most": 0.7}, hot)[0]
    review = View(model="sentiment", text="lovely, but boring and terrible")
    holds, told = verdict("verdict", {"label": "negative", "at_least": 0.5}, review)
    p = np.exp(lv.trace_text(model("sentiment"), review.text).log_probabilities)[:, 0]
    assert (holds, told) == (p[-1] >= 0.5, f"In the end it is {p[-1]:.0%} negative.")
    assert not verdict("verdict_turns", 0.0, replace(review, text="wonderful"))[0]
    tagged = View(model="tagger", text=TAGGED, step=9)
    assert verdict("tag_flips", 1, tagged) == (True, "Deleted: 9 tokens; 1 label changes.")
    assert verdict("tag_flips", 2, tagged)[0] is False
    assert verdict("tag_flips", 1, replace(tagged, step=LAST))[0] is False
    english = View(model="english", text="She went.", token="three", corpus="stories")
    assert verdict("nearest", 0.8, english) == (
        True,
        "Nearest to “three” is “four”: cosine 0.89.",
    )
    assert verdict("tokens", [1, 3], english) == (True, "Your text has 3 tokens.")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("written_words", {"at_least": 0.5}),
        ("verdict", {"label": "positive", "at_least": 0}),
        ("verdict_turns", 0),
        ("tag_flips", 0),
    ],
)
def test_a_check_of_another_task_or_of_no_text_does_not_hold(name: str, value: object):
    for v in (View(model="parens", text="", corpus="parens"), View(model="dna", text="")):
        assert not verdict(name, value, v)[0]
    other = {"written_words": "sentiment"}.get(name, "parens")
    assert not verdict(name, value, View(model=other, text="1", corpus="parens"))[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("written_words", {}),
        ("written_words", {"at_least": 1, "at_most": 0}),
        ("written_words", {"at_least": "x"}),
        ("verdict", {"label": "positive"}),
        ("verdict", 3),
        ("verdict_turns", "x"),
        ("tag_flips", None),
        ("nearest", "near"),
        ("tokens", [1]),
    ],
)
def test_a_check_that_cannot_be_is_refused(name: str, value: object):
    with pytest.raises((TypeError, ValueError, KeyError)):
        CHECKS[name](value)
