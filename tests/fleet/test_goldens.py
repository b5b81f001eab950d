"""The page in every form, as last looked at; `UPDATE_GOLDENS=1 pytest tests/fleet` renews them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy_checklist.fleet.formats import FORMATS, render
from fleet.example import example

GOLDENS = Path(__file__).parent / "goldens"


@pytest.mark.parametrize("form", FORMATS)
def test_a_page_is_what_it_was_when_somebody_last_checked_it(form: str) -> None:
    golden = GOLDENS / f"example.{form}"
    page = render(example(), form)
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(page, encoding="utf-8")
    assert page == golden.read_text(encoding="utf-8")
