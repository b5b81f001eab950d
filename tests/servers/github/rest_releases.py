"""Releases. A draft is listed only for a token that may write."""

from __future__ import annotations

from typing import Any

from .rest import REPO, Call, Page, on


@on("GET", REPO + "/releases", needs="contents:read")
def releases(call: Call) -> Any:
    may_write = call.token.may("contents:write")
    return Page(
        [
            {
                "id": sum(tag.encode()),
                "tag_name": tag,
                "draft": draft,
                "prerelease": prerelease,
            }
            for tag, (draft, prerelease) in call.repo.releases.items()
            if may_write or not draft
        ]
    )
