"""Fixtures, and nothing else. What is slow to make is made once a session."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import settings

from lstmvis_core import KINDS, Corpus, ModelConfig, SequenceModel, Vocabulary, reading
from lstmvis_core.zoo.folder import save_model
from tests.small import DOCUMENTS

os.environ["HIDDEN_STATES_ONE_CORE"] = "0"  # all workers would share it
torch.set_num_threads(1)  # as the app does: two are slower at these sizes
settings.register_profile("default", deadline=None)
settings.load_profile("default")

ALPHABET = "abc() .\n"


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep cached states out of the home folder of whoever runs the tests."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HIDDEN_STATES_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For tests of pages: what is computed over a corpus takes seconds, so all workers share it."""
    of_worker = tmp_path_factory.getbasetemp()
    folder = (of_worker.parent if "PYTEST_XDIST_WORKER" in os.environ else of_worker) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def texts() -> Corpus:
    """Documents of unequal length, one of them empty."""
    return Corpus("texts", "Texts", DOCUMENTS)


@pytest.fixture(params=[(4, 16), (512, 16), (7, 2)], ids=["many chunks", "one chunk", "2 lanes"])
def cold(request, monkeypatch, tmp_path) -> Path:
    """An empty cache, and a chunk shorter or longer than the documents."""
    monkeypatch.setenv("HIDDEN_STATES_CACHE", str(tmp_path / "cold"))
    chunk, lanes = request.param
    monkeypatch.setattr(reading, "CHUNK", chunk)
    monkeypatch.setattr(reading, "LANES", lanes)
    return tmp_path / "cold"


# -- models ------------------------------------------------------------------------------------


def _tiny_model(cell: str, layers: int = 2, seed: int = 0) -> SequenceModel:
    """Random weights, larger than torch.nn's own so that gates open and close."""
    vocabulary = Vocabulary.from_text(ALPHABET)
    generator = torch.Generator().manual_seed(seed)
    model = SequenceModel(
        ModelConfig(cell, len(vocabulary), embedding_size=3, hidden_size=5, layers=layers),
        vocabulary,
        id=f"tiny-{cell}",
        revision=f"{cell}-{layers}-{seed}",
    )
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.8, generator=generator)
    return model.eval().requires_grad_(False)


@pytest.fixture(scope="session")
def tiny_model() -> Callable[..., SequenceModel]:
    """Make a model of 5 units a layer: ``tiny_model("gru", layers=2, seed=0)``."""
    return _tiny_model


@pytest.fixture(scope="session", params=list(KINDS))
def model(request: pytest.FixtureRequest) -> SequenceModel:
    """A tiny model of two layers, once of each cell type."""
    return _tiny_model(request.param)


@pytest.fixture(scope="session")
def lstm() -> SequenceModel:
    """A tiny LSTM of two layers."""
    return _tiny_model("lstm")


@pytest.fixture
def model_folder(tmp_path: Path, lstm: SequenceModel) -> Path:
    """A whole model folder, to be loaded or broken."""
    folder = tmp_path / "tiny"
    save_model(lstm, folder)
    return folder
