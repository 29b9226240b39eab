"""Documents to batches, in cases small enough to write down."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core import ModelConfig, ModelError, SequenceModel, Vocabulary
from lstmvis_core.training.batches import IGNORED, Lanes, Lesson, Whole, lesson, side_by_side
from lstmvis_core.training.datasets import Document
from lstmvis_core.training.run import loss_of
from tests.training.recipes import small_recipe

CHARACTERS = Vocabulary.from_text("abc")  # unknown 0, a 1, b 2, c 3
WORDS = Vocabulary.from_text("the cat sat", level="word")  # unknown 0, cat 1, sat 2, the 3


def labelled(text: str, digits: str) -> Document:
    """A document whose labels are the digits below it, and none where a dot is."""
    labels = [IGNORED if digit == "." else int(digit) for digit in digits]
    return Document(text, np.array(labels, np.int16))


def told(one: Lesson) -> tuple[list[int], list[int]]:
    return one.inputs.tolist(), one.targets.tolist()


# -- lessons -----------------------------------------------------------------------------------


def test_a_language_model_is_to_tell_the_next_token():
    assert told(lesson(Document("abac"), CHARACTERS, "language-model")) == ([1, 2, 1], [2, 1, 3])


@pytest.mark.parametrize("text", ["", "a"])
def test_nothing_predicts_the_first_token(text: str):
    assert told(lesson(Document(text), CHARACTERS, "language-model")) == ([], [])


def test_a_tagger_is_to_tell_the_label_of_the_first_character_of_each_token():
    document = labelled("the  cat sat.", "211..011.3005")
    expected = ([3, 1, 2, 0], [2, 0, 3, 5])
    assert told(lesson(document, WORDS, "tagger")) == expected


def test_a_token_without_a_label_is_not_asked_for():
    one = lesson(labelled("the cat", "1......"), WORDS, "tagger")
    assert told(one) == ([3, 1], [1, IGNORED])


def test_a_classifier_is_to_tell_the_label_after_the_last_token():
    document = labelled("the cat sat", "1" * 11)
    expected = ([3, 1, 2], [IGNORED, IGNORED, 1])
    assert told(lesson(document, WORDS, "classifier")) == expected


def test_a_classifier_may_be_asked_at_every_step():
    document = labelled("the cat sat", "1" * 11)
    assert told(lesson(document, WORDS, "classifier", every_step=True)) == ([3, 1, 2], [1, 1, 1])


def test_the_labels_of_a_document_are_left_as_they_are():
    document = labelled("the cat", "1" * 7)
    lesson(document, WORDS, "classifier")
    assert set(document.labels.tolist()) == {1}


# -- lanes -------------------------------------------------------------------------------------


def test_lanes_are_read_a_window_at_a_time():
    lanes = Lanes(torch.arange(15), small_recipe(batch=2, steps=3))
    assert len(lanes) == 2  # the last token is left over, and so is the end of each lane
    first, second = lanes[0], lanes[1]
    assert first.inputs.tolist() == [[0, 1, 2], [7, 8, 9]]
    assert first.targets.tolist() == [[1, 2, 3], [8, 9, 10]]
    assert second.inputs.tolist() == [[3, 4, 5], [10, 11, 12]]
    assert second.targets.tolist() == [[4, 5, 6], [11, 12, 13]]


def test_each_pass_over_the_lanes_is_the_same_and_begins_anew():
    lanes = Lanes(torch.arange(15), small_recipe(batch=2, steps=3))
    assert [lanes[step].begins for step in range(4)] == [True, False, True, False]
    assert torch.equal(lanes[2].inputs, lanes[0].inputs)
    assert torch.equal(lanes[3].targets, lanes[1].targets)


def test_lanes_need_one_window_and_the_token_after_it():
    recipe = small_recipe(batch=2, steps=3)
    assert Lanes(torch.arange(8), recipe)[0].targets.tolist() == [[1, 2, 3], [5, 6, 7]]
    with pytest.raises(ModelError, match="has 7 tokens; 2 lanes of 3 steps need at least 8"):
        Lanes(torch.arange(7), recipe)


@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 40))
def test_every_token_of_a_lane_is_read_once_in_its_order(batch: int, steps: int, more: int):
    ids = torch.arange(batch * (steps + 1) + more)
    lanes = Lanes(ids, small_recipe(batch=batch, steps=steps))
    read = torch.cat([lanes[step].inputs for step in range(len(lanes))], 1)
    after = torch.cat([lanes[step].targets for step in range(len(lanes))], 1)
    width = len(ids) // batch
    assert 0 <= width - 1 - read.shape[1] < steps
    for lane in range(batch):
        start = lane * width
        assert read[lane].tolist() == list(range(start, start + read.shape[1]))
    assert torch.equal(after, read + 1)


# -- whole documents ---------------------------------------------------------------------------


def numbered(*lengths: int) -> list[Lesson]:
    """Lesson 1 reads 11, 12, ...; lesson 2 reads 21, 22, ...; each is told the negative."""
    made = [torch.arange(length) + 10 * n + 1 for n, length in enumerate(lengths, 1)]
    return [Lesson(ids, -ids) for ids in made]


def rows(whole: Whole, steps: range) -> list[list[int]]:
    """What is read in some steps, without padding."""
    batches = [whole[step] for step in steps]
    assert all(batch.begins for batch in batches)
    read = []
    for batch in batches:
        for inputs, targets in zip(batch.inputs, batch.targets, strict=True):
            real = targets != IGNORED
            assert torch.equal(targets[real], -inputs[real])
            assert not inputs[~real].any()
            read.append(inputs[real].tolist())
    return read


def test_documents_are_padded_at_their_end_and_the_padding_is_not_asked_for():
    batch = side_by_side(numbered(1, 3))
    assert batch.inputs.tolist() == [[11, 0, 0], [21, 22, 23]]
    assert batch.targets.tolist() == [[-11, IGNORED, IGNORED], [-21, -22, -23]]
    assert batch.begins


def test_a_pass_reads_every_document_whole_and_once():
    whole = Whole(numbered(3, 1, 2, 4, 2), small_recipe(batch=2, steps=9))
    assert len(whole) == 3
    assert [len(whole[step].inputs) for step in range(3)] == [2, 2, 1]
    expected = [one.inputs.tolist() for one in numbered(3, 1, 2, 4, 2)]
    assert sorted(rows(whole, range(3))) == sorted(expected)
    assert sorted(rows(whole, range(3, 6))) == sorted(expected)


def test_each_pass_has_an_order_of_its_own_which_the_seed_repeats():
    def order(seed: int, number: int) -> list[list[int]]:
        whole = Whole(numbered(*[1] * 8), small_recipe(batch=3, steps=9, seed=seed))
        return rows(whole, range(number * 3, number * 3 + 3))

    assert order(1, 0) == order(1, 0)
    assert order(1, 0) != order(1, 1)
    assert order(1, 0) != order(5, 0)


def test_very_long_documents_are_read_in_pieces():
    whole = Whole(numbered(7, 2), small_recipe(batch=8, steps=3))
    assert len(whole) == 1
    pieces = sorted(rows(whole, range(1)))
    assert pieces == [[11, 12, 13], [14, 15, 16], [17], [21, 22]]


def test_a_document_of_just_the_longest_length_stays_whole():
    whole = Whole(numbered(3), small_recipe(batch=8, steps=3))
    assert rows(whole, range(1)) == [[11, 12, 13]]


# -- what padding may not change ---------------------------------------------------------------


def small_tagger(bidirectional: bool) -> tuple[SequenceModel, list[Lesson]]:
    torch.manual_seed(1)
    config = ModelConfig("lstm", 4, 3, 5, 1, "tagger", ("x", "y"), bidirectional)
    model = SequenceModel(config, CHARACTERS).eval().requires_grad_(False)
    torch.nn.init.normal_(model.rnn.weight_hh_l0, std=2)
    texts = [("a", "0"), ("abcab", "01.10"), ("cb", "11")]
    return model, [lesson(labelled(*one), CHARACTERS, "tagger") for one in texts]


@pytest.mark.parametrize(
    "bidirectional",
    [False, True],
    ids=["forward", "both directions"],
)
def test_the_loss_of_a_batch_is_that_of_its_documents_one_by_one(bidirectional: bool):
    model, lessons = small_tagger(bidirectional)
    batch = side_by_side(lessons)
    scores, _ = model(batch.inputs, lengths=batch.lengths)
    together = torch.nn.functional.cross_entropy(scores.flatten(0, 1), batch.targets.flatten())
    assert float(together) == pytest.approx(loss_of(model, lessons)[0], abs=1e-6)
