"""Home: type a text, see what the network makes of it, and go further."""

import streamlit as st

from pages.ui import frame

frame.open_page("Home")
st.title("Hidden States", anchor=False)
st.write("home")
frame.close_page()
