"""Commits, tags and branches, and who approved a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .actors import from_rest
from .client import Client, parsed
from .model import Approval

_MOST_TAGS_IN_A_ROW = 5  # an annotated tag may lead to another one


class CommitHistory:
    """What the repository's history says of commits."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def tip(self, branch: str) -> str | None:
        """The commit at a branch's tip; None if there is no such branch."""
        found = self._ref(f"heads/{branch}")
        return found["sha"] if found else None

    def tagged(self, tag: str) -> str | None:
        """The commit a tag leads to, annotated or not; None if there is no such tag."""
        need = self._client.need(f"tag {tag}", "contents: read")
        found = self._ref(f"tags/{tag}")
        with parsed(need):
            for _ in range(_MOST_TAGS_IN_A_ROW):
                if found is None or found["type"] == "commit":
                    break
                found = self._client.read(self._client.at("git", "tags", found["sha"]), need)[
                    "object"
                ]
            return found["sha"] if found else None

    def changed_files(self, base: str, head: str) -> tuple[bool, Sequence[str], bool]:
        """Whether `head` contains `base`; the files that differ; whether that list is whole (GitHub
        ends it at 300).
        """
        need = self._client.need(f"what changed since {base}", "contents: read")
        answer = self._client.read(f"{self._client.at('compare', base)}...{head}", need)
        with parsed(need):
            files = answer.get("files") or []
            names = {
                name
                for file in files
                for name in (file["filename"], file.get("previous_filename"))
                if name
            }
            return answer["status"] in ("identical", "ahead"), sorted(names), len(files) < 300

    def parents(self, commit: str) -> tuple[str, ...]:
        """The commits a commit was made from."""
        need = self._client.need(f"commit {commit[:7]}", "contents: read")
        answer = self._client.read(self._client.at("commits", commit), need)
        with parsed(need):
            return tuple(parent["sha"] for parent in answer["parents"])

    def tags(self) -> Mapping[str, str]:
        """Every tag with the commit it leads to."""
        need = self._client.need("the tags", "contents: read")
        with parsed(need):
            return {
                tag["name"]: tag["commit"]["sha"]
                for tag in self._client.pages(self._client.at("tags"), need)
            }

    def approvals(self, run: int) -> tuple[Approval, ...]:
        """How reviewers of environments answered this run."""
        need = self._client.need("the approvals of this run", "actions: read")
        answer = self._client.read(self._client.at("actions", "runs", run, "approvals"), need)
        with parsed(need):
            return tuple(
                Approval(
                    environments=tuple(
                        environment["name"] for environment in approval["environments"]
                    ),
                    state=approval["state"],
                    user=from_rest(approval["user"]),
                )
                for approval in answer
            )

    def _ref(self, name: str) -> Mapping[str, Any] | None:
        need = self._client.need(name.removeprefix("heads/"), "contents: read")
        answer = self._client.read_if_there(self._client.at("git", "ref", *name.split("/")), need)
        if answer is None:
            # a 404 means "no such ref" only if this token may read contents at all
            self._client.read(self._client.at("tags"), need, {"per_page": 1})
            return None
        with parsed(need):
            found: Mapping[str, Any] = answer["object"]
            return {"sha": found["sha"], "type": found["type"]}
