"""Where the tests publish."""

from __future__ import annotations

from pathlib import Path

import pytest

from destinations import Everywhere, destinations_below


@pytest.fixture
def everywhere(tmp_path: Path) -> Everywhere:
    return destinations_below(tmp_path)
