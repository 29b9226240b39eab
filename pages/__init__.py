"""Pages of the app, one file each; Streamlit discovers them."""
