"""Streamlit-only helpers: the frame, the view and its link, cached calls, panels."""
