"""The Report as JUnit XML: a suite for each section, a case for each item."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from ..outcome import Outcome
from . import view
from .escape import plain
from .model import ItemResult, Report

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> str:
    """A failing, unlooked-at or unsigned blocker is no success: fail → failure, unknown and pending
    → error.
    """
    sections: dict[tuple[str, ...], list[ItemResult]] = defaultdict(list)
    for entry in report.entries:
        if not entry.item.is_title:
            sections[entry.item.section].append(entry)
    name = " ".join(part for part in (report.checklist, report.environment) if part)
    head = f"<testsuites {_attributes(name=name, **_counts([e for es in sections.values() for e in es]))}>"
    suites = (
        line for section, entries in sections.items() for line in _suite(report, section, entries)
    )
    return (
        "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>"]) + "\n"
    )


def _suite(report: Report, section: Sequence[str], entries: Sequence[ItemResult]) -> list[str]:
    name = " / ".join(section) or report.checklist
    head = f"  <testsuite {_attributes(name=name, **_counts(entries))}>"
    return [
        head,
        *(line for entry in entries for line in _case(report, name, entry)),
        "  </testsuite>",
    ]


def _counts(entries: Sequence[ItemResult]) -> dict[str, str]:
    kinds = [_kind(entry) for entry in entries]
    counts = {
        "tests": len(kinds),
        "failures": kinds.count("failure"),
        "errors": kinds.count("error"),
    }
    return {
        name: str(count) for name, count in (counts | {"skipped": kinds.count("skipped")}).items()
    }


def _kind(entry: ItemResult) -> str | None:
    return {
        Outcome.FAIL: "failure",
        Outcome.UNKNOWN: "error",
        Outcome.PENDING: "error",
        Outcome.WAIVED: "skipped",
        Outcome.SKIPPED: "skipped",
    }.get(entry.outcome)


def _case(report: Report, section: str, entry: ItemResult) -> list[str]:
    case = _attributes(
        name=entry.item.id, classname=section, file=report.checklist, line=str(entry.item.line)
    )
    kind = _kind(entry)
    if kind is None:
        return [f"    <testcase {case}/>"]
    said = view.waiver_words(entry) if entry.waived else view.why(entry)
    reason = f"; waived until {entry.waived.expires}: {entry.waived.reason}" if entry.waived else ""
    type_ = {} if kind == "skipped" else {"type": entry.outcome.value}
    remedies = "; ".join(plain(remedy) for remedy in view.remedies(entry))
    result = f"<{kind} {_attributes(message=plain(said + reason), **type_)}>{_safe(escape(_xml(remedies)))}</{kind}>"
    return [f"    <testcase {case}>", f"      {result}", "    </testcase>"]


def _attributes(**values: str) -> str:
    return " ".join(
        f"{name}={_safe(quoteattr(_xml(plain_value)))}" for name, plain_value in values.items()
    )


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _safe(xml: str) -> str:
    """No `##[command]` for a runner that reads the log."""
    return xml.replace("##[", "#&#35;[")
