"""A model folder to the Hugging Face Hub: checked first, and only the files that belong."""

import os
from pathlib import Path

from huggingface_hub import CommitOperationAdd, HfApi, ModelCard, get_token
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import disable_progress_bars, httpx

from lstmvis_core.errors import HubError, ModelFolderError
from lstmvis_core.zoo import CHECKPOINTS
from lstmvis_core.zoo.client import endpoint, parse_name
from lstmvis_core.zoo.folder import FILES, WEIGHTS, load_folder

CARD = "README.md"
BESIDE = (CARD, "recipe.toml", "examples.toml", "history.csv", "loss.svg")


def publish(folder: Path | str, repository: str, *, private: bool = False) -> str:
    """Upload a model folder as one commit; the repository is made where there is none.

    The token comes from where huggingface_hub looks for it: `HF_TOKEN`, or `hf auth login`.

    Parameters
    ----------
    folder : Path
        Must load, and have a card that names a licence.
    repository : str
        ``"owner/name"``.
    private : bool
        Only its owner can see it.

    Returns
    -------
    str
        The address of the commit.

    Raises
    ------
    ModelFolderError
        The folder is not a whole model, or lacks a card or licence.
    HubError
        There is no token, or the Hub does not take the files.
    """
    folder = Path(folder)
    paths = files_to_publish(folder)
    name, revision = parse_name(repository)
    if name != repository:
        raise HubError(f"A model is published to owner/name, without the revision {revision!r}.")
    token = get_token()
    if not token:
        raise HubError(
            "To publish, the Hub must know you: set HF_TOKEN to a token that may write, or run "
            "`hf auth login`."
        )
    api = HfApi(endpoint=endpoint(), token=token)
    try:
        with disable_progress_bars():
            return _send(api, name, {path.relative_to(folder): path for path in paths}, private)
    except HfHubHTTPError as error:
        raise HubError(_refusal(error.response.status_code, name)) from error
    except httpx.TransportError as error:
        raise HubError(f"The Hub ({endpoint()}) does not answer. Try again later.") from error
    except (OSError, ValueError, RuntimeError) as error:
        reason = str(error).replace(token, "...")
        raise HubError(f"Publishing {name} failed: {reason}") from error


def files_to_publish(folder: Path) -> list[Path]:
    """The files of a model folder that belong into its repository, after a check of all of them.

    Raises
    ------
    ModelFolderError
        The folder is not a whole model, or lacks a card or licence.
    """
    load_folder(folder, folder.name)
    if not licence(folder):
        raise ModelFolderError(
            f"{folder.name!r} cannot be published: its {CARD} must begin with metadata that names "
            "a licence, such as the three lines `---`, `license: mit` and `---`; "
            "below them say on what text the model was trained."
        )
    kept = sorted((folder / CHECKPOINTS).glob(f"*{WEIGHTS.suffix}"))
    kept = [path for path in kept if path.stem.isdigit()]
    for path in kept:
        load_folder(folder, folder.name, path.relative_to(folder))
    beside = [folder / name for name in BESIDE if (folder / name).is_file()]
    return [*(folder / name for name in FILES), *beside, *kept]


def licence(folder: Path) -> str:
    """What the card of a folder names as its licence; empty if it names none.

    Raises
    ------
    ModelFolderError
        The card cannot be read.
    """
    card = folder / CARD
    if not card.is_file() or not card.read_bytes().startswith(b"---"):
        return ""
    try:
        named = ModelCard(card.read_text("utf-8")).data.to_dict().get("license")
    except Exception as error:  # of YAML, of its types, of UTF-8
        raise ModelFolderError(f"The metadata of {CARD} cannot be read: {error}") from error
    return named.strip() if isinstance(named, str) else ""


def _send(api: HfApi, name: str, paths: dict[Path, Path], private: bool) -> str:
    api.create_repo(name, private=private, exist_ok=True)
    if private and not api.model_info(name).private:
        raise HubError(
            f"{name} is there already and public; nothing was sent. Make it private on the Hub, "
            "or choose another name."
        )
    commit = api.create_commit(
        name,
        [CommitOperationAdd(inside.as_posix(), os.fspath(path)) for inside, path in paths.items()],
        commit_message="Publish a model of Hidden States",
    )
    return commit.commit_url


def _refusal(status: int, name: str) -> str:
    if status in (401, 403, 404):
        return (
            f"The Hub does not let you write to {name} (status {status}). Check the name, and that "
            "the token in HF_TOKEN or of `hf auth login` is valid and may write there."
        )
    if status == 429 or status >= 500:
        return f"The Hub is busy or out of order (status {status}). Try again in a few minutes."
    return f"The Hub does not take {name} (status {status})."
