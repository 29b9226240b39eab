"""States over a whole corpus, whatever network they are of, as what units are selected in."""

from dataclasses import dataclass, field

import numpy as np

from lstmvis_core.errors import StatesError
from lstmvis_core.states import CorpusStates
from lstmvis_core.text import Tokens


@dataclass(frozen=True)
class CorpusTrace:
    """Tokens of a corpus with states of one layer and kind, for `select_units` and the charts.

    So a pattern can be selected in the corpus itself, where there is no network to read a text: in
    a project of LSTMVis, or in arrays of one's own.

    Attributes
    ----------
    tokens : Tokens
    corpus_states : CorpusStates
        One time step a token.

    Raises
    ------
    StatesError
        There are not as many tokens as steps.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> model, corpus = lv.load_model("parens"), lv.Corpus("one", "One", ("(1 (2))",))
    >>> tokens, _ = corpus.tokens(model.vocabulary)
    >>> trace = CorpusTrace(tokens, lv.corpus_states(model, corpus))
    >>> units = lv.select_units(trace, lv.Selection(start=3, end=5))
    >>> bool((trace.states(1)[3:5, units] >= 0.3).all())
    True
    """

    tokens: Tokens
    corpus_states: CorpusStates = field(repr=False)

    def __post_init__(self) -> None:
        steps = self.corpus_states.values.shape[1]
        if len(self.tokens) != steps:
            raise StatesError(
                f"There are {len(self.tokens):,} tokens and states of {steps:,} steps; both need "
                "one for each time step."
            )

    def states(self, layer: int = 1, kind: str = "hidden") -> np.ndarray:
        """The states, (time_step, unit); of one layer and kind, so neither is looked at."""
        return self.corpus_states.values.T
