"""Publishing with the real client; what was published is what is loaded again."""

import json
from pathlib import Path

import pytest
import torch

from lstmvis_core import HubError, ModelFolderError, SequenceModel, load_model
from lstmvis_core.zoo.folder import save_weights
from lstmvis_core.zoo.publish import publish
from tests.hub.conftest import NAME
from tests.hub.standin import Hub

NEW = "someone/new"

# The client's own upload of large files (huggingface_hub 2.4, lfs.py) hands bytes to `data=`.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.fixture(autouse=True)
def token(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> str:
    """May write."""
    hub.tokens.add("hf_secret")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    return "hf_secret"


def test_what_was_published_is_what_is_loaded(hub: Hub, folder: Path, lstm: SequenceModel):
    url = publish(folder, NEW)
    commit = url.rpartition("/")[2]
    assert url == f"{hub.url}/{NEW}/commit/{commit}"
    model = load_model(f"hub:{NEW}@{commit}")
    assert model.config == lstm.config
    assert torch.equal(model.head.weight, lstm.head.weight)
    assert not hub.repositories[NEW].private


def test_only_what_belongs_is_sent(hub: Hub, folder: Path, lstm: SequenceModel):
    save_weights(lstm, folder / "checkpoints" / "100.safetensors", half=True)
    beside = {"recipe.toml", "history.csv", "loss.svg"}
    strays = {
        "secret.env",
        "run.py",
        "model.pt",
        "checkpoints/last.safetensors",
        "checkpoints/1.pt",
    }
    for name in beside | strays:
        (folder / name).write_text("x = 1\n", "utf-8")
    publish(folder, NEW)
    ours = {"config.json", "vocab.json", "model.safetensors", "README.md", "examples.toml"}
    assert set(hub.files(NEW)) == ours | beside | {"checkpoints/100.safetensors"}
    for name, data in hub.files(NEW).items():
        assert data == (folder / name).read_bytes(), name


def test_a_repository_that_is_there_gets_a_commit(hub: Hub, folder: Path):
    before = hub.repositories[NAME].names["main"]
    (folder / "README.md").write_text("---\nlicense: mit\n---\n# Newer\n", "utf-8")
    publish(folder, NAME)
    assert hub.repositories[NAME].names["main"] != before
    assert b"Newer" in hub.files(NAME)["README.md"]


def test_publishing_twice_is_one_commit_and_no_error(hub: Hub, folder: Path):
    assert publish(folder, NEW)
    assert publish(folder, NEW)


def test_a_private_repository(hub: Hub, folder: Path):
    publish(folder, NEW, private=True)
    assert hub.repositories[NEW].private


def test_nothing_private_goes_to_a_public_repository(hub: Hub, folder: Path):
    before = hub.repositories[NAME].names["main"]
    with pytest.raises(HubError, match="there already and public; nothing was sent"):
        publish(folder, NAME, private=True)
    assert hub.repositories[NAME].names["main"] == before


@pytest.mark.parametrize(
    "card",
    [
        None,
        "# Tiny\n",
        "---\n---\n# Tiny\n",
        "---\ntags: [a]\n---\n# Tiny\n",
        "---\nlicense:\n---\n",
        "---\nlicense: [mit]\n---\n",
        "---\nlicense: mit\n",
    ],
)
def test_a_card_must_name_a_licence(hub: Hub, folder: Path, card: str | None):
    (folder / "README.md").unlink()
    if card is not None:
        (folder / "README.md").write_text(card, "utf-8")
    with pytest.raises(ModelFolderError, match="names a licence"):
        publish(folder, NEW)
    assert hub.log == []


@pytest.mark.parametrize("card", [b"---\nlicense: [\n---\n", b"---\nlicense: \xff\n---\n"])
def test_a_card_must_be_readable(hub: Hub, folder: Path, card: bytes):
    (folder / "README.md").write_bytes(card)
    with pytest.raises(ModelFolderError, match="README.md cannot be read"):
        publish(folder, NEW)
    assert hub.log == []


def test_a_broken_folder_is_not_sent(hub: Hub, folder: Path):
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"hidden_size": 6}), "utf-8")
    with pytest.raises(ModelFolderError, match="does not fit"):
        publish(folder, NEW)
    assert hub.log == []


def test_a_broken_checkpoint_is_not_sent(hub: Hub, folder: Path):
    (folder / "checkpoints").mkdir()
    (folder / "checkpoints" / "5.safetensors").write_bytes(b"1")
    with pytest.raises(ModelFolderError, match=r"5\.safetensors is truncated"):
        publish(folder, NEW)
    assert hub.log == []


@pytest.mark.parametrize("name", ["new", "a/b/c", "../x", f"{NEW}@main", "a b/c", ""])
def test_a_name_without_sense(hub: Hub, folder: Path, name: str):
    with pytest.raises(HubError):
        publish(folder, name)
    assert hub.log == []


def test_without_a_token_it_says_where_one_comes_from(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(HubError, match="set HF_TOKEN .*hf auth login"):
        publish(folder, NEW)
    assert hub.log == []


def test_a_token_that_may_not_write(hub: Hub, folder: Path, token: str):
    hub.tokens.clear()
    with pytest.raises(HubError, match="does not let you write to someone/new") as caught:
        publish(folder, NEW)
    assert token not in str(caught.value)


@pytest.mark.parametrize("bad", ["hf_secret\x01", "hf_sécret"])
def test_a_token_that_is_none_is_not_shown(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch, bad: str
):
    monkeypatch.setenv("HF_TOKEN", bad)
    with pytest.raises(HubError) as caught:
        publish(folder, NEW)
    assert bad not in str(caught.value)


def test_a_busy_hub(hub: Hub, folder: Path):
    hub.status = 503
    with pytest.raises(HubError, match=r"status 503\). Try again"):
        publish(folder, NEW)


def test_no_hub(hub: Hub, folder: Path):
    hub.stop()
    with pytest.raises(HubError, match="does not answer"):
        publish(folder, NEW)
