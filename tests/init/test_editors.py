"""An editor completes the rules file that `init` writes: its first line leads to the JSON Schema."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deploy_checklist.cli import run
from deploy_checklist.data_formats import parse_yaml

ROOT = Path(__file__).parent.parent.parent
SCHEMA = "deploy-checklist.schema.json"
# As the language server reads it: a comment of its own, and a path without white space.
MODELINE = re.compile(r"^#\s+yaml-language-server\s*:.*?\$schema=(\S+)", re.MULTILINE)


def deploy_checklist(*arguments: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    assert run(arguments, {}, out, err) == 0, err.getvalue()
    return out.getvalue()


def schema_of(rules: Path) -> dict[str, Any]:
    """The schema that the file's modeline leads to, from the file's own folder."""
    found = MODELINE.search(rules.read_text())
    assert found, rules.read_text()
    loaded: dict[str, Any] = json.loads((rules.parent / found[1]).read_text())
    return loaded


def assert_completes(rules: Path) -> None:
    schema = schema_of(rules)
    assert schema["$id"] == "urn:deploy-checklist:rules:1"
    Draft202012Validator(schema).validate(parse_yaml(rules.read_text(), "rules.yml").plain())


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where `init` writes, in a repository with a checklist."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "deployment-checklist.md").write_text("- [ ] `API_URL` is set\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path / ".github" / "deploy-checklist.yml"


@pytest.mark.parametrize("place", ["", ".github/"])
def test_where_the_schema_is_there_the_file_names_it(rules: Path, place: str) -> None:
    (rules.parent).mkdir()
    Path(place + SCHEMA).write_text(deploy_checklist("schema"))
    deploy_checklist("init")
    assert rules.read_text().startswith("# yaml-language-server: ")
    assert_completes(rules)


def test_where_it_is_missing_the_file_says_how_to_get_it_and_what_to_write(rules: Path) -> None:
    """And names no file that is not there."""
    deploy_checklist("init")
    text = rules.read_text()
    assert MODELINE.search(text) is None
    command = re.search(r"^# +deploy-checklist (\w+) > (\S+)$", text, re.MULTILINE)
    line = re.search(r"`(# yaml-language-server: .*)`", text)
    assert command
    assert line
    Path(command[2]).write_text(deploy_checklist(command[1]))
    rules.write_text(f"{line[1]}\n{text}")
    assert_completes(rules)


def test_the_page_shows_a_file_that_completes_in_the_folder_where_it_is_said_to_be(
    rules: Path,
) -> None:
    page = (ROOT / "docs" / "rules.md").read_text()
    block = page.partition("```yaml\n")[2].partition("```")[0]
    command = re.search(r"`deploy-checklist (schema) > (\S+)`", page)
    assert command
    rules.parent.mkdir()
    rules.write_text(block)
    Path(command[2]).write_text(deploy_checklist(command[1]))
    assert_completes(rules)
