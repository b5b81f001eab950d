"""A folder with the checklist, and we are in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .shop import CHECKLIST, PATH


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder."""
    monkeypatch.chdir(tmp_path)
    PATH.parent.mkdir()
    PATH.write_text(CHECKLIST, encoding="utf-8")
    return tmp_path
