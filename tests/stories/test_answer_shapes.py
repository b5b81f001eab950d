"""Whole runs in which one answer of GitHub has something of another kind in one field, which its
declared shape allows: nothing comes out better than with the right answer.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from deploy_checklist import action
from deploy_checklist.errors import Exit
from deploy_checklist.github import graphql_shapes as nodes
from deploy_checklist.github import rest_shapes as rest
from servers.github import Fault
from wrong_shapes import TEXT, Mutant, mutants

from .telling import RULES, TOKEN, Story, documents

METADATA = "ghp_ReadsMetadata00000000000000000000000"
CI_FILE = {
    ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n"
    "    steps:\n      - run: make test\n"
}
# Each item is open, for a reason of its own that only GitHub knows.
CHECKLIST = """\
# Deployment checklist

- [ ] `PAYMENT_PROVIDER` set to the active gateway
- [ ] `PAYMENT_CALLBACK_URL` matches the deployed domain
- [ ] Checklist reviewed and signed by the backend lead
- [ ] Status page announced
- [ ] Every check is green
- [ ] The tests ran
- [ ] `STRIPE_KEY` rotated
- [ ] Customers told
- [ ] Design reviewed
- [ ] Deployment approved
- [ ] No debug log
- [ ] Migrations ready
"""
OPEN = """\
  Status page announced: sign
  Every check is green: { ci: { green: true } }
  The tests ran: { ci: { runs: make test } }
  STRIPE_KEY: { rotated_within: 90d }
  Customers told: { sign: { by: [write], count: 2 } }
  Design reviewed: { sign: { from: [review], per: commit } }
  Deployment approved: { sign: { from: [environment] } }
  No debug log: { file: { path: debug.log, exists: false } }
  Migrations ready: { file: { path: migrations.txt, contains: ready } }
"""
OBJECTS = {"file": nodes.FileObject, "folder": nodes.FolderObject, "whole": nodes.FilesObject}
# The shapes of a run's answers, by method and path.
SHAPES: Mapping[str, Any] = {
    "GET .*/issues/[0-9]+/comments$": list[rest.RestComment],
    "GET .*/commits/.*/statuses$": list[rest.RestStatus],
    "GET .*/commits/.*/status$": rest.RestContexts,
    "GET .*/check-runs$": rest.RestCheckRuns,
    "GET .*/actions/runs$": rest.RestRuns,
    "GET .*/jobs$": rest.RestJobs,
    "GET .*/secrets$": rest.RestSecrets,
    "GET .*-secrets$": rest.RestSecrets,
    "GET .*/approvals$": list[rest.RestApproval],
    "GET .*/permission$": rest.RestRole,
    "GET .*/trees/": rest.RestTree,
    "GET .*/blobs/": rest.RestBlob,
    "GET .*/pulls$": list[rest.RestPull],
    "POST .*/statuses/": rest.RestStatus,
    "POST .*/comments$": rest.RestPosted,
    "PATCH .*/comments/": rest.RestPosted,
}


class Outcome(NamedTuple):
    """What a run came to."""

    code: int
    said: str
    items: Mapping[str, str]  # by id


def run(story: Story, event: str, payload: object, *, ref: str, sha: str, phase: str) -> Outcome:
    """The step, in this process."""
    here = story.folder / "run"
    (here / "workspace").mkdir(parents=True, exist_ok=True)
    (here / "event.json").write_text(json.dumps(payload))
    given = {
        "github-token": TOKEN,
        "metadata-token": METADATA,
        "report-file": "report.json",
        "phase": phase,
        **story.inputs,
    }
    environ = {
        **story.github(here, 1),
        **story.values,
        **{f"INPUT_{name.upper()}": value for name, value in given.items()},
        "GITHUB_EVENT_NAME": event,
        "GITHUB_REF": ref,
        "GITHUB_SHA": sha,
        **story.context,
    }
    report = here / "workspace" / "report.json"
    report.unlink(missing_ok=True)
    out = io.StringIO()
    code = action.run(environ, out)
    found = json.loads(report.read_text()) if report.exists() else {"items": []}
    items = {each["id"]: each["outcome"] for each in found["items"]}
    return Outcome(code, out.getvalue(), items)


class Answered(NamedTuple):
    """One of a run's answers; `number` counts those to the same request."""

    method: str
    path: str
    number: int
    answer: Any

    @property
    def data(self) -> Any:
        return self.answer["data"] if self.path == "/graphql" else self.answer

    @property
    def shape(self) -> Any:
        if self.path == "/graphql":
            return graphql_shape(self.data)
        request = f"{self.method} {self.path}"
        return next((shape for place, shape in SHAPES.items() if re.search(place, request)), None)

    def struck(self, data: Any) -> list[Fault]:
        """Makes the server answer so, after the answers before it."""
        path = f"^{re.escape(self.path)}$"
        body = {"data": data} if self.path == "/graphql" else data
        return [
            Fault("slow", self.method, path, times=self.number),
            Fault("answer", self.method, path, body=body),
        ]


def graphql_shape(data: Any) -> Any:
    if "repository" not in data:
        return None
    names = data["repository"]
    objects = {
        name: OBJECTS[word.group()]
        for name in names
        if (word := re.match("[a-z]+(?=[0-9])", name)) is not None
    }
    at_commit = "commit" in names
    repository = nodes.CommitRepositoryNode if at_commit else nodes.RepositoryNode
    return nodes.answer_shape(repository, objects)


def answers(story: Story, before: int) -> list[Answered]:
    """What GitHub answered since."""
    found: list[Answered] = []
    for seen in story.hub.requests[before:]:
        path = urlsplit(seen.path).path
        number = sum((each.method, each.path) == (seen.method, path) for each in found)
        found.append(Answered(seen.method, path, number, seen.answer))
    return found


def allowed(answered: Answered) -> Iterator[Mutant]:
    """Of each field one of another kind that the shape takes; another text is no wrong shape."""
    seen: set[str] = set()
    for mutant in mutants(answered.shape, answered.data) if answered.shape else ():
        if not mutant.refused and mutant.kind_changed and mutant.place not in seen:
            seen.add(mutant.place)
            yield mutant


@pytest.fixture
def release(story: Story) -> Story:
    """A pull request of octo-lead's, of which GitHub says nothing good."""
    hub, repo = story.hub, story.repo
    hub.token(METADATA, "octo-admin", {"secrets": "read", "environments": "read"})
    story.values["STRIPE_KEY"] = TEXT
    repo.commit("main", documents(CHECKLIST, RULES + OPEN) | CI_FILE | {"debug.log": "x"})
    repo.secrets["STRIPE_KEY"] = datetime.now(UTC) - timedelta(days=118)
    repo.environments["production"] = {}
    repo.organization_secrets = {"STRIPE_KEY": datetime.now(UTC)}
    pull = repo.open_pull("octo-lead", files={"migrations.txt": "not yet"}, labels=["release"])
    repo.force_push(pull.head_ref, "octo-lead", {"migrations.txt": "never"})
    repo.review(pull, "octo-lead")
    repo.review(pull, "octo-dev", commit=repo.branches["main"])
    story.on_pull(pull)
    ours = story.comment(pull.number)
    hub.advance(minutes=1)
    hub.tick("octo-lead", ours, "Checklist reviewed and signed")  # the author
    hub.tick("octo-cat", ours, "Customers told")  # may only read
    hub.tick("octo-dev", ours, "Customers told")
    hub.edit("octo-cat", pull, "- [x] Status page announced")
    app = repo.comment(pull.number, "octo-dev", "/checklist sign status-page", via_app=True)
    hub.edit("octo-dev", app, app.body + " ")
    repo.run(pull.head, jobs=[("test", "failure", [("Run make test", "failure")])])
    repo.run(pull.head, ".github/workflows/other.yml", jobs=[("a", "success", [])])
    repo.check_run(pull.head, "lint", "failure", app="some-app")
    repo.status(pull.head, "ci/circle", "failure", by="octo-dev")
    gate = repo.run(pull.head, ".github/workflows/gate.yml")
    gate.approvals.append((["production"], "rejected", hub.user("octo-lead")))
    story.context["GITHUB_RUN_ID"] = str(gate.id)
    return story


def review(story: Story) -> Outcome:
    pull = story.repo.pulls()[0]
    payload = {"action": "synchronize", "number": pull.number, "pull_request": story.view(pull)}
    main = {"ref": "refs/heads/main", "sha": story.repo.branches["main"]}
    return run(story, "pull_request_target", payload, **main, phase="before")


def test_no_review_is_better(release: Story) -> None:
    review(release)
    hold(release, lambda: review(release))


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("file0", "GitHub lists .github/deploy-checklist.yml in "),
        ("trusted", "GitHub does not return the branch main"),
        ("defaultBranchRef", "`repository.defaultBranchRef`: expected an object, got null"),
    ],
)
def test_what_must_be_there_is_not_missing(release: Story, field: str, told: str) -> None:
    """Without it the rules would be guessed, or the run would hold nothing."""
    before = len(release.hub.requests)
    review(release)
    first = next(each for each in answers(release, before) if each.path == "/graphql")
    repository = first.data["repository"] | {field: None}
    release.hub.faults[:] = first.struck({"repository": repository})
    found = review(release)
    assert found.code == Exit.UNDETERMINED
    assert told in found.said


def test_no_deployment_is_better(release: Story) -> None:
    repo = release.repo
    sha = repo.merge(repo.pulls()[0], by="octo-lead")
    repo.tag("v1.4.0", sha)
    repo.run(sha, jobs=[("test", "failure", [("Run make test", "failure")])])
    repo.check_run(sha, "lint", "failure", app="some-app")

    def look() -> Outcome:
        return run(release, "push", {}, ref="refs/tags/v1.4.0", sha=sha, phase="deploy")

    hold(release, look)


def hold(story: Story, look: Callable[[], Outcome]) -> None:
    """What has another kind in one field of one answer, in turn, comes out no better."""
    before = len(story.hub.requests)
    right = look()
    assert right.code == Exit.HELD, right.said
    assert (len(right.items), list(right.items.values()).count("pass")) == (12, 2), right.said
    wrong: dict[str, object] = {}
    shapes = set()
    for answered in answers(story, before):
        for mutant in allowed(answered):
            story.hub.faults[:] = answered.struck(mutant.data)
            found = look()
            shapes.add(str(answered.shape))
            better = better_items(right, found)
            if better or found.code == 0 or "a bug" in found.said:
                wrong[f"{answered.method} {answered.path}: {mutant.name}"] = (found.code, better)
    assert len(shapes) >= 5
    assert not wrong, "\n".join(f"{name}: {found}" for name, found in wrong.items())


def better_items(right: Outcome, found: Outcome) -> list[str]:
    """The items that were open, and are no longer."""
    closed = ("pass", "skipped", "waived")
    return [
        f"{name}: {right.items.get(name)} -> {outcome}"
        for name, outcome in found.items.items()
        if outcome in closed and right.items.get(name) not in closed
    ]
