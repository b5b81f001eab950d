"""Whole stories: the real entry point as a process, as the runner starts it, on a GitHub of the test's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from servers.github import FakeHub
from servers.github.repository import Repository
from servers.github.rest_talk import pull_view
from servers.github.state import Comment, Issue, Pull, Run

CHECKLIST = """\
# Deployment checklist

## Payments
- [ ] `PAYMENT_PROVIDER` set to the active gateway
- [ ] `PAYMENT_CALLBACK_URL` matches the deployed domain

## Sign-off
- [ ] Checklist reviewed and signed by the backend lead
- [ ] Status page announced
"""
RULES = """\
version: 1
checklist: docs/deployment-checklist.md
environments:
  production: { domain: acme.example }
roles:
  backend-lead: ["@octo-lead"]
items:
  PAYMENT_PROVIDER: { one_of: [stripe, paynow] }
  PAYMENT_CALLBACK_URL: { url: { scheme: https, host: "pay.${domain}" } }
  Checklist reviewed and signed: { sign: { by: [backend-lead], per: commit, not_author: true } }
"""
# With a rule that no other check of the commit may have failed.
GREEN = RULES.replace("items:\n", "items:\n  Status page announced: { ci: { green: true } }\n")
DEPLOY = """
on: { push: { tags: ["v*"] } }
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: org/deploy-checklist@v1
        with: { environment: production, phase: deploy }
"""
VALUES = {"PAYMENT_PROVIDER": "stripe", "PAYMENT_CALLBACK_URL": "https://pay.acme.example/callback"}
RULES_PATH, CHECKLIST_PATH = ".github/deploy-checklist.yml", "docs/deployment-checklist.md"
TOKEN = "ghs_16C7e42F292c6912E7710c838347Ae178B4a"
LEAD_BOX, SECTION_BOX = "Checklist reviewed and signed", "**Sign-off**"


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a run left behind."""

    code: int
    log: str
    summary: str
    outputs: Mapping[str, str]
    requests: int
    writes: tuple[str, ...]  # "POST /repos/…" of REST


@dataclass
class Story:
    """A repository on its way to a release, and the runs of its gate."""

    hub: FakeHub
    repo: Repository
    folder: Path
    inputs: dict[str, str] = field(default_factory=lambda: {"environment": "production"})
    values: dict[str, str] = field(default_factory=lambda: dict(VALUES))
    context: dict[str, str] = field(default_factory=dict)
    runs: Iterator[int] = field(default_factory=lambda: count(1842))
    launcher: tuple[str, ...] = ()  # what starts the process, if it is not started directly
    started: list[int] = field(default_factory=list)  # the ids of the processes

    # What GitHub shows

    def comment(self, number: int) -> Comment:
        """The gate's one comment there."""
        (found,) = self.comments(number)
        return found

    def comments(self, number: int) -> list[Comment]:
        ours = (each for each in self.repo.issues[number].comments if each.author is self.hub.bot)
        return [each for each in ours if not each.minimized]

    def status(self, sha: str, name: str = "production/review") -> tuple[str, str | None]:
        """State and sentence of the newest status of a context."""
        found = [
            each
            for each in self.repo.statuses.get(sha, [])
            if each.context == f"deploy-checklist/{name}"
        ]
        return (found[-1].state, found[-1].description) if found else ("none", None)

    def states(self, sha: str, name: str = "production/review") -> list[str]:
        """Every state of a context, in order."""
        return [
            s.state
            for s in self.repo.statuses.get(sha, [])
            if s.context == f"deploy-checklist/{name}"
        ]

    # What starts a run

    def on_pull(self, pull: Pull, *, event: str = "pull_request_target", **more: Any) -> Ran:
        payload = {"action": "synchronize", "number": pull.number, "pull_request": self.view(pull)}
        return self.run(
            event, payload, ref="refs/heads/main", sha=self.repo.branches["main"], **more
        )

    def on_comment(self, issue: Issue, **more: Any) -> Ran:
        """Somebody ticked, or wrote."""
        about = {"number": issue.number} | (
            {"pull_request": {"url": "x"}} if isinstance(issue, Pull) else {}
        )
        return self.run(
            "issue_comment",
            {"action": "edited", "issue": about},
            ref="refs/heads/main",
            sha=self.repo.branches["main"],
            **more,
        )

    def on_push(self, sha: str, *, ref: str = "refs/heads/main", **more: Any) -> Ran:
        return self.run(
            "push", {"after": sha, "head_commit": {"committer": {}}}, ref=ref, sha=sha, **more
        )

    def on_tag(self, tag: str, *, sha: str | None = None, **more: Any) -> Ran:
        inputs = {"phase": "deploy", **more.pop("inputs", {})}
        return self.on_push(
            sha or self.repo.tags[tag], ref=f"refs/tags/{tag}", inputs=inputs, **more
        )

    def on_queue(self, pull: Pull, **more: Any) -> tuple[str, Ran]:
        """A merge queue made a commit of the pull request."""
        branch = f"gh-readonly-queue/main/pr-{pull.number}-{self.repo.branches['main']}"
        parents = (self.repo.branches["main"], pull.head)
        sha = self.repo.commit(branch, parents=parents, message="Queue")
        group = {"head_sha": sha, "head_ref": f"refs/heads/{branch}", "base_ref": "refs/heads/main"}
        ran = self.run(
            "merge_group", {"merge_group": group}, ref=f"refs/heads/{branch}", sha=sha, **more
        )
        return sha, ran

    def signed(self, pull: Pull) -> None:
        """Everybody who is asked has ticked, and a run has read it."""
        self.on_pull(pull)
        self.hub.tick("octo-lead", self.comment(pull.number), LEAD_BOX)
        self.hub.tick("octo-dev", self.comment(pull.number), SECTION_BOX)
        self.on_comment(pull)

    def view(self, pull: Pull) -> dict[str, Any]:
        return pull_view(self.repo, pull)

    # One run

    def run(
        self,
        event: str,
        payload: Mapping[str, Any],
        *,
        ref: str,
        sha: str,
        inputs: Mapping[str, str] | None = None,
        values: Mapping[str, str] | None = None,
        token: str = TOKEN,
        actor: str = "octo-dev",
        attempt: int = 1,
        **context: str,
    ) -> Ran:
        """The container's one command, in an environment that holds nothing but what the runner sets."""
        number = next(self.runs)
        here = self.folder / str(number)
        (here / "workspace").mkdir(parents=True, exist_ok=True)
        repository = {"repository": {"default_branch": self.repo.default_branch}}
        (here / "event.json").write_text(json.dumps(repository | dict(payload)))
        given = {"github-token": token, **self.inputs, **(inputs or {})}
        environ = {
            "PATH": os.defpath,
            "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
            "PYTHONHASHSEED": "0",
            **(self.values if values is None else values),
            **{f"INPUT_{name.upper()}": value for name, value in given.items()},
            **self.github(here, number),
            "GITHUB_EVENT_NAME": event,
            "GITHUB_REF": ref,
            "GITHUB_SHA": sha,
            "GITHUB_ACTOR": actor,
            "GITHUB_ACTOR_ID": str(self.hub.user(actor).id),
            "GITHUB_RUN_ATTEMPT": str(attempt),
            **self.context,
            **context,
        }
        own = Run(
            number, ".github/workflows/gate.yml", event, "main", sha, self.hub.now(), [], attempt
        )
        self.repo.runs.setdefault(number, own)
        before = len(self.hub.requests)
        code, log = self.executed(environ, here / "workspace")
        seen = self.hub.requests[before:]
        told = f"--- {event}: exit {code}, {len(seen)} requests"
        print(told, log, sep="\n")  # noqa: T201 - pytest shows it on failure
        return Ran(
            code=code,
            log=log,
            summary=(here / "summary.md").read_text() if (here / "summary.md").exists() else "",
            outputs=outputs((here / "output").read_text() if (here / "output").exists() else ""),
            requests=len(seen),
            writes=tuple(
                f"{each.method} {each.path}"
                for each in seen
                if each.method != "GET" and "graphql" not in each.path
            ),
        )

    def executed(self, environ: Mapping[str, str], workspace: Path) -> tuple[int, str]:
        """The exit code of a process, and all that it printed."""
        process = subprocess.Popen(
            [*self.launcher, sys.executable, "-m", "deploy_checklist", "action"],
            env=environ,
            cwd=workspace,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.started.append(process.pid)
        try:
            out, err = (each.decode() for each in process.communicate(timeout=60))
        finally:
            process.kill()
        return process.returncode, out + err

    def github(self, here: Path, number: int) -> dict[str, str]:
        """What the runner tells a container."""
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.hub.url,
            "GITHUB_GRAPHQL_URL": self.hub.graphql_url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": self.repo.full_name,
            "GITHUB_REPOSITORY_ID": str(self.repo.id),
            "GITHUB_EVENT_PATH": str(here / "event.json"),
            "GITHUB_WORKSPACE": str(here / "workspace"),
            "GITHUB_OUTPUT": str(here / "output"),
            "GITHUB_STEP_SUMMARY": str(here / "summary.md"),
            "GITHUB_ACTION_REPOSITORY": "org/deploy-checklist",
            "GITHUB_WORKFLOW_REF": f"{self.repo.full_name}/.github/workflows/gate.yml@refs/heads/main",
            "GITHUB_RUN_ID": str(number),
            "GITHUB_RUN_NUMBER": str(number),
        }


def outputs(text: str) -> dict[str, str]:
    """GITHUB_OUTPUT as the runner reads it."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, _, end = line.partition("<<")
        found[name] = "\n".join(iter(lambda: next(lines), end))
    return found


def documents(
    checklist: str = CHECKLIST, rules: str | None = RULES
) -> dict[str, str | bytes | None]:
    """The files of a repository that has a gate."""
    return {CHECKLIST_PATH: checklist, **({RULES_PATH: rules} if rules else {})}
