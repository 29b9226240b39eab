"""The figures of a model card as small bars, the model's own above its baselines."""

from html import escape

from lstmvis_core.charts.palette import ACCENT, NEUTRAL
from lstmvis_core.zoo.cards import Card


def figure_bars(card: Card) -> str:
    """Draw the figures of a card as HTML.

    Parameters
    ----------
    card : Card
        All its figures are of one measure.

    Returns
    -------
    str
        HTML, or nothing for a card without figures; all text is escaped.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> card = lv.Card(measure="accuracy", figures=(lv.Figure("<b>", 0.9),))
    >>> "&lt;b&gt;" in figure_bars(card) and "0.9" in figure_bars(card)
    True
    """
    if not card.figures:
        return ""
    longest = max(0.0, *(figure.value for figure in card.figures)) or 1.0
    rows = []
    for figure in card.figures:
        colour = NEUTRAL if figure.baseline else ACCENT
        share = max(0.0, figure.value) / longest * 100
        low, high = figure.low, figure.high
        within = "" if low is None or high is None else f"95 % between {low:g} and {high:g}"
        rows.append(
            f'<span style="overflow:hidden;text-overflow:ellipsis" title="{escape(figure.name)}">'
            f"{escape(figure.name)}</span>"
            f'<span title="{within}"><span style="display:inline-block;height:.62em;'
            f'width:{share * 0.72:.1f}%;background:{colour};border-radius:2px"></span>'
            f" {figure.value:.4g}</span>"
        )
    return (
        '<div style="font-size:.8rem;opacity:.9;display:grid;gap:.1rem .6rem;'
        'grid-template-columns:minmax(5rem,38%) 1fr;white-space:nowrap">'
        + "".join(rows)
        + f'</div><div style="font-size:.75rem;opacity:.75">{escape(card.measure)}'
        + (f" on {escape(card.data)}" if card.data else "")
        + "</div>"
    )
