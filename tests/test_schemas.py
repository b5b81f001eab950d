"""The JSON Schemas that `schema` prints: one for each name, and every key of an output has a meaning."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deploy_checklist.cli import run
from deploy_checklist.rules import key_meanings
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
    assert printed() == json_schema("rules")


def test_one_is_printed_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        printed("--lint", "--init")
    assert "not allowed with" in capsys.readouterr().err


def test_every_schema_passes_the_metaschema(tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.json" for name in SCHEMAS]
    for path in paths:
        path.write_text(json.dumps(json_schema(path.stem)))
    tool = Path(sys.executable).with_name("check-jsonschema")
    checked = subprocess.run(
        [tool, "--check-metaschema", *paths], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_each_schema_has_a_dialect_a_title_and_an_id_of_its_own() -> None:
    found = [json_schema(name) for name in SCHEMAS]
    assert {each["$schema"] for each in found} == {"https://json-schema.org/draft/2020-12/schema"}
    assert [each["$id"] for each in found] == [f"urn:deploy-checklist:{name}:1" for name in SCHEMAS]
    assert all(each["title"] for each in found)


def keys_of(part: Any, path: str = "") -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every property at any depth: where it is, its key, and its schema."""
    inner = (
        part if isinstance(part, dict) else dict(enumerate(part if isinstance(part, list) else []))
    )
    for step, each in inner.items():
        yield from keys_of(each, f"{path}/{step}")
    if isinstance(part, dict):
        properties = part.get("properties", {})
        yield from ((f"{path}/{key}", key, each) for key, each in properties.items())


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_has_a_title_and_a_description_that_says_more_than_the_key(name: str) -> None:
    for path, key, each in keys_of(json_schema(name)):
        assert each.get("title"), path
        description = each.get("description", "")
        assert description.endswith("."), path
        said = set(re.findall(r"[a-z]+", description.lower()))
        assert said - {*key.lower().split("_"), "a", "an", "its", "of", "the"}, path


def test_titles_write_names_and_abbreviations_as_people_do() -> None:
    titles = {key: each["title"] for _, key, each in keys_of(json_schema("rules"))}
    expected = {"ca_file": "CA file", "cname": "CNAME", "otlp": "OTLP", "tz": "TZ"}
    expected |= {
        "github": "GitHub",
        "onepassword": "1Password",
        "aws_certificate": "AWS certificate",
    }
    assert expected.items() <= titles.items()


def test_an_editor_is_offered_nothing_that_the_rules_refuse() -> None:
    """The default and the examples of every key."""
    schema = json_schema("rules")
    offered = 0
    for path, _, each in keys_of(schema):
        validator = Draft202012Validator({"$defs": schema["$defs"], **each})
        defaults = [each["default"]] if "default" in each else []
        for value in (*defaults, *each.get("examples", ())):
            assert validator.is_valid(value), (path, value)
            offered += 1
    assert offered > 100


def test_the_meaning_of_a_key_is_that_of_the_tables() -> None:
    found = json_schema("rules")
    for key, each in key_meanings.FILE.items():
        assert found["properties"][key]["description"] == each.text
    clause = found["$defs"]["clause"]["properties"]
    for key, each in key_meanings.RULE.items():
        assert clause[key]["description"] == each.text


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
    output = SCHEMAS[name][1].removeprefix("the schema of ")
    section = PAGE.partition(f"### {output}\n")[2].partition("\n### ")[0]
    assert section
    keys = {key for _, each in objects(name) for key in each.get("properties", ())}
    listed = {
        row.split("`")[1].rpartition(".")[2] for row in section.splitlines() if row[:3] == "| `"
    }
    assert keys <= listed
