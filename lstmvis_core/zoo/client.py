"""What every request to the Hugging Face Hub shares: names, places, patience, and plain sentences.

The place of the Hub and of the cache is read from the environment at each call: huggingface_hub
reads it once, when it is first imported.
"""

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from huggingface_hub import HfApi, constants
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import httpx, tqdm

from lstmvis_core.errors import HubError

MB = 1_000_000
PATIENCE = 8.0  # seconds for an answer, unless HF_HUB_ETAG_TIMEOUT says otherwise
LARGEST_SENT = 192 * MB  # of one file, after which a server has broken its word

COMMIT = re.compile(r"[0-9a-f]{40}")
_REPOSITORY = re.compile(r"[A-Za-z0-9_][\w.-]{0,95}/[A-Za-z0-9_][\w.-]{0,95}", re.ASCII)
_REVISION = re.compile(r"[A-Za-z0-9_][\w./-]{0,199}", re.ASCII)


def parse_name(name: str) -> tuple[str, str]:
    """Repository and revision of ``"owner/name"`` or ``"owner/name@revision"``, or a HubError."""
    repository, at, revision = name.partition("@")
    parts = repository.split("/")
    # What the Hub itself refuses; some of it would also be a path.
    bad_name = (
        not _REPOSITORY.fullmatch(repository)
        or any(part.endswith((".", "-", ".git")) for part in parts)
        or any(two in repository for two in ("..", "--"))
    )
    bad_revision = bool(at) and (
        not _REVISION.fullmatch(revision)
        or any(part in ("", ".", "..") or part.endswith(".lock") for part in revision.split("/"))
    )
    if bad_name or bad_revision:
        raise HubError(
            f"{name[:80]!r} does not name a model of the Hub. That is owner/name, or "
            "owner/name@revision with a branch, tag or commit, made of plain letters, digits, "
            "'-', '_' and '.'."
        )
    if COMMIT.fullmatch(revision.lower()):
        revision = revision.lower()
    return repository, revision or constants.DEFAULT_REVISION


def endpoint() -> str:
    """The address of the Hub, without a slash at its end."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or constants.ENDPOINT


def cache_folder() -> Path:
    """Where huggingface_hub keeps what it fetched."""
    cache = os.environ.get("HF_HUB_CACHE")
    if not cache and (home := os.environ.get("HF_HOME")):
        cache = str(Path(home) / "hub")
    return Path(os.path.expandvars(cache or constants.HF_HUB_CACHE)).expanduser()


def is_offline() -> bool:
    """Whether a switch forbids the network."""
    switch = os.environ.get("HF_HUB_OFFLINE", "").upper()
    return constants.is_offline_mode() or switch in constants.ENV_VARS_TRUE_VALUES


def patience() -> float:
    """Seconds to wait for an answer."""
    return constants.HF_HUB_ETAG_TIMEOUT if "HF_HUB_ETAG_TIMEOUT" in os.environ else PATIENCE


def listing(repository: str, revision: str) -> tuple[str, dict[str, Any]]:
    """The commit that a revision stands for, and the sizes of its files; or whatever goes wrong."""
    info = HfApi(endpoint=endpoint()).model_info(
        repository, revision=revision, timeout=patience(), files_metadata=True
    )
    return str(info.sha), {s.rfilename: s.size for s in info.siblings or ()}


def is_answer(error: Exception) -> bool:
    """The Hub answered, and will not say otherwise in a minute."""
    if not isinstance(error, HfHubHTTPError):
        return False
    status = error.response.status_code
    return 400 <= status < 500 and status not in (408, 429)


def sentence(error: Exception, repository: str, revision: str) -> str:
    """What to tell of an error; nothing that the server wrote, and no header of the request."""
    sign_in = "set HF_TOKEN or run `hf auth login`"
    match error:
        case GatedRepoError():  # is a RepositoryNotFoundError too
            return (
                f"{repository} is gated: its owner decides who may read it. "
                f"Ask for access at {endpoint()}/{repository}, then {sign_in}."
            )
        case RepositoryNotFoundError():
            return (
                f"The Hub has no repository {repository}, or it is private. "
                f"Check the name; if it is private, {sign_in}."
            )
        case RevisionNotFoundError():
            return (
                f"{repository} has no revision {revision!r}. Give a branch, tag or commit of it, "
                "or none for the newest."
            )
        case HfHubHTTPError() if is_answer(error):
            return f"The Hub refuses {repository} (status {error.response.status_code})."
        case HfHubHTTPError():
            return (
                f"The Hub is busy or out of order (status {error.response.status_code}). "
                "Try again in a few minutes."
            )
        case httpx.TransportError() | OfflineModeIsEnabled():
            return f"The Hub ({endpoint()}) does not answer."
    return f"{endpoint()} does not answer as the Hub does ({type(error).__name__})."


def broken_off(error: Exception, repository: str) -> str:
    """What to tell of a download that did not come to its end."""
    if isinstance(error, OSError) and error.errno and error.strerror:
        return f"{repository} cannot be kept in {cache_folder()}: {error.strerror}."
    return (
        f"The download of {repository} broke off before it was whole; nothing of the incomplete "
        "file is kept. Try again."
    )


class Quiet(tqdm):
    """No bar on the terminal; and an end to a server that never stops sending."""

    came = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"disable": True}))

    def update(self, n: float | None = 1) -> None:
        self.came += max(n or 0, 0)
        if self.came > LARGEST_SENT:
            raise HubError("The Hub sent far more than it announced. Try again later.")


def remember(folder: Path, commit: str, revision: str) -> None:
    """Note which commit a branch or tag stands for, where huggingface_hub notes it."""
    if revision == commit:
        return
    note = folder.parent.parent / "refs" / revision
    with suppress(OSError):  # a cache that cannot be written still gave the files
        note.parent.mkdir(parents=True, exist_ok=True)
        new = note.with_name(f"{note.name}.{uuid4().hex}")
        new.write_text(commit, "utf-8")
        new.replace(note)
