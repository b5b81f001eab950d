"""A run that is stopped: by a person, by the runner, by Kubernetes or Docker."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from servers.github.state import Pull

from .telling import CHECKLIST_PATH, RULES_PATH, Story, documents

PROCESS_1 = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child")
BEFORE_THE_STATUS, AFTER_IT, STATUS = "/graphql$", "/issues/[0-9]+/comments", "/statuses/"
ONE_ITEM = "# Deployment checklist\n- [ ] `PAYMENT_PROVIDER` set to the active gateway\n"
RULES_BY_VALUES = """\
version: 1
checklist: docs/deployment-checklist.md
environments:
  production: {}
items:
  PAYMENT_PROVIDER: { one_of: [stripe, paynow] }
"""


def stops(story: Story, at: str, *signals: signal.Signals, method: str = "*") -> None:
    """Sends signals to the run's process when it asks for a path, before it is answered."""
    story.hub.fault("slow", method, at, seconds=2)
    struck = story.hub.struck

    def stop(method: str, path: str) -> object:
        fault = struck(method, path)
        if fault is not None and fault.seconds:
            for each in signals:
                os.kill(process_of(story), each)
        return fault

    story.hub.struck = stop  # type: ignore[method-assign, assignment]


def process_of(story: Story) -> int:
    """The gate's own process: the launcher's child, if there is a launcher."""
    started = story.started[-1]
    if not story.launcher:
        return started
    return int(Path(f"/proc/{started}/task/{started}/children").read_text().split()[0])


@pytest.mark.parametrize(
    ("signals", "code"),
    [
        ((signal.SIGTERM,), 143),
        ((signal.SIGINT,), 130),
        ((signal.SIGTERM, signal.SIGTERM), 143),
        ((signal.SIGINT, signal.SIGTERM), 130),
    ],
)
def test_a_run_that_is_stopped_ends_with_the_status_error(
    story: Story, signals: tuple[signal.Signals, ...], code: int
) -> None:
    pull = story.repo.open_pull()
    stops(story, AFTER_IT, *signals)
    ran = story.on_pull(pull)
    assert ran.code == code
    assert story.states(pull.head) == ["pending", "error"]
    assert ran.outputs["ready"] == "false"
    assert "::error::the run was cancelled before it ended" in ran.log
    assert "Traceback" not in ran.log


def test_a_run_that_is_stopped_before_it_began_to_look_leaves_no_older_verdict(
    story: Story,
) -> None:
    commit = story.repo.commit("main", {"x": "y"})
    stops(story, BEFORE_THE_STATUS, signal.SIGTERM)
    assert story.on_push(commit).code == 143
    assert story.states(commit, "production")[-1:] == ["error"]


@pytest.mark.parametrize("at", ["the first", "the last"])
def test_a_run_that_is_stopped_while_it_writes_a_status_leaves_an_error(
    story: Story, at: str
) -> None:
    """Whether GitHub took what was being written is not known then."""
    pull = story.repo.open_pull()
    if at == "the last":
        story.hub.fault("slow", "POST", STATUS)  # lets `pending` through
    stops(story, STATUS, signal.SIGTERM, method="POST")
    ran = story.on_pull(pull)
    assert ran.code == 143
    assert story.states(pull.head)[-1] == "error"
    assert ran.outputs["ready"] == "false"


@pytest.mark.parametrize("taken", ["before the error", "after the error"])
def test_a_green_that_was_being_written_when_the_run_was_stopped_does_not_stay(
    story: Story, taken: str
) -> None:
    story.repo.commit("main", documents(rules=RULES_BY_VALUES, checklist=ONE_ITEM))
    pull = story.repo.open_pull()
    story.hub.fault("slow", "POST", STATUS)
    stops(story, STATUS, signal.SIGTERM, method="POST")
    if taken == "after the error":
        lands_late(story, pull)
    assert story.on_pull(pull).code == 143
    states = story.states(pull.head)
    assert "success" in states
    assert states[-1] == "error"


def lands_late(story: Story, pull: Pull) -> None:
    """The success that was being written appears only behind the next status."""
    answer, late = story.hub.answer, []

    def answered(token: Any, method: str, target: str, body: Any) -> Any:
        if method == "POST" and STATUS in target and body["state"] == "success":
            late.append((token, method, target, body))
            return 201, {}, {}
        found = answer(token, method, target, body)
        if method == "POST" and STATUS in target and late:
            answer(*late.pop())
        return found

    story.hub.answer = answered  # type: ignore[method-assign]


def test_process_1_of_a_container_is_stopped_by_sigterm(story: Story) -> None:
    """The kernel ignores a signal there unless the process has a handler of its own for it."""
    story.launcher = PROCESS_1 if can_be_process_1() else ()
    pull = story.repo.open_pull()
    stops(story, AFTER_IT, signal.SIGTERM)
    assert story.on_pull(pull).code == 143
    assert story.states(pull.head) == ["pending", "error"]


def can_be_process_1() -> bool:
    if shutil.which(PROCESS_1[0]) is None:
        return False
    return subprocess.run([*PROCESS_1, "true"], check=False, capture_output=True).returncode == 0


def test_a_preview_that_is_stopped_leaves_no_status_that_nobody_would_replace(
    story: Story,
) -> None:
    """The trusted branch has no checklist yet: no run of this pull request posts a status."""
    story.repo.commit("main", {RULES_PATH: None, CHECKLIST_PATH: None})
    pull = story.repo.open_pull(files=documents())
    stops(story, AFTER_IT, signal.SIGTERM)
    assert story.on_pull(pull).code == 143
    assert story.states(pull.head) == []
