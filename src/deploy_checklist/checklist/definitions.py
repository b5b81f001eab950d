"""Link reference definitions: `[label]: destination "title"` at the beginning of a paragraph."""

from __future__ import annotations

import re

_ESCAPED = r"\\[!-/:-@\[-`{-~]"
_DEFINITION = re.compile(
    r" {0,3}\[(?P<label>(?:[^\[\]\\]|\\.){1,999}+)\]:[ \t]*\n?[ \t]*"
    rf"(?P<target><(?:{_ESCAPED}|[^<>\n])*+>|(?!<)(?:{_ESCAPED}|[^\s()]|\((?:{_ESCAPED}|[^\s()])*+\))++)"
    r"(?:(?:[ \t]+|[ \t]*\n[ \t]*)"  # a title
    r"(?:\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|\((?:[^()\\]|\\.)*+\))[ \t]*(?=\n|$))?",
    re.DOTALL,
)
_LINE_ENDS = re.compile(r"[ \t]*(?:\n|$)")


def take(paragraph: str, known: dict[str, str]) -> str:
    """What is left of a paragraph without the definitions it begins with; the first one of a label is `known`."""
    at = 0
    while match := _DEFINITION.match(paragraph, at):
        label = key(match["label"])
        end = _LINE_ENDS.match(paragraph, match.end())
        if end is None or not label:
            break
        known.setdefault(label, match["target"].removeprefix("<").removesuffix(">"))
        at = end.end()
        if at == len(paragraph):
            break
    return paragraph[at:]


def key(label: str) -> str:
    """Labels are compared without case, white space folded."""
    return " ".join(label.split()).casefold()
