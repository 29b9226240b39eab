"""Annotated texts in columns, one word a line, as spaCy's `Doc`.

Syntax comes from treebanks in CoNLL-U (Universal Dependencies), entities from files of word and
IOB tag. Kinds of entities are brought to people, organisations and places; other kinds (products,
works, nationalities) are left out, since no two of the data sets mean the same by them.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

ENTITY_OF = {
    "PER": "PER",
    "person": "PER",
    "ORG": "ORG",
    "corporation": "ORG",
    "group": "ORG",
    "LOC": "LOC",
    "location": "LOC",
}
_LEFT = frozenset([*".,!?;:)]}%…”", "'s", "n't", "'re", "'ve", "'ll", "'m", "'d", "''"])
_RIGHT = frozenset([*"([{$#“", "``"])


def read_trees(path: Path, vocab: Vocab) -> Iterator[Doc]:
    """Paragraphs of a CoNLL-U file, with part of speech, dependencies and sentences."""
    held: list[list[str]] = []
    for block in _blocks(path):
        if held and any(line.startswith(("# newdoc", "# newpar")) for line in block):
            yield _trees(held, vocab)
            held = []
        held.append(block)
    if held:
        yield _trees(held, vocab)


def read_entities(path: Path, vocab: Vocab) -> Iterator[Doc]:
    """Sentences of a file of words and IOB tags, with their entities.

    The last column holds the tag; in ``.iob2`` files the third. Where blanks stood is not in these
    files: they are put where English has them.
    """
    column = slice(1, 3) if path.suffix == ".iob2" else slice(0, None)
    for block in _blocks(path):
        rows = [line.split("\t")[column] for line in block if not line.startswith("#")]
        words, tags = _names_joined((row[0].strip(), row[-1]) for row in rows if len(row) > 1)
        if words:
            doc = Doc(vocab, words=words, spaces=blanks_after(words))
            doc.ents = [Span(doc, *span) for span in spans_of(tags)]
            yield doc


def spans_of(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """Start, end and kind of the entities that IOB tags name.

    Examples
    --------
    >>> spans_of(["B-person", "I-person", "O", "I-LOC", "B-LOC", "B-product"])
    [(0, 2, 'PER'), (3, 4, 'LOC'), (4, 5, 'LOC')]
    """
    found, start, current = [], 0, None
    for at, tag in enumerate([*tags, "O"]):
        kind = ENTITY_OF.get(tag[2:])
        if current is not None and (kind != current or tag.startswith("B-")):
            found.append((start, at, current))
            current = None
        if kind is not None and current is None:
            start, current = at, kind
    return found


def blanks_after(words: Sequence[str]) -> list[bool]:
    """Whether a blank follows each word, as English is written.

    Examples
    --------
    >>> blanks_after(["He", "said", ":", '"', "No", "(", "yet", ")", '"', "."])
    [True, False, True, False, True, False, False, False, False, True]
    """
    spaces, quoted = [], False
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == '"':
            quoted = not quoted
        left = following in _LEFT or (following == '"' and quoted)
        right = word in _RIGHT or (word == '"' and quoted)
        spaces.append(not (left or right))
    return spaces


def _names_joined(rows: Iterable[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Words and tags, with "@" and the name behind it as one word without a tag.

    The Broad Twitter Corpus splits them and tags the name, which tells nothing about other text.
    """
    words: list[str] = []
    tags: list[str] = []
    for word, tag in rows:
        if words and words[-1] == "@":
            words[-1] += word
        elif word:
            words.append(word)
            tags.append("O" if word == "@" else tag)
    return words, tags


def _blocks(path: Path) -> Iterator[list[str]]:
    """Stretches of lines between empty lines."""
    block: list[str] = []
    for line in [*path.read_text("utf-8").split("\n"), ""]:
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []


def _trees(sentences: list[list[str]], vocab: Vocab) -> Doc:
    words, spaces, tags, relations, heads = [], [], [], [], []
    for lines in sentences:
        first = len(words)
        joined: dict[int, bool] = {}  # parts of a word such as "don't": whether a blank follows
        for row in (line.split("\t") for line in lines if not line.startswith("#")):
            number, blank = row[0], "SpaceAfter=No" not in row[9]
            if "-" in number:
                begin, end = map(int, number.split("-"))
                joined |= dict.fromkeys(range(begin, end), False) | {end: blank}
            elif number.isdigit():  # not an empty node, 8.1
                at = int(number)
                words.append(row[1])
                spaces.append(joined.get(at, blank))
                tags.append(row[3])
                relations.append("ROOT" if row[7] == "root" else row[7])
                heads.append(first + (at if row[6] == "0" else int(row[6])) - 1)
        spaces[-1] = True
    return Doc(vocab, words=words, spaces=spaces, pos=tags, deps=relations, heads=heads)
