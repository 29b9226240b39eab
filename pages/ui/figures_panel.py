"""Figures to take along: as vector graphics for a slide, and what they draw as tables."""

import io
import re
import zipfile
from collections.abc import Mapping
from functools import partial

import streamlit as st

from lstmvis_core.charts import Drawing
from pages.ui.figure import VECTOR, figures

_NAME = 40  # characters of what a figure shows that its folder is named by

# Only the browser has drawn the figures. Charts may come a moment after this script.
_SAVE = """
<style>
  #vector-figures { display: grid; gap: .4rem; }
  #vector-figures button {
    font: inherit; font-size: .9rem; text-align: left; color: inherit; cursor: pointer;
    background: transparent; border: 1px solid currentColor; border-radius: .5rem;
    padding: .35rem .6rem;
  }
</style>
<div id="vector-figures" role="group" aria-label="Save a figure as SVG"></div>
<script>
(() => {
  const list = () => {
    const place = document.getElementById("vector-figures");
    if (!place) return;
    const found = [...document.querySelectorAll('[data-testid="stVegaLiteChart"] svg.marks')];
    place.replaceChildren(...found.map((svg, number) => {
      const button = document.createElement("button");
      const told = svg.getAttribute("aria-label") || svg.closest("[aria-label]")?.ariaLabel;
      const words = told || "figure";
      button.textContent = `${number + 1}. ${words.length > 70 ? words.slice(0, 69) + "…" : words}`;
      button.onclick = () => {
        const drawn = svg.cloneNode(true);
        drawn.setAttribute("xmlns", "http://www.w3.org/2000/svg");
        const text = new XMLSerializer().serializeToString(drawn);
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
        link.download = `figure-${number + 1}.svg`;
        link.click();
        URL.revokeObjectURL(link.href);
      };
      return button;
    }));
  };
  for (const wait of [0, 400, 1500, 4000]) setTimeout(list, wait);
})();
</script>
"""


def figures_panel() -> None:
    """Draw a button behind which the figures of the page are, if it has some."""
    drawn = figures()
    if not drawn:
        return
    with st.popover("Figures and data", icon=":material/download:"):
        st.markdown(
            "**As a picture (PNG):** the button at the upper right corner of each figure. With "
            "*Large type*, in the sidebar, its letters suit a slide."
        )
        st.toggle(
            "**As vector graphics (SVG)**",
            key=VECTOR,
            help="All figures are then drawn so, which is a little slower.",
        )
        if st.session_state.get(VECTOR):
            st.html(_SAVE, unsafe_allow_javascript=True)
        st.download_button(
            "The numbers in them (CSV)",
            # Written when somebody asks for it, of all that is drawn by then.
            partial(zipped, drawn),
            "figures.zip",
            "application/zip",
            icon=":material/table:",
            on_click="ignore",
            help="A folder for each figure, with a table for each of its parts.",
        )


def zipped(drawn: Mapping[str, tuple[str, Drawing]]) -> bytes:
    """The tables of all figures, a folder each."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (shows, drawing) in enumerate(drawn.values(), 1):
            words = re.sub(r"\W+", "-", shows.lower())[:_NAME].strip("-") or "figure"
            folder = f"{number}-{words}"
            archive.writestr(f"{folder}/shows.txt", shows + "\n")
            for name, table in drawing.data.items():
                archive.writestr(f"{folder}/{name}.csv", table.to_csv(index=False))
    return content.getvalue()
