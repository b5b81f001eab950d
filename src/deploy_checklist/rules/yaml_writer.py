"""Writes rules-file data as YAML: the file of `init`, and lines that are proposed for pasting."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

LONGEST_COMMENT = 300  # characters
_LONGEST_KEY = 1024  # characters as written: YAML 1.2.2, section 7.4

_WORD = re.compile(r"[A-Za-z_][\w./-]*|\d{1,9}[smhdw]")  # `90d` is a text
_PLAIN = re.compile(r"[A-Za-z_][\w./-]*(?: [A-Za-z_(][\w./()-]*)*")
_WORDS_OF_YAML = re.compile(r"(?i:true|false|null|yes|no|on|off|y|n)")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def to_yaml(value: object) -> str:
    """Rules-file data as YAML on one line."""
    if isinstance(value, Mapping):
        pairs = [f"{to_yaml_key(name)}: {to_yaml(each)}" for name, each in value.items()]
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list):
        return "[" + ", ".join(map(to_yaml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    return _scalar(str(value), _WORD)


def to_yaml_lines(value: Mapping[str, object], indent: int) -> list[str]:
    """A mapping with each key on a line of its own, as an editor completes it; lists on one."""
    lines = []
    for name, each in value.items():
        head = f"{' ' * indent}{to_yaml_key(name)}:"
        if isinstance(each, Mapping) and each:
            lines += [head, *to_yaml_lines(each, indent + 2)]
        else:
            lines.append(f"{head} {to_yaml(each)}")
    return lines


def to_yaml_key(key: str) -> str:
    """A key as YAML. Several plain words need no quotes here."""
    return _scalar(key, _PLAIN)


def can_be_key(text: str) -> bool:
    """Whether YAML takes the text for a key: a longer one cannot be followed by its `:`."""
    return len(to_yaml_key(text)) <= _LONGEST_KEY


def _scalar(text: str, plain: re.Pattern[str]) -> str:
    if text.isascii() and plain.fullmatch(text) and not _WORDS_OF_YAML.fullmatch(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def comment(text: str) -> str:
    """Text of the document for a comment: on one line, not too long, and no question."""
    one_line = _UNPRINTABLE.sub(" ", " ".join(text.split()))[:LONGEST_COMMENT]
    return one_line.replace("TODO", "to do")
