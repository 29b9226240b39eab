"""Projects of LSTMVis: states that any network had, opened without the network."""

import streamlit as st

from pages.ui import frame, projects, session
from pages.ui.project_cards import bring_a_project, project_card, save_as_a_project

frame.open_page("Projects")
frame.title("Projects")
st.markdown(
    "The states of **any network** can be looked at here, without the network: a folder in the "
    "format of LSTMVis holds the states, the words that were read, and annotations of them. Open "
    "the example, and look for units that follow one level of the brackets."
)
session.held()  # so that a link from here is read, whatever was moved before
bring_a_project()
for id in projects.list_projects():
    project_card(id)
save_as_a_project()
frame.close_page()
