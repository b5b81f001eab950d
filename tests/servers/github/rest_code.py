"""Contents, trees, commits, tags and comparisons."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from .repository import Repository
from .rest import REPO, Answer, Call, Page, on, stamp, user

LARGE = 1_048_576  # bytes; larger files come without their text
COMPARED_FILES = 300


@on("GET", REPO)
def repository(call: Call) -> Any:
    repo = call.repo
    role = repo.roles.get(call.token.account.login, "none")
    return {
        "id": repo.id,
        "full_name": repo.full_name,
        "name": repo.full_name.split("/")[1],
        "private": repo.private,
        "default_branch": repo.default_branch,
        "owner": user(repo.owner),
        "topics": repo.topics,
        "permissions": {
            "admin": role == "admin",
            "maintain": role in ("admin", "maintain"),
            "push": role in ("admin", "maintain", "write"),
            "triage": role not in ("read", "none"),
            "pull": role != "none",
        },
    }


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
    return [
        entry(call.hub.url, f"{path}/{name}", f"{path}/{name}" in files) for name in sorted(inside)
    ]


def entry(base: str, path: str, file: bool) -> dict[str, Any]:
    return {
        "type": "file" if file else "dir",
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "sha": blob_sha(path.encode()),
        "_links": {"self": base, "git": None, "html": None},
    }


def content(base: str, path: str, data: bytes) -> dict[str, Any]:
    text = "" if len(data) > LARGE else base64.encodebytes(data).decode()
    return entry(base, path, True) | {
        "size": len(data),
        "encoding": "none" if len(data) > LARGE else "base64",
        "content": text,
        "sha": blob_sha(data),
    }


def blob_sha(data: bytes) -> str:
    return hashlib.sha1(b"blob " + data, usedforsecurity=False).hexdigest()


@on("GET", REPO + "/git/blobs/{file_sha}", needs="contents:read")
def blob(call: Call) -> Any:
    for commit in call.repo.commits.values():
        for data in commit.files.values():
            if blob_sha(data) == call.values["file_sha"]:
                text = base64.encodebytes(data).decode()
                return {
                    "sha": blob_sha(data),
                    "size": len(data),
                    "encoding": "base64",
                    "content": text,
                }
    raise Answer(404, "Not Found")


@on("GET", REPO + "/git/trees/{tree_sha}", needs="contents:read")
def tree(call: Call) -> Any:
    sha = call.repo.resolve(call.value("tree_sha"))
    if sha is None:
        raise Answer(404, "Not Found")
    commit = call.repo.commits[sha]
    folders = {
        path.rsplit("/", depth)[0]
        for path in commit.files
        for depth in range(1, path.count("/") + 1)
    }
    entries = [
        {
            "path": p,
            "mode": "040000",
            "type": "tree",
            "sha": blob_sha(p.encode()),
            "url": call.hub.url,
        }
        for p in folders
    ]
    entries += [
        {
            "path": path,
            "mode": "120000" if path in commit.links else "100644",
            "type": "blob",
            "sha": blob_sha(data),
            "size": len(data),
            "url": call.hub.url,
        }
        for path, data in commit.files.items()
    ]
    if "recursive" not in call.query:
        entries = [found for found in entries if "/" not in found["path"]]
    entries.sort(key=lambda found: found["path"])
    most = call.hub.tree_limit
    return {"sha": commit.sha, "truncated": len(entries) > most, "tree": entries[:most]}


def commit_view(repo: Repository, sha: str) -> dict[str, Any]:
    commit = repo.commits[sha]
    signature = {"name": "x", "email": "x@acme.example", "date": stamp(commit.at)}
    return {
        "sha": sha,
        "author": user(commit.author),
        "committer": user(commit.committer),
        "parents": [{"sha": parent, "url": "http://x.example/p"} for parent in commit.parents],
        "commit": {"message": commit.message, "author": signature, "committer": signature},
    }


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
    return {
        "ref": f"refs/{name}",
        "object": {"type": "tag" if annotated else "commit", "sha": annotated or sha},
    }


@on("GET", REPO + "/git/tags/{tag_sha}", needs="contents:read")
def git_tag(call: Call) -> Any:
    name = next(
        (name for name, sha in call.repo.annotated.items() if sha == call.values["tag_sha"]), None
    )
    if name is None:
        raise Answer(404, "Not Found")
    return {
        "tag": name,
        "sha": call.values["tag_sha"],
        "object": {"sha": call.repo.tags[name], "type": "commit"},
    }


@on("GET", REPO + "/tags", needs="contents:read")
def tags(call: Call) -> Any:
    found = sorted(call.repo.tags.items(), reverse=True)
    return Page(
        [{"name": name, "commit": {"sha": sha, "url": call.hub.url}} for name, sha in found]
    )


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
        "status": status,
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "merge_base_commit": commit_view(repo, shared),
        "base_commit": commit_view(repo, base),
        "commits": [commit_view(repo, sha) for sha in reversed(ahead)],
        "files": [{"filename": path, "status": "modified"} for path in changed[:COMPARED_FILES]],
    }
