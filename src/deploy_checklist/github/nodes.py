"""Nodes of GraphQL answers as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import model as raw
from .actors import from_graphql, moment, moment_or_none


def commit_of(node: Mapping[str, Any]) -> raw.Commit:
    """A commit with its people; co-authors are authors, and one without an account is None."""
    return raw.Commit(
        sha=node["oid"],
        authors=tuple(from_graphql(author["user"]) for author in node["authors"]["nodes"]),
        committer=from_graphql((node["committer"] or {}).get("user")),
        at=moment(node["committedDate"]),
    )


def review_of(node: Mapping[str, Any]) -> raw.Review:
    """A review of a pull request."""
    return raw.Review(
        author=from_graphql(node["author"]),
        state=node["state"],
        commit=node["commit"]["oid"] if node["commit"] else None,
        at=moment_or_none(node["submittedAt"]),
    )


def names_in(tree: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The names directly in a folder, those of folders with `/`; none if it is not there."""
    return tuple(
        f"{entry['name']}/" if entry["type"] == "tree" else entry["name"]
        for entry in (tree or {}).get("entries") or ()
        if entry["type"] in ("blob", "tree")
    )
