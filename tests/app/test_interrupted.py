"""A newer request may end a run at any access to the session state: nothing is lost by that."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from streamlit import config
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner
from streamlit.testing.v1 import AppTest

from tests.app.driver import check, click, open_select, select, shown_range, view

PLACES = 36  # the accesses of the callbacks, and of the page until the link is written
REQUEST, HANDLE = ScriptRunner.request_rerun, ScriptRunner._maybe_handle_execution_control_request


@contextmanager
def interrupted(place: int) -> Iterator[None]:
    """End the next run where it accesses the session state for the n-th time.

    The browser asks again, without the click that is already on its way.
    """
    asked: list[RerunData] = []
    accesses = 0

    def request(self: ScriptRunner, data: RerunData) -> bool:
        asked.append(data)
        return REQUEST(self, data)

    def handle(self: ScriptRunner) -> None:
        nonlocal accesses
        if self._execing:
            accesses += 1
            if accesses == place:
                states = asked[0].widget_states or WidgetStates()
                kept = [state for state in states.widgets if not state.trigger_value]
                REQUEST(self, replace(asked[0], widget_states=WidgetStates(widgets=kept)))
        HANDLE(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScriptRunner, "request_rerun", request)
        patch.setattr(ScriptRunner, "_maybe_handle_execution_control_request", handle)
        yield
    assert accesses > place, "the run did not come to this place"


def test_the_app_ends_a_run_before_it_begins_the_next():
    assert not config.get_option("runner.fastReruns")


def test_a_brush_is_never_lost():
    at = open_select()
    for place in range(1, PLACES):
        start = place % 30
        with interrupted(place):
            select(at, "select_chart", brush={"t": [start - 0.3, start + 2.2]})
        assert (view(at).start, view(at).end) == shown_range(at) == (start, start + 3), place


def test_a_click_is_never_lost(unhurried: None):
    at = open_select()
    for place in range(2, PLACES):  # the first is before Streamlit itself has heard of the click
        at.slider(key="threshold").set_value(0.3)
        check(at.run())
        suggested = at.button(key="use_suggested").label
        with interrupted(place):
            click(at, "use_suggested")
        assert f"Use {view(at).threshold:g}" == suggested, place


def test_a_moved_widget_is_never_lost():
    at: AppTest = open_select()
    for place in range(1, PLACES):
        threshold = 0.3 + place / 100
        with interrupted(place):
            at.slider(key="threshold").set_value(threshold)
            check(at.run())
        assert view(at).threshold == pytest.approx(threshold), place


def test_another_model_is_never_half_chosen():
    at = open_select()
    for place in range(1, PLACES):
        model = ("prose-gru", "parens")[place % 2]
        with interrupted(place):
            at.selectbox(key="model").set_value(model)
            check(at.run())
        assert view(at).model == model, place
        assert at.text_input(key="text_line").value == view(at).text
