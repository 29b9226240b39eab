"""The zoo: all models as cards, what each makes of a text, and models from the Hub."""

import streamlit as st

from pages.ui import frame, models, session
from pages.ui.hub_panel import hub_form, load_from_hub
from pages.ui.link import first_view
from pages.ui.parameters import MAX_TEXT
from pages.ui.zoo_panel import filters, grid

frame.open_page("Zoo")
frame.title("Zoo")
st.markdown(
    "Small recurrent networks worth looking at. Each card shows what its network makes of **your "
    "text**, how good it is beside simpler models, and what to look for; pick one, and every page "
    "uses it."
)
text_box, hub = st.columns([5, 4], gap="large")
text = text_box.text_input(
    "Text for all of them to read",
    (session.held().text or first_view().text)[:120],
    key="zoo_text",
    live="400ms",
)
with hub:
    asked = hub_form()
load_from_hub(asked)
chosen = filters(models.shelf())
if chosen:
    grid(chosen, (text or "")[:MAX_TEXT])
else:
    st.info("No model is like that. Take a filter away.", icon=":material/filter_alt_off:")
frame.close_page()
