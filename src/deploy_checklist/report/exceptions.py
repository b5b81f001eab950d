"""The words for a release that is not ready and is let through: overridden, or rolled back.

The description of its commit status begins with them. That is the difference to a release that is
ready: both statuses are `success`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from ..outcome import Outcome, Severity
from .escape import line
from .model import Override, Report, Verdict

_BEGINNINGS = {
    Verdict.OVERRIDDEN: "overridden by @",
    Verdict.ROLLED_BACK: "rolled back to ",
}
_REASON_MOST = 500  # characters
_OPEN = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PENDING)
LETS_THROUGH = frozenset((Verdict.READY, *_BEGINNINGS))


def exception_in(description: str | None) -> Verdict | None:
    """The exception that the description of a commit status names; None if it names none."""
    found = description or ""
    begins = (each for each, text in _BEGINNINGS.items() if found.startswith(text))
    return next(begins, None)


def exception_text(report: Report) -> str:
    """ "overridden by @octo-lead until 2026-11-22 21:14 UTC", as plain text; empty without one."""
    beginning = _BEGINNINGS.get(report.verdict, "")
    if report.verdict is Verdict.OVERRIDDEN and report.override is not None:
        return f"{beginning}{line(report.override.by)} until {moment(report.override.until)}"
    if report.verdict is Verdict.ROLLED_BACK and report.rollback is not None:
        return f"{beginning}the deployment of {moment(report.rollback.deployed_at)}"
    return beginning.strip()


def exception_reason(report: Report) -> str:
    """Who let it through and why, or what it goes back to, as plain text; empty without one."""
    override, rollback = report.override, report.rollback
    if report.verdict is Verdict.OVERRIDDEN and override is not None:
        who = f"@{override.by} ({override.role})"
        return f"{who} let it through at {moment(override.at)}: {shown_reason(override)}"
    if report.verdict is Verdict.ROLLED_BACK and rollback is not None:
        when = moment(rollback.deployed_at)
        return f"This commit was deployed at {when}; {rollback.newer[:7]} has been deployed since"
    return ""


def shown_reason(override: Override) -> str:
    """The reason, cut if it is very long: it may be a whole comment."""
    reason = override.reason
    return reason if len(reason) <= _REASON_MOST else f"{reason[: _REASON_MOST - 1].rstrip()}…"


def exception_page(report: Report) -> str | None:
    """Where it was written, or the deployment's page; None if it has none."""
    if report.verdict is Verdict.OVERRIDDEN and report.override is not None:
        return report.override.url
    if report.verdict is Verdict.ROLLED_BACK and report.rollback is not None:
        found = report.rollback.deployment or ""
        return found if found.startswith("https://") else report.rollback.gate_run
    return None


def what_remains(report: Report) -> str:
    """What people must still do; empty without an exception."""
    if report.verdict is Verdict.OVERRIDDEN:
        return "It is not ready: finish what is open, and review the override"
    if report.verdict is Verdict.ROLLED_BACK:
        return _remains_of_rollback(report)
    return ""


def _remains_of_rollback(report: Report) -> str:
    warnings = sum(
        entry.severity is Severity.WARNING and entry.outcome in _OPEN and not entry.item.is_title
        for entry in report.entries
    )
    if not warnings:
        return "A rollback never counts as ready, even if nothing is open"
    return f"It is not ready: the {'warning' if warnings == 1 else 'warnings'} must still be fixed"


def whole_exception(report: Report) -> str:
    """Everything about the exception, as plain text; empty without one."""
    if not exception_reason(report):
        return ""
    said = (exception_text(report), exception_reason(report), what_remains(report))
    return ". ".join(each.rstrip(".") for each in said)


def moment(at: datetime) -> str:
    """ "2026-11-22 21:14 UTC"."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
