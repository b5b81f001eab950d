"""The fixtures of the fake GitHub: tests/conftest.py brings them in for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .contract import VIOLATIONS
from .hub import FakeHub


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    """A GitHub for one test."""
    with FakeHub() as fake:
        yield fake


@pytest.fixture(scope="session", autouse=True)
def contract_kept() -> Iterator[None]:
    """Every request and response of the whole suite keeps to GitHub's own description."""
    yield
    assert not VIOLATIONS, "\n".join(VIOLATIONS)
