"""The main view of Clusters: sentences, units in chips, words in clouds; two models mirrored."""

from functools import partial
from html import escape
from typing import Any

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import cluster_chart
from lstmvis_core.charts.cluster_chart import HALF, PICK, WIDTH
from lstmvis_core.charts.cluster_scene import Scene, letter_of
from lstmvis_core.charts.palette import hue_of_letters, letters
from lstmvis_core.charts.track_colours import label_hues
from lstmvis_core.tracks.track import GREY
from pages.ui import frame, session
from pages.ui.clusters import Tint, tint_of
from pages.ui.figure import figure, fresh_key, note_click
from pages.ui.models import model_name
from pages.ui.parameters import MOST_PICKED, NO_CLUSTER
from pages.ui.shown_clusters import Shown
from pages.ui.view import View
from pages.ui.words import count, plain

ROOM_IN_LARGE = 0.94  # of the usual width: margins of the page grow with its letters
_CLICKED = "clusters_number"


def tint_or_warning(view: View) -> Tint | None:
    """What colours the words; where that cannot be had, none and a sentence."""
    try:
        return tint_of(view)
    except lv.TrackError as error:
        st.warning(plain(str(error)), icon=":material/block:")
        return None


def cluster_panel(
    view: View, what: Shown, tint: Tint | None, other: tuple[View, Shown] | None
) -> None:
    """Draw the figure, or two of them, and what its colours mean."""
    units = count(len(what.found.units), "unit")
    st.markdown(  # also, the toolbar of the chart covers what stands just above it
        f"**All {units} of the layer in {count(what.found.number, 'cluster')}.** Point at anything "
        "to see what belongs to it; click a word, a square or a chip."
    )
    if other is None:
        _figure(view, what, tint, "clusters")
    else:
        second, its = other
        left, right = st.columns(2, gap="small")
        with left:
            st.markdown(f"**{plain(_title(view))}**")
            _figure(view, what, tint, "clusters", half=True)
        with right:
            st.markdown(f"**{plain(_title(second))}**")
            its_tint = None if tint is None else tint_or_warning(second)
            _figure(second, its, its_tint, "beside", half=True, mirror=True)
        _compare(view, what, second, its)
    _legend(what, tint)


def _title(view: View) -> str:
    return f"{model_name(view.model)}, layer {view.layer}"


def _compare(view: View, what: Shown, second: View, its: Shown) -> None:
    """Say how much each of two models keeps from word to word, on average over the clusters."""
    said = []
    for one, shows in ((view, what), (second, its)):
        response = shows.read[0].sentence.response
        if len(response.pieces) < 2:
            return
        name = f"**{plain(_title(one))}**"
        found = f"{name} has {response.overlap[1:].mean():.0%} of its state again"
        if np.isfinite(response.kept).all():
            found += f" (by its gates it keeps {response.kept[1:].mean():.0%})"
        said.append(found)
    st.markdown(f"After each word of your text {' and '.join(said)}, on average.")


def scene_of(view: View, what: Shown, tint: Tint | None, unit: int | None) -> Scene:
    """What the chart draws."""
    index = what.usual.index
    hues, labels = np.zeros(0, np.int64), []
    if tint is not None:
        of_labels = np.array([*label_hues(tint.track), GREY])
        hues = of_labels[tint.labels]
        labels = [_label(tint.track, number) for number in tint.labels.tolist()]
    return Scene(
        what.usual.words,
        what.usual.counts,
        what.found,
        [one.sentence for one in what.read],
        _squares(what),
        hues,
        labels,
        looked_at=int(what.read[what.sentence].steps[what.piece]),
        picked=[index[word] for word in what.picked],
        cluster=None if view.cluster == NO_CLUSTER else view.cluster,
        unit=unit,
        weakest=view.weakest,
    )


def _squares(what: Shown) -> np.ndarray:
    """How each unit responds to the word that is looked at, or usually does to the last picked."""
    if what.actual:
        return what.changes / what.usual.divisors
    return what.usual.scaled[what.usual.index[what.picked[-1]]]


def _label(track: lv.Track, number: int) -> str:
    if number < 0:
        return "unknown"
    label = track.labels[number]
    return track.meanings.get(label, label)


def _figure(
    view: View,
    what: Shown,
    tint: Tint | None,
    name: str,
    half: bool = False,
    mirror: bool = False,
) -> None:
    unit = None if name == "beside" else view.unit
    width = HALF if half else WIDTH
    drawing = cluster_chart(
        scene_of(view, what, tint, unit),
        width=width * ROOM_IN_LARGE / frame.LARGE if view.large else width,
        mirror=mirror,
        dark=frame.is_dark(),
    )
    key = fresh_key(name, _CLICKED)
    said = "their response" if what.actual else "their usual response"
    word = what.typed if what.actual else what.picked[-1]
    figure(
        drawing,
        key=key,
        width="content",  # in a narrow window it is scrolled
        on_select=partial(_clicked, key, view.model, what),
        selection_mode=PICK,
        alt=f"{count(what.found.number, 'cluster')} of units of {_title(view)} with the words that "
        f"drive them, and {said} to “{word}”: most in cluster {_most(what)}",
    )


def _most(what: Shown) -> str:
    """The cluster whose units respond most, and by how much."""
    sizes, own = np.abs(_squares(what)), what.found.units
    means = [float(sizes[own == cluster].mean()) for cluster in range(what.found.number)]
    cluster = int(np.argmax(means))
    return f"{letter_of(cluster)}, by {means[cluster]:.2f} of a usual change"


def _legend(what: Shown, tint: Tint | None) -> None:
    """In words, what is seen."""
    word = what.typed if what.actual else what.picked[-1]
    where = "in your text" if what.actual else "on average over the corpus"
    true = (
        "; the black mark, the true share by the gates"
        if np.isfinite(what.read[0].sentence.response.kept).any()
        else ", which for a plain RNN nothing can tell truly: it writes its state anew"
    )
    dark = frame.is_dark()
    st.html(
        '<div style="font-size:.86rem;line-height:1.55">'
        f"<b>Squares</b> are units: blue rose and orange fell at “{escape(word)}”, {where}. "
        "▲ words raise the upper units of a chip and lower the lower ones; ▼ words do the "
        "opposite. <b>Bars</b> beside a word: how far the cluster's units are above and below "
        "zero; blue has just risen, orange fallen. <b>Between two words</b>, grey: how much of "
        f"the state is there again{true}. Bold words are in your text."
        f"{_tint_legend(tint, dark)}</div>"
    )


def _tint_legend(tint: Tint | None, dark: bool) -> str:
    if tint is None:
        return ""
    present = [n for n in dict.fromkeys(sorted(tint.labels.tolist())) if n >= 0]
    hues = label_hues(tint.track)
    pieces = "".join(
        f'<span style="color:{letters(dark) if hues[n] == GREY else hue_of_letters(hues[n], dark)}'
        f';margin-right:.8em;display:inline-block">{escape(_label(tint.track, n))}</span>'
        for n in present
    )
    return f"<br><b>{escape(tint.track.title.capitalize())}</b>:&ensp;{pieces}"


@session.uninterrupted
def _clicked(key: str, model: str, what: Shown) -> None:
    """Callback of the chart: look at a word, compare one of a cloud, follow a chip, see a unit."""
    points: Any = st.session_state[key]["selection"].get(PICK)
    if not points:
        return
    view, point = session.current(), points[0]
    own = model == view.model
    kind = point["what"]
    if kind in ("piece", "bar", "push"):
        session.change(step=int(point["piece"]), words=())
    elif kind == "word":
        word = what.usual.words[int(point["word"])]
        rest = tuple(one for one in view.words if one != word)
        words = rest if word in view.words else (*rest, word)[-MOST_PICKED:]
        session.change(words=words)
    elif kind == "chip" and own:
        cluster = int(point["cluster"])
        session.change(cluster=NO_CLUSTER if cluster == view.cluster else cluster)
    elif kind == "unit" and own:
        session.change(unit=int(point["unit"]))
    note_click(_CLICKED)
