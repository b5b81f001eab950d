"""The Report as JSON, version 1, for other programs: a key is never left out, an unknown value is
null.

A wire format of its own: a change of the inner types must not change it.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from ..outcome import Finding
from .model import ItemResult, Report, Totals

# Control characters that JSON lets stand, line separators and what turns the direction of writing.
_ACTS = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def render(report: Report) -> str:
    """Exactly the keys that docs promise; a key is never left out, an unknown value is null."""
    return data_text(document(report))


def data_text(data: object) -> str:
    """JSON that a log can show: no workflow command, no control character, no lone surrogate."""
    text = json.dumps(data, ensure_ascii=False, indent=2).replace("##[", "#\\u0023[")
    text = _ACTS.sub(lambda char: f"\\u{ord(char[0]):04x}", text)
    return text.encode("utf-8", "backslashreplace").decode() + "\n"


def document(report: Report) -> dict[str, object]:
    """The Report as plain lists and dictionaries."""
    return {
        "schema": 1,
        "verdict": report.verdict.value,
        "environment": report.environment,
        "phase": report.phase.value,
        "target": _fields(report.target, "repository", "commit", "pull_request", "tag"),
        "totals": _totals(report.totals),
        "items": [_item(entry) for entry in report.entries],
        "drift": [_fields(each, "kind", "message", "file", "line") for each in report.drift],
        "notices": [_fields(each, "item", "message", "file", "line") for each in report.notices],
        "ignored_signoffs": [
            _fields(each, "item", "by", "via", "reason") for each in report.ignored_signoffs
        ],
        "log_row": report.log_row,
    }


def _fields(value: object, *names: str) -> dict[str, object]:
    """The fields that the format calls by the same names as our types do."""
    return {name: getattr(value, name) for name in names}


def _totals(totals: Totals) -> dict[str, object]:
    names = ("signed", "fail", "pending", "unknown", "waived", "skipped")
    return {"pass": totals.passed, **_fields(totals, *names)}


def _item(entry: ItemResult) -> dict[str, object]:
    item = entry.item
    return {
        "id": item.id,
        "names": list(item.names),
        "text": item.text,
        "section": list(item.section),
        "line": item.line,
        "phase": entry.phase.value,
        "ticked": item.ticked,
        "outcome": entry.outcome.value,
        "severity": entry.severity.value,
        "rule": entry.rule,
        "owner": entry.owner,
        "findings": [_finding(finding) for finding in entry.findings],
        "seen": [_finding(finding) for finding in entry.seen],
    }


def _finding(finding: Finding) -> dict[str, object]:
    evidence = finding.evidence
    return {
        "check": finding.check,
        "outcome": finding.outcome.value,
        "message": finding.message,
        "remedy": finding.remedy,
        "evidence": {"source": evidence.source, "at": _rfc3339(evidence.at)} if evidence else None,
    }


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
