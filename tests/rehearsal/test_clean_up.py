"""However a rehearsal ends, the repository is as it was before; or it is said what is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import on_github
from rehearsal.conftest import ACTION, TOKEN, Clock, Run, left
from rehearsal.scratch import BEFORE
from servers.github import FakeHub
from servers.github.repository import Repository

ROOT = Path(__file__).parents[2]
WRITES = 22  # of a rehearsal where no workflow is carried out, until it begins to clean up
SHARE = 1 if os.environ.get("REHEARSAL_WRITES") else 4


def test_where_nothing_runs_it_ends_in_time_and_leaves_nothing(
    hub: FakeHub, repo: Repository, rehearsal: Run, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    before = repo.branches["main"]
    assert rehearsal() == 1
    told = capsys.readouterr().out
    assert "✗ open pull request: the gate's comment on the pull request did not come within" in told
    assert "Answer: not answered: " in told
    assert clock.now <= on_github.LIMIT
    assert left(repo, before) == []


@pytest.mark.parametrize("number", range(2, WRITES + 1, SHARE))
def test_whichever_write_fails_all_the_others_are_taken_back(
    hub: FakeHub, repo: Repository, rehearsal: Run, number: int
) -> None:
    """With its effect or without it: the line may go dead before the answer."""
    before = repo.branches["main"]
    kind = ("down-after", "reset-after", "forbidden")[number % 3]
    count = 0

    def struck(method: str, path: str) -> object:
        nonlocal count
        count += method not in ("GET",) and "/graphql" not in path
        if count == number and method != "GET":
            hub.fault(kind, method, path)
        return ordinary(method, path)

    ordinary = hub.struck
    hub.struck = struck  # type: ignore[method-assign, assignment]
    assert rehearsal() == 1
    if left(repo, before):
        assert rehearsal("--clean-up") == 0
    assert left(repo, before) == []


@pytest.mark.parametrize("number", [1, 4, 40])
def test_an_interruption_takes_everything_back(
    repo: Repository,
    rehearsal: Run,
    clock: Clock,
    capsys: pytest.CaptureFixture[str],
    number: int,
) -> None:
    before, waits = repo.branches["main"], 0

    def pause(seconds: float) -> None:
        nonlocal waits
        waits += 1
        clock.pause(seconds)
        if waits == number:
            raise KeyboardInterrupt

    assert rehearsal("--action", ACTION, pause=pause) == 1
    told = capsys.readouterr().out
    assert "It was interrupted." in told
    assert "Traceback" not in told
    assert left(repo, before) == []


def test_what_cannot_be_taken_away_is_named_with_its_command(
    hub: FakeHub, repo: Repository, rehearsal: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = repo.branches["main"]
    hub.fault("forbidden", "DELETE", "/rulesets/", times=1)
    hub.fault("forbidden", "DELETE", "/environments/production", times=1)
    assert rehearsal() == 1
    told = capsys.readouterr().out
    (ruleset,) = repo.rulesets
    assert f"left: gh api --method DELETE /repos/acme/scratch/rulesets/{ruleset.id}  #" in told
    assert "left: gh api --method DELETE /repos/acme/scratch/environments/production  #" in told
    again = "python tests/on_github.py acme/scratch --clean-up"
    assert again in told
    assert BEFORE in repo.branches, "it remembers main's commit until all is done"
    assert rehearsal() == 2
    assert again in capsys.readouterr().out
    assert rehearsal("--clean-up") == 0
    assert left(repo, before) == []


def test_a_real_interrupt_of_the_real_program_takes_everything_back(
    hub: FakeHub, repo: Repository, environ: dict[str, str]
) -> None:
    before = repo.branches["main"]
    line = [sys.executable, "tests/on_github.py", repo.full_name, "--action", ACTION]
    environment = {"PATH": os.environ["PATH"], **environ}
    with subprocess.Popen(
        line, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith("✓ commit documents"), first
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
    assert process.returncode == 1
    assert "It was interrupted." in rest
    assert "Traceback" not in rest
    assert TOKEN not in first + rest
    assert left(repo, before) == []
