"""Artificial genes in the manner of yeast: exons, and introns with the signals of splicing."""

import random
from itertools import product

from lstmvis_core.grammars.known import Generated, Pieces, labelled

EXON, INTRON = 0, 1
# How often yeast uses each codon, about, per thousand, in the order TTT, TTC, TTA, TTG, TCT, ...
# GGG; those that stop have 0.
USAGE = """
    26 18 26 27  24 14 19 9  19 15 0 0    8 5 0 10
    12 5 13 11   14 7 18 5   14 8 27 12   6 3 3 2
    30 17 18 21  20 13 18 8  36 25 42 31  14 10 21 9
    22 12 12 11  21 13 16 6  38 20 46 19  24 10 11 6
"""
CODONS = {
    "".join(codon): int(weight)
    for codon, weight in zip(product("TCAG", repeat=3), USAGE.split(), strict=True)
}
DONORS = {"GTATGT": 90, "GTACGT": 6, "GTATGA": 4}
BRANCH_POINT = "TACTAAC"
ACCEPTORS = {"CAG": 50, "TAG": 50}
FILLING = {"A": 34, "T": 36, "G": 14, "C": 16}
PYRIMIDINES = {"T": 60, "C": 22, "A": 18}  # no G, so that no AG comes before the acceptor
EXON_LENGTH, INTRON_LENGTH, BRANCH_TO_END = (60, 400), (80, 350), (10, 40)
WITHOUT_INTRON = 0.15


def intron_genes(seed: int, documents: int) -> Generated:
    """Genes over A, C, G, T: codons from ATG on, most of them interrupted by one intron.

    An exon has 60 to 400 bases; the codons run on across the intron, and none of them stops. An
    intron has 80 to 350 bases, rich in A and T: it begins with GTATGT or a rarer variant, has the
    branch point TACTAAC 10 to 40 bases before its end, pyrimidines, and ends with CAG or TAG.

    Parameters
    ----------
    seed : int
    documents : int
        Number of genes.

    Returns
    -------
    Generated
        Genes; ``tracks["exon"]`` tells for each base whether it is exon or intron.

    Examples
    --------
    >>> genes = intron_genes(seed=1, documents=2)
    >>> genes[0][:12], genes.tracks["exon"].labels
    ('ATGGTGCTGACC', ('exon', 'intron'))
    """
    rng = random.Random(seed)
    genes = [_gene(rng) for _ in range(documents)]
    return labelled(genes, "exon", "exon or intron", ("exon", "intron"))


def _gene(rng: random.Random) -> Pieces:
    first, second = rng.randint(*EXON_LENGTH), rng.randint(*EXON_LENGTH)
    if rng.random() < WITHOUT_INTRON:
        return [(_coding(rng, first - first % 3), EXON)]
    second -= (first + second) % 3
    second += 3 if second < EXON_LENGTH[0] else 0
    coding = _coding(rng, first + second)
    return [(coding[:first], EXON), (_intron(rng), INTRON), (coding[first:], EXON)]


def _coding(rng: random.Random, length: int) -> str:
    return "ATG" + _draw(rng, CODONS, length // 3 - 1)


def _intron(rng: random.Random) -> str:
    to_end = rng.randint(*BRANCH_TO_END)
    donor, acceptor = _draw(rng, DONORS), _draw(rng, ACCEPTORS)
    filling = rng.randint(*INTRON_LENGTH) - len(donor) - len(BRANCH_POINT) - to_end
    return "".join(
        (
            donor,
            _draw(rng, FILLING, filling),
            BRANCH_POINT,
            _draw(rng, PYRIMIDINES, to_end - len(acceptor)),
            acceptor,
        )
    )


def _draw(rng: random.Random, weights: dict[str, int], k: int = 1) -> str:
    return "".join(rng.choices(list(weights), list(weights.values()), k=k))
