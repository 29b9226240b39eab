"""What some tracks need to be told by the user."""

from dataclasses import dataclass

from lstmvis_core.tracks.labels import Labels

EMBEDDED = "en_tiny"  # the pipeline that comes with the project


@dataclass(frozen=True)
class Options:
    """What some tracks need to be told.

    Attributes
    ----------
    pattern : str
        A regular expression; while it is empty there is no such track.
    pipeline : str
        For parts of speech, entities and phrases: what `load_pipeline` takes.
    labels : Labels or None
        The user's own, one a token; without them there is no such track.
    """

    pattern: str = ""
    pipeline: str = EMBEDDED
    labels: Labels | None = None
