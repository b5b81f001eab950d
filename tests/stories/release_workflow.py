"""A recipe's release workflow, run job by job: the gate as a process, the release tool as its source says that it tags."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import yaml

from deploy_checklist.commands.ruleset import ruleset
from expressions import filled, holds
from scenes import written
from servers.github.state import Ruleset
from servers.github.tag_rules import PushDeclined, push_tag

from .telling import Ran, Story

RELEASE_TOKEN = "ghs_release"
GIT = '#!/bin/sh\n[ "$1" = push ] && shift && echo "$@" >>"$PUSHED"\nexit 0\n'


class Refused(Exception):
    """The tool ends with this text of GitHub's."""


@dataclass
class Release:
    """The workflow on one commit of one branch. `tag` is what the tool makes of the next version."""

    story: Story
    recipe: str
    tag: str
    branch: str = "main"
    sha: str = ""
    succeeded: list[str] = field(default_factory=list)  # jobs
    said: list[str] = field(default_factory=list)  # why a job failed
    gated: Ran | None = None

    def __post_init__(self) -> None:
        self.jobs: dict[str, Any] = yaml.safe_load(written(self.recipe))["jobs"]
        number = next(self.story.repo.ids)
        made = json.loads(ruleset("production", app_id=None))
        self.story.repo.rulesets.append(Ruleset.of(made, number, self.story.hub.now()))
        self.story.hub.token(
            RELEASE_TOKEN, permissions={"contents": "write", "pull_requests": "write"}
        )

    def without_the_recipe(self, **inputs: str) -> None:
        """The job that releases alone, on the same push: the gate has not answered yet."""
        job = {key: part for key, part in self.jobs["release"].items() if key != "needs"}
        facts = {f"inputs.{name}": text for name, text in inputs.items()}
        self._run({"release": job}, {"github.event_name": "push", **facts})

    def pushed(self, sha: str, message: str) -> None:
        """Somebody merged."""
        self.sha = sha
        self._run(
            self.jobs,
            {"github.event_name": "push", "github.event.head_commit.message": message},
        )

    def dispatched(self, **inputs: str) -> None:
        """Somebody ran it by hand on the branch's newest commit."""
        self.sha = self.story.repo.branches[self.branch]
        facts = {f"inputs.{name}": text for name, text in inputs.items()}
        self._run(self.jobs, {"github.event_name": "workflow_dispatch", **facts})

    def _run(self, jobs: Mapping[str, Any], facts: Mapping[str, str]) -> None:
        facts = {**facts, "github.ref": f"refs/heads/{self.branch}", "github.sha": self.sha}
        self.succeeded = []
        for name, job in jobs.items():
            needed = [job["needs"]] if "needs" in job else []
            if set(needed) <= set(self.succeeded) and holds(job.get("if", "true"), facts):
                try:
                    self._steps(job, facts)
                except (Refused, PushDeclined, subprocess.CalledProcessError) as error:
                    self.said.append(str(error))
                else:
                    self.succeeded.append(name)

    def _steps(self, job: Mapping[str, Any], facts: Mapping[str, str]) -> None:
        for step in job["steps"]:
            if step.get("uses", "").startswith("org/deploy-checklist@"):
                self._gate(step["with"], facts)
            elif "git push" in step.get("run", ""):
                self._script(step["run"], job["env"] | step["env"], facts)
            else:
                TOOLS[self.recipe](self, step)

    def _gate(self, inputs: Mapping[str, str], facts: Mapping[str, str]) -> None:
        given = {name: filled(text, facts) for name, text in inputs.items()}
        event = facts["github.event_name"]
        payload = {"after": self.sha, "head_commit": {"committer": {}}} if event == "push" else {}
        self.gated = self.story.run(
            event, payload, ref=facts["github.ref"], sha=self.sha, inputs=given
        )
        if self.gated.code:
            raise Refused("the gate waits")

    def _script(self, script: str, env: Mapping[str, str], facts: Mapping[str, str]) -> None:
        """With a `git` that notes what it would push."""
        folder = self.story.folder / "bin"
        folder.mkdir(exist_ok=True)
        for name in ("git", "gh"):
            (folder / name).write_text(GIT)
            (folder / name).chmod(0o755)
        given = {name: filled(text, facts) for name, text in env.items()}
        paths = {"PATH": f"{folder}:{os.defpath}", "PUSHED": str(folder / "pushed")}
        subprocess.run(["bash", "-e", "-c", script], env={**given, **paths}, check=True)
        _, refspec = (folder / "pushed").read_text().splitlines()[-1].split(" ")
        push_tag(self.story.repo, refspec.removeprefix("HEAD:refs/tags/"), self.sha)

    def post(self, path: str, body: Mapping[str, Any]) -> None:
        """A request to GitHub's REST API. Raises Refused."""
        request = Request(
            f"{self.story.hub.url}/repos/{self.story.repo.full_name}/{path}",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {RELEASE_TOKEN}"},
        )
        try:
            urlopen(request).close()
        except HTTPError as error:
            raise Refused(f"{error.code} {error.read().decode()}") from None

    @property
    def gate_inputs(self) -> Mapping[str, str]:
        """As the step in the workflow for pull requests has them, too."""
        given: Mapping[str, str] = self.jobs["gate"]["steps"][-1]["with"]
        return {name: text for name, text in given.items() if "${{" not in text}

    @property
    def early(self) -> bool:
        """Whether it is a pre-release."""
        return "-" in self.tag


def release_please(release: Release, step: Mapping[str, Any]) -> None:
    """release-please 17.11.1, src/github-api.ts, createRelease: `release.sha` is the release PR's merge commit."""
    if step.get("with", {}).get("skip-github-pull-request"):
        merged = [pull for pull in release.story.repo.pulls() if pull.merge_commit]
        release.post(
            "releases",
            {
                "name": release.tag,
                "tag_name": release.tag,
                "body": "* Search",
                "draft": False,
                "prerelease": release.early,
                "target_commitish": merged[-1].merge_commit,
            },
        )


def semantic_release(release: Release, step: Mapping[str, Any]) -> None:
    """semantic-release 25.0.9, index.js and lib/git.js; then @semantic-release/github, lib/publish.js."""
    if step.get("run") == "npx semantic-release":
        push_tag(release.story.repo, release.tag, release.sha)
        release.post(
            "releases",
            {
                "tag_name": release.tag,
                "target_commitish": release.branch,
                "name": release.tag,
                "body": "* Search",
                "prerelease": release.early,
                "make_latest": "false" if release.early else "true",
            },
        )


def changesets(release: Release, step: Mapping[str, Any]) -> None:
    """changesets/action 2.1.1, src/github.ts, pushTag, whose failure is a warning; src/run.ts, createRelease."""
    if "publish-script" in step.get("with", {}):
        try:
            release.post("git/refs", {"ref": f"refs/tags/{release.tag}", "sha": release.sha})
        except Refused as error:
            release.said.append(f"Failed to create tag {release.tag}: {error}")
        release.post(
            "releases",
            {
                "name": release.tag,
                "tag_name": release.tag,
                "body": "* Search",
                "prerelease": release.early,
            },
        )


def goreleaser(release: Release, step: Mapping[str, Any]) -> None:
    """GoReleaser, internal/client/github.go, createOrUpdateRelease: a draft, which is published once all is uploaded."""
    if step.get("uses", "").startswith("goreleaser/"):
        release.post(
            "releases",
            {
                "name": release.tag,
                "tag_name": release.tag,
                "body": "* Search",
                "draft": True,
                "prerelease": release.early,
            },
        )


TOOLS: Mapping[str, Callable[[Release, Mapping[str, Any]], None]] = {
    "release-please": release_please,
    "semantic-release": semantic_release,
    "changesets": changesets,
    "goreleaser": goreleaser,
}
