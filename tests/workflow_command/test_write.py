"""`workflow --write`: new files only, and never over one that differs."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import pytest

from deploy_checklist.cli import run

FOLDER = ".github/workflows"
DEPLOY = """\
on: push
jobs:
  ship:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - run: ./deploy.sh
"""


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a checklist and a deploy workflow."""
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / "ship.yml").write_text(DEPLOY)
    (tmp_path / "deploy-checklist.md").write_text("- [ ] `API_KEY` is set\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = run(["workflow", *arguments], {"PATH": os.environ["PATH"]}, out, err)
    return code, out.getvalue(), err.getvalue()


def workflows(team: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (team / FOLDER).iterdir()}


def test_new_files_are_written_and_a_file_of_the_team_is_left_as_it_is(team: Path) -> None:
    code, out, err = typed("-e", "production", "--write")
    assert (code, err) == (0, "")
    assert set(workflows(team)) == {
        "ship.yml",
        "deploy-checklist.yml",
        "deploy-checklist-comments.yml",
    }
    assert workflows(team)["ship.yml"] == DEPLOY
    assert "# wrote .github/workflows/deploy-checklist.yml\n" in out
    assert "# before line 7, step 1 `./deploy.sh`, the first that deploys:\n" in out
    _, printed, _ = typed("-e", "production")
    assert printed.startswith(workflows(team)["deploy-checklist.yml"])


@pytest.mark.parametrize("deploys", [True, False], ids=["own job", "new"])
def test_the_examples_to_replace_are_named_once_they_are_written(team: Path, deploys: bool) -> None:
    if not deploys:
        (team / FOLDER / "ship.yml").unlink()
    _, out, _ = typed("-e", "production", "--write")
    (told,) = [line for line in out.splitlines() if "before you commit" in line]
    assert "`org/` with the owner of your copy" in told
    assert ("`./deploy.sh` with your own command" in told) is not deploys
    assert "before you commit" not in typed("-e", "production", "--write")[1]


def test_what_is_there_and_the_same_is_told_whatever_its_line_ends(team: Path) -> None:
    typed("-e", "production", "--write")
    one = team / FOLDER / "deploy-checklist.yml"
    one.write_bytes(one.read_bytes().replace(b"\n", b"\r\n"))
    code, out, _ = typed("-e", "production", "--write")
    assert code == 0
    assert "# .github/workflows/deploy-checklist.yml already exists with this content\n" in out
    assert b"\r\n" in one.read_bytes()


@pytest.mark.parametrize("name", ["deploy-checklist.yml", "deploy-checklist-comments.yml"])
def test_over_a_file_that_differs_nothing_is_written(team: Path, name: str) -> None:
    (team / FOLDER / name).write_text("# mine\n")
    before = workflows(team)
    code, out, err = typed("-e", "production", "--write")
    assert (code, out) == (2, "")
    assert f"{FOLDER}/{name} already exists with other content: nothing was written" in err
    assert workflows(team) == before
    assert typed("-e", "production")[0] == 0, "printing it is no harm"


def test_a_link_is_neither_followed_nor_replaced(team: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yml"
    (team / FOLDER / "deploy-checklist.yml").symlink_to(outside)
    assert typed("-e", "production", "--write")[0] == 2
    assert not outside.exists()


def test_branch_and_tags_are_read_from_the_clone(team: Path) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(["git", "-C", str(team), *who, *words], check=True, capture_output=True)

    git("init", "-q", "-b", "topic")
    git("add", "-A")
    git("commit", "-qm", "x")
    git("tag", "1.0.0")
    git("update-ref", "refs/remotes/origin/trunk", "HEAD")
    git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    (team / FOLDER / "ship.yml").unlink()
    _, out, _ = typed("-e", "production")
    assert "  push:\n    branches: [trunk]\n" in out
    assert '  push:\n    tags: ["[0-9]*.[0-9]*.[0-9]*"]' in out


@pytest.mark.parametrize("used", ["acme/deploy-checklist@v1", f"acme/deploy-checklist@{'a' * 40}"])
def test_a_team_that_wrote_its_own_copy_finds_it_in_the_other_files(team: Path, used: str) -> None:
    gate = f"      - uses: {used}\n        with: {{ environment: production, phase: deploy }}\n"
    text = DEPLOY.replace("      - run", f"{gate}      - run")
    (team / FOLDER / "ship.yml").write_text(text)
    code, out, _ = typed("-e", "production", "--write")
    assert code == 0
    assert "it already runs the checklist" in out
    assert "Checklist, with the values" not in out
    for name in ("deploy-checklist.yml", "deploy-checklist-comments.yml"):
        assert f"uses: {used}" in workflows(team)[name]
        assert "org/" not in workflows(team)[name]
        assert ("unpinned-uses" in workflows(team)[name]) == used.endswith("v1")


def test_a_step_before_the_release_is_none_before_the_deployment(team: Path) -> None:
    gate = "      - uses: acme/deploy-checklist@v1\n        with: { environment: production }\n"
    (team / FOLDER / "ship.yml").write_text(DEPLOY.replace("      - run", f"{gate}      - run"))
    out = typed("-e", "production")[1]
    assert "phase: deploy" in out
    assert "# before line 9, step 2 `./deploy.sh`" in out


def test_with_names_only_a_step_that_passes_values_is_named(team: Path) -> None:
    gate = (
        "      - uses: acme/deploy-checklist@v1\n"
        "        with: { phase: deploy }\n"
        "        env: { API_KEY: '${{ secrets.API_KEY }}' }\n"
    )
    (team / FOLDER / "ship.yml").write_text(DEPLOY.replace("      - run", f"{gate}      - run"))
    assert "passes values" not in typed("-e", "production")[1]
    out = " ".join(typed("-e", "production", "--names-only")[1].replace("#", "").split())
    assert "step 1 `acme/deploy-checklist` passes values: remove its `env:`" in out
    token = "${{ secrets.DEPLOY_CHECKLIST_METADATA_TOKEN }}"
    assert f"step 1 `acme/deploy-checklist` needs `metadata-token: {token}` under `with:`" in out
