"""Every rendering of every kind of report, as last looked at; `UPDATE_GOLDENS=1 pytest tests/report` renews them."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import reports
from deploy_checklist.report import formats, markdown
from deploy_checklist.report.model import Report

GOLDENS = Path(__file__).parent / "goldens"
SHOWN: dict[str, Callable[[], Report]] = {
    "blocked": reports.blocked,
    "ready": reports.ready,
    "first-run": reports.first_run,
    "first-run-laptop": lambda: reports.first_run(laptop=True),
    "undetermined": reports.undetermined,
    "overridden": reports.overridden,
    "rolled-back": reports.rolled_back,
}
FORMS: dict[str, Callable[[Report], str]] = {
    **{form: partial(formats.render, form=form, width=120) for form in formats.FORMATS},
    "evidence.txt": lambda report: formats.render(report, "text", width=120, verbose=True),
    "comment.md": lambda report: markdown.render(report, boxes=True),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SHOWN)
def test_a_rendering_is_what_it_was_when_somebody_last_looked_at_it(name: str, form: str) -> None:
    golden = GOLDENS / f"{name}.{form}"
    rendered = FORMS[form](SHOWN[name]())
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(rendered, encoding="utf-8")
    assert rendered == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", FORMS)
def test_the_same_report_gives_the_same_bytes(form: str) -> None:
    assert FORMS[form](reports.blocked()) == FORMS[form](reports.blocked())
