"""Languages that are generated: text whose every hidden variable is known.

A grammar is a function ``(seed, documents) -> Generated``; `GRAMMARS` lists them by name.
"""

from collections.abc import Callable

from lstmvis_core.grammars.chords import chord_progressions
from lstmvis_core.grammars.counting import MAX_LEVEL, counting_language, nesting_level
from lstmvis_core.grammars.genes import intron_genes
from lstmvis_core.grammars.known import Generated, KnownTrack

__all__ = [
    "GRAMMARS",
    "MAX_LEVEL",
    "Generated",
    "KnownTrack",
    "chord_progressions",
    "counting_language",
    "intron_genes",
    "nesting_level",
]

GRAMMARS: dict[str, Callable[[int, int], Generated]] = {
    "counting": counting_language,
    "chords": chord_progressions,
    "genes": intron_genes,
}
