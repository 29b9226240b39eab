"""Every page with a text box reads any text: without a traceback, and never as markup."""

from random import Random

import pytest

from tests.app.driver import check, html, markdown
from tests.app.text_boxes import BOXES, Box
from tests.odd_texts import MARKUP, odd_text

TEXTS = 12  # for each box; `python -m benchmarks.texts` tries as many as you like


@pytest.mark.parametrize("box", BOXES, ids=lambda box: box.name)
def test_any_text_is_read(box: Box):
    random = Random(box.name)
    at = box.open()
    for number in range(TEXTS):
        text = odd_text(random)
        check(box.put(at, text))
        for tag in ("<script", "<img", "</code><style", "<!--"):
            assert tag not in html(at), f"text {number}"
        for markup in MARKUP:
            assert markup not in text or markup not in markdown(at), f"text {number}"
