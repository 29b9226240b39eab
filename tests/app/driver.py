"""How the tests of the pages open them, act on them, and read what they show.

AppTest cannot act on charts, so `select` uses a private part of it; streamlit is pinned.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pandas as pd
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from pages.ui.link import from_params
from pages.ui.view import View

ROOT = Path(__file__).resolve().parent.parent.parent
SELECT_PAGE = "pages/1_Select_and_Match.py"
ZOO_PAGE = "pages/2_Zoo.py"
UNITS_PAGE = "pages/4_Units.py"
TEXT = "0 (1 (2 (3 (4 4 4) 3) 2) 1) 0 ((2) 1)"  # 37 tokens
LONG = "0 (1 (2 (3 (4 4 4) 3) 2) 1) 0 ((2) 1) 0 (1) " * 3  # 132 tokens
RANGE = {"start": "11", "end": "17"}  # the innermost parentheses of TEXT
USUAL = {"model": "parens", "text": TEXT, **RANGE, "kind": "tanh_cell", "threshold": "0.5"}


# -- open --------------------------------------------------------------------------------------


def open_page(page: str | None = None, params: dict[str, str] | None = None) -> AppTest:
    """A fresh session on a page (Home by default), by a link."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.query_params.update(params or {})
    if page:
        at.switch_page(page)
    return check(at.run())


def open_select(**params: str) -> AppTest:
    """A fresh session on Select and Match: model `parens`, unless a parameter says otherwise."""
    return open_page(SELECT_PAGE, USUAL | params)


def open_units(**params: str) -> AppTest:
    """A fresh session on Units: model `parens`, unless a parameter says otherwise."""
    return open_page(UNITS_PAGE, {"model": "parens", "text": TEXT} | params)


def check(at: AppTest) -> AppTest:
    """Fail if the page shows an exception."""
    assert not at.exception, at.exception[0].message
    return at


# -- act ---------------------------------------------------------------------------------------


def type_text(at: AppTest, text: str) -> None:
    """Put a text into the box, whichever is shown."""
    box = at.text_area if at.text_area else at.text_input
    key = "text_area" if at.text_area else "text_line"
    box(key=key).set_value(text)
    check(at.run())


def click(at: AppTest, key: str) -> None:
    """Press a button."""
    at.button(key=key).click()
    check(at.run())


def select(at: AppTest, chart: str, **selection: Any) -> None:
    """What the browser sends when something in a chart is selected."""
    proto = _chart(at, chart).proto
    states = at._tree.get_widget_states()
    state = states.widgets.add()
    state.id, state.string_value = proto.id, json.dumps({"selection": selection})
    check(at._run(states))


def go_to(at: AppTest, page: str) -> None:
    """Open another page in the same session, by the list of pages."""
    at.query_params.clear()
    check(at.switch_page(page).run())


def upload(at: AppTest, name: str, content: bytes) -> None:
    """Bring a file of one's own as a corpus."""
    at.file_uploader(key="own_file").set_value((name, content, "text/plain"))
    check(at.run())


def in_order() -> list[str]:
    """The embedded models as pages list them: the first to see, then by name."""
    return ["prose", *(id for id in lv.list_models() if id != "prose")]


# -- read --------------------------------------------------------------------------------------


def view(at: AppTest) -> View:
    """The view of the link, which must make sense."""
    shown, problems = from_params(params(at))
    assert problems == []
    return shown


def params(at: AppTest) -> dict[str, str]:
    """The parameters of the link."""
    values = at.query_params.items()
    return {k: v[0] if isinstance(v, list) else v for k, v in values}


def keys(at: AppTest) -> list[str]:
    """Keys of the charts on the page, or nothing for a chart without one."""
    return [element.key or "" for element in at.get("vega_lite_chart")]


def _chart(at: AppTest, name: str) -> Any:
    """The chart whose key, or what is said of it, begins so."""
    charts = at.get("vega_lite_chart")
    found = [c for c in charts if (c.key or "").startswith(name) or c.proto.alt.startswith(name)]
    assert len(found) == 1, f"{len(found)} charts {name!r} among {keys(at)}"
    return found[0]


def frame(at: AppTest, chart: str, *columns: str) -> pd.DataFrame:
    """The smallest data set of a chart that has all these columns."""
    sets = [convert_arrow_bytes_to_pandas_df(d.data.data) for d in _chart(at, chart).proto.datasets]
    found = [data for data in sets if set(columns) <= set(data.columns)]
    assert found, f"no data set of {chart} has {columns}"
    return min(found, key=lambda data: data.size)


def picture(at: AppTest) -> list[tuple[str, bytes]]:
    """All that the browser gets to draw the charts."""
    protos = [element.proto for element in at.get("vega_lite_chart")]
    return [(p.spec, b"".join(d.data.data for d in p.datasets)) for p in protos]


def shown_range(at: AppTest) -> tuple[int, int]:
    """Where a range slider that is new to the browser puts its handles."""
    proto = at.slider(key="range").proto
    start, end = proto.value if proto.set_value else proto.default
    return int(start), int(end)


def units(at: AppTest) -> list[int]:
    """The units that the Select view highlights."""
    data = frame(at, "select_chart", "u", "chosen")
    return data["u"][data["chosen"]].tolist()


def control(at: AppTest) -> dict[str, int]:
    """What the Select view draws as range: `lo` to `hi` (within) of the window."""
    return {str(k): int(v) for k, v in frame(at, "select_chart", "lo", "before").iloc[0].items()}


def drawn_tokens(at: AppTest) -> str:
    """The tokens that the Select view draws."""
    return "".join(frame(at, "select_chart", "token", "step")["token"])


def matches(at: AppTest) -> pd.DataFrame:
    """The rows of the Match view."""
    return frame(at, "match_chart", "row", "shared")


def sentences(at: AppTest) -> str:
    """Everything a page says in boxes."""
    return "\n".join(box.value for box in (*at.warning, *at.info, *at.error))


def toasts(at: AppTest) -> str:
    """Everything a page says for a moment."""
    return "\n".join(toast.value for toast in at.toast)


def links(at: AppTest) -> list[View]:
    """The views that the links of a page's main part lead to."""
    protos = [link.proto for link in at.main.get("page_link") if link.proto.query_string]
    read = [from_params(dict(parse_qsl(p.query_string, keep_blank_values=True))) for p in protos]
    assert all(problems == [] for _, problems in read)
    return [view for view, _ in read]


def html(at: AppTest) -> str:
    """All the HTML of a page but its style sheet."""
    pieces = [element.proto.body for element in at.get("html")]
    return "\n".join(piece for piece in pieces if "<style>" not in piece)


def markdown(at: AppTest) -> str:
    """Everything that Streamlit reads as Markdown, labels and help texts apart."""
    boxes = (*at.warning, *at.info, *at.error, *at.success, *at.toast)
    return "\n".join(element.value for element in (*at.markdown, *at.caption, *boxes))
