"""What each comparator finds wrong with a value: a phrase that says what was expected, never what
the value is.
"""

from __future__ import annotations

import hmac
import json
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache, partial
from typing import LiteralString

from pydantic_core import SchemaError, SchemaValidator, core_schema

from ..opaque import OpaqueStruct
from .plain import (
    comma_separated,
    entries_of,
    plain,
    quoted,
    same,
    same_in_any_spelling,
    small_difference,
    to_decimal,
)

MISSING = object()  # what a path leads to that leads nowhere: not even null


class ComparedValue(OpaqueStruct, frozen=True, kw_only=True):
    """A value and what may be said of it."""

    value: object
    others: Mapping[str, str]
    secret: bool
    show: bool


@cache
def _whole(pattern: str) -> SchemaValidator:
    """Matches the whole of a text in linear time (Rust's engine, which pydantic-core brings along)."""
    if ")" in pattern:  # what is a pattern only between our brackets (`a)|(b`) is none
        _compiled(pattern)
    return _compiled(rf"\A(?:{pattern})\z")


def _compiled(pattern: str) -> SchemaValidator:
    return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))


def pattern_fault(pattern: str) -> LiteralString | None:
    """Why a pattern cannot be used, in our own words; None if it can."""
    try:
        _whole(pattern)
    except (
        SchemaError
    ):  # its text quotes the pattern over several lines and says nothing of what to do
        pass
    else:
        return None
    if re.search(r"\(\?<?[=!]", pattern):
        return (
            "uses look-around (`(?=`, `(?!`, `(?<`), which a linear-time expression does not have"
        )
    if re.search(r"\\[1-9]|\(\?P=", pattern):
        return "uses a back-reference, which a linear-time expression does not have"
    return "is not a regular expression in Rust's syntax (https://docs.rs/regex/latest/regex/#syntax), or is too large"


def _equals(expected: object, against: ComparedValue) -> str | None:
    if same(expected, against.value):
        return None
    if against.value is None:
        return "is missing"
    how = None if against.secret else small_difference(expected, against.value)
    return f"differs from {quoted(expected)} only in {how}" if how else f"is not {quoted(expected)}"


def _one_of(expected: Sequence[object], against: ComparedValue) -> str | None:
    if any(same(each, against.value) for each in expected):
        return None
    if against.value is None:
        return "is missing"
    hows = () if against.secret else (small_difference(each, against.value) for each in expected)
    how = next((how for how in hows if how), None)
    return f"is not one of {comma_separated(expected)}" + (
        f" (it differs from one only in {how})" if how else ""
    )


def _not_one_of(expected: Sequence[object], against: ComparedValue) -> str | None:
    if isinstance(against.value, list | Mapping):
        return "is not a single value"  # whatever is in it would pass
    return (
        "is one that it must not be"
        if any(_is_meant(each, against.value) for each in expected)
        else None
    )


def _is_meant(expected: object, value: object) -> bool:
    return same(expected, value) or same_in_any_spelling(expected, value)


def _equals_env(name: str, against: ComparedValue) -> str | None:
    return _with_other(name, against, wanted=True, phrase=f"differs from {name}")


def _differs_from(name: str, against: ComparedValue) -> str | None:
    if isinstance(against.value, list | tuple | Mapping):
        return "is not a single value"  # whatever is in it would pass
    phrase = f"is the same as {name}"
    if not isinstance(against.value, str) and same_in_any_spelling(
        against.value, against.others.get(name)
    ):
        return phrase
    return _with_other(name, against, wanted=False, phrase=phrase)


def _with_other(name: str, against: ComparedValue, *, wanted: bool, phrase: str) -> str | None:
    other = against.others.get(name)
    if not other:
        return f"has nothing to be compared with: {name} is empty"
    try:
        own = (
            against.value
            if isinstance(against.value, str)
            else json.dumps(against.value, default=str)
        )
    except RecursionError:
        return "is nested too deep to be compared"
    # Constant time; a lone surrogate (odd bytes in a variable) must not raise.
    equal = hmac.compare_digest(
        own.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass")
    )
    return None if equal is wanted else phrase


def _matches(pattern: str, against: ComparedValue) -> str | None:
    if not isinstance(against.value, str | int | float):
        return "is neither a text nor a number"
    return (
        None
        if _whole(pattern).isinstance_python(plain(against.value))
        else f"does not match {quoted(pattern)}"
    )


def _contains(expected: object, against: ComparedValue) -> str | None:
    if isinstance(expected, str) and isinstance(against.value, str):
        return None if expected in against.value else f"does not contain {quoted(expected)}"
    wanted = (expected,) if isinstance(expected, str) else tuple(expected)  # type: ignore[arg-type]  # Scalars
    has = entries_of(against.value)
    if has is None:
        return "is not a list"
    lacking = [
        each
        for each in wanted
        if not any(same(each, entry) or same(plain(each), entry) for entry in has)
    ]
    return f"lacks {comma_separated(lacking)}" if lacking else None


def _number(
    phrase: str, holds: Callable[[Decimal, Decimal], bool], bound: float, against: ComparedValue
) -> str | None:
    number = to_decimal(against.value)
    if number is None:
        return "is not a number"
    return None if holds(number, Decimal(str(bound))) else f"is not {phrase} {bound}"


def _min_length(least: int, against: ComparedValue) -> str | None:
    size = len(against.value) if isinstance(against.value, str | list | tuple | Mapping) else None
    if size is None:
        return "is neither a text nor a list"
    what = "characters" if isinstance(against.value, str) else "entries"
    return None if size >= least else f"has fewer than {least} {what}"


def _exists(expected: bool, against: ComparedValue) -> str | None:
    if (against.value is not None) is expected:
        return None
    return "is missing" if expected else "is there, and must not be"


def _empty(expected: bool, against: ComparedValue) -> str | None:
    if (against.value is None or against.value in ("", [], {}, ())) is expected:
        return None
    return "is not empty" if expected else "is empty"


COMPARATORS: Mapping[str, Callable[..., str | None]] = {
    "equals": _equals,
    "equals_env": _equals_env,
    "differs_from": _differs_from,
    "one_of": _one_of,
    "not_one_of": _not_one_of,
    "matches": _matches,
    "contains": _contains,
    "above": partial(_number, "above", operator.gt),
    "at_least": partial(_number, "at least", operator.ge),
    "below": partial(_number, "below", operator.lt),
    "at_most": partial(_number, "at most", operator.le),
    "min_length": _min_length,
    "exists": _exists,
    "empty": _empty,
}
