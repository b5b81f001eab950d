"""Issues for what was let through: one for each waived item and each warning, closed when it passes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol
from urllib.parse import quote

from ..outcome import Outcome, Severity
from ..records import Issue
from ..report.escape import inline, line
from ..report.model import Entry, Report
from ..report.view import label, waiver_words, why

LABEL = "deploy-checklist"
_MARK = re.compile(r"<!-- deploy-checklist-follow-up (?P<key>[^<>]+) -->\s*$")
_TITLE_MOST = 200  # characters; GitHub takes 256


class Issues(Protocol):
    """Where issues are read and written. What cannot be written is NotPublished."""

    def issues(self, label: str) -> Sequence[Issue]: ...

    def create_issue(self, title: str, body: str, label: str) -> Issue: ...

    def close_issue(self, number: int) -> None: ...


def publish(report: Report, issues: Issues, check: Callable[[str], None]) -> None:
    """Opens what is missing, and closes what has passed. An issue that people closed stays closed.

    `check` stops a text that holds a secret.
    """
    known: dict[str, list[Issue]] = {}
    for issue in issues.issues(LABEL):
        found = _MARK.search(issue.body)
        if found and issue.author is not None and not issue.author.person:
            known.setdefault(found["key"], []).append(issue)
    for entry in report.entries:
        if entry.item.is_title:
            continue
        if _let_through(entry):
            if _key(report, entry) not in known:
                title, body = _title(report, entry), _body(report, entry)
                check(f"{title}\n{body}")
                issues.create_issue(title, body, LABEL)
        elif entry.outcome is Outcome.PASS:
            for issue in _open(known, _item_key(report, entry)):
                issues.close_issue(issue.number)


def _let_through(entry: Entry) -> bool:
    warned = entry.severity is Severity.WARNING and entry.outcome in (Outcome.FAIL, Outcome.UNKNOWN)
    return entry.outcome is Outcome.WAIVED or warned


def _open(known: dict[str, list[Issue]], item: str) -> Iterator[Issue]:
    for key, found in known.items():
        if key.startswith(f"{item} "):
            yield from (issue for issue in found if issue.open)


def _item_key(report: Report, entry: Entry) -> str:
    return f"environment={quote(report.environment or '', safe='')} item={quote(entry.item.id, safe='')}"


def _key(report: Report, entry: Entry) -> str:
    """A waiver that was prolonged is another one."""
    return f"{_item_key(report, entry)} {f'until={entry.waived.expires}' if entry.waived else 'warning'}"


def _title(report: Report, entry: Entry) -> str:
    until = f": waived until {entry.waived.expires}" if entry.waived else ": let through with a warning"
    return line(f"{report.environment or 'Release'}: {label(entry)}")[:_TITLE_MOST] + until


def _body(report: Report, entry: Entry) -> str:
    lines = [f"**{inline(label(entry))}** ({inline(report.checklist)}, line {entry.item.line})", ""]
    if entry.waived:
        lines.append(f"- {inline(waiver_words(entry))}")
        lines.append(f"- waived until **{entry.waived.expires}**: {inline(entry.waived.reason)}")
        lines.append(f"- approved by {inline(entry.waived.approved_by)}")
    else:
        lines.append(f"- {inline(why(entry))}")
    lines += ["", "This issue is closed once the item passes.", ""]
    return "\n".join((*lines, f"<!-- deploy-checklist-follow-up {_key(report, entry)} -->"))
