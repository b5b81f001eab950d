"""One word for each thing: the glossary names classes, verbs and states that the code has, each once."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from deploy_checklist.errors import Exit
from deploy_checklist.outcome import Outcome
from deploy_checklist.report.model import Verdict

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "deploy_checklist"
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
SECTIONS = {section.partition("\n")[0]: section for section in GLOSSARY.split("\n## ")}

CLASSES = [
    (node.name, path.relative_to(SOURCE).as_posix(), ast.get_docstring(node))
    for path in sorted(SOURCE.rglob("*.py"))
    for node in ast.parse(path.read_text(encoding="utf-8")).body
    if isinstance(node, ast.ClassDef)
]
SAME_NAME = {"Params"}  # by the contract of checks/base.py: each kind has its own


def rows(section: str) -> list[list[str]]:
    """The cells of each row of a section's tables, without the heads."""
    lines = SECTIONS[section].splitlines()
    tables = [line for line in lines if line.startswith("| ")]
    heads = {lines[number - 1] for number, line in enumerate(lines) if line.startswith("| ---")}
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in tables
        if line not in heads and not line.startswith("| ---")
    ]


NOUNS = rows("What flows")
STATES = rows("What an item came to")
VERDICTS = rows("What the release came to")


@pytest.mark.parametrize("row", NOUNS, ids=lambda row: row[0])
def test_a_noun_is_one_class_that_stands_where_the_glossary_says(row: list[str]) -> None:
    name, meaning, where = row
    found = [(path, text) for each, path, text in CLASSES if f"`{each}`" == name]
    assert [f"`{path}`" for path, _ in found] == [where]
    assert found[0][1], f"{name} has no docstring"
    assert re.fullmatch(r"[^|]+[^.]\.", meaning)


def test_no_noun_is_defined_twice() -> None:
    names = [name for name, *_ in NOUNS]
    assert sorted(set(names)) == sorted(names)


def test_no_two_classes_have_the_same_name() -> None:
    counted = Counter(name for name, *_ in CLASSES if not name.startswith("_"))
    assert {name for name, count in counted.items() if count > 1} == SAME_NAME


@pytest.mark.parametrize("row", rows("What is done"), ids=lambda row: row[0])
def test_a_verb_is_a_function_that_stands_where_the_glossary_says(row: list[str]) -> None:
    verb, _, where = (cell.strip("`") for cell in row)
    tree = ast.parse((SOURCE / where).read_text(encoding="utf-8"))
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert any(name == verb or name.startswith(f"{verb}_") for name in functions)


def test_every_outcome_has_one_row_worst_first_and_every_other_row_is_a_case_of_one() -> None:
    wire = [cell for _, cell, _ in STATES]
    assert [cell for cell in wire if re.fullmatch(r"`\w+`", cell)] == [
        f"`{outcome.value}`" for outcome in Outcome
    ]
    for cell in wire:
        assert cell.split("`")[1] in set(Outcome)


def test_every_verdict_has_one_row_and_its_exit_code() -> None:
    codes = {
        Verdict.READY: Exit.READY,
        Verdict.WAITING: Exit.HELD,
        Verdict.BLOCKED: Exit.HELD,
        Verdict.UNDETERMINED: Exit.UNDETERMINED,
        Verdict.OVERRIDDEN: Exit.READY,
        Verdict.ROLLED_BACK: Exit.READY,
    }
    assert {wire.strip("`"): int(code) for _, wire, _, code in VERDICTS} == codes
    assert len(VERDICTS) == len(codes)


def test_no_two_states_share_a_word() -> None:
    """Of an item and of a release, each for itself: both can be waiting."""
    for table in (STATES, VERDICTS):
        words = [word for word, *_ in table]
        assert sorted(set(words)) == sorted(words)


def test_the_architecture_is_one_screen_and_names_every_room_once() -> None:
    assert len(ARCHITECTURE.splitlines()) <= 85
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    named = re.findall(r"^\| (`[^|]+/`) \|", ARCHITECTURE, re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)/`", " ".join(named))) == sorted(rooms)


def test_every_noun_of_the_picture_is_in_the_glossary() -> None:
    picture = ARCHITECTURE.partition("```text\n")[2].partition("```")[0]
    nouns = {name.strip("`") for name, *_ in NOUNS}
    capitals = set(re.findall(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)*\b", picture))
    known = {name for name, *_ in CLASSES}
    assert {word for word in capitals if word in known} <= nouns
    assert len(capitals & nouns) >= 12
