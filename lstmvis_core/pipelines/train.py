"""Train the embedded pipeline: two trainings by spaCy, put together into one folder.

Syntax and entities are learned from different texts, so each has its own network that reads words.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import spacy
from spacy.tokens import Doc, DocBin
from spacy.training.initialize import init_nlp
from spacy.training.loop import train as train_by_config
from spacy.util import load_config
from spacy.vocab import Vocab

from lstmvis_core.pipelines.conll import read_entities, read_trees
from lstmvis_core.pipelines.participles import add_rule
from lstmvis_core.pipelines.tokenizer import set_rules

VERSION = "1.0.0"
TREES = "en_ewt-ud-{}.conllu"
DEV_ENTITIES, TEST_ENTITIES = "uner/en_ewt-ud-dev.iob2", "uner/en_ewt-ud-test.iob2"
# The development part, too: it is what is nearest to the test part, and too good to choose by.
TRAIN_ENTITIES = (
    *("wikigold.conll", "btc/*.conll", "wnut17/*.conll", "uner/en_pud-ud-test.iob2"),
    DEV_ENTITIES,
)
ABOUT = {
    "description": "Parts of speech, dependencies and entities of English, in a few megabytes",
    "license": "CC BY-SA 4.0",
    "name": "tiny",
    "version": VERSION,
}


def train(folder: Path, trees: Path, entities: Path) -> None:
    """Train the pipeline of a folder by its two configurations.

    Parameters
    ----------
    folder : Path
        Has ``syntax.cfg`` and ``entities.cfg``; gets the pipeline.
    trees : Path
        The folder of Universal Dependencies English EWT.
    entities : Path
        The folder with WikiGold, Broad Twitter, WNUT-17 and Universal NER, as `TRAIN_ENTITIES`
        names them.
    """
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        vocab = Vocab()
        for part in ("train", "dev"):
            docs = read_trees(trees / TREES.format(part), vocab)
            _write(docs, work / f"syntax_{part}.spacy")
        files = [path for pattern in TRAIN_ENTITIES for path in sorted(entities.glob(pattern))]
        train_entities = (doc for path in files for doc in read_entities(path, vocab))
        _write(train_entities, work / "entities_train.spacy")
        _write(read_entities(entities / DEV_ENTITIES, vocab), work / "entities_dev.spacy")
        for what in ("syntax", "entities"):
            paths = {f"paths.{part}": f"{work}/{what}_{part}.spacy" for part in ("train", "dev")}
            nlp = init_nlp(load_config(folder / f"{what}.cfg", overrides=paths))
            set_rules(nlp)
            (work / what).mkdir()
            train_by_config(nlp, work / what)
        # The last entities, for the scores of texts that were learned from choose nothing.
        join(work / "syntax" / "model-best", work / "entities" / "model-last", folder)


def join(syntax: Path, entities: Path, folder: Path) -> None:
    """Put the entities behind the syntax, each with its own network, into one folder."""
    nlp, other = spacy.load(syntax), spacy.load(entities)
    add_rule(nlp)
    other.replace_listeners("tok2vec", "ner", ["model.tok2vec"])
    nlp.add_pipe("ner", source=other)
    nlp.meta.update(ABOUT)
    nlp.meta["performance"] = {}  # of the development sets; evaluate.py measures on the test sets
    nlp.config["paths"].update(train=None, dev=None)
    # Its words are those of the training texts, and nothing needs them.
    nlp.to_disk(folder, exclude=["vocab"])


def _write(docs: Iterable[Doc], path: Path) -> None:
    DocBin(docs=docs).to_disk(path)
