"""Commits, tags and branches, and who approved a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .actors import from_rest
from .client import Client, parsed
from .model import Approval


class CommitHistory:
    """What the repository's history says of commits."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def changed_files(self, base: str, head: str) -> tuple[bool, Sequence[str], bool]:
        """Whether `head` contains `base`, the files that differ, and whether those are all.

        GitHub lists at most 300 files.
        """
        need = self._client.need(f"what changed since {base}", "contents: read")
        answer = self._client.read(f"{self._client.at('compare', base)}...{head}", need)
        with parsed(need):
            files = answer.get("files") or []
            names = {file["filename"] for file in files}
            names |= {file["previous_filename"] for file in files if file.get("previous_filename")}
            contained = answer["status"] in ("identical", "ahead")
            return contained, sorted(names), len(files) < 300

    def tags(self) -> Mapping[str, str]:
        """Every tag with the commit it leads to."""
        need = self._client.need("the tags", "contents: read")
        with parsed(need):
            return {
                tag["name"]: tag["commit"]["sha"]
                for tag in self._client.pages(self._client.at("tags"), need)
            }

    def approvals(self, run: int) -> tuple[Approval, ...]:
        """What reviewers of environments answered to this run."""
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
