"""What a page shows as an output is what the command prints, and what it shows to type is understood."""

from __future__ import annotations

import io
import json
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from deploy_checklist.arguments import parser
from deploy_checklist.cli import run
from deploy_checklist.errors import Unusable
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.signoffs.commands import commands
from doctor.conftest import STATUS, Team
from doctor.test_stories import ADMINS
from pages.blocks import ROOT, blocks
from servers.github import FakeHub
from test_signoffs import comment_by
from world.gits import repository

SHOWN = {block.where: block.text for block in blocks()}
# Every block that is neither YAML, Python (tests/test_contributing.py) nor a command, and its test.
OUTPUTS = {
    "docs/architecture.md 1": "a drawing; tests/test_glossary.py knows its words",
    "docs/fleet.md 1": "below",
    "docs/forecast.md 2": "below",
    "docs/recipes/fleet.md 4": "a command that asks GitHub for a file of a release",
    "docs/rules.md 2": "below",
    "docs/several-services.md 1": "below",
    "docs/signing.md 1": "a checklist; tests/stories/test_signing_page.py signs it",
    "docs/way-back.md 2": "below",
}
# Consoles with an output below the command.
CONSOLES = {
    "README.md 3": "tests/pages/test_first_run.py",
    "docs/compare.md 1": "tests/test_compare.py",
    "docs/doctor.md 1": "below",
}


def typed(*arguments: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    run(arguments, {}, out, err)
    assert err.getvalue() == ""
    return out.getvalue()


def test_every_output_has_a_test() -> None:
    others = {
        block.where
        for block in blocks()
        if block.language not in ("yaml", "yml", "python", "console")
    }
    assert others == OUTPUTS.keys()
    with_output = {
        block.where
        for block in blocks("console")
        if any(not line.startswith("$ ") for line in block.text.splitlines())
    }
    assert with_output == CONSOLES.keys()


def test_doctor_prints_what_its_page_shows(
    hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    team = Team(tmp_path, hub)
    team.release("v1.4.0")
    team.required["required_status_checks"] = [{"context": STATUS}]
    team.ruleset.bypass_actors = [ADMINS]
    hub.fault("forbidden", "GET", "/rules/branches/main", times=9)
    shown = SHOWN["docs/doctor.md 1"].partition("\n")[2]
    assert team.printed("doctor", "-e", "production", code=1) == shown


RELEASE = """\
name: release
on:
  push: { tags: ["v*.*.*"] }
concurrency: release
env:
  LEVEL: info

jobs:
  ship:
    runs-on: ubuntu-latest
    environment: production
    permissions: { contents: read, pull-requests: write, issues: write, statuses: write, checks: read, actions: read, id-token: write }
    steps:
      - uses: actions/checkout@v5
        with:
          persist-credentials: false
      - name: Build
        run: |
          make build
      - name: Roll out
        run: |
          helm upgrade shop ./chart
          kubectl rollout status deployment/shop
          echo done
"""
API_KEY = {
    "deployment-checklist.md": "- [ ] `API_KEY` is set\n",
    "deploy-checklist.yml": "version: 1\nenvironments: { production: {} }\nitems: { API_KEY: secret }\n",
}


def test_workflow_prints_the_steps_that_its_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository(tmp_path, {".github/workflows/release.yml": RELEASE, **API_KEY})
    monkeypatch.chdir(tmp_path)
    printed = typed("workflow", "-e", "production").split("---\n")[-1]
    assert printed.removesuffix("#\n") == SHOWN["docs/workflows.md 2"]


def test_forecast_prints_what_its_page_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the example; the page leaves out the item's words."""
    monkeypatch.chdir(ROOT)
    example = ("--rules", "examples/deploy-checklist.yml", "--env-file", "examples/ready.env")
    on = ("-e", "production", "--now", "2026-11-29T14:00:00Z")
    printed: Any = json.loads(typed("forecast", *example, *on, "--format", "json"))
    for change in printed["changes"]:
        change["text"] = "…"
    assert printed == json.loads(SHOWN["docs/forecast.md 2"])


MISTAKEN = """\
version: 1
environments:
  staging: { mode: test }
  production: {}
items:
""" + (
    "\n" * 18
    + "  SHOP_WEBHOOK_URL: { url: { schem: https } }\n"
    + "\n" * 5
    + '  MODE:\n    - equals: "${mode}"\n'
)


def test_mistakes_in_the_rules_are_told_as_the_page_shows() -> None:
    told_all = []
    for environment in ("staging", "production"):
        with pytest.raises(Unusable) as caught:
            resolve(load(MISTAKEN, "deploy-checklist.yml"), environment, {})
        told_all += [str(fault) for fault in caught.value.faults]
    assert list(dict.fromkeys(told_all)) == SHOWN["docs/rules.md 2"].splitlines()


QUESTIONS = """\
# Going live

Read this before every staging or production release.

## Shop
- [ ] `CALLBACK_URL` matches the deployed domain.
- [ ] `MAIL_PROVIDER` set to the provider in use (`acme`, `bolt`, etc.).
- [ ] `GATEWAY_URL` reachable from the deployment environment.
- [ ] `A_KEY` and `A_URL` set when chat is enabled.
- [ ] TLS certificates renewed.
- [ ] Reviewed by the security lead.

| Service | Secret | Source of truth | Rotation owner |
| --- | --- | --- | --- |
| Shop | TLS certificate | ACME job | DevOps |
"""


def test_init_takes_the_answers_of_its_page_and_writes_the_rule_that_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("deployment-checklist.md").write_text(QUESTIONS, encoding="utf-8")
    Path("answers.yml").write_text(SHOWN["docs/init.md 2"], encoding="utf-8")
    typed("init", "--answers", "answers.yml")
    written = Path(".github/deploy-checklist.yml").read_text(encoding="utf-8")
    assert indent(SHOWN["docs/init.md 3"], "  ") in written
    assert json.loads(typed("init", "--questions", "json")) == []


def test_the_files_of_several_services_are_those_of_their_rules() -> None:
    files = SHOWN["docs/several-services.md 1"].split()
    path, _, rules = SHOWN["docs/several-services.md 2"].partition("\n")
    found = load(rules, "rules.yml")
    assert {path.removeprefix("# "), found.common.checklist} <= set(files)


def test_the_flags_of_fleet_are_those_that_its_page_shows() -> None:
    usage = SHOWN["docs/fleet.md 1"].strip()
    formats = usage.partition("--format ")[2].partition("]")[0].split("|")
    assert usage.startswith("deploy-checklist fleet REPORT… [--format ")
    assert usage.endswith("] [--output F]")
    for form in formats:
        parser().parse_args(["fleet", "a.json", "b.json", "--format", form, "--output", "f"])


def test_the_comment_that_overrides_is_a_command_with_its_environment_and_reason() -> None:
    (command,) = commands([comment_by(SHOWN["docs/way-back.md 2"])])
    assert (command.verb, command.misspelt, command.refused) == ("override", None, None)
    assert (command.words[0], len(command.words) > 1) == ("production", True)
