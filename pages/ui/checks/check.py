"""What a check of a lesson is: computed from what the student did.

A check says whether it holds for a view, and why. No answer is stored anywhere: what is right comes
from the network, the text and the corpus in view.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pages.ui.view import View


@dataclass(frozen=True)
class Verdict:
    """Whether a check holds, and what was computed, in a sentence."""

    holds: bool
    said: str


# Of the view that was prepared, and the one that is there now.
Compute = Callable[[View, View], Verdict]


@dataclass(frozen=True)
class Check:
    """A check with what it was told."""

    name: str
    value: Any
    compute: Compute

    def verdict(self, prepared: View, view: View) -> Verdict:
        """Whether it holds now."""
        return self.compute(prepared, view)


CHECKS: dict[str, Callable[[Any], Check]] = {}


def check(make: Callable[[Any], Compute]) -> Callable[[Any], Compute]:
    """Register what makes a check of the value that a lesson gives it, under its own name."""
    name = make.__name__
    CHECKS[name] = lambda value: Check(name, value, make(value))
    return make
