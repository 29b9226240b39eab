"""Gradients: how much of a small change arrives many steps later, in an RNN, a GRU and an LSTM."""

from pages.ui import frame, session
from pages.ui.gradients import plain_first, with_usable_scale
from pages.ui.gradients_panel import gradients_panel
from pages.ui.guide import guide
from pages.ui.share import heading
from pages.ui.text_panel import remarks, select_examples, text_box
from pages.ui.units_page import begin_units, choose_network, say

frame.open_page("Gradients")
view, network, trace, said = begin_units(opening=plain_first)
view, rounded = with_usable_scale(view)
limits = (view.model, network, trace and len(trace.tokens))
session.seed(view, "Gradients", limits)
session.remember(view)
choose_network(view, network)

heading(
    "Gradients",
    view,
    "Change the state of a network a tiny bit at some token: **how much of it arrives later?** "
    "Training goes the same way back, so where nothing arrives, nothing is learned. Look **how far "
    "back each line stays up**, then move *Scale W*.",
)
say([*said, *rounded])
text_box(view, select_examples(view.model))
remarks(view, trace)
if trace is not None:
    gradients_panel(view, network, trace)
guide(view, "Gradients")
frame.close_page()
session.drawn("Gradients", limits)
