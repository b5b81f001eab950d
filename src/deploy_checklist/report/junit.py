"""For test reports: a suite for each section, a test case for each item. An item that
is to sign or waiting is a failure of the type `pending`; one that was not checked is an error.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from ..outcome import Outcome, remedy_lines, sentences
from . import view
from .escape import log_words, plain
from .exceptions import whole_exception
from .model import ItemResult, Report
from .next_steps import Act, next_steps

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ELEMENTS = {  # no reader shows a failure or an error green, as some show what was skipped
    Outcome.FAIL: "failure",
    Outcome.PENDING: "failure",
    Outcome.UNKNOWN: "error",
    Outcome.WAIVED: "skipped",
    Outcome.SKIPPED: "skipped",
}
_COUNTED = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def render(report: Report) -> str:
    """An item that failed, is to sign or is waiting is a failure, of the type `fail` or `pending`.
    One that was not checked is an error.
    """
    sections: dict[tuple[str, ...], list[ItemResult]] = defaultdict(list)
    for entry in report.entries:
        if not entry.item.is_title:
            sections[entry.item.section].append(entry)
    name = " ".join(part for part in (report.checklist, report.environment) if part)
    counts = _counts([entry for entries in sections.values() for entry in entries])
    extra = [*_of_release(report)]
    for element, _ in extra:
        for each in ("tests", _COUNTED[element]):
            counts[each] = str(int(counts[each]) + 1)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f"<testsuites {_attributes(name=name, **counts)}>")
    for section, entries in sections.items():
        lines += _suite(report, section, entries)
    for element, message in extra:
        lines += _suite_of_release(report, element, message)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _of_release(report: Report) -> Iterator[tuple[str, str]]:
    """Element and message for what concerns no single item: why the release is let through, or why
    it is held although no item is open. Without it, a reader would show the release green.
    """
    if exception := whole_exception(report):
        yield "skipped", plain(exception)
    for step in next_steps(report):
        if step.item is None and step.do is not Act.HAND_OVER:
            element = "failure" if step.do is Act.FIX else "error"
            yield element, plain(sentences(step.why, [step.how]))


def _suite_of_release(report: Report, element: str, message: str) -> list[str]:
    name = report.verdict.value
    counts = {"tests": "1"} | {
        counted: str(int(element == each)) for each, counted in _COUNTED.items()
    }
    case = _attributes(name=name, classname=report.checklist)
    attributes = {"message": message}
    if element != "skipped":
        attributes["type"] = "fail" if element == "failure" else "unknown"
    return [
        f"  <testsuite {_attributes(name=name, **counts)}>",
        f"    <testcase {case}>",
        f"      <{element} {_attributes(**attributes)}></{element}>",
        "    </testcase>",
        "  </testsuite>",
    ]


def _suite(report: Report, section: Sequence[str], entries: Sequence[ItemResult]) -> list[str]:
    name = " / ".join(section) or report.checklist
    lines = [f"  <testsuite {_attributes(name=name, **_counts(entries))}>"]
    for entry in entries:
        lines += _case(report, name, entry)
    return [*lines, "  </testsuite>"]


def _counts(entries: Sequence[ItemResult]) -> dict[str, str]:
    elements = [_ELEMENTS.get(entry.outcome) for entry in entries]
    return {
        "tests": str(len(elements)),
        "failures": str(elements.count("failure")),
        "errors": str(elements.count("error")),
        "skipped": str(elements.count("skipped")),
    }


def _case(report: Report, section: str, entry: ItemResult) -> list[str]:
    case = _attributes(
        name=entry.item.id, classname=section, file=report.checklist, line=str(entry.item.line)
    )
    element = _ELEMENTS.get(entry.outcome)
    if element is None:
        return [f"    <testcase {case}/>"]
    message = view.why(entry)
    if entry.waived:
        until = f"waived until {entry.waived.expires}: {entry.waived.reason}"
        message = f"{view.waived_message(entry)}; {until}"
    attributes = {"message": plain(message)}
    if element != "skipped":
        attributes["type"] = entry.outcome.value
    remedies = (line for each in view.remedies(entry) for line in remedy_lines(each))
    content = _safe(escape(_xml("\n".join(map(log_words, remedies)))))
    result = f"<{element} {_attributes(**attributes)}>{content}</{element}>"
    return [f"    <testcase {case}>", f"      {result}", "    </testcase>"]


def _attributes(**values: str) -> str:
    return " ".join(f"{name}={_safe(quoteattr(_xml(value)))}" for name, value in values.items())


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _safe(xml: str) -> str:
    """No `##[command]` for a runner that reads the log."""
    return xml.replace("##[", "#&#35;[")
