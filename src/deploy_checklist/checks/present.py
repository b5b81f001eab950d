"""it was handed over with a real value: not empty, blank, quoted, a placeholder or unexpanded, no
space at its ends
"""

from __future__ import annotations

import re
from unicodedata import category

from ..outcome import Finding, failed, passed
from ..world.ports import Absence, World
from . import base
from .base import JudgeContext, Needs, Observation

PLACEHOLDERS = frozenset(
    (
        "changeme",
        "changethis",
        "replaceme",
        "replacethis",
        "placeholder",
        "fixme",
        "todo",
        "tbd",
        "null",
        "undefined",
    )
)
# Besides controls and format characters, what is drawn as nothing: a joiner, Hangul and Khmer
# fillers, a blank Braille cell, and the signs that choose a variant of the sign before them.
_DRAWN_AS_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5\u180b-\u180f\u2800\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_VARIANT = re.compile("[^\\x00-\\x7f][\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # `❤️` is drawn with it
# Every repetition is bounded or cannot overlap the next attempt: linear on a megabyte. The shell's,
# and Terraform's.
_UNEXPANDED = re.compile(
    r"\$\{\{|\$\{[#!]?[A-Za-z_][A-Za-z0-9_.\[\]@*]{0,199}(?:[-:?+=#%/^,][^{}$]{0,99})?\}"
)
_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}|<%[^%]*%>")
_YOUR = re.compile(r"your[-_ ]", re.IGNORECASE)


class Params(base.Params):
    """Takes `true`."""


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.VALUE})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    return Observation(source=world.variables.place(), data=base.value_or_absence(subject, world))


def judge(params: Params, seen: Observation, context: JudgeContext) -> Finding:
    trouble = fault(seen.data, context.subject)
    if trouble:
        return failed(trouble, context.set_command())
    return passed(f"present in {seen.source}")


def fault(value: str | Absence, name: str | None) -> str | None:
    """What keeps a value from counting as present, in words that follow the variable's name; None
    if it counts.
    """
    if isinstance(value, Absence):
        return "is not set" if value is Absence.UNSET else "is empty"
    if not value:
        return "is empty"
    return _white_space(value) or _wrapping(value) or _stand_in(value, name)


def _white_space(value: str) -> str | None:
    begin = next((place for place, char in enumerate(value) if not _is_blank(char)), None)
    if begin is None:
        return "is blank: nothing but white space"
    if begin:
        return f"begins with {_named(value[0])}"
    if _is_blank(value[-1]) and not (_VARIANT.fullmatch(value[-2:]) and not _is_blank(value[-2])):
        return f"ends with {_named(value[-1])}"
    return None


def _is_blank(char: str) -> bool:
    return char.isspace() or category(char) in ("Cc", "Cf") or bool(_DRAWN_AS_NOTHING.match(char))


def _named(edge: str) -> str:
    if edge in "\r\n":
        return "a newline"
    return "white space" if edge.isspace() else "an invisible character"


def _wrapping(value: str) -> str | None:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'`":
        return "is wrapped in quotes, which are part of the value here"
    if value[0] == "<" and value[-1] == ">":
        return "is a placeholder in angle brackets"
    if _UNEXPANDED.search(value):
        return "holds an expression that was not expanded (a dollar sign and braces)"
    if _TEMPLATE.fullmatch(value):
        return "is a template that was not filled in"
    return None


def _stand_in(value: str, name: str | None) -> str | None:
    word = re.sub(r"[-_ .!]", "", value[:40]).casefold()
    if word in PLACEHOLDERS and len(value) <= 40:
        return "is a placeholder word, not a value"
    if _YOUR.match(value):
        return "is a placeholder, it begins with your-"
    if len(value) > 2 and not value.strip("xX"):
        return "is a placeholder, a row of x"
    if len(value) > 2 and not value.strip("*"):
        return "is a row of asterisks: a masked text, copied from a log"
    if name and value == name:
        return "is its own name, not a value"
    if name and value.startswith(f"{name}="):
        return "is a whole line of an env file: it begins with its own name and an equals sign"
    return None
