"""The fixed texts that the program prints, as its source has them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import deploy_checklist

SOURCE = Path(deploy_checklist.__file__).parent
VERBS = ("read", "write")  # what github/failures.py puts for `{verb}`


@cache
def printed_texts() -> str:
    """Every text in the source but docstrings, one a line; of an f-string its fixed parts."""
    return "\n".join(
        text for path in sorted(SOURCE.rglob("*.py")) for text in _texts(path.read_text("utf-8"))
    )


def _texts(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    first = (node.body[0] for node in ast.walk(tree) if isinstance(node, documented) and node.body)
    docstrings = {each.value for each in first if isinstance(each, ast.Expr)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and node not in docstrings else None
        if isinstance(text, str):
            yield from {text.replace("`", "").replace("{verb}", verb) for verb in VERBS}


def unprinted_parts(message: str) -> list[str]:
    """The fixed parts of a message, between its `…`, that no text of the source has."""
    parts = [part.strip(" @") for part in message.replace("`", "").split("…")]
    return [part for part in parts if part and part not in printed_texts()]


def nearest_texts(parts: Iterable[str]) -> list[str]:
    """What the program prints that is most like each of these: what it may say now."""
    printed = printed_texts().splitlines()
    return [near for part in parts for near in get_close_matches(part, printed, 1, cutoff=0.4)]
