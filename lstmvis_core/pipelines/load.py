"""Which pipelines there are, and loading one: embedded, installed, or fetched from the Hub."""

import hashlib
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from lstmvis_core.errors import HubError, TrackError
from lstmvis_core.pipelines.pipeline import Pipeline
from lstmvis_core.zoo import HUB, ZOO

PIPELINES = ZOO / "pipelines"
_HOW_TO_GET = (
    "Fetch one of spaCy's own, such as spacy/en_core_web_sm, from the Hugging Face Hub, or install "
    "it where the app runs: `python -m spacy download en_core_web_sm`."
)
# What is found of a text beside the entities needs these; the others would only take time.
_UNUSED = ["lemmatizer", "senter", "trainable_lemmatizer"]


def list_pipelines() -> list[str]:
    """The embedded pipelines, then those of spaCy that are installed.

    Examples
    --------
    >>> list_pipelines()[0]
    'en_tiny'
    """
    embedded = sorted(path.parent.name for path in PIPELINES.glob("*/meta.json"))
    installed = {entry.name for entry in entry_points(group="spacy_models")}
    return [*embedded, *sorted(installed - set(embedded))]


def load_pipeline(name: str) -> Pipeline:
    """Load a spaCy pipeline; a second time, the same one.

    Parameters
    ----------
    name : str
        One of `list_pipelines`, or ``"hub:spacy/en_core_web_sm@<commit>"`` for one that
        `fetch_pipeline` has fetched.

    Returns
    -------
    Pipeline

    Raises
    ------
    TrackError
        There is no such pipeline here, or it cannot be loaded; the message says how to get it.

    Examples
    --------
    >>> sorted(load_pipeline("en_tiny").entities)
    ['LOC', 'ORG', 'PER']
    """
    return _load(name)


def _place(name: str) -> Path | str:
    """A folder, or the name of a package."""
    if name.startswith(HUB):
        from lstmvis_core.pipelines.hub import fetched  # the client takes a second to import

        try:
            return fetched(name.removeprefix(HUB))
        except HubError as error:
            raise TrackError(str(error)) from error
    if name not in list_pipelines():
        raise TrackError(
            f"There is no pipeline {name[:80]!r} here; there are {', '.join(list_pipelines())}. "
            + _HOW_TO_GET
        )
    folder = PIPELINES / name
    return folder if folder.is_dir() else name


@lru_cache(maxsize=2)
def _load(name: str) -> Pipeline:
    place = _place(name)
    import spacy  # takes a second and much memory, which only its tracks need
    from spacy.glossary import explain

    try:
        nlp = spacy.load(place, exclude=_UNUSED)
    except Exception as error:  # whatever a damaged folder makes of its components
        raise TrackError(
            f"The pipeline {name} cannot be loaded ({type(error).__name__}): {str(error)[:200]}"
        ) from error
    kinds = sorted(nlp.pipe_labels.get("ner", ()))
    entities = {kind: str(_EXPLAINED.get(kind) or explain(kind) or kind) for kind in kinds}
    return Pipeline(name, _revision(nlp), str(nlp.lang), entities, nlp)


_EXPLAINED = {"LOC": "place", "ORG": "organisation", "PER": "person"}


def _revision(nlp: Any) -> str:
    """Name and a hash of all files, which change when it is trained again."""
    content = hashlib.sha256()
    for path in sorted(Path(nlp.path).rglob("*")):
        if path.is_file():
            content.update(path.read_bytes())
    return f"{nlp.meta['lang']}_{nlp.meta['name']}-{content.hexdigest()[:12]}"
