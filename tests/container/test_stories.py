"""Stories through act and the image, against the fake on the host: the release PR, the lead's tick, merge, tag.

What comes before a story is told by the same entry point as a plain process (tests/stories).
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from container.conftest import commit
from container.step import head
from container.workflow import USES, act, write
from servers.github import FakeHub
from stories.telling import CHECKLIST, LEAD_BOX, SECTION_BOX, Ran, Story, documents

pytestmark = pytest.mark.timeout(600)  # the image may have to be built
LOG = """
## Deployment log
| Date | Environment | Version | Reviewer | Notes |
|------|-------------|---------|----------|-------|
| | | | | |
"""
ON = ("pull_request_target", "issue_comment", "push")


@dataclass
class Acted(Story):
    """The same story, each run a job of a workflow in a clone; act takes commit and ref of a push from there."""

    released: Path | None = None

    def run(
        self,
        event: str,
        payload: Mapping[str, Any],
        *,
        ref: str,
        sha: str,
        inputs: Mapping[str, str] | None = None,
        **_: Any,
    ) -> Ran:
        assert self.released is not None
        step = {"uses": USES, "with": {**self.inputs, **(inputs or {})}, "env": self.values}
        jobs = {"gate": {"runs-on": "ubuntu-latest", "steps": [step]}}
        write(self.folder, {"on": [*ON], "jobs": jobs})
        before = len(self.hub.requests)
        (done,) = act(self.folder, self.hub, self.released, event=event, payload=payload).values()
        seen = self.hub.requests[before:]
        writes = tuple(f"{each.method} {each.path}" for each in seen if each.method not in ("GET",))
        return Ran(
            code=done.code,
            log=done.said,
            summary=done.summary,
            outputs=done.outputs,
            requests=len(seen),
            writes=tuple(write for write in writes if "graphql" not in write),
        )


@pytest.fixture
def story(hub: FakeHub, tmp_path: Path) -> Story:
    """The team of tests/stories: octo-lead signs, octo-dev writes."""
    repo = hub.repository(files=documents(CHECKLIST + LOG))
    for login, role in {"octo-lead": "maintain", "octo-dev": "write"}.items():
        hub.user(login)
        repo.roles[login] = role
    return Story(hub, repo, tmp_path / "process")


@pytest.fixture
def acted(story: Story, released: Path, tmp_path: Path) -> Acted:
    """The same repository, its workflow run by act."""
    clone = tmp_path / "acted" / "shop"
    clone.mkdir(parents=True)
    commit(clone)
    return Acted(story.hub, story.repo, clone, released=released)


def test_a_release_pr_gets_its_comment_and_its_status(acted: Acted) -> None:
    pull = acted.repo.open_pull()
    ran = acted.on_pull(pull)
    assert (ran.code, ran.outputs["verdict"]) == (1, "waiting"), ran.log
    assert acted.comment(pull.number).body.startswith("## 🔵 production is waiting: 2 to sign")
    assert acted.states(pull.head) == ["pending", "pending"]
    assert acted.status(pull.head) == ("pending", "2 to sign: backend-lead")
    assert f"#issuecomment-{acted.comment(pull.number).id}" in ran.outputs["comment-url"]
    assert ran.requests <= 10


def test_the_leads_tick_is_credited_and_the_status_changes(story: Story, acted: Acted) -> None:
    pull = story.repo.open_pull()
    story.on_pull(pull)
    story.hub.tick("octo-dev", story.comment(pull.number), SECTION_BOX)
    story.hub.tick("octo-lead", story.comment(pull.number), LEAD_BOX)
    ran = acted.on_comment(pull)
    assert (ran.code, ran.outputs["ready"], ran.outputs["signed"]) == (0, "true", "2"), ran.log
    body = acted.comment(pull.number).body.replace("<!-- -->", "")
    assert body.startswith("## 🟢 production is ready")
    assert "signed by @octo-lead" in body
    assert acted.states(pull.head)[-2:] == ["pending", "success"]


def test_the_merge_turns_the_commit_of_main_green(story: Story, acted: Acted) -> None:
    pull = story.repo.open_pull()
    story.signed(pull)
    merged = story.repo.merge(pull, sha=head(acted.folder))
    ran = acted.on_push(merged)
    assert ran.code == 0, ran.log
    assert acted.states(merged, "production") == ["pending", "success"]


def test_the_deploy_job_of_a_tag_asks_again_and_logs_its_row_once(
    story: Story, acted: Acted
) -> None:
    issue = story.repo.open_issue("octo-lead", "Release 1.4")
    pull = story.repo.open_pull(body=f"Release ticket: #{issue.number}")
    story.signed(pull)
    story.repo.tag("v1.4.0", story.repo.merge(pull, sha=head(acted.folder)))
    subprocess.run(["git", "-C", str(acted.folder), "tag", "v1.4.0"], check=True)
    first = acted.on_tag("v1.4.0")
    assert (first.code, first.outputs["verdict"]) == (0, "ready"), first.log
    row = acted.comment(issue.number).body
    assert "| production | v1.4.0 | octo-lead, octo-dev |" in row
    assert first.outputs["log-row"] in row
    again = acted.on_tag("v1.4.0")
    assert again.code == 0, again.log
    assert acted.comment(issue.number).body == row
    assert again.writes == ()
    acted.values["PAYMENT_PROVIDER"] = "paypal"
    blocked = acted.on_tag("v1.4.0")
    assert (blocked.code, blocked.outputs["blocking"]) == (1, "PAYMENT_PROVIDER"), (
        "it trusts no status"
    )
