"""One step: what a hidden state is, with every number of one step of a small network."""

from pages.ui import frame, session
from pages.ui.guide import guide
from pages.ui.share import heading
from pages.ui.step_panel import begin_step, step_panel, text_of_step
from pages.ui.text_panel import remarks
from pages.ui.units_page import choose_network, say

frame.open_page("One step")
view, network, trace, said = begin_step()
limits = (view.model, network, view.layer)
session.seed(view, "One step", limits)
session.remember(view)
choose_network(view, network)

heading(
    "One step",
    view,
    "**A handful of numbers**, all that a network remembers. At each step it works them out "
    "anew, from the token it reads and the numbers before. **Point at a number** to see what "
    "it was made of; **click it**, and it is written out below.",
    title="What is a hidden state?",
)
say(said)
text_of_step(view)
remarks(view, trace)
if trace is not None:
    step_panel(view, trace)
guide(view, "One step")
frame.close_page()
session.drawn("One step", limits)
