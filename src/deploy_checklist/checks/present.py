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

PLACEHOLDERS = frozenset({"changeme", "changethis", "replaceme", "replacethis", "placeholder"})
PLACEHOLDERS |= {"fixme", "todo", "tbd", "null", "undefined"}
# Characters that are drawn as nothing, besides controls and format characters: a joiner, Hangul
# and Khmer fillers, a blank Braille cell, and the selectors of a variant of the character before.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5\u180b-\u180f\u2800\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
# A character with a selector of its variant, such as `❤️`.
_VARIANT = re.compile("[^\\x00-\\x7f][\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# An expression of the shell, of GitHub or of Terraform. Every repetition is bounded or cannot
# overlap the next attempt, so that a search is linear on a megabyte.
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


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    fault = fault_of(observation.data, context.subject)
    if fault:
        return failed(fault, context.set_command())
    return passed(f"present in {observation.source}")


def fault_of(value: str | Absence, name: str | None) -> str | None:
    """Why a value does not count as present, in words that follow the variable's name; None if it
    does.
    """
    if value is Absence.UNSET:
        return "is not set"
    if isinstance(value, Absence) or not value:
        return "is empty"
    return _fault_at_ends(value) or _fault_of_wrapping(value) or _placeholder_fault(value, name)


def _fault_at_ends(value: str) -> str | None:
    if all(map(_is_blank, value)):
        return "is blank: nothing but white space"
    if _is_blank(value[0]):
        return f"begins with {_blank_name(value[0])}"
    if _is_blank(value[-1]) and not (_VARIANT.fullmatch(value[-2:]) and not _is_blank(value[-2])):
        return f"ends with {_blank_name(value[-1])}"
    return None


def _is_blank(char: str) -> bool:
    return char.isspace() or category(char) in ("Cc", "Cf") or bool(_INVISIBLE.match(char))


def _blank_name(char: str) -> str:
    if char in "\r\n":
        return "a newline"
    return "white space" if char.isspace() else "an invisible character"


def _fault_of_wrapping(value: str) -> str | None:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'`":
        return "is wrapped in quotes, which are part of the value here"
    if value[0] == "<" and value[-1] == ">":
        return "is a placeholder in angle brackets"
    if _UNEXPANDED.search(value):
        return "holds an expression that was not expanded (a dollar sign and braces)"
    if _TEMPLATE.fullmatch(value):
        return "is a template that was not filled in"
    return None


def _placeholder_fault(value: str, name: str | None) -> str | None:
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
