"""Notebooks run from top to bottom, and find what their words say."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

FOLDER = Path(__file__).parents[1] / "docs" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8"))


def run(name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run the code cells in order where Jupyter would, and give what they defined."""
    monkeypatch.chdir(FOLDER)
    monkeypatch.setattr(sys, "path", list(sys.path))
    names: dict[str, Any] = {}
    with torch.random.fork_rng():
        for cell in read(FOLDER / name)["cells"]:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), f"{name}:{cell['id']}", "exec"), names)
    return names


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_of_format_4_and_kept_without_outputs(path: Path):
    notebook = read(path)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert set(notebook) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    cells = notebook["cells"]
    assert len({cell["id"] for cell in cells}) == len(cells)
    for cell in cells:
        keys = {"cell_type", "id", "metadata", "source"}
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)
            keys |= {"outputs", "execution_count"}
        assert set(cell) == keys


def test_the_units_of_a_recorded_network_follow_quotations(monkeypatch: pytest.MonkeyPatch):
    names = run("record.ipynb", monkeypatch)
    assert names["accuracy"] > 0.95
    assert len(names["units"]) > 0
    assert len(names["found"]) == 50
    assert names["share"] > 0.95
    forget, write = names["gates"]["forget_gate"], names["gates"]["input_gate"]
    assert max(forget["opening"], forget["closing"]) < 0.3 < 0.7 < forget["inside"]
    assert write["closing"] < 0.4 < 0.7 < write["opening"]
