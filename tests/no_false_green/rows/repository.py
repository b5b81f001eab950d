"""The rows of kinds that look at the repository, at CI or the clock, or ask people."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from deploy_checklist.outcome import SignOff
from deploy_checklist.signoffs.port import FoundSignOffs
from deploy_checklist.world.job_port import WrittenFile
from deploy_checklist.world.ports import CommitCheckResult, ReleaseState, WorkflowStepResult
from fakes import FakeGitHub, FakeJob, FakeRepository, FakeSignOffs
from no_false_green.asking import Row
from no_false_green.rows.good import LAST_WEEK
from servers.authorities import NOW

CHECKS = (CommitCheckResult(name="build", state="success", own=False, source="check run"),)
WORKFLOW = (
    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n"
)
STEP = WorkflowStepResult(
    workflow=".github/workflows/ci.yml",
    job="test",
    step="Run make test",
    number=2,
    state="success",
    event="push",
    branch="main",
    run_started=LAST_WEEK,
)
PUBLISHED = ReleaseState(draft=False, prerelease=False)
DRAFT = ReleaseState(draft=True, prerelease=False)
CI_FILE = {".github/workflows/ci.yml": WORKFLOW}


def instead(step: str) -> str:
    """The workflow with another step."""
    return WORKFLOW.replace("- run: make test", step)


# Steps that do not run the command, or go on where it fails: GitHub calls them successful.
NOT_RUN = {
    "another command": instead("- run: make tests"),
    "more words": instead("- run: make test-unit"),
    "a comment": instead("- run: |\n          # make test\n          make build"),
    "its words printed": instead("- run: echo make test"),
    "its words in a text": instead("- run: |\n          cat <<E\n          make test\n          E"),
    "a name alone": instead("- name: make test\n        run: make build"),
    "a failure that is forgiven": instead("- run: make test\n        continue-on-error: true"),
    "or true": instead("- run: make test || true"),
    "in the background": instead("- run: make test &"),
    "a list that ends well": instead("- run: make test; true\n        shell: bash {0}"),
    "errors off": instead("- run: |\n          set +e\n          make test\n          true"),
    "a test of it": instead("- run: if make test; then echo; fi"),
    "turned round": instead("- run: '! make test'"),
    "a function nobody calls": instead(
        "- run: |\n          t() { make test; }\n          make build"
    ),
    "another language": instead("- run: make test\n        shell: python"),
}
# What GitHub itself would tell to be skipped or failed.
NEVER_RUN = {
    "a condition that never holds": instead("- run: make test\n        if: false"),
    "never started": WORKFLOW.replace("on: push", "on: workflow_call"),
    "a job that never runs": WORKFLOW.replace("    steps", "    if: false\n    steps"),
    "a job that is forgiven": WORKFLOW.replace(
        "    steps", "    continue-on-error: true\n    steps"
    ),
    "no jobs": "on: push\njobs: {}\n",
    "broken": f"{WORKFLOW}  ] [\n",
}
REPOSITORY = (
    Row(kind="file", written="LICENSE", files={"LICENSE": "MIT"}, looks_inside=False),
    Row(
        kind="file",
        label="with a text",
        written={"path": "a.tf", "contains": "on = true"},
        files={"a.tf": "on = true\n"},
    ),
    Row(
        kind="file",
        label="with a line",
        written={"path": "a.tf", "matches": "on += +true"},
        files={"a.tf": "on = true\n"},
        wrong_texts={"more in the line": "# on = true\n", "another": "on = false\n"},
    ),
    Row(
        kind="file",
        label="with an entry",
        written={"path": "CHANGELOG.md", "entry": "1.2.0"},
        files={"CHANGELOG.md": "# Changes\n\n## 1.2.0\n\n- Pay by card\n"},
        wrong_texts={
            "unreleased": "# Changes\n\n## Unreleased\n\n- 1.2.0: Pay by card\n",
            "marked unreleased": "# Changes\n\n## 1.2.0 (unreleased)\n\n- Pay by card\n",
            "with nothing below": "# Changes\n\n## 1.2.0\n\n## 1.1.0\n\n- Pay by card\n",
            "a candidate": "# Changes\n\n## 1.2.0-rc.1\n\n- Pay by card\n",
            "a longer number": "# Changes\n\n## 11.2.0\n\n- Pay by card\n",
            "in a comment": "# Changes\n\n<!--\n## 1.2.0\n\n- Pay by card\n-->\n",
            "in code": "# Changes\n\n```\n## 1.2.0\n\n- Pay by card\n```\n",
        },
    ),
    Row(
        kind="file",
        label="that is not there",
        written={"path": "debug.log", "exists": False},
        files={"README.md": "x"},
        looks_inside=False,
    ),
    Row(
        kind="git",
        written={"ignored": ".env", "untracked": "*.pem"},
        files={".gitignore": ".env\n"},
        ports={"repository": FakeRepository({}, ignored_paths=frozenset({".env"}))},
    ),
    Row(
        kind="workflow",
        written={"runs": "make test"},
        files=CI_FILE,
        wrong_texts={**NOT_RUN, **NEVER_RUN},
    ),
    Row(
        kind="workflow",
        label="that names it",
        written={"mentions": "smoke test"},
        files={".github/workflows/ci.yml": f"{WORKFLOW}      # smoke test\n"},
    ),
    Row(kind="ci", written={"green": True}, ports={"github": FakeGitHub(results=CHECKS)}),
    Row(
        kind="ci",
        label="of a check",
        written={"checks": "build"},
        ports={"github": FakeGitHub(results=CHECKS)},
    ),
    Row(
        kind="ci",
        label="of a command",
        written={"runs": "make test"},
        files=CI_FILE,
        wrong_texts=NOT_RUN,
        ports={"github": FakeGitHub(steps=(STEP,))},
    ),
    Row(
        kind="release",
        written={"tag": "v1.2.3", "draft": False, "prerelease": False},
        ports={"github": FakeGitHub(releases={"v1.2.3": PUBLISHED})},
    ),
    Row(
        kind="release",
        label="of a draft",
        written={"tag": "v2.0.0", "draft": True},
        ports={"github": FakeGitHub(releases={"v2.0.0": DRAFT})},
    ),
    Row(
        kind="release",
        label="of a tag alone",
        written={"tag": "v1.2.3", "tag_only": True},
        ports={"github": FakeGitHub(tags=("v1.2.3",))},
    ),
)
SIGNED = SignOff(
    by="octo-lead", by_id=7, role="write", at=LAST_WEEK, commit=None, words=None, via="tick"
)
SECOND = replace(SIGNED, by="octo-dev", by_id=8)


def signed_by(*signed: SignOff) -> FakeSignOffs:
    return FakeSignOffs(found=FoundSignOffs(counted=signed))


PEOPLE = (
    Row(kind="sign", written=True, ports={"sign_offs": signed_by(SIGNED)}),
    Row(
        kind="sign",
        label="by two",
        written={"count": 2},
        ports={"sign_offs": signed_by(SIGNED, SECOND)},
    ),
)
GATE_FILE = ".github/workflows/gate.yml"
GATE_STEPS = """\
on: push
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - id: scan
        run: make scan
      - uses: org/deploy-checklist@v1
"""


def wrote(data: bytes = b'{"open": 0}', written: datetime = NOW) -> FakeJob:
    """A job that began now, and whose step wrote this."""
    files = {"$RUNNER_TEMP/scan.json": WrittenFile(data=data, written=written)}
    return FakeJob(files, started=NOW)


RESULTS_OF_STEPS = (
    Row(
        kind="result",
        written={"file": "$RUNNER_TEMP/scan.json", "made_by": "scan", "at": "open", "equals": 0},
        files={GATE_FILE: GATE_STEPS},
        wrong_texts={
            "another step": GATE_STEPS.replace("id: scan", "id: other"),
            "a step with a condition": GATE_STEPS.replace("id: scan", "id: scan\n        if: true"),
            "another job": GATE_STEPS.replace("gate:", "other:"),
            "without the gate": GATE_STEPS.replace("org/deploy-checklist", "org/other"),
            "a cache between": GATE_STEPS.replace(
                "      - uses: org", "      - uses: actions/cache@v4\n      - uses: org"
            ),
        },
        ports={"job": wrote()},
    ),
)
TIMES = (
    Row(
        kind="window",
        written={"tz": "UTC", "days": f"{NOW:%a}".lower(), "to": "24:00"},
        dated=True,
    ),
)
