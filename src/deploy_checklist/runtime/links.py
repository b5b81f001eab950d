"""The addresses of what a report names, by the names under which it links them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from ..run.model import Run
from ..settings import RunContext


def links(run: Run, context: RunContext) -> Mapping[str, str]:
    """Those that this run knows: of itself, the documents, the pull request and the ticket."""
    server, repository = context.github_server_url, context.github_repository
    found: dict[str, str | None] = {"run": context.run_url}
    if repository:
        files = f"{server}/{repository}/blob/{run.commit}"
        found["file"] = f"{files}/{quote(run.checklist.path)}"
        found["rules"] = f"{files}/{quote(run.rules.path)}" if run.rules.path else None
        if run.target.pull_request is not None:
            found["pull_request"] = f"{server}/{repository}/pull/{run.target.pull_request}"
        ticket = run.resolved.ticket_to_sign if run.resolved else None
        found["ticket"] = f"{server}/{repository}/issues/{ticket}" if ticket else None
    return {name: link for name, link in found.items() if link}
