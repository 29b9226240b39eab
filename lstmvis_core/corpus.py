"""A corpus to search in: texts of the project, generated ones, or those of every Python."""

import hashlib
import json
import sysconfig
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from lstmvis_core.errors import CorpusError
from lstmvis_core.grammars import GRAMMARS, KnownTrack
from lstmvis_core.text import Tokens, Vocabulary
from lstmvis_core.zoo import ZOO

MAX_ENCODED = 4  # vocabularies by which a corpus stays encoded: seconds each, and much memory


@dataclass(frozen=True)
class Corpus:
    """Texts to search in.

    Attributes
    ----------
    id, title : str
    documents : tuple of str
        Each is read from a state of zeros, and no match crosses from one into the next.
    tracks : mapping of str to KnownTrack
        What is known of every character by construction, such as the true nesting level.

    Raises
    ------
    CorpusError
        There is no text, or a track has not one value a character.

    Examples
    --------
    >>> level = KnownTrack("nesting level", (), (1.0, 0.0, 0.0))
    >>> corpus = Corpus("brackets", "Brackets", ("()", "1"), {"level": level})
    >>> corpus.text, corpus.tracks["level"][0:2]
    ('()1', (1.0, 0.0))
    """

    id: str
    title: str
    documents: tuple[str, ...]
    tracks: Mapping[str, KnownTrack] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not any(self.documents):
            raise CorpusError(f"The corpus {self.id!r} holds no text.")
        for name, track in self.tracks.items():
            if len(track) != len(self.text):
                raise CorpusError(
                    f"The track {name!r} of the corpus {self.id!r} has {len(track):,} values "
                    f"for {len(self.text):,} characters; it needs one for each."
                )

    @cached_property
    def text(self) -> str:
        """All documents, one after the other."""
        return "".join(self.documents)

    @cached_property
    def revision(self) -> str:
        """A hash of the documents, the key of every cache."""
        content = hashlib.sha256()
        for document in self.documents:
            content.update(document.encode("utf-8", "surrogatepass") + b"\0")
        return content.hexdigest()[:12]

    def tokens(self, vocabulary: Vocabulary) -> tuple[Tokens, np.ndarray]:
        """The tokens of all documents, and the first step of each document."""
        known = self._encoded.get(vocabulary)
        if known is None:
            known = self._encode(vocabulary)
            if len(self._encoded) >= MAX_ENCODED:
                self._encoded.clear()
            self._encoded[vocabulary] = known
        return known

    @cached_property
    def _encoded(self) -> dict[Vocabulary, tuple[Tokens, np.ndarray]]:
        return {}

    def _encode(self, vocabulary: Vocabulary) -> tuple[Tokens, np.ndarray]:
        parts = [vocabulary.encode(document) for document in self.documents]
        breaks = np.cumsum([0, *(len(part) for part in parts[:-1])], dtype=np.int64)
        breaks.flags.writeable = False
        return Tokens.joined(parts), breaks


def list_corpora(zoo: Path = ZOO) -> list[str]:
    """Ids of the embedded corpora.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> [name for name in lv.list_corpora() if name in ("parens", "stories")]
    ['parens', 'stories']
    """
    return sorted(path.parent.name for path in (zoo / "corpora").glob("*/corpus.json"))


def load_corpus(id: str) -> Corpus:
    """Load an embedded corpus.

    Its folder holds text files; or its `corpus.json` names some of another folder, a grammar that
    generates the text, or a source that every Python brings along.

    Parameters
    ----------
    id : str
        One of `list_corpora()`.

    Returns
    -------
    Corpus

    Raises
    ------
    CorpusError
        There is no such corpus, or it holds nothing.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> len(lv.load_corpus("stories").documents) >= 10
    True
    >>> lv.load_corpus("dna").tracks["exon"].labels
    ('exon', 'intron', 'neither')
    """
    if id not in list_corpora():
        raise CorpusError(f"There is no corpus {id!r}. Known are {', '.join(list_corpora())}.")
    folder = ZOO / "corpora" / id
    about = json.loads((folder / "corpus.json").read_text("utf-8"))
    if "grammar" in about:
        generated = GRAMMARS[about["grammar"]](about["seed"], about["documents"])
        return Corpus(id, about["title"], tuple(generated), generated.tracks)
    if "source" in about:
        return Corpus(id, about["title"], SOURCES[about["source"]]())
    texts = ZOO / "corpora" / about.get("folder", id)
    paths = [texts / name for name in about["files"]] if "files" in about else texts.glob("*.txt")
    documents = [path.read_text("utf-8") for path in sorted(paths)]
    if about.get("at_blank_lines"):
        documents = [f"{part.strip()}\n" for text in documents for part in text.split("\n\n")]
    return Corpus(id, about["title"], tuple(documents))


# -- what every Python brings along ------------------------------------------------------------

# Files that Python 3.11 to 3.14 have, of many authors and purposes.
MODULES = (
    "bisect",
    "calendar",
    "contextlib",
    "copy",
    "csv",
    "fractions",
    "heapq",
    "json/decoder",
    "pprint",
    "queue",
    "random",
    "tempfile",
    "textwrap",
)


def python_reference() -> tuple[str, ...]:
    """The language reference that stands behind Python's own ``help()``, one document a topic."""
    try:
        from pydoc_data.topics import topics
    except ImportError as error:
        raise CorpusError(
            "This Python came without pydoc_data, the texts of its help(). "
            "Install the whole standard library, or choose another corpus."
        ) from error
    return tuple(topics[name] for name in sorted(topics))


def python_stdlib() -> tuple[str, ...]:
    """Sources of the standard library, about 260 kB, one document a file."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    files = [folder / f"{module}.py" for module in MODULES]
    documents = tuple(path.read_text("utf-8") for path in files if path.is_file())
    if not documents:
        raise CorpusError(
            f"This Python has no sources of its standard library in {folder}. "
            "Choose another corpus."
        )
    return documents


SOURCES: dict[str, Callable[[], tuple[str, ...]]] = {
    "python-reference": python_reference,
    "python-stdlib": python_stdlib,
}
