"""A team that passes no value: the printed workflows' inputs, a token for names, and the list of secrets on GitHub."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy_checklist.cli import run
from stories.conftest import hub, story  # noqa: F401 - fixtures
from stories.telling import CHECKLIST_PATH, RULES_PATH, Ran, Story, documents
from world.gits import repository

CHECKLIST = """\
# Deployment checklist

- [ ] `API_KEY` is set
- [ ] `JWT_SECRET` was rotated
"""
RULES = """\
version: 1
checklist: docs/deployment-checklist.md
environments: { production: {} }
items:
  API_KEY: secret
  JWT_SECRET: { secret: true, rotated_within: 90d }
"""
OF_PAGE = {"secrets": "read", "environments": "read", "members": "read"}


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, Any]]:
    """The inputs of the printed steps, in order: gate, comments, deploy, after."""
    team = tmp_path / "team"
    team.mkdir()
    repository(team, {CHECKLIST_PATH: CHECKLIST, RULES_PATH: RULES})
    monkeypatch.chdir(team)
    out = io.StringIO()
    assert run(["workflow", "--names-only"], {}, out, out) == 0
    jobs = [job for file in yaml.safe_load_all(out.getvalue()) for job in file["jobs"].values()]
    return [
        step["with"]
        for job in jobs
        for step in job["steps"]
        if "/deploy-checklist@" in step.get("uses", "")
    ]


def ran(story: Story, step: Mapping[str, Any], token: str = "names") -> Ran:  # noqa: F811
    """What the step does, whose token is a secret."""
    inputs = {name: value for name, value in step.items() if "inputs." not in value}
    inputs["metadata-token"] = token
    story.inputs, story.values = inputs, {}
    if step["phase"] == "before":
        return story.on_push(story.repo.branches["main"])
    return story.on_tag("v1.0.0", inputs=inputs)


def of_team(story: Story, checklist: str = CHECKLIST, rules: str = RULES) -> None:  # noqa: F811
    story.hub.token("names", "names[bot]", OF_PAGE)
    story.repo.commit("main", documents(checklist, rules))
    story.repo.tags["v1.0.0"] = story.repo.branches["main"]
    now: datetime = story.hub.now()
    story.repo.environments["production"] = {
        "API_KEY": now - timedelta(days=400),
        "JWT_SECRET": now - timedelta(days=10),
    }


def test_secrets_that_exist_and_are_young_enough_pass_in_every_step(
    story: Story,  # noqa: F811
    printed: list[Mapping[str, Any]],
) -> None:
    of_team(story)
    gate, _, deploy, after = printed
    for step in (gate, deploy, after):
        found = ran(story, step)
        assert (found.code, found.outputs["verdict"]) == (0, "ready"), found.log
        assert "passed to th" not in found.log + found.summary  # no value is missed


@pytest.mark.parametrize("step", [0, 2])
def test_a_secret_that_is_missing_or_too_old_holds_the_release(
    story: Story,  # noqa: F811
    printed: list[Mapping[str, Any]],
    step: int,
) -> None:
    of_team(story)
    secrets = story.repo.environments["production"]
    old = secrets["JWT_SECRET"]
    secrets["JWT_SECRET"] -= timedelta(days=90)
    assert ran(story, printed[step]).outputs["blocking"] == "JWT_SECRET"
    secrets["JWT_SECRET"] = old
    del secrets["API_KEY"]
    assert ran(story, printed[step]).outputs["blocking"] == "API_KEY"


@pytest.mark.parametrize("step", [0, 2])
def test_a_check_that_needs_the_value_holds_the_release_in_every_step(
    story: Story,  # noqa: F811
    printed: list[Mapping[str, Any]],
    step: int,
) -> None:
    rules = RULES.replace("API_KEY: secret", "API_KEY: { min_length: 8 }").replace(
        "secret: true, ", ""
    )  # a rule of a variable implies `present`
    of_team(story, rules=rules)
    found = ran(story, printed[step])
    assert (found.code, found.outputs["blocking"]) == (3, "API_KEY\nJWT_SECRET"), found.log


@pytest.mark.parametrize("lacking", ["secrets", "environments"])
def test_without_a_permission_of_the_page_nothing_passes(
    story: Story,  # noqa: F811
    printed: list[Mapping[str, Any]],
    lacking: str,
) -> None:
    of_team(story)
    story.repo.secrets["API_KEY"] = story.hub.now()
    few = {name: level for name, level in OF_PAGE.items() if name != lacking}
    story.hub.token("few", "names[bot]", few)
    if lacking == "secrets":
        story.repo.environments["production"] = {}
    found = ran(story, printed[2], token="few")
    assert (found.code, found.outputs["verdict"]) == (3, "undetermined"), found.log
    assert f"{lacking.capitalize()}: read" in found.log
