"""Under the runner's own line, no declared input is silently ignored: each changes something, or is refused by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from container.documents import CHECKLIST, RULES, SIGN, VALUES, files
from container.hosted import ON_HOST, TOKEN, addresses, pushed
from container.step import ACTION, Ran, head
from servers.github import FakeHub
from servers.github.rest_talk import pull_view

pytestmark = pytest.mark.timeout(600)  # the image may have to be built

Run = Callable[..., Ran]
APP, METADATA = "ghs_TheTeamsOwnApp00000000000000000000", "ghp_ReadsDatesOfSecrets000000000000000"
REFUSED = {  # what no input can mean
    "phase": "depoly",
    "mode": "enforced",
    "comment": "sometimes",
    "checklist": "../checklist.md",
    "rules": "/etc/rules.yml",
    "commit": "main",
    "ticket": "first",
    "rollback": "maybe",
    "follow-ups": "maybe",
    "strict": "maybe",
    "offline": "maybe",
    "deadline": "soon",
    "report-file": "/tmp/report.json",
    "evidence-file": "../evidence.json",
}
ON_A_DISPATCH = {
    "environment": "staging",
    "checklist": "ops/list.md",
    "rules": "ops/rules.yml",
    "github-token": TOKEN,
    "metadata-token": METADATA,
    "status-token": APP,
    "trusted-branches": "stable",
    "commit": "",  # of the branch stable, which this run is not on
    "ticket": "#1",
    "rollback": "true",  # which the rules of that branch do not allow
    "follow-ups": "true",
    "strict": "true",
    "report-file": "out.json",
    "evidence-file": "evidence.json",
    "subjects": "ops/*.md",
}
ON_A_PULL_REQUEST = {"release-pr": "hotfix/*", "mode": "report", "comment": "never"}
ALONE = {"phase": "deploy", "offline": "true"}
OF_A_FILE = {"ca-file": "ca/authority.pem"}


def test_every_declared_input_is_shown_here() -> None:
    assert {*ON_A_DISPATCH, *ON_A_PULL_REQUEST, *ALONE, *OF_A_FILE, *REFUSED} == set(
        ACTION["inputs"]
    )


def test_what_an_input_cannot_mean_is_refused_by_its_name(ran: Run) -> None:
    done = ran(files(), inputs=REFUSED, env=VALUES)
    assert done.code == 2
    assert [name for name in REFUSED if f"- input {name}: " not in done.summary] == []
    assert [
        value for value in ("depoly", "enforced", "sometimes") if value in done.log + done.summary
    ] == []


def test_a_file_without_a_certificate_is_refused_by_the_name_of_its_input(ran: Run) -> None:
    text = {OF_A_FILE["ca-file"]: "no certificate\n"}
    done = ran({**files(), **text}, inputs=OF_A_FILE, env=VALUES)
    assert done.code == 2, done.log
    assert "`ca-file`" in done.summary


def test_each_input_of_a_dispatch_changes_something(
    ran: Run, workspace: Callable[..., Path], hub: FakeHub
) -> None:
    rules = RULES.replace("checklist: docs/deployment-checklist.md\n", "")
    dated = rules.replace("PAYMENT_API_KEY: secret", "PAYMENT_API_KEY: { rotated_within: 9d }")
    warned = dated.replace("url: { scheme", "severity: warning, url: { scheme")
    folder = workspace({**files(), "ops/list.md": CHECKLIST + SIGN, "ops/rules.yml": warned})
    repo = pushed(hub, folder, "stable")
    repo.environments["staging"] = {"PAYMENT_API_KEY": datetime.now(UTC)}
    ticket = repo.open_issue("octo-lead", "Releases")
    hub.token(APP, "release-gate[bot]", {"statuses": "write"})
    hub.token(METADATA, "octo-admin", {"secrets": "read", "environments": "read"})
    done = ran(
        folder,
        inputs={**ON_A_DISPATCH, "commit": head(folder)},
        env=VALUES,
        event_name="workflow_dispatch",
        context={**addresses(hub), "GITHUB_SHA": repo.branches["main"]},
        docker=ON_HOST,
    )
    report = json.loads((folder / "out.json").read_text())
    evidence = json.loads((folder / "evidence.json").read_text())
    (final,) = repo.statuses[head(folder)][-1:]
    seen = {request.token for request in hub.requests}
    changed = {
        "environment": final.context == "deploy-checklist/ops/staging",
        "checklist": "ops/list.md" in done.summary,
        "rules": any(
            each["check"] == "rotated_within"
            for item in report["items"]
            for each in item["findings"]
        ),
        "github-token": TOKEN in seen,
        "metadata-token": METADATA in seen and "rotated today" in done.log,
        "status-token": final.creator is not None and final.creator.login == "release-gate",
        "trusted-branches": done.code != 2,
        "commit": report["target"]["commit"] == head(folder),
        "ticket": "- [ ]" in ticket.comments[0].body,
        "rollback": "This is not a rollback" in done.log,
        "follow-ups": any(
            "released with a warning" in issue.title for issue in repo.issues.values()
        ),
        "strict": (done.outputs["verdict"], done.outputs["fail"]) == ("blocked", "1"),
        "report-file": done.outputs["report"] == "out.json",
        "evidence-file": done.outputs["evidence"] == "evidence.json",
        "subjects": evidence["subject"][1]["name"] == "ops/list.md",
    }
    assert [name for name in ON_A_DISPATCH if not changed[name]] == [], done.log


def test_each_input_of_a_pull_request_changes_something(
    ran: Run, workspace: Callable[..., Path], hub: FakeHub
) -> None:
    folder = workspace(files())
    repo = hub.repository(files={**files()})
    pushed(hub, folder, "hotfix/9")
    pull = repo.open_pull(head="hotfix/9")
    done = ran(
        folder,
        inputs={"environment": "production", "github-token": TOKEN, **ON_A_PULL_REQUEST},
        env={**VALUES, "PAYMENT_PROVIDER": "paypal"},
        event_name="pull_request",
        event={"pull_request": pull_view(repo, pull)},
        context=addresses(hub),
        docker=ON_HOST,
    )
    assert (done.code, done.outputs["verdict"]) == (0, "blocked"), done.log
    assert "only linted" not in done.log
    assert pull.comments == []
    assert repo.statuses == {}


def test_phase_and_offline_change_something(ran: Run, hub: FakeHub) -> None:
    inputs = {
        "environment": "production",
        "github-token": TOKEN,
        "report-file": "out.json",
        **ALONE,
    }
    done = ran(files(), inputs=inputs, env=VALUES, context=addresses(hub), docker=ON_HOST)
    assert json.loads((done.workspace / "out.json").read_text())["phase"] == "deploy"
    assert hub.requests == []
    assert "this run is offline" in done.summary


def test_a_github_that_cannot_be_reached_turns_no_trial_red(ran: Run) -> None:
    """In `mode: report`, on a push: what lies in the checkout is judged, and the summary says what is missing."""
    inputs = {
        "environment": "production",
        "github-token": TOKEN,
        "mode": "report",
        "deadline": "1s",
    }
    done = ran(
        files(CHECKLIST + SIGN),
        inputs=inputs,
        env=VALUES,
        event={"repository": {"default_branch": "main"}},
    )
    assert (done.code, done.outputs["verdict"]) == (0, "undetermined"), done.log
    assert (done.outputs["pass"], done.outputs["unknown"]) == ("3", "1")
    assert "GitHub could not be reached" in done.summary
