"""The REST operations of the fake. A handler gives what matters; the contract's description fills in the rest."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from .state import ROLES, Account, Comment, Issue, Pull, Repository, Run

if TYPE_CHECKING:
    from .hub import FakeHub, Token

Handler = Callable[["Call"], Any]
HANDLERS: dict[str, tuple[Handler, str]] = {}
MOST_STATUSES = 1000
LARGE = 1_048_576
COMPARED_FILES = 300


class Answer(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        self.body: dict[str, Any] = {"message": message, "documentation_url": "https://docs.github.com/rest"}
        if status == 422:
            self.body["errors"] = []


@dataclass
class Page:
    """A list the server cuts into pages; `key` holds it in an object with `total_count`."""

    items: list[Any]
    key: str | None = None


@dataclass
class Call:
    hub: FakeHub
    token: Token
    values: dict[str, str]
    query: dict[str, list[str]]
    body: Any
    status: int = 200

    @property
    def repo(self) -> Repository:
        repository = self.hub.repositories.get(f"{self.values['owner']}/{self.values['repo']}".lower())
        if repository is None or not self.token.sees(repository):
            raise Answer(404, "Not Found")
        return repository

    def value(self, name: str) -> str:
        return unquote(self.values[name])

    def one(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[-1]

    def sha(self, name: str = "ref") -> str:
        sha = self.repo.resolve(self.value(name))
        if sha is None:
            raise Answer(422, f"No commit found for SHA: {self.value(name)}")
        return sha

    def issue(self) -> Issue:
        issue = self.repo.issues.get(int(self.values["issue_number"]))
        if issue is None:
            raise Answer(404, "Not Found")
        if not self.repo.issues_enabled and not isinstance(issue, Pull):
            raise Answer(410, "Issues are disabled for this repo")
        return issue


def on(method: str, template: str, needs: str = "metadata:read") -> Callable[[Handler], Handler]:
    """Registers a handler; `needs` is a permission, or several of which one will do ("issues:write|pull_requests:write")."""

    def register(handler: Handler) -> Handler:
        HANDLERS[f"{method} {template}"] = (handler, needs)
        return handler

    return register


REPO = "/repos/{owner}/{repo}"


def stamp(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def user(account: Account | None) -> dict[str, Any] | None:
    return account and {
        "login": account.rest_login,
        "id": account.id,
        "type": account.kind,
        "node_id": f"U_{account.id}",
    }


@on("GET", REPO)
def repository(call: Call) -> Any:
    repo = call.repo
    return {"id": repo.id, "full_name": repo.full_name, "name": repo.full_name.split("/")[1], "private": repo.private,
            "default_branch": repo.default_branch, "owner": user(repo.owner)}  # fmt: skip


@on("GET", REPO + "/collaborators/{username}/permission")
def permission(call: Call) -> Any:
    account = call.hub.accounts.get(call.value("username").lower())
    if account is None:
        raise Answer(404, f"{call.value('username')} is not a user")
    role = call.repo.roles.get(account.login, "none" if call.repo.private else "read")
    legacy = {"maintain": "write", "triage": "read"}.get(role, role)
    if role not in ROLES:  # a custom role shows its own name, and what it comes down to
        role, legacy = role.split("=")
    return {"permission": legacy, "role_name": role, "user": user(account)}


@on("GET", "/orgs/{org}/teams/{team_slug}", needs="members:read")
def team(call: Call) -> Any:
    found = call.hub.teams.get((call.values["org"].lower(), call.values["team_slug"]))
    if found is None:
        raise Answer(404, "Not Found")
    return {"slug": found.slug, "name": found.slug}


@on("GET", "/orgs/{org}/teams/{team_slug}/memberships/{username}", needs="members:read")
def membership(call: Call) -> Any:
    found = call.hub.teams.get((call.values["org"].lower(), call.values["team_slug"]))
    state = found and found.members.get(call.value("username"))
    if state is None:
        raise Answer(404, "Not Found")
    return {"state": state, "role": "member", "url": "http://x.example/membership"}


def secrets(names: dict[str, datetime]) -> Page:
    dated = [{"name": n, "created_at": stamp(at), "updated_at": stamp(at)} for n, at in sorted(names.items())]
    return Page(dated, "secrets")


@on("GET", REPO + "/actions/secrets", needs="secrets:read")
def repository_secrets(call: Call) -> Any:
    return secrets(call.repo.secrets)


@on("GET", REPO + "/actions/organization-secrets", needs="secrets:read")
def organization_secrets(call: Call) -> Any:
    if call.repo.organization_secrets is None:
        raise Answer(404, "Not Found")
    return secrets(call.repo.organization_secrets)


@on("GET", REPO + "/environments/{environment_name}/secrets", needs="environments:read")
def environment_secrets(call: Call) -> Any:
    names = call.repo.environments.get(call.value("environment_name"))
    if names is None:
        raise Answer(404, "Not Found")
    return secrets(names)


@on("GET", REPO + "/contents/{path}", needs="contents:read")
def contents(call: Call) -> Any:
    repo, path = call.repo, call.value("path").strip("/")
    sha = repo.resolve(call.one("ref", "HEAD"))
    if sha is None:
        raise Answer(404, "No commit found for the ref")
    files = repo.commits[sha].files
    if path in files:
        return content(call.hub.url, path, files[path])
    inside = {name[len(path) + 1 :].split("/")[0] for name in files if name.startswith(f"{path}/")}
    if not inside:
        raise Answer(404, "Not Found")
    return [entry(call.hub.url, f"{path}/{name}", f"{path}/{name}" in files) for name in sorted(inside)]


def entry(base: str, path: str, file: bool) -> dict[str, Any]:
    return {"type": "file" if file else "dir", "name": path.rsplit("/", 1)[-1], "path": path, "sha": blob_sha(path.encode()),
            "_links": {"self": base, "git": None, "html": None}}  # fmt: skip


def content(base: str, path: str, data: bytes) -> dict[str, Any]:
    text = "" if len(data) > LARGE else base64.encodebytes(data).decode()
    return entry(base, path, True) | {
        "size": len(data), "encoding": "none" if len(data) > LARGE else "base64", "content": text, "sha": blob_sha(data),
    }  # fmt: skip


def blob_sha(data: bytes) -> str:
    return hashlib.sha1(b"blob " + data, usedforsecurity=False).hexdigest()


@on("GET", REPO + "/git/blobs/{file_sha}", needs="contents:read")
def blob(call: Call) -> Any:
    for commit in call.repo.commits.values():
        for data in commit.files.values():
            if blob_sha(data) == call.values["file_sha"]:
                text = base64.encodebytes(data).decode()
                return {"sha": blob_sha(data), "size": len(data), "encoding": "base64", "content": text}
    raise Answer(404, "Not Found")


@on("GET", REPO + "/git/trees/{tree_sha}", needs="contents:read")
def tree(call: Call) -> Any:
    commit = call.repo.commits[call.sha("tree_sha")]
    folders = {path.rsplit("/", depth)[0] for path in commit.files for depth in range(1, path.count("/") + 1)}
    entries = [
        {"path": p, "mode": "040000", "type": "tree", "sha": blob_sha(p.encode()), "url": call.hub.url} for p in folders
    ]
    entries += [
        {"path": path, "mode": "120000" if path in commit.links else "100644", "type": "blob", "sha": blob_sha(data),
         "size": len(data), "url": call.hub.url}
        for path, data in commit.files.items()
    ]  # fmt: skip
    entries.sort(key=lambda found: found["path"])
    most = call.hub.tree_limit
    return {"sha": commit.sha, "truncated": len(entries) > most, "tree": entries[:most]}


def commit_view(repo: Repository, sha: str) -> dict[str, Any]:
    commit = repo.commits[sha]
    signature = {"name": "x", "email": "x@acme.example", "date": stamp(commit.at)}
    return {
        "sha": sha, "author": user(commit.author), "committer": user(commit.committer),
        "parents": [{"sha": parent, "url": "http://x.example/p"} for parent in commit.parents],
        "commit": {"message": commit.message, "author": signature, "committer": signature},
    }  # fmt: skip


@on("GET", REPO + "/commits/{ref}", needs="contents:read")
def commit(call: Call) -> Any:
    return commit_view(call.repo, call.sha())


@on("GET", REPO + "/git/ref/{ref}", needs="contents:read")
def git_ref(call: Call) -> Any:
    repo, name = call.repo, call.value("ref")
    kind, _, short = name.partition("/")
    sha = (repo.tags if kind == "tags" else repo.branches).get(short)
    if sha is None:
        raise Answer(404, "Not Found")
    annotated = repo.annotated.get(short) if kind == "tags" else None
    return {"ref": f"refs/{name}", "object": {"type": "tag" if annotated else "commit", "sha": annotated or sha}}


@on("GET", REPO + "/git/tags/{tag_sha}", needs="contents:read")
def git_tag(call: Call) -> Any:
    name = next((name for name, sha in call.repo.annotated.items() if sha == call.values["tag_sha"]), None)
    if name is None:
        raise Answer(404, "Not Found")
    return {"tag": name, "sha": call.values["tag_sha"], "object": {"sha": call.repo.tags[name], "type": "commit"}}


@on("GET", REPO + "/tags", needs="contents:read")
def tags(call: Call) -> Any:
    found = sorted(call.repo.tags.items(), reverse=True)
    return Page([{"name": name, "commit": {"sha": sha, "url": call.hub.url}} for name, sha in found])


@on("GET", REPO + "/compare/{base}...{head}", needs="contents:read")
def compare(call: Call) -> Any:
    repo = call.repo
    base, head = repo.resolve(call.value("base")), repo.resolve(call.value("head"))
    if base is None or head is None:
        raise Answer(404, "Not Found")
    below, above = repo.ancestors(base), repo.ancestors(head)
    ahead = [sha for sha in above if sha not in below]
    behind = [sha for sha in below if sha not in above]
    shared = next((sha for sha in below if sha in above), None)
    if shared is None:
        raise Answer(404, "No common ancestor")
    status = {(True, True): "diverged", (True, False): "ahead", (False, True): "behind"}.get(
        (bool(ahead), bool(behind)), "identical"
    )
    before, after = repo.commits[shared].files, repo.commits[head].files
    changed = [path for path in sorted({*before, *after}) if before.get(path) != after.get(path)]
    return {
        "status": status, "ahead_by": len(ahead), "behind_by": len(behind), "total_commits": len(ahead),
        "merge_base_commit": commit_view(repo, shared), "base_commit": commit_view(repo, base),
        "commits": [commit_view(repo, sha) for sha in reversed(ahead)],
        "files": [{"filename": path, "status": "modified"} for path in changed[:COMPARED_FILES]],
    }  # fmt: skip


def pull_view(repo: Repository, pull: Pull) -> dict[str, Any]:
    owner, name = user(repo.owner), repo.full_name.split("/")[1]
    there = {
        "id": repo.id,
        "name": name,
        "full_name": repo.full_name,
        "owner": owner,
        "default_branch": repo.default_branch,
    }
    fork = {**there, "id": repo.id + 1, "full_name": f"fork/{name}", "fork": True}
    head = None if pull.head_repository_deleted else fork if pull.fork else there
    return {
        "number": pull.number, "id": pull.id, "title": pull.title, "body": pull.body, "user": user(pull.author),
        "state": "open" if pull.open else "closed", "draft": pull.draft, "merged": pull.merged, "merged_at": stamp(pull.merged_at),
        "merge_commit_sha": pull.merge_commit or "f" * 40, "author_association": "CONTRIBUTOR",
        "labels": [{"name": label, "color": "0"} for label in pull.labels],
        "head": {"sha": pull.head, "ref": pull.head_ref, "label": pull.head_ref, "repo": head, "user": owner},
        "base": {"sha": repo.commits[pull.commits[0]].parents[0], "ref": pull.base_ref, "label": "", "repo": there, "user": owner},
    }  # fmt: skip


@on("GET", REPO + "/commits/{commit_sha}/pulls", needs="pull_requests:read")
def commit_pulls(call: Call) -> Any:
    repo, sha = call.repo, call.values["commit_sha"]
    if repo.pulls_lag > 0:
        repo.pulls_lag -= 1
        return Page([])
    return Page([pull_view(repo, pull) for pull in repo.pulls() if sha in (pull.merge_commit, *pull.commits)])


@on("GET", REPO + "/pulls/{pull_number}", needs="pull_requests:read")
def pull(call: Call) -> Any:
    found = call.repo.issues.get(int(call.values["pull_number"]))
    if not isinstance(found, Pull):
        raise Answer(404, "Not Found")
    return pull_view(call.repo, found)


def comment_view(call: Call, comment: Comment) -> dict[str, Any]:
    app = {"id": 7, "slug": "some-app", "owner": user(call.repo.owner)} if comment.via_app else None
    return {
        "id": comment.id, "node_id": comment.node, "body": comment.body, "user": user(comment.author),
        "created_at": stamp(comment.created_at), "updated_at": stamp(comment.updated_at), "performed_via_github_app": app,
        "html_url": f"{call.hub.url}/{call.repo.full_name}/issues/{comment.number}#issuecomment-{comment.id}",
        "author_association": "MEMBER",
    }  # fmt: skip


@on("GET", REPO + "/issues/{issue_number}/comments", needs="issues:read|pull_requests:read")
def comments(call: Call) -> Any:
    since = call.one("since")
    return Page([comment_view(call, c) for c in call.issue().comments if (stamp(c.updated_at) or "") >= since])


@on("POST", REPO + "/issues/{issue_number}/comments", needs="issues:write|pull_requests:write")
def create_comment(call: Call) -> Any:
    issue = call.issue()
    if issue.locked:
        raise Answer(403, "Unable to create comment because issue is locked.")
    call.status = 201
    return comment_view(call, call.repo.comment(issue.number, call.token.account, limited(call.body["body"])))


def limited(text: str) -> str:
    if len(text) > 65_536:
        raise Answer(422, "Validation Failed: body is too long (maximum is 65536 characters)")
    return text


@on("GET", REPO + "/issues/comments/{comment_id}", needs="issues:read|pull_requests:read")
def one_comment(call: Call) -> Any:
    found = call.repo.comments.get(int(call.values["comment_id"]))
    if found is None:
        raise Answer(404, "Not Found")
    return comment_view(call, found)


@on("PATCH", REPO + "/issues/comments/{comment_id}", needs="issues:write|pull_requests:write")
def update_comment(call: Call) -> Any:
    found = call.repo.comments.get(int(call.values["comment_id"]))
    if found is None:
        raise Answer(404, "Not Found")
    found.revise(call.token.account, limited(call.body["body"]), call.hub.now())
    return comment_view(call, found)


def issue_view(call: Call, issue: Issue) -> dict[str, Any]:
    return {
        "number": issue.number, "id": issue.id, "title": issue.title, "body": issue.body, "user": user(issue.author),
        "state": "open" if issue.open else "closed", "labels": list(issue.labels), "comments": len(issue.comments),
        "created_at": stamp(issue.created_at), "updated_at": stamp(issue.updated_at), "author_association": "MEMBER",
        "html_url": f"{call.hub.url}/{call.repo.full_name}/issues/{issue.number}",
    } | ({"pull_request": {}} if isinstance(issue, Pull) else {})  # fmt: skip


@on("GET", REPO + "/issues", needs="issues:read")
def issues(call: Call) -> Any:
    labels = {label for label in call.one("labels").split(",") if label}
    state = call.one("state", "open")
    creator = call.one("creator")
    found = [
        issue for issue in call.repo.issues.values()
        if labels <= set(issue.labels) and (state == "all" or issue.open == (state == "open"))
        and (not creator or (issue.author is not None and issue.author.rest_login == creator))
    ]  # fmt: skip
    return Page([issue_view(call, issue) for issue in reversed(found)])


@on("POST", REPO + "/issues", needs="issues:write")
def create_issue(call: Call) -> Any:
    if not call.repo.issues_enabled:
        raise Answer(410, "Issues are disabled for this repo")
    call.status = 201
    body = call.body
    return issue_view(
        call, call.repo.open_issue(call.token.account, body["title"], limited(body.get("body", "")), body.get("labels"))
    )


@on("GET", REPO + "/issues/{issue_number}", needs="issues:read|pull_requests:read")
def issue(call: Call) -> Any:
    return issue_view(call, call.issue())


@on("PATCH", REPO + "/issues/{issue_number}", needs="issues:write|pull_requests:write")
def update_issue(call: Call) -> Any:
    found = call.issue()
    found.open = call.body.get("state", "open" if found.open else "closed") == "open"
    if "body" in call.body:
        found.revise(call.token.account, limited(call.body["body"]), call.hub.now())
    return issue_view(call, found)


def status_view(status: Any) -> dict[str, Any]:
    return {
        "id": status.id, "context": status.context, "state": status.state, "description": status.description,
        "target_url": status.target_url, "creator": user(status.creator), "created_at": stamp(status.at), "updated_at": stamp(status.at),
    }  # fmt: skip


@on("POST", REPO + "/statuses/{sha}", needs="statuses:write")
def create_status(call: Call) -> Any:
    sha, body = call.values["sha"], call.body
    if sha not in call.repo.commits:
        raise Answer(422, f"No commit found for SHA: {sha}")
    if len(body.get("description") or "") > 140:
        raise Answer(422, "Validation Failed: description is too long (maximum is 140 characters)")
    context = body.get("context", "default")
    if sum(status.context == context for status in call.repo.statuses.get(sha, [])) >= MOST_STATUSES:
        raise Answer(422, "Validation Failed: This SHA and context has reached the maximum number of statuses.")
    call.status = 201
    return status_view(
        call.repo.status(
            sha,
            context,
            body["state"],
            by=call.token.account,
            description=body.get("description"),
            target_url=body.get("target_url"),
        )
    )


@on("GET", REPO + "/commits/{ref}/statuses", needs="statuses:read")
def statuses(call: Call) -> Any:
    return Page([status_view(status) for status in reversed(call.repo.statuses.get(call.sha(), []))])


@on("GET", REPO + "/commits/{ref}/status", needs="statuses:read")
def combined_status(call: Call) -> Any:
    latest = {status.context: status for status in call.repo.statuses.get(call.sha(), [])}
    return Page([{**status_view(status), "avatar_url": None} for status in latest.values()], "statuses")


@on("GET", REPO + "/commits/{ref}/check-runs", needs="checks:read")
def check_runs(call: Call) -> Any:
    found = [
        {"id": run.id, "name": run.name, "status": run.status, "conclusion": run.conclusion, "head_sha": call.sha(),
         "app": {"id": 15368 if run.app == "github-actions" else 7, "slug": run.app, "owner": user(call.repo.owner)},
         "details_url": f"{call.hub.url}/{call.repo.full_name}/actions/runs/{run.run_id}/job/{run.id}" if run.run_id else None}
        for run in call.repo.check_runs.get(call.sha(), [])
    ]  # fmt: skip
    return Page(found, "check_runs")


def run_view(call: Call, run: Run) -> dict[str, Any]:
    done = all(conclusion for _, conclusion, _ in run.jobs)
    bad = next((conclusion for _, conclusion, _ in run.jobs if conclusion not in ("success", "skipped")), "success")
    here = {"id": call.repo.id, "full_name": call.repo.full_name, "owner": user(call.repo.owner)}
    return {
        "id": run.id, "path": run.path, "event": run.event, "head_branch": run.branch, "head_sha": run.sha,
        "run_attempt": run.attempt, "created_at": stamp(run.at), "run_started_at": stamp(run.at),
        "status": "completed" if done else "in_progress", "conclusion": bad if done else None, "repository": here,
        "head_repository": {**here, "id": call.repo.id + 1} if run.fork else here,
    }  # fmt: skip


@on("GET", REPO + "/actions/runs", needs="actions:read")
def runs(call: Call) -> Any:
    sha = call.one("head_sha")
    return Page(
        [run_view(call, run) for run in reversed(call.repo.runs.values()) if not sha or run.sha == sha], "workflow_runs"
    )


def one_run(call: Call) -> Run:
    run = call.repo.runs.get(int(call.values["run_id"]))
    if run is None:
        raise Answer(404, "Not Found")
    return run


@on("GET", REPO + "/actions/runs/{run_id}", needs="actions:read")
def run(call: Call) -> Any:
    return run_view(call, one_run(call))


@on("GET", REPO + "/actions/runs/{run_id}/jobs", needs="actions:read")
def jobs(call: Call) -> Any:
    asked = one_run(call)
    return Page([job_view(asked, *job) for job in asked.jobs], "jobs")


def job_view(run: Run, name: str, conclusion: str | None, steps: list[tuple[str, str | None]]) -> dict[str, Any]:
    return {
        "name": name, "run_id": run.id, "head_sha": run.sha, "status": "completed" if conclusion else "in_progress",
        "conclusion": conclusion, "run_attempt": run.attempt,
        "steps": [
            {"name": step, "number": number, "status": "completed" if ended else "in_progress", "conclusion": ended}
            for number, (step, ended) in enumerate([("Set up job", "success"), *steps], start=1)
        ],
    }  # fmt: skip


@on("GET", REPO + "/actions/runs/{run_id}/approvals", needs="actions:read")
def approvals(call: Call) -> Any:
    return [
        {
            "environments": [{"id": 1, "name": name} for name in names],
            "state": state,
            "user": user(account),
            "comment": "",
        }
        for names, state, account in one_run(call).approvals
    ]
