"""What plain values mean to a comparator: equality, numbers, lists, and how two texts differ."""

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
    """A number, or a text that is nothing but one; None for everything else: true and false, NaN
    and the infinite.
    """
    if isinstance(value, str):
        return (
            Decimal(value) if len(value) <= _LONGEST_NUMBER and _NUMBER.fullmatch(value) else None
        )
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, float) and not isfinite(
        value
    ):  # not asked of a whole number, which may be too large for it
        return None
    return Decimal(str(value))


def same(expected: object, value: object) -> bool:
    """Whether a value is what a rules file says. A variable is text: `3000` and `true` there mean
    these words.
    """
    if isinstance(expected, bool) or isinstance(value, bool):
        return plain(expected) == value if isinstance(value, str) else expected is value
    if isinstance(expected, int | float):
        number = to_decimal(value)
        return number is not None and number == Decimal(str(expected))
    return type(expected) is type(value) and expected == value


def same_in_any_spelling(one: object, other: object) -> bool:
    """Whether two scalars mean the same however a document or a variable spells them: 8080, 8080.0
    and `8080`.

    For what must not be: there a difference of type alone is none. Two texts are the same or not:
    007 is not 7.
    """
    if plain(one) == plain(other):
        return True
    number = None if isinstance(one, str) and isinstance(other, str) else to_decimal(one)
    return number is not None and number == to_decimal(other)


def entries_of(value: object) -> Sequence[object] | None:
    """The entries of a list: a real one, a mapping's keys, or a text split at commas and white
    space, or as JSON.
    """
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
    """A scalar as code; cut where it gets long."""
    text = plain(value)
    return f"`{text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + '…'}`"


def comma_separated(values: Iterable[object]) -> str:
    """Scalars in a row: "stripe, paynow"."""
    return ", ".join(plain(value) for value in values)


_FOLDS: Mapping[str, Callable[[str], str]] = {
    "white space at its ends": str.strip,
    "the quotes around it": lambda text: (
        text[1:-1] if len(text) > 1 and text[0] == text[-1] in "\"'" else text
    ),
    "a trailing slash": lambda text: text.rstrip("/"),
    "upper and lower case": str.casefold,
}


def small_difference(expected: object, value: object) -> str | None:
    """In what small thing alone two texts differ ("a trailing slash"); None if in more than that."""
    if (
        not isinstance(expected, str)
        or not isinstance(value, str)
        or abs(len(expected) - len(value)) > _LONGEST_SHOWN
    ):
        return None
    for count in (1, 2):
        for names in combinations(_FOLDS, count):
            one, other = expected, value
            for name in names:
                one, other = _FOLDS[name](one), _FOLDS[name](other)
            if one == other:
                return " and ".join(names)
    return None
