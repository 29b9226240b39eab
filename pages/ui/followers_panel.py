"""The units that follow a range; and how many would at another threshold."""

import numpy as np
import pandas as pd
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import threshold_chart
from lstmvis_core.trace import TokenStates
from pages.ui import session
from pages.ui.doors import open_in_units
from pages.ui.figure import figure
from pages.ui.select_controls import highest_threshold
from pages.ui.view import View
from pages.ui.words import count

DOORS = 5  # units with a link
MANY = 12  # selected units, from which on a hint helps


def followers_panel(view: View, trace: TokenStates, units: np.ndarray) -> None:
    """The units that follow, with their values; and what another threshold would select."""
    left, right = st.columns([6, 6], gap="medium")
    states = trace.states(view.layer, view.kind)
    with left:
        verb = "follows" if len(units) == 1 else "follow"
        st.markdown(f"**{count(len(units), 'unit')} of {states.shape[1]} {verb} this range**")
        if len(units):
            inside = states[view.start : view.end, units]
            table = pd.DataFrame(
                {
                    "unit": units,
                    "lowest": inside.min(axis=0),
                    "mean": inside.mean(axis=0),
                    "highest": inside.max(axis=0),
                    # Unit by unit: of a whole corpus, all at once would be large.
                    "on in text": [
                        100 * lv.is_on(states[:, unit], view.threshold, view.sign).mean()
                        for unit in units
                    ],
                }
            )
            # The units that are seldom on elsewhere say most about this range.
            table = table.sort_values("on in text", kind="stable")
            two_digits = st.column_config.NumberColumn(format="%.2f")
            st.dataframe(
                table,
                hide_index=True,
                column_config={
                    **dict.fromkeys(table.columns[1:-1], two_digits),
                    "on in text": st.column_config.NumberColumn(format="%.0f %%"),
                },
                height=min(36 * (len(units) + 1), 180),
            )
            if isinstance(trace, lv.Trace):
                _units_by_themselves(view, table["unit"].tolist())
            if len(units) > MANY and not view.before:
                st.caption(
                    "Units that are on nearly everywhere follow any range. To keep those that "
                    "switch on where yours begins, ask for one step *off before* (in the sidebar)."
                )
        else:
            st.info(
                "No unit is selected. Lower the threshold, shorten the range, or ask for fewer "
                "steps off before and after (in the sidebar).",
                icon=":material/filter_alt_off:",
            )
        out, into = st.columns(2)
        names = range(states.shape[1])
        out.multiselect("Leave out units", names, key="exclude", placeholder="none")
        into.multiselect("Always include", names, key="pin", placeholder="none")
    with right:
        _threshold_help(view, trace)


def _units_by_themselves(view: View, units: list[int]) -> None:
    """Links to what a single unit does."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Look at one by itself:")
        for unit in units[:DOORS]:
            open_in_units(view, unit, f"unit {unit}")


def _threshold_help(view: View, trace: TokenStates) -> None:
    selection = view.selection()
    suggested = lv.suggest_threshold(trace, selection)
    st.markdown("**How many units each threshold would select**")
    now = len(lv.select_units(trace, selection))
    figure(
        threshold_chart(trace, selection, highest_threshold(view, trace), suggested),
        key="threshold_chart",
        alt=f"Number of units selected over the threshold: {now} at {view.threshold:g}",
    )
    if suggested is None:
        st.caption("No threshold selects a unit for this range with these steps off around it.")
        return
    words, button = st.columns([5, 3], vertical_alignment="center")
    words.caption(
        f"Suggested (triangle): {suggested:g}, the highest threshold that keeps six units, "
        "or as many as follow at any."
    )
    button.button(
        f"Use {suggested:g}",
        key="use_suggested",
        on_click=session.change,
        kwargs={"threshold": suggested},
        disabled=abs(suggested - view.threshold) < 1e-9,
    )
