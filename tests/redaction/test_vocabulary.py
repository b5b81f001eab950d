"""A secret that is a word of every report is told as such, rather than stop every report."""

from __future__ import annotations

import ast
import os
import re
import textwrap
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

import reports
from deploy_checklist import report as package
from deploy_checklist.redaction import fixed_words
from deploy_checklist.redaction.vocabulary import vocabulary
from deploy_checklist.report import wire

LIST = Path(fixed_words.__file__)
# Modules of report/ whose texts are names of Python's, or stand in the schema alone.
SAY_NOTHING = {"formats", "tables", "wire", "wire_schema"}


def said(source: str) -> set[str]:
    """The words of four letters or more in a module's texts, docstrings aside."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    first = (node.body[0] for node in ast.walk(tree) if isinstance(node, documented) and node.body)
    docstrings = {id(statement.value) for statement in first if isinstance(statement, ast.Expr)}
    texts = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return {
        word
        for text in texts
        if id(text) not in docstrings
        for word in re.findall(r"[\w$-]{4,}", str(text.value))
    }


def words_of_the_renderings() -> set[str]:
    modules = Path(package.__path__[0]).glob("*.py")
    texts = {
        word for path in modules if path.stem not in SAY_NOTHING for word in said(path.read_text())
    }
    return texts | {key for key in json_keys() if len(key) >= 4}


def json_keys() -> set[str]:
    """The keys of the JSON report."""
    shapes = (each for each in vars(wire).values() if isinstance(each, type))
    return {
        key
        for shape in shapes
        if issubclass(shape, Struct)
        for key in shape.__struct_encode_fields__
    }


def written(words: Iterable[str]) -> str:
    """The file of the fixed words; one that is a part of another need not be listed."""
    every = "\n".join(words)
    listed = sorted(word for word in words if every.count(word) == 1)
    head, _, _ = LIST.read_text().partition('"""\n\n')
    return f'{head}"""\n\nFIXED_WORDS = """\n{textwrap.fill(" ".join(listed), 99, break_on_hyphens=False)}\n"""\n'


def test_every_word_of_a_rendering_is_listed() -> None:
    """UPDATE_WORDS=1 writes the list anew."""
    words = words_of_the_renderings()
    if os.environ.get("UPDATE_WORDS"):
        LIST.write_text(written(words), encoding="utf-8")
        return  # the process still has the old list
    assert LIST.read_text(encoding="utf-8") == written(words), (
        "run: UPDATE_WORDS=1 pytest tests/redaction"
    )
    known = "\n".join(vocabulary(reports.report()))
    assert {word for word in words if word not in known} == set()
