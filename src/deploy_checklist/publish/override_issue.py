"""The issue that asks for a review of an override afterwards: one for each, never a second one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from urllib.parse import quote

from ..outcome import Override, Severity
from ..report.escape import code, inline, line, link
from ..report.exceptions import moment, shown_reason
from ..report.model import ItemResult, Report, Verdict
from ..report.next_steps import whose_turn
from ..report.view import cut, groups, item_state, label, subject, why
from .base import Destinations, GitHubWriter
from .follow_ups import LABEL, known_issues
from .gate_files import GateFiles

_MARK = re.compile(r"<!-- deploy-checklist-override (?P<key>[^<>]+) -->\s*$")
_MOST_LISTED = 50
_WHY_MOST = 300  # characters
_TITLE_MOST = 200


def text(report: Report, to: Destinations) -> str | None:
    """The title, and below it the body; None if nothing was overridden, or nothing may be written.

    It does not depend on the input `follow-ups`: no override is without it.
    """
    override = report.override
    if report.verdict is not Verdict.OVERRIDDEN or override is None:
        return None
    if to.github is None or not to.github.may_open_issues:
        return None
    name = f"{subject(report)}: overridden by {override.by} at {moment(override.at)}: to review"
    title = cut(line(name), _TITLE_MOST)
    return "\n".join((title, *_body(report, override), _mark(report, override)))


def write(text: str, report: Report, to: Destinations) -> Mapping[str, str]:
    """Opens the issue, unless there is one, open or closed."""
    if to.github is not None:
        publish(text, to.github.writer())
    return {}


def publish(text: str, writer: GitHubWriter) -> None:
    """As `write`. GitHub has no way to open an issue only if there is none: so it is looked at once
    more afterwards, and all but the oldest one are closed.
    """
    mark = _MARK.search(text)
    key = mark["key"] if mark else ""
    if known_issues(writer, _MARK).get(key):
        return
    title, _, body = text.partition("\n")
    own = writer.create_issue(title, body, LABEL)
    found = [each for each in known_issues(writer, _MARK).get(key, []) if each.open]
    if any(each.number < own for each in found):
        writer.close_issue(own)


def _mark(report: Report, override: Override) -> str:
    """Of the command, and of what it is about: of one override there are runs of several events."""
    gate = " ".join(GateFiles.of(report.gate, report.checklist, None).fields())
    environment = quote(report.environment or "", safe="")
    at = override.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    where = quote(override.url or "", safe="")
    key = f"environment={environment} {gate} by={quote(override.by)} at={at} where={where}"
    return f"<!-- deploy-checklist-override {key} -->"


def _body(report: Report, override: Override) -> Iterator[str]:
    yield f"**{inline(subject(report))}** was let through although it was not ready. Please review:"
    yield ""
    yield f"- who: {inline(f'@{override.by}')}, as {inline(override.role)}"
    yield f"- when: {moment(override.at)}, until {moment(override.until)}"
    yield f"- why: {inline(shown_reason(override))}"
    if override.url:
        yield f"- where: {link('the comment', override.url)}"
    if report.target.commit:
        run = f" ({link('the run', report.url('run'))})" if report.url("run") else ""
        yield f"- commit: {code(report.target.commit)}{run}"
    yield ""
    yield "What was open:"
    yield ""
    yield from _open(report)
    yield ""
    yield "Close this issue after the review, once every open item is done or decided."
    yield ""


def _open(report: Report) -> Iterator[str]:
    found = groups(report)
    entries = [*found.failed, *found.not_checked, *found.to_sign, *found.waiting]
    lines = [_item(each) for each in entries if each.severity is Severity.BLOCKER]
    if report.strict:
        lines += [f"- {inline(cut(each.message, _WHY_MOST))}" for each in report.drift]
    yield from lines[:_MOST_LISTED]
    if len(lines) > _MOST_LISTED:
        yield f"- and {len(lines) - _MOST_LISTED} more"
    if not lines:
        yield "- nothing, but no item that holds the release passed or was signed"


def _item(entry: ItemResult) -> str:
    state = item_state(entry, asked=bool(whose_turn(entry)))
    what = f"{state}: {cut(why(entry), _WHY_MOST)}"
    return f"- **{inline(label(entry))}** ({inline(what)})"
