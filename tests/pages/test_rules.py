"""Every rules file that the project has or shows passes the schema, the loader and `lint --strict`."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from deploy_checklist.cli import run
from deploy_checklist.data_formats import parse_yaml
from deploy_checklist.rules.model import is_variable
from deploy_checklist.rules.schema import json_schema
from pages.blocks import ROOT, Block, blocks, sort_of

SCHEMA = Draft202012Validator(json_schema())
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in (".github", "examples")
    for path in (ROOT / folder).glob("*.yml")
    if re.search(r"^version: 1$", path.read_text(), re.MULTILINE)
)
# What a part of a rules file leaves to the rest of it.
REST = {
    "version": "version: 1",
    "environments": "environments: { staging: { domain: a.example }, production: { domain: b.example } }",
    "facts": "facts: { stripe: { env: A }, tracing: { env: B }, paynow: { env: C } }",
    "roles": "roles: { on-call: ['@octo-lead'], backend-lead: ['@octo-lead'] }",
}


def parts(block: Block) -> Iterator[str]:
    """The block; of one that shows several conditions, a rule for each."""
    conditions = [line for line in block.text.splitlines() if line.startswith("when:")]
    if not conditions:
        yield block.text
    for line in conditions:
        yield f"items:\n  KEY: {{ {line.partition(' #')[0].strip()} }}\n"


SHOWN = [
    (f"{block.where} {number}".removesuffix(" 0"), part)
    for block in blocks("yaml", "yml")
    if sort_of(block) == "rules"
    for number, part in enumerate(parts(block))
]


def completed(text: str) -> str:
    """The rules with what a part of them leaves to the rest; a whole file as it stands."""
    found = parse_yaml(text, "rules.yml").plain()
    assert isinstance(found, dict)
    if "version" in found:
        return text
    lines = [line for key, line in REST.items() if key not in found]
    if "items" not in found:
        items = {"KEY": None} | dict.fromkeys(
            f"{title} done" for title in found.get("sections", ())
        )
        for exception in (*found.get("waivers", ()), *found.get("signed", ())):
            items[exception["item"]] = None
        lines += ["items:", *(f"  {name}: sign" for name in items)]
    return "\n".join([*lines, text])


def checklist_of(rules: Mapping[str, Any]) -> str:
    """A checklist with an item for each rule, and each section that the rules name."""
    sections = [str(title) for title in rules.get("sections") or ()]
    below = {f"{title} done" for title in sections}
    items = [f"`{key}` is set" if is_variable(key) else key for key in rules["items"]]
    text = "# Release\n\n" + "".join(f"- [ ] {item}\n" for item in items if item not in below)
    return text + "".join(f"\n## {title}\n\n- [ ] {title} done\n" for title in sections)


def linted(*arguments: str) -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    code = run(["lint", "--strict", *arguments], {}, out, err)
    return code, out.getvalue() + err.getvalue()


@pytest.mark.parametrize("text", dict(SHOWN).values(), ids=dict(SHOWN))
def test_the_rules_that_a_page_shows_pass(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their checklist has an item for each rule, under the name that they give it."""
    monkeypatch.chdir(tmp_path)
    whole = completed(text)
    rules: Any = parse_yaml(whole, "rules.yml").plain()
    assert best_match(SCHEMA.iter_errors(rules)) is None
    checklist = tmp_path / rules.get("checklist", "deployment-checklist.md")
    checklist.parent.mkdir(parents=True, exist_ok=True)
    checklist.write_text(checklist_of(rules), encoding="utf-8")
    (tmp_path / "deploy-checklist.yml").write_text(whole, encoding="utf-8")
    assert linted() == (0, "the checklist and the rules agree\n")


@pytest.mark.parametrize("path", FILES)
def test_the_rules_that_the_project_has_agree_with_their_checklist(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules: Any = parse_yaml((ROOT / path).read_text(encoding="utf-8"), path).plain()
    assert best_match(SCHEMA.iter_errors(rules)) is None
    for name in (path, rules["checklist"]):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert linted("--rules", path) == (0, "the checklist and the rules agree\n")


def test_the_files_and_the_pages_have_rules() -> None:
    assert {".github/deploy-checklist.yml", "examples/live.yml"} <= set(FILES)
    assert {"README.md", "docs/rules.md"} <= {where.partition(" ")[0] for where, _ in SHOWN}
    assert len(SHOWN) > 35
