"""Words of different sizes in centred rows, the strongest first: a word cloud to be read."""

from collections.abc import Sequence
from dataclasses import dataclass

# Widths of letters of a sans-serif type, as shares of its size; of all others the last.
_WIDTHS = (("fijlrtI.,:;'!|()[] -·", 0.31), ("mwMW@%—", 0.86), ("ABCDEFGHKLNOPQRSTUVXYZ&", 0.67))
_OTHER = 0.54
BETWEEN, LINE = 9, 1.3  # px between words; height of a row, in sizes of its largest letters


@dataclass(frozen=True)
class Placed:
    """A word of a cloud: where its middle is, in pixels from the cloud's upper left corner."""

    word: int
    x: float
    y: float
    size: float


def text_width(text: str, size: float) -> float:
    """About how many pixels a text is wide.

    >>> text_width("will", 10) < text_width("went", 10) < text_width("WENT", 10)
    True
    """
    shares = (next((w for of, w in _WIDTHS if letter in of), _OTHER) for letter in text)
    return size * sum(shares)


def word_cloud(
    words: Sequence[str], sizes: Sequence[float], width: float
) -> tuple[list[Placed], float]:
    """Set words in rows.

    Parameters
    ----------
    words : sequence of str
        In the order in which they are set.
    sizes : sequence of float
        Of their letters, in pixels.
    width : float
        Of the cloud, in pixels. A longer word has a row of its own.

    Returns
    -------
    list of Placed
        Each word by its place in `words`.
    float
        Height of the cloud.

    Examples
    --------
    >>> placed, height = word_cloud(["big", "small"], [20, 10], width=200)
    >>> [one.y for one in placed], height
    ([13.0, 13.0], 26.0)
    """
    rows: list[list[int]] = []
    filled = width + 1.0
    widths = [text_width(word, size) for word, size in zip(words, sizes, strict=True)]
    for number, wide in enumerate(widths):
        if filled + wide > width:
            rows.append([])
            filled = 0.0
        rows[-1].append(number)
        filled += wide + BETWEEN
    placed, top = [], 0.0
    for row in rows:
        height = LINE * max(sizes[number] for number in row)
        x = (width - sum(widths[number] for number in row) - BETWEEN * (len(row) - 1)) / 2
        for number in row:
            middle = x + widths[number] / 2
            placed.append(Placed(number, middle, top + height / 2, sizes[number]))
            x += widths[number] + BETWEEN
        top += height
    return placed, top
