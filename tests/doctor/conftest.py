"""The stage of every story: a team's folder, and its repository on GitHub, where the gate is in force."""

from __future__ import annotations

import io
import json
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy_checklist.cli import run
from deploy_checklist.commands.ruleset import ruleset
from servers.github import FakeHub
from servers.github.repository import Repository
from servers.github.state import Ruleset

TOKEN = "ghp_APersonsOwnToken00000000000000000000"
GRANTED = {
    "administration": "write",
    "contents": "read",
    "statuses": "read",
    "actions": "read",
}
CHECKLIST = "# Before a release\n- [ ] Announced\n"
RULES = "version: 1\nchecklist: checklist.md\nenvironments: { production: {}, staging: {} }\nitems: { Announced: sign }\n"
OWNERS = "* @acme/leads\n"
STATUS = "deploy-checklist/production"


class Team:
    """A folder, its repository on GitHub, and what `doctor` says of them."""

    def __init__(self, folder: Path, hub: FakeHub) -> None:
        self.folder = folder
        self.hub = hub
        self.environ: dict[str, str] = {}  # of `doctor`, besides the token and where the fake is
        (folder / "checklist.md").write_text(CHECKLIST)
        (folder / "deploy-checklist.yml").write_text(RULES)
        for line in (["init", "-q"], ["remote", "add", "origin", "git@github.com:acme/shop.git"]):
            subprocess.run(["git", *line], cwd=folder, check=True)
        hub.token(TOKEN, "octo-lead", GRANTED)
        self.repo: Repository = hub.repository(files={"checklist.md": CHECKLIST})
        printed = self.printed("workflow", "-e", "production").split("---\n")
        files = {text.split(":", 1)[0].removeprefix("# "): text for text in printed}
        self.gate = files[".github/workflows/deploy-checklist.yml"]
        self.deploy = files[".github/workflows/deploy.yml"]
        self.commit({"CODEOWNERS": OWNERS, "deploy-checklist.yml": RULES})
        self.commit({path: text for path, text in files.items() if path.endswith(".yml")})
        self.ruleset = self.add_ruleset(json.loads(ruleset("production", app_id=15368)))
        reviews: dict[str, Any] = {
            "dismiss_stale_reviews_on_push": True,
            "require_code_owner_review": True,
            "require_last_push_approval": False,
            "required_approving_review_count": 1,
            "required_review_thread_resolution": False,
        }
        self.add_ruleset(
            {
                "name": "main",
                "target": "branch",
                "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
                "rules": [{"type": "pull_request", "parameters": reviews}],
            }
        )
        self.repo.protected_environments["production"] = {
            "protection_rules": [
                {"id": 1, "node_id": "x", "type": "required_reviewers", "reviewers": []},
                {"id": 2, "node_id": "y", "type": "branch_policy"},
            ],
            "deployment_branch_policy": {
                "protected_branches": False,
                "custom_branch_policies": True,
            },
        }
        self.release("v1.2.3")

    def commit(self, files: dict[str, str | bytes | None]) -> str:
        return self.repo.commit("main", files)

    def add_ruleset(self, given: dict[str, Any], source: str | None = None) -> Ruleset:
        """A ruleset as `ruleset` prints it."""
        given = {"enforcement": "active", **given}
        long_ago = self.hub.now() - timedelta(days=30)
        made = Ruleset.of(given, next(self.hub.ids), long_ago, source)
        self.repo.rulesets.append(made)
        return made

    @property
    def required(self) -> dict[str, Any]:
        """The parameters of the rule that requires the status."""
        (rule,) = [r for r in self.ruleset.rules if r["type"] == "required_status_checks"]
        found: dict[str, Any] = rule["parameters"]
        return found

    def release(self, tag: str, by: str = "github-actions[bot]", **about: Any) -> str:
        """A tag on a commit with the gate's status."""
        sha = self.commit({"app.py": tag})
        self.repo.status(sha, STATUS, "success", by=by, **about)
        self.repo.tag(tag, sha)
        return sha

    def printed(self, *arguments: str, code: int | None = 0) -> str:
        out, err = io.StringIO(), io.StringIO()
        environ = {
            "GH_TOKEN": TOKEN,
            "GITHUB_API_URL": self.hub.url,
            "GITHUB_GRAPHQL_URL": self.hub.graphql_url,
            **self.environ,
        }
        found = run(arguments, environ, out, err)
        assert code is None or found == code, out.getvalue() + err.getvalue()
        assert TOKEN not in out.getvalue() + err.getvalue()
        return out.getvalue()

    def doctor(self, *more: str) -> dict[str, Any]:
        """What it says, and `facts` by their names; each is there once or more often."""
        text = self.printed("doctor", "-e", "production", "--format", "json", *more, code=None)
        found: dict[str, Any] = json.loads(text)
        assert found["exit_code"] == {True: 0, False: 1, None: 3}[found["in_force"]]
        found["of"] = {each["fact"]: each for each in found["facts"]}
        return found


@pytest.fixture
def team(hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    monkeypatch.chdir(tmp_path)
    return Team(tmp_path, hub)
