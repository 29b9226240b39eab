"""What the views ask of a network, whether it is here to read a text or only its states are."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import lstmvis_core as lv
from lstmvis_core.tracks import SOURCES, Options, tracks_of

PROJECT = "project:"  # so begin the ids of projects of LSTMVis, where those of models stand


@dataclass(frozen=True)
class Network:
    """Layers, kinds and tracks there are to look at.

    Attributes
    ----------
    id : str
        For sentences.
    layers : tuple of str
        Names; `layer` counts them from 1.
    kinds : tuple of str
        Kinds of state, the same of every layer.
    units : tuple of int
        Of each layer.
    level : {"character", "word", "symbol"}
        What a token is.
    tracks : mapping of str to str
        Names of the tracks of a text, and their titles.
    """

    id: str
    layers: tuple[str, ...]
    kinds: tuple[str, ...]
    units: tuple[int, ...]
    level: str
    tracks: Mapping[str, str] = field(hash=False)


def is_project(id: str) -> bool:
    """Whether this is the id of a project, not of a model."""
    return id.startswith(PROJECT)


def of_model(model: lv.SequenceModel, options: Options) -> Network:
    """A model that reads what is typed."""
    config = model.config
    return Network(
        model.id,
        config.layer_names,
        lv.KINDS[config.cell],
        (config.hidden_size,) * len(config.layer_names),
        model.vocabulary.level,
        {name: SOURCES[name].title for name in tracks_of(model, options=options)},
    )


def of_project(project: lv.Project) -> Network:
    """States of a network that is not here. Each of its sources is a layer, of one kind."""
    tokens = project.tokens
    characters = max(map(len, tokens.strings[:10_000])) <= 1
    return Network(
        project.name,
        tuple(source.title for source in project.sources),
        ("hidden",),
        tuple(source.units for source in project.sources),
        "character" if characters else "word",
        {annotation_id(place): name for place, name in enumerate(project.track_titles)},
    )


def annotation_id(place: int) -> str:
    """The name that a link has for an annotation of a project: its own may be anything.

    >>> annotation_id(0)
    'annotation_1'
    """
    return f"annotation_{place + 1}"


def annotation(project: lv.Project, id: str) -> lv.Track:
    """The annotation of a project that a link names so.

    Raises
    ------
    ProjectError
        It cannot be read.
    """
    return project.track(project.track_names[int(id.removeprefix("annotation_")) - 1])
