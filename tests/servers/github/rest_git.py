"""Trees, commits, refs and tags as they are made through the API, and the rulesets that refuse some."""

from __future__ import annotations

import hashlib
from typing import Any

from .hub_events import happened
from .repository import Repository
from .rest import REPO, Answer, Call, Page, on
from .rest_talk import pull_view
from .state import Commit, Pull
from .tag_rules import rules_for, violations


def named(*parts: object) -> str:
    return hashlib.sha1(repr(parts).encode(), usedforsecurity=False).hexdigest()


@on("GET", REPO + "/branches", needs="contents:read")
def branches(call: Call) -> Any:
    found = sorted(call.repo.branches.items())
    return Page(
        [{"name": name, "commit": {"sha": sha, "url": call.hub.url}} for name, sha in found]
    )


@on("GET", REPO + "/git/commits/{commit_sha}", needs="contents:read")
def git_commit(call: Call) -> Any:
    commit = call.repo.commits.get(call.values["commit_sha"])
    if commit is None:
        raise Answer(404, "Not Found")
    tree = named(commit.files)
    call.repo.trees[tree] = commit.files
    return {
        "sha": commit.sha,
        "tree": {"sha": tree, "url": call.hub.url},
        "message": commit.message,
    }


@on("POST", REPO + "/git/trees", needs="contents:write")
def create_tree(call: Call) -> Any:
    files = dict(call.repo.trees[call.body["base_tree"]])
    files |= {each["path"]: each["content"].encode() for each in call.body["tree"]}
    touches = any(path.startswith(".github/workflows/") for path in files)
    if touches and not call.token.may("workflows:write"):
        raise Answer(404, "Not Found")
    sha = named(files)
    call.repo.trees[sha] = files
    call.status = 201
    return {"sha": sha, "tree": [], "truncated": False}


@on("POST", REPO + "/git/commits", needs="contents:write")
def create_commit(call: Call) -> Any:
    repo, by = call.repo, call.token.account
    parents, files = tuple(call.body["parents"]), call.repo.trees[call.body["tree"]]
    sha = named(files, parents, next(repo.ids))
    repo.commits[sha] = Commit(sha, files, parents, by, by, call.body["message"], repo.now())
    call.status = 201
    return {"sha": sha, "tree": {"sha": call.body["tree"], "url": call.hub.url}}


@on("POST", REPO + "/git/tags", needs="contents:write")
def create_tag_object(call: Call) -> Any:
    sha = named(call.body, next(call.repo.ids))
    call.repo.tag_objects[sha] = call.body["object"]
    call.status = 201
    return {
        "sha": sha,
        "tag": call.body["tag"],
        "object": {"sha": call.body["object"], "type": "commit", "url": call.hub.url},
    }


@on("POST", REPO + "/git/refs", needs="contents:write")
def create_ref(call: Call) -> Any:
    repo, ref, sha = call.repo, call.body["ref"], call.body["sha"]
    kind, name = ref.removeprefix("refs/").split("/", 1)
    held = repo.tags if kind == "tags" else repo.branches
    if name in held:
        raise Answer(422, "Reference already exists")
    commit = repo.tag_objects.get(sha, sha)
    if commit not in repo.commits:
        raise Answer(422, "Object does not exist")
    refuse(repo, ref, sha if sha in repo.tag_objects and not call.hub.peels_tags else commit)
    held[name] = commit
    if sha != commit:
        repo.annotated[name] = sha
    pushed(call, ref, commit)
    call.status = 201
    return ref_view(call, ref, sha)


@on("PATCH", REPO + "/git/refs/{ref}", needs="contents:write")
def update_ref(call: Call) -> Any:
    repo, name = call.repo, call.value("ref").removeprefix("heads/")
    sha = call.body["sha"]
    if repo.branches[name] not in repo.ancestors(sha) and not call.body.get("force"):
        raise Answer(422, "Update is not a fast forward")
    repo.branches[name] = sha
    pushed(call, f"refs/heads/{name}", sha)
    return ref_view(call, f"refs/heads/{name}", sha)


@on("DELETE", REPO + "/git/refs/{ref}", needs="contents:write")
def delete_ref(call: Call) -> Any:
    repo, ref = call.repo, call.value("ref")
    kind, name = ref.split("/", 1)
    held = repo.tags if kind == "tags" else repo.branches
    if name not in held:
        raise Answer(422, "Reference does not exist")
    if any(rule["type"] == "deletion" for rule in rules_for(repo, f"refs/{ref}")):
        raise Answer(422, "Repository rule violations found\n\nCannot delete this tag")
    del held[name]
    call.status = 204


def ref_view(call: Call, ref: str, sha: str) -> dict[str, Any]:
    kind = "tag" if sha in call.repo.tag_objects else "commit"
    return {"ref": ref, "object": {"type": kind, "sha": sha, "url": call.hub.url}}


def refuse(repo: Repository, ref: str, sha: str) -> None:
    """Raises the answer of a ruleset that wants a status before the tag may be made."""
    if ref.startswith("refs/tags/"):
        broken = violations(repo, ref.removeprefix("refs/tags/"), sha)
        if broken:
            raise Answer(422, "\n\n".join(["Repository rule violations found", *broken, ""]))


def pushed(call: Call, ref: str, sha: str, *, committer: str = "") -> None:
    head = {"committer": {"username": committer} if committer else {}}
    happened(call, "push", {"after": sha, "head_commit": head}, ref, sha)


@on("GET", REPO + "/pulls", needs="pull_requests:read")
def pulls(call: Call) -> Any:
    state = call.one("state", "open")
    found = [p for p in call.repo.pulls() if state == "all" or p.open == (state == "open")]
    return Page([pull_view(call.repo, pull) for pull in found])


@on("POST", REPO + "/pulls", needs="pull_requests:write")
def create_pull(call: Call) -> Any:
    body = call.body
    pull = call.repo.open_pull(
        call.token.account,
        head=body["head"],
        base=body["base"],
        title=body["title"],
        body=body.get("body", ""),
    )
    told_of_pull(call, pull, "opened")
    call.status = 201
    return pull_view(call.repo, pull)


def told_of_pull(call: Call, pull: Pull, action: str) -> None:
    payload = {"action": action, "number": pull.number, "pull_request": pull_view(call.repo, pull)}
    main = call.repo.branches["main"]
    happened(call, "pull_request_target", payload, "refs/heads/main", main)


@on("PUT", REPO + "/pulls/{pull_number}/merge", needs="contents:write")
def merge_pull(call: Call) -> Any:
    pull = call.repo.issues.get(int(call.values["pull_number"]))
    if not isinstance(pull, Pull):
        raise Answer(404, "Not Found")
    if pull.head != call.body["sha"]:
        raise Answer(409, "Head branch was modified. Review and try the merge again.")
    sha = call.repo.merge(pull, call.body["merge_method"], call.token.account)
    told_of_pull(call, pull, "closed")
    pushed(call, f"refs/heads/{pull.base_ref}", sha, committer="web-flow")
    return {"sha": sha, "merged": True, "message": "Pull Request successfully merged"}
