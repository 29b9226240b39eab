"""2-norms of many matrices, each of which is the one before times another one."""

import numpy as np
import scipy.linalg

_ACCURATE = 1e-11  # of the square of a norm
_TRIES = 30


class PathNorms:
    """2-norm and Frobenius norm of a product that grows by one factor a step.

    Attributes
    ----------
    spectral, frobenius : numpy.ndarray of float64, (time_step,)
        NaN where nothing was noted.
    """

    def __init__(self, steps: int) -> None:
        self.spectral, self.frobenius = np.full(steps, np.nan), np.full(steps, np.nan)
        self._direction: np.ndarray | None = None

    def note(self, step: int, product: np.ndarray) -> None:
        """Take the norms of the product at a step."""
        # What a product stretches things towards hardly changes with one factor more on its right.
        self.spectral[step], self._direction = spectral_norm(product, self._direction)
        self.frobenius[step] = np.linalg.norm(product)


def spectral_norm(
    matrix: np.ndarray, guess: np.ndarray | None = None
) -> tuple[float, np.ndarray | None]:
    """The largest singular value of a matrix, and the direction in which it stretches most.

    Parameters
    ----------
    matrix : numpy.ndarray of float64, (row, column)
    guess : numpy.ndarray, (row,), or None
        Such a direction of a matrix that is much like this one, which may save most of the work.

    Returns
    -------
    norm : float
    direction : numpy.ndarray, (row,), or None
        The left singular vector; None of a matrix of zeros.

    Examples
    --------
    >>> norm, direction = spectral_norm(np.array([[0.0, 3.0], [1.0, 0.0]]))
    >>> round(norm, 12), np.abs(direction).round(12).tolist()
    (3.0, [1.0, 0.0])
    """
    largest = float(np.abs(matrix).max())
    if largest == 0:
        return 0.0, None
    scaled = matrix / largest  # squares of very small numbers would be 0
    square = None if guess is None else _from_guess(scaled, guess)
    if square is None:
        last = len(matrix) - 1
        values, vectors = scipy.linalg.eigh(
            scaled @ scaled.T, subset_by_index=[last, last], check_finite=False
        )
        square = max(float(values[0]), 0.0), vectors[:, 0]
    return largest * float(np.sqrt(square[0])), square[1]


def _from_guess(matrix: np.ndarray, guess: np.ndarray) -> tuple[float, np.ndarray] | None:
    """The square of the 2-norm and its direction by power iteration, if that is sure to be it."""
    half_of_all = float((matrix**2).sum()) / 2
    for _ in range(_TRIES):
        image = matrix @ (guess @ matrix)
        square, size = float(image @ guess), float(np.linalg.norm(image))
        if size == 0:
            return None
        if np.linalg.norm(image - square * guess) <= _ACCURATE * square:
            # One direction that has more than half of the sum of all squares is the largest.
            return (square, guess) if square > half_of_all else None
        guess = image / size
    return None
