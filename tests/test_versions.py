"""The version in a tag, in the shapes in which projects write them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from deploy_checklist.cli import run
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.run.document_files import builtins
from deploy_checklist.values.versions import release_tag, version_of
from scenes import written
from test_action import checkout
from world.gits import git, repository

CHECKLIST = "# R\n\n- [ ] Version bumped\n- [ ] Changelog says it\n"
RULES = """\
version: 1
checklist: deployment-checklist.md
items:
  Version bumped: { data: { file: ui/package.json, at: version, equals: "${version}" } }
  Changelog says it: { file: { path: ui/CHANGELOG.md, matches: "## ${version}" } }
"""
FILES = {
    "deployment-checklist.md": CHECKLIST,
    "deploy-checklist.yml": RULES,
    "ui/package.json": '{"name": "@acme/ui", "version": "1.2.3"}',
    "ui/CHANGELOG.md": "# @acme/ui\n\n## 1.2.3\n\n- first\n",
}
OF_1_2_3 = ("@acme/ui@1.2.3", "ui-v1.2.3", "ui/v1.2.3", "1.2.3", "v1.2.3")


def checked() -> int:
    return run(["check", "--offline"], {}, io.StringIO(), io.StringIO())


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        *((tag, "1.2.3") for tag in OF_1_2_3),
        ("ui@v1.2.3", "1.2.3"),
        ("ui_1.2.3", "1.2.3"),
        ("acme-ui==1.2.3", "1.2.3"),
        ("release/ui/v1.2.3", "1.2.3"),
        ("go1.22.3", "1.22.3"),
        ("v1.2.3-rc.1", "1.2.3-rc.1"),
        ("@acme/ui@2.0.0-beta.3+build-5.1", "2.0.0-beta.3+build-5.1"),
        ("ui-v2.0.0-rc-1", "2.0.0-rc-1"),
        ("py3.11-v1.2.3", "1.2.3"),
        ("log4j2-1.2.3", "1.2.3"),
        ("3d-viewer-v1.2.3", "1.2.3"),
        ("v5", "5"),
        ("ui@5", "5"),
        ("build-417", "417"),
        ("2026-11-29.1", "2026-11-29.1"),
        ("deploy-2026-11-29", "2026-11-29"),
        ("acme.ui.1.2.3", "1.2.3"),
        ("REL_1_2_3", None),
        ("nightly", None),
        ("ui-next", None),
    ],
)
def test_the_version_is_that_in_the_tag(tag: str, version: str | None) -> None:
    assert version_of(tag) == version


TAGS_OF_ATTACKERS = (
    "v1.4.0%22%20AND%20key%3D%22CHG-1",
    'v1.4.0"+AND+key="CHG-1',
    "v1.4.0&jql=key%3DCHG-1",
    "v1.4.0#",
    "v1.4.0'||'1'=='1",
    "v1.4.0`true`",
    "v1.4.0;x",
    "v1.4.0$(id)",
    "v1.4.0\u2028",
)


@pytest.mark.parametrize("tag", TAGS_OF_ATTACKERS)
def test_a_tag_that_could_change_the_sense_of_a_rule_is_none(tag: str) -> None:
    """Whoever may push a tag would choose, by its name, the change that Jira is asked for."""
    names = builtins("production", tag, "a" * 40)
    assert (names["tag"], names["version"]) == (None, None)
    assert names["environment"] == "production"
    loaded = load(written("jira-changes"), "jira-changes.yml")
    ((use,),) = (
        clause.uses for rule in resolve(loaded, None, names).rules for clause in rule.clauses
    )
    assert use.params is None
    assert use.problem == "${version} has no value: this run has no version"


@pytest.mark.parametrize("tag", [*OF_1_2_3, "acme-ui==1.2.3", "2.0.0-beta.3+build-5.1", "v1.2.3-ß"])
def test_the_tags_that_teams_write_are_known_to_the_rules(tag: str) -> None:
    names = builtins(None, tag, None)
    assert (names["tag"], names["version"]) == (tag, version_of(tag))


@pytest.mark.parametrize(
    ("tags", "released"),
    [
        (["nightly", "ui-v1.2.3"], "ui-v1.2.3"),
        (["v1.2.3", "v1", "ui-v4.0.0"], "v1.2.3"),
        (["ui@1.10.0", "ui@1.9.0"], "ui@1.10.0"),
        (["ui@1.2.3", "api@4.0.0"], None),
        (["nightly"], None),
        ([], None),
    ],
)
def test_a_commit_is_released_by_the_one_tag_that_can_be_meant(
    tags: list[str], released: str | None
) -> None:
    assert release_tag(tags) == released


@pytest.mark.parametrize("tag", OF_1_2_3)
def test_laptop_and_action_find_the_same_version(
    tag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = repository(tmp_path / "laptop", FILES)
    git(laptop, "tag", tag)
    monkeypatch.chdir(laptop)
    assert checked() == 0
    step = checkout(tmp_path / "action", FILES)
    code, said = step.run({"GITHUB_REF": f"refs/tags/{tag}", "INPUT_ENVIRONMENT": ""})
    assert code == 0, said


def test_another_version_than_the_tags_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = repository(tmp_path / "laptop", FILES)
    git(laptop, "tag", "ui-v1.2.4")
    monkeypatch.chdir(laptop)
    assert checked() == 1


def test_two_components_on_one_commit_leave_the_version_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = repository(tmp_path / "laptop", FILES)
    git(laptop, "tag", "ui-v1.2.3")
    git(laptop, "tag", "api-v1.2.3")
    monkeypatch.chdir(laptop)
    assert checked() == 3
