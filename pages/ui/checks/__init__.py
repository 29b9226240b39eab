"""What a step of a lesson can check; `CHECKS` has all that the modules here register."""

from pages.ui.checks import outputs, settings, steps, units
from pages.ui.checks.check import CHECKS, Check, Verdict

__all__ = ["CHECKS", "Check", "Verdict", "outputs", "settings", "steps", "units"]
