"""What is fetched: it comes, or says why not; whoever leaves need not wait for it."""

import threading

import pytest
from streamlit.runtime.scriptrunner import StopException

import lstmvis_core as lv
from pages.ui import waiting
from tests.test_turns import until


class Gone(StopException):
    """Its user asked for something newer."""


def leave() -> None:
    raise Gone


def test_what_is_fetched_comes():
    assert waiting.fetched("a", lambda: threading.current_thread()) != threading.current_thread()


def test_why_it_does_not_come_is_said():
    def fetch() -> None:
        raise lv.ModelError("The Hub does not answer.")

    with pytest.raises(lv.ModelError, match="does not answer"):
        waiting.fetched("a", fetch)


def test_it_is_shown_how_far_it_is():
    answered, shown = threading.Event(), []

    def show() -> None:
        shown.append("so far")
        if len(shown) == 3:
            answered.set()

    assert waiting.fetched("a", answered.wait, show)
    assert len(shown) >= 3


def test_whoever_leaves_does_not_wait_and_what_had_not_begun_is_not_fetched():
    answered, began, fetched = threading.Event(), [], []

    def fetch(name: str) -> None:
        began.append(name)
        answered.wait()
        fetched.append(name)

    for name in "abc":  # as many as are fetched at once
        with pytest.raises(Gone):
            waiting.fetched(name, lambda name=name: fetch(name), leave)
    assert sorted(began) == ["a", "b", "c"]
    assert waiting.HUB.ahead("d") == 1

    def newer_request(*_: object, **__: object) -> None:
        raise Gone

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streamlit.delta_generator.DeltaGenerator.info", newer_request)
        with pytest.raises(Gone):
            waiting.fetched("d", lambda: fetch("d"))
    answered.set()
    assert waiting.fetched("e", lambda: "e") == "e"
    until(lambda: len(fetched) == 3 and not waiting.HUB.ahead("f"))
    assert sorted(fetched) == ["a", "b", "c"]
