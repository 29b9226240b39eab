"""What is known of a text by construction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload


@dataclass(frozen=True)
class KnownTrack(Sequence[float]):
    """The truth about every character of a corpus; a sequence of its values.

    Attributes
    ----------
    title : str
        In words.
    labels : tuple of str
        What the values stand for, if they are indices; empty if they are numbers.
    values : tuple of float
        One a character, over all documents.

    Examples
    --------
    >>> track = KnownTrack("nesting level", (), (1.0, 2.0, 1.0))
    >>> track[1], track[1:], len(track)
    (2.0, (2.0, 1.0), 3)
    """

    title: str
    labels: tuple[str, ...]
    values: tuple[float, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.values)

    @overload
    def __getitem__(self, index: int) -> float: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[float, ...]: ...
    def __getitem__(self, index: int | slice) -> float | tuple[float, ...]:
        return self.values[index]


class Generated(tuple[str, ...]):
    """Documents of a grammar: a tuple of str that also knows the truth about them.

    Attributes
    ----------
    tracks : mapping of str to KnownTrack
    """

    tracks: Mapping[str, KnownTrack]

    def __new__(cls, documents: Iterable[str], tracks: Mapping[str, KnownTrack]) -> "Generated":
        """Hold both."""
        generated = super().__new__(cls, documents)
        generated.tracks = tracks
        return generated


# A document as pieces of text, each with the index of its label.
Pieces = list[tuple[str, int]]


def labelled(documents: list[Pieces], name: str, title: str, labels: tuple[str, ...]) -> Generated:
    """Documents put together from labelled pieces."""
    values = tuple(
        float(label) for pieces in documents for text, label in pieces for _ in range(len(text))
    )
    texts = ("".join(text for text, _ in pieces) for pieces in documents)
    return Generated(texts, {name: KnownTrack(title, labels, values)})
