"""A specification for a projector: larger letters, with the room and the places they need.

The browser could enlarge a finished chart as a picture (CSS `zoom`), but Vega would then look for
the mouse in the wrong place. So the lengths in the specification itself grow. Its expressions go
on counting in the pixels that they were written for: they are told a smaller width.
"""

import re
from typing import Any

_LENGTHS = frozenset(
    {
        *("width", "height", "spacing", "padding", "minExtent"),
        *("fontSize", "labelFontSize", "limit", "labelLimit", "dx", "dy"),
    }
)
_PLACES = ("x", "x2", "y", "y2")
_LETTERS = 11  # px, of what says nothing of its size
_SIZE = re.compile(r"(?<![.\w'])(width|height)\b")


def enlarged(layout: dict[str, Any], by: float) -> dict[str, Any]:
    """A Vega-Lite specification, drawn larger: letters, bars, and distances; lines as they were.

    What is as wide as its container stays so.

    Parameters
    ----------
    layout : dict
        Not changed.
    by : float
        How many times as large.

    Returns
    -------
    dict

    Examples
    --------
    >>> layout = {"mark": {"type": "text", "dx": 4}, "height": 100, "width": "container"}
    >>> large = enlarged(layout, 1.5)
    >>> large["mark"], large["height"], large["width"], large["config"]
    ({'type': 'text', 'dx': 6.0}, 150.0, 'container', {'text': {'fontSize': 16.5}})
    """
    made = _part(layout, by)
    config = made.get("config", {})
    letters = {"fontSize": _LETTERS * by} | config.get("text", {})
    return {**made, "config": {**config, "text": letters}}


def _part(part: Any, by: float) -> Any:
    if isinstance(part, list):
        return [_part(one, by) for one in part]
    if not isinstance(part, dict):
        return part
    made = {}
    for key, value in part.items():
        if key in _LENGTHS:
            made[key] = _length(value, by)
        elif key in _PLACES and isinstance(value, dict):
            made[key] = _place(value, by)
        elif key in ("filter", "calculate") and isinstance(value, str):
            made[key] = _as_written(value, by)
        else:
            made[key] = _part(value, by)
    return _with_pixels(made, by)


def _length(value: Any, by: float) -> Any:
    """A number of pixels, an expression for one, or several by name."""
    if isinstance(value, int | float):
        return value * by
    if isinstance(value, dict) and "expr" in value:
        return {"expr": f"{by} * ({_as_written(value['expr'], by)})"}
    if isinstance(value, dict):
        return {key: _length(one, by) for key, one in value.items()}
    return value


def _as_written(expression: str, by: float) -> str:
    """An expression that is told the size for which it was written."""
    return _SIZE.sub(rf"(\1 / {by})", expression)


def _place(channel: dict[str, Any], by: float) -> dict[str, Any]:
    """Where a mark stands: at a pixel, or by a scale that says on which pixels it lies."""
    made = _part(channel, by)
    if "value" in made:
        made["value"] = _length(made["value"], by)
    scale = made.get("scale")
    if scale and "range" in scale:
        made["scale"] = {**scale, "range": [_length(end, by) for end in scale["range"]]}
    return made


def _with_pixels(unit: dict[str, Any], by: float) -> dict[str, Any]:
    """A chart whose tables say where its marks stand, or how large its letters are, in pixels."""
    mark, encoding = unit.get("mark"), unit.get("encoding")
    if not isinstance(mark, dict) or encoding is None:
        return unit
    channels = (*_PLACES, "size") if mark["type"] == "text" else _PLACES
    found = [
        channel["field"]
        for name in channels
        if "scale" in (channel := encoding.get(name, {})) and channel["scale"] is None
    ]
    larger = [{"calculate": f"datum.{field} * {by}", "as": field} for field in found]
    return {**unit, "transform": [*unit.get("transform", []), *larger]} if larger else unit
