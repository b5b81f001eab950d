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
    root = repository(
        tmp_path / "repo",
        {".gitignore": "*.env\nsecrets/\n", "certs/a.pem": "", "a/notes[1].txt": ""},
    )
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
    (
        {"untracked": "*.pem"},
        Outcome.FAIL,
        "git tracks `certs/a.pem`, which must stay out of the repository",
    ),
    ({"untracked": "certs"}, Outcome.FAIL, "git tracks `certs/a.pem`"),
    ({"untracked": "certs/"}, Outcome.FAIL, "git tracks `certs/a.pem`"),
    ({"untracked": "other/*.pem"}, Outcome.PASS, "git tracks no"),
    ({"ignored": "x.env", "untracked": "*.pem"}, Outcome.FAIL, "git tracks `certs/a.pem`"),
    ({"ignored": "../x"}, Outcome.UNKNOWN, "`../x` leads out of its folder"),
    ({"untracked": ".git/*"}, Outcome.UNKNOWN, "is in git's own folder"),
]


@pytest.mark.parametrize(("written", "outcome", "message"), JUDGED)
def test_git_is_asked(around: World, written: object, outcome: Outcome, message: str) -> None:
    finding = finding_of("git", written, None, around)
    assert finding.outcome is outcome
    assert message in finding.message


def test_the_remedy_tells_what_to_type(around: World) -> None:
    assert (
        finding_of("git", {"ignored": "plain"}, None, around).remedy
        == "add `plain` to `.gitignore`"
    )
    remedy = finding_of("git", {"untracked": "*.pem"}, None, around).remedy
    assert remedy == "`git rm --cached certs/a.pem`, then replace the secrets that were in it"


def test_every_env_file_except_examples_is_reported(tmp_path: Path) -> None:
    names = [".env.production", "apps/x/.env.local", "prod.env", "a/.env", "env.staging", ".envrc"]
    examples = [".env.example", "apps/x/.env.sample", "example.env", "src/env.ts", "environment.md"]
    root = repository(tmp_path / "repo", dict.fromkeys((*names, *examples), ""))
    finding = finding_of("git", {"no_env_files": True}, None, world(repository=WorkTree(root)))
    assert finding.outcome is Outcome.FAIL
    first = "`.env.production`, `.envrc`, `a/.env` and 3 more"
    assert finding.message == f"git tracks {first}, which must stay out of the repository"
    command = "`git rm --cached .env.production .envrc a/.env` and 3 more"
    assert finding.remedy == f"{command}, then replace the secrets that were in it"


def test_examples_alone_pass(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {".env.example": "", ".env.dist": ""})
    (root / ".env").write_text("")  # there, and not tracked
    finding = finding_of("git", {"no_env_files": True}, None, world(repository=WorkTree(root)))
    assert (finding.outcome, finding.message) == (Outcome.PASS, "git tracks no env file")


def test_without_git_it_is_unknown(tmp_path: Path) -> None:
    finding = finding_of("git", {"untracked": "*.pem"}, None, world(repository=WorkTree(tmp_path)))
    assert (finding.outcome, finding.message) == (
        Outcome.UNKNOWN,
        "this folder is not a git repository",
    )


@pytest.mark.parametrize(
    "written", [{}, {"ignored": []}, {"untracked": [""]}, {"no_env_files": False}, True]
)
def test_a_use_that_asks_nothing_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate(written)


HOLES = [
    ("config/*\n!config/keep\n", "config/keep"),
    ("config/*\n!keep\n", "config/keep"),
    ("config/*\n!config/*.yml\n", "config/x.yml"),
    ("config/*\n!config/sub/\n", "config/sub/any-file"),
    ("config/*\n!config/sub/\nconfig/sub/*\n!config/sub/a.yml  \n", "config/sub/a.yml"),
    ("*\n!*/\n!config/keep\n", "config/keep"),
    ("config/*/\n", "config/"),
]


@pytest.mark.parametrize(("lines", "hole"), HOLES)
def test_a_folder_is_ignored_only_if_what_is_in_it_is(
    tmp_path: Path, lines: str, hole: str
) -> None:
    around = world(repository=WorkTree(repository(tmp_path / "repo", {".gitignore": lines})))
    finding = finding_of("git", {"ignored": "config/"}, None, around)
    assert (finding.outcome, finding.message) == (Outcome.FAIL, f"git does not ignore `{hole}`")
    assert finding.remedy == f"add `{hole}` to `.gitignore`"


def test_a_hole_may_be_in_the_folder_s_own_file(tmp_path: Path) -> None:
    files = {".gitignore": "!other\n", "a/config/.gitignore": "*\n!keep\n"}
    around = world(repository=WorkTree(repository(tmp_path / "repo", files)))
    finding = finding_of("git", {"ignored": "a/config/"}, None, around)
    assert finding.message == "git does not ignore `a/config/keep`"


@pytest.mark.parametrize(
    "lines",
    [
        "config/\n!config/keep\n",  # of a folder that is ignored itself nothing can be taken back
        "config\n",
        "config/*\n",
        "config/*\n!config/.gitkeep\n",  # what holds the folder's place holds nothing else
        "config/**\n!config/**/\n!config/**/.gitignore\n",
        "config/*\n!config/keep\nconfig/keep\n",
        "config/*\n!other/keep.txt\n!/top\n",
    ],
)
def test_a_folder_that_git_ignores_with_all_in_it_passes(tmp_path: Path, lines: str) -> None:
    around = world(repository=WorkTree(repository(tmp_path / "repo", {".gitignore": lines})))
    finding = finding_of("git", {"ignored": "config/"}, None, around)
    assert (finding.outcome, finding.message) == (Outcome.PASS, "git ignores `config/`")
