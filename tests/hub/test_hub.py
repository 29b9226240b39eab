"""The Hub by its real client: what comes, what is refused before it comes, what is said."""

import json
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch
from huggingface_hub import constants
from safetensors.torch import load_file, save_file

from lstmvis_core import (
    HubError,
    ModelConfig,
    ModelFolderError,
    SequenceModel,
    Vocabulary,
    list_checkpoints,
    load_model,
    read_card,
    read_examples,
)
from lstmvis_core.zoo import client
from lstmvis_core.zoo import hub as hub_module
from lstmvis_core.zoo.hub import LARGEST, download
from tests.hub.conftest import NAME
from tests.hub.standin import Hub

ID = f"hub:{NAME}"
Change = Callable[[str, bytes | str], None]


def refusal(name: str = NAME) -> str:
    with pytest.raises(HubError) as caught:
        download(name)
    return str(caught.value)


# -- what comes --------------------------------------------------------------------------------


def test_a_model_of_the_hub_is_the_one_that_was_published(hub: Hub, lstm: SequenceModel):
    model = load_model(ID)
    assert model.config == lstm.config
    assert model.vocabulary == lstm.vocabulary
    assert model.id == f"{ID}@{hub.repositories[NAME].names['main']}"
    for name, weight in lstm.state_dict().items():
        assert torch.equal(model.state_dict()[name], weight), name


def test_card_and_examples_come_too(hub: Hub):
    assert read_card(ID) == "# Tiny\n"
    assert read_examples(ID) == [{"title": "One"}]
    assert list_checkpoints(ID) == []


def test_branch_tag_and_commit_name_what_they_name(hub: Hub, folder: Path):
    first = hub.add(NAME, folder, "main", "v1")
    (folder / "README.md").write_text("# Second\n", "utf-8")
    second = hub.add(NAME, folder, "main", "work/new")
    for name, commit in {
        NAME: second,
        f"{NAME}@main": second,
        f"{NAME}@work/new": second,
        f"{NAME}@v1": first,
        f"{NAME}@{first}": first,
        f"{NAME}@{first.upper()}": first,
        f"{NAME}@{first[:8]}": first,
    }.items():
        found = download(name)
        assert (found.repository, found.commit) == (NAME, commit), name
        assert ("Second" in (found.folder / "README.md").read_text("utf-8")) == (commit == second)


def test_a_moved_branch_is_followed(hub: Hub, change: Change):
    before = download(NAME).commit
    change("README.md", "# Newer\n")
    after = download(NAME)
    assert after.commit != before
    assert (after.folder / "README.md").read_text("utf-8") == "# Newer\n"


def test_only_our_files_come_and_weights_come_last(hub: Hub, folder: Path):
    (folder / "checkpoints").mkdir()
    names = ("checkpoints/10.safetensors", "model.pt", "loss.svg", "run.py", "history.csv")
    for name in names:
        (folder / name).write_bytes(b"1")
    hub.add(NAME, folder)
    found = download(NAME)
    came = {path.name for path in found.folder.rglob("*") if path.is_file()}
    assert came == {
        "config.json",
        "vocab.json",
        "model.safetensors",
        "README.md",
        "examples.toml",
        "history.csv",
    }
    got = [line for line in hub.log if line.startswith("GET ")]
    assert got[0] == f"GET /api/models/{NAME}/revision/main"
    assert got[1].endswith("/config.json")
    assert got[-1].startswith("GET /storage/")


def test_progress_grows_to_one(hub: Hub):
    shares: list[float] = []
    download(NAME, progress=shares.append)
    assert shares == sorted(shares)
    assert len(shares) == 5
    assert shares[-1] == 1


def test_nothing_is_drawn_on_the_terminal(hub: Hub, capfd: pytest.CaptureFixture[str]):
    download(NAME)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("cell", "layers", "form"),
    list(product(("lstm", "gru", "rnn"), (1, 3), ("tied", "plain", "tagger"))),
)
def test_the_number_of_weights_is_known_without_making_them(cell: str, layers: int, form: str):
    vocabulary = Vocabulary.from_text("abcdefg")
    more: dict[str, Any] = {"tied": form == "tied"}
    if form == "tagger":
        more = {"task": "tagger", "labels": ("one", "two", "three"), "bidirectional": True}
    sizes = (4, 4) if form == "tied" else (3, 5)
    config = ModelConfig(cell, len(vocabulary), *sizes, layers, **more)
    weights = SequenceModel(config, vocabulary).weights()
    assert hub_module._count(config) == sum(tensor.numel() for tensor in weights.values())


# -- the cache ---------------------------------------------------------------------------------


def test_a_pinned_commit_in_the_cache_needs_no_network(hub: Hub):
    found = download(NAME)
    hub.log.clear()
    assert download(f"{NAME}@{found.commit}") == found
    assert hub.log == []
    hub.stop()
    assert download(f"{NAME}@{found.commit}") == found


def test_a_name_in_the_cache_needs_one_request(hub: Hub):
    found = download(NAME)
    hub.log.clear()
    assert download(NAME) == found
    assert hub.log == [f"GET /api/models/{NAME}/revision/main"]


@pytest.mark.parametrize("revision", ["", "@main", "@v1"])
def test_without_the_network_a_name_is_what_it_was(hub: Hub, folder: Path, revision: str):
    hub.add(NAME, folder, "main", "v1")
    found = download(NAME + revision)
    hub.stop()
    assert download(NAME + revision) == found


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_while_the_hub_is_busy_a_name_is_what_it_was(hub: Hub, status: int):
    found = download(NAME)
    hub.status = status
    assert download(NAME) == found


def test_offline_by_a_switch(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    found = download(NAME)
    hub.log.clear()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert download(NAME) == found
    assert hub.log == []
    said = refusal("someone/else")
    assert "HF_HUB_OFFLINE is set" in said
    assert "has nothing of someone/else" in said


def test_offline_by_a_switch_from_the_start(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    """In a process of its own: there the client itself has read the switch."""
    found = download(NAME)
    hub.stop()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    code = (
        "import lstmvis_core as lv; print(lv.load_model('hub:someone/tiny').id)\n"
        "try: lv.load_model('hub:someone/else')\n"
        "except lv.HubError as error: print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stderr == ""
    assert run.stdout.splitlines()[0] == f"{ID}@{found.commit}"
    assert "HF_HUB_OFFLINE is set. The cache has nothing of" in run.stdout


def test_offline_and_not_in_the_cache(hub: Hub):
    hub.stop()
    said = refusal()
    assert f"The Hub ({hub.url}) does not answer" in said
    assert f"The cache has nothing of {NAME}" in said


def test_offline_with_a_part_in_the_cache(hub: Hub):
    found = download(NAME)
    (found.folder / "model.safetensors").unlink()
    hub.stop()
    assert f"The cache has only a part of {NAME}" in refusal(f"{NAME}@{found.commit}")


def test_a_part_in_the_cache_is_completed(hub: Hub):
    found = download(NAME)
    (found.folder / "model.safetensors").unlink()
    assert download(f"{NAME}@{found.commit}") == found
    assert load_model(ID)


def test_a_hub_that_never_answers(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client, "PATIENCE", 0.3)
    hub.silent = True
    assert "does not answer" in refusal()
    assert len(hub.log) == 1


def test_a_broken_model_in_the_cache_is_refused(hub: Hub):
    found = download(NAME)
    (found.folder / "config.json").unlink()
    (found.folder / "config.json").write_text('{"format": "hidden-states/1"}', "utf-8")
    assert "missing" in refusal(f"{NAME}@{found.commit}")


# -- what the Hub refuses ----------------------------------------------------------------------


def test_a_gated_repository(hub: Hub):
    hub.gated.add(NAME)
    said = refusal()
    assert "is gated" in said
    assert f"{hub.url}/{NAME}" in said


def test_a_repository_that_is_not_there(hub: Hub):
    assert "has no repository someone/nobody, or it is private" in refusal("someone/nobody")


def test_a_private_repository(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    hub.repositories[NAME].private = True
    hub.tokens.add("hf_secret")
    assert "or it is private" in refusal()
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    assert download(NAME)


def test_a_deleted_repository_is_not_given_from_the_cache(hub: Hub):
    download(NAME)
    del hub.repositories[NAME]
    assert "has no repository" in refusal()


@pytest.mark.parametrize("revision", ["nope", "0" * 40, "refs/pr/9"])
def test_a_revision_that_is_not_there(hub: Hub, revision: str):
    assert f"{NAME} has no revision {revision!r}" in refusal(f"{NAME}@{revision}")


@pytest.mark.parametrize("status", [429, 500, 502, 503])
@pytest.mark.parametrize("which", ["status", "file_status"])
def test_a_busy_hub(hub: Hub, status: int, which: str):
    setattr(hub, which, status)
    said = refusal()
    assert f"(status {status})" in said
    assert "Try again in a few minutes" in said
    assert len(hub.log) <= 2  # nobody waits while the client tries again


def test_another_refusal_names_its_status(hub: Hub):
    hub.status = 418
    assert "(status 418)" in refusal()


def test_no_token_and_no_words_of_the_server_are_in_a_message(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    for change in ({"status": 403}, {"status": 500}, {"file_status": 403}):
        for knob, value in change.items():
            setattr(hub, knob, value)
        assert "hf_secret" not in refusal()
    monkeypatch.setenv("HF_TOKEN", "hf_secret\x01")
    assert "hf_secret" not in refusal()


@pytest.mark.parametrize("page", [b"<html>Sign in", b"{}", b"[]", b"", b'{"id": "a/b"}'])
def test_a_server_that_is_no_hub(hub: Hub, page: bytes):
    hub.page = page
    said = refusal()
    assert "does not answer as the Hub does" in said or "Is HF_ENDPOINT a Hub?" in said


def test_an_address_that_is_none(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://[broken/")
    assert "The Hub (http://[broken) does not answer" in refusal()


# -- downloads that break off ------------------------------------------------------------------


def test_a_file_that_is_shorter_than_announced(hub: Hub, hub_cache: Path):
    hub.announced = 0.6
    assert "broke off before it was whole" in refusal()
    assert not list(hub_cache.rglob("*.incomplete"))
    hub.announced = 1.0
    assert load_model(ID)


def test_a_connection_that_breaks(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    hub.sent = 0.6
    assert "broke off before it was whole" in refusal()
    hub.stop()
    assert "The cache has nothing" in refusal()


def test_an_end_to_a_server_that_never_stops_sending():
    bar = client.Quiet(total=10)
    bar.update(100_000_000)
    with pytest.raises(HubError, match="far more than it announced"):
        bar.update(100_000_000)


def test_many_at_once_get_the_same(hub: Hub):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(download, [NAME] * 8))
    assert len(found) == 1
    assert load_model(ID)


# -- names -------------------------------------------------------------------------------------

MALFORMED = [
    "",
    "tiny",
    "/tiny",
    "someone/",
    "someone/tiny/more",
    "../tiny",
    "someone/..",
    "../../etc/passwd",
    "someone/ti..ny",
    "someone/ti--ny",
    "someone/-tiny",
    "someone/tiny.git",
    "some one/tiny",
    " someone/tiny",
    "someone/tiny\n",
    "someone\\tiny",
    "someone/tiny?x=1",
    "someone/tiny#x",
    "someone/%2e%2e",
    "https://huggingface.co/someone/tiny",
    "hub:someone/tiny",
    "someone/ti\0ny",
    "sømeone/tiny",
    "someone/名前",
    "someone/\ud800",
    "a" * 250 + "/" + "b" * 250,
    "someone/tiny@",
    "someone/tiny@../../main",
    "someone/tiny@/etc/passwd",
    "someone/tiny@a//b",
    "someone/tiny@a/./b",
    "someone/tiny@ma in",
    "someone/tiny@main\n",
    "someone/tiny@v1@v2",
    "someone/tiny@\0",
    "someone/tiny@-x",
    "someone/tiny@" + "a" * 500,
]


@pytest.mark.parametrize("name", MALFORMED, ids=lambda name: ascii(name)[:30])
def test_a_malformed_name_is_refused_without_a_request(hub: Hub, hub_cache: Path, name: str):
    said = refusal(name)
    assert "does not name a model of the Hub" in said
    assert len(said) < 600
    assert hub.log == []
    assert not hub_cache.exists()


# -- what a repository may hold ----------------------------------------------------------------


def fields(folder: Path, name: str, **changes: Any) -> str:
    return json.dumps(json.loads((folder / name).read_text("utf-8")) | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hidden_size": 10**9}, "from 1 to 1,024, not 1000000000"),
        ({"vocabulary_size": 10**9}, "vocabulary_size"),
        ({"hidden_size": 1024, "embedding_size": 1024, "layers": 4}, "do not fit the"),
        ({"vocabulary_size": 10}, "has 9 tokens, config.json says 10"),
        ({"cell": "transformer"}, "not 'transformer'"),
        ({"attention": 1}, "unknown"),
        ({"format": "hidden-states/2"}, "zoo convert"),
        ({"format": None}, "not any LSTM of the Hub"),
    ],
)
def test_a_bad_configuration_is_refused_before_weights_are_fetched(
    hub: Hub, folder: Path, change: Change, changes: dict[str, Any], message: str
):
    change("config.json", fields(folder, "config.json", **changes))
    assert message in refusal()
    assert not hub.asked_for("model.safetensors")
    assert not hub.asked_for("/storage/")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"tokens": ["\ufffd", "a", "a"], "level": "character"}', "'a'] come twice"),
        ('{"tokens": [1]}', "each a string"),
        ("[]", "one JSON object"),
        ("[" * 100_000, "not valid JSON"),
        (b"\xff", "not valid JSON"),
        (json.dumps({"tokens": ["x" * 2_000]}), "more than 1,000 characters"),
    ],
)
def test_a_bad_vocabulary_is_refused_before_weights_are_fetched(
    hub: Hub, change: Change, content: str | bytes, message: str
):
    change("vocab.json", content)
    assert message in refusal()
    assert not hub.asked_for("model.safetensors")


@pytest.mark.parametrize("name", list(LARGEST))
def test_a_file_over_its_bound_is_refused_before_anything_is_fetched(hub: Hub, name: str):
    hub.claimed[name] = 10_000_000_000
    said = refusal()
    assert re.search(rf"{re.escape(name)} of {NAME} has 10,000.0 MB; at most \d+ MB", said)
    assert len(hub.log) == 1


@pytest.mark.parametrize("size", [None, -1, "1", 1.5, True])
def test_a_size_that_is_none_is_refused(hub: Hub, size: Any):
    hub.claimed["model.safetensors"] = size
    assert "model.safetensors of" in refusal()
    assert len(hub.log) == 1


def test_more_than_was_listed_is_not_believed(hub: Hub, folder: Path, change: Change):
    """The listing says less than there is: what came is looked at once more."""
    change("README.md", "x" * 1_100_000)
    hub.claimed["README.md"] = 10
    assert "README.md of someone/tiny has 1.1 MB; at most 1 MB" in refusal()
    assert "at most 1 MB" in refusal(f"{NAME}@{hub.repositories[NAME].names['main']}")


@pytest.mark.parametrize("missing", ["config.json", "vocab.json"])
def test_a_repository_in_another_format(hub: Hub, folder: Path, missing: str):
    (folder / missing).unlink()
    hub.add(NAME, folder)
    said = refusal()
    assert f"{NAME} has no {missing}" in said
    assert "zoo convert" in said
    assert len(hub.log) == 1


def test_a_pickle_instead_of_safetensors(hub: Hub, folder: Path):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    hub.add(NAME, folder)
    said = refusal()
    assert "safetensors only" in said
    assert "python -m lstmvis_core.zoo convert" in said
    assert len(hub.log) == 1


def test_a_pickle_beside_the_weights_is_never_fetched(hub: Hub, folder: Path, tmp_path: Path):
    class Trap:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "sprung",))

    for name in ("pytorch_model.bin", "model.pt", "model.pkl"):
        (folder / name).write_bytes(pickle.dumps(Trap()))
    hub.add(NAME, folder)
    load_model(ID)
    assert not any(hub.asked_for(ending) for ending in (".bin", ".pt", ".pkl"))
    assert not (tmp_path / "sprung").exists()


def test_names_that_are_paths_are_never_fetched(hub: Hub, hub_cache: Path):
    tricks = ("../../../README.md", "/etc/passwd", "a/../../config.json", "..\\x.json", "\0.json")
    hub.claimed |= dict.fromkeys(tricks, 10)
    load_model(ID)
    assert not any(hub.asked_for(part) for part in ("..", "passwd", "\0"))
    outside = {path.parent for path in hub_cache.parent.rglob("README.md")}
    assert all(path.parent.name in ("snapshots", hub_cache.parent.name) for path in outside)


def weights(folder: Path, **changes: torch.Tensor) -> None:
    tensors = load_file(folder / "model.safetensors")
    tensors |= {name.replace("_", "."): tensor for name, tensor in changes.items()}
    save_file(tensors, folder / "model.safetensors")


@pytest.mark.parametrize(
    ("tensor", "message"),
    [
        (torch.full((9,), float("nan")), "not finite"),
        (torch.full((9,), float("inf")), "not finite"),
        (torch.zeros(8), "head.bias: wanted"),
        (torch.zeros(9, 1), "head.bias: wanted"),
        (torch.zeros(9, dtype=torch.int64), "not finite"),
    ],
)
def test_bad_weights_are_refused(hub: Hub, folder: Path, tensor: torch.Tensor, message: str):
    weights(folder, head_bias=tensor)
    hub.add(NAME, folder)
    with pytest.raises(ModelFolderError, match=message):
        load_model(ID)


def test_weights_that_are_none_are_refused(hub: Hub, folder: Path, change: Change):
    size = (folder / "model.safetensors").stat().st_size
    change("model.safetensors", b"\x80" * size)
    with pytest.raises(ModelFolderError, match="no safetensors file"):
        load_model(ID)


def test_a_cache_that_cannot_be_written(hub: Hub, hub_cache: Path):
    hub_cache.write_text("a file, not a folder")
    assert "cannot be kept in" in refusal()


def test_the_default_endpoint_is_that_of_the_client(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    assert client.endpoint() == constants.ENDPOINT
