"""A server is busy while many pages are begun within seconds."""

import pytest

from pages.ui import load


def test_busy_is_many_pages_within_seconds(monkeypatch: pytest.MonkeyPatch):
    now = 1000.0
    monkeypatch.setattr(load.time, "monotonic", lambda: now)
    load._BEGUN.clear()
    for _ in range(load.MANY - 1):
        load.note_page()
    assert not load.is_busy()
    now += 1
    load.note_page()
    assert load.is_busy()
    now += load.WITHIN
    assert not load.is_busy()
    load.note_page()
    assert not load.is_busy(), "the others were long ago"
