"""For how long a unit remembers: what its forget gate says of it."""

import numpy as np

from lstmvis_core.errors import SelectionError
from lstmvis_core.states import CorpusStates


def time_constants(gate: CorpusStates | np.ndarray) -> np.ndarray:
    """After how many steps a unit typically keeps 1/e, 37 %, of what it has.

    If a gate keeps a share f of the state at each step, f^τ = 1/e after τ = −1 / ln f steps
    (Tallec and Ollivier 2018). Here f is the median over time, so a few steps at which
    the unit forgets everything do not count for much: it tells how long memory lasts until
    something ends it.

    Parameters
    ----------
    gate : CorpusStates or numpy.ndarray, (time_step, unit)
        Values in [0, 1]: of an LSTM the kind ``"forget_gate"``, of a GRU ``"update_gate"``, which
        in torch.nn says how much is kept.

    Returns
    -------
    numpy.ndarray of float64, (unit,)
        In time steps: 0 of a unit that keeps nothing, infinite of one that keeps everything.

    Raises
    ------
    SelectionError
        There is no step, or some value is not in [0, 1].

    Examples
    --------
    >>> time_constants(np.array([[0.9, 0.5], [0.9, 0.5], [0.0, 0.5]])).round(2).tolist()
    [9.49, 1.44]
    """
    values = gate.values if isinstance(gate, CorpusStates) else np.asarray(gate).T
    if not values.shape[-1]:
        raise SelectionError("There is no time step, so there is no typical one.")
    # Unit by unit, so that no array as large as the states is made of a corpus.
    kept = np.array([np.median(row) for row in values], np.float64)
    if not all(row.min() >= 0 and row.max() <= 1 for row in values):
        raise SelectionError(
            "A gate has values from 0 to 1. Take the states of the kind forget_gate of an lstm, or "
            "update_gate of a gru."
        )
    with np.errstate(divide="ignore"):  # ln 0 and ln 1 are meant
        return np.abs(1 / np.log(kept))
