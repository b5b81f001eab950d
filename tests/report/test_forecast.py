"""Every form of a forecast, as last looked at; `UPDATE_GOLDENS=1 pytest tests/report` renews them."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from msgspec.structs import replace

import reports
from deploy_checklist.outcome import Outcome, Severity
from deploy_checklist.redaction.report import redact_forecast
from deploy_checklist.report.forecast import FORMS
from deploy_checklist.report.model import Change, Forecast

GOLDENS = Path(__file__).parent / "goldens"
HOSTILE = "::error::x ##[error]y <img src=x> @acme/all #1 | `a\x1b[2J\u202e\n- [ ] z"


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_what_it_was_when_somebody_last_looked_at_it(form: str) -> None:
    golden = GOLDENS / f"forecast.{form}"
    rendered = FORMS[form](reports.forecast())
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(rendered, encoding="utf-8")
    assert rendered == golden.read_text(encoding="utf-8")


def changed(before: dict[str, object], after: dict[str, object]) -> str:
    """What the JSON says of one change, as why."""
    of = reports.entry(reports.item(3, "KEY is right", "KEY"), reports.found(Outcome.FAIL, "bad"))
    change = Change(
        on=reports.forecast().until,
        before=replace(of, **before),  # type: ignore[arg-type]
        after=replace(of, **after),  # type: ignore[arg-type]
    )
    [told] = json.loads(FORMS["json"](only(change)))["changes"]
    return str(told["why"])


def only(*changes: Change) -> Forecast:
    return replace(reports.forecast(), changes=changes)


def test_what_of_the_rules_has_changed_is_said_first() -> None:
    held = changed({"severity": Severity.WARNING}, {"severity": Severity.BLOCKER})
    assert held == "holds the release from then on: bad"
    assert changed({"outcome": Outcome.PASS}, {}) == "bad"


def test_a_forecast_without_a_change_says_so() -> None:
    for form in ("text", "markdown"):
        shown = FORMS[form](only())
        assert "No item changes on a known date until then." in shown
        assert "| Day" not in shown and "Day  " not in shown


def test_hostile_words_stay_text_in_every_form() -> None:
    of = reports.entry(
        reports.item(3, HOSTILE, id=HOSTILE),
        reports.found(Outcome.FAIL, HOSTILE, remedy=HOSTILE),
        owner=HOSTILE,
    )
    change = Change(on=reports.forecast().until, before=of, after=of)
    for form in FORMS.values():
        shown = form(only(change))
        assert not re.search(r"(?m)^\s*::", shown)
        assert not set("\x1b\u202e") & set(shown)
        assert "##[" not in shown
    shown = FORMS["markdown"](only(change))
    assert not re.search(r"(?m)^\s*- \[", shown)
    assert "<img" not in shown and "@acme" not in shown and "#1" not in shown
    assert len({line.count(" | ") for line in shown.splitlines() if line.startswith("| ")}) == 1


def test_no_form_shows_a_secret() -> None:
    of = reports.entry(
        reports.item(3, "KEY", "KEY"), reports.found(Outcome.FAIL, "it holds hunter2hunter2")
    )
    change = Change(on=reports.forecast().until, before=of, after=of)
    clean, redactor = redact_forecast(only(change), {"API_KEY": "hunter2hunter2"})
    for form in FORMS.values():
        shown = form(clean)
        assert "hunter2" not in shown
        assert "***" in shown.replace("\\", "")
        redactor.check(shown)
