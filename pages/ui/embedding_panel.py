"""The embedding as a map: which tokens the network takes for alike before it reads on."""

from functools import partial
from typing import Any

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts.embedding_chart import (
    NEIGHBOUR_CLICK,
    TOKEN_CLICK,
    embedding_chart,
    neighbours_chart,
)
from lstmvis_core.charts.prediction_chart import NAMES
from lstmvis_core.charts.tokens import visible
from pages.ui import cached, frame, session
from pages.ui.figure import figure, fresh_key, note_click
from pages.ui.outputs import (
    MOST_WORDS,
    NEIGHBOURS,
    by_chance,
    chosen_token,
    embedding_map,
    frequent,
    ids_of_text,
    nearest,
)
from pages.ui.view import View
from pages.ui.words import count, named_apart, plain

_CLICKED = "embedding_clicks"


def embedding_panel(view: View, trace: lv.Trace | None, said: str) -> None:
    """Draw the map, and the neighbours of one token."""
    st.markdown("#### What goes in: the embedding")
    model = cached.model(view.model)
    tokens, size = model.vocabulary.tokens, model.config.embedding_size
    st.markdown(
        f"A network can only count. So each of its {count(len(tokens), 'token')} stands for a list "
        f"of {count(size, 'number')}, its **embedding**, learned in training. **Click a token of "
        "the map**, or choose one: which others have nearly the same list?"
    )
    if said:
        st.info(said, icon=":material/search_off:")
    of_text, often = ids_of_text(trace), frequent(view.model, view.corpus)
    chosen = chosen_token(view, trace)
    if chosen is None:
        st.info("The corpus and the text have no token that this network knows.")
        return
    near = nearest(view.model, chosen)
    ids = _shown(chosen, near, of_text, often)
    left, right = st.columns([5, 2], gap="small")
    with left:
        _map(view, tokens, ids, of_text, chosen, near)
    with right:
        _choice(tokens, ids)
        _neighbours(view, tokens, size, chosen, near)


def _shown(
    chosen: int, near: list[tuple[int, float]], of_text: list[int], often: tuple[int, ...]
) -> list[int]:
    """Ids on the map: the text, the token and its neighbours, and frequent ones to fill it."""
    first = [chosen, *of_text, *(id for id, _ in near)]
    return list(dict.fromkeys([*first, *often]))[:MOST_WORDS]


def _map(
    view: View,
    tokens: tuple[str, ...],
    ids: list[int],
    of_text: list[int],
    chosen: int,
    near: list[tuple[int, float]],
) -> None:
    shown = embedding_map(view.model)
    drawing = embedding_chart(
        shown,
        tokens,
        ids,
        bold=of_text,
        chosen=chosen,
        near=[id for id, _ in near],
        dark=frame.is_dark(),
    )
    key = fresh_key("embedding_chart", _CLICKED)
    figure(
        drawing,
        key=key,
        width="content",
        on_select=partial(_click, key, TOKEN_CLICK, tokens),
        selection_mode=TOKEN_CLICK,
        alt=f"{count(len(ids), 'token')} along the two main directions of the embedding, and lines "
        f"from “{_name(tokens[chosen])}” to its neighbours; both show {sum(shown.shares):.0%} of "
        "all differences",
    )
    first, second = shown.shares
    both = first + second
    hidden = ""
    if len(near) == NEIGHBOURS:  # of a small vocabulary all others are neighbours
        on_map = set(shown.nearest(chosen, NEIGHBOURS)) & {id for id, _ in near}
        are = "is" if len(on_map) == 1 else "are"
        hidden = (
            f": of the {NEIGHBOURS} true neighbours, {len(on_map) or 'none'} {are} also among the "
            f"{NEIGHBOURS} that lie nearest on the map"
        )
    st.caption(
        f"Bold and blue: your text; orange: the token and its neighbours; grey: frequent tokens of "
        f"*{plain(cached.corpus(view.corpus).title)}*. **A map of two directions shows {both:.0%} "
        f"of all differences, and hides the rest**{hidden}."
    )


def _choice(tokens: tuple[str, ...], ids: list[int]) -> None:
    names = named_apart((tokens[id] for id in ids), _name)
    st.selectbox(
        "Neighbours of",
        ["", *(tokens[id] for id in ids)],
        key="token",
        format_func=lambda token: names(token) if token else "a token of your text",
        accept_new_options=True,
        help="Choose a token, or type any other one that the network knows.",
    )


def _neighbours(
    view: View, tokens: tuple[str, ...], size: int, chosen: int, near: list[tuple[int, float]]
) -> None:
    st.markdown(f"**Nearest to “{plain(_name(tokens[chosen]))}”** (cosine)")
    found = [(tokens[id], cosine) for id, cosine in near]
    key = fresh_key("neighbours", _CLICKED)
    figure(
        neighbours_chart(found, [id for id, _ in near], frame.is_dark()),
        key=key,
        on_select=partial(_click, key, NEIGHBOUR_CLICK, tokens),
        selection_mode=NEIGHBOUR_CLICK,
        alt="; ".join(f"{_name(token)} {cosine:.2f}" for token, cosine in found),
    )
    chance = by_chance(len(tokens) - 2, size)
    beyond = sum(cosine > chance for _, cosine in found)
    if beyond:
        verdict = f"**{beyond} of {len(found)} are nearer than that.**"
    else:
        verdict = "**None is nearer than that**: here the list says little about who is alike."
    st.caption(
        "The cosine is 1 where two lists of numbers point the same way, and 0 where they have "
        f"nothing in common. If all pointed anywhere, the nearest of {len(tokens) - 2:,} would "
        f"reach {chance:.2f} by chance. {verdict}"
    )


def _name(token: str) -> str:
    seen = "".join(map(visible, token))
    return NAMES.get(seen, seen)


@session.uninterrupted
def _click(key: str, mode: str, tokens: tuple[str, ...]) -> None:
    """Callback of both charts: the neighbours of the token that was clicked."""
    points: Any = st.session_state[key]["selection"].get(mode)
    if points:
        note_click(_CLICKED)
        session.change(token=tokens[int(points[0]["id"])])
