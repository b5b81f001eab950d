"""Jobs that tell what a gate said, by the names that GitHub lists; every other job is one of CI."""

from __future__ import annotations

import pytest

from deploy_checklist.workflows.files import read_workflow
from deploy_checklist.workflows.gate_jobs import tells_of_a_gate_alone

FILE = b"""
on: push
jobs:
  test: { runs-on: x, steps: [ { run: npm test } ] }
  gate:
    name: Deployment checklist
    needs: test
    runs-on: x
    strategy: { matrix: { environment: [staging, production] } }
    steps:
      - uses: actions/checkout@v5
      - uses: Org/deploy-checklist@v1
        id: gate
      - uses: slackapi/slack-github-action@v4
        continue-on-error: true
  tested:
    runs-on: x
    steps: [ { run: npm test }, { uses: org/deploy-checklist@v1 } ]
  then-tested:
    runs-on: x
    steps: [ { uses: org/deploy-checklist@v1 }, { run: npm test } ]
  other: { runs-on: x, steps: [ { uses: org/not-deploy-checklist@v1 } ] }
  empty: { runs-on: x, steps: [] }
  release: { name: "Release ${{ github.ref_name }}", needs: [test, gate], runs-on: x, steps: [ { run: make release } ] }
  pages: { needs: release, uses: ./.github/workflows/pages.yml }
  docs: { needs: test, runs-on: x, steps: [ { run: make docs } ] }
"""


@pytest.mark.parametrize(
    ("listed", "skipped", "expected"),
    [
        ("Deployment checklist", False, True),
        ("Deployment checklist", True, True),
        ("Deployment checklist (staging)", False, True),
        ("Deployment checklists", False, False),
        ("gate", False, False),
        ("test", False, False),
        ("tested", False, False),
        ("then-tested", False, False),
        ("other", False, False),
        ("empty", True, False),
        ("Release main", True, True),
        ("Release main", False, False),
        ("pages", True, True),
        ("pages / build", True, True),
        ("pages / build", False, False),
        ("docs", True, False),
        ("", True, False),
    ],
)
def test_a_job_that_only_asks_the_gate_and_what_was_skipped_behind_it(
    listed: str, skipped: bool, expected: bool
) -> None:
    workflow = read_workflow(FILE, ".github/workflows/release.yml")
    assert tells_of_a_gate_alone(workflow, listed, skipped=skipped) is expected


def test_a_name_that_two_jobs_may_have_tells_of_both() -> None:
    named = FILE.replace(b"  test: {", b'  test: { name: "${{ github.job }}",')
    workflow = read_workflow(named, ".github/workflows/release.yml")
    assert not tells_of_a_gate_alone(workflow, "Deployment checklist", skipped=False)
