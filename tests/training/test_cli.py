"""``python -m lstmvis_core.training``: what it makes, and what it says when it cannot."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lstmvis_core import load_model
from lstmvis_core.training.__main__ import main
from lstmvis_core.zoo import ZOO
from tests.training.recipes import recipe_folder

Command = Callable[..., str]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command in this process and return what it printed."""

    def run(*arguments: object) -> str:
        monkeypatch.setattr(sys, "argv", ["training", *map(str, arguments)])
        main()
        return capsys.readouterr().out

    return run


@pytest.fixture
def refusal(command: Command, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command, which must fail, and return its complaint."""

    def run(*arguments: object) -> str:
        with pytest.raises(SystemExit) as stopped:
            command(*arguments)
        assert stopped.value.code not in (0, None)
        if isinstance(stopped.value.code, str):  # Python prints it and leaves with status 1
            return stopped.value.code
        return capsys.readouterr().err

    return run


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """A text file that is long enough."""
    path = tmp_path / "text.txt"
    path.write_text("(a b) (ab (b a)). " * 40, "utf-8")
    return path


def test_a_model_is_trained_from_a_text_file(command: Command, tmp_path: Path, text: Path):
    folder = recipe_folder(tmp_path / "model", passes=1)
    printed = command(folder, "--data", text, "--log-every", 5)
    assert "step 5 of 11" in printed
    assert "step 10 of 11" in printed
    assert "test " in printed
    assert load_model(folder).config.hidden_size == 8


def test_generated_text_needs_no_file(command: Command, tmp_path: Path):
    grammar = {"dataset": "grammar", "grammar": "counting", "documents": 10}
    folder = recipe_folder(tmp_path / "model", passes=1, lanes=False, steps=200, **grammar)
    command(folder)
    assert "(" in load_model(folder).vocabulary.tokens


def test_what_is_missing_is_said_with_what_it_is(refusal: Command, tmp_path: Path):
    folder = recipe_folder(tmp_path / "model", dataset="sentence-polarity")
    complaint = refusal(folder)
    assert "give the data set with --data" in complaint
    assert "Sentence polarity v1.0 (Pang and Lee 2005)" in complaint


def test_an_unknown_data_set_is_refused_with_the_known_ones(refusal: Command, tmp_path: Path):
    complaint = refusal(recipe_folder(tmp_path / "model", dataset="imdb"))
    assert "sentence-polarity" in complaint
    assert "not 'imdb'" in complaint


@pytest.mark.parametrize(
    ("changes", "content", "complaint"),
    [
        ({"colour": "red"}, "a" * 999, "recipe.toml of 'model' is no recipe"),
        ({"cell": "transformer"}, "a" * 999, "not 'transformer'"),
        ({"hidden_size": 0}, "a" * 999, "hidden_size"),
        ({"level": "syllable"}, "a" * 999, "not 'syllable'"),
        ({"tied": True}, "a" * 999, "embedding_size and hidden_size are equal"),
        ({}, "too short", "has 7 tokens; 4 lanes of 12 steps need at least 52"),
        ({}, None, "No such file"),
        ({"dataset": "wikitext-2-and-stories"}, None, "one file wiki.train.tokens"),
        ({"dataset": "grammar", "grammar": "klingon"}, None, "not 'klingon'"),
        ({"dataset": "grammar", "grammar": "counting", "documents": 3}, None, "at least 10"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_trained_is_a_sentence(
    refusal: Command, tmp_path: Path, changes: dict, content: str | None, complaint: str
):
    folder, data = recipe_folder(tmp_path / "model", **changes), tmp_path / "data.txt"
    if content is not None:
        data.write_text(content, "utf-8")
    assert complaint in refusal(folder, "--data", data)
    assert not (folder / "model.safetensors").exists()


def test_a_file_that_is_no_text_is_a_sentence(refusal: Command, tmp_path: Path):
    (tmp_path / "data.txt").write_bytes(b"caf\xe9 " * 500)
    folder = recipe_folder(tmp_path / "model")
    assert "data.txt" in refusal(folder, "--data", tmp_path / "data.txt")


def test_a_table_of_another_kind_is_a_sentence(refusal: Command, tmp_path: Path, text: Path):
    folder = recipe_folder(tmp_path / "model", dataset="billboard")
    text.write_text("one\ttwo\nthree\tfour\n", "utf-8")
    assert refusal(folder, "--data", text)


def test_lines_of_progress_are_at_least_a_step_apart(refusal: Command, tmp_path: Path, text: Path):
    assert "0" in refusal(recipe_folder(tmp_path / "model"), "--data", text, "--log-every", 0)


def test_the_command_fails_with_a_sentence_and_a_status(tmp_path: Path):
    started = [sys.executable, "-m", "lstmvis_core.training", str(tmp_path / "nobody")]
    done = subprocess.run(started, cwd=ZOO.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "recipe.toml" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
