"""A running stand-in for the Hub, an empty cache, and no sign of the machine's own account."""

from collections.abc import Callable, Iterator
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub import constants

from lstmvis_core import SequenceModel
from lstmvis_core.zoo.folder import save_model
from tests.hub.standin import Hub

NAME = "someone/tiny"


@pytest.fixture
def hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache, in this process and in those it starts.

    huggingface_hub reads most of its environment when it is first imported, which may have been
    long ago. `lstmvis_core.zoo.hub` reads the rest at each call; here are the settings it leaves to
    the client.
    """
    folder = tmp_path / "hub-cache"
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub-home"))
    monkeypatch.setenv("HF_HUB_CACHE", str(folder))
    for name in ("HF_HUB_OFFLINE", "HF_TOKEN", "HF_HUB_ETAG_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HF_HUB_DISABLE_XET", "HF_HUB_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "1")
        monkeypatch.setattr(constants, name, True)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "hub-home" / "token"))
    yield folder
    huggingface_hub.close_session()


@pytest.fixture
def folder(tmp_path: Path, lstm: SequenceModel) -> Path:
    """A model folder with a card, ready to be published."""
    folder = tmp_path / "model"
    save_model(lstm, folder)
    (folder / "README.md").write_text("---\nlicense: mit\n---\n\n# Tiny\n", "utf-8")
    (folder / "examples.toml").write_text('[[example]]\ntitle = "One"\n', "utf-8")
    return folder


@pytest.fixture
def hub(hub_cache: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A stand-in that serves `folder` as someone/tiny."""
    with Hub({NAME: folder}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


@pytest.fixture
def change(hub: Hub, folder: Path) -> Callable[[str, bytes | str], None]:
    """Change a file of someone/tiny: ``change("config.json", "...")`` makes a new commit."""

    def write(name: str, content: bytes | str) -> None:
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
        hub.add(NAME, folder)

    return write
