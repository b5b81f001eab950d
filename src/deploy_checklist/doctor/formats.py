"""The forms in which `doctor` shows what it found."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..commands.wire import wire_text
from ..outcome import Outcome, Severity, remedy_lines
from ..redaction.report import safe_for_log
from ..report.escape import plain
from ..report.states import state_of
from ..report.wire_schema import Schema, schema_of
from .model import DoctorResult

_VERDICTS = {True: "in force", False: "not in force", None: "undetermined"}


def render(
    result: DoctorResult, form: str, environ: Mapping[str, str], secrets: Collection[str]
) -> str:
    """The facts as `text` or `json`, without the values of these secrets."""
    if form == "json":
        return wire_text(result, json_schema(), environ, secrets)
    return safe_for_log(as_text(result), environ, secrets)


def json_schema() -> Schema:
    """The JSON Schema of the form `json`."""
    return schema_of(DoctorResult, "deploy-checklist doctor")


def as_text(result: DoctorResult) -> str:
    """The verdict, and a line for each fact; under one that is open, what to do."""
    lines = [f"{result.status} in {result.repository}: {_VERDICTS[result.in_force]}"]
    for each in result.facts:
        sign = state_of(Outcome(each.outcome), Severity(each.severity)).sign
        lines.append(f"{sign} {each.fact}: {plain(each.message)}")
        if each.remedy and each.outcome is not Outcome.PASS:
            lines += [f"   {plain(line)}" for line in remedy_lines(each.remedy)]
    return "".join(f"{line}\n" for line in lines)
