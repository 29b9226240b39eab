"""A model from the Hugging Face Hub: looked at before it is fetched, checked before it is believed.

Only the files of our own format come, each by a name that stands here and within its bound: never
a pickle, never a name that a repository made up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huggingface_hub import (
    get_hf_file_metadata,
    hf_hub_download,
    hf_hub_url,
    try_to_load_from_cache,
)
from huggingface_hub.errors import HfHubHTTPError

from lstmvis_core.errors import HubError, ModelError
from lstmvis_core.model import ModelConfig
from lstmvis_core.zoo import client
from lstmvis_core.zoo import folder as files
from lstmvis_core.zoo.client import MB

CONFIG, VOCABULARY, WEIGHTS = map(str, files.FILES)
# In the order in which they are fetched: where the weights are, everything else is too.
LARGEST = {
    CONFIG: 1 * MB,
    VOCABULARY: 8 * MB,
    "README.md": 1 * MB,
    "examples.toml": 1 * MB,
    "recipe.toml": 1 * MB,
    "history.csv": 1 * MB,
    WEIGHTS: 64 * MB,
}
HEADER = 1 * MB  # at most, of a safetensors file: names and shapes

_OURS = (
    "Only models in the format of this project can be read, not any LSTM of the Hub; "
    "`python -m lstmvis_core.zoo convert` makes one of a PyTorch state_dict."
)


@dataclass(frozen=True)
class HubFolder:
    """Where the files of a repository lie on disk.

    Attributes
    ----------
    repository : str
        ``"owner/name"``.
    commit : str
        All 40 digits of the commit that was asked for, or that the branch or tag stands for.
    folder : Path
        Inside the cache of huggingface_hub.
    """

    repository: str
    commit: str
    folder: Path


def download(name: str, *, progress: Callable[[float], object] | None = None) -> HubFolder:
    """Fetch the files of a model, or find them in the cache.

    A full commit that is in the cache is found without the network. Without the network a branch
    or tag is the commit that it was when it was last fetched.

    Parameters
    ----------
    name : str
        ``"owner/name"``, or ``"owner/name@revision"`` with a branch, tag or commit.
    progress : callable, optional
        Called after each file with the share of all bytes that is there, up to 1.

    Returns
    -------
    HubFolder

    Raises
    ------
    HubError
        The repository is not there, not open, not within bounds, or not in our format; or the Hub
        does not answer and the cache does not have it.
    """
    repository, revision = client.parse_name(name)
    if client.COMMIT.fullmatch(revision) and (found := _cached(repository, revision)):
        return found
    if client.is_offline():
        return _only_cached(repository, revision, "HF_HUB_OFFLINE is set.")
    try:
        commit, sizes = client.listing(repository, revision)
    except Exception as error:
        reason = client.sentence(error, repository, revision)
        if client.is_answer(error):
            raise HubError(reason) from error
        return _only_cached(repository, revision, reason, error)
    if not client.COMMIT.fullmatch(commit):
        raise HubError(f"The Hub names no commit for {repository}. Is HF_ENDPOINT a Hub?")
    _check_listing(repository, sizes)
    found = _cached(repository, commit) or _fetch(repository, commit, sizes, progress)
    client.remember(found.folder, found.commit, revision)
    return found


# -- before the files are fetched --------------------------------------------------------------


def _check_listing(repository: str, sizes: Mapping[str, Any]) -> None:
    if WEIGHTS not in sizes:
        raise HubError(
            f"{repository} has no {WEIGHTS}. Weights are read from safetensors only, never from a "
            f"pickle (.pt, .bin). {_OURS}"
        )
    for name in (CONFIG, VOCABULARY):
        if name not in sizes:
            raise HubError(f"{repository} has no {name}. {_OURS}")
    _check_sizes(repository, sizes)


def _check_sizes(repository: str, sizes: Mapping[str, Any]) -> None:
    for name, largest in LARGEST.items():
        size = sizes.get(name, 0)
        if type(size) is not int or not 0 <= size <= largest:
            came = f"{size / MB:,.1f} MB" if type(size) is int else "an unknown size"
            raise HubError(
                f"{name} of {repository} has {came}; at most {largest // MB} MB are read. {_OURS}"
            )


def _checked(found: HubFolder) -> HubFolder:
    """What lies on disk: a listing may have said less, or another tool may have fetched it."""
    paths = [found.folder / name for name in LARGEST]
    try:
        sizes = {path.name: path.stat().st_size for path in paths if path.is_file()}
        _check_sizes(found.repository, sizes)
        _check_fit(found.repository, found.folder, sizes[WEIGHTS])
    except (OSError, KeyError) as error:  # not ours to read, or gone a moment ago
        raise HubError(client.broken_off(error, found.repository)) from error
    return found


def _check_config(repository: str, path: Path) -> ModelConfig:
    try:
        return files.read_config(path)
    except ModelError as error:
        hint = f" {_OURS}" if '"format"' in str(error) else ""
        raise HubError(f"{repository} cannot be read: {error}{hint}") from error


def _check_fit(repository: str, folder: Path, size: int) -> None:
    """Configuration and vocabulary agree, and weights of this many bytes can belong to them."""
    config = _check_config(repository, folder / CONFIG)
    try:
        known = len(files.read_vocabulary(folder / VOCABULARY))
    except ModelError as error:
        raise HubError(f"{repository} cannot be read: {error}") from error
    if known != config.vocabulary_size:
        raise HubError(
            f"{repository} cannot be read: {VOCABULARY} has {known:,} tokens, "
            f"{CONFIG} says {config.vocabulary_size:,}."
        )
    numbers = _count(config)
    if not 2 * numbers <= size <= 8 * numbers + HEADER:  # of 16 to 64 bits
        raise HubError(
            f"{repository} cannot be read: {CONFIG} asks for {numbers:,} weights, "
            f"which do not fit the {size:,} bytes of {WEIGHTS}."
        )


def _count(config: ModelConfig) -> int:
    """Number of weights in the file, without making them."""
    gates = {"lstm": 4, "gru": 3, "rnn": 1}[config.cell]
    ways, units = 1 + config.bidirectional, config.hidden_size
    count = config.vocabulary_size * config.embedding_size + config.output_size
    count += 0 if config.tied else config.output_size * units * ways
    for layer in range(config.layers):
        inputs = units * ways if layer else config.embedding_size
        count += ways * gates * units * (inputs + units + 2)
    return count


# -- fetching ----------------------------------------------------------------------------------


def _fetch(
    repository: str,
    commit: str,
    sizes: Mapping[str, int],
    progress: Callable[[float], object] | None,
) -> HubFolder:
    wanted = [name for name in LARGEST if name in sizes]
    total, there = sum(sizes[name] for name in wanted), 0
    folder = Path()
    try:
        # hf_hub_download asks the same, but for minutes where the Hub is busy.
        url = hf_hub_url(repository, CONFIG, revision=commit, endpoint=client.endpoint())
        get_hf_file_metadata(url, timeout=client.patience(), endpoint=client.endpoint())
        for name in wanted:
            path = _fetch_file(repository, commit, name)
            folder = path.parent
            if name == CONFIG:
                _check_config(repository, path)
            elif name == VOCABULARY:
                _check_fit(repository, folder, sizes[WEIGHTS])
            there += sizes[name]
            if progress:
                progress(there / max(total, 1))
    except HubError:
        raise
    except HfHubHTTPError as error:
        raise HubError(client.sentence(error, repository, commit)) from error
    except Exception as error:
        raise HubError(client.broken_off(error, repository)) from error
    return _checked(HubFolder(repository, commit, folder))


def _fetch_file(repository: str, commit: str, name: str) -> Path:
    path = hf_hub_download(
        repository,
        name,
        revision=commit,
        cache_dir=client.cache_folder(),
        endpoint=client.endpoint(),
        etag_timeout=client.patience(),
        tqdm_class=client.Quiet,
    )
    return Path(path)


# -- the cache ---------------------------------------------------------------------------------


def _cached(repository: str, revision: str) -> HubFolder | None:
    """A whole model in the cache; its other files came before its weights."""
    paths = _paths(repository, revision)
    if len(paths) < len(files.FILES):
        return None
    return _checked(HubFolder(repository, paths[0].parent.name, paths[0].parent))


def _paths(repository: str, revision: str) -> list[Path]:
    """Those of the needed files that are there."""
    try:
        found = [
            try_to_load_from_cache(
                repository, name, cache_dir=client.cache_folder(), revision=revision
            )
            for name in (CONFIG, VOCABULARY, WEIGHTS)
        ]
    except OSError:  # a cache that cannot be read
        return []
    return [Path(path) for path in found if isinstance(path, str)]


def _only_cached(
    repository: str, revision: str, reason: str, error: Exception | None = None
) -> HubFolder:
    if found := _cached(repository, revision):
        return found
    part = "only a part" if _paths(repository, revision) else "nothing"
    raise HubError(
        f"{reason} The cache has {part} of {repository}. "
        "Try again when the Hub can be reached, or choose a model of the zoo."
    ) from error
