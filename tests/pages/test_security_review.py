"""The page for a security review says of every check what it needs and reaches, and of every event why it is there."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from deploy_checklist.checks.base import Needs
from deploy_checklist.checks.on_call import _URLS as OF_ON_CALL
from deploy_checklist.checks.registry import kinds
from deploy_checklist.cli import run
from deploy_checklist.commands.workflow_files import METADATA_TOKEN
from deploy_checklist.publish.status_name import context
from fakes import FakeGitHub, job
from no_false_green.asking import Row, ask
from no_false_green.conftest import Servers, servers  # noqa: F401 - a fixture
from no_false_green.rows.table import ROWS, called
from pages.blocks import ROOT, blocks
from world.gits import repository

SOURCE = ROOT / "src" / "deploy_checklist"
PAGE = (ROOT / "docs" / "security-review.md").read_text(encoding="utf-8")
SECTIONS = {each.partition("\n")[0]: each for each in PAGE.split("\n## ")}
CHECKS = SECTIONS["Which check needs what, and reaches which host"]
EGRESS = SECTIONS["An egress allow-list"]


def rows(section: str) -> dict[str, list[str]]:
    """By each name in a row's first cell, the row's other cells."""
    found = {}
    for line in section.splitlines():
        if line.startswith("| `"):
            first, *others = (cell.strip() for cell in line.strip("|").split(" | "))
            found |= dict.fromkeys(re.findall(r"`(\w+)`", first), others)
    return found


TABLE = rows(CHECKS)
OF_KIND = {kind: [row for row in ROWS if kind in (row.kind, *row.covers)] for kind in kinds()}
WITH_VALUES = [row for row in ROWS if row.values]


def test_every_check_has_a_row() -> None:
    assert set(TABLE) == set(kinds())


@pytest.mark.parametrize("kind", kinds())
def test_a_check_works_by_names_only_where_its_row_says_so(kind: str) -> None:
    """Every use of it needs a value, or none does, or some do."""
    needing = [bool(row.values) for row in OF_KIND[kind]]
    word = "in part" if len(set(needing)) > 1 else "no" if needing[0] else "yes"
    said = TABLE[kind][0]
    assert said.startswith("yes" if kind == "secret" else word)  # its name is enough


@pytest.mark.parametrize("row", WITH_VALUES, ids=called)
def test_a_use_that_needs_a_value_is_not_green_without_it(row: Row, servers: Servers) -> None:  # noqa: F811
    """Nothing is passed, and GitHub knows of no secret."""
    best = {"github": FakeGitHub(), **servers.at_their_best(row)}
    cell = ask(row, **best, place=lambda _: job())
    assert not cell.is_green, cell


@pytest.mark.parametrize("kind", kinds())
def test_a_check_that_asks_another_machine_names_it(kind: str) -> None:
    needs = frozenset[Needs]().union(*(row.needs() for row in OF_KIND[kind]))
    reached = TABLE[kind][1]
    if needs & {Needs.GITHUB, Needs.REPOSITORY, Needs.PEOPLE} and Needs.VALUE not in needs:
        assert "GitHub's API" in reached
    if Needs.NETWORK in needs:
        assert re.search(r"host|resolver|\.com", reached)
    asks_nobody = needs <= {Needs.VALUE} and kind != "secret"  # asks where it was not passed
    assert (reached == "none") is asks_nobody


def test_the_hosts_that_the_code_writes_out_are_named() -> None:
    hosts = {urlsplit(url).hostname for url in OF_ON_CALL.values()}
    for kind in kinds().values():
        urls = (str(field.default) for field in kind.Params.model_fields.values())
        hosts |= {urlsplit(url).hostname for url in urls if url.startswith("https://")}
    source = "".join(path.read_text() for path in (SOURCE / "checks").rglob("*.py"))
    hosts |= {f"{name}.REGION.amazonaws.com" for name in re.findall(r'endpoint="([\w-]+)"', source)}
    assert len(hosts) > 5
    assert {host for host in hosts if f"`{host}`" not in CHECKS} == set()


def test_every_variable_of_the_runner_that_holds_a_host_is_named() -> None:
    source = "".join(path.read_text() for path in SOURCE.rglob("*.py"))
    fields = re.findall(r"\b(\w+_url): WebUrl", source)
    variables = {name.upper() for name in fields} | set(re.findall(r'"(ACTIONS_\w+_URL)"', source))
    links_only = {"GITHUB_SERVER_URL"}  # nothing is asked there
    assert variables - links_only == set(re.findall(r"`((?:GITHUB|ACTIONS)_\w+_URL)`", EGRESS))


CI = "name: CI\non: push\njobs: { test: { runs-on: ubuntu-latest, steps: [{ run: make }] } }\n"
TEAM = {
    ".github/workflows/ci.yml": CI,
    "deployment-checklist.md": "- [ ] `API_KEY` is set\n",
    "deploy-checklist.yml": "version: 1\nenvironments: { production: {} }\nitems: { API_KEY: secret }\n",
}


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Mapping[Any, Any]]:
    """The workflows of a team that passes names only."""
    repository(tmp_path, TEAM)
    monkeypatch.chdir(tmp_path)
    out, err = io.StringIO(), io.StringIO()
    assert run(["workflow", "--names-only"], {}, out, err) == 0, err.getvalue()
    return list(yaml.safe_load_all(out.getvalue()))


def test_the_events_of_the_page_are_those_of_the_printed_workflows(
    printed: list[Mapping[Any, Any]],
) -> None:
    named = rows(SECTIONS["Which events start it, and why `pull_request_target`"])
    assert set(named) == {event for each in printed for event in each[True]}  # YAML's `on`


def test_with_names_only_no_step_gets_a_value(printed: list[Mapping[Any, Any]]) -> None:
    jobs = [job for each in printed for job in each["jobs"].values()]
    steps = [step for job in jobs for step in job["steps"]]
    gates = [step for step in steps if "deploy-checklist" in step.get("uses", "")]
    assert [step for step in (*jobs, *steps) if "env" in step] == []
    tokens = {step["with"]["metadata-token"] for step in gates}
    assert (len(gates), tokens) == (4, {METADATA_TOKEN})
    assert METADATA_TOKEN in PAGE
    assert set(re.findall(r"secrets\.\w+", str(printed))) == {METADATA_TOKEN[4:-3]}


def test_with_names_only_the_steps_for_a_teams_own_job_get_no_value_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship = "on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    environment: production\n"
    files = {**TEAM, ".github/workflows/ship.yml": ship + "    steps:\n      - run: ./deploy.sh\n"}
    repository(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    out = io.StringIO()
    assert run(["workflow", "--names-only"], {}, out, out) == 0
    into = out.getvalue().partition("# .github/workflows/ship.yml")[2]
    assert into.count(f"metadata-token: {METADATA_TOKEN}") == 2
    assert "API_KEY" not in into


def test_the_file_for_dependabot_is_one(tmp_path: Path) -> None:
    (block,) = (each for each in blocks("yaml") if "dependabot.yml" in each.text)
    assert block.page == "docs/security-review.md"
    file = tmp_path / "dependabot.yml"
    file.write_text(block.text, encoding="utf-8")
    tool = str(Path(sys.executable).with_name("check-jsonschema"))
    line = [tool, "--builtin-schema", "vendor.dependabot", str(file)]
    checked = subprocess.run(line, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_the_page_invents_no_commit() -> None:
    assert re.findall(r"\b[0-9a-f]{40}\b", PAGE) == []


def test_the_statuses_and_steps_to_remove_have_the_names_that_they_get() -> None:
    removal = SECTIONS["Take it out again"]
    assert context("production", "before", review=False).startswith("deploy-checklist/")
    source = (SOURCE / "commands" / "workflow_steps.py").read_text(encoding="utf-8")
    for name in ("Checklist, with the values", "Checklist, after"):
        assert f'name="{name}"' in source
        assert f"*{name}*" in removal
