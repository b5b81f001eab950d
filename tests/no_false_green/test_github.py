"""Kinds × GitHub: what it does not show, or tells of something else, is never green."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from deploy_checklist.checks.base import Needs
from deploy_checklist.github.client import Client, connect
from deploy_checklist.github.connections import Access
from deploy_checklist.github.live import LiveGitHub, OwnRun
from deploy_checklist.github.tree import CommitTree
from deploy_checklist.outcome import Outcome
from deploy_checklist.world.ports import CommitCheckResult, SecretDate, WorkflowStepResult
from fakes import FakeGitHub
from no_false_green.asking import Row, ask, hold
from no_false_green.rows.good import LAST_WEEK
from no_false_green.rows.repository import CI_FILE, DRAFT, PUBLISHED, STEP
from no_false_green.rows.table import ROWS, called
from servers.authorities import NOW
from servers.github import FakeHub

OF_GITHUB = [row for row in ROWS if "github" in row.ports]
OF_RESULTS = [row for row in OF_GITHUB if row.ports["github"].results]
OF_STEPS = [row for row in OF_GITHUB if row.ports["github"].steps]
OF_RELEASES = [row for row in OF_GITHUB if row.ports["github"].releases or row.ports["github"].tags]
OF_SECRETS = [row for row in OF_GITHUB if row.ports["github"].secrets]
OF_DOCUMENTS = [row for row in OF_GITHUB if row.ports["github"].contents]
OF_FILES = [
    row
    for row in ROWS
    if Needs.REPOSITORY in row.needs() and row.files and not row.ports and not row.over
]
FAULTS = (
    *("down", "reset", "truncated", "html", "401", "forbidden", "gone", "422", "429"),
    *("primary", "secondary", "secondary-wait"),
)
AT_LATER_REQUESTS = ("down", "truncated", "html", "forbidden")
RIGHTS = {"secrets": "read", "environments": "read", "contents": "read"}


def well(hub: FakeHub, row: Row) -> LiveGitHub:
    """A GitHub where the row's world is well, asked by connections that never sleep."""
    shop = hub.repository("acme/shop", files=dict(CI_FILE))
    commit = shop.branches["main"]
    shop.environments["production"] = {"NAME": LAST_WEEK}
    shop.run(commit, jobs=[("build", "success", [("Run make test", "success")])])
    shop.run(commit, jobs=[("test", "success", [("Run make test", "success")])])
    for (name, path), data in row.ports["github"].contents.items():
        hub.repository(name, files={path: data})
    shop.tag("v1.2.3", commit)
    shop.releases |= {"v1.2.3": (False, False), "v2.0.0": (True, False)}
    hub.token("meta", "octo-lead", RIGHTS)
    hub.tokens["gate"].permissions["contents"] = "write"  # for drafts
    return answers(hub, commit)


def answers(
    hub: FakeHub, commit: str, metadata: str | None = "meta", timeout: float = 3
) -> LiveGitHub:
    own = OwnRun(id=None, workflow=".github/workflows/gate.yml")
    with_metadata = client(hub, metadata, timeout) if metadata else None
    return LiveGitHub(client(hub, "gate", timeout), with_metadata, commit=commit, own=own)


def client(hub: FakeHub, token: str, timeout: float = 3) -> Client:
    access = Access(
        token=token,
        repository="acme/shop",
        api_url=hub.url,
        graphql_url=hub.graphql_url,
        token_name="github-token" if token == "gate" else "metadata-token",
    )
    return connect(access, remaining=lambda: 5, sleep=lambda seconds: None, timeout=timeout)


@pytest.mark.parametrize("row", OF_GITHUB, ids=called)
def test_what_github_does_not_show_is_unknown(row: Row, hub: FakeHub) -> None:
    """Whichever of the requests is struck."""
    github = well(hub, row)
    assert ask(row, github=github).is_green
    commit = hub.repositories["acme/shop"].branches["main"]
    paths = dict.fromkeys(urlsplit(seen.path).path for seen in hub.requests)
    found = {}
    for number, path in enumerate(paths):
        for kind in FAULTS if number == 0 else AT_LATER_REQUESTS:
            hub.faults.clear()
            hub.fault(kind, path=f"^{path}$", times=9)
            found[f"{kind} at {path}"] = ask(row, github=answers(hub, commit))
    hub.faults.clear()
    hub.fault("slow", times=9, seconds=0.15)
    found["slow"] = ask(row, github=answers(hub, commit, timeout=0.05))
    hub.faults.clear()
    if row in OF_RESULTS:
        found["a commit that is not there"] = ask(row, github=answers(hub, "0" * 40))
    elif row not in OF_STEPS + OF_RELEASES:
        found["no token"] = ask(row, github=answers(hub, commit, metadata=None))
    hub.token("meta", "octo-lead", {})
    hub.token("gate", None, {})
    found["no permission"] = ask(row, github=answers(hub, commit))
    hub.hidden = True
    found["no permission, hidden"] = ask(row, github=answers(hub, commit))
    found["offline"] = ask(row, offline=True)
    hold(found, Outcome.UNKNOWN)


@pytest.mark.parametrize("row", OF_FILES, ids=called)
def test_a_file_that_github_does_not_show_is_unknown(row: Row, hub: FakeHub) -> None:
    """Where there is no checkout, files are asked of GitHub."""
    commit = hub.repository("acme/shop", files=dict(row.files)).branches["main"]

    def tree(commit: str = commit) -> CommitTree:
        return CommitTree(client(hub, "gate"), commit)

    assert ask(row, repository=tree()).is_green
    found = {}
    for kind in FAULTS:
        for path in ("trees", "blobs"):
            hub.faults.clear()
            fault = hub.fault(kind, path=path, times=9)
            cell = ask(row, repository=tree())
            if fault.times < 9:  # who asks only for names asks for no blob
                found[f"{kind} at {path}"] = cell
    hub.faults.clear()
    found["a commit that is not there"] = ask(row, repository=tree("0" * 40))
    hold(found, Outcome.UNKNOWN)


def check(state: str, name: str = "build", *, own: bool = False) -> CommitCheckResult:
    return CommitCheckResult(name=name, state=state, own=own, source="check run")


# States that GitHub has today; one that it may have one day is no success either.
STATES = (
    *("failure", "cancelled", "timed_out", "action_required", "stale", "startup_failure", "error"),
    *("skipped", "neutral", "pending", "queued", "in_progress", "waiting", "requested"),
    *("expected", "completed", "", "SUCCESS", "succeeded", "unheard_of"),
)
RESULTS: Mapping[str, Sequence[CommitCheckResult]] = {
    "none": (),
    "the gate's own alone": (check("success", own=True),),
    **{state: (check(state),) for state in STATES},
    **{f"{state} beside": (check("success"), check(state)) for state in STATES},
}
STEPS: Mapping[str, Sequence[WorkflowStepResult]] = {
    "none": (),
    **{state: (replace(STEP, state=state),) for state in STATES},
    "of another workflow": (replace(STEP, workflow=".github/workflows/other.yml"),),
    "of another job": (replace(STEP, job="build"),),
    "another step": (replace(STEP, step="Run make build"),),
    "of an event without this commit": (replace(STEP, event="pull_request_target"),),
    "failed later": (
        STEP,
        replace(STEP, state="failure", run_started=LAST_WEEK + timedelta(hours=1)),
    ),
    "failed in another leg": (STEP, replace(STEP, state="failure")),
}


@pytest.mark.parametrize("row", OF_RESULTS, ids=called)
def test_no_result_but_success_is_green(row: Row) -> None:
    found = {
        name: ask(row, github=FakeGitHub(results=results)) for name, results in RESULTS.items()
    }
    found["another check"] = ask(row, github=FakeGitHub(results=(check("pending", "lint"),)))
    hold(found, Outcome.FAIL, Outcome.PENDING)


@pytest.mark.parametrize("row", OF_STEPS, ids=called)
def test_no_step_but_the_one_that_ran_well_is_green(row: Row) -> None:
    found = {name: ask(row, github=FakeGitHub(steps=steps)) for name, steps in STEPS.items()}
    hold(found, Outcome.FAIL, Outcome.PENDING)


RELEASES: Mapping[str, FakeGitHub] = {
    "none": FakeGitHub(),
    "of another tag": FakeGitHub(tags=("v1.2",), releases={"v1.2": PUBLISHED, "v2.0": DRAFT}),
    "in the other state": FakeGitHub(releases={"v1.2.3": DRAFT, "v2.0.0": PUBLISHED}),
    "a pre-release": FakeGitHub(releases={"v1.2.3": replace(PUBLISHED, prerelease=True)}),
}


@pytest.mark.parametrize("row", OF_RELEASES, ids=called)
def test_no_other_release_is_green(row: Row) -> None:
    hold({name: ask(row, github=github) for name, github in RELEASES.items()})


def dated(at: datetime, name: str = "NAME") -> FakeGitHub:
    secret = SecretDate(name=name, level="environment", updated_at=at)
    return FakeGitHub(secrets={name: secret})


@pytest.mark.parametrize("row", OF_SECRETS, ids=called)
def test_no_other_date_is_green(row: Row) -> None:
    found = {"no such secret": ask(row, github=dated(LAST_WEEK, "OTHER"))}
    if row.dated:
        found["long ago"] = ask(row, github=dated(NOW - timedelta(days=118)))
        found["in the future"] = ask(row, github=dated(NOW + timedelta(days=1)))
    hold(found)


OTHER_DOCUMENTS: Mapping[str, bytes] = {
    "nothing": b"",
    "a page": b"<html>404</html>",
    "no text": b"\xff\xfe\x00",
    "a pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 1\n",
    "a merge conflict": b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> feature\n",
    "null": b"null",
    "a list": b"[]",
    "an error": b'{"message": "Not Found"}',
    "brackets without end": b"[" * 100_000,
}


@pytest.mark.parametrize("row", OF_DOCUMENTS, ids=called)
def test_no_other_document_is_green(row: Row) -> None:
    [place] = row.ports["github"].contents
    found = {
        name: ask(row, github=FakeGitHub(contents={place: data}))
        for name, data in OTHER_DOCUMENTS.items()
    }
    found["not there"] = ask(row, github=FakeGitHub())
    hold(found)
