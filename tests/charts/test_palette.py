"""Letters in the hue of a label can be read on the page's ground, and told apart."""

import ast
import tomllib
from pathlib import Path

import pytest

import lstmvis_core
from lstmvis_core.charts import palette
from lstmvis_core.charts.palette import (
    HUES,
    SEQUENTIAL,
    hue,
    hue_of_letters,
    ink,
    letters,
    quiet_letters,
    tint,
)

CONFIG = Path(lstmvis_core.__file__).parents[1] / ".streamlit" / "config.toml"
THEMES = tomllib.loads(CONFIG.read_text("utf-8"))["theme"]
both_grounds = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


def ground(dark: bool) -> str:
    return THEMES["dark" if dark else "light"]["backgroundColor"]


def parts(colour: str) -> list[int]:
    return list(bytes.fromhex(colour.removeprefix("#")))


def contrast(one: str, other: str) -> float:
    """Web Content Accessibility Guidelines 2.2, "contrast ratio" and "relative luminance"."""
    of_both = []
    for colour in (one, other):
        red, green, blue = (
            share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
            for share in (part / 255 for part in parts(colour))
        )
        of_both.append(0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
    return max(of_both) / min(of_both)


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005), "just too little"


@both_grounds
@pytest.mark.parametrize("number", range(2 * len(HUES) + 1))
def test_letters_of_every_hue_can_be_read(number: int, dark: bool):
    assert contrast(hue_of_letters(number, dark), ground(dark)) >= 4.5


@both_grounds
def test_letters_of_the_page_can_be_read(dark: bool):
    assert contrast(letters(dark), ground(dark)) >= 4.5
    assert letters(dark) == THEMES["dark" if dark else "light"]["textColor"]


@both_grounds
def test_letters_that_step_back_can_be_read_on_all_grounds(dark: bool):
    theme = THEMES["dark" if dark else "light"]
    chip = "#232a32" if dark else "#eef1f5"
    for behind in (theme["backgroundColor"], theme["secondaryBackgroundColor"], chip):
        assert contrast(quiet_letters(dark), behind) >= 4.5
    assert contrast(quiet_letters(dark), ground(dark)) < contrast(letters(dark), ground(dark))


@pytest.mark.parametrize("number", range(2 * len(HUES) + 1))
def test_letters_on_the_colours_of_labels_can_be_read(number: int):
    for behind in (tint(number), *SEQUENTIAL):
        assert contrast(ink(behind), behind) >= 4.5


CHARTS = sorted(Path(palette.__file__).parent.glob("*.py"))
TOO_FAINT = {"NEUTRAL", "ACCENT", "CONTRAST"}  # on one of the grounds, for letters


@pytest.mark.parametrize("path", CHARTS, ids=lambda path: path.stem)
def test_no_chart_writes_in_a_colour_of_lines(path: Path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("mark_text", ".text")):
            colours = [word.value for word in node.keywords if word.arg == "color"]
            assert TOO_FAINT.isdisjoint(map(ast.unparse, colours)), ast.unparse(node)


def test_letters_of_what_is_chosen_can_be_read_on_the_tint_behind_them():
    """A segmented control writes in the primary colour on a seventh of it."""
    primary = THEMES["light"]["primaryColor"]
    for behind in ("backgroundColor", "secondaryBackgroundColor"):
        both = zip(parts(primary), parts(THEMES["light"][behind]), strict=True)
        mixed = bytes(round(one * 0.141 + other * 0.859) for one, other in both)
        assert contrast(primary, f"#{mixed.hex()}") >= 4.5


@both_grounds
@pytest.mark.parametrize("number", range(len(HUES)))
def test_a_hue_is_changed_no_more_than_needed(number: int, dark: bool):
    full, mixed = parts(hue(number)), parts(hue_of_letters(number, dark))
    toward = 255 if dark else 0
    shares = [(m - f) / (toward - f) for f, m in zip(full, mixed, strict=True) if f != toward]
    share = max(shares)
    assert share == pytest.approx(min(shares), abs=0.02), "mixed with white or black alone"
    if share > 0:
        less = [round(part + (toward - part) * (share - 0.06)) for part in full]
        assert contrast("#" + bytes(less).hex(), ground(dark)) < 4.5


@both_grounds
def test_hues_of_letters_differ_from_each_other_and_from_those_of_no_label(dark: bool):
    found = [hue_of_letters(number, dark) for number in range(len(HUES))]
    assert len({*found, letters(dark)}) == len(HUES) + 1
