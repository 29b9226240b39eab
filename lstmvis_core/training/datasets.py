"""Public data sets, read from the files in which they are published, split and labelled.

A data set is a function ``(recipe, path) -> Dataset``; `DATASETS` lists them by the name that a
recipe gives. None of the files is part of the project; the docstrings say where they come from.
"""

import random
import re
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from lstmvis_core.errors import ModelError
from lstmvis_core.grammars import GRAMMARS
from lstmvis_core.grammars.splice import LABELS
from lstmvis_core.training.recipe import Recipe


@dataclass(frozen=True)
class Document:
    """A text, and for taggers and classifiers a label for each of its characters.

    Attributes
    ----------
    text : str
    labels : numpy.ndarray of int16, (character,)
        A token has the label of its first character; empty for a language model.
    """

    text: str
    labels: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int16), repr=False)


Documents = tuple[Document, ...]


@dataclass(frozen=True)
class Dataset:
    """Documents to learn from, to tune by, and to report on; and what the labels are called."""

    training: Documents
    validation: Documents
    test: Documents
    labels: tuple[str, ...] = ()


def split(documents: Sequence[Document], labels: tuple[str, ...] = ()) -> Dataset:
    """80, 10 and 10 % of the documents in their order; a single text is cut in three."""
    if len(documents) == 1:
        text = documents[0].text
        a, b = int(len(text) * 0.8), int(len(text) * 0.9)
        training, validation, test = ((Document(part),) for part in (text[:a], text[a:b], text[b:]))
        return Dataset(training, validation, test)
    if len(documents) < 10:
        raise ModelError(
            f"Needed are one document or at least 10, so that some are held out; got "
            f"{len(documents)}."
        )
    a, b = int(len(documents) * 0.8), int(len(documents) * 0.9)
    return Dataset(tuple(documents[:a]), tuple(documents[a:b]), tuple(documents[b:]), labels)


def text_file(recipe: Recipe, path: Path) -> Dataset:
    """Any text file (UTF-8), split in order."""
    return split([Document(path.read_text("utf-8"))])


def generated(recipe: Recipe, path: Path | None) -> Dataset:
    """What a grammar generates."""
    if recipe.grammar not in GRAMMARS:
        raise ModelError(f"The grammars are {', '.join(GRAMMARS)}; not {recipe.grammar!r}.")
    return split(
        [Document(text) for text in GRAMMARS[recipe.grammar](recipe.seed, recipe.documents)]
    )


def standard_library(recipe: Recipe, path: Path | None) -> Dataset:
    """The sources of the Python standard library of this machine, split by file.

    Left out are tests, bundled tools and tables: what a reader of Python would not look at.
    """
    root = Path(path or sysconfig.get_paths()["stdlib"])
    skipped = {"test", "tests", "site-packages", "idlelib", "lib2to3", "encodings", "turtledemo"}
    skipped |= {"pydoc_data", "__pycache__", "ensurepip", "idle_test", "msilib", "tkinter"}
    files = [
        file
        for file in sorted(root.rglob("*.py"))
        if not skipped & set(file.relative_to(root).parts) and "config-" not in str(file)
    ]
    documents = [Document(_plain(file.read_text("utf-8", "replace"))) for file in files]
    random.Random(recipe.seed).shuffle(documents)
    return split([document for document in documents if document.text.strip()])


def _plain(source: str) -> str:
    return source.replace("\r\n", "\n").replace("\t", "    ").replace("\f", "")


# -- words -------------------------------------------------------------------------------------


def wikitext_and_stories(recipe: Recipe, path: Path) -> Dataset:
    """WikiText-2 (Merity et al. 2017), with stories added to the training part.

    `path` holds `wiki.train.tokens`, `wiki.valid.tokens` and `wiki.test.tokens` (in any folder
    below it), and `tinystories*.txt` (Eldan and Li 2023) and `children*.txt` (children's books of
    Project Gutenberg). The articles are written as ordinary text again, without the blanks that
    WikiText-2 puts around marks; its unknown words stay unknown.
    """
    wiki = {
        part: tuple(_articles(_only(path, f"wiki.{part}.tokens").read_text("utf-8")))
        for part in ("train", "valid", "test")
    }
    tiny = _only(path, "tinystories*.txt").read_text("utf-8").split("<|endoftext|>")
    children = _only(path, "children*.txt").read_text("utf-8").split("\n\n\n")
    stories = [Document(" ".join(text.split())) for text in (*tiny, *children) if text.strip()]
    training = [*wiki["train"], *stories]
    random.Random(recipe.seed).shuffle(training)
    return Dataset(tuple(training), wiki["valid"], wiki["test"])


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.rglob(pattern))
    if len(found) != 1:
        raise ModelError(f"Needed is one file {pattern} below {folder.name}; found {len(found)}.")
    return found[0]


def _articles(text: str) -> Iterator[Document]:
    for article in re.split(r"(?m)^ = [^=].* = $", text):
        lines = [line.strip() for line in article.splitlines()]
        paragraphs = [line for line in lines if line and not line.startswith("=")]
        if paragraphs:
            yield Document("\n".join(map(_detokenised, paragraphs)))


def _detokenised(line: str) -> str:
    line = line.replace("<unk>", "\ufffd")
    line = re.sub(r" @([-,.])@ ", r"\1", line)
    line = re.sub(r" (n't|'\w+|[,.;:!?%)\]}])", r"\1", line)
    return re.sub(r"([(\[{$£]) ", r"\1", line)


def sentence_polarity(recipe: Recipe, path: Path) -> Dataset:
    """Sentence polarity v1.0 (Pang and Lee 2005): `rt-polarity.neg` and `rt-polarity.pos`."""
    documents = []
    for label, name in enumerate(("rt-polarity.neg", "rt-polarity.pos")):
        for line in (path / name).read_text("utf-8").splitlines():
            text = re.sub(r" (n't|'(?:s|m|d|re|ve|ll)\b)", r"\1", line.strip())
            documents.append(Document(text, np.full(len(text), label, np.int16)))
    random.Random(recipe.seed).shuffle(documents)
    return split(documents, ("negative", "positive"))


def universal_dependencies(recipe: Recipe, path: Path) -> Dataset:
    """Universal Dependencies English EWT: `en_ewt-ud-{train,dev,test}.conllu`, universal tags."""
    parts = [list(_sentences(_only(path, f"*-ud-{p}.conllu"))) for p in ("train", "dev", "test")]
    names = tuple(sorted({tag for part in parts for _, tags in part for _, _, tag in tags}))
    training, validation, test = (
        tuple(_tagged(text, tags, names) for text, tags in part) for part in parts
    )
    return Dataset(training, validation, test, names)


Tags = list[tuple[int, int, str]]  # start and end in the text, and the tag


def _sentences(path: Path) -> Iterator[tuple[str, Tags]]:
    for block in path.read_text("utf-8").split("\n\n"):
        lines = block.splitlines()
        text = next((line[9:] for line in lines if line.startswith("# text = ")), None)
        if text is None:
            continue
        tags: Tags = []
        place, inside, end = 0, 0, 0  # `inside` a word written together, up to its `end`
        for row in (line.split("\t") for line in lines if line[:1].isdigit()):
            if "." in row[0]:
                continue  # an empty node, which stands nowhere
            apart = "-" in row[0] or int(row[0]) > inside
            if apart:
                place = max(place, end)
            found = text.find(row[1], place)
            if found < 0 or found > place + 2 or (not apart and found + len(row[1]) > end):
                continue  # such as a part of a word that is spelled otherwise when written together
            if "-" in row[0]:
                inside, end = int(row[0].split("-")[1]), found + len(row[1])
                continue
            tags.append((found, found + len(row[1]), row[3]))
            place = found + len(row[1])
        yield text, tags


def _tagged(text: str, tags: Tags, names: tuple[str, ...]) -> Document:
    labels = np.full(len(text), -100, np.int16)  # cross-entropy leaves these out
    for start, end, tag in tags:
        labels[start:end] = names.index(tag)
    return Document(text, labels)


# -- other sequences ---------------------------------------------------------------------------


def billboard(recipe: Recipe, path: Path) -> Dataset:
    """McGill Billboard (Burgoyne, Wild and Fujinaga 2011) as a table of songs, moved to C."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()[1:]]
    songs = [Document(chords_in_c(row[6], row[4])) for row in rows if not row[5]]
    random.Random(recipe.seed).shuffle(songs)
    return split([song for song in songs if len(song.text.split()) >= 8])


_NOTES = {
    note: i
    for i, note in enumerate(("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"))
}
_NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_QUALITY = {
    "maj": "", "min": "m", "7": "7", "min7": "m7", "maj7": "maj7", "5": "5", "1": "5",
    "sus4": "sus4", "sus2": "sus2", "dim": "dim", "dim7": "dim7", "hdim7": "m7b5", "aug": "aug",
    "maj6": "6", "min6": "m6", "9": "9", "min9": "m9", "maj9": "maj9", "11": "11", "13": "13",
}  # fmt: skip


def chords_in_c(slots: str, tonic: str) -> str:
    """Harte chord symbols as plain ones, moved so that the tonic is C; repeats written once.

    Examples
    --------
    >>> chords_in_c("<intro> | G:maj | G:maj | E:min7/b3 | D:sus4 D:7", "G")
    'C Am7 Gsus4 G7'
    """
    chords: list[str] = []
    shift = _pitch(tonic)
    for slot in slots.split():
        if slot.startswith("<key:"):
            shift = _pitch(slot[5:-1])
        elif ":" in slot and not slot.startswith("<"):
            root, quality = slot.split("/")[0].split(":")
            name = _QUALITY.get(quality.split("(")[0])
            if name is None:
                continue
            chord = list(_NOTES)[(_pitch(root) - shift) % 12] + name
            if not chords or chords[-1] != chord:
                chords.append(chord)
    return " ".join(chords)


def _pitch(note: str) -> int:
    return (_NATURAL[note[0]] + note.count("#") - note[1:].count("b")) % 12


def splice_junctions(recipe: Recipe, path: Path) -> Dataset:
    """Primate splice junctions (UCI): a table of label (EI, IE or N), name, and 60 bases.

    A border lies between the 30th and the 31st base. Lest a network learn to count to thirty, each
    stretch joins the training part as `documents` pieces, cut at random places.
    """
    rows = [line.split(",") for line in path.read_text("utf-8").splitlines()[1:]]
    halves = {"EI": (0, 1), "IE": (1, 0), "N": (2, 2)}
    stretches = [
        Document(bases, np.repeat(np.array(halves[label], np.int16), len(bases) // 2))
        for label, _, bases in rows
    ]
    rng = random.Random(recipe.seed)
    rng.shuffle(stretches)
    data = split(stretches, LABELS)
    pieces = [_piece(one, rng) for one in data.training for _ in range(recipe.documents)]
    return replace(data, training=tuple(pieces))


def _piece(stretch: Document, rng: random.Random) -> Document:
    start, end = rng.randint(0, 18), rng.randint(len(stretch.text) - 18, len(stretch.text))
    return Document(stretch.text[start:end], stretch.labels[start:end])


DATASETS: dict[str, Callable[[Recipe, Any], Dataset]] = {
    "text": text_file,
    "grammar": generated,
    "standard-library": standard_library,
    "wikitext-2-and-stories": wikitext_and_stories,
    "sentence-polarity": sentence_polarity,
    "universal-dependencies": universal_dependencies,
    "billboard": billboard,
    "splice-junctions": splice_junctions,
}
NEED_NO_FILE = ("grammar", "standard-library")
