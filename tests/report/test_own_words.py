"""A secret that is a word of every report is told as such, rather than stop every report."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import reports
from deploy_checklist import report as package
from deploy_checklist.report.own_words import own_words


def said(source: str) -> set[str]:
    """The words of four letters or more in a module's texts, docstrings aside."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    first = (node.body[0] for node in ast.walk(tree) if isinstance(node, documented) and node.body)
    docstrings = {id(statement.value) for statement in first if isinstance(statement, ast.Expr)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {word for text in texts if id(text) not in docstrings for word in re.findall(r"[\w$-]{4,}", str(text.value))}


def test_every_word_of_a_rendering_is_listed() -> None:
    folder = Path(package.__path__[0])
    known = "\n".join(own_words(reports.report()))
    missing = {word for module in folder.glob("*.py") for word in said(module.read_text()) if word not in known}
    assert missing == set(), "add them to _FIXED in report/own_words.py"
