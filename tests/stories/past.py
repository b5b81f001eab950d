"""A shop with a past: what its gate said, and what was deployed, as GitHub remembers it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from deploy_checklist.action import run
from servers.github import GATE_PERMISSIONS, FakeHub

from .telling import CHECKLIST_PATH, RULES_PATH, TOKEN, Ran, Story, documents

STATUS = "deploy-checklist/production"
LIST = """\
# Deployment checklist
- [ ] `PAYMENT_PROVIDER` set to the active gateway
- [ ] `PAYMENT_CALLBACK_URL` matches the deployed domain
- [ ] The limit is five
"""
# The limit stands for what runs: the file says four, which holds every run but a rollback.
ITEMS = """\
version: 1
checklist: docs/deployment-checklist.md
environments:
  production: { domain: acme.example }
  staging: { domain: staging.acme.example }
items:
  PAYMENT_PROVIDER: { one_of: [stripe, paynow] }
  PAYMENT_CALLBACK_URL: { url: { scheme: https, host: "pay.${domain}" } }
  The limit is five: { data: { file: limits.json, at: limit, equals: 5 } }
"""
KEY = "rollback: true\n"


def github_of_the_past() -> FakeHub:
    """Ten days behind, so that what happens in the story is past in the end."""
    hub = FakeHub(datetime.now(UTC) - timedelta(days=10), ticking=True)
    hub.token(TOKEN, permissions={**GATE_PERMISSIONS, "deployments": "read"})
    return hub


class Shop:
    """A repository with a release, `old`, and `new` once another one has replaced it."""

    def __init__(self, story: Story) -> None:
        self.story, self.repo = story, story.repo
        self.gate = InProcess(**vars(story))
        files = {**documents(LIST, ITEMS), "limits.json": '{"limit": 4}'}
        self.older = self.repo.commit("main", files)
        self.old = self.repo.commit("main", {"CHANGES.md": "1.4"})
        self.new = ""

    # What happened

    def earned(self, sha: str, **other: Any) -> None:
        """The gate's own `success`, as its runs post it, or what differs from it."""
        self.later()
        files = f"checklist={CHECKLIST_PATH}&rules={RULES_PATH}"
        status = {
            "context": STATUS,
            "state": "success",
            "by": self.story.hub.bot,
            "description": "3 passed",
            "target_url": f"https://github.com/acme/shop/actions/runs/17#{files}",
            **other,
        }
        self.repo.status(sha, **status)

    def deployed(self, sha: str, *how: Any) -> None:
        self.later()
        self.repo.deploy(sha, *how)

    def replaced(self, *how: Any, key: str = KEY) -> None:
        """The next release came, with the key in its rules, and was deployed, too."""
        self.new = self.repo.commit("main", {RULES_PATH: ITEMS + key})
        self.earned(self.new)
        self.deployed(self.new, *how)

    def later(self) -> None:
        self.story.hub.advance(hours=1)

    # What is done now

    def back(
        self,
        *,
        ref: str = "refs/tags/v1.4.0",
        sha: str | None = None,
        inputs: Mapping[str, str] | None = None,
        in_process: bool = True,
        **more: Any,
    ) -> Ran:
        """The dispatch of the deploy workflow, on the tag of the old release."""
        given = {"phase": "deploy", "rollback": "true", **(inputs or {})}
        gate = self.gate if in_process else self.story
        return gate.run("workflow_dispatch", {}, ref=ref, sha=sha or self.old, inputs=given, **more)


class InProcess(Story):
    """A story whose runs start no process of their own, which takes most of their time."""

    def executed(self, environ: Mapping[str, str], workspace: object) -> tuple[int, str]:
        out = io.StringIO()
        return run(environ, out), out.getvalue()
