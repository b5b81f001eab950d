"""What an `if:` promises, as far as its text shows it. What cannot be shown is not promised."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_FALSE = frozenset(("false", "0", "''", "null", "!true", "!1"))
_ALWAYS = frozenset(("", "true", "1", "success()", "always()", "!cancelled()"))
_STATUS = re.compile(r"\b(?:success|always|failure|cancelled)\(")
_WHERE_ALL_IS_WELL = {"success()": True, "always()": True, "failure()": False, "cancelled()": False}
# A job that must have succeeded; or a text, whatever stands in it.
_NEED = re.compile(
    r"(?<![\w.'-])needs\.([\w-]+)\.result\s*==\s*'success'(?!')|'(?:[^']|'')*'", re.IGNORECASE
)
_DEEPEST = 50  # brackets in one another; GitHub refuses more
_REFUSED = "always()&&refused"


def condition(written: str) -> str:
    """An `if:` without its brackets, spaces and letter cases; every text in it is '', or 'x' if it
    is not empty.

    `needs.a.result == 'success'` is `succeeded(a)` in it.
    """
    return _plain(_NEED.sub(_folded, _bare(written)))


def spelled(written: str) -> str:
    """The same with what stands in its texts."""
    return _plain(_bare(written))


def _bare(written: str) -> str:
    whole = re.fullmatch(r" *\$\{\{((?:(?!\}\}).)*)\}\} *", written, re.DOTALL)
    return whole[1] if whole else written


def _folded(found: re.Match[str]) -> str:
    if found[1]:
        return f"succeeded({found[1]})"
    return "''" if found[0] == "''" else "'x'"


def _plain(said: str) -> str:
    found = re.sub(r"\s+", "", said).lower()
    return found if max(_depths(found), default=0) <= _DEEPEST else _REFUSED


def never(condition: str) -> bool:
    """Holds under no circumstances."""
    if len(either := _parts(condition, "||")) > 1:
        return all(map(never, either))
    if len(both := _parts(condition, "&&")) > 1:
        return any(map(never, both))
    return condition in _FALSE if (inner := _inner(condition)) is None else never(inner)


def always(condition: str) -> bool:
    """Holds wherever nothing before has failed, if not elsewhere too."""
    return condition in _ALWAYS if (inner := _inner(condition)) is None else always(inner)


def waits(condition: str) -> bool:
    """Holds only where everything before has succeeded: GitHub puts that before an `if:` without a
    status function.

    `${{ … }}` with something around it is a text to GitHub, and a text that is not empty always
    holds.
    """
    return not _STATUS.search(condition) or demands(condition, "success()".__eq__)


def waits_for(condition: str, job: str) -> bool:
    """Holds only where this one of the needed jobs has succeeded, whatever the others have."""
    return waits(condition) or demands(condition, f"succeeded({job.lower()})".__eq__)


def only_after_failure(condition: str) -> bool:
    """Does not hold where everything before has succeeded and nobody cancels."""
    return "${{" not in condition and _where_all_is_well(condition) is False


def _where_all_is_well(condition: str) -> bool | None:
    """What it comes to; None if that is open."""
    if len(either := _parts(condition, "||")) > 1:
        said = set(map(_where_all_is_well, either))
        if True in said:
            return True
        return None if None in said else False
    if len(both := _parts(condition, "&&")) > 1:
        said = set(map(_where_all_is_well, both))
        if False in said:
            return False
        return None if None in said else True
    turned = condition.removeprefix("!")
    inner = _inner(turned)
    known = _WHERE_ALL_IS_WELL.get(turned) if inner is None else _where_all_is_well(inner)
    return known if turned == condition or known is None else not known


def demands(condition: str, asked: Callable[[str], bool]) -> bool:
    """Holds only where an operand does that is asked for."""
    if "${{" in condition:
        return False
    if len(either := _parts(condition, "||")) > 1:
        return all(demands(each, asked) for each in either)
    if len(both := _parts(condition, "&&")) > 1:
        return any(demands(each, asked) for each in both)
    return asked(condition) if (inner := _inner(condition)) is None else demands(inner, asked)


def _inner(condition: str) -> str | None:
    """What stands in the brackets around it all; for one operand only."""
    closes_last = condition.startswith("(") and 0 not in list(_depths(condition))[:-1]
    return condition[1:-1] if closes_last and condition.endswith(")") else None


def _parts(condition: str, operator: str) -> list[str]:
    """The operands of an operator that stands in no bracket."""
    found, start = list[str](), 0
    for at, depth in enumerate(_depths(condition)):
        if depth == 0 and at >= start and condition.startswith(operator, at):
            found.append(condition[start:at])
            start = at + len(operator)
    return [*found, condition[start:]]


def _depths(condition: str) -> Iterator[int]:
    """In how many brackets it is after each character."""
    depth = 0
    for char in condition:
        depth += (char in "([") - (char in ")]")
        yield depth
