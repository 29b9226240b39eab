"""A pipeline is trained, put together, kept, loaded and measured; on a few sentences."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc
from spacy.util import load_config

from lstmvis_core.pipelines import evaluate as evaluation
from lstmvis_core.pipelines.evaluate import Score, evaluate, scores
from lstmvis_core.pipelines.load import PIPELINES
from lstmvis_core.pipelines.tokenizer import set_rules
from lstmvis_core.pipelines.train import TREES, train

ROOT = Path(__file__).parents[2]
SENTENCE = [
    ("Anna", "PROPN", 2, "nsubj", "B-PER"),
    ("saw", "VERB", 0, "root", "O"),
    ("Rome", "PROPN", 2, "obj", "B-LOC"),
    (".", "PUNCT", 2, "punct", "O"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that a training reads, of one sentence each."""
    folder = tmp_path_factory.mktemp("data")
    tree = "\n".join(
        f"{i}\t{word}\t_\t{pos}\t_\t_\t{head}\t{relation}\t_\t_"
        for i, (word, pos, head, relation, _) in enumerate(SENTENCE, 1)
    )
    for part in ("train", "dev", "test"):
        (folder / TREES.format(part)).write_text(f"# newdoc\n{tree}\n\n" * 4, "utf-8")
    rows = [f"{word}\t{tag}" for word, *_, tag in SENTENCE]
    entities = "\n".join(rows)
    for name in ("wikigold.conll", "btc/a.conll", "wnut17/a.conll"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{entities}\n\n", "utf-8")
    (folder / "uner").mkdir()
    numbered = "\n".join(f"1\t{row}\t-\tx" for row in rows)
    for name in ("en_pud-ud-test", "en_ewt-ud-dev", "en_ewt-ud-test"):
        (folder / "uner" / f"{name}.iob2").write_text(f"{numbered}\n\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pipeline of the project's own configurations, but for a few steps."""
    folder = tmp_path_factory.mktemp("pipeline")
    for what in ("syntax", "entities"):
        config = load_config(PIPELINES / "en_tiny" / f"{what}.cfg", interpolate=False)
        config["training"] |= {"max_steps": 40, "eval_frequency": 20, "dropout": 0.0}
        config["training"]["optimizer"]["learn_rate"] = 0.01
        if what == "syntax":
            config["components"]["parser"]["min_action_freq"] = 1
        config.to_disk(folder / f"{what}.cfg")
    train(folder, data, data)
    return folder


def test_what_was_trained_reads_the_sentence(trained: Path):
    doc = spacy.load(trained)("Anna saw Rome.")
    assert [token.pos_ for token in doc] == ["PROPN", "VERB", "PROPN", "PUNCT"]
    assert [(entity.text, entity.label_) for entity in doc.ents] == [
        ("Anna", "PER"),
        ("Rome", "LOC"),
    ]
    assert [token.head.text for token in doc] == ["saw", "saw", "saw", "saw"]


def test_it_says_what_it_is_and_no_place_where_it_was_made(trained: Path):
    meta = json.loads((trained / "meta.json").read_text("utf-8"))
    assert (meta["name"], meta["license"]) == ("tiny", "CC BY-SA 4.0")
    config = (trained / "config.cfg").read_text("utf-8")
    assert "/" not in config.replace("spacy/", ""), "a path"


def test_it_is_measured(trained: Path, data: Path):
    by_name = {score.what: score for score in evaluate(spacy.load(trained), data, data)}
    for name in (
        "word",
        "part of speech",
        "sentence",
        "entity",
        "entity PER",
        "phrase by the tree",
    ):
        assert by_name[name].f == 100, name
    assert by_name["part of speech PROPN"].there == 8


def test_the_command_line_prints_the_table(trained: Path, data: Path):
    command = [sys.executable, "-m", "lstmvis_core.pipelines", "evaluate", str(trained)]
    run = subprocess.run(
        [*command, "--trees", str(data), "--entities", str(data), "--part", "dev"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert "| entity LOC | 100.0 | 100.0 | 100.0 | 1 |" in run.stdout
    assert "of given words: 100.0 % right" in run.stdout
    assert "attachment: 100.0 %" in run.stdout


# -- scores ------------------------------------------------------------------------------------


def test_precision_recall_and_their_mean():
    score = Score("x", right=2, said=4, there=10)
    assert (score.precision, score.recall) == (50, 20)
    assert score.f == pytest.approx(2 / (1 / 0.5 + 1 / 0.2) * 100)
    assert Score("x", 0, 0, 0).f == 0


def test_a_span_is_right_only_with_its_label():
    there = {(0, 0, 4, "PER"), (0, 5, 9, "LOC")}
    all_, loc, per = scores("entity", there, {(0, 0, 4, "LOC"), (0, 5, 9, "LOC")})
    assert (all_.right, all_.said, all_.there) == (1, 2, 2)
    assert (loc.right, loc.said, loc.there) == (1, 2, 1)
    assert (per.right, per.said, per.there) == (0, 0, 1)


def test_a_word_that_is_split_wrongly_is_wrong():
    nlp = spacy.blank("en")
    gold = Doc(nlp.vocab, words=["can", "not", "go"], spaces=[False, True, False])
    said = Doc(nlp.vocab, words=["cannot", "go"], spaces=[True, False])
    (score,) = scores("word", evaluation._words([gold]), evaluation._words([said]))
    assert (score.right, score.said, score.there) == (1, 2, 3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What!!! No....", ["What", "!!!", "No", "...."]),
        ("Call 555-0149.", ["Call", "555-0149", "."]),
        ("well-known", ["well", "-", "known"]),
        ("on 3/4/2001, at 3.5", ["on", "3/4/2001", ",", "at", "3.5"]),
    ],
)
def test_the_tokenizer_keeps_rows_and_numbers_together(text: str, words: list[str]):
    nlp = spacy.blank("en")
    set_rules(nlp)
    assert [token.text for token in nlp(text)] == words
