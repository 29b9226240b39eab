"""Learn: lessons on the live pages, for a student to follow and a teacher to pick and adapt."""

import streamlit as st

from pages.ui import frame
from pages.ui.learn_panel import (
    cards,
    end_of_lesson,
    open_a_worksheet,
    opened_lesson,
    riddle,
    said_about_link,
    teacher,
)

frame.open_page("Learn")
view, lesson, ended, problems = opened_lesson()
frame.title("Learn")
for problem in problems:
    said_about_link(problem)
if lesson is not None and ended:
    end_of_lesson(lesson, view)
elif lesson is not None:
    cards([lesson])
    teacher(lesson)
else:
    st.markdown(
        "Each lesson asks one question and answers it on the live pages, in a few short steps: "
        "one thing to do, one to notice, and a check that is **computed from what you did**. "
        "Begin with *A unit for quotation marks* if you have never heard of a recurrent network."
    )
    riddle()
    open_a_worksheet()
    cards()
    teacher(None)
frame.close_page()
