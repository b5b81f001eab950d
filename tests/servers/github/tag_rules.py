"""What the rulesets of a repository refuse of a tag, however it comes: pushed, made as a ref, or with a release.

Sources: GitHub's documentation, "Available rules for rulesets" and "Creating rulesets for a repository" (fnmatch: `*` matches no
slash); the words of a refused push and of a refused release: googleapis/release-please-action#1194, opensearch-project/.github#531.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .repository import Repository
from .state import Account, Ruleset, Status

GITHUB_ACTIONS = 15368  # the App behind GITHUB_TOKEN


class PushDeclined(Exception):
    """What `git push` prints."""


def push_tag(repo: Repository, name: str, sha: str) -> None:
    """`git push origin SHA:refs/tags/NAME`. Raises PushDeclined."""
    ref = f"refs/tags/{name}"
    if broken := violations(repo, name, sha):
        lines = [f"error: GH013: Repository rule violations found for {ref}.", ""]
        lines += [f"- {each}" for each in broken]
        declined = f" ! [remote rejected] {name} -> {name} (push declined due to repository rule violations)"
        raise PushDeclined("\n".join([*(f"remote: {each}" for each in lines), declined]))
    repo.tags[name] = sha


def violations(repo: Repository, name: str, sha: str) -> list[str]:
    """A sentence for each rule that keeps this tag from being made at, or moved to, this commit."""
    found = []
    for rule in rules_for(repo, f"refs/tags/{name}"):
        if name in repo.tags and repo.tags[name] != sha and rule["type"] == "update":
            found.append("Cannot update this protected ref.")
        if rule["type"] == "required_status_checks":
            found += missing_checks(repo, rule["parameters"], sha, new=name not in repo.tags)
    return found


def rules_for(repo: Repository, ref: str) -> Iterator[dict[str, Any]]:
    """The rules of the active rulesets that are about this ref."""
    for each in repo.rulesets:
        if each.enforcement == "active" and is_about(each, repo, ref):
            yield from each.rules


def is_about(found: Ruleset, repo: Repository, ref: str) -> bool:
    kind, name = ref.removeprefix("refs/").split("/", 1)
    if found.target != {"tags": "tag", "heads": "branch"}[kind]:
        return False

    def one_of(patterns: list[str]) -> bool:
        is_default = kind == "heads" and name == repo.default_branch
        return any(
            matches(each, ref) or (each == "~DEFAULT_BRANCH" and is_default) for each in patterns
        )

    return one_of(found.include) and not one_of(found.exclude)


def matches(pattern: str, ref: str) -> bool:
    """`*` matches no slash, `**/` also none or several folders."""
    parts = {"~ALL": ".*", "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    split = re.split(r"(~ALL|\*\*/|\*\*|\*|\?)", pattern)
    return (
        re.fullmatch("".join(parts.get(part, re.escape(part)) for part in split), ref) is not None
    )


def missing_checks(
    repo: Repository, parameters: Mapping[str, Any], sha: str, *, new: bool
) -> Iterator[str]:
    if new and parameters.get("do_not_enforce_on_create"):
        return
    newest = {status.context.lower(): status for status in repo.statuses.get(sha, [])}
    for check in parameters["required_status_checks"]:
        status = newest.get(check["context"].lower())
        app = check.get("integration_id")
        if (
            status is None
            or status.state != "success"
            or not (app is None or app_of(status) == app)
        ):
            yield f'Required status check "{check["context"]}" is expected.'


def app_of(status: Status) -> int | None:
    creator: Account | None = status.creator
    return GITHUB_ACTIONS if creator is not None and creator.login == "github-actions" else None
