"""What the text of an `if:` proves about when a job or step runs. In doubt, nothing is proven."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_FALSE = frozenset(("false", "0", "''", "null", "!true", "!1"))
_ALWAYS = frozenset(("", "true", "1", "success()", "always()", "!cancelled()"))
_STATUS = re.compile(r"\b(?:success|always|failure|cancelled)\(")
_VALUES_AFTER_SUCCESS = {
    "success()": True,
    "always()": True,
    "failure()": False,
    "cancelled()": False,
}
# A job that must have succeeded; or a text, whatever stands in it.
_NEED = re.compile(
    r"(?<![\w.'-])needs\.([\w-]+)\.result\s*==\s*'success'(?!')|'(?:[^']|'')*'", re.IGNORECASE
)
_DEEPEST = 50  # levels of brackets; GitHub refuses more
_REFUSED = "always()&&refused"


def normalized(written: str) -> str:
    """An `if:` in lower case, without `${{ }}` and spaces, and with 'x' for every text but ''.

    `needs.a.result == 'success'` becomes `succeeded(a)`.
    """
    return _without_spaces(_NEED.sub(_replaced, _expression(written)))


def normalized_with_texts(written: str) -> str:
    """The same with the texts as they are written."""
    return _without_spaces(_expression(written))


def _expression(written: str) -> str:
    whole = re.fullmatch(r" *\$\{\{((?:(?!\}\}).)*)\}\} *", written, re.DOTALL)
    return whole[1] if whole else written


def _replaced(found: re.Match[str]) -> str:
    if found[1]:
        return f"succeeded({found[1]})"
    return "''" if found[0] == "''" else "'x'"


def _without_spaces(expression: str) -> str:
    found = re.sub(r"\s+", "", expression).lower()
    return found if max(_depths(found), default=0) <= _DEEPEST else _REFUSED


def never(condition: str) -> bool:
    """Whether the condition can never hold."""
    return _implies(condition, _FALSE.__contains__)


def always(condition: str) -> bool:
    """Whether the condition holds at least wherever nothing before has failed."""
    inner = _inner(condition)
    return condition in _ALWAYS if inner is None else always(inner)


def waits(condition: str) -> bool:
    """Whether the condition holds only where everything before has succeeded.

    GitHub adds `success() &&` to an `if:` without a status function. To GitHub, `${{ … }}` with
    something around it is a text, and a text that is not empty always holds.
    """
    return not _STATUS.search(condition) or demands(condition, "success()".__eq__)


def waits_for(condition: str, job: str) -> bool:
    """Whether the condition holds only where this one of the needed jobs has succeeded."""
    return waits(condition) or demands(condition, f"succeeded({job.lower()})".__eq__)


def only_after_failure(condition: str) -> bool:
    """Whether the condition does not hold where everything before has succeeded."""
    return "${{" not in condition and _after_success(condition) is False


def _after_success(condition: str) -> bool | None:
    """The condition's value if all has succeeded and nobody cancels; None if that is open."""
    if len(either := _parts(condition, "||")) > 1:
        values = set(map(_after_success, either))
        if True in values:
            return True
        return None if None in values else False
    if len(both := _parts(condition, "&&")) > 1:
        values = set(map(_after_success, both))
        if False in values:
            return False
        return None if None in values else True
    operand = condition.removeprefix("!")
    inner = _inner(operand)
    value = _VALUES_AFTER_SUCCESS.get(operand) if inner is None else _after_success(inner)
    return value if operand == condition or value is None else not value


def demands(condition: str, is_asked: Callable[[str], bool]) -> bool:
    """Whether the condition holds only where an operand holds for which `is_asked` is true."""
    return "${{" not in condition and _implies(condition, is_asked)


def _implies(condition: str, is_asked: Callable[[str], bool]) -> bool:
    if len(either := _parts(condition, "||")) > 1:
        return all(_implies(each, is_asked) for each in either)
    if len(both := _parts(condition, "&&")) > 1:
        return any(_implies(each, is_asked) for each in both)
    inner = _inner(condition)
    return is_asked(condition) if inner is None else _implies(inner, is_asked)


def _inner(condition: str) -> str | None:
    """What is in the brackets around the whole operand; None if there are none."""
    closes_last = condition.startswith("(") and 0 not in list(_depths(condition))[:-1]
    return condition[1:-1] if closes_last and condition.endswith(")") else None


def _parts(condition: str, operator: str) -> list[str]:
    """The operands of an operator, outside of all brackets."""
    found, start = list[str](), 0
    for at, depth in enumerate(_depths(condition)):
        if depth == 0 and at >= start and condition.startswith(operator, at):
            found.append(condition[start:at])
            start = at + len(operator)
    return [*found, condition[start:]]


def _depths(condition: str) -> Iterator[int]:
    """How many brackets are open after each character."""
    depth = 0
    for char in condition:
        depth += (char in "([") - (char in ")]")
        yield depth
