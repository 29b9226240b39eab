"""Figures to take along: all that a page has drawn, and nothing of the run before."""

import io
import json
import zipfile

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lstmvis_core import charts
from pages.ui.doors import PAGES
from pages.ui.figures_panel import zipped
from tests.app.driver import check, open_page, open_select


def specs(at: AppTest) -> list[dict]:
    """Specifications of all charts of the page."""
    return [json.loads(element.proto.spec) for element in at.get("vega_lite_chart")]


def drawn(at: AppTest) -> list[str]:
    """What the figures show that would be taken along."""
    return [alt for alt, _ in at.session_state["figures"].values()]


@pytest.mark.parametrize("page", PAGES)
def test_every_figure_of_a_page_can_be_taken_along(page: str):
    at = open_page(
        PAGES[page], {"model": "parens", "text": "(1 (2) 1) 0", "start": "1", "end": "3"}
    )
    assert len(drawn(at)) == len(specs(at)) > 0
    again = drawn(at)
    check(at.run())
    assert drawn(at) == again


def renderers(at: AppTest) -> set[str]:
    """How the charts of the page are drawn: as the browser likes, where they do not say."""
    return {
        one.get("usermeta", {}).get("embedOptions", {}).get("renderer", "") for one in specs(at)
    }


def test_figures_are_vector_graphics_if_asked():
    at = open_select()
    assert "svg" not in renderers(at)
    at.toggle(key="vector").set_value(True)
    check(at.run())
    assert renderers(at) == {"svg"}


def test_the_numbers_of_each_figure_are_tables():
    guesses = charts.prediction_chart([("a", 0.75), (" ", 0.25)])
    content = zipped({"0": ("What comes next: “a”, 75 %", guesses), "1": ("…", guesses)})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert names == [
            "1-what-comes-next-a-75/shows.txt",
            "1-what-comes-next-a-75/predictions.csv",
            "2-figure/shows.txt",
            "2-figure/predictions.csv",
        ]
        assert archive.read(names[0]).decode() == "What comes next: “a”, 75 %\n"
        table = pd.read_csv(io.BytesIO(archive.read(names[1])))
    assert table["probability"].tolist() == [0.75, 0.25]
