"""Tracks by rules: what can be said of each character of a text without any model.

To add one, write one function here.
"""

import io
import token as python_token
import tokenize

import numpy as np

from lstmvis_core.tracks.registry import TEXT, source
from lstmvis_core.tracks.track import GREY, Track, categorical, scalar

OPENING, CLOSING = "([{", ")]}"
KINDS_OF_CHARACTER = ("letter", "capital", "digit", "space", "line break", "mark")


@source("bracket depth", TEXT)
def level(text: str) -> Track:
    """How many brackets are open after each character; never less than none."""
    depths, depth = [], 0
    for character in text:
        depth = max(0, depth + (character in OPENING) - (character in CLOSING))
        depths.append(depth)
    return scalar("level", "bracket depth", depths, 0, 4)


@source("quotation", TEXT)
def quotation(text: str) -> Track:
    """Whether a double quotation mark is open after each character; a blank line closes it."""
    inside, values = False, []
    for i, character in enumerate(text):
        if character == '"':
            inside = not inside
        elif character in "“”":
            inside = character == "“"
        elif character == "\n" and text[i - 1 : i] == "\n":
            inside = False
        values.append(int(inside))
    return categorical("quotation", "quotation", values, ("outside", "inside"), {"outside": GREY})


@source("character", TEXT, first=True)
def character(text: str) -> Track:
    """What kind of character it is."""

    def kind(one: str) -> int:
        if one.isalpha():
            return int(one.isupper())
        return 2 if one.isdigit() else 4 if one == "\n" else 3 if one.isspace() else 5

    return categorical("character", "character", [kind(one) for one in text], KINDS_OF_CHARACTER)


@source("position in word", TEXT)
def word_position(text: str) -> Track:
    """The how-manieth letter or digit of its word; 0 between words."""
    values, position = [], 0
    for one in text:
        position = position + 1 if one.isalnum() else 0
        values.append(position)
    return scalar("word_position", "position in word", values, 0, 10)


@source("column in line", TEXT)
def column(text: str) -> Track:
    """How many characters of its line come before."""
    values, position = [], 0
    for one in text:
        values.append(position)
        position = 0 if one == "\n" else position + 1
    return scalar("column", "column in line", values, 0, 80)


@source("indentation", TEXT)
def indentation(text: str) -> Track:
    """How many blanks the line begins with, as far as it is read; a tab is one."""
    values, blanks, begun = [], 0, False
    for one in text:
        if one == "\n":
            values.append(blanks)
            blanks, begun = 0, False
            continue
        begun = begun or not one.isspace()
        blanks += not begun
        values.append(blanks)
    return scalar("indentation", "indentation", values, 0, 16)


CODE, COMMENT, STRING = range(3)


@source("Python syntax", TEXT)
def python(text: str) -> Track:
    """Code, comment or string, by Python's own tokenizer; as far as it gets, the rest is code.

    A string that is not closed is one to the end.
    """
    values = np.full(len(text), CODE)
    starts = np.cumsum([0, *(len(line) for line in io.StringIO(text, newline="\n"))])

    def at(place: tuple[int, int]) -> int:
        return int(starts[min(place[0] - 1, len(starts) - 1)]) + place[1]

    try:
        for found in tokenize.generate_tokens(io.StringIO(text, newline="\n").readline):
            if found.type == python_token.COMMENT:
                values[at(found.start) : at(found.end)] = COMMENT
            elif found.type == python_token.STRING:
                values[at(found.start) : at(found.end)] = STRING
    except tokenize.TokenError as error:
        said, place = error.args
        if "string" in said:
            values[at(place) :] = STRING
    except (SyntaxError, ValueError):  # a dedent to nowhere; what is no text of Python's
        pass
    labels = ("code", "comment", "string")
    return categorical("python", "Python syntax", values, labels, {"code": GREY})
