"""Readers of public data sets, on small files written in the format that is published."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lstmvis_core import ModelError, Vocabulary
from lstmvis_core.grammars import GRAMMARS
from lstmvis_core.training import datasets
from lstmvis_core.training.batches import IGNORED
from lstmvis_core.training.datasets import (
    DATASETS,
    NEED_NO_FILE,
    Dataset,
    Document,
    chords_in_c,
    split,
)
from tests.training.recipes import small_recipe

SEED = small_recipe()


def texts(documents: tuple[Document, ...]) -> list[str]:
    return [document.text for document in documents]


def everything(data: Dataset) -> list[str]:
    return texts(data.training + data.validation + data.test)


def check_split(data: Dataset, count: int) -> None:
    """No document is in two parts, and the parts are 80, 10 and 10 %."""
    assert len(everything(data)) == len(set(everything(data))) == count
    sizes = [len(data.training), len(data.validation), len(data.test)]
    assert sizes == [
        int(count * 0.8),
        int(count * 0.9) - int(count * 0.8),
        count - int(count * 0.9),
    ]
    assert all(sizes)


def test_a_data_set_that_needs_no_file_is_one_of_them():
    assert set(NEED_NO_FILE) < set(DATASETS)
    assert all(read.__doc__ for read in DATASETS.values()), "the command line says what a file is"


# -- splits ------------------------------------------------------------------------------------


def test_a_single_text_is_cut_in_three_without_a_gap():
    data = split([Document("0123456789" * 3)])
    assert "".join(everything(data)) == "0123456789" * 3
    assert list(map(len, everything(data))) == [24, 3, 3]


def test_documents_are_split_in_order_and_not_cut():
    documents = [Document(str(n)) for n in range(20)]
    data = split(documents, ("one", "other"))
    assert [*data.training, *data.validation, *data.test] == documents
    assert [len(part) for part in (data.training, data.validation, data.test)] == [16, 2, 2]
    assert data.labels == ("one", "other")


@pytest.mark.parametrize("count", [0, 2, 9])
def test_too_few_documents_to_hold_some_out_are_refused(count: int):
    with pytest.raises(ModelError, match=f"one document or at least 10.*got {count}"):
        split([Document(str(n)) for n in range(count)])


# -- one text, a grammar, the standard library -------------------------------------------------


def test_a_text_file_is_split_in_order(tmp_path: Path):
    (tmp_path / "story.txt").write_text("Grün ist, was wächst.\n" * 10, "utf-8")
    data = DATASETS["text"](SEED, tmp_path / "story.txt")
    assert "".join(everything(data)) == "Grün ist, was wächst.\n" * 10
    assert len(everything(data)) == 3


@pytest.mark.parametrize("grammar", GRAMMARS)
def test_a_grammar_generates_the_documents_of_its_seed(grammar: str):
    recipe = small_recipe(grammar=grammar, documents=20)
    data = DATASETS["grammar"](recipe, None)
    check_split(data, 20)
    assert everything(data) == list(GRAMMARS[grammar](recipe.seed, 20))


def test_an_unknown_grammar_is_refused_with_the_known_ones():
    with pytest.raises(ModelError, match="counting.*not 'klingon'"):
        DATASETS["grammar"](small_recipe(grammar="klingon", documents=20), None)


def write_library(root: Path) -> dict[str, str]:
    """A library of 20 modules beside what nobody would read; the text of each module."""
    wanted = {f"module{n}.py": f"x = {n}\n" for n in range(18)}
    wanted |= {"json/__init__.py": "y = 1\n", "json/decoder.py": "def f():\n\treturn 1\f\n"}
    unwanted = ["test/test_a.py", "json/tests/b.py", "site-packages/c.py", "idlelib/d.py"]
    unwanted += ["lib2to3/e.py", "encodings/f.py", "turtledemo/g.py", "pydoc_data/topics.py"]
    unwanted += ["tkinter/h.py", "__pycache__/i.py", "config-3.11-x86/j.py", "notes.txt", "so.c"]
    for name, text in [*wanted.items(), *((name, f"no = {name!r}\n") for name in unwanted)]:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    (root / "empty.py").write_text("\n", "utf-8")
    return wanted


def test_the_standard_library_is_split_by_file(tmp_path: Path):
    wanted = write_library(tmp_path)
    data = DATASETS["standard-library"](SEED, tmp_path)
    check_split(data, 20)
    plain = {text.replace("\t", "    ").replace("\f", "") for text in wanted.values()}
    assert set(everything(data)) == plain


def test_the_seed_says_which_files_are_held_out(tmp_path: Path, monkeypatch):
    write_library(tmp_path)
    monkeypatch.setattr(datasets.sysconfig, "get_paths", lambda: {"stdlib": str(tmp_path)})
    read = DATASETS["standard-library"]
    assert everything(read(SEED, None)) == everything(read(SEED, tmp_path))
    assert texts(read(small_recipe(seed=9), None).test) != texts(read(SEED, None).test)


def test_sources_are_read_with_plain_line_ends(tmp_path: Path):
    for n in range(10):
        (tmp_path / f"m{n}.py").write_bytes(f"a = {n}\r\n# \xe4\n".encode("latin-1"))
    data = DATASETS["standard-library"](SEED, tmp_path)
    assert sorted(everything(data))[0] == "a = 0\n# \ufffd\n"


# -- WikiText-2 and stories --------------------------------------------------------------------

# As published: blank lines of one blank, headings between equals signs, blanks around marks.
VALID = """ \n = Homarus gammarus = \n \n Homarus gammarus , known as the <unk> lobster , is \
5 @,@ 000 years old . \n It does n't grow ( 24 in ) ; its claws ' colour is the lobster 's . \n \n \
 = = Description = = \n \n A well @-@ known " cutter " weighs 0 @.@ 7 kg [ 1 @.@ 5 lb ] : \
£ 20 , $ 30 ! \n \n = = = Life cycle = = = \n \n It ends . \n \n = Another = \n \n Why ? \n"""


@pytest.fixture
def wiki(tmp_path: Path) -> Path:
    """All files of the data set, some in folders below."""
    (tmp_path / "wikitext-2").mkdir()
    for part in ("train", "valid", "test"):
        text = VALID if part == "valid" else f" \n = The {part} = \n \n The {part} article . \n"
        (tmp_path / "wikitext-2" / f"wiki.{part}.tokens").write_text(text, "utf-8")
    (tmp_path / "tinystories_10k_lines.txt").write_text(
        "\nOnce there was a cat.  \nIt sat.\n<|endoftext|>\n\nA dog\nran.\n<|endoftext|>\n", "utf-8"
    )
    (tmp_path / "children_gutenberg.txt").write_text("[ Alice ]\nI .\n\n\n[ Bear ]\nHe ca n't .")
    return tmp_path


def read_wiki(folder: Path, seed: int = 3) -> Dataset:
    return DATASETS["wikitext-2-and-stories"](small_recipe(seed=seed), folder)


def test_articles_are_documents_and_written_as_ordinary_text_again(wiki: Path):
    assert texts(read_wiki(wiki).validation) == [
        "Homarus gammarus, known as the \ufffd lobster, is 5,000 years old.\n"
        "It doesn't grow (24 in); its claws ' colour is the lobster's.\n"
        'A well-known " cutter " weighs 0.7 kg [1.5 lb]: £20, $30!\n'
        "It ends.",
        "Why?",
    ]


def test_stories_are_added_to_the_training_part_alone(wiki: Path):
    data = read_wiki(wiki)
    assert sorted(texts(data.training)) == [
        "A dog ran.",
        "Once there was a cat. It sat.",
        "The train article.",
        "[ Alice ] I .",
        "[ Bear ] He ca n't .",
    ]
    assert texts(data.test) == ["The test article."]
    assert data.labels == ()


def test_training_documents_are_shuffled_by_the_seed(wiki: Path):
    orders = {tuple(texts(read_wiki(wiki, seed).training)) for seed in range(5)}
    assert len(orders) > 1
    assert texts(read_wiki(wiki).training) == texts(read_wiki(wiki).training)


def test_unknown_words_of_wikitext_are_unknown_to_the_model(wiki: Path):
    text = read_wiki(wiki).validation[0].text
    vocabulary = Vocabulary.from_text(text, level="word")
    tokens = vocabulary.encode(text)
    assert [tokens.strings[i] for i in np.flatnonzero(tokens.unknown)] == ["\ufffd"]
    assert {"n't", "'s", "5,000", "0.7"} <= set(vocabulary.tokens)


@pytest.mark.parametrize(
    ("name", "found"), [("children_more.txt", 2), ("children_gutenberg.txt", 0)]
)
def test_a_file_that_is_missing_or_there_twice_is_named(wiki: Path, name: str, found: int):
    path = wiki / name
    path.unlink() if path.exists() else path.write_text("x")
    with pytest.raises(ModelError, match=rf"one file children\*.txt below .*; found {found}"):
        read_wiki(wiki)


# -- sentence polarity -------------------------------------------------------------------------


def test_sentence_polarity_has_a_label_for_every_character(tmp_path: Path):
    bad = [f"film {n} is silly , and it 's not n't funny . " for n in range(10)]
    good = [f"the rock 's film {n} we 'll love . " for n in range(10)]
    (tmp_path / "rt-polarity.neg").write_text("\n".join(bad), "utf-8")
    (tmp_path / "rt-polarity.pos").write_text("\n".join(good) + "\n", "utf-8")
    data = DATASETS["sentence-polarity"](SEED, tmp_path)
    check_split(data, 20)
    assert data.labels == ("negative", "positive")
    for document in (*data.training, *data.validation, *data.test):
        label = int("rock" in document.text)
        assert document.labels.tolist() == [label] * len(document.text)
    assert "the rock's film 0 we'll love ." in everything(data)
    assert "film 0 is silly , and it's notn't funny ." in everything(data)


def test_both_labels_are_in_every_part_of_a_shuffled_set(tmp_path: Path):
    for name in ("neg", "pos"):
        lines = "\n".join(f"{name} {n}" for n in range(100))
        (tmp_path / f"rt-polarity.{name}").write_text(lines, "utf-8")
    data = DATASETS["sentence-polarity"](SEED, tmp_path)
    for part in (data.training, data.validation, data.test):
        assert {int(document.labels[0]) for document in part} == {0, 1}


# -- Universal Dependencies --------------------------------------------------------------------


def conllu(text: str, *words: tuple[str, str, str]) -> str:
    """A sentence as it is published: ten columns, of which number, form and tag matter here."""
    rows = [f"{n}\t{form}\t{form.lower()}\t{tag}" + "\t_" * 6 for n, form, tag in words]
    return "\n".join([f"# sent_id = {len(text)}", f"# text = {text}", *rows])


SHORT_FORMS = conllu(
    "They don't, I can't.",
    ("1", "They", "PRON"),
    ("2-3", "don't", "_"),
    ("2", "do", "AUX"),
    ("3", "n't", "PART"),
    ("4", ",", "PUNCT"),
    ("5", "I", "PRON"),
    ("6-7", "can't", "_"),
    ("6", "ca", "AUX"),
    ("7", "n't", "PART"),
    ("8", ".", "PUNCT"),
)
# "cannot" is two words, and the empty node 4.1 stands nowhere.
ODD = conllu(
    "I cannot, she  5.",
    ("1", "I", "PRON"),
    ("2-3", "cannot", "_"),
    ("2", "can", "AUX"),
    ("3", "not", "PART"),
    ("4", ",", "PUNCT"),
    ("4.1", "has", "VERB"),
    ("5", "she", "PRON"),
    ("6", "5", "NUM"),
    ("7", ".", "PUNCT"),
)
# The two words of "wanna" are spelled as they would be alone.
SPELLED_OUT = conllu(
    "I wanna go.",
    ("1", "I", "PRON"),
    ("2-3", "wanna", "_"),
    ("2", "want", "VERB"),
    ("3", "to", "PART"),
    ("4", "go", "VERB"),
    ("5", ".", "PUNCT"),
)


@pytest.fixture
def treebank(tmp_path: Path) -> Path:
    """Three parts; the last sentence of one has no text of its own."""
    plain = conllu("Dogs bark", ("1", "Dogs", "NOUN"), ("2", "bark", "VERB"))
    parts = {
        "train": [SHORT_FORMS, ODD, SPELLED_OUT],
        "dev": [plain, plain.replace("# text = Dogs bark\n", "")],
        "test": [conllu("Oh!", ("1", "Oh", "INTJ"), ("2", "!", "PUNCT"))],
    }
    for part, sentences in parts.items():
        content = "\n\n".join(sentences) + "\n\n"
        (tmp_path / f"en_ewt-ud-{part}.conllu").write_text(content, "utf-8")
    return tmp_path


def tags_of(data: Dataset, document: Document) -> list[tuple[str, str | None]]:
    """Words as this project splits a text, each with the tag that its first character has."""
    tokens = Vocabulary.from_text(document.text, level="word").encode(document.text)
    labels = document.labels[tokens.offsets].tolist()
    names = [None if label == IGNORED else data.labels[label] for label in labels]
    return list(zip(tokens.strings, names, strict=True))


def test_short_forms_have_the_tags_of_both_their_words(treebank: Path):
    data = DATASETS["universal-dependencies"](SEED, treebank)
    assert tags_of(data, data.training[0]) == [
        ("They", "PRON"),
        ("do", "AUX"),
        ("n't", "PART"),
        (",", "PUNCT"),
        ("I", "PRON"),
        ("ca", "AUX"),
        ("n't", "PART"),
        (".", "PUNCT"),
    ]


def test_words_that_stand_nowhere_in_the_text_move_nothing(treebank: Path):
    data = DATASETS["universal-dependencies"](SEED, treebank)
    assert tags_of(data, data.training[1]) == [
        ("I", "PRON"),
        ("cannot", "AUX"),  # one word of ours: the tag of what begins there
        (",", "PUNCT"),
        ("she", "PRON"),
        ("5", "NUM"),
        (".", "PUNCT"),
    ]


def test_after_words_that_are_spelled_out_the_tags_go_on(treebank: Path):
    data = DATASETS["universal-dependencies"](SEED, treebank)
    assert tags_of(data, data.training[2]) == [
        ("I", "PRON"),
        ("wanna", None),
        ("go", "VERB"),
        (".", "PUNCT"),
    ]


def test_a_treebank_keeps_its_published_parts(treebank: Path):
    data = DATASETS["universal-dependencies"](SEED, treebank)
    assert texts(data.training) == ["They don't, I can't.", "I cannot, she  5.", "I wanna go."]
    assert texts(data.validation) == ["Dogs bark"]
    assert texts(data.test) == ["Oh!"]
    assert data.labels == ("AUX", "INTJ", "NOUN", "NUM", "PART", "PRON", "PUNCT", "VERB")


def test_blanks_between_words_have_no_label(treebank: Path):
    document = DATASETS["universal-dependencies"](SEED, treebank).validation[0]
    assert document.labels.tolist() == [2] * 4 + [IGNORED] + [7] * 4


# -- chords ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slots", "tonic", "chords"),
    [
        ("<intro> | C:maj | A:min | F:maj | G:7", "C", "C Am F G7"),
        ("| A:maj | F#:min | D:maj | E:7", "A", "C Am F G7"),
        ("| Ab:maj | F:min | Db:maj | Eb:7", "Ab", "C Am F G7"),
        ("| F#:maj | D#:min | B:maj | C#:7", "F#", "C Am F G7"),
        ("| Gb:maj | Eb:min | Cb:maj | Db:7", "Gb", "C Am F G7"),
        ("| B:maj | B:min | Bb:maj | A#:maj", "B", "C Cm B"),
        ("| C:maj/3 | C:maj/5 | C:maj | G:7/b7", "C", "C G7"),
        ("| C:maj(9) | C:7(#9) | C:min7(*5)/b3", "C", "C C7 Cm7"),
        ("| C:maj | C:maj | F:maj | F:maj | C:maj", "C", "C F C"),
        ("| C:maj <key:D> | D:maj | G:maj <key:C> | G:maj", "C", "C F G"),
        ("| Bb:maj <key:Bb> | Bb:maj | F#:maj <key:F#> | F#:maj", "C", "Bb C Ab C"),
        ("| N | C:maj | N | X | * | &pause | C:maj", "C", "C"),
        ("| C:(1,5) | C:5 | C:1 | D:hdim7 | E:dim | G:sus4(b7,9)", "C", "C5 Dm7b5 Edim Gsus4"),
        ("| C:maj6 | C:min6 | C:maj7 | C:9 | C:min9 | C:aug", "C", "C6 Cm6 Cmaj7 C9 Cm9 Caug"),
        ("", "C", ""),
    ],
)
def test_chords_are_moved_to_c(slots: str, tonic: str, chords: str):
    assert chords_in_c(slots, tonic) == chords


def test_billboard_leaves_out_repeated_and_short_songs(tmp_path: Path):
    header = "id\tartist\ttitle\tmetre\ttonic\tduplicate_of\tchords"
    roots = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"]
    # Ten songs in ten keys, one that repeats another, and one that is too short.
    rows = [
        f"{n}\tA\tB\t4/4\t{roots[n % 12]}\t\t| " + " | ".join(f"{r}:maj" for r in roots[n:] + roots)
        for n in range(10)
    ]
    rows += ["11\tA\tB\t4/4\tC\t0003\t" + "| D:7 | G:7 " * 8, "12\tA\tB\t4/4\tC\t\t| C:maj | G:7"]
    (tmp_path / "songs.tsv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    data = DATASETS["billboard"](SEED, tmp_path / "songs.tsv")
    assert len(everything(data)) == 10
    assert all(text.startswith("C Db D Eb E F") for text in everything(data))
    assert [len(part) for part in (data.training, data.validation, data.test)] == [8, 1, 1]
    vocabulary = Vocabulary.from_text("\n".join(everything(data)), level="symbol")
    assert set(vocabulary.tokens[1:]) == set(roots)


# -- splicing ----------------------------------------------------------------------------------


def test_stretches_have_a_label_for_each_base(tmp_path: Path):
    kinds = {"EI": "A" * 30 + "G" * 30, "IE": "C" * 30 + "T" * 30, "N": "ACGT" * 15}
    rows = [f"{kind},name-{n},{bases}" for n in range(10) for kind, bases in kinds.items()]
    (tmp_path / "splice.csv").write_text("label,id,sequence\n" + "\n".join(rows) + "\n", "utf-8")
    recipe = replace(SEED, documents=3)
    data = DATASETS["splice-junctions"](recipe, tmp_path / "splice.csv")
    assert data.labels == ("exon", "intron", "neither")
    assert (len(data.training), len(data.validation), len(data.test)) == (3 * 24, 3, 3)
    of_base = {"A": 0, "G": 1, "C": 1, "T": 0}
    for stretch in (*data.training, *data.validation, *data.test):
        assert len(stretch.text) == len(stretch.labels)
        expected = [of_base[base] for base in stretch.text]
        assert stretch.labels.tolist() in (expected, [2] * len(stretch.text))
    assert all(len(stretch.text) == 60 for stretch in (*data.validation, *data.test))
    assert len({len(stretch.text) for stretch in data.training}) > 5, "cut at many places"


# -- every reader ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["wikitext-2-and-stories", "universal-dependencies"])
@pytest.mark.usefixtures("wiki", "treebank")
def test_documents_are_read_alike_each_time(tmp_path: Path, name: str):
    one, other = (DATASETS[name](SEED, tmp_path) for _ in range(2))
    assert everything(one) == everything(other)
