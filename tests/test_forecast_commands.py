"""`deploy-checklist forecast` and `check --on`: what a person types, and what they read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from test_cli import HOSTILE, NOW, inert, typed, unwrapped

EXAMPLE = ("--rules", "examples/deploy-checklist.yml", "-e", "production", "--now", NOW)
READY = (*EXAMPLE, "--env-file", "examples/ready.env")
CHECKLIST = "- [ ] `API_KEY` was rotated\n- [ ] `OTHER` was rotated\n"
RULES = """\
version: 1
checklist: checklist.md
items:
  API_KEY: { secret: true, rotated_within: 90d }
  OTHER: { rotated_within: { within: 30d, name: AT } }
"""
VALUES = {
    "API_KEY": "kV7q-Zt93-xW2p",
    "API_KEY_ROTATED_AT": "2026-09-05",
    "OTHER": "a-value-of-it",
    "AT": "2026-11-20",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "checklist.md").write_text(CHECKLIST)
    (tmp_path / "deploy-checklist.yml").write_text(RULES)
    return tmp_path


def changes(*arguments: str) -> list[tuple[str, str, str]]:
    code, out, err = typed("forecast", "--format", "json", *arguments, environ=VALUES)
    assert (code, err) == (0, "")
    return [(each["on"], each["item"], each["to"]) for each in json.loads(out)["changes"]]


def test_the_forecast_of_the_example_has_its_one_date() -> None:
    code, out, err = typed("forecast", *READY)
    assert (code, err) == (0, "")
    assert "is waiting; blocked from 2027-02-01 on." in out
    rows = [line for line in out.splitlines() if line.startswith("20")]
    assert len(rows) == 1
    assert rows[0].startswith("2027-02-01  PAYMENT_WEBHOOK_SECRET  FAILED: was rotated 91 days")
    assert "gh secret set PAYMENT_WEBHOOK_SECRET --env production\n" in out


def test_the_last_day_is_in_ninety_days_or_as_it_is_said(folder: Path) -> None:
    both = [("2026-12-05", "API_KEY", "fail"), ("2026-12-21", "OTHER", "fail")]
    assert changes("--now", NOW) == both
    assert changes("--now", NOW, "--until", "2026-12-21") == both
    assert changes("--now", NOW, "--until", "2026-12-20") == both[:1]
    assert changes("--now", NOW, "--until", "2026-12-04") == []


def test_check_on_a_day_is_a_check_of_that_day_and_says_that_it_is_none(folder: Path) -> None:
    arguments = ("check", "--now", NOW, "--on")
    code, out, err = typed(*arguments, "2026-12-04", environ=VALUES)
    assert (code, err) == (0, "")
    assert out.startswith("FORECAST for 2026-12-04 00:00 UTC, not a verdict\n")
    assert "judges what was found on 2026-11-22 21:14 UTC" in unwrapped(out)
    code, out, _ = typed(*arguments, "2026-12-05T09:00:00Z", environ=VALUES)
    assert code == 1
    assert out.startswith("FORECAST for 2026-12-05 09:00 UTC, not a verdict\n")
    assert "was rotated 91 days ago" in out
    _, out, _ = typed(*arguments, "2026-12-05", "--format", "markdown", environ=VALUES)
    heading, *lines = out.splitlines()[:4]
    assert "would be blocked" in heading
    assert any(
        each.startswith("**A forecast for 2026-12-05 00:00 UTC, not a verdict") for each in lines
    )
    _, out, _ = typed(*arguments, "2026-12-05", "--format", "json", environ=VALUES)
    assert json.loads(out)["notices"][0]["message"].startswith("A forecast for 2026-12-05")


LOG = """
## Release log
| Date | Environment | Release tag | Reviewer | Notes |
| --- | --- | --- | --- | --- |
| | | | | |
"""


def test_no_program_takes_a_forecast_for_a_report(folder: Path) -> None:
    """In JSON it has the verdict of that day: the key beside it, and every reader, says what it is."""
    (folder / "checklist.md").write_text(CHECKLIST + LOG)
    rows = {}
    for name, on in (("today", ()), ("forecast", ("--on", "2026-12-04"))):
        _, out, _ = typed("check", "--now", NOW, *on, "--format", "json", environ=VALUES)
        (folder / f"{name}.json").write_text(out)
        rows[name] = json.loads(out)
    assert rows["forecast"]["verdict"] == rows["today"]["verdict"] == "ready"
    assert rows["today"]["looked_at"] is None
    assert rows["forecast"]["looked_at"] == rows["today"]["at"]
    assert rows["today"]["log_row"] == "| 2026-11-22 |  |  |  | 2 passed |"
    assert rows["forecast"]["log_row"] is None
    assert typed("verify", "today.json")[0] == 0
    code, out, err = typed("verify", "forecast.json")
    assert (code, out) == (2, "")
    assert err.startswith("forecast.json: a forecast, not a report of a release")
    code, out, _ = typed("fleet", "forecast.json", "--format", "json")
    assert code == 1
    (row,) = json.loads(out)["rows"]
    assert (row["standing"], row["verdict"]) == ("unreadable", None)
    assert row["fault"] == "a forecast (`check --on`), not a report of a release"


def test_the_last_line_of_a_forecast_claims_nothing(folder: Path) -> None:
    for on, told in (("2026-12-04", "would be ready: 2 p"), ("2026-12-05", "would be blocked: 1")):
        _, out, _ = typed("check", "--now", NOW, "--on", on, environ=VALUES)
        assert out.splitlines()[-1].startswith(told)


def test_the_last_year_of_the_calendar_has_a_forecast(folder: Path) -> None:
    for command in ("check", "forecast"):
        code, out, err = typed(command, "--now", "9999-12-01T00:00:00Z", environ=VALUES)
        assert (code, err) == (0 if command == "forecast" else 1, "")
    assert "until 9999-12-31" in out


def test_check_on_today_is_a_check_of_now(folder: Path) -> None:
    code, out, _ = typed("check", "--now", NOW, "--on", "2026-11-22", environ=VALUES)
    assert code == 0
    assert out.startswith("FORECAST for 2026-11-22 21:14 UTC")


def test_a_forecast_on_a_laptop_says_that_it_knows_no_sign_offs(folder: Path) -> None:
    _, out, _ = typed("forecast", "--now", NOW, environ=VALUES)
    assert "Only GitHub knows who has signed, and until when that counts." in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("check", "--on", "2026-11-21"), "--on is in the past"),
        (("check", "--on", "2026-11-22T21:13:59Z"), "--on is in the past"),
        (("check", "--on", "tomorrow"), "--on takes a day or a time in the future"),
        (("check", "--on", "2026-12-04T09:00:00"), "--on takes a day or a time in the future"),
        (("check", "--on", "20261204"), "--on takes a day or a time in the future"),
        (("check", "--on", "2026-12-32"), "--on takes a day or a time in the future"),
        (("check", "--on", "9999-12-31"), "--on is more than ten years away"),
        (
            ("check", "--on", "2026-12-04", "--format", "sarif"),
            "a forecast cannot be written as `sarif`",
        ),
        (("forecast", "--until", "2026-11-22"), "--until is not a day in the future"),
        (("forecast", "--until", "2026-01-01"), "--until is not a day in the future"),
        (("forecast", "--until", "soon"), "--until takes a day in the future"),
        (("forecast", "--until", "2026-12-04T09:00:00Z"), "--until takes a day in the future"),
        (("forecast", "--until", "9999-12-31"), "--until is more than ten years away"),
    ],
)
def test_what_no_day_to_come_can_mean_is_refused(
    folder: Path, arguments: tuple[str, ...], told: str
) -> None:
    code, out, err = typed(*arguments, "--now", NOW, environ=VALUES)
    assert (code, out) == (2, "")
    assert err.startswith(told)


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_no_forecast_shows_a_value_or_acts_on_what_it_quotes(folder: Path, form: str) -> None:
    document = f"- [ ] ::error::pwned {HOSTILE} kV7q-Zt93-xW2p `API_KEY`\n"
    (folder / "checklist.md").write_text(document + CHECKLIST.split("\n")[1], encoding="utf-8")
    code, out, err = typed("forecast", "--now", NOW, "--format", form, environ=VALUES)
    assert (code, err) == (0, "")
    assert "2026-12-05" in out
    assert "kV7q" not in out
    assert inert(out)


def test_a_forecast_goes_to_a_file(folder: Path) -> None:
    code, out, _ = typed(
        "forecast", "--now", NOW, "--format", "markdown", "--output", "f.md", environ=VALUES
    )
    assert (code, out) == (0, "")
    assert "| 2026-12-05 | **`API_KEY`** |" in (folder / "f.md").read_text()
