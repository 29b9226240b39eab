"""Gates: how often they are shut and open, and what was found about them elsewhere."""

from pages.ui import frame, session
from pages.ui.gate_findings_panel import findings_panel
from pages.ui.gate_rows import time_constants, unit_rows
from pages.ui.gate_shares import has_gates, other_models, over_text, shares, with_usable_thresholds
from pages.ui.guide import guide
from pages.ui.saturation_panel import saturation_panel, shown_units
from pages.ui.share import heading
from pages.ui.text_panel import remarks, select_examples, text_box
from pages.ui.units_page import begin_units, choose_corpus, choose_network, say

frame.open_page("Gates")
view, network, trace, said = begin_units(opening=lambda view: view)
view, rounded = with_usable_thresholds(view)
limits = (view.model, network, view.layer)
session.seed(view, "Gates", limits)
session.remember(view)
choose_network(view, network)
choose_corpus()

heading(
    "Gates",
    view,
    "A gate is a number from 0, **shut**, to 1, **open**, that a unit computes anew at each step. "
    "Look for dots in the lower right corner of *forget gate* (of a GRU: *update gate*): they "
    "belong to **units that keep what they hold** for a long time. **Drag over dots** to see when "
    "their gates open and shut while your text is read.",
)
say([*said, *rounded])
text_box(view, select_examples(view.model))
remarks(view, trace)
if has_gates(network):
    layers = shares(view, network, trace)
    units = shown_units(view, layers)
    saturation_panel(view, network, layers, units, over_text(view, trace))
    rows = None if trace is None else unit_rows(view, network, layers, units, trace)
    findings_panel(view, layers, trace)
    if rows is not None:
        time_constants(view, rows)  # what takes seconds comes when all else is drawn
else:
    other_models(view)
guide(view, "Gates")
frame.close_page()
session.drawn("Gates", limits)
