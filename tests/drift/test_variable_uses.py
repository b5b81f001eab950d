"""Which variables a repository's files name, and what `lint` says of those that the checklist does not know."""

from __future__ import annotations

import io
import random
import subprocess
from pathlib import Path

import pytest

from deploy_checklist.cli import run
from deploy_checklist.drift.variable_uses import matches_one, uses_in
from deploy_checklist.errors import Unusable
from deploy_checklist.rules.load import load, resolve

WORKFLOW = """\
on: push
env:
  MODE: live
jobs:
  ship:
    if: vars.SHIP_ENABLED == 'true'
    steps:
      # run: echo ${{ secrets.OLD_KEY }}
      - run: cat docs/secrets.md && make ship
        env:
          API_KEY: ${{ secrets.API_KEY_LIVE }}
          REGION: ${{ vars['REGION'] || 'eu' }}
          NPM: ${{ secrets.npm_token }}
          GH: ${{ secrets.GITHUB_TOKEN }}
"""
EXAMPLE = (
    "# copy to .env\nAPI_KEY=\nexport DATABASE_URL=postgres://localhost\n# NOT_SET=1\nlower=1\n"
)
COMPOSE = """\
services:
  web:
    image: shop:${IMAGE_TAG:-latest}
    cap_add:
      - NET_ADMIN
    environment:
      API_KEY: "$${NOT_OURS}"
      CACHE_URL: redis://cache
    ports: ["80:80"]
  job:
    environment:
    - DATABASE_URL=${DATABASE_URL}
    - PASSED_ON
    command: SHOUT
"""
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
spec:
  containers:
    - name: web
      env:
        - name: API_KEY
          valueFrom: { secretKeyRef: { name: shop, key: api-key } }
        {{- if .Values.cache }}
        - name: "CACHE_URL"
        {{- end }}
---
apiVersion: v1
kind: ConfigMap
data:
  LOG_LEVEL: info
  nginx.conf: ""
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            ".github/workflows/ship.yml",
            WORKFLOW,
            "SHIP_ENABLED API_KEY_LIVE REGION NPM_TOKEN",
        ),
        (".env.example", EXAMPLE, "API_KEY DATABASE_URL"),
        ("web/.env.production.sample", EXAMPLE, "API_KEY DATABASE_URL"),
        ("env.template", EXAMPLE, "API_KEY DATABASE_URL"),
        (
            "docker-compose.prod.yml",
            COMPOSE,
            "IMAGE_TAG API_KEY CACHE_URL DATABASE_URL PASSED_ON",
        ),
        ("deploy/k8s/web.yaml", MANIFEST, "API_KEY CACHE_URL LOG_LEVEL"),
        ("chart/values.yaml", "kind: x\nenv:\n  - name: API_KEY\n", ""),
        (".env", EXAMPLE, ""),
        (".env.production", EXAMPLE, ""),
        ("docs/env.example.md", EXAMPLE, ""),
        ("node_modules/x/.env.example", EXAMPLE, ""),
        (".github/dependabot.yml", MANIFEST, ""),
    ],
)
def test_what_a_file_names(path: str, text: str, expected: str) -> None:
    read = [use.name for use in uses_in(path, text) if use.is_read]
    assert " ".join(dict.fromkeys(read)) == expected


def test_a_line_that_was_pasted_by_mistake_is_not_shown() -> None:
    key = "sk" + "_live_x8Kq2Lm9Rt4Vw6Zb"
    assert uses_in(".env.example", f"{key}=\nAKIAIOSFODNN7EXAMPLE=\nA1B2C3D4E5F6G7H8J9K0=\n") == ()


@pytest.mark.parametrize(
    ("pattern", "names", "others"),
    [
        ("PORT", ["PORT"], ["PORTS", "A_PORT"]),
        ("CI_*", ["CI_", "CI_X"], ["CI", "XCI_X"]),
        ("*_URL", ["A_URL", "_URL"], ["URL", "A_URLS"]),
        ("A*B*C", ["ABC", "AxByC", "ABBC"], ["AB", "ACB"]),
        ("AB*BA", ["ABBA", "AB_BA"], ["ABA"]),
        ("*", ["X"], []),
    ],
)
def test_a_pattern_holds_for_the_whole_name(
    pattern: str, names: list[str], others: list[str]
) -> None:
    assert [name for name in names if not matches_one(name, [pattern])] == []
    assert [name for name in others if matches_one(name, [pattern])] == []


def test_a_pattern_of_many_stars_is_answered_at_once() -> None:
    assert not matches_one("A" * 5_000 + "C", ["A*" * 100 + "B"])


def test_hostile_files_are_read_in_time() -> None:
    signs = random.Random(3)
    parts = ["secrets.", "vars['", "${{", "- ", "A", " " * 50, "environment:", "name: ", "=", ":"]
    for path in (".github/workflows/a.yml", ".env.example", "compose.yml", "k8s/a.yml"):
        for _ in range(20):
            line = "".join(signs.choices(parts, k=200))
            uses_in(path, f"apiVersion: v1\nkind: Secret\n{line}\n" * 100)


NO_PATTERNS = ["[port]", "['A B']", "{ A: B }", "['']", "a*", "[42]", "42", "['42']", "[true]"]


@pytest.mark.parametrize("written", NO_PATTERNS)
def test_what_is_not_a_pattern_is_refused(written: str) -> None:
    with pytest.raises(Unusable, match=r"rules\.yml:3:"):
        load(f"version: 1\nitems: {{}}\nignore: {written}\n", "rules.yml")


@pytest.mark.parametrize("written", ["PORT", '["CI_*", PORT]'])
def test_one_pattern_or_several_are_read(written: str) -> None:
    rules = resolve(load(f"version: 1\nitems: {{}}\nignore: {written}\n", "rules.yml"), None, {})
    assert "PORT" in rules.ignore


CHECKLIST = "- [ ] `API_KEY` is set\n- [ ] `DATABASE_URL` is ours\n- [ ] `OLD_NAME` is set\n"
RULES = "version: 1\nitems:\n  API_KEY: secret\n  DATABASE_URL: present\n  OLD_NAME: present\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a checklist, its rules, a workflow and an example of an env file."""
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    files = {
        "deploy-checklist.md": CHECKLIST,
        "deploy-checklist.yml": RULES,
        ".github/workflows/ship.yml": WORKFLOW,
        ".env.example": EXAMPLE + "PORT=80\nCI_X=1\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def linted(*more: str) -> tuple[int, list[str]]:
    out, err = io.StringIO(), io.StringIO()
    code = run(["lint", *more], {}, out, err)
    assert err.getvalue() == ""
    return code, [line for line in out.getvalue().splitlines() if "CODEOWNERS" not in line]


def test_each_file_has_one_line_and_none_of_them_is_an_error(folder: Path) -> None:
    for options in ((), ("--strict",)):
        assert linted(*options) == (
            0,
            [
                "the checklist and the rules agree",
                ".env.example: notice: this file reads `PORT`, `CI_X`, but no item names them",
                ".github/workflows/ship.yml: notice: this file reads `SHIP_ENABLED`, `REGION`, "
                "`NPM_TOKEN`, but no item names them",
                "deploy-checklist.md: notice: no workflow, example of an env file, "
                "compose file or manifest names `OLD_NAME`",
            ],
        )


GATE = """\
      - name: Gate
        uses: acme/deploy-checklist@v1
        with: { environment: production }

        env:
          OLD_NAME: ${{ secrets.OLD_NAME }}
          HANDED_OVER: ${{ secrets.HANDED_OVER }}
      - run: make
        env: { LATER: "${{ vars.LATER }}" }
"""


def test_a_variable_that_only_the_gate_gets_does_not_count_as_used(folder: Path) -> None:
    workflow = folder / ".github/workflows/ship.yml"
    workflow.write_text(WORKFLOW + GATE)
    lines = linted()[1]
    assert any("manifest names `OLD_NAME`" in line for line in lines)
    assert any("`LATER`" in line for line in lines)
    assert "HANDED_OVER" not in str(lines)
    workflow.write_text(WORKFLOW + GATE.replace("deploy-checklist@v1", "other@v1"))
    assert not any("manifest names `OLD_NAME`" in line for line in linted()[1])


def test_ignored_names_are_reported_nowhere(folder: Path) -> None:
    ignore = 'ignore: [PORT, "CI_*", OLD_NAME, SHIP_ENABLED, REGION, NPM_TOKEN]\n'
    (folder / "deploy-checklist.yml").write_text(RULES + ignore)
    assert linted() == (0, ["the checklist and the rules agree"])


def test_it_works_without_a_rules_file(folder: Path) -> None:
    (folder / "deploy-checklist.yml").unlink()
    assert (
        ".env.example: notice: this file reads `PORT`, `CI_X`, but no item names them"
        in linted()[1]
    )


def test_unused_variables_are_not_reported_if_the_files_name_none_of_the_checklists(
    folder: Path,
) -> None:
    (folder / ".env.example").write_text("PORT=80\n")
    (folder / ".github/workflows/ship.yml").write_text("on: push\n")
    assert "OLD_NAME" not in str(linted())


def test_many_names_are_still_one_line(folder: Path) -> None:
    (folder / ".env.example").write_text("".join(f"NAME_{n}=\n" for n in range(60)))
    lines = [line for line in linted()[1] if line.startswith(".env.example")]
    assert len(lines) == 1
    assert "`NAME_19` and 40 more" in lines[0]


def test_a_file_outside_of_a_repository_is_not_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deploy-checklist.md").write_text(CHECKLIST)
    (tmp_path / ".env.example").write_text("PORT=80\n")
    assert "PORT" not in str(linted())


def test_names_of_other_environments_and_dates_of_secrets_are_known(folder: Path) -> None:
    (folder / ".env.example").write_text("API_KEY=\nAPI_KEY_ROTATED_AT=\nBACKUP_URL=\n")
    (folder / "deploy-checklist.yml").write_text(
        "version: 1\nenvironments: { staging: {}, production: {} }\nitems:\n"
        "  API_KEY: { secret: true, rotated_within: 90d }\n"
        "  DATABASE_URL: { when: production, differs_from: BACKUP_URL }\n  OLD_NAME: present\n"
    )
    assert not [line for line in linted()[1] if line.startswith(".env.example")]
