"""The comparators: each returns a phrase for what is wrong with a value, and never quotes it."""

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
from .no_value import no_value_fault
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
from .secret_forms import looks_like_a_secret

MISSING = object()  # the value at a path that does not exist, unlike null


class ComparedValue(OpaqueStruct, frozen=True, kw_only=True):
    """A value, and whether messages may say anything about it."""

    value: object
    others: Mapping[str, str]  # the variables that `equals_env` and `differs_from` name
    secret: bool  # if True, messages do not even mention a small difference
    show: bool  # if True, the rule allows quoting the value


@cache
def _whole(pattern: str) -> SchemaValidator:
    """Matches a whole text in linear time: pydantic-core brings Rust's engine along."""
    if ")" in pattern:
        _compiled(pattern)  # `a)|(b` compiles only between the brackets added below
    return _compiled(rf"\A(?:{pattern})\z")


def _compiled(pattern: str) -> SchemaValidator:
    return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))


def pattern_fault(pattern: str) -> LiteralString | None:
    """Why a pattern cannot be used; None if it can.

    The engine's own message is not used: it quotes the pattern and does not say what to do.
    """
    try:
        _whole(pattern)
        return None
    except SchemaError:
        pass
    if re.search(r"\(\?<?[=!]", pattern):
        return (
            "uses look-around (`(?=`, `(?!`, `(?<`), which Rust's regular expressions do not have"
        )
    if re.search(r"\\[1-9]|\(\?P=", pattern):
        return "uses a back-reference, which Rust's regular expressions do not have"
    return (
        "is not a regular expression in Rust's syntax "
        "(https://docs.rs/regex/latest/regex/#syntax), or is too large"
    )


def _shown(expected: object) -> object:
    """The expected value for a message; "…" if it looks like a secret, which no rule holds."""
    return "…" if looks_like_a_secret(plain(expected)) else expected


def _equals(expected: object, compared: ComparedValue) -> str | None:
    if same(expected, compared.value):
        return None
    if compared.value is None:
        return "is missing"
    difference = None if compared.secret else small_difference(expected, compared.value)
    if difference:
        return f"differs from {quoted(_shown(expected))} only in {difference}"
    return f"is not {quoted(_shown(expected))}"


def _one_of(expected: Sequence[object], compared: ComparedValue) -> str | None:
    if any(same(each, compared.value) for each in expected):
        return None
    if compared.value is None:
        return "is missing"
    phrase = f"is not one of {comma_separated(map(_shown, expected))}"
    if compared.secret:
        return phrase
    for each in expected:
        if difference := small_difference(each, compared.value):
            return f"{phrase} (it differs from one only in {difference})"
    return phrase


def _not_one_of(expected: Sequence[object], compared: ComparedValue) -> str | None:
    if isinstance(compared.value, list | Mapping):
        return "is not a single value"  # any of its entries would pass
    for each in expected:
        if same(each, compared.value) or same_in_any_spelling(each, compared.value):
            return "has a value that the rule forbids"
    return None


def _equals_env(name: str, compared: ComparedValue) -> str | None:
    phrase = f"differs from {name}"
    return _compared_with_env(name, compared, should_equal=True, phrase=phrase)


def _differs_from(name: str, compared: ComparedValue) -> str | None:
    if isinstance(compared.value, list | tuple | Mapping):
        return "is not a single value"  # any of its entries would pass
    phrase = f"is the same as {name}"
    other = compared.others.get(name)
    if not isinstance(compared.value, str) and same_in_any_spelling(compared.value, other):
        return phrase
    return _compared_with_env(name, compared, should_equal=False, phrase=phrase)


def _compared_with_env(
    name: str, compared: ComparedValue, *, should_equal: bool, phrase: str
) -> str | None:
    other = compared.others.get(name)
    if not other:
        return f"cannot be compared: {name} is empty"
    value = compared.value
    if not isinstance(value, str):
        try:
            value = json.dumps(value, default=str)
        except RecursionError:
            return "is nested too deeply to compare"
    # In constant time. Bytes of a variable that are not UTF-8 must not raise.
    equal = hmac.compare_digest(
        value.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass")
    )
    if equal is not should_equal:
        return phrase
    if problem := no_value_fault(other, name):
        return f"cannot be compared: {name} {problem}"
    return None


def _matches(pattern: str, compared: ComparedValue) -> str | None:
    if not isinstance(compared.value, str | int | float):
        return "is not a text or a number"
    if _whole(pattern).isinstance_python(plain(compared.value)):
        return None
    return f"does not match {quoted(pattern)}"


def _contains(expected: str | Sequence[object], compared: ComparedValue) -> str | None:
    if isinstance(expected, str) and isinstance(compared.value, str):
        return None if expected in compared.value else f"does not contain {quoted(expected)}"
    entries = entries_of(compared.value)
    if entries is None:
        return "is not a list"
    missing = [
        each
        for each in ((expected,) if isinstance(expected, str) else expected)
        if not any(same(each, entry) or same(plain(each), entry) for entry in entries)
    ]
    return f"lacks {comma_separated(missing)}" if missing else None


def _number(
    phrase: str, holds: Callable[[Decimal, Decimal], bool], bound: float, compared: ComparedValue
) -> str | None:
    number = to_decimal(compared.value)
    if number is None:
        return "is not a number"
    return None if holds(number, Decimal(str(bound))) else f"is not {phrase} {bound}"


def _min_length(least: int, compared: ComparedValue) -> str | None:
    if not isinstance(compared.value, str | list | tuple | Mapping):
        return "is not a text or a list"
    unit = "characters" if isinstance(compared.value, str) else "entries"
    return None if len(compared.value) >= least else f"has fewer than {least} {unit}"


def _exists(expected: bool, compared: ComparedValue) -> str | None:
    if (compared.value is not None) is expected:
        return None
    return "is missing" if expected else "exists, but must not"


def _empty(expected: bool, compared: ComparedValue) -> str | None:
    if (compared.value is None or compared.value in ("", [], {}, ())) is expected:
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
