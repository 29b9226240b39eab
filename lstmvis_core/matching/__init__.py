"""Match: where in a corpus the selected units do the same (LSTMVis, paper section 5.3), exactly."""

from lstmvis_core.matching.find import find_matches
from lstmvis_core.matching.match import Match

__all__ = ["Match", "find_matches"]
