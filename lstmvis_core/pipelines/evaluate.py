"""How good a pipeline is: it reads the test texts as plain text, and what it says is compared.

Everything is counted as spans of characters with a label, right only if span and label are right,
so a word that is split wrongly is wrong too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from lstmvis_core.pipelines import phrases
from lstmvis_core.pipelines.conll import read_entities, read_trees
from lstmvis_core.pipelines.train import TEST_ENTITIES, TREES

Spans = set[tuple[int, int, int, str]]  # document, first character, end, label


@dataclass(frozen=True)
class Score:
    """Precision, recall and their harmonic mean, in percent.

    Attributes
    ----------
    what : str
        For example ``"entity PER"``.
    right, said, there : int
        Spans that are right, that the pipeline says, and that there are.
    """

    what: str
    right: int
    said: int
    there: int

    @property
    def precision(self) -> float:
        """The share of what it says that is right."""
        return 100 * self.right / max(self.said, 1)

    @property
    def recall(self) -> float:
        """The share of what there is that it says."""
        return 100 * self.right / max(self.there, 1)

    @property
    def f(self) -> float:
        """Twice what is right, of all that is said and all that is there."""
        return 200 * self.right / max(self.said + self.there, 1)


def evaluate(nlp: Language, trees: Path, entities: Path, part: str = "test") -> list[Score]:
    """Score a pipeline on English EWT, and its entities on Universal NER of the same texts.

    Parameters
    ----------
    nlp : spacy.language.Language
    trees, entities : Path
        The folders, as `train` takes them.
    part : {"test", "dev"}

    Returns
    -------
    list of Score
        In all and by label: words, parts of speech, sentences, phrases by tree and by tags, then
        entities.
    """
    gold = list(read_trees(trees / TREES.format(part), nlp.vocab))
    said = [nlp(doc.text) for doc in gold]
    found = [
        *scores("word", _words(gold), _words(said)),
        *scores("part of speech", _tags(gold), _tags(said)),
        *scores("sentence", _sentences(gold), _sentences(said)),
    ]
    true = _phrases(gold, phrases.phrases_of_tree)
    found += scores("phrase by the tree", true, _phrases(said, phrases.phrases_of_tree))
    found += scores("phrase by the tags", true, _phrases(said, phrases.phrases_of_tags))
    gold = list(read_entities(entities / TEST_ENTITIES.replace("test", part), nlp.vocab))
    said = [nlp(doc.text) for doc in gold]
    return [*found, *scores("entity", _entities(gold), _entities(said))]


def attachment(nlp: Language, trees: Path, part: str = "test") -> float:
    """Labelled attachment score in percent, as spaCy counts it."""
    gold = read_trees(trees / TREES.format(part), nlp.vocab)
    return 100 * nlp.evaluate([Example(nlp.make_doc(doc.text), doc) for doc in gold])["dep_las"]


def accuracy(nlp: Language, trees: Path, part: str = "test") -> float:
    """The share of words with the right part of speech in percent, where the words are given."""
    right = total = 0
    for gold in read_trees(trees / TREES.format(part), nlp.vocab):
        words = [token.text for token in gold]
        said = nlp(Doc(nlp.vocab, words=words, spaces=[bool(token.whitespace_) for token in gold]))
        right += sum(a.pos == b.pos for a, b in zip(gold, said, strict=True))
        total += len(gold)
    return 100 * right / total


def scores(what: str, there: Spans, said: Spans) -> list[Score]:
    """The score of all spans, then of each label, if there are several.

    Examples
    --------
    >>> for score in scores("entity", {(0, 0, 4, "PER"), (0, 9, 15, "LOC")}, {(0, 0, 4, "PER")}):
    ...     print(score.what, score.precision, score.recall)
    entity 100.0 50.0
    entity LOC 0.0 0.0
    entity PER 100.0 100.0
    """
    labels = sorted({label for *_, label in there})
    found = [_score(what, there, said)]
    if len(labels) > 1:
        for label in labels:
            of_label = [{span for span in spans if span[3] == label} for spans in (there, said)]
            found.append(_score(f"{what} {label}", *of_label))
    return found


def _score(what: str, there: Spans, said: Spans) -> Score:
    return Score(what, len(there & said), len(said), len(there))


def _words(docs: Iterable[Doc]) -> Spans:
    return {(i, t.idx, t.idx + len(t), "") for i, doc in enumerate(docs) for t in doc}


def _tags(docs: Iterable[Doc]) -> Spans:
    return {(i, t.idx, t.idx + len(t), t.pos_) for i, doc in enumerate(docs) for t in doc}


def _sentences(docs: Iterable[Doc]) -> Spans:
    return {(i, s.start_char, s.end_char, "") for i, doc in enumerate(docs) for s in doc.sents}


def _entities(docs: Iterable[Doc]) -> Spans:
    return {(i, e.start_char, e.end_char, e.label_) for i, doc in enumerate(docs) for e in doc.ents}


def _phrases(docs: Iterable[Doc], rule: phrases.Rule) -> Spans:
    """Stretches of words with the same label that is not none."""
    found: Spans = set()
    for i, doc in enumerate(docs):
        labels = rule(phrases.words_of(doc))
        edges = [0, *(k for k in range(1, len(doc)) if labels[k] != labels[k - 1]), len(doc)]
        for start, end in pairwise(edges):
            if end > start and labels[start] != phrases.NONE:
                span = doc[start:end]
                label = phrases.LABELS[labels[start]]
                found.add((i, span.start_char, span.end_char, label))
    return found
