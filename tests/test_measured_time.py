"""A test that measures time says so: tests/conftest.py repeats it where a busy machine held it up."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent
MEASURES = re.compile(r"\b(?:monotonic|process_time|perf_counter)\(\) -")


def test_every_test_that_measures_time_is_marked() -> None:
    unmarked = [
        f"{path.name}: {node.name}"
        for path in sorted(TESTS.rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        if MEASURES.search(ast.unparse(node))
        if "measures_time" not in {getattr(each, "attr", "") for each in node.decorator_list}
    ]
    assert not unmarked
