"""The model zoo: the embedded folders, a folder elsewhere on disk, or a repository of the Hub.

A model exists exactly when its folder exists. A folder is laid out like a Hub model repository:
`config.json`, `vocab.json`, `model.safetensors`, `README.md` (the model card), `recipe.toml`,
`history.csv` (the curve of its loss), and `examples.toml` (prepared views). A folder may keep
weights of earlier moments of the training as `checkpoints/<step>.safetensors`.
"""

import re
from contextlib import suppress
from pathlib import Path

from lstmvis_core.errors import UnknownModelError
from lstmvis_core.model import SequenceModel
from lstmvis_core.zoo.folder import WEIGHTS, load_folder

ZOO = Path(__file__).resolve().parent.parent.parent / "zoo"
HUB = "hub:"  # what the id of a model from the Hub begins with
CHECKPOINTS = "checkpoints"


def list_models(zoo: Path | None = None) -> list[str]:
    """Ids of the embedded models: the folders of the zoo that hold a `config.json`.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> [name for name in lv.list_models() if name in ("parens", "prose")]
    ['parens', 'prose']
    """
    return sorted(path.parent.name for path in (zoo or ZOO).glob("*/config.json"))


def list_checkpoints(id: str | Path) -> list[int]:
    """Training steps after which weights of a model were kept, in order; empty for most models.

    ``load_model(f"{id}@{step}")`` loads them.
    """
    kept = (model_folder(id) / CHECKPOINTS).glob("*.safetensors")
    return sorted(int(path.stem) for path in kept if re.fullmatch(r"0|[1-9][0-9]{0,8}", path.stem))


def model_folder(id: str | Path) -> Path:
    """The folder of an embedded model's id, of a model of the Hub, or the folder itself."""
    if str(id).startswith(HUB):
        from lstmvis_core.zoo.hub import download  # the client takes a second to import

        return download(str(id).removeprefix(HUB)).folder
    name = str(id).partition("@")[0]
    if name in list_models():
        return ZOO / name
    folder = Path(id)
    with suppress(OSError):  # an id too long for a file name
        if folder.is_dir():
            return folder
    raise UnknownModelError(
        f"There is no model {str(id)!r}. Known are {', '.join(list_models())}, "
        f"the path of a model folder, and {HUB}owner/name for a repository of the Hub."
    )


def load_model(id: str | Path) -> SequenceModel:
    """Load a model by its id in the zoo, from the Hugging Face Hub, or from a folder.

    Parameters
    ----------
    id : str or Path
        One of `list_models()`; ``"name@step"`` for a checkpoint of one; ``"hub:owner/name"`` or
        ``"hub:owner/name@revision"``; or a folder with the same files.

    Returns
    -------
    SequenceModel
        In evaluation mode, its weights frozen. The id of a model from the Hub names the commit
        that was loaded.

    Raises
    ------
    UnknownModelError
        There is no such model.
    HubError
        The Hub did not give it.
    ModelFolderError
        A file is missing, truncated, or does not fit the others.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> lv.load_model("parens").config.cell
    'lstm'
    """
    if str(id).startswith(HUB):
        from lstmvis_core.zoo.hub import download

        found = download(str(id).removeprefix(HUB))
        return load_folder(found.folder, f"{HUB}{found.repository}@{found.commit}")
    folder = model_folder(id)
    name, _, step = str(id).partition("@")
    if name not in list_models():
        return load_folder(folder, folder.name)
    if not step:
        return load_folder(folder, name)
    steps = list_checkpoints(name)
    if step not in map(str, steps):
        raise UnknownModelError(
            f"{name} has no checkpoint {step[:20]!r}; "
            f"it has {', '.join(map(str, steps)) if steps else 'none'}."
        )
    return load_folder(folder, f"{name}@{step}", Path(CHECKPOINTS) / f"{step}{WEIGHTS.suffix}")
