"""How comparators read plain values: equality, numbers, lists, and how two texts differ."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from math import isfinite

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LONGEST_NUMBER = 100
_LONGEST_SHOWN = 80


def to_decimal(value: object) -> Decimal | None:
    """A finite number, or a text that is nothing but one. None for anything else."""
    if isinstance(value, str):
        is_number = len(value) <= _LONGEST_NUMBER and _NUMBER.fullmatch(value)
        return Decimal(value) if is_number else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, float) and not isfinite(value):  # isfinite raises on a huge int
        return None
    return Decimal(str(value))


def same(expected: object, value: object) -> bool:
    """Whether a value is what a rules file says.

    A variable is a text, so `3000` and `true` in the rules file also match these words.
    """
    if isinstance(expected, bool) and isinstance(value, str):
        return plain(expected) == value
    if isinstance(expected, bool) or isinstance(value, bool):
        return expected is value
    if isinstance(expected, int | float):
        number = to_decimal(value)
        return number is not None and number == Decimal(str(expected))
    return type(expected) is type(value) and expected == value


def same_in_any_spelling(one: object, other: object) -> bool:
    """Whether two scalars mean the same in any spelling: 8080, 8080.0 and the text `8080`.

    For forbidden values, which no other type or spelling may hide. Two texts are compared as
    they are: 007 is not 7.
    """
    if plain(one) == plain(other):
        return True
    if isinstance(one, str) and isinstance(other, str):
        return False
    number = to_decimal(one)
    return number is not None and number == to_decimal(other)


def entries_of(value: object) -> Sequence[object] | None:
    """A list's entries, a mapping's keys, or a text's parts (JSON, or split at commas)."""
    if isinstance(value, str):
        return _split(value)
    if isinstance(value, list | tuple):
        return value
    return list(value) if isinstance(value, Mapping) else None


def _split(text: str) -> Sequence[object]:
    if text.lstrip().startswith("["):
        try:
            entries = json.loads(text)
        except (ValueError, RecursionError):
            entries = None
        if isinstance(entries, list):
            return entries
    return [entry for entry in re.split(r"[,\s]+", text) if entry]


def plain(value: object) -> str:
    """A scalar as a rules file spells it."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def quoted(value: object) -> str:
    """A scalar in backticks, shortened if it is long."""
    text = plain(value)
    if len(text) > _LONGEST_SHOWN:
        text = f"{text[:_LONGEST_SHOWN]}…"
    return f"`{text}`"


def comma_separated(values: Iterable[object]) -> str:
    """Scalars in one text: "stripe, paynow"."""
    return ", ".join(plain(value) for value in values)


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] in "\"'" else text


_NORMALIZERS: Mapping[str, Callable[[str], str]] = {
    "white space at its start or end": str.strip,
    "the quotes around it": _unquoted,
    "a trailing slash": lambda text: text.rstrip("/"),
    "upper and lower case": str.casefold,
}


def small_difference(expected: object, value: object) -> str | None:
    """The small difference between two texts ("a trailing slash"); None if it is larger."""
    if not isinstance(expected, str) or not isinstance(value, str):
        return None
    if abs(len(expected) - len(value)) > _LONGEST_SHOWN:
        return None
    for count in (1, 2):
        for names in combinations(_NORMALIZERS, count):
            one, other = expected, value
            for name in names:
                one, other = _NORMALIZERS[name](one), _NORMALIZERS[name](other)
            if one == other:
                return " and ".join(names)
    return None
