"""The page of permissions names what the code asks for, token by token, and nothing else; and what it shows suffices."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from deploy_checklist.commands.workflow_steps import _OF_ROLLBACK, _PERMISSIONS
from deploy_checklist.github.failures import Cause, RequestFailure, RequestPurpose
from pages.blocks import ROOT, blocks
from servers.github.hub import GATE_PERMISSIONS
from stories.conftest import hub, story  # noqa: F401 - fixtures
from stories.telling import CHECKLIST, GREEN, TOKEN, Story, documents

SOURCE = ROOT / "src" / "deploy_checklist"
PAGE = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
SECTIONS = {each.partition("\n")[0]: each for each in PAGE.split("\n## ")}
# GitHub's names: those of a workflow, and those that only an App or a person's token has.
OF_WORKFLOWS = (
    "actions|artifact-metadata|attestations|checks|contents|deployments|discussions|id-token|issues"
    "|models|packages|pages|pull-requests|repository-projects|security-events|statuses"
)
OF_APPS = "administration|environments|members|metadata|secrets|variables|webhooks|workflows"
NAMED = re.compile(rf"\b({OF_WORKFLOWS}|{OF_APPS}): (read|write)\b", re.IGNORECASE)
# Written as f"{kind.capitalize()}s: read" in stored_names.py.
OF_STORED_NAMES = {"secrets: read", "variables: read"}
# What GitHub asks for a field that no message of ours needs: `doctor` tells only that it lacks it.
WITHOUT_MESSAGE = {"administration: write"}


def permissions_in(text: str) -> set[str]:
    return {f"{name.lower()}: {level}" for name, level in NAMED.findall(text)}


def strings(path: Path) -> Iterator[str]:
    """The texts of a module that may be printed: all but docstrings."""
    text = path.read_text(encoding="utf-8")
    if not NAMED.search(text):
        return
    tree = ast.parse(text)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield node.value


def asked_for() -> set[str]:
    """Every permission that a message of the code or a printed workflow names."""
    found = set(OF_STORED_NAMES)
    for path in SOURCE.rglob("*.py"):
        found |= {each for text in strings(path) for each in permissions_in(text)}
    for path in (SOURCE / "commands" / "templates").iterdir():
        found |= permissions_in(path.read_text(encoding="utf-8"))
    for name, (level, _) in {**_PERMISSIONS, **_OF_ROLLBACK}.items():
        found.add(f"{name}: {level}")
    return found


def rows(section: str) -> dict[str, str]:
    """By the permission in a row's first cell, the row."""
    lines = [line for line in SECTIONS[section].splitlines() if line.startswith("| `")]
    return {"".join(permissions_in(line.split("|")[1])): line for line in lines}


TABLES = [title for title in SECTIONS if "`" in title]


def test_the_tables_name_every_permission_that_the_code_asks_for_and_no_other() -> None:
    assert len(TABLES) == 4
    named = {permission for title in TABLES for permission in rows(title)}
    assert named == asked_for() | WITHOUT_MESSAGE


def test_the_block_for_the_job_is_that_of_the_printed_gate() -> None:
    (block,) = (each for each in blocks("yaml") if each.where == "docs/permissions.md 1")
    shown = yaml.safe_load(block.text)["jobs"]["gate"]["permissions"]
    template = (SOURCE / "commands" / "templates" / "gate.yml.txt").read_text(encoding="utf-8")
    printed = re.findall(r"^      ([\w-]+): (read|write)\b", template, re.MULTILINE)
    assert shown == dict(printed)
    of_deploy_job = {name: level for name, (level, _) in _PERMISSIONS.items()}
    assert of_deploy_job == {**shown, "id-token": "write"}


def test_the_tokens_that_an_app_makes_have_the_permissions_of_their_table() -> None:
    made = {}
    for block in blocks("yaml"):
        if block.page == "docs/permissions.md" and "create-github-app-token" in block.text:
            app, gate = yaml.safe_load(block.text)
            (token,) = (name for name in gate["with"] if name.endswith("-token"))
            made[token] = {
                f"{name.removeprefix('permission-')}: {level}"
                for name, level in app["with"].items()
                if name.startswith("permission-")
            }
    of = {token: set(rows(title)) for title in TABLES for token in made if f"`{token}`" in title}
    assert made["metadata-token"] == of["metadata-token"] - {
        "contents: read"
    }  # another repository's
    assert made["status-token"] == {"statuses: write", "contents: read"}
    assert of["status-token"] - made["status-token"] == {"statuses: read", "metadata: read"}


def test_the_message_that_the_page_quotes_is_the_message() -> None:
    need = RequestPurpose(what="the check runs of the commit", permission="checks: read")
    told = need.unobservable(RequestFailure(Cause.FORBIDDEN, status=403))
    assert f"“{told.reason}”, “{told.remedy}”" in " ".join(PAGE.split())


@pytest.mark.parametrize(
    ("lacking", "code", "tells"),
    [
        ("contents: read", 3, "nothing is judged"),
        ("pull-requests: write", 1, "no comment"),
        ("statuses: write", 1, "the run ends red"),
        ("checks: read", 3, "is not checked"),
    ],
)
def test_without_a_permission_happens_what_its_row_says(
    story: Story,  # noqa: F811
    lacking: str,
    code: int,
    tells: str,
) -> None:
    """A release pull request with one rule about CI, whose run GitHub Actions made."""
    name, _, level = lacking.replace("-", "_").partition(": ")
    granted = {key: value for key, value in GATE_PERMISSIONS.items() if key != name}
    if (level, GATE_PERMISSIONS[name]) == ("write", "write"):
        granted |= {name: "read", "issues": "read"}  # GitHub takes either for a comment
    story.hub.token(TOKEN, permissions=granted)
    story.repo.commit("main", documents(CHECKLIST, GREEN))
    pull = story.repo.open_pull()
    story.repo.run(pull.head, jobs=[("test", "success", [])])
    ran = story.on_pull(pull)
    assert tells in rows("The job's token: `github-token`")[lacking]
    assert ran.code == code
    assert permissions_in(ran.log) >= {lacking}
    state = {"statuses: write": "none", "pull-requests: write": "pending"}.get(lacking, "error")
    assert story.status(pull.head)[0] == state
    commented = lacking in ("statuses: write", "checks: read")
    assert len(story.comments(pull.number)) == int(commented)
