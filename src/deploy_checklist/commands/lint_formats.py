"""The forms in which `lint` shows what it found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ..errors import Exit
from ..outcome import sentences
from ..redaction.report import redact_value, safe_for_log
from ..report.annotations import command, limited
from ..report.places import from_folder
from ..report.view import counted
from ..report.wire_schema import Schema, schema_of
from ..rules.open_questions import left_open
from .lint_findings import KINDS, LEVELS, REFERENCE, LintFinding, LintResult
from .wire import wire_text


def render(
    result: LintResult,
    form: str,
    environ: Mapping[str, str],
    secrets: Collection[str],
    folder: str = ".",
) -> str:
    """The findings as `text`, `json` or `github`, without the values of these secrets.

    `folder`: the working directory, from the root; in `text`, paths lead from there.
    """
    if form == "json":
        return wire_text(result, json_schema(), environ, secrets)
    if form == "github":
        return as_commands(redact_value(result, environ, secrets, (*KINDS, *LEVELS)))
    return safe_for_log(as_text(result, folder), environ, secrets)


def json_schema() -> Schema:
    """The JSON Schema of the form `json`."""
    return schema_of(LintResult, "deploy-checklist lint")


def as_text(result: LintResult, folder: str = ".") -> str:
    """The errors and warnings, a summary, the open questions, and then the notices."""
    holding = [each for each in result.findings if each.level != "notice"]
    questions = [each.question for each in holding if each.question is not None]
    found = [each for each in holding if each.question is None]
    notices = [each for each in result.findings if each.level == "notice"]
    lines = [_line(each, folder) for each in found]
    lines.append(_summary(len(found), result))
    if questions:
        them = "it" if len(questions) == 1 else "them"
        lines.append(f"{left_open(questions)}. Answer {them} with `deploy-checklist init`")
    reference = [each for each in notices if each.kind == REFERENCE]
    if reference:
        lines.append(f"notice: {_never_asked(reference)}. {reference[0].remedy}")
    lines += [_line(each, folder) for each in notices if each.kind != REFERENCE]
    if result.exit_code == Exit.HELD:
        lines.append(f"--strict: {len(holding)} to fix first, so the exit code is 1")
    return "".join(f"{line}\n" for line in lines)


def _line(finding: LintFinding, folder: str) -> str:
    file = from_folder(finding.file, folder) if finding.file else None
    place = ":".join(str(part) for part in (file, finding.line) if part is not None)
    kind = "notice" if finding.level == "notice" else finding.kind
    text = ": ".join(part for part in (place, kind, finding.message) if part)
    return sentences(text, [finding.remedy])


def _summary(found: int, result: LintResult) -> str:
    if found:
        return counted(found, "finding")
    if result.rules is None:
        return "no rules file yet: the items' own words decide (deploy-checklist init writes one)"
    return "the checklist and the rules agree"


def _never_asked(reference: Sequence[LintFinding]) -> str:
    lines = ", ".join(str(each.line) for each in reference)
    which = "line" if len(reference) == 1 else "lines"
    return f"for reference, never checked: {len(reference)} ({which} {lines})"


def as_commands(result: LintResult) -> str:
    """Workflow commands that mark the lines of the files on a pull request; empty if there is
    nothing to say. Items that are never asked share one.
    """
    shown = [each for each in result.findings if each.kind != REFERENCE]
    reference = [each for each in result.findings if each.kind == REFERENCE]
    lines: list[str] = []
    for level in LEVELS:
        found = [_command(each) for each in shown if each.level == level]
        if level == "notice" and reference:
            first, told = reference[0], f"{_never_asked(reference)}. {reference[0].remedy}"
            found.append(command(level, first.file, first.line, _title(first), told))
        lines += limited(level, found, "are listed by `deploy-checklist lint`")
    return "".join(f"{line}\n" for line in lines)


def _command(each: LintFinding) -> str:
    message = sentences(each.message, [each.remedy])
    return command(each.level, each.file, each.line, _title(each), message, column=each.column)


def _title(each: LintFinding) -> str:
    return f"deploy-checklist lint: {each.kind}"
