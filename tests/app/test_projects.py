"""Projects of LSTMVis: the page that lists them, and Select and Match without a model."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from pages.ui import project_cards, projects
from tests.app.driver import (
    SELECT_PAGE,
    ZOO_PAGE,
    check,
    click,
    control,
    frame,
    go_to,
    links,
    markdown,
    matches,
    open_page,
    select,
    sentences,
    toasts,
    units,
    view,
)
from tests.projects import by_hand
from tests.projects.test_archive import zip_of, zipped

PROJECTS_PAGE = "pages/3_Projects.py"
EXAMPLE, CATS = "project:example", "project:children book"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of projects: one that is sound, one that is not, and what is none."""
    by_hand.write(tmp_path / "children book")
    by_hand.write(tmp_path / "<b>damaged", name="damaged")
    by_hand.write(tmp_path / "without words", name="*bad*")
    (tmp_path / "without words" / "words.dict").unlink()
    (tmp_path / "notes").mkdir()
    monkeypatch.setenv("HIDDEN_STATES_PROJECTS", str(tmp_path))
    return tmp_path


def open_project(id: str, **params: str) -> AppTest:
    """A fresh session on Select and Match."""
    return open_page(SELECT_PAGE, {"model": id} | params)


def said(at: AppTest) -> str:
    """All sentences, without what keeps them from being read as markup."""
    return (sentences(at) + toasts(at) + markdown(at)).replace("\\", "")


# -- Select and Match without a model ----------------------------------------------------------


def test_the_example_opens_with_a_range_that_units_follow():
    at = open_project(EXAMPLE)
    shown = view(at)
    assert len(units(at)) > 1
    assert len(matches(at)) == 50
    assert shown.model.startswith(f"{EXAMPLE}@")
    assert shown.tracks == ("annotation_1", "annotation_2")
    assert not at.text_area
    assert "text_line" not in [box.key for box in at.text_input]
    assert "cannot read a text of yours" in markdown(at)


def test_units_and_matches_are_those_of_the_library(server: Path):
    at = open_project(CATS, start="3", end="4", threshold="0.1", layer="3", shortest="1")
    project = lv.open_project(server / "children book")
    states = project.states(project.sources[2].name)
    trace = lv.CorpusTrace(project.tokens, states)
    selected = lv.select_units(trace, lv.Selection(start=3, end=4, threshold=0.1))
    assert units(at) == selected.tolist()
    found = lv.find_matches(states, selected, threshold=0.1, min_length=1)
    assert found
    assert matches(at)["b"].tolist() == [len(match) - 0.5 for match in found]
    assert frame(at, "select_chart", "token")["token"].tolist() == [
        by_hand.WORDS[id] for id in by_hand.IDS
    ]


def test_a_brush_a_move_and_a_click_on_a_place(unhurried: None):
    at = open_project(EXAMPLE, threshold="0.3", at="700")
    first = view(at).at
    assert first == 700
    click(at, "move_forward")
    assert view(at).at == first + 30
    select(at, "select_chart", brush={"t": [4.6, 9.4]})
    assert (view(at).start, view(at).end) == (first + 35, first + 40)
    at.slider(key="range").set_range(first + 33, first + 36)
    check(at.run())
    assert (view(at).start, view(at).end) == (first + 33, first + 36)
    select(at, "match_chart", row=[{"row": 5}])
    shown = view(at)
    assert shown.start - shown.at == min(20, shown.start)
    assert shown.at > 60
    assert control(at)["lo"] == shown.start - shown.at


def test_a_phrase_is_found_anywhere_in_the_project(unhurried: None):
    at = open_project(EXAMPLE)
    tokens = lv.load_corpus("parens").tokens(lv.load_model("parens").vocabulary)[0]
    phrase = tokens.span(21_000, 21_040)
    at.text_input(key="phrase").set_value(phrase)
    check(at.run())
    assert tokens.span(view(at).start, view(at).end) == phrase
    assert view(at).start == tokens.text.index(phrase) > 200


def test_every_source_and_every_annotation_can_be_looked_at(server: Path, unhurried: None):
    at = open_project(CATS)
    project = lv.open_project(server / "children book")
    for place, source in enumerate(project.sources, 1):
        at.selectbox(key="layer").set_value(place)
        check(at.run())
        assert view(at).layer == place
        assert len(frame(at, "select_chart", "u", "values")) == source.units
    names = [f"annotation_{place}" for place in range(1, 7)]
    at.multiselect(key="tracks").set_value(names)
    check(at.run())
    assert view(at).tracks == tuple(names)
    for name in names:
        at.selectbox(key="colour").set_value(name)
        check(at.run())
        assert view(at).colour == name


def test_units_of_a_wider_source_are_dropped_in_a_narrower(server: Path, unhurried: None):
    at = open_project(CATS, exclude="3", layer="1", start="2", end="4")
    assert view(at).exclude == (3,)
    at.selectbox(key="layer").set_value(3)
    check(at.run())
    assert view(at).exclude == ()


def test_from_a_project_to_a_model_and_to_other_pages(unhurried: None):
    at = open_project(EXAMPLE)
    at.selectbox(key="model").set_value("prose-gru")
    check(at.run())
    assert view(at).model == "prose-gru"
    assert view(at).text
    assert view(at).corpus == "stories"
    at = open_project(EXAMPLE)
    for page in ("app.py", ZOO_PAGE, PROJECTS_PAGE):
        go_to(at, page)
    go_to(at, SELECT_PAGE)
    assert view(at).model.startswith(EXAMPLE)


# -- projects that cannot be had -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "says"),
    [
        ("project:nobody", "no project 'nobody'"),
        ("project:own-0123456789ab", "bring it again"),
        ("project:without words", "no file 'words.dict'"),
        ("project:damaged@0123456789ab", "no project 'damaged'"),
    ],
)
def test_a_link_to_what_is_not_here_shows_the_first_view(server: Path, id: str, says: str):
    at = open_project(id)
    assert view(at).model == "prose"
    assert says in said(at)


@pytest.mark.parametrize("id", ["project:", "project:../x", "project:a/b", "project:x@y"])
def test_a_link_that_names_no_project(id: str):
    at = open_project(id)
    assert view(at).model == "prose"
    assert f"model is '{id}' in the link" in said(at)


def test_states_that_are_not_finite_are_told(server: Path):
    states = by_hand.RAW.copy()
    states[3, 2] = np.nan
    with h5py.File(server / "children book" / "cbt_epoch10.h5", "r+") as file:
        del file["states1"]
        file["states1"] = states
    at = open_project(CATS)
    assert view(at).model == "prose"
    assert "not finite" in said(at)


def test_settings_beyond_a_project_are_told_and_replaced(server: Path):
    at = open_project(CATS, layer="7", tracks="annotation_9", colour="annotation_8", start="500")
    shown = view(at)
    assert (shown.layer, shown.start, shown.end) == (3, 9, 10)
    assert "layers 1 to 3; layer 3 is shown" in said(at)
    assert shown.tracks == ("annotation_1",)
    assert shown.colour == "count"


def models_of(at: AppTest) -> list[str]:
    """What the links of the cards open."""
    return [view.model for view in links(at)]


# -- the page Projects -------------------------------------------------------------------------


def test_all_projects_are_listed_and_what_is_wrong_is_said(server: Path):
    at = open_page(PROJECTS_PAGE)
    assert models_of(at) == [EXAMPLE, CATS]
    for sentence in (
        "**Counting language**",
        "**children books**",
        "10 steps. States: layer 1, cell (4 units); layer 2, cell (unsigned) (4 units)",
        "no file 'words.dict'",
    ):
        assert sentence in said(at)


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache, which nobody else uses."""
    monkeypatch.setenv("HIDDEN_STATES_CACHE", str(tmp_path))
    projects._example.clear()
    yield tmp_path
    projects._example.clear()


def test_the_example_is_written_again_when_the_cache_was_emptied(alone: Path):
    assert models_of(open_page(PROJECTS_PAGE)) == [EXAMPLE]
    [folder] = alone.glob("project-of-*")
    shutil.rmtree(folder)
    assert models_of(open_page(PROJECTS_PAGE)) == [EXAMPLE]
    assert [*alone.glob("project-of-*")] == [folder]


def test_what_the_page_says_of_making_one_can_be_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    small = project_cards.CODE.replace('"stories")', '"parens")').replace("prose-gru", "parens")
    monkeypatch.chdir(tmp_path)
    network = torch.nn.LSTM(4, 8, batch_first=True)
    exec(small + project_cards.OWN, {"network": network, "inputs": torch.rand(2, 9, 4)})
    one, mine = (lv.open_project(tmp_path / name) for name in ("stories-by-parens", "my-project"))
    assert one.track_names == ("surprisal", "pos")
    assert mine.sources[0].time_steps == 18


def test_a_description_is_never_read_as_markup(server: Path):
    by_hand.write_settings(
        server / "children book", name="<b>x</b> **y**", description="[a](javascript:alert(1))"
    )
    shown = markdown(open_page(PROJECTS_PAGE))
    assert "<b>" not in shown
    assert "**y**" not in shown
    assert "[a](" not in shown


def bring(at: AppTest, content: bytes) -> None:
    """Upload a zip file."""
    at.file_uploader(key="own_project").set_value(("mine.zip", content, "application/zip"))
    check(at.run())


def test_a_zip_file_becomes_a_project_of_this_session(tmp_path: Path):
    at = open_page(PROJECTS_PAGE)
    bring(at, zip_of(by_hand.write(tmp_path / "cats"), "cats/"))
    mine = models_of(at)[-1]
    assert mine.startswith("project:own-")
    at.query_params["model"] = mine
    check(at.switch_page(SELECT_PAGE).run())
    assert view(at).model.startswith(f"{mine}@")
    assert units(at)
    other = open_project(mine)
    assert view(other).model == "prose"
    assert models_of(open_page(PROJECTS_PAGE)) == [EXAMPLE]


def test_a_session_keeps_three_projects_of_its_own(tmp_path: Path):
    at = open_page(PROJECTS_PAGE)
    for number in range(4):
        bring(at, zip_of(by_hand.write(tmp_path / str(number), name=f"number {number}")))
    assert len(models_of(at)) == 4, "the example is one of them"
    names = [f"**number {number}**" in said(at) for number in range(4)]
    assert names == [False, True, True, True]


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"nothing", "no zip file"), (zipped({"a.txt": b"a"}).getvalue(), "no lstm.yml")],
)
def test_a_file_that_is_no_project_is_told(content: bytes, says: str):
    at = open_page(PROJECTS_PAGE)
    bring(at, content)
    assert says in said(at)
    assert models_of(at) == [EXAMPLE]
