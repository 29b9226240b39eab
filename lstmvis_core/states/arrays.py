"""States of one layer over a corpus as an array."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open

from lstmvis_core.errors import StatesError


@dataclass(frozen=True)
class CorpusStates:
    """States of one layer and kind over a corpus.

    Attributes
    ----------
    values : numpy.ndarray, (unit, time_step)
        Unit by unit, so that a few units can be looked at without reading the others; may be
        memory-mapped.
    breaks : numpy.ndarray of int64, (document,)
        The first step of each document; the first is 0.
    """

    values: np.ndarray
    breaks: np.ndarray

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or not np.issubdtype(self.values.dtype, np.floating):
            raise StatesError(
                "States are a two-dimensional array of floating-point numbers; "
                f"got shape {self.values.shape} of {self.values.dtype}."
            )
        steps = self.values.shape[1]
        within = len(self.breaks) > 0 and self.breaks[0] == 0 and self.breaks[-1] <= steps
        if not within or np.any(np.diff(self.breaks) < 0):
            raise StatesError(
                "The breaks are the first steps of the documents: sorted, beginning with 0, "
                f"none beyond the {steps} steps; got {self.breaks[:8].tolist()}."
            )

    @classmethod
    def from_array(cls, states: np.ndarray, breaks: Sequence[int] = (0,)) -> "CorpusStates":
        """States from any other source.

        Parameters
        ----------
        states : numpy.ndarray, (time_step, unit)
            As most programs hold them; seen unit by unit without a copy.
        breaks : sequence of int
            First steps of the documents.

        Examples
        --------
        >>> H = np.random.default_rng(0).normal(size=(200, 5)).astype(np.float32)
        >>> CorpusStates.from_array(H, breaks=[0, 120]).values.shape
        (5, 200)
        """
        array = np.asarray(states)
        if not np.issubdtype(array.dtype, np.floating):
            array = array.astype(np.float32)
        return cls(array.T, np.asarray(breaks, np.int64))

    @classmethod
    def from_safetensors(
        cls, path: Path | str, name: str | None = None, breaks: Sequence[int] = (0,)
    ) -> "CorpusStates":
        """States from a safetensors file, which runs nothing when it is opened.

        Parameters
        ----------
        path : Path or str
        name : str or None
            Of the array, (time_step, unit); the only one of the file if None.
        breaks : sequence of int
            First steps of the documents.

        Raises
        ------
        StatesError
            There is no such file or array, or it is no such array.

        Examples
        --------
        >>> import tempfile
        >>> from safetensors.numpy import save_file
        >>> H = np.zeros((200, 5), np.float32)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save_file({"hidden": H}, f"{folder}/mine.safetensors")
        ...     CorpusStates.from_safetensors(f"{folder}/mine.safetensors").values.shape
        (5, 200)
        """
        path = Path(path)
        try:
            with safe_open(path, framework="np") as file:
                names = list(file.keys())
                if name is None and len(names) == 1:
                    name = names[0]
                if name not in names:
                    raise StatesError(
                        f"{path.name} holds the arrays {', '.join(names)[:200] or '(none)'}; "
                        f"{'say which one' if name is None else f'not {name!r}'}."
                    )
                states = file.get_tensor(name)
        except (SafetensorError, OSError) as error:
            raise StatesError(f"{path.name} is no safetensors file: {error}.") from error
        except TypeError as error:  # a type that NumPy does not have, such as bfloat16
            raise StatesError(
                f"{path.name}: {name} is of a type that NumPy does not have ({error}). Save it as "
                "float32."
            ) from error
        return cls.from_array(states, breaks)
