"""On a laptop a person's own token serves the rules that ask GitHub, and is used for nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from servers.github import FakeHub
from world.gits import commit, git, repository

TOKEN = "ghp_APersonsOwnToken00000000000000000000"
RULES = """\
version: 1
checklist: checklist.md
items:
  STRIPE_KEY: { secret: true, rotated_within: 90d }
"""


def check(
    folder: Path, hub: FakeHub, *more: str, **environ: str
) -> subprocess.CompletedProcess[str]:
    given = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[1] / "src"),
        "HOME": str(folder),
        "STRIPE_KEY": "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "GITHUB_API_URL": hub.url,
        "GITHUB_GRAPHQL_URL": hub.graphql_url,
        **environ,
    }
    line = [sys.executable, "-m", "deploy_checklist", "check", *more]
    return subprocess.run(
        line, cwd=folder, env=given, capture_output=True, text=True, timeout=60, check=False
    )


def team(folder: Path, hub: FakeHub) -> None:
    (folder / "checklist.md").write_text("- [ ] `STRIPE_KEY` rotated within the last 90 days\n")
    (folder / "deploy-checklist.yml").write_text(RULES)
    for line in (["init", "-q"], ["remote", "add", "origin", "git@github.com:acme/shop.git"]):
        subprocess.run(["git", *line], cwd=folder, check=True)
    hub.token(TOKEN, "octo-dev", {"secrets": "read", "contents": "read"})
    repo = hub.repository()
    repo.secrets["STRIPE_KEY"] = datetime.now(UTC) - timedelta(days=118)


def test_a_secrets_date_is_read_with_the_shells_token(hub: FakeHub, tmp_path: Path) -> None:
    team(tmp_path, hub)
    found = check(tmp_path, hub, GH_TOKEN=TOKEN)
    assert found.returncode == 1, found.stdout + found.stderr
    assert "118 days ago" in found.stdout
    assert TOKEN not in found.stdout
    assert hub.counted() == 1


@pytest.mark.parametrize("name", ["GITHUB_API_URL", "GITHUB_GRAPHQL_URL", "GITHUB_SERVER_URL"])
@pytest.mark.parametrize("url", ["github", "ftp://x", "https://", "http://[", "https://a:99999"])
def test_a_url_that_is_none_is_reported_with_its_name(
    hub: FakeHub, tmp_path: Path, name: str, url: str
) -> None:
    team(tmp_path, hub)
    found = check(tmp_path, hub, GH_TOKEN=TOKEN, **{name: url})
    assert found.returncode == 3
    told = " ".join(found.stdout.split())
    assert f"the variable {name} is not an http or https URL such as https://" in told


def test_no_rule_asks_no_request_is_made(hub: FakeHub, tmp_path: Path) -> None:
    team(tmp_path, hub)
    (tmp_path / "deploy-checklist.yml").write_text(RULES.replace(", rotated_within: 90d", ""))
    assert check(tmp_path, hub, GITHUB_TOKEN=TOKEN).returncode == 0
    assert hub.counted() == 0


def test_offline_the_token_is_not_used(hub: FakeHub, tmp_path: Path) -> None:
    team(tmp_path, hub)
    found = check(tmp_path, hub, "--offline", GH_TOKEN=TOKEN)
    assert found.returncode == 3
    assert hub.counted() == 0


def test_a_remote_elsewhere_is_not_asked(hub: FakeHub, tmp_path: Path) -> None:
    team(tmp_path, hub)
    url = ["git", "remote", "set-url", "origin", "git@gitlab.example:acme/shop.git"]
    subprocess.run(url, cwd=tmp_path, check=True)
    found = check(tmp_path, hub, GH_TOKEN=TOKEN)
    assert found.returncode == 3
    assert "the remote origin is not a" in found.stdout  # the rest is cut
    assert hub.counted() == 0


CHANGED = """\
version: 1
checklist: checklist.md
facts:
  infra: { changed: ["infra/**"] }
items:
  STRIPE_KEY: { when: infra, secret: true }
"""


def shallow(folder: Path, hub: FakeHub) -> Path:
    """A clone without history of what GitHub has with it: infra/lb.tf changed since v1.0.0."""
    origin = repository(folder / "origin", {"checklist.md": "- [ ] `STRIPE_KEY` is there\n"})
    repo = hub.repository()
    repo.tag("v1.0.0", repo.branches["main"])
    head = commit(origin, {"deploy-checklist.yml": CHANGED, "infra/lb.tf": "x"})
    repo.commit("main", {"infra/lb.tf": "x"}, sha=head)
    git(folder, "clone", "-q", "--depth", "1", origin.as_uri(), "clone")
    git(folder / "clone", "remote", "set-url", "origin", "git@github.com:acme/shop.git")
    hub.token(TOKEN, "octo-dev", {"contents": "read"})
    return folder / "clone"


def test_github_tells_what_changed_where_the_clone_has_no_history(
    hub: FakeHub, tmp_path: Path
) -> None:
    found = check(shallow(tmp_path, hub), hub, "-v", GH_TOKEN=TOKEN)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "ready: 1 passed" in found.stdout
    assert hub.counted("GET", "compare") == 1


def test_without_a_token_a_clone_without_history_says_how_to_get_it(
    hub: FakeHub, tmp_path: Path
) -> None:
    found = check(shallow(tmp_path, hub), hub)
    assert found.returncode == 3
    assert "git fetch --unshallow --tags" in found.stdout
    assert hub.counted() == 0


@pytest.mark.parametrize("token", [TOKEN, ""])
def test_whether_another_environment_is_ready_is_not_known_on_a_laptop(
    hub: FakeHub, tmp_path: Path, token: str
) -> None:
    """Nobody's own token tells which account the gate is; with an env file or without."""
    team(tmp_path, hub)
    rules = (
        "version: 1\nchecklist: checklist.md\nenvironments: { staging: {}, production: {} }\n"
        "facts: { staged: { ready: staging } }\nitems: { STRIPE_KEY: { when: not staged } }\n"
    )
    (tmp_path / "deploy-checklist.yml").write_text(rules)
    (tmp_path / ".env").write_text("STRIPE_KEY=sk_live_4eC39HqLyjWDarjtT1zdp7dc\n")
    commit(tmp_path)
    for more in ([], ["--env-file", ".env"], ["--offline"]):
        found = check(tmp_path, hub, "-e", "production", *more, GH_TOKEN=token)
        assert found.returncode == 3, found.stdout + found.stderr
        assert "cannot decide staged" in " ".join(found.stdout.split())
    assert hub.counted() == 0
    assert check(tmp_path, hub, "-e", "staging", GH_TOKEN=token).returncode == 0
