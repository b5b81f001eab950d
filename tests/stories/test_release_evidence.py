"""The evidence of a release says that it is ready only where GitHub has the status that lets it begin."""

from __future__ import annotations

import io
import json
import os
from hashlib import sha256
from typing import Any

import pytest

from deploy_checklist.cli import run
from servers.github import GATE_PERMISSIONS
from servers.github.state import Pull

from .telling import Ran, Story

FILES = {"report-file": "out/report.json", "evidence-file": "out/evidence.json"}
IMAGE = "ghcr.io/acme/shop@sha256:" + "ab" * 32
READY = "DEPLOY_CHECKLIST_READY_PRODUCTION"
SIGNED = ["DEPLOY_CHECKLIST_SIGNED_BACKEND_LEAD", "DEPLOY_CHECKLIST_SIGNED_WRITE"]


def merged(story: Story) -> tuple[Pull, str]:
    """A signed release PR, merged."""
    pull = story.repo.open_pull()
    story.signed(pull)
    return pull, story.repo.merge(pull)


def evidence(story: Story, number: int) -> dict[str, Any]:
    path = story.folder / str(number) / "workspace" / "out" / "evidence.json"
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def properties(story: Story, number: int) -> list[str]:
    found: list[str] = evidence(story, number)["predicate"]["properties"]
    return found


def last(story: Story) -> int:
    """The number of the newest run."""
    return max(int(path.name) for path in story.folder.iterdir())


def verified(story: Story, number: int) -> int:
    here = story.folder / str(number) / "workspace" / "out"
    files = ("verify", str(here / "report.json"), "--evidence", str(here / "evidence.json"))
    return run(files, {}, io.StringIO(), io.StringIO())


def pushed(story: Story, sha: str, **inputs: str) -> Ran:
    return story.on_push(sha, inputs={**FILES, **inputs})


def test_a_ready_release_with_its_status_is_stated_with_its_artefacts(story: Story) -> None:
    _, sha = merged(story)
    ran = pushed(story, sha, subjects=IMAGE)
    assert (ran.code, story.status(sha, "production")[0]) == (0, "success"), ran.log
    number = last(story)
    found = evidence(story, number)
    report = story.folder / str(number) / "workspace" / "out" / "report.json"
    digest = sha256(report.read_bytes()).hexdigest()
    assert found["subject"] == [
        {"name": "out/report.json", "digest": {"sha256": digest}},
        {"name": "ghcr.io/acme/shop", "digest": {"sha256": "ab" * 32}},
    ]
    assert found["predicate"]["properties"] == [READY, *SIGNED]
    assert found["predicate"]["timeCreated"] == json.loads(report.read_text())["at"]
    assert ran.outputs["evidence"] == "out/evidence.json"
    assert json.loads(ran.outputs["predicate"]) == found["predicate"]
    assert verified(story, number) == 0


def test_the_review_of_a_release_pr_is_no_release(story: Story) -> None:
    pull = story.repo.open_pull()
    story.signed(pull)
    assert story.on_pull(pull, inputs=FILES).code == 0
    assert properties(story, last(story)) == SIGNED


def test_what_waits_is_stated_without_being_ready(story: Story) -> None:
    pull = story.repo.open_pull()
    story.on_pull(pull)
    assert pushed(story, story.repo.merge(pull)).code == 1
    assert properties(story, last(story)) == []
    assert verified(story, last(story)) == 0


def test_a_status_that_could_not_be_written_states_nothing_ready(story: Story) -> None:
    _, sha = merged(story)
    token = "ghs_MayWriteNoStatus00000000000000000000"
    lacking = {name: may for name, may in GATE_PERMISSIONS.items() if name != "statuses"}
    story.hub.token(token, permissions=lacking)
    ran = story.on_push(sha, inputs=FILES, token=token)
    assert ran.code == 3, ran.log
    assert ran.outputs["ready"] == "false"
    assert properties(story, last(story)) == SIGNED


def test_a_run_that_blocks_nothing_states_nothing(story: Story) -> None:
    _, sha = merged(story)
    assert pushed(story, sha, mode="report").code == 0
    assert properties(story, last(story)) == []


def test_the_deploy_job_posts_no_status_and_states_nothing_ready(story: Story) -> None:
    _, sha = merged(story)
    story.repo.tags["v1.0.0"] = sha
    ran = story.on_tag("v1.0.0", inputs=FILES)
    assert ran.code == 0, ran.log
    assert READY not in properties(story, last(story))


def test_without_a_report_file_nothing_is_judged(story: Story) -> None:
    _, sha = merged(story)
    ran = story.on_push(sha, inputs={"evidence-file": "evidence.json"})
    assert ran.code == 2
    assert "input evidence-file: needs the input report-file" in ran.summary


def test_an_artefact_that_is_not_there_ends_the_run(story: Story) -> None:
    _, sha = merged(story)
    ran = pushed(story, sha, subjects="dist/*.tar.gz")
    assert ran.code == 2, ran.log
    assert "input subjects: `dist/*.tar.gz` matches no file" in ran.summary
    assert story.status(sha, "production")[0] == "error"


def test_a_report_file_that_was_not_written_has_no_evidence(story: Story) -> None:
    """Its digest would be that of nothing."""
    _, sha = merged(story)
    files = {**FILES, "report-file": ".git/report.json"}
    ran = story.on_push(sha, inputs=files)
    assert ran.code == 0, ran.log
    assert "the evidence was not written, because there is no report file" in ran.log
    assert ran.outputs["evidence"] == ran.outputs["predicate"] == ""


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"report-file": ".git/report.json"}, 0),  # cannot be written, and that is a warning
        ({"subjects": "not-there"}, 2),
        ({"checklist": "docs/gone.md"}, 2),
    ],
)
def test_what_an_earlier_run_left_never_stands_for_this_one(
    story: Story,
    inputs: dict[str, str],
    code: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A runner of one's own may keep the workspace, and a step may run twice in a job."""
    _, sha = merged(story)
    old = tmp_path_factory.mktemp("earlier") / "evidence.json"
    old.write_text(json.dumps({"predicate": {"properties": [READY]}}))
    for kind in ("file", "link"):
        out = story.folder / str(last(story) + 1) / "workspace" / "out"
        out.mkdir(parents=True)
        if kind == "file":
            (out / "evidence.json").write_text(old.read_text())
        else:
            (out / "evidence.json").symlink_to(old)
        assert pushed(story, sha, **inputs).code == code
        assert not os.path.lexists(out / "evidence.json")
    assert old.exists()
