"""Workflow commands that mark the checklist's own lines, only for what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from . import view
from .escape import line, plain, workflow_data, workflow_property
from .model import ItemResult, Report
from .view import cut, groups

MOST = 10  # of one level; the runner drops the rest without a word
_MESSAGE_MOST = 1_000  # characters; the runner cuts at 4,096


def render(report: Report) -> str:
    """One command a line; empty if nothing is wrong."""
    return "".join(f"{command}\n" for command in commands(report))


def commands(report: Report) -> list[str]:
    """`::error` for what holds the release, then `::warning` for warnings, for what was seen to be
    wrong of an item that a person signs, for waivers and drift.
    """
    found = groups(report)
    errors = [_entry(report, "error", entry) for entry in (*found.fix, *found.unseen)]
    warnings = [_entry(report, "warning", entry) for entry in found.warned]
    asked = (*found.pending, *found.held)
    warnings += [_seen(report, entry) for entry in asked if view.seen(entry)]
    warnings += [_waived(report, entry) for entry in found.waived]
    for each in report.drift:
        title = f"checklist and rules: {each.kind}"
        if report.strict:
            errors.append(_command("error", each.file, each.line, title, each.message))
        elif each.kind != "unbound":  # an unbound item waits for people, which is nothing wrong
            warnings.append(_command("warning", each.file, each.line, title, each.message))
    return [*_limited("error", errors, report), *_limited("warning", warnings, report)]


def _entry(report: Report, level: str, entry: ItemResult) -> str:
    owner = f"{entry.owner}: " if entry.owner else ""
    remedies = [f"{owner}{remedy}" for remedy in view.remedies(entry)]
    message = ". ".join([view.why(entry), *remedies])
    return _command(level, report.checklist, entry.item.line, view.label(entry), message)


def _seen(report: Report, entry: ItemResult) -> str:
    message = f"seen: {view.seen(entry)}; a person is asked to sign it"
    return _command("warning", report.checklist, entry.item.line, view.label(entry), message)


def _waived(report: Report, entry: ItemResult) -> str:
    until = f" waived until {entry.waived.expires}" if entry.waived else ""
    title = view.label(entry) + until
    message = view.waived_message(entry)
    return _command("warning", report.checklist, entry.item.line, title, message)


def _command(level: str, file: str | None, number: int | None, title: str, message: str) -> str:
    values = {"file": file, "line": str(number) if number else None, "title": cut(line(title), 200)}
    properties = ",".join(
        f"{name}={workflow_property(line(value))}" for name, value in values.items() if value
    )
    return f"::{level} {properties}::{workflow_data(cut(plain(message), _MESSAGE_MOST))}"


def _limited(level: str, commands: Sequence[str], report: Report) -> Sequence[str]:
    if len(commands) <= MOST:
        return commands
    more = f"{len(commands) - MOST + 1} more are in the job's summary"
    return [*commands[: MOST - 1], _command(level, report.checklist, None, "and more", more)]
