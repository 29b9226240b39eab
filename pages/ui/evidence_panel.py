"""What the matches have in common: labels that are more frequent among them than in the corpus."""

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.analysis.evidence import Share
from lstmvis_core.charts import shares_chart
from lstmvis_core.charts.match_frames import COUNT
from pages.ui import cached
from pages.ui.figure import figure
from pages.ui.view import View
from pages.ui.words import count, plain, unmarked

SHOWN = 6  # labels of a track
FEW = 20  # matches
PHRASES = {
    "start": ("begin on “{}”", "does"),
    "end": ("end on “{}”", "does"),
    "throughout": ("are “{}” all through", "is"),
}


def evidence_panel(view: View, matches: tuple[lv.Match, ...]) -> None:
    """Draw the shares of the labels of every track in view."""
    names = [name for name in dict.fromkeys((*view.tracks, view.colour)) if name != COUNT]
    st.markdown("**What the matches have in common**")
    if not names:
        st.caption("Add a track in the sidebar to see which of its labels the matches share.")
        return
    for name in names:
        track = cached.corpus_track(view, name)
        found = cached.shares(view, matches, name)
        said = _sentence(track, found, len(matches))
        st.markdown(said)
        if found:
            figure(
                shares_chart(found[:SHOWN]),
                key=f"shares_{name}",
                alt=f"Shares of labels. {unmarked(said)}",
            )
    st.caption(
        "Bars: share of the matches; mark: share of the corpus. Blue: too many for chance, by a "
        "binomial test, corrected for all labels and places tried (Bonferroni); grey: chance may "
        "explain it. The matches are the best of the corpus and no random sample, so this is a "
        "guide and no proof."
    )


def _sentence(track: lv.Track, found: list[Share], matches: int) -> str:
    title = f"**{plain(track.title)}:** "
    clear = [one for one in found if one.clear]
    if not clear:
        are = "is" if matches == 1 else "are"
        shown = f" {count(matches, 'match', 'matches')} {are} little evidence."
        few = shown if matches < FEW else ""
        return f"{title}nothing that chance would not explain.{few}"
    # The one that says most of the matches; of equals, that which is rarer in the corpus.
    best = max(clear, key=lambda one: (one.count, one.lift))
    phrase, does = PHRASES[best.place]
    return (
        f"{title}{best.count} of {matches} matches {phrase.format(plain(best.label))}; "
        f"{best.corpus:.0%} of the corpus {does}."
    )
