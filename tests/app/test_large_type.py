"""Large type: one switch on every view, kept from page to page and in the link."""

import json
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.doors import LEARN, PAGES
from pages.ui.frame import LARGE
from tests.app.driver import TEXT, USUAL, ZOO_PAGE, check, click, go_to, open_page, view

VIEWS = {name: page for name, page in PAGES.items() if page != LEARN}
MODEL = {"model": "parens", "text": TEXT}


def is_large(at: AppTest) -> bool:
    """Whether the page's letters are larger, which those of charts then are, too."""
    page = any(f"font-size: {LARGE:.0%}" in element.proto.body for element in at.get("html"))
    charts = [json.loads(element.proto.spec) for element in at.get("vega_lite_chart")]
    sizes = {chart.get("config", {}).get("text", {}).get("fontSize", 11) for chart in charts}
    assert sizes <= {11 * LARGE if page else 11}
    return page


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_has_the_switch_and_its_link(name: str):
    at = open_page(VIEWS[name], MODEL)
    assert not is_large(at)
    at.toggle(key="large").set_value(True)
    check(at.run())
    assert view(at).large
    assert is_large(at)
    again = open_page(VIEWS[name], MODEL | {"large": "1"})
    assert again.toggle(key="large").value
    assert is_large(again)
    at.toggle(key="large").set_value(False)
    check(at.run())
    assert not view(at).large
    assert not is_large(at)


@pytest.mark.parametrize("page", [None, LEARN, ZOO_PAGE, *VIEWS.values()])
def test_it_is_kept_on_other_pages(page: str | None):
    at = open_page(VIEWS["Units"], MODEL | {"large": "1"})
    go_to(at, page or "app.py")
    assert is_large(at)


def test_it_is_kept_where_a_prepared_view_is_opened():
    at = open_page(VIEWS["Select and Match"], USUAL | {"large": "1"})
    click(at, "example_parens_1")
    assert view(at).large
    for page in ("app.py", LEARN):
        go_to(at, page)
        protos = [link.proto for link in at.main.get("page_link") if link.proto.query_string]
        params = [dict(parse_qsl(proto.query_string)) for proto in protos]
        assert len(params) > 5
        assert all(one.get("large") == "1" for one in params if "model" in one)


def test_it_is_kept_all_through_a_lesson():
    at = open_page(VIEWS["Units"], MODEL | {"large": "1", "lesson": "3-quotation-marks"})
    protos = [
        link.proto for link in at.get("page_link") if "lesson_step" in link.proto.query_string
    ]
    assert protos
    assert all("large=1" in proto.query_string for proto in protos)
