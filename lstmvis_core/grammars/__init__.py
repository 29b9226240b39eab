"""Languages that are generated: text whose every hidden variable is known.

A grammar is a function ``(seed, documents) -> Generated``; `GRAMMARS` lists them by name.
"""

from collections.abc import Callable

from lstmvis_core.grammars.chords import chord_progressions
from lstmvis_core.grammars.counting import MAX_LEVEL, counting_language, nesting_level
from lstmvis_core.grammars.known import Generated, KnownTrack
from lstmvis_core.grammars.opinions import opinions
from lstmvis_core.grammars.splice import splice_windows

__all__ = [
    "GRAMMARS",
    "MAX_LEVEL",
    "Generated",
    "KnownTrack",
    "chord_progressions",
    "counting_language",
    "nesting_level",
    "opinions",
    "splice_windows",
]

GRAMMARS: dict[str, Callable[[int, int], Generated]] = {
    "counting": counting_language,
    "chords": chord_progressions,
    "splice": splice_windows,
    "opinions": opinions,
}
