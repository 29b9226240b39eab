"""The Clusters view: words of clouds, units of chips, links between them, and what is drawn."""

import json
import re
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.analysis.response_clusters import describe_clusters
from lstmvis_core.charts import Scene, Sentence, cluster_chart
from lstmvis_core.charts.cluster_chart import HALF, WIDTH
from lstmvis_core.charts.cluster_frames import SHOWN, SHOWN_COMPACT, ClusterFrames
from lstmvis_core.charts.cluster_scene import THINNEST_LINK, WIDEST_LINK
from lstmvis_core.charts.palette import ACCENT, CONTRAST, hue_of_letters, letters

ACROSS = {"x", "x2", "x0", "x1", "left", "glyph", "filled", "gate"}


def scene(seed: int = 0, words: int = 60, units: int = 20, k: int = 3) -> Scene:
    """Random clusters; no sentence."""
    draws = np.random.default_rng(seed)
    clusters = lv.response_tree(draws.normal(size=(words, units))).cut(k)
    names = tuple(f"w{number}" for number in range(words))
    return Scene(names, draws.integers(5, 9_000, words), clusters)


def tables(scene: Scene, width: float = WIDTH, dark: bool = False) -> dict[str, pd.DataFrame]:
    """What is drawn; without the layout, which takes long."""
    return ClusterFrames(scene, width, dark).tables()


def reading(names: tuple[str, ...], clusters: lv.ResponseClusters, seed: int = 0) -> Sentence:
    """A sentence of these words, with any numbers at all."""
    draws, at = np.random.default_rng(seed), np.arange(len(names))
    parts = draws.uniform(0.1, 1, (6, len(names), clusters.number))
    changes = draws.normal(size=(len(names), len(clusters.units)))
    response = lv.SequenceResponse(lv.Pieces(names, at, at + 1, at[:1]), changes, *parts)
    return Sentence(names, tuple(at.tolist()), response, parts[0], 0, len(names))


def clouds_of(clusters: lv.ResponseClusters) -> dict[int, list[int]]:
    """Words of each cloud, the strongest first; that of pole 1 of cluster c is called 2 c."""
    found: dict[int, list[int]] = {}
    own = [float(clusters.strengths[word, of]) for word, of in enumerate(clusters.words)]
    for word in sorted(range(len(own)), key=lambda w: -own[w]):
        cluster = int(clusters.words[word])
        cloud = 2 * cluster + (clusters.responses[word, cluster] < 0)
        found.setdefault(int(cloud), []).append(word)
    return found


# -- words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "most"), [(WIDTH, SHOWN), (HALF, SHOWN_COMPACT)])
@pytest.mark.parametrize("seed", range(4))
def test_the_strongest_words_of_each_cloud_are_shown(seed: int, width: float, most: int):
    shown = scene(seed, words=100)
    found = tables(shown, width=width)
    expected = clouds_of(shown.clusters)
    told = found["clouds"].set_index("cloud")["told"]
    assert set(told.index) == set(expected)
    for cloud, words in expected.items():
        rows = found["words"].query(f"cloud == {cloud}")
        assert rows["word"].tolist() == words[:most]
        hidden = f"; {len(words) - most} more are not drawn"
        assert told[cloud].endswith(hidden) == (len(words) > most)


def shown_with(seed: int, k: int, typed: int, picked: int) -> None:
    """Compare with clouds of 80 words, of which some are typed and some picked."""
    made, draws = scene(seed, words=80, k=k), np.random.default_rng(seed)
    bold, framed = ({int(w) for w in draws.integers(0, 80, n)} for n in (typed, picked))
    read = reading(("?", *(made.words[word] for word in bold)), made.clusters)
    found = tables(replace(made, sentences=[read], picked=list(framed)))["words"]
    assert set(found[found["bold"]]["word"]) == bold
    assert set(found[found["picked"]]["word"]) == framed
    for cloud, words in clouds_of(made.clusters).items():
        wanted = [word for word in words if word in bold | framed]
        others = [word for word in words if word not in wanted]
        room = max(0, SHOWN - len(wanted))
        rows = found[found["cloud"] == cloud]["word"].tolist()
        assert rows == sorted(wanted + others[:room], key=words.index)


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(0, SHOWN - 3), st.integers(0, 3))
def test_typed_and_picked_words_are_shown_however_weak(seed: int, k: int, typed: int, picked: int):
    shown_with(seed, k, typed, picked)


@pytest.mark.parametrize("seed", range(3))
def test_typed_and_picked_words_are_shown_however_many(seed: int):
    shown_with(seed, 1, 40, 3)


def test_words_out_of_view_are_not_typed():
    made = scene()
    read = replace(reading(("w1", "w2", "w3"), made.clusters), first=1, last=2)
    found = tables(replace(made, sentences=[read]))["words"]
    assert found[found["bold"]]["text"].tolist() == ["w2"]


@pytest.mark.parametrize("seed", range(4))
def test_letters_grow_with_strength_up_to_a_limit(seed: int):
    made = scene(seed, words=100)
    found = tables(made)["words"]
    strengths = made.clusters.strengths.max(axis=1)[found["word"]]
    grown = (found["size"].to_numpy() - 11) / 7
    free = grown < 1 - 1e-9
    assert 1 <= (~free).sum() <= 2, "the strongest 2 % of all words"
    assert strengths[free].max() <= strengths[~free].min()
    assert grown.max() == 1
    np.testing.assert_allclose(grown[free] / strengths[free], (grown / strengths)[free][0])


@pytest.mark.parametrize("width", [WIDTH, HALF])
def test_words_lie_in_their_cloud_and_apart(width: float):
    made = scene(3, words=100)
    names = tuple("abcdefghi"[: 1 + number % 9] * 2 for number in range(100))
    found = tables(replace(made, words=names), width=width)
    rows = found["words"].merge(found["clouds"], on="cloud", suffixes=("", "_of_cloud"))
    half = rows["size"] * 0.62  # as the frame of a word that is compared
    rows = rows.assign(top=rows["y"] - half, foot=rows["y"] + half)
    assert (rows["x0"] >= rows["x_of_cloud"]).all()
    assert (rows["x1"] <= rows["x2"]).all()
    assert (rows["top"] >= rows["y_of_cloud"]).all()
    assert (rows["foot"] <= rows["y2"]).all()
    for (_, one), (_, other) in combinations(rows.iterrows(), 2):
        aside = one["x0"] >= other["x1"] or other["x0"] >= one["x1"]
        assert aside or one["top"] >= other["foot"] or other["top"] >= one["foot"]


@pytest.mark.parametrize("dark", [False, True])
def test_words_have_the_colour_of_their_label(dark: bool):
    made, hues = scene(), np.arange(60) % 9 - 1
    coloured = replace(made, hues=hues, labels=[f"label{hue}" for hue in hues])
    for _, row in tables(coloured, dark=dark)["words"].iterrows():
        word, (cluster, side) = row["word"], divmod(row["cloud"], 2)
        hue, response = int(hues[word]), abs(made.clusters.responses[word, cluster])
        assert row["colour"] == (letters(dark) if hue == -1 else hue_of_letters(hue, dark))
        assert row["told"].startswith(
            f"w{word} · label{hue} · read {made.counts[word]:,} times · "
            f"{('raises', 'lowers')[side]} {'ABC'[cluster]} by {response:.2f}, "
        )
    plain = tables(made, dark=dark)["words"]
    assert set(plain["colour"]) == {letters(dark)}


# -- units -------------------------------------------------------------------------------------


def test_chips_say_how_many_units_they_have_and_which_is_followed():
    table = np.random.default_rng(1).normal(size=(9, 5))
    clusters = describe_clusters(table, np.array([0, 2, 2, 0, 3]), np.array([2, 1, 3, 0]))
    made = Scene(tuple("abcdefghi"), np.ones(9, int), clusters, cluster=3)
    chips = tables(made)["chips"]
    assert chips["name"].tolist() == ["C", "D", "A"], "no unit is of B, nor is it driven by words"
    assert chips["says"].tolist() == ["2 units", "1 unit", "2 units"]
    assert chips["followed"].tolist() == [False, True, False]


def test_squares_have_the_response_of_their_unit():
    values = np.random.default_rng(0).normal(size=300)
    made = scene(words=9, units=300)
    rows = tables(replace(made, squares=values, unit=7))["squares"].set_index("unit")
    assert rows["cluster"].sort_index().tolist() == made.clusters.units.tolist()
    assert rows["value"].sort_index().tolist() == values.tolist()
    assert rows.index[rows["here"]].tolist() == [7]
    sizes, shares = np.abs(values), rows["share"].sort_index().to_numpy()
    full = shares == 1
    assert 8 <= full.sum() <= 10, "3 %"
    np.testing.assert_allclose(shares[~full] / sizes[~full], shares[0] / sizes[0])
    assert sizes[full].min() >= sizes[~full].max()


@pytest.mark.parametrize("squares", [None, np.zeros(20)])
def test_units_that_say_nothing_are_blank(squares: np.ndarray | None):
    rows = tables(replace(scene(), squares=squares))["squares"]
    assert len(rows) == 20
    assert not rows[["value", "share", "here"]].to_numpy().any()


# -- links -------------------------------------------------------------------------------------


def partners(table: pd.DataFrame) -> set[tuple[Any, int]]:
    """Numbers of what a mark lights up, as Vega looks for them: between bars."""
    listed = table["partners"].items()
    return {(at, int(number)) for at, these in listed for number in re.findall(r"\|(\d+)\|", these)}


@pytest.mark.parametrize("weakest", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_links_from_a_share_of_the_strongest_are_drawn(seed: int, weakest: float):
    made = replace(scene(seed, k=4), weakest=weakest, cluster=1)
    found = tables(made)
    values = {
        (cloud, cluster): float(np.mean([made.clusters.responses[w, cluster] for w in words]))
        for cloud, words in clouds_of(made.clusters).items()
        for cluster in range(4)
    }
    strongest = max(map(abs, values.values()))
    strong = {key: v for key, v in values.items() if abs(v) >= weakest * strongest * (1 - 1e-12)}
    links = found["links"].sort_values(["cloud", "cluster", "order"])
    assert sorted(strong) == list(zip(links["cloud"][::4], links["cluster"][::4], strict=True))
    assert links["link"].nunique() == len(links) / 4 == len(strong)
    assert (len(strong) == 1) == (weakest == 1)
    clouds, chips = found["clouds"].set_index("cloud"), found["chips"].set_index("cluster")
    for (cloud, cluster), value in strong.items():
        points = links[(links["cloud"] == cloud) & (links["cluster"] == cluster)]
        chip, words = chips.loc[cluster], clouds.loc[cloud]
        assert points["value"].tolist() == pytest.approx([value] * 4)
        wide = THINNEST_LINK + (WIDEST_LINK - THINNEST_LINK) * abs(value) / strongest
        assert points["wide"].tolist() == pytest.approx([wide] * 4)
        assert set(points["rest"]) == {0.9 if cluster == 1 else 0.4}
        across = chip["x2"] + (words["x"] - chip["x2"]) * np.array([0, 0.45, 0.55, 1])
        np.testing.assert_allclose(points["x"], across)
        middles = [(chip["y"] + chip["y2"]) / 2, words["middle"]]
        np.testing.assert_allclose(points["y"], np.repeat(middles, 2))
    assert partners(clouds) == set(strong)
    assert partners(chips) == {(cluster, cloud) for cloud, cluster in strong}


def test_what_has_no_units_has_words_but_no_links():
    table = np.random.default_rng(2).normal(size=(9, 5))
    labels = np.array([0, 2, 2, 0, 2])
    clusters = describe_clusters(table, labels, np.arange(3), np.arange(9) % 3)
    found = tables(Scene(tuple("abcdefghi"), np.ones(9, int), clusters, weakest=0.0))
    assert {2, 3} & set(found["clouds"]["cloud"]), "words of B"
    assert {2, 3} & set(found["links"]["cloud"]), "drive other units, too"
    assert set(found["links"]["cluster"]) == {0, 2}


# -- the drawing -------------------------------------------------------------------------------


def whole(**more: Any) -> Scene:
    """A small one with all that can be drawn."""
    made = scene(words=12)
    read = reading(("w1", "<b>", " ", "w3"), made.clusters)
    some = {"sentences": [read], "picked": [4], "unit": 5, "looked_at": 2, "cluster": 1}
    return replace(made, **(some | more))


@cache
def written(**options: Any) -> pd.DataFrame:
    """All letters that Vega draws."""
    spec = vl_convert.vegalite_to_vega(cluster_chart(whole(), **options).chart().to_dict())
    found, left = [], [vl_convert.vega_to_scenegraph(spec)["scenegraph"]]
    while left:
        left += (one := left.pop()).get("items", [])
        found += [one] if "text" in one else []
    table = pd.DataFrame(found).fillna({"dx": 0}).sort_values(["text", "y"], ignore_index=True)
    return table[["text", "x", "y", "fontSize", "align", "dx", "fill", "fontWeight"]].round(6)


def test_all_letters_of_the_tables_are_drawn():
    tables, found = cluster_chart(whole()).data, written()
    expected = [*tables["words"]["text"], *tables["names"]["text"], *tables["heads"]["text"]]
    expected += [*tables["clouds"]["mark"], *tables["chips"]["name"], *tables["chips"]["says"]]
    assert found["text"].tolist() == sorted(expected)
    assert {"<b>", "·"} < set(found["text"])
    words = found.merge(tables["words"].round(6), on=["text", "x", "y"])
    assert len(words) == len(tables["words"])
    assert words["fontSize"].tolist() == words["size"].tolist()
    assert set(words[words["fontWeight"] == "bold"]["text"]) == {"w1", "w3"}
    typed = found[found["x"] == tables["names"]["x"][0]]
    assert sorted(typed["text"]) == sorted(tables["names"]["text"])
    assert set(typed["align"]) == {"right"}


@pytest.mark.parametrize(("sentences", "right"), [(1, HALF), (3, 656)])
def test_the_tables_of_a_mirror_are_turned_around(sentences: int, right: float):
    made = whole(sentences=[*whole().sentences] * sentences)
    plain, turned = (cluster_chart(made, width=HALF, mirror=m) for m in (False, True))
    assert plain.layout["width"] == turned.layout["width"] == right
    assert set(plain.data["clouds"]["x2"]) == {right}
    for name, table in plain.data.items():
        across, other = sorted(ACROSS & set(table)), turned.data[name]
        assert across
        np.testing.assert_allclose(other[across], right - table[across])
        assert other.drop(columns=across).equals(table.drop(columns=across))


def test_a_view_in_a_mirror_is_written_likewise():
    plain, turned = written(), written(mirror=True)
    np.testing.assert_allclose(turned["x"], WIDTH - plain["x"])
    np.testing.assert_allclose(turned["dx"], -plain["dx"])
    sides = {"left": "right", "right": "left", "center": "center"}
    assert turned["align"].tolist() == plain["align"].map(sides).tolist()
    assert set(plain["align"]) == set(sides)
    assert turned[["text", "y", "fill"]].equals(plain[["text", "y", "fill"]])


def test_on_dark_ground_letters_are_light_and_stand_where_they_stood():
    light, dark = written(), written(dark=True)
    assert dark.drop(columns="fill").equals(light.drop(columns="fill"))
    was = light["fill"] == letters(False)
    assert was.sum() > 20
    assert set(dark[was]["fill"]) == {letters(True)}
    assert not set(dark["fill"]) & {letters(False), ACCENT, CONTRAST}


def test_the_layout_is_the_same_object_whatever_is_looked_at():
    one = cluster_chart(whole())
    as_made = json.dumps(one.layout)
    one.chart()
    one.spec()["layer"].clear()
    looks = {"picked": [], "unit": 1, "looked_at": 0, "cluster": None, "weakest": 0.9}
    other = cluster_chart(whole(**looks, squares=np.arange(20.0), hues=np.arange(12) % 4))
    assert other.layout is one.layout
    assert json.dumps(one.layout) == as_made
    different = [{"mirror": True}, {"dark": True}, {"width": HALF}]
    layouts = [json.dumps(cluster_chart(whole(), **options).layout) for options in different]
    assert len({as_made, *layouts}) == 4


def test_strings_that_cannot_be_seen_are_written_so_that_they_can():
    strange = (" ", "\n", "\u0301", "\x07", "<b>", "e\u0301")
    seen = ["·", "⏎", "◌\u0301", "�", "<b>", "e\u0301"]
    made = scene(words=6)
    made = replace(made, words=strange, sentences=[reading(strange, made.clusters)])
    found = cluster_chart(made).data
    assert found["names"]["text"].tolist() == seen
    words = found["words"].sort_values("word")
    assert words["text"].tolist() == seen
    assert words["bold"].all()
    assert all(told.startswith(string) for told, string in zip(words["told"], seen, strict=True))
