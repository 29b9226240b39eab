"""A project written by hand."""

from pathlib import Path

import pytest

from tests.projects import by_hand


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Its folder."""
    return by_hand.write(tmp_path / "children_book")
