"""The steps that ask what only a job on GitHub's own machine sees. `probe.py` is what runs there."""

from __future__ import annotations

import base64
from typing import Any

from nacl import encoding, public

from rehearsal.clean_up import ENVIRONMENTS, SECRET
from rehearsal.documents import WORKFLOW
from rehearsal.github_api import NotDone, Refused
from rehearsal.steps import A_MOMENT, A_RUN, Stage

NO_TEAM = "no-such-team-of-the-rehearsal"
ENDPOINTS = {
    "secrets": "actions/secrets",
    "organization secrets": "actions/organization-secrets",
    "environment secrets": "environments/production/secrets",
    "team": "/orgs/{owner}/teams/{team}",
    "member": "/orgs/{owner}/teams/{team}/memberships/{login}",
}


def prepare_settings(stage: Stage) -> str:
    """The environments, the second with a reviewer where the plan has them, and two secrets."""
    github, (production, reviewed) = stage.github, ENVIRONMENTS
    github.ask("PUT", f"environments/{production}", {})
    by_me = {"reviewers": [{"type": "User", "id": stage.scratch.user_id}]}
    try:
        github.ask("PUT", f"environments/{reviewed}", {**by_me, "prevent_self_review": False})
        stage.reviewed = True
    except Refused:
        github.ask("PUT", f"environments/{reviewed}", {})
    set_secrets(stage, "first")
    who = "with" if stage.reviewed else "without (the plan has none)"
    return f"two environments, the second {who} a reviewer, and two secrets"


def set_secrets(stage: Stage, value: str) -> None:
    """One of the repository, one of the environment; encrypted, as GitHub wants them."""
    for where, name in {
        "actions": SECRET,
        f"environments/{ENVIRONMENTS[1]}": "REHEARSAL_OF_ENVIRONMENT",
    }.items():
        key = stage.github.ask("GET", f"{where}/secrets/public-key")
        box = public.SealedBox(public.PublicKey(key["key"].encode(), encoding.Base64Encoder))
        sealed = base64.b64encode(box.encrypt(value.encode())).decode()
        body = {"encrypted_value": sealed, "key_id": key["key_id"]}
        stage.github.ask("PUT", f"{where}/secrets/{name}", body)


def start(stage: Stage, probe: str, **inputs: str) -> None:
    """Starts the jobs of a probe. GitHub does not know a new workflow at once."""
    stage.reached("main")
    body = {"ref": "main", "inputs": {"probe": probe, **inputs}, "return_run_details": True}
    path = f"actions/workflows/{WORKFLOW}/dispatches"
    answer = stage.github.wait(
        f"the start of the probe {probe}", A_MOMENT, lambda: stage.github.ask("POST", path, body)
    )
    stage.runs[probe] = answer["workflow_run_id"]


def start_probes(stage: Stage) -> str:
    start(stage, "secrets")
    start(stage, "container")
    return "the runs for questions 4 and 6 were started"


def look(stage: Stage) -> str:
    start(stage, "look", comment=stage.comment, team=stage.team or NO_TEAM)
    return "the run for questions 2, 3 and 8 was started"


def run_of(stage: Stage, probe: str) -> dict[str, Any]:
    if probe not in stage.runs:
        raise NotDone(f"an earlier step did not get so far: no run of {probe}")
    return dict(stage.github.ask("GET", f"actions/runs/{stage.runs[probe]}"))


def wait_for_end(stage: Stage, probe: str, attempt: int = 1) -> None:
    """Until no job of this attempt goes on."""

    def ended() -> bool | None:
        run = run_of(stage, probe)
        return (run["run_attempt"] == attempt and run["status"] == "completed") or None

    stage.github.wait(f"the end of the run of {probe}", A_RUN, ended)


def cancel_container(stage: Stage) -> str:
    """Question 6."""
    run = run_of(stage, "container")["id"]
    stage.github.wait(
        "the container", A_RUN, lambda: stage.statuses(stage.main).get("rehearsal/container")
    )
    stage.github.ask("POST", f"actions/runs/{run}/cancel")
    wait_for_end(stage, "container")
    seen = [
        (status["created_at"], context.rpartition("/")[2])
        for context, status in stage.statuses(stage.main).items()
        if context.startswith("rehearsal/signal/")
    ]
    names = [name for _, name in sorted(seen)]
    stage.answers[6] = f"{' and then '.join(names)} reached it" if names else "neither reached it"
    return "a run with a container was cancelled"


def rerun(stage: Stage) -> str:
    """Question 4."""
    github, run = stage.github, run_of(stage, "secrets")["id"]
    approve(stage, run, attempt=1)
    wait_for_end(stage, "secrets")
    set_secrets(stage, "second")
    github.ask("POST", f"actions/runs/{run}/rerun")
    held = approve(stage, run, attempt=2)
    wait_for_end(stage, "secrets", attempt=2)
    first, second = stage.told("secrets/1"), stage.told("secrets/2")
    carried = "the second attempt waited for its own" if held else "the first one's was enough"
    stage.answers[4] = (
        f"secrets in the first attempt: {first}, in the second: {second}; approvals: "
        + (carried if stage.reviewed else "not answered, since the plan has no reviewers here")
    )
    return "a run was run again after its secrets had changed"


def approve(stage: Stage, run: int, attempt: int) -> bool:
    """Whether this attempt had to be approved. It is, then."""

    def waiting() -> list[int] | None:
        """The environments that wait; none if the run does without."""
        found = stage.github.ask("GET", f"actions/runs/{run}")
        if found["run_attempt"] != attempt:
            return None
        pending = stage.github.ask("GET", f"actions/runs/{run}/pending_deployments")
        ids = [each["environment"]["id"] for each in pending]
        return ids if ids or found["status"] in ("in_progress", "completed") else None

    environments = stage.github.wait("the start of the run of secrets", A_RUN, waiting)
    if environments:
        body = {"environment_ids": environments, "state": "approved", "comment": "rehearsal"}
        stage.github.ask("POST", f"actions/runs/{run}/pending_deployments", body)
    return bool(environments)


def read_probes(stage: Stage) -> str:
    """Questions 2, 3 and 8, as far as the run answered them."""
    wait_for_end(stage, "look")
    fields = {
        "owner": stage.github.owner,
        "login": stage.scratch.login,
        "team": stage.team or NO_TEAM,
    }
    mine = ", ".join(
        f"{name} {stage.github.status(path.format(**fields))}" for name, path in ENDPOINTS.items()
    )
    of_team = "" if stage.team else " (no team was given, so one that does not exist was asked for)"
    stage.answers[8] = f"`GITHUB_TOKEN`: {stage.told('endpoints')}; your token: {mine}{of_team}"
    if 2 in stage.answers:
        stage.answers[2] += f"; the revisions that `GITHUB_TOKEN` reads: {stage.told('edits')}"
    stage.answers[3] = f"with `deployment: false`, the environment is {stage.told('claim')}"
    return "the probes were read"
