"""The Zoo page: cards, filters, a live demonstration, switching, and models from the Hub."""

import re
import shutil
from html import escape
from itertools import product
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from lstmvis_core.zoo import ZOO
from lstmvis_core.zoo.folder import save_model
from pages.ui.link import default_corpus, from_example
from pages.ui.models import TASK_NAMES, highlight_of
from pages.ui.words import plain
from tests.app.driver import (
    SELECT_PAGE,
    USUAL,
    ZOO_PAGE,
    check,
    click,
    go_to,
    html,
    in_order,
    markdown,
    open_page,
    open_select,
    params,
    sentences,
    toasts,
    view,
)
from tests.app.test_select_and_match import consistent, model
from tests.hub.standin import Hub

BRACKETS = "someone/brackets"
OWN_EXAMPLE = "This is its own example"
SCRIPT = "<script>alert(1)</script>"


def open_zoo() -> AppTest:
    return open_page(ZOO_PAGE)


def cards(at: AppTest) -> list[str]:
    """The models whose cards are shown, in their order."""
    keys = [button.key or "" for button in at.button]
    return [key.removeprefix("use_") for key in keys if key.startswith("use_")]


def type_text(at: AppTest, text: str) -> None:
    at.text_input(key="zoo_text").set_value(text)
    check(at.run())


def look_for(at: AppTest, words: str = "", **chosen: list[str]) -> list[str]:
    """Search and filter; the cards that remain."""
    at.text_input(key="zoo_search").set_value(words)
    for name in ("task", "level", "cell"):
        at.pills(key=f"zoo_{name}").set_value(chosen.get(name, []))
    check(at.run())
    return cards(at)


def load(at: AppTest, name: str) -> None:
    """Ask for a model of the Hub."""
    at.text_input(key="hub_name").set_value(name)
    click(at, "FormSubmitter:hub-Load")


# -- cards -------------------------------------------------------------------------------------


def test_every_model_has_a_card_with_its_name_summary_and_figures():
    at = open_zoo()
    assert cards(at) == in_order()
    for id in in_order():
        config, card = model(id).config, lv.read_card_data(id)
        assert f"**{plain(id)}**" in markdown(at)
        badge = f"{config.cell.upper()} {config.layers} × {config.hidden_size}"
        assert badge in markdown(at)
        assert plain(card.summary) in markdown(at)
        assert card.figures, "our own models have figures"
        for figure in card.figures:
            assert escape(figure.name) in html(at)
            assert f"{figure.value:.4g}" in html(at)
    assert not at.warning
    assert not at.error


def test_one_card_is_in_use():
    at = open_zoo()
    used = [button for button in at.button if button.label == "In use"]
    assert [(button.key, button.disabled) for button in used] == [("use_prose", True)]
    assert markdown(at).count("in use") == 1


@pytest.mark.parametrize("id", lv.list_models())
def test_a_card_opens_whole_with_its_prepared_views(id: str):
    at = open_zoo()
    click(at, f"card_{id}")
    text = "\n".join(block.value for block in at.markdown)
    heading = next(line for line in lv.read_card(id).splitlines() if line.startswith("#"))
    assert heading in text
    queries = {link.proto.query_string for link in at.get("page_link")}
    assert {from_example(id, example).query() for example in lv.read_examples(id)} <= queries
    assert ("How it learned" in text) == bool(lv.read_history(id))
    assert "![" not in text, "pictures of a card lie beside it"


# -- search and filters ------------------------------------------------------------------------


def fits(id: str, task: list[str], level: list[str], cell: list[str]) -> bool:
    """What the filters promise."""
    m = model(id)
    kinds = ((m.config.task, task), (m.vocabulary.level, level), (m.config.cell, cell))
    return all(not wanted or has in wanted for has, wanted in kinds)


def test_filters_alone_and_together_leave_the_models_that_fit():
    at = open_zoo()
    tasks, levels = [[], *([t] for t in TASK_NAMES)], [[], ["word"], ["character", "symbol"]]
    for task, level in product(tasks, levels):
        for cell in ([], ["gru", "rnn"]) if not task or not level else ([],):
            expected = [id for id in in_order() if fits(id, task, level, cell)]
            assert look_for(at, task=task, level=level, cell=cell) == expected
            assert ("No model is like that" in sentences(at)) == (not expected)


def test_a_search_finds_every_word_in_name_card_or_examples():
    at = open_zoo()
    assert look_for(at, "parens") != []
    for id in in_order():
        assert id in look_for(at, id.upper())
        first = lv.read_card_data(id).summary.split()[:3]
        assert id in look_for(at, " ".join(first))
        for example in lv.read_examples(id)[:1]:
            assert id in look_for(at, f"{id} {example['title']}")
    assert look_for(at, "  ") == in_order()


def test_search_and_filters_narrow_each_other():
    at = open_zoo()
    assert look_for(at, "parens", cell=["lstm"]) != []
    assert "parens" not in look_for(at, "parens", cell=["rnn"])
    assert look_for(at, "parens", task=["classifier"], level=["character"]) == []
    assert "No model is like that" in sentences(at)
    assert look_for(at) == in_order()


@pytest.mark.parametrize("words", ["zzqqx", SCRIPT, "![x](http://a.example) .*[", "\x00"])
def test_a_search_that_finds_nothing_is_a_sentence(words: str):
    at = open_zoo()
    assert look_for(at, words) == []
    assert "No model is like that" in sentences(at)
    assert words not in markdown(at)


# -- the live demonstration --------------------------------------------------------------------


def test_what_is_typed_reaches_every_demonstration():
    at = open_zoo()
    type_text(at, "The cat sat on the mat.")
    before = at.get("html")
    type_text(at, "The dog ran to the house.")
    after = at.get("html")
    assert len(before) == len(after)
    readable = [id for id in in_order() if share_unknown(id, "The dog ran") <= 0.5]
    changed = [a.proto.body != b.proto.body for a, b in zip(before, after, strict=True)]
    assert sum(changed) >= len(readable) > 1
    assert at.text_input(key="zoo_text").value == "The dog ran to the house."


def share_unknown(id: str, text: str) -> float:
    return float(model(id).vocabulary.encode(text).unknown.mean())


def test_a_text_that_is_mostly_unknown_gives_way_to_an_own_example():
    at = open_zoo()
    for text in ("The cat sat on the mat.", "((1) 2 3 4)", "שלום עולם", "Cm7 | F7 |"):
        type_text(at, text)
        unable = [id for id in in_order() if share_unknown(id, text) > 0.5]
        assert markdown(at).count(OWN_EXAMPLE) == len(unable)
    assert unable


def test_without_a_text_every_model_shows_its_own_example():
    at = open_zoo()
    for text in ("", "   "):
        type_text(at, text)
        assert cards(at) == in_order()
        # Whatever the text, every demonstration shows one.
        assert html(at).count("Coloured by unit") + tagged(at) == len(in_order())


def tagged(at: AppTest) -> int:
    """Demonstrations that write labels under words."""
    return html(at).count("inline-flex;flex-direction:column") > 0


@pytest.mark.parametrize("text", [SCRIPT, '"><img src=x onerror=alert(1)>', "**b** ![x](http://a)"])
def test_markup_in_the_text_is_shown_and_never_read(text: str):
    at = open_zoo()
    type_text(at, text)
    for tag in ("<script", "<img"):
        assert tag not in html(at)
    assert text not in markdown(at)
    shown = re.sub(r"<[^>]*>", "", html(at))
    assert escape(text) in shown or escape(text).replace(" ", "·") in shown


def test_a_long_text_is_read_as_far_as_a_page_reads():
    at = open_zoo()
    type_text(at, "He went out. " * 1000)
    assert cards(at) == in_order()


# -- using a model -----------------------------------------------------------------------------


def test_a_model_that_cannot_read_the_text_shows_its_example_on_every_page_and_says_so():
    at = open_zoo()
    click(at, "use_parens")
    assert "cannot read" in toasts(at)
    assert at.button(key="use_parens").disabled
    assert not at.button(key="use_prose").disabled
    go_to(at, SELECT_PAGE)
    assert view(at) == from_example("parens", lv.read_examples("parens")[0])
    assert not at.warning
    consistent(at)
    go_to(at, "app.py")
    assert at.selectbox(key="home_model").value == "parens"


@pytest.mark.parametrize("id", lv.list_models())
def test_every_model_can_be_used_and_keeps_a_text_that_it_knows(id: str):
    at = open_page(SELECT_PAGE, {"model": "prose", "text": "The cat sat.", "exclude": "3"})
    go_to(at, ZOO_PAGE)
    if id != "prose":
        click(at, f"use_{id}")
    said = toasts(at)
    go_to(at, SELECT_PAGE)
    v = view(at)
    assert v.model == id
    unknown = int(model(id).vocabulary.encode("The cat sat.").unknown.sum())
    if share_unknown(id, "The cat sat.") <= 0.5 or not lv.read_examples(id):
        assert v.text == "The cat sat."
        assert (f"{unknown} token" in said) == (unknown > 0)
        assert id == "prose" or (v.exclude, v.corpus) == ((), default_corpus(id))
    else:
        assert v == from_example(id, lv.read_examples(id)[0])
        assert "cannot read" in said
    consistent(at)


def test_a_model_that_is_used_keeps_what_was_typed_on_the_page():
    at = open_zoo()
    type_text(at, "The dog ran.")
    click(at, "use_parens")
    assert at.text_input(key="zoo_text").value == "The dog ran."
    look_for(at, "parens")
    click(at, "card_parens")
    assert at.text_input(key="zoo_text").value == "The dog ran."


def test_a_broken_model_has_a_card_that_says_so(monkeypatch: pytest.MonkeyPatch):
    from pages.ui import cached

    def broken(id: str) -> lv.SequenceModel:
        if id == "parens":
            raise lv.ModelFolderError("Its <b>file</b> is *cut*.")
        return model(id)

    monkeypatch.setattr(lv, "load_model", broken)
    cached.model_of_zoo.clear()  # type: ignore[attr-defined]
    try:
        at = open_zoo()
        assert len(at.warning) == 1
        assert "cannot be used" in at.warning[0].value
        assert "<b>" not in at.warning[0].value
        assert cards(at) == [id for id in in_order() if id != "parens"]
        assert look_for(at, cell=["gru"]) == [i for i in in_order() if fits(i, [], [], ["gru"])]
        assert not at.warning
    finally:
        cached.model_of_zoo.clear()  # type: ignore[attr-defined]


# -- the Hub -----------------------------------------------------------------------------------


def pinned(hub: Hub, name: str = BRACKETS) -> str:
    """The id of the newest commit of a repository."""
    return f"hub:{name}@{hub.repositories[name].names['main']}"


def test_a_model_of_the_hub_comes_first_and_can_be_used(hub: Hub):
    at = open_zoo()
    load(at, BRACKETS)
    id = pinned(hub)
    assert plain(BRACKETS) in at.success[0].value
    assert id[-40:][:7] in at.success[0].value
    assert cards(at) == [id, *in_order()]
    assert at.text_input(key="hub_name").value == BRACKETS
    click(at, f"use_{id}")
    go_to(at, SELECT_PAGE)
    assert params(at)["model"] == id
    assert BRACKETS in at.selectbox(key="model").options
    assert view(at) == from_example(id, lv.read_examples("parens")[0])
    assert not at.warning
    consistent(at)
    go_to(at, "app.py")
    assert at.selectbox(key="home_model").value == id
    assert f"unit {lv.read_highlight('parens')['unit']} of layer" in markdown(at)
    go_to(at, ZOO_PAGE)
    assert cards(at)[0] == id
    assert at.button(key=f"use_{id}").disabled


def test_a_model_of_the_hub_stays_on_offer_when_another_is_used(hub: Hub, unhurried: None):
    at = open_zoo()
    load(at, f"hub:{BRACKETS}@main")
    id = pinned(hub)
    click(at, f"use_{id}")
    click(at, "use_prose")
    assert cards(at)[0] == id
    go_to(at, SELECT_PAGE)
    assert view(at).model == "prose"
    at.selectbox(key="model").set_value(id)
    check(at.run())
    assert view(at).model == id
    consistent(at)


def test_two_commits_of_a_repository_are_two_models(hub: Hub, unhurried: None, tmp_path: Path):
    at = open_zoo()
    load(at, BRACKETS)
    old = pinned(hub)
    save_model(model("parens"), tmp_path)
    hub.add(BRACKETS, tmp_path)
    load(at, BRACKETS)
    new = pinned(hub)
    assert cards(at) == [new, old, *in_order()]
    click(at, f"use_{new}")
    go_to(at, SELECT_PAGE)
    for id in (old, new, old):
        at.selectbox(key="model").set_value(id)
        check(at.run())
        assert view(at).model == id
        consistent(at)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("brackets", "does not name a model"),
        ("../zoo/prose", "does not name a model"),
        ("a/b/c", "does not name a model"),
        (f"{BRACKETS}@../x", "does not name a model"),
        (SCRIPT, "does not name a model"),
        ("![x](http://a.example/b.png)", "does not name a model"),
        ("x" * 5000, "does not name a model"),
        ("someone/none", "no repository"),
        (f"{BRACKETS}@v9", "no revision"),
    ],
)
def test_what_is_no_model_of_the_hub_is_a_sentence_and_what_was_typed_stays(
    hub: Hub, name: str, said: str
):
    at = open_zoo()
    load(at, name)
    assert len(at.error) == 1
    assert said in at.error[0].value.replace("\\", "")
    assert len(at.error[0].value) < 500
    assert "<script" not in at.error[0].value.replace("\\<", "")
    assert "](http" not in at.error[0].value
    assert at.text_input(key="hub_name").value == name
    assert cards(at) == in_order()
    assert not at.success
    load(at, BRACKETS)
    assert not at.error
    assert at.success


def test_nothing_asked_is_nothing_done(hub: Hub):
    at = open_zoo()
    load(at, "   ")
    assert hub.log == []
    assert not at.error
    assert not at.success


def test_a_failure_leaves_what_was_loaded_before(hub: Hub):
    at = open_zoo()
    load(at, BRACKETS)
    load(at, "someone/none")
    assert cards(at)[0] == pinned(hub)
    assert at.error
    assert not at.success, "it is not about the former one"


@pytest.mark.parametrize("trouble", ["gone", "busy", "broken off", "page"])
def test_a_hub_that_fails_is_a_sentence(hub: Hub, trouble: str):
    if trouble == "gone":
        hub.stop()
    elif trouble == "busy":
        hub.status = 503
    elif trouble == "broken off":
        hub.sent = 0.5
    else:
        hub.page = b"<html>Log in</html>"
    at = open_zoo()
    load(at, BRACKETS)
    assert len(at.error) == 1
    assert cards(at) == in_order()


def changed(hub: Hub, folder: Path, **files: str | bytes) -> None:
    """Serve parens with other files as someone/hostile: ``changed(hub, folder, README="...")``."""
    endings = {"README": ".md", "examples": ".toml", "config": ".json", "vocab": ".json"}
    endings |= {"history": ".csv", "model": ".safetensors"}
    for path in (ZOO / "parens").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / (name + endings[name])).write_bytes(data)
    hub.add("someone/hostile", folder)


def through_all_pages(at: AppTest, id: str) -> None:
    """Read its card, use it, and open every page with it."""
    click(at, f"card_{id}")
    click(at, f"use_{id}")
    go_to(at, SELECT_PAGE)
    assert view(at).model == id
    keys = [button.key or "" for button in at.button]
    for key in (key for key in keys if key.startswith("example_")):
        click(at, key)
        assert view(at).model == id
    go_to(at, "app.py")
    assert at.selectbox(key="home_model").value == id
    go_to(at, ZOO_PAGE)


HOSTILE_FILES = [
    ("model", b"\x80\x04cos\nsystem\n(S'echo read'\ntR."),
    ("model", b""),
    ("config", "{"),
    ("config", '{"format": 99}'),
    ("config", "[" * 100_000),
    ("vocab", '{"tokens": []}'),
]


@pytest.mark.parametrize(("name", "content"), HOSTILE_FILES)
def test_a_repository_that_cannot_be_a_model_is_a_sentence(hub, tmp_path, name, content):
    changed(hub, tmp_path, **{name: content})
    at = open_zoo()
    load(at, "someone/hostile")
    assert len(at.error) == 1
    assert cards(at) == in_order()


def test_a_repository_with_pickled_weights_only_is_a_sentence(hub: Hub, tmp_path: Path):
    changed(hub, tmp_path)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    hub.repositories.pop("someone/hostile")
    hub.add("someone/hostile", tmp_path)
    at = open_zoo()
    load(at, "someone/hostile")
    assert "safetensors only" in at.error[0].value
    assert not hub.asked_for("pytorch_model.bin")


WRONG_TYPES = """
[[example]]
title = "All of other types"
text = 7
layer = "x"
kind = ["hidden"]
start = -5
end = "q"
threshold = "high"
sign = 1
before = 1e300
tracks = [1, [2]]
size = 7
at = {a = 1}
corpus = [1, 2]
colour = 1979-05-27
exclude = "a"
pin = 1
lines = "perhaps"
model = "prose"
"""
PAST_ALL_BOUNDS = """
[[example]]
title = "Past all bounds"
text = "(1)"
layer = 99
kind = "update_gate"
start = 5000
end = 3
threshold = inf
before = 10000000
exclude = [99999]
tracks = ["exon", "prediction"]
size = 100000
at = 999999999
corpus = "../../../etc/passwd"
colour = "exon"
"""
HOSTILE_EXAMPLES = [
    "no toml {{{",
    "example = 3\nhighlight = 4",
    'example = ["a", 1]\n[highlight]',
    WRONG_TYPES,
    PAST_ALL_BOUNDS,
    '[[example]]\ntitle = 5\nlook_for = 6\ntext = "(1)"',
    '[[example]]\ntitle = ["a"]\nlook_for = {a = 1}\ntext = "(1)"',
    '[[example]]\ntitle = "No corpus"\ntext = "(1)"\ncorpus = "nowhere"',
    '[[example]]\ntitle = "A file"\ntext = "(1)"\ncorpus = "own-0123456789ab"',
    '[[example]]\ntitle = "No text"',
    '[[example]]\ntitle = "**b** ![x](http://a.example/b.png)"\nlook_for = "![x](http://a.example)"'
    '\ntext = "(1)"',
    '[highlight]\ntext = ""\nlayer = 1\nkind = "hidden"\nunit = 1\nthreshold = 0.5\nsays = "a"',
    '[highlight]\ntext = "("\nlayer = 9\nkind = "hidden"\nunit = 1\nthreshold = 0.5\nsays = "a"',
    '[highlight]\ntext = "("\nlayer = 1\nkind = "hidden"\nunit = 999\nthreshold = 0.5\nsays = "a"',
    '[highlight]\ntext = "("\nlayer = 1\nkind = "hidden"\nunit = -1\nthreshold = 0.5\nsays = "a"',
    '[highlight]\ntext = "("\nlayer = 1\nkind = "zzz"\nunit = 1\nthreshold = 0.5\nsays = "a"',
    '[highlight]\ntext = 5\nlayer = "1"\nkind = 1\nunit = 1.5\nthreshold = "x"\nsays = []',
    '[highlight]\ntext = "(1 (2))"\nlayer = 1\nkind = "hidden"\nunit = 1\nthreshold = nan\n'
    'says = "![x](http://a.example/b.png)"',
    '[highlight]\ntext = "(1 (2))"\nlayer = true\nkind = "hidden"\nunit = true\nthreshold = true\n'
    'says = "a"',
]


@pytest.mark.parametrize("examples", HOSTILE_EXAMPLES)
def test_hostile_prepared_views_never_break_a_page(hub: Hub, tmp_path: Path, examples: str):
    changed(hub, tmp_path, examples=examples)
    at = open_zoo()
    load(at, "someone/hostile")
    assert at.success
    id = pinned(hub, "someone/hostile")
    assert cards(at)[0] == id
    through_all_pages(at, id)
    assert "](http" not in markdown(at)


HOSTILE_CARD = f"""---
license: [1, 2]
model-index:
- name: x
  results:
  - dataset: {{name: "{SCRIPT}"}}
    metrics:
    - {{type: "{SCRIPT}", name: "{SCRIPT}", value: -3.5, args: {{low: 1}}}}
    - {{type: y, name: "<img src=x>", value: 1.0e+299, args: {{high: 2, baseline: true}}}}
    - {{type: y, name: [1], value: true}}
---
# {SCRIPT} <img src=x>

![x](http://a.example/a.png) Some **bold** {SCRIPT} [link](javascript:alert(1)) ![y](http://a/b.png)

Inline ![z](http://a.example/c.png) and ![r][ref].

[ref]: http://a.example/d.png
"""


def test_a_hostile_card_is_shown_as_text_and_fetches_nothing(hub: Hub, tmp_path: Path):
    history = "step,a,b\n1,nan,1e999\n2,-1e308,x\n"
    changed(hub, tmp_path, README=HOSTILE_CARD, history=history)
    at = open_zoo()
    load(at, "someone/hostile")
    id = pinned(hub, "someone/hostile")
    for tag in ("<script", "<img"):
        assert tag not in html(at)
    assert "](http" not in markdown(at)
    click(at, f"card_{id}")
    assert "![" not in markdown(at).replace("\\!\\[", "")
    assert not any(block.allow_html for block in at.markdown)
    through_all_pages(at, id)


def test_a_repository_without_card_or_examples_is_a_model_all_the_same(hub: Hub, tmp_path: Path):
    save_model(model("parens"), tmp_path)
    hub.add("someone/bare", tmp_path)
    at = open_zoo()
    load(at, "someone/bare")
    id = pinned(hub, "someone/bare")
    assert "has no card" in markdown(at)
    assert highlight_of(model("parens"), id)["unit"] in range(32)
    through_all_pages(at, id)


def test_what_was_loaded_is_used_on_when_hub_and_files_are_gone(hub: Hub, hub_cache: Path):
    at = open_zoo()
    load(at, BRACKETS)
    hub.stop()
    shutil.rmtree(hub_cache, ignore_errors=True)
    through_all_pages(at, pinned(hub))


# -- links to models of the Hub ----------------------------------------------------------------


def test_a_link_with_a_commit_opens_the_model_of_that_commit(hub: Hub):
    id = pinned(hub)
    at = open_select(model=id)
    assert not at.warning
    assert params(at) == USUAL | {"model": id, "corpus": default_corpus(id)}
    consistent(at)
    hub.add(BRACKETS, ZOO / "prose")
    assert view(open_select(model=id)).model == id


def test_a_link_without_a_commit_is_pinned_to_the_newest(hub: Hub):
    for name in (BRACKETS, f"{BRACKETS}@main"):
        at = open_select(model=f"hub:{name}")
        assert not at.warning
        assert view(at).model == pinned(hub)
        consistent(at)


def test_a_model_that_came_by_a_link_stays_on_offer(hub: Hub, unhurried: None):
    id = pinned(hub)
    at = open_select(model=id)
    at.selectbox(key="model").set_value("prose")
    check(at.run())
    at.selectbox(key="model").set_value(id)
    check(at.run())
    assert view(at).model == id
    go_to(at, ZOO_PAGE)
    assert cards(at)[0] == id


@pytest.mark.parametrize(
    "link",
    [
        "someone/none",
        f"someone/none@{'0' * 40}",
        f"{BRACKETS}@v9",
        "",
        "../zoo",
        f"{SCRIPT}",
        "a@b@c",
    ],
)
def test_a_link_to_what_the_hub_does_not_have_falls_back_with_a_sentence(hub: Hub, link: str):
    at = open_select(model=f"hub:{link}")
    assert "cannot be used" in at.warning[0].value
    assert "<script" not in at.warning[0].value.replace("\\<", "")
    assert view(at).model == "prose"
    consistent(at)


def test_a_link_while_the_hub_is_gone_falls_back_with_a_sentence(hub: Hub, tmp_path: Path):
    changed(hub, tmp_path, README="# Never fetched before")
    id = pinned(hub, "someone/hostile")
    hub.stop()
    at = open_select(model=id)
    assert "cannot be used" in at.warning[0].value
    assert view(at).model == "prose"
    go_to(at, "app.py")
    go_to(at, ZOO_PAGE)
    assert cards(at) == in_order()
