"""What a model folder says about itself, whole or malformed; and weights of earlier moments."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from lstmvis_core import (
    Card,
    Figure,
    ModelFolderError,
    SequenceModel,
    UnknownModelError,
    list_checkpoints,
    list_models,
    load_model,
    read_card,
    read_card_data,
    read_cluster_examples,
    read_examples,
    read_highlight,
    read_history,
    read_unit_examples,
    zoo,
)
from lstmvis_core.zoo.folder import save_model, save_weights

CARD = """---
license: mit
library_name: hidden-states
tags: [lstm, tiny]
model-index:
- name: tiny
  results:
  - dataset:
      type: text
      name: the last tenth
    metrics:
    - type: nats per character
      name: 5-gram
      value: 1.7
      args: {baseline: true}
    - type: nats per character
      name: tiny
      value: 1.25
      args: {low: 1.2, high: 1.31}
    - type: nats per character
      name: unigram
      value: 3
      args: {baseline: true}
---

# tiny

A network that
reads *brackets*.

## More

Another paragraph.
"""


@pytest.fixture
def card(model_folder: Path) -> Callable[[str], Card]:
    """Write a card and read what it says."""

    def write(text: str) -> Card:
        (model_folder / "README.md").write_text(text, "utf-8", errors="surrogatepass")
        return read_card_data(model_folder)

    return write


@pytest.fixture
def said(card: Callable[[str], Card]) -> Callable[[str], Card]:
    """Write a metadata block above one sentence, and read what it says."""
    return lambda head: card(f"---\n{head}\n---\n\n# T\n\nIt reads.\n")


# -- whole cards -------------------------------------------------------------------------------


def test_a_card_says_what_was_measured_and_what_it_is_compared_to(card):
    read = card(CARD)
    assert read.summary == "A network that reads *brackets*."
    assert read.licence == "mit"
    assert read.measure == "nats per character"
    assert read.data == "the last tenth"
    assert read.figures == (
        Figure("tiny", 1.25, 1.2, 1.31),
        Figure("5-gram", 1.7, baseline=True),
        Figure("unigram", 3.0, baseline=True),
    )


def test_the_card_itself_is_read_without_its_metadata(card, model_folder: Path):
    card(CARD)
    assert read_card(model_folder).startswith("# tiny\n\nA network that\n")


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ("One.\n", "One."),
        ("# Title\n\nOne\ntwo.\n\nThree.", "One two."),
        ("# Title\n\n## Again\n\n\n\n  One. \n", "One."),
        ("# Title alone\n", ""),
        ("", ""),
        ("\n\n\n", ""),
    ],
)
def test_the_summary_is_the_first_paragraph(card, body: str, summary: str):
    assert card(body).summary == summary
    assert card(f"---\nlicense: mit\n---\n{body}") == Card(summary=summary, licence="mit")


def test_a_folder_may_lack_a_card(model_folder: Path):
    assert read_card_data(model_folder) == Card()


# -- what is missing or malformed is left out --------------------------------------------------

NOTHING = Card(summary="It reads.")


@pytest.mark.parametrize(
    "head",
    [
        "",
        "license:",
        "license: [mit]",
        "license: {name: mit}",
        "license: 3",
        "just words",
        "- a\n- list",
        "3",
        "~",
        "model-index: tiny",
        "model-index: []",
        "model-index: [tiny]",
        "model-index: [[tiny]]",
        "model-index: {results: []}",
        "model-index: [{results: none}]",
        "model-index: [{results: {metrics: []}}]",
        "model-index: [{results: [none]}]",
        "model-index: [{results: [{dataset: words, metrics: words}]}]",
        "model-index: [{results: [{dataset: [name], metrics: {value: 1}}]}]",
        "model-index: [{results: [{dataset: {name: [a]}, metrics: [1, two, [3], null]}]}]",
        "model-index: [{results: [{metrics: [{value: '1.5'}, {value: [1]}, {name: a}]}]}]",
    ],
)
def test_what_has_another_shape_says_nothing(said, head: str):
    assert said(head) == NOTHING


@pytest.mark.parametrize(
    "head",
    [
        "license: mit: apache",
        "license: [mit",
        "license: 'mit",
        "a:\n\t- b",
        "license: \x07",
        "%YAML 9.9",
        "{[1]: 2}",
        "&a {? *a : 1}",
        "*nobody",
        "a: b\n---\nc: d",
        "license: !!python/object/apply:os.system [ls]",
        "license: !!python/name:os.system",
        "license: !other mit",
        "a: 2020-13-45",
        "a: " + "1" * 5_000,
        "a: !!binary '*'",
        "a: !!int ''",
        "a: !!float ''",
        "a: !!bool maybe",
        "a: !!timestamp soon",
        "a: 1" + ":59" * 400 + ".5",
        "a: " + "[" * 5_000,
        "- " * 5_000,
    ],
    ids=lambda head: head[:30],
)
def test_metadata_that_cannot_be_read_say_nothing(said, head: str):
    read = said(head)
    assert (read.licence, read.figures) == ("", ())


def metrics(*entries: str) -> str:
    return f"license: mit\nmodel-index: [{{results: [{{metrics: [{', '.join(entries)}]}}]}}]"


def test_a_figure_that_makes_no_sense_is_left_out_and_the_others_stay(said):
    read = said(metrics("{value: words}", "{name: tiny, value: 2}", "{name: none}", "7"))
    assert read.figures == (Figure("tiny", 2.0),)
    assert read.licence == "mit"


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ("{low: 1}", Figure("a", 2.0, 1.0, None)),
        ("{low: one, high: [3]}", Figure("a", 2.0)),
        ("{baseline: 1}", Figure("a", 2.0)),
        ("{baseline: 'true'}", Figure("a", 2.0)),
        ("[low, high]", Figure("a", 2.0)),
        ("~", Figure("a", 2.0)),
        ("{baseline: yes}", Figure("a", 2.0, baseline=True)),
    ],
)
def test_an_interval_or_mark_that_makes_no_sense_is_left_out(said, args: str, expected: Figure):
    assert said(metrics(f"{{name: a, value: 2, args: {args}}}")).figures == (expected,)


@pytest.mark.parametrize("name", ["[a]", "3", "~"])
def test_a_name_that_is_none_is_empty(said, name: str):
    assert said(metrics(f"{{name: {name}, value: 2}}")).figures == (Figure("", 2.0),)


@pytest.mark.parametrize("value", ["1" + "0" * 400, ".nan", "-.inf", "true"])
@pytest.mark.parametrize("place", ["{{value: {0}}}", "{{value: 1, args: {{low: {0}, high: {0}}}}}"])
def test_a_figure_is_a_number_that_can_be_drawn(said, value: str, place: str):
    for figure in said(metrics(place.format(value))).figures:
        assert figure == Figure("", 1.0)


# -- hostile cards -----------------------------------------------------------------------------


def bomb(levels: int, width: int, entry: str) -> str:
    """Metadata in which every level repeats the one below it."""
    lines = ["a0: &a0 {x: 1}"]
    for n in range(1, levels + 1):
        aliases = ", ".join([f"*a{n - 1}"] * width)
        lines.append(f"a{n}: &a{n} " + entry.format(aliases))
    return "\n".join([*lines, "license: mit", metrics("{value: 2}").split("\n")[1]])


def test_aliases_of_aliases_are_never_written_out(said):
    read = said(bomb(levels=60, width=9, entry="[{}]"))
    assert (read.licence, read.figures) == ("mit", (Figure("", 2.0),))


def test_merges_of_merges_are_never_written_out(said, monkeypatch):
    """Were they, this card of 600 bytes would have 9 ** 4 pairs, and one of 1,500 all memory."""
    from yaml.constructor import SafeConstructor

    longest = 0
    flatten = SafeConstructor.flatten_mapping

    def spy(constructor: SafeConstructor, node: Any) -> None:
        nonlocal longest
        flatten(constructor, node)
        longest = max(longest, len(node.value))

    monkeypatch.setattr(SafeConstructor, "flatten_mapping", spy)
    said(bomb(levels=4, width=9, entry="{{<<: [{}]}}"))
    assert longest < 1_000


def test_figures_by_alias_are_figures(said):
    head = "m: &m {name: tiny, value: 2}\nlicense: mit\n"
    assert said(head + metrics("*m").split("\n")[1]).figures == (Figure("tiny", 2.0),)
    assert said("a: &a [*a]\nlicense: mit").licence == "mit"


def test_a_card_that_is_no_text_is_read_as_far_as_it_is(model_folder: Path):
    (model_folder / "README.md").write_bytes(b"---\nlicense: mit\n---\n\nCaf\xe9 \xff.\n")
    assert read_card_data(model_folder).summary == "Caf\ufffd \ufffd."


# -- the curve of the loss ---------------------------------------------------------------------


def test_a_history_is_read_row_by_row(model_folder: Path):
    lines = "step,training,validation\n0,nan,4.3\n500,2.5,2.6\n"
    (model_folder / "history.csv").write_text(lines, "utf-8")
    first, second = read_history(model_folder)
    assert (first[0], first[2]) == (0, 4.3)
    assert first[1] != first[1], "nothing is known of the training part before the first step"
    assert second == (500, 2.5, 2.6)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"step,training,validation\n",
        b"step,training,validation\n1,2\n",
        b"step,training,validation\n1,2,3,4\n",
        b"step,training,validation\none,2,3\n",
        b"step,training,validation\n1.5,2,3\n",
        b"step,training,validation\n1,2,three\n",
        b"step,training,validation\n" + b"9" * 5_000 + b",2,3\n",
        b"step,training,validation\n1,2,\xff\n",
        b'step,training,validation\n1,2,"3\n',
        b"step,training,validation\n1,2,\x00\n",
        b"step,training,validation\n1,2," + b"x" * 200_000 + b"\n",
    ],
    ids=lambda content: str(content[25:45]),
)
def test_a_history_of_another_form_is_none(model_folder: Path, content: bytes):
    (model_folder / "history.csv").write_bytes(content)
    history = read_history(model_folder)
    assert history == [] or history == [(1, 2.0, 3.0)]


def test_a_folder_may_lack_a_history(model_folder: Path):
    assert read_history(model_folder) == []


# -- examples ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"example = 3",
        b"example = ['title']",
        b"[example]\ntitle = 'a'",
        b"[[example]]\nlook_for = 'a'",
        b"highlight = 'unit 3'",
        b"[[highlight]]\nunit = 3",
        b"cluster = 3",
        b"[cluster]\ntitle = 'a'",
        b"[[cluster]]\nlook_for = 'a'",
        b"[[clusters]]\ntitle = 'a'",
        b"unit = ['title']",
        b"[[example]\n",
        b"title = '\xff'",
        b"a = " + b"[" * 5_000,
        b"a = " + b"9" * 5_000,
    ],
    ids=lambda content: str(content[:20]),
)
def test_examples_of_another_form_are_none(model_folder: Path, content: bytes):
    (model_folder / "examples.toml").write_bytes(content)
    for read in (read_examples, read_unit_examples, read_cluster_examples):
        assert read(model_folder) == []
    assert read_highlight(model_folder) == {}


def test_an_example_that_is_none_is_left_out_and_the_others_stay(model_folder: Path):
    toml = "[[example]]\ntext = 'a'\n[[example]]\ntitle = 'b'\n[highlight]\nunit = 3\n"
    (model_folder / "examples.toml").write_text(toml, "utf-8")
    assert read_examples(model_folder) == [{"title": "b"}]
    assert read_highlight(model_folder) == {"unit": 3}


def test_examples_of_each_page_are_read_apart(model_folder: Path):
    names = ("example", "unit", "cluster")
    tables = [f"[[{name}]]\ntitle = '{n} {name}'\nclusters = {n}" for n in (1, 2) for name in names]
    toml = "\n".join([*tables, "[[cluster]]\ncorpus = 'no title'"])
    (model_folder / "examples.toml").write_text(toml, "utf-8")
    readers = (read_examples, read_unit_examples, read_cluster_examples)
    for name, read in zip(names, readers, strict=True):
        assert read(model_folder) == [{"title": f"{n} {name}", "clusters": n} for n in (1, 2)]


def test_a_folder_may_lack_examples(model_folder: Path):
    for read in (read_examples, read_unit_examples, read_cluster_examples):
        assert read(model_folder) == []


# -- checkpoints -------------------------------------------------------------------------------


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_model) -> Path:
    """A zoo of two models; `young` has weights after 0, 30 and 100 steps, each with its bias."""
    shelf = tmp_path / "shelf"
    young: SequenceModel = tiny_model("gru")
    for name in ("young", "old"):
        save_model(young, shelf / name)
    for step in (100, 0, 30):
        early: SequenceModel = tiny_model("gru")
        torch.nn.init.constant_(early.head.bias, step)
        save_weights(early, shelf / "young" / "checkpoints" / f"{step}.safetensors", half=True)
    monkeypatch.setattr(zoo, "ZOO", shelf)
    monkeypatch.setattr(list_models, "__defaults__", (shelf,))
    return shelf


@pytest.mark.usefixtures("shelf")
def test_checkpoints_are_the_steps_in_order():
    assert list_models() == ["old", "young"]
    assert list_checkpoints("young") == [0, 30, 100]
    assert list_checkpoints("old") == []


def test_other_files_are_no_checkpoints(shelf: Path):
    folder = shelf / "young" / "checkpoints"
    for name in ("last.safetensors", "50.pt", "-1.safetensors", "1e3.safetensors", "7", "²"):
        (folder / name).touch()
    assert list_checkpoints("young") == [0, 30, 100]


@pytest.mark.parametrize("name", ["²", "٣", "007", "+7"])
def test_a_step_is_a_plain_number(shelf: Path, name: str):
    (shelf / "young" / "checkpoints" / f"{name}.safetensors").touch()
    assert list_checkpoints("young") == [0, 30, 100]


@pytest.mark.usefixtures("shelf")
def test_a_checkpoint_is_loaded_by_its_step():
    for step in (0, 30, 100):
        model = load_model(f"young@{step}")
        assert model.id == f"young@{step}"
        assert set(model.head.bias.tolist()) == {float(step)}
        assert not model.training
        assert model.head.bias.dtype == torch.float32
    revisions = {load_model(id).revision for id in ("young", "young@0", "young@30", "old")}
    assert len(revisions) == 3, "of the content: young and old have the same"


@pytest.mark.usefixtures("shelf")
def test_a_model_is_loaded_without_a_step():
    assert load_model("young").id == "young"
    assert len(set(load_model("young").head.bias.tolist())) > 1


@pytest.mark.parametrize(
    "step", ["31", "-1", "030", " 30", "1e2", "30.0", "x", "../../old", "30@0"]
)
@pytest.mark.usefixtures("shelf")
def test_a_step_that_was_not_kept_is_refused_with_those_that_were(step: str):
    with pytest.raises(UnknownModelError, match="young has no checkpoint .*; it has 0, 30, 100"):
        load_model(f"young@{step}")


@pytest.mark.usefixtures("shelf")
def test_a_model_without_checkpoints_says_so():
    with pytest.raises(UnknownModelError, match="old has no checkpoint '30'; it has none"):
        load_model("old@30")
    with pytest.raises(UnknownModelError, match="no model 'nobody@30'.*Known are old, young"):
        load_model("nobody@30")


def test_a_broken_checkpoint_says_what_is_wrong_and_the_others_load(shelf: Path):
    path = shelf / "young" / "checkpoints" / "30.safetensors"
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(ModelFolderError, match=r"30\.safetensors is truncated"):
        load_model("young@30")
    assert load_model("young@100").id == "young@100"


def test_a_checkpoint_of_another_model_is_refused(shelf: Path, lstm: SequenceModel):
    save_weights(lstm, shelf / "young" / "checkpoints" / "30.safetensors")
    with pytest.raises(ModelFolderError, match=r"30\.safetensors does not fit config\.json"):
        load_model("young@30")


@pytest.mark.parametrize("name", ["config.json", "vocab.json", "model.safetensors"])
def test_a_model_folder_that_lacks_a_file_says_so(shelf: Path, name: str):
    (shelf / "young" / name).unlink()
    expected = UnknownModelError if name == "config.json" else ModelFolderError
    with pytest.raises(expected, match=f"lacks {name}|no model 'young'"):
        load_model("young")


def test_a_checkpoint_needs_configuration_and_vocabulary_but_not_the_last_weights(shelf: Path):
    (shelf / "young" / "model.safetensors").unlink()
    assert load_model("young@30").id == "young@30"
    (shelf / "young" / "vocab.json").write_text("{}", "utf-8")
    with pytest.raises(ModelFolderError, match="tokens"):
        load_model("young@30")


@pytest.mark.usefixtures("shelf")
def test_what_a_checkpoint_says_about_itself_is_what_its_model_says(shelf: Path):
    (shelf / "young" / "README.md").write_text(CARD, "utf-8")
    assert read_card_data("young@30") == read_card_data("young")
    assert list_checkpoints("young@30") == [0, 30, 100]


def test_a_folder_elsewhere_has_its_own_name(shelf: Path, tmp_path: Path):
    elsewhere = tmp_path / "mine@home"
    shutil.copytree(shelf / "young", elsewhere)
    assert load_model(elsewhere).id == "mine@home"
    assert list_checkpoints(elsewhere) == [0, 30, 100]
    assert json.loads((elsewhere / "config.json").read_text("utf-8"))["cell"] == "gru"
