"""Short opinions about films, books and meals, one or two clauses each."""

import random

from lstmvis_core.grammars.known import Generated, Pieces, labelled

LABELS = ("good", "bad", "none")
GOOD, BAD, NONE = range(3)
# Said of anything, and of what they fit: good ones and bad ones.
ANY = (
    "good great wonderful excellent lovely perfect superb brilliant pleasant memorable",
    "bad awful terrible poor horrible disappointing mediocre annoying dull forgettable",
)
TOPICS = {
    "plot story ending script book chapter dialogue": (
        "clever moving funny touching honest enjoyable",
        "predictable silly slow boring tedious clumsy",
    ),
    "acting cast music camera": (
        "charming lively beautiful warm",
        "lifeless weak stiff painful",
    ),
    "food coffee bread soup service": (
        "delicious fresh tasty generous",
        "stale cold lazy bitter",
    ),
}
LIKING = ("love like enjoy admire", "hate regret avoid fear")
SAID = ("is", "was")
BEFORE = ("", "", "", "very", "really", "quite", "rather", "so")
AGAINST, ALIKE = ("though", "but", "although", "yet", "while"), ("and", "and so", "because")
ALONE = 0.35  # share of opinions of one clause
DENIED = 0.12  # of clauses


def opinions(seed: int, documents: int) -> Generated:
    """Opinions of one clause, or of two that agree or do not.

    Parameters
    ----------
    seed : int
    documents : int

    Returns
    -------
    Generated
        One opinion a document; ``tracks["opinion"]`` tells of each word whether it is good, bad or
        neither by itself: in "not good" the word "good" is good.

    Examples
    --------
    >>> found = opinions(seed=3, documents=2)
    >>> print("".join(found), end="")
    Its plot is really enjoyable, while its story is rather clumsy.
    The chapter was really great, though this script was rather slow.
    """
    draws = random.Random(seed)
    return labelled([_opinion(draws) for _ in range(documents)], "opinion", "opinion", LABELS)


def _opinion(draws: random.Random) -> Pieces:
    nouns = draws.choice(list(TOPICS))
    first = draws.choice((GOOD, BAD))
    if draws.random() < ALONE:
        words = _clause(draws, nouns, first)
    else:
        agree = draws.random() < 0.3
        join = draws.choice(ALIKE if agree else AGAINST)
        second = first if agree else 1 - first
        words = [
            *_clause(draws, nouns, first),
            (f", {join}", NONE),
            *_clause(draws, nouns, second),
        ]
    text, label = words[0]
    pieces = [(text[0].upper() + text[1:], label)]
    for text, label in words[1:]:
        pieces += [(text if text.startswith(",") else f" {text}", label)]
    return [*pieces, (".\n", NONE)]


def _clause(draws: random.Random, nouns: str, opinion: int) -> Pieces:
    noun = draws.choice(nouns.split())
    if draws.random() < 0.25:
        return [
            ("I", NONE),
            (draws.choice(LIKING[opinion].split()), opinion),
            (f"the {noun}", NONE),
        ]
    denied = draws.random() < DENIED
    kind = 1 - opinion if denied else opinion
    adjective = draws.choice(f"{ANY[kind]} {TOPICS[nouns][kind]}".split())
    before = "not" if denied else draws.choice(BEFORE)
    subject = f"{draws.choice(('the', 'this', 'its'))} {noun} {draws.choice(SAID)} {before}".strip()
    return [(subject, NONE), (adjective, kind)]
