"""The wiring, the running score, and texts with labels and guesses."""

import re

import numpy as np
import pytest

import lstmvis_core as lv
from lstmvis_core.analysis.running_score import RunningScore
from lstmvis_core.charts.guessed_text import guessed_text
from lstmvis_core.charts.score_chart import FEW, score_chart
from lstmvis_core.charts.tagged_text import tagged_text
from lstmvis_core.charts.wiring_chart import Column, wiring_chart

LABELS = ["NOUN", "VERB"]


def tokens(text: str, level: str = "word") -> lv.Tokens:
    return lv.Vocabulary.from_text(text, level).encode(text)


# -- wiring ------------------------------------------------------------------------------------


def flows(columns: list[Column], **ways: bool) -> list[tuple[float, float, float, float, str]]:
    """Arrows, as (x, y, x2, y2, what)."""
    lines = wiring_chart(columns, **ways).data["lines"]
    return [tuple(row) for row in lines.itertuples(index=False)]


def across(found: list[tuple[float, float, float, float, str]]) -> list[int]:
    """Of the arrows between states the way: 1 to the right, −1 to the left."""
    return [1 if x2 > x else -1 for x, y, x2, y2, what in found if y == y2]


def up(found: list[tuple[float, float, float, float, str]]) -> int:
    return sum(y2 < y and what == "flow" for _, y, _, y2, what in found)


def test_many_to_one_has_one_output():
    columns = [Column("a"), Column("b"), Column("c", "good", 0.5)]
    found = flows(columns)
    assert across(found) == [1, 1]
    assert up(found) == 4  # three tokens are read, one label is said
    assert across(flows(columns, goes_before=True, goes_on=True)) == [1] * 4
    boxes = wiring_chart(columns).data["boxes"]
    assert boxes["what"].value_counts().to_dict() == {"read": 3, "state": 3, "said": 1}


def test_both_ways_has_a_row_of_states_each():
    columns = [Column(letter, "X") for letter in "abc"]
    found = flows(columns, both_ways=True)
    assert sorted(across(found)) == [-1, -1, 1, 1]
    assert up(found) == 12  # each token into two rows, and each of them into the label
    assert sorted(across(flows(columns, both_ways=True, goes_on=True))) == [-1] * 3 + [1] * 3


def test_what_was_deleted_is_read_by_nobody():
    columns = [Column("a", "X"), Column("b", "Y", gone=True)]
    boxes = wiring_chart(columns, both_ways=True).data["boxes"]
    assert boxes.loc[boxes["gone"], "text"].tolist() == ["b", "h", "h"]
    assert across(flows(columns, both_ways=True)) == []
    assert "Y" not in boxes["text"].tolist()


def test_what_is_written_is_read_again():
    columns = [Column("a", "b"), Column("b", "c", fed=True)]
    fed = [arrow for arrow in flows(columns) if arrow[-1] == "fed"]
    assert len(fed) == 1
    x, y, x2, y2, _ = fed[0]
    assert x2 > x
    assert y2 > y  # from what is said down to what is read


def test_long_tokens_are_cut_and_what_is_sure_is_told():
    boxes = wiring_chart([Column("w" * 40, "positively", 0.774)]).data["boxes"]
    assert boxes["text"].tolist() == ["w" * 12 + "…", "positive… 77%", "h"]


@pytest.mark.parametrize("dark", [False, True])
def test_the_wiring_is_a_chart_that_altair_accepts(dark: bool):
    for columns in ([], [Column("a", "b")], [Column("a"), Column("b", fed=True)]):
        assert wiring_chart(columns, both_ways=True, dark=dark).chart().to_dict()["layer"]


# -- running score -----------------------------------------------------------------------------


def score(values: list[float]) -> RunningScore:
    return RunningScore("good", 0.5, np.array(values), (), ("good", values[-1]))


def test_each_word_is_a_point_and_the_strongest_is_marked():
    table = score_chart(tokens("a bad end"), score([0.6, 0.1, 0.2])).data["score"]
    assert table["token"].tolist() == ["a", "bad", "end"]
    assert table["score"].tolist() == [0.6, 0.1, 0.2]
    np.testing.assert_allclose(table["move"], [0.1, -0.5, 0.1])
    assert table["strongest"].tolist() == [False, True, False]


def test_of_many_words_the_strongest_alone_is_written():
    many = FEW + 1
    few, long = (score_chart(tokens("a " * n), score([0.5] * n)).layout for n in (FEW, many))
    written = [str(layout).count("'type': 'text'") for layout in (few, long)]
    assert written == [2, 1]


@pytest.mark.parametrize("dark", [False, True])
def test_the_score_is_a_chart_that_altair_accepts(dark: bool):
    assert score_chart(tokens("a"), score([0.5]), dark).chart().to_dict()["layer"]


# -- labels ------------------------------------------------------------------------------------


def shown(html: str) -> str:
    """What is read of HTML."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_each_word_has_its_label_and_how_sure_it_is():
    html = tagged_text(tokens("a b"), ["NOUN", "VERB"], [0.9, 0.255], LABELS)
    assert shown(html) == "a NOUN 90% b VERB 26%"


def test_what_changed_is_told_and_what_was_deleted_is_struck_through():
    html = tagged_text(tokens("a b c"), ["NOUN"], [1.0], LABELS, instead_of={0: "VERB"})
    assert shown(html) == "a NOUN 100% not VERB b c"
    assert html.count("line-through") == 2
    assert 'title="a: NOUN, 100%, instead of VERB"' in html


def test_a_label_of_letters_is_written_once_a_run_with_its_mean():
    labels = ["NOUN", "NOUN", "VERB", "NOUN"]
    html = tagged_text(
        tokens("abcd", "character"), labels, [1.0, 0.5, 0.3, 0.2], LABELS, in_runs=True
    )
    assert shown(html) == "NOUN 75% a b VERB 30% c NOUN 20% d"
    part = tagged_text(
        tokens("abcd", "character"), labels, [1.0, 0.5, 0.3, 0.2], LABELS, in_runs=True, span=(1, 3)
    )
    assert shown(part) == "NOUN 50% b VERB 30% c"


def test_labels_and_tokens_are_never_markup():
    hostile = "<b>&\"'"
    text = tokens(hostile, "character")
    for in_runs in (False, True):
        html = tagged_text(
            text, ["<i>"] * 3, [0.5] * 3, ["<i>"], instead_of={0: "<u>"}, in_runs=in_runs
        )
        assert not {"<b>", "<i>", "<u>"} & set(re.findall(r"<[^>]*>", html))
        assert not re.search(r'title="[^"]*"[^ >]', html)


# -- guesses -----------------------------------------------------------------------------------


def test_guesses_stand_under_the_token_they_follow_and_the_one_that_came_is_marked():
    html = guessed_text(
        tokens("ab ", "character"),
        [[("b", 0.5), ("c", 0.25)], [("c", 0.9), (" ", 0.05)], [("a", 0.3)]],
        cursor=1,
    )
    assert shown(html) == "a b c b c · · a"
    assert re.findall(r'<mark title="([^"]*)"', html) == ["b: 50.0%", "·: 5.0%"]
    assert html.count("outline") == 1


def test_a_part_of_a_text_still_knows_what_came():
    text = tokens("abc", "character")
    html = guessed_text(text, [[], [("c", 1.0)], []], span=(1, 2))
    assert shown(html) == "b c"
    assert "<mark" in html


def test_what_came_is_compared_as_the_vocabulary_has_it():
    text = lv.Vocabulary(("?", "a", "the"), "word", "?").encode("a The")
    guesses = [[("the", 0.5)], []]
    assert "<mark" not in guessed_text(text, guesses)
    assert "<mark" in guessed_text(text, guesses, read=["a", "the"])


def test_guesses_are_never_markup():
    text = tokens("<", "character")
    html = guessed_text(text, [[("<b>", 0.5), ('"', 0.1)]])
    assert "<b>" not in html
    assert "&quot;: 10.0%" in html
