"""Whether a step certainly ran before this action's, by the workflow file alone."""

from __future__ import annotations

from textwrap import indent

import pytest

from deploy_checklist.workflows.expand import Reusable
from deploy_checklist.workflows.jobs import Workflow, parse_workflow
from deploy_checklist.workflows.made_by import why_not_made

PATH = ".github/workflows/gate.yml"
MADE = "- id: scan\n  run: trivy --output $RUNNER_TEMP/trivy.json\n"
GATE = "- uses: org/deploy-checklist@v1\n"
OTHER = "- run: make\n"


def workflow(*steps: str, text: str = "", path: str = PATH) -> Workflow:
    head = "on: push\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps:\n"
    return parse_workflow((text or head + indent("".join(steps), "      ")).encode(), path)


def why(
    *steps: str,
    text: str = "",
    action: str | None = "org/deploy-checklist",
    own_step: str | None = "__org_deploy-checklist",
    actions: dict[str, Workflow] | None = None,
    workflows: dict[str, Workflow] | None = None,
) -> str | None:
    found = workflow(*steps, text=text)
    return why_not_made(
        found,
        Reusable(workflows={PATH: found, **(workflows or {})}, actions=actions or {}),
        made_by="scan",
        job_id="gate",
        action=action,
        own_step=own_step,
    )


@pytest.mark.parametrize(
    "steps",
    [
        (MADE, GATE),
        (OTHER, MADE, OTHER, GATE, OTHER),
        ("- uses: actions/cache@v4\n", MADE, GATE),
        ("- uses: actions/download-artifact@v4\n", MADE, GATE),
        (MADE, "- uses: org/Deploy-Checklist@4f2c91a\n"),
        (MADE, GATE, "- uses: actions/cache@v4\n"),
        (MADE, "- if: failure()\n  run: make\n", GATE),
        (MADE, "- uses: actions/upload-artifact@v4\n", GATE),
        (MADE, "- run: gh run list\n", GATE),
        (MADE, f"{GATE}  if: github.ref_name == 'main'\n"),
    ],
)
def test_a_step_before_this_one_has_run(steps: tuple[str, ...]) -> None:
    assert why(*steps) is None


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ((GATE,), "job `gate` of `gate.yml` has no step with the id `scan`"),
        ((OTHER, GATE), "has no step with the id `scan`"),
        ((GATE, MADE), "step `scan` of job `gate` of `gate.yml` does not come before"),
        ((f"{MADE}  if: always()\n", GATE), "has an `if:`, so it may not have run"),
        ((f"{MADE}  if: ${{{{ true }}}}\n", GATE), "has an `if:`"),
        ((MADE, OTHER), "has no step whose `uses:` is this action"),
        ((MADE, "- uses: evil/deploy-checklist@v1\n"), "has no step whose `uses:` is this action"),
        (
            (MADE, "- uses: actions/cache@v4\n", GATE),
            "`gate.yml` step 2 (line 8) may bring in files",
        ),
        ((MADE, "- uses: actions/cache/restore@v4\n", GATE), "may bring in files from another run"),
        ((MADE, "- uses: actions/download-artifact@v4\n", GATE), "may bring in files"),
        ((MADE, "- uses: dawidd6/action-download-artifact@v6\n", GATE), "may bring in files"),
        ((MADE, "- uses: Swatinem/rust-cache@v2\n", GATE), "may bring in files"),
        ((MADE, "- run: gh run download 7\n", GATE), "may bring in files"),
        ((MADE, "- run: gh  release download v1\n", GATE), "may bring in files"),
        ((MADE, "- run: gh run -R acme/shop download 7\n", GATE), "may bring in files"),
        ((MADE, "- run: |\n    gh run \\\n      download 7\n", GATE), "may bring in files"),
        (
            (MADE, "- uses: a/script@v8\n  with: { script: x.downloadArtifact() }\n", GATE),
            "may bring in files",
        ),
        ((MADE, f"{GATE}  if: always()\n"), "may run although step `scan` was skipped"),
        ((MADE, f"{GATE}  if: '!cancelled()'\n"), "may run although step `scan` was skipped"),
        ((MADE, f"{GATE}  if: failure()\n"), "may run although step `scan` was skipped"),
        ((MADE, f"{GATE}  if: cancelled()\n"), "may run although step `scan` was skipped"),
        (("- id: scan\n  uses: actions/download-artifact@v4\n", GATE), "may bring in files"),
        ((MADE, "- uses: actions/cache@v4\n  if: false\n", GATE), "may bring in files"),
    ],
)
def test_anything_else_is_not_certain(steps: tuple[str, ...], told: str) -> None:
    assert told in (why(*steps) or "")


def test_where_the_gate_runs_twice_its_id_tells_which_step_this_is() -> None:
    twice = ("- id: first\n  uses: org/deploy-checklist@v1\n", MADE, f"{GATE}  id: second\n")
    assert why(*twice, own_step="second") is None
    assert "does not come before" in (why(*twice, own_step="first") or "")
    assert "does not come before" in (why(*twice) or "")
    between = (MADE, GATE, "- uses: actions/cache@v4\n", f"{GATE}  id: second\n")
    assert "may bring in files" in (why(*between) or "")
    assert "may bring in files" in (why(*between, own_step="second") or "")


def test_the_repositorys_own_action_is_known() -> None:
    assert why(MADE, "- uses: ./\n", action=None) is None
    assert "has no step whose `uses:` is this action" in (why(MADE, GATE, action=None) or "")


def test_a_composite_action_is_looked_into() -> None:
    composite = "runs:\n  using: composite\n  steps:\n"
    cached = workflow(text=f"{composite}    - uses: actions/cache@v4\n", path="setup/action.yml")
    gates = workflow(text=f"{composite}    - {GATE[2:]}", path="gate/action.yml")
    setup, gate = "- uses: ./setup\n", "- uses: ./gate\n"
    assert "may bring in files" in (why(MADE, setup, GATE, actions={"setup": cached}) or "")
    assert why(MADE, gate, actions={"gate": gates}) is None
    late = why(MADE, f"{gate}  if: always()\n", actions={"gate": gates})
    assert "may run although step `scan` was skipped" in (late or "")


def test_a_job_has_to_stand_there_once() -> None:
    text = "on: push\njobs:\n  test:\n    steps:\n      - run: make\n"
    assert "has no job with the id `gate`" in (why(text=text) or "")
    called = ".github/workflows/called.yml"
    inner = workflow(MADE, GATE, path=called)
    call = f"    uses: ./{called}\n"
    once = why(text=f"on: push\njobs:\n  a:\n{call}", workflows={called: inner})
    assert once is None
    twice = why(text=f"on: push\njobs:\n  a:\n{call}  b:\n{call}", workflows={called: inner})
    assert "has several jobs with the id `gate`" in (twice or "")
