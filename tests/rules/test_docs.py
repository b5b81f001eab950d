"""docs/rules.md shows nothing that the loader would refuse, and names every setting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deploy_checklist.data_formats import parse_yaml
from deploy_checklist.rules.clauses import META
from deploy_checklist.rules.load import TOP, load, resolve

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
FACTS = "facts: {stripe: {env: A}, tracing: {env: B}, paynow: {env: C}}\n"


def test_the_first_example_is_a_whole_rules_file() -> None:
    file = load(EXAMPLES[0], "rules.yml")
    assert [resolve(file, environment, {}).environment for environment in file.environments] == [
        "staging",
        "production",
    ]


@pytest.mark.parametrize("example", [each for each in EXAMPLES[1:] if not each.startswith("when:")])
def test_an_example_is_part_of_a_rules_file(example: str) -> None:
    has_items = "items:" in example.splitlines()
    items = "" if has_items else "items: {KEY: present}\n"
    is_whole = has_items or "environments:" in example
    environments = "" if is_whole else "environments: {staging: {}}\n"
    facts = "" if "facts:" in example.splitlines() else FACTS
    roles = "" if "roles:" in example.splitlines() else "roles: {on-call: ['@octo-oncall']}\n"
    assert load(f"version: 1\n{facts}{environments}{roles}{items}{example}", "rules.yml").rules


@pytest.mark.parametrize(
    "line", [line for each in EXAMPLES for line in each.splitlines() if line.startswith("when:")]
)
def test_an_example_of_a_condition_is_one(line: str) -> None:
    condition = parse_yaml(line, "rules.yml").value["when"]
    assert condition.value
    item = line.partition("#")[0].strip()
    assert load(
        f"version: 1\n{FACTS}environments: {{production: {{}}}}\nitems:\n  KEY: {{ {item} }}\n",
        "rules.yml",
    )


@pytest.mark.parametrize("setting", META)
def test_every_setting_of_a_rule_has_its_row(setting: str) -> None:
    assert f"\n| `{setting}` | " in PAGE


@pytest.mark.parametrize("part", TOP)
def test_every_part_of_the_file_is_shown(part: str) -> None:
    assert re.search(rf"(?m)^{part}:", "".join(EXAMPLES))
