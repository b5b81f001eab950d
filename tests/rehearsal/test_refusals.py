"""What is not there for rehearsals is left alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import on_github
from rehearsal.conftest import ACTION, TOKEN, Clock, Run
from rehearsal.questions import QUESTIONS
from rehearsal.scratch import BEFORE
from servers.github import FakeHub
from servers.github.repository import Repository
from servers.github.state import Ruleset

ROOT = Path(__file__).parents[2]
HELD: dict[str, tuple[Callable[[Repository], object], str]] = {
    "not marked": (lambda repo: repo.topics.clear(), "gh repo edit acme/scratch --add-topic"),
    "not one's own": (
        lambda repo: repo.roles.update({"octo-lead": "write"}),
        "does not administer",
    ),
    "another default branch": (
        lambda repo: (
            setattr(repo, "default_branch", "trunk"),
            repo.branches.update(trunk=repo.branches["main"]),
        ),
        "has to be `main`",
    ),
    "a branch": (lambda repo: repo.commit("feature"), "a branch feature"),
    "a tag": (lambda repo: repo.tag("v1", repo.branches["main"]), "tags"),
    "a release": (lambda repo: repo.releases.update({"v1": (True, False)}), "releases"),
    "a ruleset": (
        lambda repo: repo.rulesets.append(Ruleset(id=1, name="x", created_at=repo.now())),
        "rulesets",
    ),
    "an environment": (lambda repo: repo.environments.update(production={}), "environments"),
    "a secret": (lambda repo: repo.secrets.update(KEY=repo.now()), "secrets"),
    "an issue": (lambda repo: repo.open_issue("octo-cat", "A bug"), "open issues"),
    "a pull request": (lambda repo: repo.open_pull(), "a branch release/1.4"),
    "a second commit": (lambda repo: repo.commit("main"), "more than its first commit"),
    "what another rehearsal left": (lambda repo: repo.commit(BEFORE), "--clean-up"),
}


def writes(hub: FakeHub) -> list[str]:
    return [f"{seen.method} {seen.path}" for seen in hub.requests if seen.method != "GET"]


@pytest.mark.parametrize(("made", "says"), HELD.values(), ids=HELD)
def test_a_repository_that_holds_anything_is_not_touched(
    hub: FakeHub,
    repo: Repository,
    rehearsal: Run,
    capsys: pytest.CaptureFixture[str],
    made: Callable[[Repository], object],
    says: str,
) -> None:
    made(repo)
    assert rehearsal() == 2
    assert says in capsys.readouterr().out
    assert writes(hub) == []


def test_a_first_commit_with_workflows_is_not_touched(
    hub: FakeHub, repo: Repository, rehearsal: Run
) -> None:
    repo.commits[repo.branches["main"]].files[".github/workflows/ci.yml"] = b"on: push\n"
    assert rehearsal() == 2
    assert writes(hub) == []


@pytest.mark.parametrize("made", ["nothing", "topic"])
def test_there_is_nothing_to_clean_up_where_no_rehearsal_began(
    hub: FakeHub, repo: Repository, rehearsal: Run, made: str
) -> None:
    """Not even what has the names that a rehearsal gives."""
    if made == "nothing":
        repo.topics.clear()
    repo.environments["production"] = {}
    repo.tag("v0.0.1", repo.branches["main"])
    assert rehearsal("--clean-up") == (2 if made == "nothing" else 0)
    assert writes(hub) == []


def test_without_a_token_or_with_a_wrong_one_nothing_begins(
    hub: FakeHub,
    repo: Repository,
    environ: dict[str, str],
    clock: Clock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = [repo.full_name, "--action", ACTION]
    assert on_github.main(words, environ | {"GITHUB_TOKEN": ""}, clock, clock.pause) == 2
    assert "there is no token" in capsys.readouterr().out
    wrong = TOKEN.replace("g", "h")
    assert on_github.main(words, environ | {"GITHUB_TOKEN": wrong}, clock, clock.pause) == 2
    told = capsys.readouterr().out
    assert "401: Bad credentials" in told
    assert wrong not in told
    plain = environ | {"GITHUB_API_URL": "http://github.acme.example/api/v3"}
    assert on_github.main(words, plain, clock, clock.pause) == 2
    assert "has to begin with https://" in capsys.readouterr().out
    assert writes(hub) == []


def run(*words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "tests/on_github.py", *words]
    environment = {"PATH": os.environ["PATH"]}
    return subprocess.run(
        line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_the_program_says_what_its_token_needs() -> None:
    done = run("--help")
    assert done.returncode == 0, done.stderr
    for word in (
        "Administration",
        "Workflows",
        "Secrets",
        "deploy-checklist-rehearsal",
        "GH_TOKEN",
    ):
        assert word in done.stdout
    assert run("acme/scratch").returncode == 2, "no action"


def test_the_page_has_every_question_with_what_is_supposed_until_it_is_answered() -> None:
    page = " ".join((ROOT / "docs/rehearsal.md").read_text(encoding="utf-8").split())
    for number, question in QUESTIONS.items():
        assert f"| {number} | {question.asked} | {question.until_then} |" in page
    assert list(QUESTIONS) == list(range(1, 9))
    assert "docs/rehearsal.md" in (ROOT / "README.md").read_text(encoding="utf-8")
