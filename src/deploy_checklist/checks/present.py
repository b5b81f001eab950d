"""it was handed over with a real value: not empty, blank, quoted, a placeholder or unexpanded, no space at its ends"""

from __future__ import annotations

import re

from ..outcome import Finding, failed, passed
from ..world.ports import Absence, World
from . import base
from .base import Context, Reads, Seen

PLACEHOLDERS = frozenset(
    ("changeme", "changethis", "replaceme", "replacethis", "placeholder", "fixme", "todo", "tbd", "null", "undefined")
)
# Joiners, marks without width, and signs that are drawn as nothing: Hangul fillers, a blank Braille cell.
_INVISIBLE = (
    "\ufeff\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u00ad\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5\u180e\u2800"
)
# Every repetition is bounded or cannot overlap the next attempt: linear on a megabyte.
_UNEXPANDED = re.compile(r"\$\{\{|\$\{[A-Za-z_][A-Za-z0-9_]{0,99}(?::?[-?+=][^{}$]{0,99})?\}")
_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}|<%[^%]*%>")
_YOUR = re.compile(r"your[-_ ]", re.IGNORECASE)


class Params(base.Params):
    """Takes `true`."""


def reads(params: Params) -> frozenset[Reads]:
    return frozenset({Reads.VALUE})


def observe(params: Params, subject: str | None, world: World) -> Seen:
    return Seen(source=world.environment.place(), what=base.handed_over(subject, world))


def judge(params: Params, seen: Seen, context: Context) -> Finding:
    trouble = fault(seen.what, context.subject)
    if trouble:
        return failed(trouble, context.set_command())
    return passed(f"present in {seen.source}")


def fault(value: str | Absence, name: str | None) -> str | None:
    """What keeps a value from counting as present, in words that follow the variable's name; None if it counts."""
    if isinstance(value, Absence):
        return "is not set" if value is Absence.UNSET else "is empty"
    if not value:
        return "is empty"
    return _white_space(value) or _wrapping(value) or _stand_in(value, name)


def _white_space(value: str) -> str | None:
    stripped = value.strip().strip(_INVISIBLE)
    if stripped == value:
        return None
    if not "".join(value.split()).strip(_INVISIBLE):
        return "is blank: nothing but white space"
    where, edge = ("begins", value[0]) if value[0] != stripped[0] else ("ends", value[-1])
    what = "a newline" if edge in "\r\n" else "an invisible character" if edge in _INVISIBLE else "white space"
    return f"{where} with {what}"


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
