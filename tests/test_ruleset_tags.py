"""Which tags the printed ruleset holds: those that the folder's workflows deploy."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

import pytest

from deploy_checklist.cli import run

DEPLOY = """\
on: {on}
jobs:
  ship:
    runs-on: ubuntu-latest
    environment: production
    steps: [{{ run: ./deploy.sh }}]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / "deploy-checklist.md").write_text("- [ ] Announced\n")
    return tmp_path


def held(*more: str) -> list[str]:
    out = io.StringIO()
    assert run(["ruleset", "-e", "production", *more], {}, out, out) == 0, out.getvalue()
    found: list[str] = json.loads(out.getvalue())["conditions"]["ref_name"]["include"]
    return [each.removeprefix("refs/tags/") for each in found]


TAGS = {
    "{ push: { tags: ['v[0-9]+.[0-9]+.[0-9]+', 'r-*'] } }": ["v*.*.*", "r-*"],
    "{ push: { tags: [v?1, 'a[!b]c'] } }": ["*1", "a[!b]c"],
    "{ push: { tags: ['release/**'] } }": ["release/*", "release/*/**/*"],
    "{ push: { tags: ['**/v1'] } }": ["~ALL"],
    "{ push: { tags-ignore: ['x*'] } }": ["~ALL"],
    "push": ["~ALL"],
    "{ push: { branches: [main] } }": ["v*.*.*"],
    "workflow_dispatch": ["v*.*.*"],
}


@pytest.mark.parametrize("on", TAGS)
def test_the_tags_that_deploy_are_held(folder: Path, on: str) -> None:
    (folder / ".github/workflows/ship.yml").write_text(DEPLOY.format(on=on))
    assert held() == TAGS[on]
    assert held("--branch", "main") == ["refs/heads/main"]


def test_of_every_push_those_that_the_job_lets_in(folder: Path) -> None:
    condition = "    if: github.repository == 'a/b' && startsWith(github.ref, 'refs/tags/v')\n"
    text = DEPLOY.format(on="push").replace("    env", f"{condition}    env")
    (folder / ".github/workflows/ship.yml").write_text(text)
    assert held() == ["v*", "v*/**/*"]
    text = text.replace("&&", "||")
    (folder / ".github/workflows/ship.yml").write_text(text)
    assert held() == ["~ALL"]


def test_another_environments_tags_are_none_of_it(folder: Path) -> None:
    text = DEPLOY.format(on="{ push: { tags: ['s-*'] } }").replace("production", "staging")
    (folder / ".github/workflows/ship.yml").write_text(text)
    assert held() == ["v*.*.*"]


def test_where_nothing_deploys_yet_the_tags_in_use_are_held_as_workflow_prints_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "a")
    own = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
    for line in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"], ["tag", "app@1.2.3"]):
        subprocess.run(["git", *own, *line], check=True)
    assert held() == ["app@*.*.*"]
    out = io.StringIO()
    assert run(["workflow", "-e", "production", "--write"], {}, out, out) == 0, out.getvalue()
    assert held() == ["app@*.*.*"]


def test_another_services_tags_are_none_of_it(folder: Path) -> None:
    for service in ("api", "worker"):
        (folder / service).mkdir()
        (folder / service / "list.md").write_text("- [ ] Announced\n")
        rules = f"version: 1\nchecklist: {service}/list.md\nitems: {{ Announced: sign }}\n"
        (folder / service / "rules.yml").write_text(rules)
        gate = f"with: {{ environment: production, phase: deploy, rules: {service}/rules.yml }}"
        text = DEPLOY.format(on=f"{{ push: {{ tags: ['{service}-v*'] }} }}")
        text = text.replace("[{ run", f"[{{ uses: acme/deploy-checklist@v1, {gate} }}, {{ run")
        (folder / f".github/workflows/{service}.yml").write_text(text)
    assert held("--rules", "api/rules.yml") == ["api-v*"]
    assert held("--rules", "worker/rules.yml") == ["worker-v*"]
