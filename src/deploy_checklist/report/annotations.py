"""For the log of a workflow run: commands that mark the lines of the checklist that are wrong."""

from __future__ import annotations

from collections.abc import Sequence

from ..outcome import sentences
from . import view
from .escape import line, plain, workflow_data, workflow_property
from .exceptions import exception_reason, exception_text, what_remains
from .model import ItemResult, Report
from .next_steps import next_steps, nothing_counts
from .view import cut, groups

MOST = 10  # of one level; the runner drops the rest without a word
_MESSAGE_MOST = 1_000  # characters; the runner cuts at 4,096


def render(report: Report) -> str:
    """One command a line; empty if nothing is wrong."""
    return "".join(f"{command}\n" for command in commands(report))


def commands(report: Report) -> list[str]:
    """`::error` for each item that holds the release. Then `::warning` for an override or rollback,
    for warnings, for failed checks of items that a person signs, for waivers and for drift.
    """
    found = groups(report)
    errors = [_entry(report, "error", entry) for entry in (*found.failed, *found.not_checked)]
    if why := nothing_counts(next_steps(report, found)):
        errors.append(command("error", report.checklist, None, view.verdict_text(report), why))
    warnings = _exception(report)
    warnings += [_entry(report, "warning", entry) for entry in found.warning]
    asked = (*found.to_sign, *found.waiting)
    warnings += [_seen(report, entry) for entry in asked if view.seen(entry)]
    warnings += [_waived(report, entry) for entry in found.waived]
    for each in report.drift:
        title = f"checklist and rules: {each.kind}"
        if report.strict:
            errors.append(command("error", each.file, each.line, title, each.message))
        elif each.kind != "unbound":  # an unbound item is to sign, which is no mistake
            warnings.append(command("warning", each.file, each.line, title, each.message))
    where = "are in the job's summary"
    return [
        *limited("error", errors, where, report.checklist),
        *limited("warning", warnings, where, report.checklist),
    ]


def _exception(report: Report) -> list[str]:
    if not exception_reason(report):
        return []
    message = sentences(exception_reason(report), [what_remains(report)])
    return [command("warning", report.checklist, None, exception_text(report), message)]


def _entry(report: Report, level: str, entry: ItemResult) -> str:
    remedies = view.remedies(entry)
    if entry.owner:
        remedies = [f"{entry.owner}: {remedy}" for remedy in remedies]
    message = sentences(view.why(entry), remedies)
    return command(level, report.checklist, entry.item.line, view.label(entry), message)


def _seen(report: Report, entry: ItemResult) -> str:
    message = f"{view.CHECK_FAILED}: {view.seen(entry)}; a person must sign the item"
    return command("warning", report.checklist, entry.item.line, view.label(entry), message)


def _waived(report: Report, entry: ItemResult) -> str:
    until = f" waived until {entry.waived.expires}" if entry.waived else ""
    title = view.label(entry) + until
    message = view.waived_message(entry)
    return command("warning", report.checklist, entry.item.line, title, message)


def command(
    level: str,
    file: str | None,
    number: int | None,
    title: str,
    message: str,
    *,
    column: int | None = None,
) -> str:
    """One workflow command, on a line of a file if it is given."""
    values = {
        "file": file,
        "line": str(number) if number else None,
        "col": str(column) if column else None,
        "title": cut(line(title), 200),
    }
    properties = ",".join(
        f"{name}={workflow_property(line(value))}" for name, value in values.items() if value
    )
    return f"::{level} {properties}::{workflow_data(cut(plain(message), _MESSAGE_MOST))}"


def limited(
    level: str, commands: Sequence[str], where: str, file: str | None = None
) -> Sequence[str]:
    """As many commands of one level as the runner shows. The last one says where the others are."""
    if len(commands) <= MOST:
        return commands
    more = f"{len(commands) - MOST + 1} more {where}"
    return [*commands[: MOST - 1], command(level, file, None, "and more", more)]
