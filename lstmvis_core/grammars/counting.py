"""The counting language of LSTMVis."""

import random

from lstmvis_core.grammars.known import Generated, KnownTrack

MAX_LEVEL = 4


def counting_language(seed: int, documents: int) -> Generated:
    """The counting language of LSTMVis (Strobelt et al. 2018, section 6.1).

    Parentheses nest to four levels; a digit tells the level it stands at; items of one level
    are separated by a space.

    Parameters
    ----------
    seed : int
    documents : int
        Number of strings, each complete: it begins and ends at level 0.

    Returns
    -------
    Generated
        Strings; ``tracks["level"]`` is the level of nesting after each character.

    Examples
    --------
    >>> counting_language(seed=2, documents=1)[0][:32]
    '(1) 0 0 (() 1) (1 1) 0 ((() 2)) '
    """
    rng = random.Random(seed)
    texts = [
        " ".join(_item(rng, level=0) for _ in range(rng.randint(8, 16))) for _ in range(documents)
    ]
    levels = tuple(float(level) for text in texts for level in nesting_level(text))
    return Generated(texts, {"level": KnownTrack("nesting level", (), levels)})


def _item(rng: random.Random, level: int) -> str:
    if level < MAX_LEVEL and rng.random() < 0.55:
        inside = " ".join(_item(rng, level + 1) for _ in range(rng.choice((0, 1, 1, 2, 2, 3))))
        return f"({inside})"
    return str(level)


def nesting_level(text: str) -> list[int]:
    """The level of nesting after each character: what a reader has to remember there.

    Examples
    --------
    >>> nesting_level("(1 (2)) 0")
    [1, 1, 1, 2, 2, 1, 0, 0, 0]
    """
    levels, level = [], 0
    for character in text:
        level += (character == "(") - (character == ")")
        levels.append(level)
    return levels
