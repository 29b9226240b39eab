"""What a network does without some of its units, or with them held at a value."""

from collections.abc import Sequence

import numpy as np

from lstmvis_core.analysis.holding import held
from lstmvis_core.errors import SelectionError
from lstmvis_core.model import SequenceModel
from lstmvis_core.trace import Trace, trace_with


def ablate(
    model: SequenceModel,
    text: str,
    *,
    layer: int,
    units: int | Sequence[int] | np.ndarray,
    kind: str = "hidden",
    value: float | Sequence[float] | np.ndarray = 0.0,
    steps: Sequence[int] | np.ndarray | None = None,
) -> Trace:
    """Let the model read a text while some units are held at a value.

    After each of the steps the state of the units is set, and everything goes on from there: what
    the layer does at the next step, the layers above, and the predictions. A cell state that is
    held shows at the same step, too: h_t = o_t tanh(c_t). Lakretz et al. (2019) set single units to
    zero in this way to find those that keep the number of a subject.

    Parameters
    ----------
    model : SequenceModel
    text : str
        At least one token.
    layer : int
        Counted from 1: an entry of `ModelConfig.layer_names`.
    units : int or sequence of int
        Counted from 0. Of none, the trace is that of `trace_text`.
    kind : {"hidden", "cell"}
        What is set: the hidden state or, of an LSTM, the cell state.
    value : float or sequence of float
        One for all units or one for each: 0, or for instance the means over a corpus,
        ``corpus_states(model, corpus, layer, kind).values[units].mean(axis=1)``.
    steps : sequence of int or None
        After which tokens the units are set, counted from 0; after all of them if None.

    Returns
    -------
    Trace
        Its states and gates are those that the network had: where a unit was set, its state is
        the value; gates follow from the states before them as ever.

    Raises
    ------
    SelectionError
        The model has no such layer, unit, step, or kind that can be held; or the values are not
        finite, or not as many as units.
    TextError
        The text has no token.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> model = lv.load_model("parens")
    >>> without = ablate(model, "(1 (2", layer=1, units=[3, 5])
    >>> without.states(1)[:, [3, 5]].any()
    np.False_
    >>> change = lv.surprisal_change(lv.trace_text(model, "(1 (2"), without)
    >>> change.shape
    (5,)
    """
    length = len(model.vocabulary.encode(text))
    hold = held(model, layer, units, kind, value, steps, length or None)
    return trace_with(model, text, hold.reader(model))


def surprisal_change(before: Trace, after: Trace) -> np.ndarray:
    """How much more the tokens of a text surprise in one trace than in another.

    Parameters
    ----------
    before, after : Trace
        Of the same text, by language models with the same tokens: as it is, and with units held.

    Returns
    -------
    numpy.ndarray of float32, (time_step,)
        In nats; positive where the token has become less probable. NaN for the first token.

    Raises
    ------
    SelectionError
        The traces are of different texts.
    ModelError
        A model is no language model.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> model = lv.load_model("parens")
    >>> trace = lv.trace_text(model, "(1)")
    >>> surprisal_change(trace, ablate(model, "(1)", layer=1, units=[])).tolist()
    [nan, 0.0, 0.0]
    """
    _check_same(before, after)
    return after.surprisal - before.surprisal


def prediction_change(before: Trace, after: Trace) -> np.ndarray:
    """How far the predictions of two traces of a text are from each other.

    Parameters
    ----------
    before, after : Trace
        Of the same text, by models with the same outputs.

    Returns
    -------
    numpy.ndarray of float32, (time_step,)
        Kullback-Leibler divergence D(before ‖ after) of the predictions after each step, in nats:
        0 where they are the same.

    Raises
    ------
    SelectionError
        The traces are of different texts, or their models predict different things.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> model = lv.load_model("parens")
    >>> trace = lv.trace_text(model, "(1)")
    >>> bool((prediction_change(trace, ablate(model, "(1)", layer=1, units=[3])) > 0).all())
    True
    """
    _check_same(before, after)
    p, q = (trace.log_probabilities.astype(np.float64) for trace in (before, after))
    return np.maximum((np.exp(p) * (p - q)).sum(axis=1), 0).astype(np.float32)


def most_changed(before: Trace, after: Trace, step: int) -> int:
    """The token or label whose probability changes most between two traces.

    Parameters
    ----------
    before, after : Trace
        As for `prediction_change`.
    step : int
        After which token.

    Returns
    -------
    int
        Its place among the outputs: that with the largest part (p − q) log(p / q) of the Jeffreys
        divergence, so neither a slight change of a probable one nor one of hardly any
        probability.

    Raises
    ------
    SelectionError
        As `prediction_change`.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> model = lv.load_model("parens")
    >>> trace = lv.trace_text(model, "(1 (2")
    >>> model.outputs[most_changed(trace, ablate(model, "(1 (2", layer=1, units=[3]), step=4)]
    ')'
    """
    _check_same(before, after)
    p, q = (trace.log_probabilities[step].astype(np.float64) for trace in (before, after))
    return int(((np.exp(p) - np.exp(q)) * (p - q)).argmax())


def _check_same(before: Trace, after: Trace) -> None:
    if before.tokens.strings != after.tokens.strings:
        raise SelectionError(
            "Traces are compared token by token, and these are of different texts "
            f"({len(before.tokens)} and {len(after.tokens)} tokens). Trace the same text twice."
        )
    if before.model.outputs != after.model.outputs:
        raise SelectionError("These models predict different tokens or labels; take one of them.")
