"""How a rules file spells data: what `init` writes, and what is proposed to be pasted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_WORD = re.compile(r"[A-Za-z_][\w./-]*")
_PLAIN = re.compile(r"[A-Za-z_][\w./-]*(?: [A-Za-z_(][\w./()-]*)*")
_WORDS_OF_YAML = re.compile(r"(?i:true|false|null|yes|no|on|off|y|n)")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def written(value: object, *, key: bool = False) -> str:
    """Rules-file data as YAML on one line."""
    if isinstance(value, Mapping):
        inside = ", ".join(
            f"{written(name, key=True)}: {written(each)}" for name, each in value.items()
        )
        return f"{{ {inside} }}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    if (
        text.isascii()
        and (_PLAIN if key else _WORD).fullmatch(text)
        and not _WORDS_OF_YAML.fullmatch(text)
    ):
        return text
    return _UNPRINTABLE.sub(
        lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False)
    )


def comment(text: str) -> str:
    """Text of the document on one line of a comment."""
    return _UNPRINTABLE.sub(" ", " ".join(text.split()))[:300]
