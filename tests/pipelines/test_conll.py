"""Annotated texts in columns: a treebank and entity files of a few lines."""

from pathlib import Path

import pytest
from spacy.vocab import Vocab

from lstmvis_core.pipelines.conll import blanks_after, read_entities, read_trees, spans_of

TREES = """\
# newdoc id = one
# text = I don't (really) know.
1\tI\tI\tPRON\t_\t_\t5\tnsubj\t_\t_
2-3\tdon't\t_\t_\t_\t_\t_\t_\t_\t_
2\tdo\tdo\tAUX\t_\t_\t5\taux\t_\t_
3\tn't\tnot\tPART\t_\t_\t5\tadvmod\t_\t_
4\t(\t(\tPUNCT\t_\t_\t5\tpunct\t_\tSpaceAfter=No
4.1\tleft\tout\tVERB\t_\t_\t_\t_\t_\t_
5\tknow\tknow\tVERB\t_\t_\t0\troot\t_\tSpaceAfter=No
6\t.\t.\tPUNCT\t_\t_\t5\tpunct\t_\tSpaceAfter=No

# text = Go
1\tGo\tgo\tVERB\t_\t_\t0\troot\t_\t_

# newpar
1\tYes\tyes\tINTJ\t_\t_\t0\troot\t_\t_
"""
ENTITIES = """\
John\tB-PER
Smith\tI-PER
,\tO
@\tO
paris\tB-LOC
(\tO
ACME\tB-corporation
)\tO


Hi\tO
"""


@pytest.fixture
def vocab() -> Vocab:
    return Vocab()


def test_a_paragraph_of_a_treebank_is_a_document(tmp_path: Path, vocab: Vocab):
    path = tmp_path / "a.conllu"
    path.write_text(TREES, "utf-8")
    first, second = read_trees(path, vocab)
    assert first.text == "I don't (know. Go "
    assert [token.pos_ for token in first] == [
        "PRON",
        "AUX",
        "PART",
        "PUNCT",
        "VERB",
        "PUNCT",
        "VERB",
    ]
    assert [token.head.i for token in first] == [4, 4, 4, 4, 4, 4, 6]
    assert [sentence.text for sentence in first.sents] == ["I don't (know.", "Go"]
    assert second.text == "Yes "
    assert second[0].dep_ == "ROOT"


@pytest.mark.parametrize("name", ["a.conll", "a.iob2"])
def test_a_sentence_of_an_entity_file_is_a_document(tmp_path: Path, vocab: Vocab, name: str):
    lines = ENTITIES.splitlines()
    if name.endswith("iob2"):  # number, word, tag, two more
        lines = [f"1\t{line}\t-\tx" if line else "# a remark\n" for line in lines]
    path = tmp_path / name
    path.write_text("\n".join(lines), "utf-8")
    first, second = read_entities(path, vocab)
    assert first.text == "John Smith, @paris (ACME) "
    assert [(e.text, e.label_) for e in first.ents] == [("John Smith", "PER"), ("ACME", "ORG")]
    assert second.text == "Hi "
    assert len(second.ents) == 0


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("O O", []),
        ("B-PER I-PER", [(0, 2, "PER")]),
        ("I-PER I-LOC", [(0, 1, "PER"), (1, 2, "LOC")]),
        ("B-group B-group", [(0, 1, "ORG"), (1, 2, "ORG")]),
        ("B-product I-product B-person", [(2, 3, "PER")]),
    ],
)
def test_tags_are_brought_to_people_organisations_and_places(tags: str, spans: list):
    assert spans_of(tags.split()) == spans


def test_no_blank_stands_before_a_comma_or_after_a_bracket():
    words = ["Ann", "'s", "dog", "(", "old", ")", ",", "is", "n't", "“", "in", "”", "."]
    written = "".join(
        word + " " * blank for word, blank in zip(words, blanks_after(words), strict=True)
    )
    assert written == "Ann's dog (old), isn't “in”. "
