"""Tags that are made through the API: as a ref, or with a release."""

from __future__ import annotations

from typing import Any

from .rest import REPO, Answer, Call, on
from .tag_rules import violations


@on("POST", REPO + "/git/refs", needs="contents:write")
def create_ref(call: Call) -> Any:
    repo, ref, sha = call.repo, call.body["ref"], call.body["sha"]
    _, kind, name = ref.split("/", 2)
    held = repo.tags if kind == "tags" else repo.branches
    if name in held:
        raise Answer(422, "Reference already exists")
    if sha not in repo.commits:
        raise Answer(422, "Object does not exist")
    if kind == "tags" and (broken := violations(repo, name, sha)):
        raise Answer(422, "\n\n".join(["Repository rule violations found", *broken]))
    held[name] = sha
    call.status = 201
    return {"ref": ref, "object": {"type": "commit", "sha": sha}}


@on("POST", REPO + "/releases", needs="contents:write")
def create_release(call: Call) -> Any:
    """A draft makes no tag. An existing tag stays where it is, whatever `target_commitish` says."""
    repo, body = call.repo, call.body
    name, draft, early = body["tag_name"], body.get("draft", False), body.get("prerelease", False)
    if name not in repo.tags and not draft:
        sha = repo.resolve(body.get("target_commitish") or repo.default_branch)
        if sha is None:
            raise Answer(422, "Validation Failed")
        if broken := violations(repo, name, sha):
            raise refused(broken)
        repo.tags[name] = sha
    repo.releases[name] = (draft, early)
    call.status = 201
    return {"tag_name": name, "draft": draft, "prerelease": early}


def refused(broken: list[str]) -> Answer:
    answer = Answer(422, "Validation Failed")
    text = "\n\n".join(["pre_receive Repository rule violations found", *broken, ""])
    answer.body["errors"] = [
        {"resource": "Release", "code": "custom", "field": "pre_receive", "message": text},
        {
            "resource": "Release",
            "code": "custom",
            "message": "Published releases must have a valid tag",
        },
    ]
    return answer
