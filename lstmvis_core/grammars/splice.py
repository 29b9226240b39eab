"""Artificial stretches of genes in the manner of primates, with the signals of splicing."""

import random

from lstmvis_core.grammars.known import Generated, Pieces, labelled

LENGTH = 60  # bases of a stretch
EDGE = 12  # at least so many bases on either side of a border
LABELS = ("exon", "intron", "neither")
EXON, INTRON, NEITHER = range(3)

# How often each base stands at each place, in per cent, about, after Shapiro and Senapathy (1987).
Places = tuple[dict[str, int], ...]
END_OF_EXON: Places = (
    {"A": 33, "C": 36, "G": 18, "T": 13},
    {"A": 60, "C": 13, "G": 12, "T": 15},
    {"A": 8, "C": 4, "G": 81, "T": 7},
)
BEGIN_OF_INTRON: Places = (
    {"G": 100},
    {"T": 100},
    {"A": 49, "C": 3, "G": 45, "T": 3},
    {"A": 71, "C": 8, "G": 12, "T": 9},
    {"A": 6, "C": 5, "G": 84, "T": 5},
    {"A": 15, "C": 19, "G": 20, "T": 46},
)
PYRIMIDINES = {"A": 9, "C": 32, "G": 11, "T": 48}
END_OF_INTRON: Places = (
    *(PYRIMIDINES,) * 10,
    {"A": 25, "C": 27, "G": 26, "T": 22},
    {"A": 4, "C": 65, "G": 1, "T": 30},
    {"A": 100},
    {"G": 100},
)
BEGIN_OF_EXON: Places = ({"A": 24, "C": 14, "G": 52, "T": 10},)
FILLING = {
    EXON: {"A": 26, "C": 26, "G": 27, "T": 21},
    INTRON: {"A": 22, "C": 24, "G": 27, "T": 27},
}


def splice_windows(seed: int, documents: int) -> Generated:
    """Stretches of 60 bases: a quarter cross from exon to intron, a quarter back, half do neither.

    Parameters
    ----------
    seed : int
    documents : int
        Number of stretches.

    Returns
    -------
    Generated
        ``tracks["exon"]`` tells for each base whether it is exon or intron, or neither: of a
        stretch without a border.

    Examples
    --------
    >>> windows = splice_windows(seed=1, documents=3)
    >>> [len(window) for window in windows], windows.tracks["exon"].labels
    ([60, 60, 60], ('exon', 'intron', 'neither'))
    """
    rng = random.Random(seed)
    windows = [_window(rng) for _ in range(documents)]
    return labelled(windows, "exon", "exon, intron or neither", LABELS)


def _window(rng: random.Random) -> Pieces:
    kind, border = rng.random(), rng.randint(EDGE + 2, LENGTH - EDGE)
    rest = LENGTH - border
    if kind < 0.25:  # a donor: GT begins an intron
        exon = _filled(rng, EXON, border - len(END_OF_EXON)) + _drawn(rng, END_OF_EXON)
        intron = _drawn(rng, BEGIN_OF_INTRON) + _filled(rng, INTRON, rest - len(BEGIN_OF_INTRON))
        return [(exon, EXON), (intron, INTRON)]
    if kind < 0.5:  # an acceptor: AG ends one
        intron = _filled(rng, INTRON, border - len(END_OF_INTRON)) + _drawn(rng, END_OF_INTRON)
        exon = _drawn(rng, BEGIN_OF_EXON) + _filled(rng, EXON, rest - len(BEGIN_OF_EXON))
        return [(intron, INTRON), (exon, EXON)]
    return [(_filled(rng, rng.choice((EXON, INTRON)), LENGTH), NEITHER)]


def _filled(rng: random.Random, label: int, length: int) -> str:
    weights = FILLING[label]
    return "".join(rng.choices(list(weights), list(weights.values()), k=length))


def _drawn(rng: random.Random, places: Places) -> str:
    return "".join(rng.choices(list(place), list(place.values()))[0] for place in places)
