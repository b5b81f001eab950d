"""For code scanning (SARIF 2.1.0): a result for each open item, on its line in the checklist."""

from __future__ import annotations

from urllib.parse import quote

from .. import __version__
from ..outcome import Outcome, Severity, sentences
from . import view
from .escape import plain
from .exceptions import whole_exception
from .json_v1 import data_text
from .model import Drift, ItemResult, Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RULES = {  # the ids are on the wire, and stay as they are
    Outcome.FAIL: ("to-fix", "An item of the checklist failed"),
    Outcome.UNKNOWN: ("could-not-look", "An item of the checklist was not checked"),
    Outcome.PENDING: ("to-sign", "An item of the checklist is to sign, or waiting"),
    Outcome.WAIVED: ("waived", "An item of the checklist is waived until a date"),
}
_DRIFT = ("drift", "Checklist and rules disagree")
_EXCEPTION = ("let-through", "A release that is not ready is let through")


def render(report: Report) -> str:
    """The rules are four open outcomes, drift, and a release that is let through although it is not
    ready. An item that passed has no result.
    """
    results = [
        _entry(report, entry)
        for entry in report.entries
        if entry.outcome in _RULES and not entry.item.is_title
    ]
    results += [_drift(report, each) for each in report.drift]
    if whole_exception(report):
        results.append(_exception(report))
    rules = [
        {
            "id": name,
            "shortDescription": {"text": text},
            "defaultConfiguration": {"level": "warning"},
        }
        for name, text in (*_RULES.values(), _DRIFT, _EXCEPTION)
    ]
    driver = {"name": "deploy-checklist", "semanticVersion": __version__, "rules": rules}
    gate, environment = [report.gate] if report.gate else [], report.environment or "-"
    run = {
        "tool": {"driver": driver},
        "automationDetails": {
            "id": "/".join(("deploy-checklist", *gate, environment, report.phase.value, ""))
        },
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return data_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _entry(report: Report, entry: ItemResult) -> dict[str, object]:
    rule, _ = _RULES[entry.outcome]
    message = view.waived_message(entry) if entry.waived else view.why(entry)
    text = plain(sentences(f"{view.label(entry)}: {message}", view.remedies(entry)))
    place = _place(report.checklist, entry.item.line)
    result = _result(rule, _level(entry), text, place, entry.item.id)
    if entry.waived:
        result["suppressions"] = [{"kind": "external", "justification": entry.waived.reason}]
    return result


def _level(entry: ItemResult) -> str:
    if entry.outcome in (Outcome.PENDING, Outcome.WAIVED):
        return "note"
    return "error" if entry.severity is Severity.BLOCKER else "warning"


def _drift(report: Report, drift: Drift) -> dict[str, object]:
    place = _place(drift.file or report.checklist, drift.line)
    level = "error" if report.strict else "warning"
    return _result(_DRIFT[0], level, plain(drift.message), place, f"{drift.kind}:{drift.message}")


def _exception(report: Report) -> dict[str, object]:
    place = _place(report.checklist, 1)
    text = plain(whole_exception(report))
    return _result(_EXCEPTION[0], "warning", text, place, report.verdict.value)


def _result(
    rule: str, level: str, text: str, place: dict[str, object], identity: str
) -> dict[str, object]:
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"item/v1": identity},
    }


def _place(file: str, line: int | None) -> dict[str, object]:
    uri = quote(file, safe="/", errors="replace")
    place: dict[str, object] = {"artifactLocation": {"uri": uri}}
    if line:
        place["region"] = {"startLine": line}
    return place
