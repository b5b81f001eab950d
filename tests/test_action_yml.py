"""action.yml, the settings and docs/inputs.md say the same, in both directions.

`UPDATE_DOCS=1 pytest tests/test_action_yml.py` writes the tables anew.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml

from deploy_checklist.publish.outputs import OUTPUTS
from deploy_checklist.settings import Inputs
from inputs import input_names, inputs_table, outputs_table, written_default

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
PAGE = ROOT / "docs" / "inputs.md"
TABLES = {"inputs": inputs_table, "outputs": outputs_table}


def test_every_input_of_the_settings_is_declared_and_every_declared_input_is_read():
    assert list(ACTION["inputs"]) == list(input_names())


@pytest.mark.parametrize(("name", "field"), input_names().items())
def test_description_and_default_of_an_input_are_the_settings_own(name, field):
    declared = ACTION["inputs"][name]
    assert declared["description"] == Inputs.model_fields[field].description
    assert declared.get("default", "") == written_default(field)
    assert declared["required"] is False


def test_the_declared_defaults_are_the_defaults_of_the_code():
    written = {
        f"INPUT_{name.upper()}": each.get("default", "") for name, each in ACTION["inputs"].items()
    }
    del written["INPUT_GITHUB-TOKEN"]
    assert Inputs.read(written) == Inputs.read({})


def test_every_output_is_declared_and_every_declared_output_exists():
    assert {name: each["description"] for name, each in ACTION["outputs"].items()} == dict(OUTPUTS)


def test_names_are_kebab_case():
    assert all(
        re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in (*ACTION["inputs"], *ACTION["outputs"])
    )


@pytest.mark.parametrize("table", TABLES)
def test_the_tables_of_the_page_are_generated(table):
    file, generated = PAGE, TABLES[table]()
    text = file.read_text(encoding="utf-8")
    between = re.compile(rf"(<!-- {table} -->\n)(.*?)(\n<!-- /{table} -->)", re.DOTALL)
    assert len(between.findall(text)) == 1, f"it needs one <!-- {table} --> … <!-- /{table} -->"
    if os.environ.get("UPDATE_DOCS"):
        file.write_text(
            between.sub(lambda found: found[1] + generated + found[3], text), encoding="utf-8"
        )
        return
    found = between.search(text)
    assert found is not None
    assert found[2] == generated
