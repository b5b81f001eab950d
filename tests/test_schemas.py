"""The JSON Schemas that `schema` prints: one for each name, and every key of an output has a meaning."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deploy_checklist.cli import run
from deploy_checklist.rules.schema import json_schema as rules_schema
from deploy_checklist.schemas import SCHEMAS, json_schema

PAGE = (Path(__file__).parent.parent / "docs" / "formats.md").read_text(encoding="utf-8")
OUTPUTS = [name for name in SCHEMAS if name != "rules"]
COMMANDS = [name for name in OUTPUTS if name != "report"]  # that has a page of its own


def printed(*arguments: str) -> dict[str, Any]:
    out, err = io.StringIO(), io.StringIO()
    assert run(["schema", *arguments], {}, out, err) == 0
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_printed_by_its_name_and_is_one(name: str) -> None:
    assert printed(f"--{name}") == json_schema(name)
    Draft202012Validator.check_schema(json_schema(name))


def test_without_a_name_it_is_that_of_the_rules_file() -> None:
    assert printed() == rules_schema()


def test_one_is_printed_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        printed("--lint", "--init")
    assert "not allowed with" in capsys.readouterr().err


def objects(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from json_schema(name)["$defs"].items()


@pytest.mark.parametrize("name", OUTPUTS)
def test_no_key_is_left_out_and_each_has_a_meaning(name: str) -> None:
    for called, each in objects(name):
        assert each.get("required", []) == [*each.get("properties", ())]
        for key, value in each.get("properties", {}).items():
            assert value["description"].endswith("."), f"{called}.{key}"
            assert "default" not in value


@pytest.mark.parametrize("name", COMMANDS)
def test_every_key_stands_in_the_docs(name: str) -> None:
    output = SCHEMAS[name][1].removeprefix("of ")
    section = PAGE.partition(f"### {output}\n")[2].partition("\n### ")[0]
    assert section
    keys = {key for _, each in objects(name) for key in each.get("properties", ())}
    listed = {
        row.split("`")[1].rpartition(".")[2] for row in section.splitlines() if row[:3] == "| `"
    }
    assert keys <= listed
