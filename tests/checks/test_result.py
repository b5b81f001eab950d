"""`result`: a JSON file that an earlier step of this job wrote, and nothing that may be another's."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from checks.judging import finding_of
from deploy_checklist.outcome import Finding, Outcome, Unobservable
from deploy_checklist.world.job_port import WrittenFile
from deploy_checklist.world.repository import WorkTree
from fakes import NOW, FakeJob, FakeRepository, world
from rules.written import faults
from world.gits import git, repository

GATE = ".github/workflows/gate.yml"
WORKFLOW = """\
on: push
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - id: scan
        run: trivy --format json --output $RUNNER_TEMP/trivy.json
      - uses: org/deploy-checklist@v1
"""
FILE = "$RUNNER_TEMP/trivy.json"
ASKED = {"file": FILE, "made_by": "scan", "at": "length(Results)", "equals": 0}
GOOD = json.dumps({"Results": []}).encode()


def looked(
    data: bytes | None = GOOD,
    *,
    path: str = FILE,
    seconds: float = 30,
    workflow: str | None = WORKFLOW,
    files: dict[str, str] | None = None,
    trouble: Unobservable | None = None,
    waits: bool = False,
    **written: object,
) -> Finding:
    """The finding of a file that was written some seconds after the job began."""
    there = {} if data is None else {path: data}
    at = NOW + timedelta(seconds=seconds)
    job = FakeJob(
        {name: WrittenFile(data=text, written=at) for name, text in there.items()},
        trouble=trouble,
    )
    contents = {**({GATE: workflow} if workflow else {}), **(files or {})}
    around = world({"NAME": "0"}, job=job, repository=FakeRepository(contents, waits=waits))
    return finding_of("result", {**ASKED, "file": path, **written}, None, around)


def test_a_result_as_asked_passes_and_another_fails() -> None:
    found = looked()
    assert (found.outcome, found.message) == (
        Outcome.PASS,
        f"`length(Results)` in `{FILE}`: has the expected value",
    )
    found = looked(b'{"Results": [{"canary": 1}]}')
    assert found.outcome is Outcome.FAIL
    assert "canary" not in repr(found)


def test_a_result_without_what_the_path_asks_for_fails() -> None:
    assert looked(b"{}").outcome is Outcome.FAIL
    assert looked(b'{"Results": null}').outcome is Outcome.FAIL


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"FAILED", b'{"a": 1}\n{"a": 2}\n'])
def test_a_file_that_is_not_json_is_not_checked(data: bytes) -> None:
    found = looked(data, at="a", equals=1)
    assert found.outcome is Outcome.UNKNOWN
    assert "is not valid JSON" in found.message


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"data": None}, f"`{FILE}` does not exist"),
        ({"seconds": -1}, f"`{FILE}` is older than this job"),
        ({"workflow": None}, f"the gated commit has no `{GATE}`"),
        ({"workflow": WORKFLOW.replace("id: scan", "id: other")}, "no step with the id `scan`"),
        ({"workflow": WORKFLOW.replace("id: scan", "id: scan\n        if: always()")}, "an `if:`"),
        ({"workflow": "on: ["}, f"the gated commit has no `{GATE}`"),
        ({"trouble": Unobservable("a pull request's code")}, "a pull request's code"),
        (
            {"path": "trivy.json", "files": {"trivy.json": "{}"}},
            "git tracks `trivy.json`, so it may come from the commit itself",
        ),
        ({"path": "trivy.json", "waits": True}, "the workspace does not contain the gated commit"),
    ],
)
def test_what_is_not_certain_is_not_checked(given: dict[str, object], why: str) -> None:
    found = looked(**given)  # type: ignore[arg-type]
    assert found.outcome is Outcome.UNKNOWN
    assert why in found.message


def test_a_file_that_was_written_as_the_job_began_counts() -> None:
    assert looked(seconds=0).outcome is Outcome.PASS


def test_an_untracked_file_of_the_workspace_counts(tmp_path: Path) -> None:
    files = {GATE: WORKFLOW, "kept.json": "{}", "[a].json": "{}", "unlisted.json": "{}"}
    root = repository(tmp_path, files)
    git(root, "rm", "--cached", "unlisted.json")  # by a step of this job
    (root / "made.json").write_bytes(GOOD)
    (root / "a.json").write_bytes(GOOD)
    tree = WorkTree(root, expected=git(root, "rev-parse", "HEAD").strip())
    outcomes = {}
    for name in ("made.json", "kept.json", "a.json", "[a].json", "unlisted.json"):
        job = FakeJob({name: WrittenFile(data=GOOD, written=NOW)})
        around = world(job=job, repository=tree)
        outcomes[name] = finding_of("result", {**ASKED, "file": name}, None, around).outcome
    assert outcomes == {
        "made.json": Outcome.PASS,
        "kept.json": Outcome.UNKNOWN,
        "a.json": Outcome.PASS,
        "[a].json": Outcome.UNKNOWN,
        "unlisted.json": Outcome.UNKNOWN,
    }


def test_offline_and_on_a_laptop_it_is_not_checked() -> None:
    around = world(repository=FakeRepository({GATE: WORKFLOW}))
    found = finding_of("result", ASKED, None, around)
    assert found.outcome is Outcome.UNKNOWN
    assert found.remedy == "run the gate on GitHub"


WHY = "must be a path in the workspace, or one that begins with `$RUNNER_TEMP/`"


@pytest.mark.parametrize(
    "path",
    [
        *("/tmp/a.json", "../a.json", "a/../b.json", "./a.json", "a//b.json", "a/", "$HOME/a"),
        *("$RUNNER_TEMP/", "$RUNNER_TEMP//a", "$RUNNER_TEMP/../a", "$RUNNER_TEMP/$X/a"),
    ],
)
def test_only_one_spelling_of_a_path_is_taken(path: str) -> None:
    """In another one, git would not know a file that it tracks."""
    [told] = faults(f"items: {{X: {{result: {{file: '{path}', made_by: a, equals: 1}}}}}}")
    assert told.endswith(f"`result.file` {WHY}")


def test_a_result_without_a_comparator_or_a_step_is_a_mistake() -> None:
    [told] = faults("items: {X: {result: {file: a.json, made_by: a}}}")
    assert "needs a comparator, such as `equals` or `exists: true`" in told
    [told] = faults("items: {X: {result: {file: a.json, equals: 1}}}")
    assert "needs `made_by`" in told
