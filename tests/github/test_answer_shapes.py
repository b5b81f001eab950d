"""GitHub's answers with something else in every field that is read: could not look, by the path of
the field, or an answer as GitHub describes it, which is read without an exception.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from deploy_checklist.github import graphql_shapes as nodes
from deploy_checklist.github import rest_shapes as rest
from deploy_checklist.github.client import Client
from deploy_checklist.github.contents import contents
from deploy_checklist.github.deployments import DeploymentReader
from deploy_checklist.github.job import job_started_at
from deploy_checklist.github.live import LiveGitHub, OwnRun
from deploy_checklist.github.reader import GitHubReader
from deploy_checklist.github.roles import Roles
from deploy_checklist.github.stored_names import LiveStoredNames
from deploy_checklist.github.tree import CommitTree
from deploy_checklist.github.verdicts import CommitVerdicts
from deploy_checklist.github.writer import Writer
from deploy_checklist.outcome import Unobservable
from deploy_checklist.world.ports import NotPublished
from servers.github import FakeHub, Fault
from wrong_shapes import TEXT, declared, mutants, within

FILES = ("README.md", "docs", "gone.md")
FOLDERS = ("", "docs", "gone")
OBJECTS = {
    **{f"file{i}": nodes.FileObject for i in range(len(FILES))},
    **{f"folder{i}": nodes.FolderObject for i in range(len(FOLDERS))},
}
OF_COMMIT = {**OBJECTS, "whole0": nodes.FilesObject}


class Scene(NamedTuple):
    """A repository with something of everything, and whoever asks."""

    hub: FakeHub
    client: Client
    metadata: Client
    commit: str
    pull: int
    many: int  # a pull request with several pages of everything
    ticket: int
    comment: int
    run: int

    def records(self, **about: int) -> object:
        reader = GitHubReader(self.client)
        return reader.records(**about, files=FILES, folders=FOLDERS)

    def live(self) -> LiveGitHub:
        own = OwnRun(id=None, workflow=".github/workflows/gate.yml")
        return LiveGitHub(self.client, self.metadata, commit=self.commit, own=own)

    def past(self) -> DeploymentReader:
        return DeploymentReader(self.metadata, self.client)

    def tree(self) -> CommitTree:
        return CommitTree(self.client, self.commit)

    def roles(self) -> Roles:
        return Roles(self.client, self.metadata)


class Look(NamedTuple):
    """Something that is asked, and the shapes of its answers by their paths."""

    ask: Callable[[Scene], object]
    shapes: Mapping[str, Any]


def posted(scene: Scene) -> object:
    writer = Writer(scene.client)
    mine = writer.post_status(scene.commit, "gate", "pending", "looking", None)
    final = writer.conclude(scene.commit, mine, "failure", "1 failed", behind=mine.id)
    return writer.statuses(scene.commit, mine, final or mine)


GRAPHQL = r"/graphql#"
LOOKS: Mapping[str, Look] = {
    "a pull request": Look(
        lambda on: on.records(pull_request=on.pull),
        {
            GRAPHQL: nodes.answer_shape(nodes.RepositoryNode, OBJECTS),
            "/comments#": list[rest.RestComment],
        },
    ),
    "a pull request with many comments": Look(
        lambda on: on.records(pull_request=on.many),
        {
            f"{GRAPHQL}1": nodes.MorePages[nodes.ReviewNode],
            f"{GRAPHQL}2": nodes.MorePages[nodes.CommentNode],
            f"{GRAPHQL}3": nodes.MorePages[nodes.EditNode],
        },
    ),
    "a ticket": Look(
        lambda on: on.records(ticket=on.ticket),
        {GRAPHQL: nodes.answer_shape(nodes.RepositoryNode, OBJECTS)},
    ),
    "a commit's files": Look(
        lambda on: GitHubReader(on.client).tree(on.commit, FILES, statuses=True),
        {GRAPHQL: nodes.answer_shape(nodes.CommitRepositoryNode, OF_COMMIT)},
    ),
    "comments now": Look(
        lambda on: GitHubReader(on.client).comments(on.pull, on_pull_request=True),
        {GRAPHQL: nodes.CommentsAnswer},
    ),
    "pull requests of a commit": Look(
        lambda on: GitHubReader(on.client).pulls_with(on.commit), {"/pulls#": list[rest.RestPull]}
    ),
    "a pull request alone": Look(
        lambda on: GitHubReader(on.client).pull(on.pull), {r"/pulls/\d+#": rest.RestPull}
    ),
    "a branch's commits": Look(
        lambda on: GitHubReader(on.client).contained(on.commit, "main"),
        {"/compare/": rest.RestComparison},
    ),
    "approvals": Look(
        lambda on: GitHubReader(on.client).approvals(on.run),
        {"/approvals#": list[rest.RestApproval]},
    ),
    "results": Look(
        lambda on: on.live().check_results(),
        {
            "/check-runs#": rest.RestCheckRuns,
            "/status#": rest.RestContexts,
            "/actions/runs#": rest.RestRuns,
        },
    ),
    "steps": Look(
        lambda on: on.live().step_results({".github/workflows/ci.yml"}),
        {"/actions/runs#": rest.RestRuns, "/jobs#": rest.RestJobs},
    ),
    "the start of a job": Look(
        lambda on: job_started_at(on.client, run=on.run, attempt=1, runner="runner of gate"),
        {"/attempts/1/jobs#": rest.RestAttemptJobs},
    ),
    "a secret": Look(
        lambda on: on.live().secret("NOT_THERE", "production"), {"/secrets#": rest.RestSecrets}
    ),
    "the verdict on another environment": Look(
        lambda on: CommitVerdicts(on.client, on.commit, str).posted_verdict("ci/circle"),
        {GRAPHQL: nodes.VerdictsAnswer},
    ),
    "the names of two environments": Look(
        lambda on: LiveStoredNames(on.metadata).of("production"),
        {"secrets#": rest.RestSecretNames, "variables#": rest.RestVariableNames},
    ),
    "a file": Look(
        lambda on: contents(on.client, "acme/shop", "README.md", None),
        {"/contents/": rest.RestFile},
    ),
    "a large file": Look(
        lambda on: contents(on.client, "acme/shop", "large", None),
        {"/contents/": rest.RestFile, "/blobs/": rest.RestBlob},
    ),
    "a folder": Look(
        lambda on: contents(on.client, "acme/shop", "link", None), {"/contents/": rest.RestObject}
    ),
    "a file of the commit": Look(
        lambda on: on.tree().read("README.md"),
        {"/trees/": rest.RestTree, "/blobs/": rest.RestBlob},
    ),
    "what changed": Look(
        lambda on: on.tree().changed(["**"]),
        {"/tags#": list[rest.RestTag], "/compare/": rest.RestChanges},
    ),
    "deployments": Look(
        lambda on: [on.past().states(each.id) for each in on.past().deployments("production")],
        {
            "/deployments#": list[rest.RestDeployment],
            "/statuses#": list[rest.RestDeploymentStatus],
        },
    ),
    "whose statuses they are": Look(
        lambda on: (on.past().statuses(on.commit), on.past().poster()),
        {"/statuses#": list[rest.RestStatus], GRAPHQL: nodes.ViewerAnswer},
    ),
    "a tag": Look(lambda on: on.live().has_tag("v1"), {"/git/ref": rest.RestRef}),
    "a release": Look(lambda on: on.live().release("v0"), {"/releases#": list[rest.RestRelease]}),
    "a permission": Look(
        lambda on: on.roles().permission("octo-lead"), {"/permission#": rest.RestRole}
    ),
    "a membership": Look(
        lambda on: on.roles().member("acme", "leads", "octo-lead"),
        {"/memberships/": rest.RestMembership},
    ),
    "a comment": Look(
        lambda on: Writer(on.client).comment_text(on.comment), {"": rest.RestComment}
    ),
    "a new comment": Look(
        lambda on: Writer(on.client).create_comment(on.pull, "x"), {"": rest.RestPosted}
    ),
    "a changed comment": Look(
        lambda on: Writer(on.client).update_comment(on.comment, "x"), {"": rest.RestPosted}
    ),
    "a status": Look(
        posted, {"GET .*/statuses#": list[rest.RestStatus], "POST .*/statuses/": rest.RestStatus}
    ),
    "whose the statuses are": Look(
        lambda on: Writer(on.client).addresses(on.commit), {"/status#": rest.RestContexts}
    ),
    "issues": Look(lambda on: Writer(on.client).issues("release"), {GRAPHQL: nodes.IssuesAnswer}),
    "a new issue": Look(
        lambda on: Writer(on.client).create_issue("x", "y", "release"), {"": rest.RestIssue}
    ),
    "a closed issue": Look(
        lambda on: Writer(on.client).close_issue(on.ticket), {"": rest.RestIssue}
    ),
}


@pytest.fixture
def scene(hub: FakeHub, connected: Callable[..., Client]) -> Scene:
    files = {"README.md": "shop\n", "docs/a.md": "a\n", "large": "x" * 1_100_000}
    repo = hub.repository(files={**files, ".github/workflows/ci.yml": "on: push\n"})
    first = repo.branches["main"]
    repo.commit("main", {"link": "README.md"}, links=frozenset({"link"}))
    commit = repo.commit("main", {"docs/b.md": "b\n"}, committer="octo-lead")
    repo.tag("v1", first)
    repo.releases["v1"] = (False, True)
    pull = repo.open_pull(labels=["release"])
    repo.force_push(pull.head_ref, "octo-dev", {"x": "y"})
    hub.edit("octo-lead", pull, "changed")
    hub.edit("octo-lead", repo.comment(pull.number, hub.bot, "ours"), "ticked")
    repo.comment(pull.number, "octo-lead", "/checklist sign x")
    repo.comment(pull.number, "octo-lead", "/checklist sign y")
    repo.review(pull, "octo-lead")
    many = repo.open_pull(head="many")
    mine = repo.comment(many.number, hub.bot, "0")
    for number in range(32):
        hub.edit("octo-lead", mine, f"{number}")
    for number in range(101):
        repo.comment(many.number, "octo-dev", f"{number}")
        repo.review(many, "octo-lead")
    ticket = repo.open_issue("octo-dev", "Release", labels=["release"])
    hub.edit("octo-lead", ticket, "changed")
    repo.comment(ticket.number, "octo-lead", "fine")
    run = repo.run(
        commit, jobs=[("test", "success", [("Run make", "success")]), ("gate", None, [])]
    )
    run.approvals.append((["production"], "approved", hub.user("octo-lead")))
    repo.status(commit, "ci/circle", "success", by="octo-lead")
    repo.secrets["A"] = hub.now()
    repo.organization_secrets = {"B": hub.now()}
    repo.environments["production"] = {"C": hub.now()}
    repo.roles["octo-lead"] = "maintain"
    repo.merge(repo.open_pull(head="merged"))
    hub.team("acme", "leads", octo_lead="active")
    repo.deploy(commit)
    granted = {
        "deployments": "read",
        "statuses": "read",
        "secrets": "read",
        "environments": "read",
        "contents": "read",
        "members": "read",
    }
    repo.variables = {"D": "4"}
    repo.organization_variables = {"E": "5"}
    repo.environment_variables["production"] = {"F": "6"}
    granted["variables"] = "read"
    hub.token("meta", "octo-lead", granted)
    return Scene(
        hub=hub,
        client=connected(timeout=10),
        metadata=connected("meta", name="metadata-token", timeout=10),
        commit=commit,
        pull=pull.number,
        many=many.number,
        ticket=ticket.number,
        comment=mine.id,
        run=run.id,
    )


class Answered(NamedTuple):
    """An answer of the right shape."""

    method: str
    path: str
    place: str  # what `Look.shapes` is searched for
    data: Any


def right_answers(look: Look, on: Scene) -> list[Answered]:
    """The answers that the look gets, in order. A path's second answer has the number 1."""
    before = len(on.hub.requests)
    look.ask(on)
    found: list[Answered] = []
    for seen in on.hub.requests[before:]:
        path = urlsplit(seen.path).path
        number = sum((each.method, each.path) == (seen.method, path) for each in found)
        data = seen.answer["data"] if path == "/graphql" else seen.answer
        found.append(Answered(seen.method, path, f"{seen.method} {path}#{number}", data))
    return found


def struck(on: Scene, answers: list[Answered], wrong: int, data: Any) -> None:
    """From now on the server answers so, but for one answer, which is this data."""
    on.hub.faults.clear()
    for number, each in enumerate(answers):
        body = data if number == wrong else each.data
        if each.path == "/graphql":
            body = {"data": body}
        on.hub.faults.append(Fault("answer", each.method, f"^{re.escape(each.path)}$", body=body))


def shape_of(look: Look, answered: Answered) -> Any:
    return next(
        (shape for place, shape in look.shapes.items() if re.search(place, answered.place)), None
    )


@pytest.mark.parametrize("name", LOOKS)
def test_what_is_wrong_in_an_answer_is_not_checked_by_its_field(scene: Scene, name: str) -> None:
    assert_told(LOOKS[name], scene)


def assert_told(look: Look, scene: Scene) -> None:
    """Puts every wrong answer to a look."""
    answers = right_answers(look, scene)
    wrong: dict[str, str] = {}
    tried = set()
    for number, answered in enumerate(answers):
        shape = shape_of(look, answered)
        for mutant in mutants(shape, answered.data) if shape else ():
            struck(scene, answers, number, mutant.data)
            told = ""
            try:
                look.ask(scene)
            except (Unobservable, NotPublished) as failure:
                told = str(failure)
            except Exception as error:
                told = f"{mutant.field} is an exception: {error!r} {TEXT}"
            # What is no answer at all is asked for once more, and this time it is right.
            silent = not told and (mutant.field or answered.path != "/graphql")
            if TEXT in told or (mutant.refused and (silent or mutant.field not in told)):
                wrong[f"{answered.place}: {mutant.name}"] = told
            tried.add(answered.place)
    assert not wrong, "\n".join(f"{name}: {found}" for name, found in wrong.items())
    for place in look.shapes:
        assert any(re.search(place, each) for each in tried), f"nobody asked for {place}"


def test_every_shape_of_an_answer_is_put_to_the_test() -> None:
    tried = {
        each for look in LOOKS.values() for shape in look.shapes.values() for each in within(shape)
    }
    assert {each.__name__ for each in declared(rest) - tried} == set()
    assert {each.__name__ for each in declared(nodes) - tried} == set()
