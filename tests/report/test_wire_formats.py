"""JSON, JUnit and SARIF are what their readers expect."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

import reports
from deploy_checklist.data_formats.shapes import shaped
from deploy_checklist.outcome import Outcome
from deploy_checklist.report import json_v1, junit, sarif, wire
from deploy_checklist.report.model import Report
from deploy_checklist.report.wire_schema import json_schema

NULLABLE_TEXT = {"type": ["string", "null"]}
NULLABLE_LINE = {"type": ["integer", "null"], "minimum": 1}


def exactly(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def at_least(**properties: Any) -> dict[str, Any]:
    return {**exactly(**properties), "additionalProperties": True}


def listed(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


# What every report of version 1 has had since 1.0.0, whatever else was added.
TEXT, COUNT = {"type": "string"}, {"type": "integer", "minimum": 0}
OUTCOME = {"enum": ["pass", "fail", "pending", "unknown", "waived", "skipped"]}
FINDING = at_least(
    check=TEXT,
    outcome=OUTCOME,
    message=TEXT,
    remedy=NULLABLE_TEXT,
    evidence={
        "anyOf": [
            {"type": "null"},
            at_least(source=TEXT, at={"type": "string", "pattern": r"^\d{4}-.*Z$"}),
        ]
    },
)
ITEM = at_least(
    id=TEXT,
    names=listed(TEXT),
    text=TEXT,
    section=listed(TEXT),
    line={"type": "integer", "minimum": 1},
    phase={"enum": ["before", "deploy", "after", "reference"]},
    ticked={"type": "boolean"},
    outcome=OUTCOME,
    severity={"enum": ["blocker", "warning"]},
    rule={"enum": ["rules", "inferred", "none"]},
    owner=NULLABLE_TEXT,
    findings=listed(FINDING),
    seen=listed(FINDING),
)
REPORT = at_least(
    schema={"const": 1},
    verdict={"enum": ["ready", "waiting", "blocked", "undetermined"]},
    environment=NULLABLE_TEXT,
    phase={"enum": ["before", "deploy", "after"]},
    target=at_least(
        repository=NULLABLE_TEXT,
        commit=NULLABLE_TEXT,
        pull_request={"type": ["integer", "null"]},
        tag=NULLABLE_TEXT,
    ),
    totals=at_least(
        **{"pass": COUNT},
        signed=COUNT,
        fail=COUNT,
        pending=COUNT,
        unknown=COUNT,
        waived=COUNT,
        skipped=COUNT,
    ),
    items=listed(ITEM),
    drift=listed(at_least(kind=TEXT, message=TEXT, file=NULLABLE_TEXT, line=NULLABLE_LINE)),
    notices=listed(
        at_least(item=NULLABLE_TEXT, message=TEXT, file=NULLABLE_TEXT, line=NULLABLE_LINE)
    ),
    ignored_signoffs=listed(at_least(item=TEXT, by=TEXT, via=TEXT, reason=TEXT)),
    log_row=NULLABLE_TEXT,
)
# The part of SARIF 2.1.0 that we use, as the specification words it (§3.13, §3.14, §3.19, §3.27 to §3.30, §3.35).
SARIF = exactly(
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs=listed(
        exactly(
            tool=exactly(
                driver=exactly(
                    name=TEXT,
                    semanticVersion={"type": "string", "pattern": r"^\d+\.\d+\.\d+"},
                    rules=listed(
                        exactly(
                            id=TEXT,
                            shortDescription=exactly(text=TEXT),
                            defaultConfiguration=exactly(
                                level={"enum": ["none", "note", "warning", "error"]}
                            ),
                        )
                    ),
                )
            ),
            automationDetails=exactly(id=TEXT),
            columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            results=listed(
                {
                    "type": "object",
                    "required": ["message"],
                    "additionalProperties": False,
                    "properties": {
                        "ruleId": TEXT,
                        "level": {"enum": ["none", "note", "warning", "error"]},
                        "message": exactly(text=TEXT),
                        "locations": listed(
                            exactly(
                                physicalLocation={
                                    "type": "object",
                                    "required": ["artifactLocation"],
                                    "additionalProperties": False,
                                    "properties": {
                                        "artifactLocation": exactly(
                                            uri={"type": "string", "format": "uri-reference"}
                                        ),
                                        "region": exactly(
                                            startLine={"type": "integer", "minimum": 1}
                                        ),
                                    },
                                }
                            )
                        ),
                        "partialFingerprints": {"type": "object", "additionalProperties": TEXT},
                        "suppressions": {
                            **listed(
                                exactly(kind={"enum": ["inSource", "external"]}, justification=TEXT)
                            ),
                            "uniqueItems": True,
                        },
                    },
                }
            ),
        )
    ),
)
ALL = {
    "blocked": reports.blocked(),
    "ready": reports.ready(),
    "first run": reports.first_run(),
    "undetermined": reports.undetermined(),
    "empty": reports.report(),
}


@pytest.mark.parametrize("report", ALL.values(), ids=ALL)
def test_json_has_the_keys_that_1_0_0_promised(report: Report) -> None:
    Draft202012Validator(REPORT).validate(json.loads(json_v1.render(report)))


@pytest.mark.parametrize("report", ALL.values(), ids=ALL)
def test_json_has_exactly_the_keys_of_its_schema(report: Report) -> None:
    schema = json_schema()
    for shape in schema["$defs"].values():
        if "properties" in shape:
            shape["additionalProperties"] = False
            assert sorted(shape["required"]) == sorted(shape["properties"])
    Draft202012Validator(schema).validate(json.loads(json_v1.render(report)))


@pytest.mark.parametrize("report", ALL.values(), ids=ALL)
def test_json_is_read_back_as_it_was_written(report: Report) -> None:
    assert shaped(json.loads(json_v1.render(report)), wire.JsonReport) == json_v1.on_the_wire(
        report
    )


@pytest.mark.parametrize("report", ALL.values(), ids=ALL)
def test_sarif_is_2_1_0(report: Report) -> None:
    document = json.loads(sarif.render(report))
    Draft202012Validator(SARIF).validate(document)
    rules = {rule["id"] for rule in document["runs"][0]["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in document["runs"][0]["results"]} <= rules


def test_sarif_marks_what_is_open_on_its_line_and_suppresses_what_is_waived() -> None:
    results = json.loads(sarif.render(reports.blocked()))["runs"][0]["results"]
    kinds = [result["ruleId"] for result in results]
    assert {kind: kinds.count(kind) for kind in kinds} == {"to-fix": 3, "to-sign": 6, "waived": 1}
    waived = next(result for result in results if result["ruleId"] == "waived")
    assert waived["locations"][0]["physicalLocation"]["region"] == {"startLine": 35}
    assert waived["suppressions"][0]["justification"].startswith("gateway moves")


@pytest.mark.parametrize("report", ALL.values(), ids=ALL)
def test_junit_counts_what_it_lists(report: Report) -> None:
    root = ElementTree.fromstring(junit.render(report))
    for scope in (root, *root.iter("testsuite")):
        assert int(scope.attrib["tests"]) == len(list(scope.iter("testcase")))
        for kind, counted in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert int(scope.attrib[counted]) == len(list(scope.iter(kind)))


def test_junit_takes_an_unsigned_item_for_no_success() -> None:
    root = ElementTree.fromstring(junit.render(reports.blocked()))
    assert {key: root.attrib[key] for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "18",
        "failures": "9",
        "errors": "0",
        "skipped": "2",
    }


def test_junit_tells_by_its_type_whether_an_item_failed_or_waits_for_a_person() -> None:
    root = ElementTree.fromstring(junit.render(reports.blocked()))
    types = [each.attrib["type"] for each in root.iter("failure")]
    assert {kind: types.count(kind) for kind in types} == {"fail": 3, "pending": 6}


@pytest.mark.parametrize("report", ALL.values(), ids=ALL)
def test_junit_takes_what_could_not_be_looked_at_for_an_error(report: Report) -> None:
    """Never for skipped, which readers show green."""
    open_items = [
        each.item.id
        for each in report.entries
        if each.outcome is Outcome.UNKNOWN and not each.item.is_title
    ]
    cases = ElementTree.fromstring(junit.render(report)).iter("testcase")
    errors = [
        case.attrib["name"] for case in cases if case.find("error[@type='unknown']") is not None
    ]
    assert sorted(errors) == sorted(open_items)
