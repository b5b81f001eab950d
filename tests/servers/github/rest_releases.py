"""Releases. A draft is listed only for a token that may write."""

from __future__ import annotations

from typing import Any

from .rest import REPO, Answer, Call, Page, on
from .tag_rules import violations


@on("GET", REPO + "/releases", needs="contents:read")
def releases(call: Call) -> Any:
    may_write = call.token.may("contents:write")
    return Page(
        [
            {"tag_name": tag, "draft": draft, "prerelease": prerelease}
            for tag, (draft, prerelease) in call.repo.releases.items()
            if may_write or not draft
        ]
    )


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
