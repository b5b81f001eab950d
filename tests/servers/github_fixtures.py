"""The fixtures of the fake GitHub, apart from it: tests that need none do not pay a second for its contract."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .github import FakeHub


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    """A GitHub for one test."""
    from servers.github import FakeHub

    with FakeHub() as fake:
        yield fake


@pytest.fixture(scope="session", autouse=True)
def contract_kept() -> Iterator[None]:
    """Every request and response of the whole suite keeps to GitHub's own description."""
    yield
    contract = sys.modules.get("servers.github.contract")
    violations = contract.VIOLATIONS if contract else []
    assert not violations, "\n".join(violations)
