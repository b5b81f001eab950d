"""Pull requests, issues and comments."""

from __future__ import annotations

from typing import Any

from .hub_events import happened
from .repository import Repository
from .rest import REPO, Answer, Call, Page, on, stamp, user
from .state import Comment, Issue, Pull


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
        "number": pull.number,
        "id": pull.id,
        "title": pull.title,
        "body": pull.body,
        "user": user(pull.author),
        "state": "open" if pull.open else "closed",
        "draft": pull.draft,
        "merged": pull.merged,
        "merged_at": stamp(pull.merged_at),
        "merge_commit_sha": pull.merge_commit or "f" * 40,
        "author_association": "CONTRIBUTOR",
        "labels": [{"name": label, "color": "0"} for label in pull.labels],
        "head": {
            "sha": pull.head,
            "ref": pull.head_ref,
            "label": pull.head_ref,
            "repo": head,
            "user": owner,
        },
        "base": {
            "sha": repo.commits[pull.commits[0]].parents[0],
            "ref": pull.base_ref,
            "label": "",
            "repo": there,
            "user": owner,
        },
    }


@on("GET", REPO + "/commits/{commit_sha}/pulls", needs="pull_requests:read")
def commit_pulls(call: Call) -> Any:
    repo, sha = call.repo, call.values["commit_sha"]
    if repo.pulls_lag > 0:
        repo.pulls_lag -= 1
        return Page([])
    return Page(
        [
            pull_view(repo, pull)
            for pull in repo.pulls()
            if sha in (pull.merge_commit, *pull.commits)
        ]
    )


@on("GET", REPO + "/pulls/{pull_number}", needs="pull_requests:read")
def pull(call: Call) -> Any:
    found = call.repo.issues.get(int(call.values["pull_number"]))
    if not isinstance(found, Pull):
        raise Answer(404, "Not Found")
    return pull_view(call.repo, found)


def comment_view(call: Call, comment: Comment) -> dict[str, Any]:
    app = {"id": 7, "slug": "some-app", "owner": user(call.repo.owner)} if comment.via_app else None
    return {
        "id": comment.id,
        "node_id": comment.node,
        "body": comment.body,
        "user": user(comment.author),
        "created_at": stamp(comment.created_at),
        "updated_at": stamp(comment.updated_at),
        "performed_via_github_app": app,
        "html_url": f"{call.hub.url}/{call.repo.full_name}/issues/{comment.number}#issuecomment-{comment.id}",
        "author_association": "MEMBER",
    }


@on("GET", REPO + "/issues/{issue_number}/comments", needs="issues:read|pull_requests:read")
def comments(call: Call) -> Any:
    since = call.one("since")
    return Page(
        [
            comment_view(call, c)
            for c in call.issue().comments
            if (stamp(c.updated_at) or "") >= since
        ]
    )


@on("POST", REPO + "/issues/{issue_number}/comments", needs="issues:write|pull_requests:write")
def create_comment(call: Call) -> Any:
    issue = call.issue()
    if issue.locked:
        raise Answer(403, "Unable to create comment because issue is locked.")
    call.status = 201
    return comment_view(
        call, call.repo.comment(issue.number, call.token.account, limited(call.body["body"]))
    )


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
    issue = call.repo.issues[found.number]
    about = {"number": issue.number} | (
        {"pull_request": {"url": "x"}} if isinstance(issue, Pull) else {}
    )
    payload = {
        "action": "edited",
        "issue": about,
        "comment": comment_view(call, found),
        "sender": user(call.token.account),
    }
    main = call.repo.branches[call.repo.default_branch]
    happened(call, "issue_comment", payload, f"refs/heads/{call.repo.default_branch}", main)
    return comment_view(call, found)


def issue_view(call: Call, issue: Issue) -> dict[str, Any]:
    return {
        "number": issue.number,
        "id": issue.id,
        "title": issue.title,
        "body": issue.body,
        "user": user(issue.author),
        "state": "open" if issue.open else "closed",
        "labels": list(issue.labels),
        "comments": len(issue.comments),
        "created_at": stamp(issue.created_at),
        "updated_at": stamp(issue.updated_at),
        "author_association": "MEMBER",
        "html_url": f"{call.hub.url}/{call.repo.full_name}/issues/{issue.number}",
    } | ({"pull_request": {}} if isinstance(issue, Pull) else {})


@on("GET", REPO + "/issues", needs="issues:read")
def issues(call: Call) -> Any:
    labels = {label for label in call.one("labels").split(",") if label}
    state = call.one("state", "open")
    creator = call.one("creator")
    found = [
        issue
        for issue in call.repo.issues.values()
        if labels <= set(issue.labels)
        and (state == "all" or issue.open == (state == "open"))
        and (not creator or (issue.author is not None and issue.author.rest_login == creator))
    ]
    return Page([issue_view(call, issue) for issue in reversed(found)])


@on("POST", REPO + "/issues", needs="issues:write")
def create_issue(call: Call) -> Any:
    if not call.repo.issues_enabled:
        raise Answer(410, "Issues are disabled for this repo")
    call.status = 201
    body = call.body
    return issue_view(
        call,
        call.repo.open_issue(
            call.token.account, body["title"], limited(body.get("body", "")), body.get("labels")
        ),
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
