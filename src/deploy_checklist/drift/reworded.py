"""Durations and literals in an item's words that do not agree with its rule."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import timedelta
from functools import cache
from typing import get_args

from ..checklist.model import Item
from ..checks.registry import kinds
from ..data_formats import format_duration
from ..rules.model import Rule, Use, is_variable

_SPAN = re.compile(
    r"\b(\d{1,4})[ -]?"
    r"(s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|months?|years?)\b",
    re.IGNORECASE,
)
# The least and the most seconds that a unit may mean, by how it begins. The first that fits counts.
_UNITS = {
    "mo": (28 * 86_400, 31 * 86_400),
    "mi": (60, 60),
    "s": (1, 1),
    "h": (3_600, 3_600),
    "d": (86_400, 86_400),
    "w": (604_800, 604_800),
    "y": (365 * 86_400, 366 * 86_400),
}
_NOT_IN_TEXT = frozenset({"timeout", "valid_for"})  # settings of the gate, which no item mentions
_LITERAL = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,40}")
_DAY = 86_400


def disagreements(item: Item, rule: Rule, shared: Collection[str]) -> Iterator[str]:
    """Each way in which the words and the rule differ. `shared` are the values of environments,
    which a text cannot name.
    """
    uses = [use for clause in rule.clauses for use in clause.uses if use.params is not None]
    if any(_span_fields(use.kind) for use in uses):
        yield from _durations(item, uses)
    for use in uses:
        if use.kind in ("equals", "one_of") and rule.variable:
            yield from _literals(item, rule.variable, use, shared, alone=item.names == (rule.key,))
        elif _runs(use.kind):
            yield from _commands(item, use)


def _durations(item: Item, uses: Collection[Use]) -> Iterator[str]:
    in_rule = [span for use in uses for span in _spans_of(use)]
    if not in_rule:
        return
    in_text = [(found[0], *_seconds(found)) for found in _SPAN.finditer(item.words)]
    for span in dict.fromkeys(in_rule):
        seconds = span.total_seconds()
        # Minutes to wait have nothing to do with days of age.
        alike = [each for each in in_text if (each[2] >= _DAY) == (seconds >= _DAY)]
        if alike and not any(low <= seconds <= high for _, low, high in alike):
            yield f"the text says {alike[0][0]}, but the rule says {format_duration(span)}"


def _seconds(found: re.Match[str]) -> tuple[int, int]:
    """The least and the most seconds that a duration in a text may mean."""
    unit = next(unit for unit in _UNITS if found[2].lower().startswith(unit))
    low, high = _UNITS[unit]
    return int(found[1]) * low, int(found[1]) * high


def _spans_of(use: Use) -> Iterator[timedelta]:
    """The durations that were written among a check's parameters."""
    for name in _span_fields(use.kind):
        if use.params is not None and name in use.params.model_fields_set:
            value = getattr(use.params, name)
            if isinstance(value, timedelta):
                yield value
            elif isinstance(value, int):
                yield timedelta(days=value)


@cache
def _span_fields(kind: str) -> tuple[str, ...]:
    """The parameters of a kind that are durations, which an item's words may mention."""
    found = []
    for name, field in kinds()[kind].Params.model_fields.items():
        is_span = timedelta in (field.annotation, *get_args(field.annotation))
        if (is_span or name == "min_days") and name not in _NOT_IN_TEXT:
            found.append(name)
    return tuple(found)


@cache
def _runs(kind: str) -> bool:
    return "runs" in kinds()[kind].Params.model_fields


def _literals(
    item: Item, variable: str, use: Use, shared: Collection[str], *, alone: bool
) -> Iterator[str]:
    if item.spans == item.names:
        return  # nothing but variables
    values = getattr(use.params, use.kind)
    allowed = {_plain(each) for each in (values if isinstance(values, tuple) else (values,))}
    if allowed & set(shared):
        return
    assigned = [span.partition("=")[2] for span in item.spans if span.startswith(f"{variable}=")]
    # With several variables in one item it is not clear whose value a literal is.
    free = [
        span for span in item.spans if alone and _LITERAL.fullmatch(span) and not is_variable(span)
    ]
    wrong = [each for each in dict.fromkeys(assigned or free) if _plain(each) not in allowed]
    if use.kind == "equals" and not assigned and len(wrong) < len(free):
        return
    how = "but the rule's `equals` has another value"
    if use.kind == "one_of":
        how = "but the rule's `one_of` does not list it"
    for each in wrong:
        yield f"the text says `{each}`, {how}"


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _commands(item: Item, use: Use) -> Iterator[str]:
    command = getattr(use.params, "runs", None)
    code = (*item.spans, *item.fences)
    commands = [each for each in code if " " in each]
    if isinstance(command, str) and commands and not any(command in each for each in code):
        yield f"the text says `{commands[0].splitlines()[0]}`, but the rule runs `{command}`"
