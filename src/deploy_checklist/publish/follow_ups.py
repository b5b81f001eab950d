"""Issues for waived items and warnings, and for what turns wrong by its date: one for each, closed
when the item passes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import quote

from ..github.model import Issue
from ..outcome import Outcome, Severity
from ..report.escape import inline, line
from ..report.markdown_sections import steps
from ..report.model import ItemResult, Report
from ..report.states import state_of
from ..report.view import label, waived_message, why
from .base import Destinations, GitHubWriter

LABEL = "deploy-checklist"
_MARK = re.compile(r"<!-- deploy-checklist-follow-up (?P<key>[^<>]+) -->\s*$")
_SEPARATOR = "\f"  # of two issues; `escape.line` takes it out of every text
_AHEAD = timedelta(days=30)
_TITLE_MOST = 200  # characters; GitHub takes 256


def text(report: Report, to: Destinations) -> str | None:
    """The issues of waived items and warnings; None where this run opens none."""
    if to.github is None or not to.github.follow_ups:
        return None
    return issues(report, forecast=to.inputs.follow_ups == "forecast")


def write(text: str, report: Report, to: Destinations) -> Mapping[str, str]:
    """Opens what is missing, and closes what has passed."""
    if to.github is not None:
        publish(text, report, to.github.writer())
    return {}


def issues(report: Report, *, forecast: bool = False) -> str:
    """Each issue's title, and below it its body, whose last line is its mark.

    `forecast`: also of what holds today, and soon no longer does.
    """
    today = report.at.date()
    entries = [
        each
        for each in report.entries
        if not each.item.is_title
        and (_needs_issue(each) or (forecast and _turns_wrong(each, today)))
    ]
    return _SEPARATOR.join(f"{_title(report, each)}\n{_body(report, each)}" for each in entries)


def publish(text: str, report: Report, writer: GitHubWriter) -> None:
    """As `write`. An issue that people have closed stays closed.

    Only issues that the gate itself wrote are known: anybody may copy a mark.
    """
    known = known_issues(writer, _MARK)
    for each in filter(None, text.split(_SEPARATOR)):
        title, _, body = each.partition("\n")
        mark = _MARK.search(body)
        if mark and mark["key"] not in known:
            writer.create_issue(title, body, LABEL)
    for entry in report.entries:
        if entry.outcome is Outcome.PASS and not entry.item.is_title:
            prefix = f"{_item_key(report, entry)} "
            coming = _key(report, entry) if entry.turns else None  # its day is still to come
            of_item = [
                found for key, found in known.items() if key.startswith(prefix) and key != coming
            ]
            for issue in (issue for found in of_item for issue in found if issue.open):
                writer.close_issue(issue.number)


def known_issues(writer: GitHubWriter, mark: re.Pattern[str]) -> dict[str, list[Issue]]:
    """The issues that the gate itself has written with such a mark, by the mark's `key`."""
    known: dict[str, list[Issue]] = {}
    for issue in writer.issues(LABEL):
        found = mark.search(issue.body)
        if found and issue.own:
            known.setdefault(found["key"], []).append(issue)
    return known


def _needs_issue(entry: ItemResult) -> bool:
    warned = entry.severity is Severity.WARNING and entry.outcome in (Outcome.FAIL, Outcome.UNKNOWN)
    return entry.outcome is Outcome.WAIVED or warned


def _turns_wrong(entry: ItemResult, today: date) -> bool:
    """Whether an item that passes today soon fails or must be signed.

    What is waived has an issue with its last day. What cannot be known that far ahead is not an
    error.
    """
    if entry.turns is None or entry.outcome is not Outcome.PASS:
        return False
    if not entry.turns.who:
        return False  # it waits for items below it, which have their own
    return entry.turns.to in (Outcome.FAIL, Outcome.PENDING) and entry.turns.on - today <= _AHEAD


def _item_key(report: Report, entry: ItemResult) -> str:
    environment = quote(report.environment or "", safe="")
    gate = f"gate={quote(report.gate, safe='')} " if report.gate else ""
    return f"{gate}environment={environment} item={quote(entry.item.id, safe='')}"


def _key(report: Report, entry: ItemResult) -> str:
    """With the date: a waiver that is prolonged gets another issue, as does a rotation that is due
    again.
    """
    reason = f"until={entry.waived.expires}" if entry.waived else "warning"
    if entry.outcome is Outcome.PASS and entry.turns:
        reason = f"turns={entry.turns.on}"
    return f"{_item_key(report, entry)} {reason}"


def _title(report: Report, entry: ItemResult) -> str:
    reason = "released with a warning"
    if entry.waived:
        reason = f"waived until {entry.waived.expires}"
    elif entry.outcome is Outcome.PASS and entry.turns:
        reason = f"{state_of(entry.turns.to)} from {entry.turns.on} on"
    parts = (report.gate, report.environment or "Release", label(entry))
    name = line(": ".join(part for part in parts if part))[:_TITLE_MOST]
    return f"{name}: {reason}"


def _body(report: Report, entry: ItemResult) -> str:
    lines = [f"**{inline(label(entry))}** ({inline(report.checklist)}, line {entry.item.line})", ""]
    if entry.waived:
        lines.append(f"- {inline(waived_message(entry))}")
        lines.append(f"- waived until **{entry.waived.expires}**: {inline(entry.waived.reason)}")
        lines.append(f"- approved by {inline(entry.waived.approved_by)}")
    elif entry.outcome is Outcome.PASS and entry.turns:
        turn = entry.turns
        what = f"{state_of(turn.to)} from **{turn.on}** on"
        lines.append(f"- {what}: {inline(turn.why)}" if turn.why else f"- {what}")
        lines.append(f"- whose turn: {', '.join(map(inline, turn.who))}")
        lines += [f"- {steps(command)}" for command in turn.commands]
    else:
        lines.append(f"- {inline(why(entry))}")
    lines += ["", "This issue is closed automatically once the item passes.", ""]
    return "\n".join((*lines, f"<!-- deploy-checklist-follow-up {_key(report, entry)} -->"))
