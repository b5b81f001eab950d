"""`git`: what must stay out of the repository is ignored, and not tracked."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from checks.judging import finding_of
from deploy_checklist.checks.git import Params
from deploy_checklist.outcome import Outcome
from deploy_checklist.world.ports import World
from deploy_checklist.world.repository import WorkTree
from fakes import world
from world.gits import commit, git, repository


@pytest.fixture
def around(tmp_path: Path) -> World:
    root = repository(tmp_path / "repo", {".gitignore": "*.env\nsecrets/\n", "certs/a.pem": "", "a/notes[1].txt": ""})
    (root / "tracked.env").write_text("")
    git(root, "add", "-f", "tracked.env")
    commit(root)
    return world(repository=WorkTree(root))


JUDGED = [
    ({"ignored": ".env"}, Outcome.PASS, "git ignores `.env`"),
    ({"ignored": [".env", "secrets/"]}, Outcome.PASS, "git ignores `.env`, `secrets/`"),
    ({"ignored": ["plain"]}, Outcome.FAIL, "git does not ignore `plain`"),
    ({"ignored": ["tracked.env"]}, Outcome.FAIL, "`tracked.env` is tracked by git"),
    ({"ignored": ["certs/"]}, Outcome.FAIL, "`certs/` is tracked by git"),
    ({"ignored": ["a/notes[1].txt"]}, Outcome.FAIL, "`a/notes[1].txt` is tracked by git"),
    ({"untracked": "*.key"}, Outcome.PASS, "git tracks no `*.key`"),
    ({"untracked": "*.pem"}, Outcome.FAIL, "git tracks `certs/a.pem`, which must stay out of the repository"),
    ({"untracked": "certs"}, Outcome.FAIL, "git tracks `certs/a.pem`"),
    ({"untracked": "certs/"}, Outcome.FAIL, "git tracks `certs/a.pem`"),
    ({"untracked": "other/*.pem"}, Outcome.PASS, "git tracks no"),
    ({"ignored": "x.env", "untracked": "*.pem"}, Outcome.FAIL, "git tracks `certs/a.pem`"),
    ({"ignored": "../x"}, Outcome.UNKNOWN, "`../x` leads upwards"),
    ({"untracked": ".git/*"}, Outcome.UNKNOWN, "lies in git's own folder"),
]


@pytest.mark.parametrize(("written", "outcome", "message"), JUDGED)
def test_git_is_asked(around: World, written: object, outcome: Outcome, message: str) -> None:
    finding = finding_of("git", written, None, around)
    assert finding.outcome is outcome
    assert message in finding.message


def test_the_remedy_tells_what_to_type(around: World) -> None:
    assert finding_of("git", {"ignored": "plain"}, None, around).remedy == "add `plain` to `.gitignore`"
    remedy = finding_of("git", {"untracked": "*.pem"}, None, around).remedy
    assert remedy == "`git rm --cached` `certs/a.pem`, and replace what was secret in it"


def test_without_git_it_is_unknown(tmp_path: Path) -> None:
    finding = finding_of("git", {"untracked": "*.pem"}, None, world(repository=WorkTree(tmp_path)))
    assert (finding.outcome, finding.message) == (Outcome.UNKNOWN, "this folder is not a git repository")


@pytest.mark.parametrize("written", [{}, {"ignored": []}, {"untracked": [""]}, True])
def test_a_use_that_asks_nothing_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate(written)
