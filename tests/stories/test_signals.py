"""A run that is stopped: by a person, by the runner, by Kubernetes or Docker."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from .telling import Story

PROCESS_1 = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child")
BEFORE_THE_STATUS, AFTER_IT = "/graphql$", "/issues/[0-9]+/comments"


def stops(story: Story, at: str, *signals: signal.Signals) -> None:
    """Sends signals to the run's process when it asks for a path, before it is answered."""
    story.hub.fault("slow", "*", at, seconds=2)
    struck = story.hub.struck

    def stop(method: str, path: str) -> object:
        fault = struck(method, path)
        if fault is not None:
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
    assert "::error::the run was stopped from outside before it ended" in ran.log
    assert "Traceback" not in ran.log


def test_a_run_that_is_stopped_before_it_began_to_look_leaves_no_older_verdict(
    story: Story,
) -> None:
    commit = story.repo.commit("main", {"x": "y"})
    stops(story, BEFORE_THE_STATUS, signal.SIGTERM)
    assert story.on_push(commit).code == 143
    assert story.states(commit, "production")[-1:] == ["error"]


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
