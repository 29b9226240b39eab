"""What explains a unit, against loops over all properties that can be written down."""

from itertools import pairwise, product

import numpy as np
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.analysis.candidates import SAME
from lstmvis_core.analysis.patterns import PATTERNS
from lstmvis_core.tracks.pattern import LONGEST, pattern_track
from lstmvis_core.tracks.track import GREY, categorical, scalar

TEXT = 'He said: "Go!" She did, then. 12 men\n\nwere there (in all), and no more. ' * 3
BREAKS = np.array([0, 40, 75, 150])


def tokens_of(text: str, level: str = "character") -> lv.Tokens:
    return lv.Vocabulary.from_text(text, level=level).encode(text)


def some_values(steps: int, seed: int = 0) -> np.ndarray:
    """With ties, and a memory."""
    noise = np.random.default_rng(seed).normal(size=steps)
    return np.round(np.convolve(noise, np.ones(4), "same"), 1)


def auc_by_pairs(values: np.ndarray, has: np.ndarray) -> float:
    pairs = product(values[has].tolist(), values[~has].tolist())
    won = sum(1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs)
    return float(won / (has.sum() * (~has).sum()))


def with_pattern(pattern: str, tokens: lv.Tokens, breaks: np.ndarray) -> np.ndarray:
    """The track of own patterns, document by document."""
    edges = [*(int(tokens.offsets[b]) for b in breaks), len(tokens.text)]
    values = [pattern_track(tokens.text[a:b], pattern).values for a, b in pairwise(edges)]
    ends = tokens.offsets + np.array([len(string) - 1 for string in tokens.strings])
    return np.concatenate(values)[ends] == 1


# -- scores ------------------------------------------------------------------------------------


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("level", ["character", "word", "symbol"])
def test_scores_are_those_of_loops(level: str, backward: bool):
    tokens = tokens_of(TEXT, level)
    breaks = np.array([0, 20, 41])
    values = some_values(len(tokens))
    text = lv.TextProperties(tokens, breaks, level, backward)
    found = lv.explain_unit(values, text, least=3, most=30)
    assert len(found) >= 15
    for one in found:
        if level != "character" and one.family in ("before", "pair", "triple", "word"):
            continue  # their patterns are near enough, see below
        has = with_pattern(one.pattern, tokens, breaks)
        assert has.sum() == one.count >= 3, one
        assert one.r == pytest.approx(np.corrcoef(has, values)[0, 1], abs=1e-9), one
        assert one.auc == pytest.approx(auc_by_pairs(values, has), abs=1e-9), one
        assert one.share == one.count / len(tokens)
    strengths = [abs(one.r) for one in found]
    assert strengths == sorted(strengths, reverse=True)


@pytest.mark.parametrize("backward", [False, True])
def test_patterns_of_characters_match_at_exactly_the_same_steps(backward: bool):
    tokens = tokens_of(TEXT)
    text = lv.TextProperties(tokens, BREAKS, "character", backward)
    for groups in text.groups:
        for group in range(len(groups.example)):
            has = with_pattern(text.pattern(groups, group), tokens, BREAKS)
            assert (has == (groups.of == group)).all(), text.name(groups, group)


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("level", ["word", "symbol"])
def test_patterns_of_words_match_the_right_word_where_no_form_is_short(level: str, backward: bool):
    tokens = tokens_of("a man saw a dog . the dog saw a man , then the man saw the dog .", level)
    breaks = np.array([0])
    text = lv.TextProperties(tokens, breaks, level, backward)
    for groups in text.groups:
        for group in range(len(groups.example)):
            has = with_pattern(text.pattern(groups, group), tokens, breaks)
            assert (has == (groups.of == group)).all(), text.name(groups, group)


def test_groups_are_those_of_a_loop_and_stay_within_documents():
    tokens = tokens_of(TEXT)
    strings, limits = tokens.strings, [*BREAKS.tolist(), len(tokens)]
    text = lv.TextProperties(tokens, BREAKS)
    by_family = {groups.family: groups for groups in text.groups}
    for depth, family in enumerate(("token", "pair", "triple"), 1):
        runs: list[tuple[str, ...] | None] = []
        for start, end in pairwise(limits):
            for at in range(start, end):
                inside = at - depth + 1 >= start
                runs.append(strings[at - depth + 1 : at + 1] if inside else None)
        of = by_family[family].of.tolist()
        assert [g < 0 for g in of] == [run is None for run in runs]
        assert len(set(zip(of, runs, strict=True))) == len(set(runs)) == len(set(of))
    before = by_family["before"].of
    assert (before[BREAKS] == -1).all()
    words = by_family["word"]
    assert {strings[at] for at in np.flatnonzero(words.of < 0)} == set(' :"!.,()\n')


@given(st.lists(st.sampled_from("ab1 "), min_size=8, max_size=60), st.integers(0, 9))
def test_the_best_explanation_is_the_best_of_all(characters: list[str], seed: int):
    tokens = tokens_of("".join(characters))
    values = some_values(len(tokens), seed)
    text = lv.TextProperties(tokens, np.array([0]))
    found = lv.explain_unit(values, text, least=2)
    scores = []
    properties = [groups.of == g for groups in text.groups for g in range(len(groups.example))]
    for has in [*properties, *text.matched]:
        if 2 <= has.sum() <= len(has) - 2 and values.min() < values.max():
            scores.append(abs(np.corrcoef(has, values)[0, 1]))
    if not scores:
        assert found == []
        return
    # One that says nearly the same and is simpler may stand in its place.
    assert abs(found[0].r) <= max(scores) + 1e-9
    assert abs(found[0].r) >= SAME * max(scores) - np.sqrt(1 - SAME**2) - 1e-9
    if len(scores) == 1:
        assert abs(found[0].r) == pytest.approx(max(scores), abs=1e-9)


# -- tracks ------------------------------------------------------------------------------------


def test_labels_and_numbers_of_tracks_are_held_against_the_unit():
    tokens = tokens_of("abcd" * 50)
    rng = np.random.default_rng(1)
    labels, numbers = rng.integers(0, 3, 200), rng.normal(size=200)
    numbers[::7] = np.nan
    values = (labels == 2) * 2.0 + np.nan_to_num(numbers) + rng.normal(size=200) * 0.1
    tracks = [
        categorical("kind", "kind (of thing)", labels, ("x", "y", "z")),
        scalar("size", "size", numbers, 0, 1),
    ]
    found = lv.explain_unit(values, tokens, tracks)
    told = {(one.track, one.label): one for one in found if one.track}
    z, size = told["kind", "z"], told["size", ""]
    assert (z.name, z.family, z.pattern) == ("kind: z", "label", "")
    assert z.r == pytest.approx(np.corrcoef(labels == 2, values)[0, 1])
    assert z.auc == pytest.approx(auc_by_pairs(values, labels == 2))
    known = ~np.isnan(track_values := np.asarray(tracks[1].values, float))
    assert size.r == pytest.approx(np.corrcoef(track_values[known], values[known])[0, 1])
    assert np.isnan(size.auc)
    assert size.count == known.sum()
    assert z.explained == z.r**2


def test_of_two_labels_the_one_that_says_something_is_kept():
    tokens = tokens_of("abcd" * 50)
    values = some_values(200)
    inside = (values > 0.5).astype(int)
    track = categorical("q", "quotation", inside, ("outside", "inside"), {"outside": GREY})
    found = lv.explain_unit(values, tokens, [track])
    assert [one.label for one in found if one.track] == ["inside"]


def test_of_equal_properties_the_simplest_is_kept():
    tokens = tokens_of('a"b c' * 40)
    values = np.array([string == '"' for string in tokens.strings]) + some_values(200) * 0.05
    quote = next(p.pattern for p in PATTERNS["character"] if p.name == "a punctuation mark")
    assert (with_pattern(quote, tokens, np.array([0])) == [s == '"' for s in tokens.strings]).all()
    found = lv.explain_unit(values, tokens)
    assert (found[0].family, found[0].name) == ("token", '“"”')
    assert quote not in {one.pattern for one in found}


def test_of_nearly_equal_properties_the_simplest_is_kept_although_it_scores_less():
    tokens = tokens_of('a"b c' * 40 + ".,")
    marks = np.array([string in '".,' for string in tokens.strings])
    found = lv.explain_unit(marks * 1.0, tokens)
    assert (found[0].family, found[0].name) == ("token", '“"”')
    assert SAME < found[0].r < 1
    assert "a punctuation mark" not in {one.name for one in found}


def test_what_is_too_rare_or_too_frequent_is_left_out():
    tokens = tokens_of("a" * 100 + "b" * 5)
    values = np.array([string == "b" for string in tokens.strings], float)
    for least in (2, 5, 6, 50):
        counts = [one.count for one in lv.explain_unit(values, tokens, least=least, most=30)]
        assert all(least <= count <= 105 - least for count in counts)
        assert bool(counts) == (least < 50)


def test_a_constant_unit_has_no_explanation():
    assert lv.explain_unit(np.ones(len(TEXT)), tokens_of(TEXT)) == []
    assert np.isnan(lv.explained_by_tokens(np.ones(len(TEXT)), tokens_of(TEXT))).all()


def test_wrong_lengths_and_values_are_said():
    tokens = tokens_of("abc")
    with pytest.raises(lv.StatesError, match="one finite value"):
        lv.explain_unit(np.zeros(2), tokens)
    with pytest.raises(lv.StatesError, match="not all finite"):
        lv.explain_unit(np.array([0, np.nan, 1]), tokens)
    with pytest.raises(lv.StatesError, match="'x'"):
        lv.explain_unit(np.arange(3.0), tokens, [scalar("x", "x", np.zeros(2), 0, 1)])
    with pytest.raises(lv.StatesError, match="breaks"):
        lv.explain_unit(np.arange(3.0), lv.TextProperties(tokens, np.array([1])))


# -- names and patterns ------------------------------------------------------------------------


def test_names_show_blanks_and_say_which_way_the_layer_reads():
    tokens = tokens_of("a b\n")
    for backward, names in [
        (False, {"“b” after “␣”", "“b” after “a␣”", "just after “␣”", "“⏎”", "the word “b”"}),
        (True, {"“␣” before “b”", "“␣” before “b⏎”", "just before “␣”", "“⏎”", "the word “b”"}),
    ]:
        text = lv.TextProperties(tokens, np.array([0]), "character", backward)
        made = {text.name(g, n) for g in text.groups for n in range(len(g.example))}
        assert names <= made
    words = lv.TextProperties(tokens_of("a b c", "word"), np.array([0]), "word")
    made = {words.name(g, n) for g in words.groups for n in range(len(g.example))}
    assert {"“c” after “a b”", "just after “b”"} <= made


@pytest.mark.parametrize("level", list(PATTERNS))
def test_all_patterns_of_the_list_can_be_pasted(level: str):
    patterns = PATTERNS[level]
    assert len({p.name for p in patterns}) == len({p.pattern for p in patterns}) == len(patterns)
    for name, pattern in patterns:
        assert len(pattern) <= LONGEST, name
        regex.compile(pattern)


@pytest.mark.parametrize(
    ("name", "text", "matched"),
    [
        ("the second of two equal letters", "a balloon", "l o"),
        ("the first letter of a word", "ab c1 d", "a c d"),
        ("inside a word, beyond its fifth letter", "abcdefg abc", "fg"),
        ("the first letter of a sentence", 'No. "Yes." he', "Y h"),
        ("an empty line", "a\n\nb", "\n"),
        ("the rest of a line after =", "a = b\nc == d", " b"),
        ("after a comma, up to the next mark", "a, b. c", " b"),
        ("in a sentence that ends with ?", "No. Why? Yes", " Why?"),
        ("a negation", "I don't. Not now, nobody", "n't Not nobody"),
    ],
)
def test_patterns_mean_what_their_names_say(name: str, text: str, matched: str):
    pattern = next(p.pattern for p in PATTERNS["character"] if p.name == name)
    has = pattern_track(text, pattern).values
    found = "".join(c for c, one in zip(text, has, strict=True) if one)
    assert found.replace(" ", "") == matched.replace(" ", "")


# -- how far back ------------------------------------------------------------------------------


def epsilon_by_hand(values: np.ndarray, names: list) -> float:
    groups = {name: [v for v, n in zip(values, names, strict=True) if n == name] for name in names}
    within = sum(((np.array(g) - np.mean(g)) ** 2).sum() for g in groups.values())
    mean_within = within / (len(values) - len(groups))
    return float(1 - mean_within / np.var(values, ddof=1))


def test_what_tokens_explain_is_epsilon_squared():
    tokens, values = tokens_of(TEXT), some_values(len(TEXT))
    found = lv.explained_by_tokens(values, lv.TextProperties(tokens, BREAKS))
    limits = [*BREAKS.tolist(), len(tokens)]
    for depth in (1, 2, 3):
        steps = [at for start, end in pairwise(limits) for at in range(start + depth - 1, end)]
        names = [tokens.strings[at - depth + 1 : at + 1] for at in steps]
        assert found[depth - 1] == pytest.approx(epsilon_by_hand(values[steps], names))


def test_many_rare_contexts_explain_nothing_by_chance():
    rng = np.random.default_rng(3)
    text = "".join(rng.choice(list("abcdefghij"), 4000))
    values = rng.normal(size=4000)
    assert (np.abs(lv.explained_by_tokens(values, tokens_of(text))) < 0.05).all()


def test_a_unit_that_knows_the_token_two_before_needs_three():
    rng = np.random.default_rng(4)
    text = "".join(rng.choice(list("ab"), 3000))
    values = np.array([0.0, 0.0, *(c == "a" for c in text[:-2])])
    one, two, three = lv.explained_by_tokens(values, tokens_of(text))
    assert abs(one) < 0.01
    assert abs(two) < 0.01
    assert three > 0.99


# -- which tracks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "corpus", "names"),
    [
        ("prose", "reviews", {"quotation", "character", "word_position", "column"}),
        ("parens", "parens", {"level", "character", "word_position", "column"}),
        ("dna", "dna", {"column", "exon", "prediction"}),
        ("chords", "chords", {"progression"}),
        ("sentiment", "reviews", {"level", "quotation", "character", "prediction"}),
    ],
)
def test_tracks_are_those_that_say_something(model: str, corpus: str, names: set[str]):
    found = lv.explaining_tracks(lv.load_model(model), lv.load_corpus(corpus))
    got = {track.name for track in found}
    assert got >= names
    assert not got & {"pos", "entity", "surprisal", "python"}
    assert "word_position" not in got or model in ("prose", "parens")
    for track in found:
        assert len(np.unique(track.values[~np.isnan(track.values)])) > 1


def test_code_has_the_syntax_of_python():
    text = "def f(x):  # a comment\n    return 'x' + x\n"
    names = {
        track.name
        for track in lv.explaining_tracks(lv.load_model("prose"), lv.Corpus("x", "X", (text,)))
    }
    assert {"python", "indentation"} <= names


# -- the telling unit of the embedded model ----------------------------------------------------


def test_the_unit_of_prose_is_explained_by_quotations():
    model, corpus = lv.load_model("prose"), lv.load_corpus("stories")
    short = lv.Corpus("short", "Short", tuple(d[:1500] for d in corpus.documents[:8]))
    tokens, breaks = short.tokens(model.vocabulary)
    values = np.array(lv.corpus_states(model, short, 2, "tanh_cell").values[12])
    tracks = lv.explaining_tracks(model, short)
    assert "python" not in {track.name for track in tracks}
    best = lv.explain_unit(values, lv.TextProperties(tokens, breaks), tracks)[0]
    assert (best.track, best.label) == ("quotation", "inside")
    assert best.auc > 0.9
    assert lv.explained_by_tokens(values, lv.TextProperties(tokens, breaks)).max() < 0.3
