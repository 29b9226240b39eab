"""spaCy's own pipelines from the Hugging Face Hub, always of one named commit.

A pipeline names functions that are run, so only repositories of spaCy's makers are read.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError

from lstmvis_core.errors import HubError
from lstmvis_core.zoo import HUB, client
from lstmvis_core.zoo.client import MB

OFFICIAL = re.compile(r"spacy/[a-z]{2}_[a-z]+_[a-z]+_[a-z]+")
LARGEST = 64 * MB  # of all files: a model of spaCy's called "sm" has 12, "md" some 40
_LEFT_OUT = ["*.whl", "*.md", ".gitattributes"]


def fetch_pipeline(repository: str, revision: str = "main") -> str:
    """Fetch one of spaCy's own pipelines.

    Parameters
    ----------
    repository : str
        For example ``"spacy/en_core_web_sm"``.
    revision : str
        A branch, tag or commit.

    Returns
    -------
    str
        What `load_pipeline` takes: it names the commit, so that it means the same for ever.

    Raises
    ------
    HubError
        It is none of spaCy's, too large, not there, or the Hub does not answer.
    """
    repository, revision = _checked(f"{repository}@{revision}")
    if client.is_offline():
        raise HubError("HF_HUB_OFFLINE is set, so nothing is fetched. Use the embedded pipeline.")
    try:
        commit, sizes = client.listing(repository, revision)
    except Exception as error:
        raise HubError(client.sentence(error, repository, revision)) from error
    if not client.COMMIT.fullmatch(commit):
        raise HubError(f"The Hub names no commit for {repository}. Is HF_ENDPOINT a Hub?")
    _check_listing(repository, sizes)
    try:
        _snapshot(repository, commit)
    except HfHubHTTPError as error:
        raise HubError(client.sentence(error, repository, commit)) from error
    except Exception as error:
        raise HubError(client.broken_off(error, repository)) from error
    return f"{HUB}{repository}@{commit}"


def fetched(name: str) -> Path:
    """The folder of a pipeline that was fetched; nothing is downloaded.

    Parameters
    ----------
    name : str
        ``"spacy/en_core_web_sm@<commit>"``.

    Raises
    ------
    HubError
        It is none of spaCy's, or it is not here.
    """
    repository, commit = _checked(name)
    try:
        if not client.COMMIT.fullmatch(commit):
            raise FileNotFoundError
        return Path(_snapshot(repository, commit, local_files_only=True))
    except Exception as error:
        raise HubError(
            f"The pipeline {repository} is not here at {commit[:12]!r}. Fetch it from the Hub."
        ) from error


def _checked(name: str) -> tuple[str, str]:
    repository, revision = client.parse_name(name)
    if not OFFICIAL.fullmatch(repository):
        raise HubError(
            f"{repository} is none of spaCy's own pipelines, and others are not loaded, for they "
            "may run code. Theirs are called like spacy/en_core_web_sm or spacy/de_core_news_sm."
        )
    return repository, revision


def _check_listing(repository: str, sizes: Mapping[str, Any]) -> None:
    if "meta.json" not in sizes or "config.cfg" not in sizes:
        raise HubError(f"{repository} is no spaCy pipeline: it has no meta.json and config.cfg.")
    total = sum(size or 0 for name, size in sizes.items() if not name.endswith(".whl"))
    if total > LARGEST:
        raise HubError(
            f"{repository} has {total / MB:,.0f} MB; at most {LARGEST // MB} MB are read. "
            "Take a smaller one, which ends in _sm."
        )


def _snapshot(repository: str, commit: str, local_files_only: bool = False) -> str:
    return snapshot_download(
        repository,
        revision=commit,
        cache_dir=client.cache_folder(),
        endpoint=client.endpoint(),
        etag_timeout=client.patience(),
        ignore_patterns=_LEFT_OUT,
        local_files_only=local_files_only,
        tqdm_class=client.Quiet,
    )
