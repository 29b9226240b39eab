"""All tracks there are: each is one function, found here by its name.

To add one, decorate a function with `source` in the module that fits; every view then offers it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from lstmvis_core.model import SequenceModel
from lstmvis_core.tracks.options import Options

# What a function is given.
TEXT = "text"  # a text: gives one value a character
OPTIONS = "options"  # a text, and what the user wants: gives one value a character
LANGUAGE = "language"  # what a pipeline said of a text: gives one value a character
OUTPUTS = "outputs"  # what the model says at each step: gives one value a token
LABELS = "labels"  # tokens, and the user's labels of them: gives one value a token

When = Callable[[SequenceModel, Options], bool]


def _always(model: SequenceModel, options: Options) -> bool:
    return True


@dataclass(frozen=True)
class Source:
    """Where a track comes from.

    Attributes
    ----------
    name, title : str
    needs : str
        What `of` is given: one of the constants of this module.
    of : callable
        Makes the track.
    first : bool
        Whether a token has the value of its first character, not of its last.
    when : callable
        Whether a model has such a track, with these options.
    """

    name: str
    title: str
    needs: str
    of: Callable[..., Any]
    first: bool = False
    when: When = _always


SOURCES: dict[str, Source] = {}
_F = TypeVar("_F", bound=Callable[..., Any])


def source(
    title: str, needs: str, *, first: bool = False, when: When = _always
) -> Callable[[_F], _F]:
    """Register a function as a track of its own name."""

    def register(of: _F) -> _F:
        SOURCES[of.__name__] = Source(of.__name__, title, needs, of, first, when)
        return of

    return register
