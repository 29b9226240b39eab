"""python -m lstmvis_core.zoo: sentences, never tracebacks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from lstmvis_core.zoo.__main__ import main
from tests.hub.standin import Hub


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lstmvis_core.zoo", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


# -- check -------------------------------------------------------------------------------------


def test_check_describes_a_valid_folder_and_what_it_lacks(folder: Path):
    (folder / "examples.toml").unlink()
    done = run("check", folder)
    assert (done.returncode, done.stderr) == (0, "")
    first, second = done.stdout.splitlines()
    assert first.startswith(f"{folder} is a valid model: LSTM, 2 layers of 5 units, 9 tokens, ")
    assert first.endswith(" parameters.")
    assert second == (
        "Recommended but missing: recipe.toml (how it was trained), examples.toml (prepared views)."
    )


def test_check_misses_a_licence(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "recipe.toml").touch()
    (folder / "README.md").write_text("# Tiny\n", "utf-8")
    assert main(["check", str(folder)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[1] == "Recommended but missing: a licence in the metadata of README.md."


def test_check_is_content_with_a_whole_folder(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "recipe.toml").touch()
    assert main(["check", str(folder)]) == 0
    assert "Recommended" not in capsys.readouterr().out


def test_check_says_why_a_folder_is_none(folder: Path):
    (folder / "config.json").write_text("{}", "utf-8")
    done = run("check", folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == 'config.json must say "format": "hidden-states/1".\n'


@pytest.mark.parametrize("name", ["nowhere", "a" * 300])
def test_check_of_no_folder(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]):
    assert main(["check", str(tmp_path / name)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1


# -- convert -----------------------------------------------------------------------------------


def test_convert_makes_a_folder_that_passes_the_check(tmp_path: Path):
    parts = nn.ModuleDict({"e": nn.Embedding(3, 4), "r": nn.GRU(4, 6, 2), "h": nn.Linear(6, 3)})
    torch.save(parts.state_dict(), tmp_path / "w.pt")
    (tmp_path / "words.txt").write_text("the\ncat\n<unk>\n", "utf-8")
    made = tmp_path / "made"
    done = run(
        "convert",
        tmp_path / "w.pt",
        "--vocabulary",
        tmp_path / "words.txt",
        "--to",
        made,
        "--level",
        "word",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"{made} is a valid model: GRU, 2 layers of 6 units, 3 tokens, 501 parameters.",
        "'<unk>' stands for every token that it does not know.",
    ]
    assert json.loads((made / "vocab.json").read_text("utf-8"))["level"] == "word"
    assert main(["check", str(made)]) == 0


def test_convert_says_why_not(tmp_path: Path):
    done = run("convert", tmp_path / "no.pt", "--vocabulary", "v.txt", "--to", tmp_path / "made")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"There is no file {str(tmp_path / 'no.pt')!r}.\n"


# -- publish -----------------------------------------------------------------------------------


def test_publish_prints_the_address(hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch):
    hub.tokens.add("hf_secret")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    done = run("publish", folder, "someone/new", "--private")
    commit = hub.repositories["someone/new"].names["main"]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{hub.url}/someone/new/commit/{commit}\n"
    assert hub.repositories["someone/new"].private


def test_publish_says_why_not(hub: Hub, folder: Path):
    done = run("publish", folder, "someone/new")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("To publish, the Hub must know you: set HF_TOKEN")
    assert len(done.stderr.splitlines()) == 1
