"""What a run is: decided from plain values, before anything is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from container.documents import CHECKLIST, VALUES, files
from deploy_checklist.errors import Unusable
from deploy_checklist.github.model import PullRequest, Records
from deploy_checklist.outcome import Unobservable
from deploy_checklist.run.document_files import Documents, load_rules, read_checklist
from deploy_checklist.run.event import EVENTS, Event, read_event
from deploy_checklist.run.model import (
    Answer,
    GatePolicy,
    NothingGated,
    ResolvedTarget,
    Run,
    Stage,
    Target,
)
from deploy_checklist.run.resolve import checkout_may_decide, decide
from deploy_checklist.runtime.action import ActionRuntime
from deploy_checklist.settings import Inputs, RunContext
from servers.github import FakeHub
from test_action import checkout
from test_resolve import GATE, HEAD, INPUTS, MERGE, PUSH, REVIEW, given, pull

DOCUMENTS = Documents(
    checklist=read_checklist(b"- [ ] Announced\n", "c.md"),
    rules=load_rules(b"version: 1\nitems: {}\n", "r.yml"),
)
POLICY = GatePolicy(documents=DOCUMENTS)
UNAVAILABLE = Unobservable("GitHub is down")


def event(
    target: Target = REVIEW, name: str = "pull_request_target", *, read_only: bool = False
) -> Event:
    return Event(
        name=name,
        kind=EVENTS[name],
        target=target,
        environment=None,
        read_only=read_only,
        lagging=False,
        sha=target.commit,
        branch="main",
        default_branch="main",
    )


def answer(
    target: Target = REVIEW, *, release: bool = True, talk: PullRequest | None = None
) -> ResolvedTarget:
    records = Records(
        repository_id=1, default_branch="main", pull_request=talk, ticket=None, trusted=None
    )
    return ResolvedTarget(target=target, records=records, release=release)


def run(
    found: Event | None = None,
    told: Answer = None,
    policy: GatePolicy = POLICY,
    inputs: Inputs = INPUTS,
) -> Run:
    decided = decide(found or event(), inputs, told, policy)
    assert isinstance(decided, Run)
    return decided


def writes(decided: Run) -> tuple[bool, bool, bool]:
    return decided.may_write, decided.posts_status, decided.keeps_comment


DEPLOY = replace(PUSH, stage=Stage.DEPLOY)
UNTRUSTED = replace(POLICY, untrusted=True)


@pytest.mark.parametrize(
    ("decided", "written", "mode"),
    [
        (run(told=answer()), (True, True, True), "enforce"),
        (run(told=answer(), inputs=given(mode="report")), (True, False, True), "report"),
        (run(told=answer(release=False)), (True, False, True), "report"),
        (run(told=answer(), policy=UNTRUSTED), (True, False, True), "report"),
        (run(event(read_only=True), answer()), (False, False, False), "enforce"),
        (run(event(name="merge_group"), answer()), (True, True, False), "enforce"),
        (run(event(PUSH, "push"), answer(PUSH)), (True, True, True), "enforce"),
        (run(event(DEPLOY, "push"), answer(DEPLOY)), (True, False, False), "enforce"),
        (run(event(PUSH, "push")), (False, False, False), "enforce"),
    ],
    ids=[
        "a release pull request",
        "report mode",
        "another pull request",
        "before the first checklist",
        "a fork",
        "a merge queue",
        "a push",
        "the deploy job",
        "without GitHub",
    ],
)
def test_what_a_run_writes_and_holds(
    decided: Run, written: tuple[bool, bool, bool], mode: str
) -> None:
    """May it write, does it post a status, does it keep the comment; and is anything held."""
    assert (writes(decided), decided.mode) == (written, mode)


def test_where_github_does_not_say_the_status_is_all_that_is_written() -> None:
    policy = replace(POLICY, unavailable=UNAVAILABLE)
    for told in (UNAVAILABLE, answer(PUSH)):  # the target, or only its documents, could not be read
        decided = run(event(PUSH, "push"), told, policy)
        assert writes(decided) == (False, True, False)
        assert decided.resolved is None
    assert not run(told=UNAVAILABLE, policy=policy).posts_status  # a review


def test_people_sign_the_pull_requests_head_not_the_commit_of_its_queue() -> None:
    queued = replace(REVIEW, commit=MERGE)
    assert run(event(queued, "merge_group"), answer(queued, talk=pull())).signed_commit == HEAD
    assert run(event(queued), answer(queued, talk=pull())).signed_commit == MERGE
    merged = pull(merged=True, merge_commit=MERGE)
    assert run(event(queued, "merge_group"), answer(queued, talk=merged)).signed_commit == MERGE


def test_what_is_only_linted_is_the_pull_requests_own() -> None:
    own = replace(DOCUMENTS, rules=None)
    linted = replace(POLICY, proposed=own, lint_only="no release")
    assert decide(event(), INPUTS, answer(), linted) == NothingGated(reason="no release", lint=own)
    alone = replace(linted, proposed=None)
    assert decide(event(), INPUTS, answer(), alone) == NothingGated(
        reason="no release", lint=DOCUMENTS
    )


def test_a_commit_that_only_github_knows_is_not_guessed() -> None:
    unknown = replace(REVIEW, commit=None)
    with pytest.raises(Unusable, match="on `issue_comment` the commit to gate can only be read"):
        run(event(unknown, "issue_comment"))


def read(name: str, payload: dict[str, Any] | None = None, **context: str) -> Event:
    environ = {
        "GITHUB_EVENT_NAME": name,
        "GITHUB_SHA": MERGE,
        "GITHUB_REF": "refs/heads/main",
        **context,
    }
    return read_event(INPUTS, RunContext.read(environ), payload or PAYLOAD)


REPOSITORY = {"id": 1}
PAYLOAD: dict[str, Any] = {
    "pull_request": {
        "number": 412,
        "head": {"sha": HEAD, "ref": "release/2", "repo": {"id": 2}},
        "base": {"ref": "main", "repo": REPOSITORY},
        "labels": [],
        "merge_commit_sha": MERGE,
    },
    "issue": {"number": 12},
    "workflow_run": {"head_sha": MERGE},
    "deployment": {"sha": MERGE, "environment": "production"},
    "merge_group": {
        "head_sha": MERGE,
        "head_ref": "refs/heads/gh-readonly-queue/main/1",
        "base_ref": "refs/heads/main",
    },
    "head_commit": {"committer": {"username": "web-flow"}},
    "repository": {"default_branch": "main"},
}


def test_github_gives_a_forks_and_dependabots_run_no_secrets_on_two_events() -> None:
    kept_from_forks = {"pull_request", "pull_request_review"}
    assert {name for name in EVENTS if read(name).read_only} == kept_from_forks
    assert {
        name for name in EVENTS if read(name, GITHUB_ACTOR="dependabot[bot]").read_only
    } == kept_from_forks
    own = PAYLOAD["pull_request"] | {"head": {"sha": HEAD, "ref": "release/2", "repo": REPOSITORY}}
    assert not any(read(name, PAYLOAD | {"pull_request": own}).read_only for name in EVENTS)


def test_only_a_branchs_own_run_is_known_to_lie_on_it() -> None:
    on_branch = {"push", "schedule", "workflow_dispatch", "repository_dispatch", "issue_comment"}
    assert {name for name in EVENTS if read(name).branch_of(MERGE) == "main"} == on_branch
    assert {read(name).branch_of(HEAD) for name in EVENTS} == {None}
    assert {read(name, GITHUB_REF="refs/tags/v1").branch_of(MERGE) for name in EVENTS} == {None}
    assert {read(name, GITHUB_RUN_ATTEMPT="2").branch_of(MERGE) for name in EVENTS} == {None}


def test_without_github_the_checkout_decides_only_on_a_trusted_branch() -> None:
    deciding = {name for name in EVENTS if checkout_may_decide(read(name), INPUTS)}
    assert deciding == {
        "push",
        "schedule",
        "workflow_dispatch",
        "repository_dispatch",
    }  # a comment may be a ticket's
    feature = read("push", GITHUB_REF="refs/heads/feature")
    assert not checkout_may_decide(feature, INPUTS)
    assert checkout_may_decide(feature, given(trusted_branches=("feature",)))


def test_github_may_not_know_yet_what_it_made_a_pushed_commit_of() -> None:
    assert {name for name in EVENTS if read(name).lagging} == {"push"}
    assert not read("push", PAYLOAD | {"head_commit": None}).lagging


def test_making_a_runtime_asks_nobody() -> None:
    with FakeHub() as hub:
        environ = {
            "INPUT_GITHUB-TOKEN": hub.token("ghs_16C7e42F292c6912E7710c838347Ae178B4a"),
            "GITHUB_API_URL": hub.url,
            "GITHUB_GRAPHQL_URL": hub.graphql_url,
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_SHA": MERGE,
        }
        hub.repository(files={path: text for path, text in GATE.items() if text})
        runtime = ActionRuntime(Inputs.read(environ), RunContext.read(environ), environ)
        assert hub.requests == []
        runtime.resolve()
        assert hub.requests != []


def test_a_crash_while_github_is_asked_leaves_no_older_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("deploy_checklist.runtime.action.resolve", crash)
    step = checkout(tmp_path, files(CHECKLIST))
    with FakeHub() as hub:
        token = hub.token("ghs_16C7e42F292c6912E7710c838347Ae178B4a")
        repo = hub.repository(files={"README.md": "shop\n"})
        repo.commits[step.commit] = repo.commits[repo.branches["main"]]
        asked = {
            "INPUT_GITHUB-TOKEN": token,
            "GITHUB_API_URL": hub.url,
            "GITHUB_GRAPHQL_URL": hub.graphql_url,
        }
        with pytest.raises(RuntimeError):
            step.run({**VALUES, **asked})
        assert [status.state for status in repo.statuses[step.commit]] == ["pending", "error"]
