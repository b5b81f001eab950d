"""SARIF 2.1.0 as its own schema has it, for every report that a test has."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from jsonschema import Draft4Validator

import reports
from deploy_checklist.report import sarif
from deploy_checklist.report.model import Report
from servers import CACHE, not_installed

SCHEMA = CACHE / "sarif" / "package" / "lib" / "schemas" / "sarif-2.1.0-rtm.5.json"
REPORTS = {
    "blocked": reports.blocked,
    "ready": reports.ready,
    "first": reports.first_run,
    "undetermined": reports.undetermined,
}


@pytest.fixture(scope="module")
def validator() -> Draft4Validator:
    if not SCHEMA.is_file():
        not_installed("SARIF's schema", ".ci/servers")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return Draft4Validator(schema)


def test_what_is_no_sarif_is_told(validator: Draft4Validator) -> None:
    assert not validator.is_valid({"version": "2.1.0", "runs": [{}]})


@pytest.mark.parametrize("build", REPORTS.values(), ids=REPORTS.keys())
def test_every_report_is_valid_sarif(
    build: Callable[[], Report], validator: Draft4Validator
) -> None:
    errors = [error.message for error in validator.iter_errors(json.loads(sarif.render(build())))]
    assert errors == []
