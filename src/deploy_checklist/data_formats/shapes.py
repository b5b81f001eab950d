"""JSON from another program, read as a declared shape; no message quotes it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec

T = TypeVar("T")

# An aware time: without an offset nobody knows when it was.
Moment = Annotated[datetime, msgspec.Meta(tz=True)]

_OTHER_KIND = re.compile("Expected `(?P<wanted>[a-z0-9 |]+)`, got `(?P<found>[a-z]+)`")
_MISSING = re.compile("Object missing required field `(?P<field>[A-Za-z_0-9]+)`")
_WORDS = {
    "str": "a text",
    "int": "a number",
    "float": "a number with a fraction",
    "bool": "true or false",
    "null": "null",
    "object": "an object",
    "array": "a list",
    "dict": "an object",
    "list": "a list",
    "datetime": "a date",
}


class WrongShape(Exception):
    """Where JSON differs from its declared shape, and how; without the value itself."""

    def __init__(self, place: str, fault: str) -> None:
        super().__init__(f"`{place}`: {fault}" if place else fault)


def shaped(data: object, shape: type[T]) -> T:
    """The data as `shape`, a Struct or a list of them. Fields that it does not declare are ignored.

    Raises WrongShape. A shape's own `__post_init__` may raise ValueError; its text is the message.
    """
    try:
        found = msgspec.convert(data, shape)
        # Fails at half a character (`"\\ud83d"`), which no UTF-8 can hold.
        msgspec.json.encode(found)
    except msgspec.ValidationError as error:
        raise _wrong_shape(error) from None
    except UnicodeEncodeError:
        raise WrongShape("", "a string in it is not valid Unicode") from None
    return found


def _wrong_shape(error: msgspec.ValidationError) -> WrongShape:
    """msgspec's message in our words: some of its own quote the value."""
    # A quoted value may hold anything: the place follows the last of these words.
    fault, words, place = str(error).rpartition(" - at `$")
    if words and place.endswith("`"):
        place = place.removeprefix(".").removesuffix("`")
    else:
        fault, place = str(error), ""
    if isinstance(error.__cause__, ValueError):  # of a `__post_init__`
        return WrongShape(place, str(error.__cause__))
    if missing := _MISSING.fullmatch(fault):
        return WrongShape(f"{place}.{missing['field']}".lstrip("."), "is missing")
    if kinds := _OTHER_KIND.fullmatch(fault):
        wanted = " or ".join(_named(kind) for kind in kinds["wanted"].split(" | "))
        return WrongShape(place, f"expected {wanted}, got {_named(kinds['found'])}")
    if "datetime" in fault:
        return WrongShape(place, "expected a date with a time zone")
    return WrongShape(place, "is not one of the known values")


def _named(kind: str) -> str:
    return _WORDS.get(kind, "something else")
