"""What a view searches for in its corpus: the key of all that is computed of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from pages.ui.view import View


@dataclass(frozen=True)
class Search:
    """The selected units and what is asked of ranges."""

    model: str
    corpus: str
    layer: int
    kind: str
    units: tuple[int, ...]
    threshold: float
    sign: str
    off_before: bool
    off_after: bool
    min_length: int
    max_length: int | None

    @classmethod
    def of(cls, view: View, units: np.ndarray) -> "Search":
        """What a view searches for, for its selected units."""
        return cls(
            view.model,
            view.corpus,
            view.layer,
            view.kind,
            tuple(units.tolist()),
            view.threshold,
            view.sign,
            view.before > 0,
            view.after > 0,
            view.min_length,
            max(view.longest, view.min_length) if view.longest else None,
        )

    def options(self) -> dict[str, Any]:
        """What `find_matches` and the like take beside states and units."""
        names = ("threshold", "sign", "off_before", "off_after", "min_length", "max_length")
        return {name: getattr(self, name) for name in names}
