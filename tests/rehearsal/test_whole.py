"""A whole rehearsal, on a GitHub of the test's own whose workflows are carried out."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

import pytest

import on_github
from rehearsal.clean_up import RELEASE_BRANCH
from rehearsal.conftest import ACTION, TOKEN, left
from rehearsal.questions import QUESTIONS
from rehearsal.registry import registry
from rehearsal.runner import Runner
from servers.github import FakeHub
from servers.github.repository import Repository


def pause(_: float) -> None:
    time.sleep(0.05)


def answers(told: str) -> dict[int, str]:
    found = re.findall(r"^(\d)\. .*\n   Answer: (.*)\n   Until now: ", told, re.MULTILINE)
    return {int(number): answer for number, answer in found}


def test_a_whole_rehearsal(
    hub: FakeHub,
    repo: Repository,
    runner: Runner,
    environ: Mapping[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every step is done by the real gate, every question has its answer, and nothing is left."""
    before = repo.branches["main"]
    with registry() as image:
        names = {"action.yml": f"runs:\n  using: docker\n  image: docker://{image}\n"}
        action = hub.repositories["acme/deploy-checklist"]
        action.tags["v1"] = action.commit("main", names)
        code = on_github.main([repo.full_name, "--action", ACTION], environ, pause=pause)
    told = capsys.readouterr().out
    assert code == 0, told
    assert "✗" not in told
    assert f"pull image: {image} can be pulled by everybody" in told
    assert told.count("✓ ") == len(on_github.STEPS)
    assert left(repo, before) == []
    (pull,) = repo.pulls()
    assert pull.merged
    assert pull.head_ref == RELEASE_BRANCH
    assert all(run.state in ("completed", "cancelled") for run in repo.runs.values())
    assert TOKEN not in told
    found = answers(told)
    assert set(found) == set(QUESTIONS)
    assert not any("not answered" in answer for answer in found.values())
    assert "a lightweight tag is accepted, an annotated one is accepted" in found[1]
    assert "left 2 revision(s) of yours; the gate under `GITHUB_TOKEN` took both" in found[2]
    assert found[2].endswith("reads: 2 by the person who ticked")
    assert found[3].endswith("the environment is named")
    assert "in the second: repository old, environment new; approvals: the second" in found[4]
    assert found[5].startswith("not at all")
    assert found[6] == "SIGINT and then SIGTERM reached it"
    assert found[7].startswith("yes: a release could not make")
    assert "`GITHUB_TOKEN`: secrets 403" in found[8]
    assert "your token: secrets 200, organization secrets 200" in found[8]
