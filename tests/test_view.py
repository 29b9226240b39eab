"""The view as a link: what goes in comes out, and nonsense never breaks a page."""

from dataclasses import fields, replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lstmvis_core import (
    KINDS,
    SIGNS,
    ModelConfig,
    SequenceModel,
    Vocabulary,
    list_corpora,
    list_models,
    load_corpus,
    load_model,
    read_examples,
)
from lstmvis_core.charts.match_chart import COUNT
from lstmvis_core.charts.select_frames import MAX_MARGIN
from lstmvis_core.tracks import SOURCES, tracks_of
from pages.ui.network import of_model
from pages.ui.parameters import (
    BEFORE,
    CUTS,
    FEWEST,
    FREQUENT,
    HELD_BY,
    HOLDABLE,
    LAST,
    MAX_TEXT,
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
from pages.ui.view import (
    MAX_QUERY,
    VIEW,
    View,
    default_corpus,
    first_view,
    fit,
    fit_units,
    from_example,
    from_params,
    opened,
)
from tests.views import fit_to

NAMES = [field.name for field in fields(View)]
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


# -- there and back ----------------------------------------------------------------------------


@given(views())
@example(View())
@example(View(tracks=()))
def test_a_view_comes_back_from_its_parameters(view: View):
    assert from_params(view.to_params()) == (view, [])


@given(views())
@example(View(text="a&b=c#d?e+f%20\n\t \u00a0🙂"))
def test_a_view_comes_back_from_its_query_string(view: View):
    params = dict(parse_qsl(view.query(), keep_blank_values=True))
    assert from_params(params) == (view, [])


def test_a_link_always_carries_model_and_text_and_else_what_is_not_usual():
    assert View().to_params() == {"model": "prose", "text": ""}
    assert View(text="a", before=2, exclude=(3, 1)).to_params() == {
        "model": "prose",
        "text": "a",
        "before": "2",
        "exclude": "3,1",
    }


def test_a_link_carries_no_more_text_than_a_page_reads():
    view = View(text="ab" * MAX_TEXT)
    assert from_params(view.to_params()) == (replace(view, text=view.text[:MAX_TEXT]), [])


def test_a_long_link_is_packed_and_a_short_one_can_be_read():
    text = "The old man went home. " * 80
    short, long = View(text=text[:1400]), View(text=text, unit=7)
    assert set(short.to_params()) == {"model", "text"}
    assert set(long.to_params()) == {VIEW}
    assert len(long.query()) < 500 < MAX_QUERY
    assert from_params(long.to_params()) == (long, [])
    changed, problems = from_params({**long.to_params(), "unit": "9"})
    assert (changed, problems) == (replace(long, unit=9), [])


@pytest.mark.parametrize("raw", ["", "~", "~abc", "nonsense", "~eJw"])
def test_a_packed_link_that_is_broken_is_a_sentence(raw: str):
    view, [problem] = from_params({VIEW: raw, "unit": "3"})
    assert "cannot be unpacked" in problem
    assert view == View(unit=3)


@pytest.mark.parametrize("model", list_models())
def test_prepared_views_come_back_from_their_links(model: str):
    for prepared in read_examples(model):
        view = from_example(model, prepared)
        assert view.model == model
        assert from_params(view.to_params()) == (view, [])


def test_the_first_view_is_a_prepared_one_with_a_text():
    assert first_view().text
    assert from_params(first_view().to_params()) == (first_view(), [])


def test_a_link_without_a_text_opens_the_first_example_of_its_model():
    example = from_example("sentiment", read_examples("sentiment")[0])
    assert opened({"model": "sentiment"}) == (example, [])
    assert opened({}) == (first_view(), [])


def test_a_link_without_a_text_changes_the_example_as_it_says():
    example = from_example("prose", read_examples("prose")[0])
    shown, problems = opened({"model": "prose", "threshold": "0.4", "start": "40"})
    assert shown == replace(example, threshold=0.4, start=40, end=41)
    assert problems == []


def test_a_link_with_an_empty_text_keeps_it():
    assert opened({"model": "prose", "text": ""}) == from_params({"model": "prose", "text": ""})


def test_a_link_without_a_text_says_what_made_no_sense_and_says_it_once():
    shown, problems = opened({"model": "nobody", "layer": "2"})
    assert shown == replace(first_view(), layer=2)
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("size", "steps", "drawn"),
    [
        (60, 7, 15),
        (60, 15, 15),
        (60, 16, 20),
        (60, 61, 60),
        (20, 16, 20),
        (15, 90, 15),
        (120, 200, 120),
    ],
)
def test_a_short_text_is_drawn_wide(size: int, steps: int, drawn: int):
    assert View(size=size).window(steps) == drawn


# -- nonsense ----------------------------------------------------------------------------------

NEVER_A_NUMBER = [
    *("-1", "nan", "inf", "-inf", "1e9", "9" * 30, "1.5.1", "0x1", "<script>", "½", "²"),
    *("١", "１", "1_0", " 1", "1 ", "+1", "1;2", "\x00", "🙂"),
]
WHOLE = ("lines", "layer", "start", "end", "before", "after", "at", "shortest", "longest")
ONE_OF = ("model", "kind", "sign", "size", "corpus")
NONSENSE = [
    *((name, raw) for name in (*WHOLE, *ONE_OF, "threshold") for raw in NEVER_A_NUMBER),
    *((name, raw) for name in ("exclude", "pin", "tracks") for raw in NEVER_A_NUMBER),
    *((name, "") for name in (*WHOLE, *ONE_OF, "threshold")),
    *((name, "1.5") for name in (*WHOLE, "exclude", "pin")),
    *((name, "1,x") for name in ("exclude", "pin", "tracks")),
    *(("model", "../prose"), ("corpus", "prose"), ("kind", "Hidden"), ("layer", "0")),
    *(
        ("model", bad)
        for bad in ("prose@", "prose@x", "prose@-1", "prose@1.5", "prose@²", "none@3")
    ),
    *(("model", "prose@" + "9" * 5000), ("model", "prose@1@2"), ("model", "Hub:a/b")),
    *(("corpus", bad) for bad in ("own-", "own-0123456789abc", "own-0123456789AB", "own-x" * 3)),
    *(("corpus", bad) for bad in ("own-0123456789ab\n", "hub:", "hub:" + "a" * 501, "hub:a\nb")),
    *(("colour", bad) for bad in ("", "Level", "a-b", "a" * 41, "<b>", "level\n", "niveau é", "1")),
    *(("end", "0"), ("lines", "2"), ("before", str(MAX_MARGIN + 1)), ("size", "61")),
    *(("unit", "-1"), ("step", "-1"), ("step", "last"), ("panel", "All"), ("find", "a b")),
    *(("label", "x" * 201), ("hold", "gate"), ("held", "1;2"), ("by", "mean ")),
    *(("value", bad) for bad in ("50.01", "-50.01", "--1", "")),
    *(("scale", bad) for bad in ("0", "0.19", "3.01", "-1", "1,5", "")),
    *(("seed", "10000"), ("temperature", "2.01"), ("gate", "hidden"), ("over", "")),
    *(
        ("left", "-0.1"),
        ("right", "1.01"),
        ("dots", "1,x"),
        ("inside", "2"),
        *(("on", "text"), ("parsed", "yes")),
        ("guesses", ""),
    ),
    *(("threshold", "50.01"), ("shortest", "1001"), ("text", "a" * (MAX_TEXT + 1))),
]


@pytest.mark.parametrize(("name", "raw"), NONSENSE)
def test_nonsense_gives_a_sentence_and_the_usual_value(name: str, raw: str):
    view, problems = from_params({name: raw})
    assert view == View()
    [sentence] = problems
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert len(sentence) < 400


@given(
    st.dictionaries(
        st.sampled_from(NAMES) | st.text(max_size=8),
        st.sampled_from([*NEVER_A_NUMBER, "", "0", "1", "5", "0.5", "1,2", ",,"])
        | st.text(max_size=2100),
    )
)
def test_no_link_raises_and_every_view_has_a_selection(params: dict[str, str]):
    view, problems = from_params(params)
    view.selection()
    assert view.min_length >= 1
    for name in params.keys() - set(NAMES):
        assert any(repr(name) in sentence for sentence in problems)
    blamed = {sentence.split(" is ")[0] for sentence in problems} & set(NAMES)
    for name in blamed - {"end"}:  # the end follows from the start
        assert getattr(view, name) == getattr(View(), name)


def test_one_bad_parameter_does_not_cost_the_others():
    view, problems = from_params({"layer": "2", "threshold": "much", "sign": "-"})
    assert view == View(layer=2, sign="-")
    assert len(problems) == 1


def test_unknown_parameters_are_named():
    view, problems = from_params({"utm_source": "x", "layer": "2"})
    assert view == View(layer=2)
    [sentence] = problems
    assert "'utm_source'" in sentence


@pytest.mark.parametrize(("start", "end"), [("5", "5"), ("7", "2")])
def test_a_range_that_ends_before_it_begins_is_its_first_token(start: str, end: str):
    view, problems = from_params({"start": start, "end": end})
    assert (view.start, view.end) == (int(start), int(start) + 1)
    [sentence] = problems
    assert "range" in sentence


def test_a_range_may_be_given_by_either_side_alone():
    assert from_params({"start": "7"}) == (View(start=7, end=8), [])
    assert from_params({"end": "7"}) == (View(end=7), [])


# -- fitting -----------------------------------------------------------------------------------


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


def test_the_cursor_follows_the_end_of_a_text_until_it_is_moved():
    assert [View().cursor(steps) for steps in (1, 5)] == [0, 4]
    assert [View(step=3).cursor(steps) for steps in (1, 5)] == [0, 3]


def test_a_text_with_line_breaks_is_shown_in_several_lines(lstm: SequenceModel):
    assert fit_to(View(text="a\nb"), lstm, 3)[0].lines


@pytest.mark.parametrize("model", list_models())
def test_every_model_has_a_corpus(model: str):
    assert default_corpus(model) in list_corpora()


@pytest.mark.parametrize(
    ("start", "end", "shortest", "length"), [(3, 4, 0, 1), (3, 9, 0, 2), (3, 9, 5, 5), (3, 4, 1, 1)]
)
def test_a_match_is_as_long_as_asked_for_or_two_steps(
    start: int, end: int, shortest: int, length: int
):
    assert View(start=start, end=end, shortest=shortest).min_length == length
